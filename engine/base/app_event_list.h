/*
 * What parsers remark on: APP_EVENT(ID, "protocol.name"), under Suricata's names (app-layer-event). The protocol of
 * "applayer_..." events is none: they are the framework's.
 */
/* clang-format off */
APP_EVENT(APPLAYER_MISMATCH_PROTOCOL_BOTH_DIRECTIONS, "applayer_mismatch_protocol_both_directions")
APP_EVENT(APPLAYER_WRONG_DIRECTION_FIRST_DATA,        "applayer_wrong_direction_first_data")
APP_EVENT(APPLAYER_DETECT_PROTOCOL_ONLY_ONE_DIRECTION, "applayer_detect_protocol_only_one_direction")
APP_EVENT(APPLAYER_PROTO_DETECTION_SKIPPED,           "applayer_proto_detection_skipped")
APP_EVENT(APPLAYER_NO_TLS_AFTER_STARTTLS,             "applayer_no_tls_after_starttls")
APP_EVENT(APPLAYER_UNEXPECTED_PROTOCOL,               "applayer_unexpected_protocol")

APP_EVENT(DNS_MALFORMED_DATA,      "dns.malformed_data")
APP_EVENT(DNS_NOT_A_REQUEST,       "dns.not_request")
APP_EVENT(DNS_NOT_A_RESPONSE,      "dns.not_response")
APP_EVENT(DNS_Z_FLAG_SET,          "dns.z_flag_set")
APP_EVENT(DNS_INVALID_OPCODE,      "dns.invalid_opcode")
APP_EVENT(DNS_NAME_TOO_LONG,       "dns.name_too_long")
APP_EVENT(DNS_INFINITE_LOOP,       "dns.infinite_loop")
APP_EVENT(DNS_TOO_MANY_LABELS,     "dns.too_many_labels")

APP_EVENT(QUIC_FAILED_DECRYPT,       "quic.failed_decrypt")
APP_EVENT(QUIC_ERROR_ON_DATA,        "quic.error_on_data")
APP_EVENT(QUIC_CRYPTO_FRAG_TOO_LONG, "quic.crypto_frag_too_long")
/* clang-format on */
