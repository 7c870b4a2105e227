/*
 * Every buffer that a rule can look into: BUFFER(ID, "name", alias, protocols, sides, kind).
 *
 * The application parsers fill these, the rules read them; this list is all that the two share. `protocols` are
 * the parsers that fill it (0: not of the application layer), `sides` the directions in which it occurs: S to the
 * server, C to the client. A name of kind BYTES or MANY (several instances: naming it
 * again asks for another one) is a sticky buffer, one of kind U8 to U64 a keyword that compares
 * a number, both without further code; HAND has a keyword file. "payload" is what a rule without a sticky buffer looks at.
 */
/* clang-format off */
BUFFER(PAYLOAD,        "payload",     NULL, 0, SC, RAW) /* the packet's transport payload, or the stream: see view.h */
BUFFER(BASE64_DATA,    "base64_data", NULL, 0, SC, RAW) /* what base64_decode of the same rule produced */
BUFFER(IPV4_HDR,       "ipv4.hdr",    NULL, 0, SC, RAW)
BUFFER(IPV6_HDR,       "ipv6.hdr",    NULL, 0, SC, RAW)
BUFFER(TCP_HDR,        "tcp.hdr",     NULL, 0, SC, RAW)
BUFFER(UDP_HDR,        "udp.hdr",     NULL, 0, SC, RAW)
BUFFER(ICMPV4_HDR,     "icmpv4.hdr",  NULL, 0, SC, RAW)
BUFFER(ICMPV6_HDR,     "icmpv6.hdr",  NULL, 0, SC, RAW)
BUFFER(IP_SRC,         "ip.src",      NULL, 0, SC, RAW) /* 4 or 16 bytes, for datasets */
BUFFER(IP_DST,         "ip.dst",      NULL, 0, SC, RAW)

/* Of every protocol: any parser may raise events; the framework answers for it. */
BUFFER(APP_EVENT,      "app-layer-event", NULL, ~UINT64_C(3), SC, HAND)

/* Files, by whatever protocol carries them. */
#define FILES (OF(HTTP1) | OF(HTTP2) | OF(DOH2) | OF(SMTP) | OF(FTP_DATA) | OF(SMB) | OF(NFS))
BUFFER(FILE_DATA,      "file.data",   "file_data", FILES, SC, MANY)
BUFFER(FILE_NAME,      "file.name",   NULL, FILES, SC, MANY)
BUFFER(FILE_MAGIC,     "file.magic",  NULL, FILES, SC, MANY)
BUFFER(FILE,           "file",        NULL, FILES, SC, HAND) /* filename, fileext, filemagic, filesize, filemd5, ...: each instance is a file */
#undef FILES

#define HTTP2 (OF(HTTP2) | OF(DOH2))
#define HTTP (OF(HTTP1) | HTTP2)
BUFFER(HTTP_METHOD,          "http.method",          NULL, HTTP, S,  BYTES)
BUFFER(HTTP_URI,             "http.uri",             NULL, HTTP, S,  BYTES)
BUFFER(HTTP_URI_RAW,         "http.uri.raw",         NULL, HTTP, S,  BYTES)
BUFFER(HTTP_REQUEST_LINE,    "http.request_line",    "http_request_line", HTTP, S, BYTES)
BUFFER(HTTP_REQUEST_HEADER,  "http.request_header",  NULL, HTTP, S,  MANY) /* one instance a header: "name: value" */
BUFFER(HTTP_REQUEST_BODY,    "http.request_body",    NULL, HTTP, S,  BYTES)
BUFFER(HTTP_HEADER,          "http.header",          NULL, HTTP, SC, BYTES)
BUFFER(HTTP_HEADER_RAW,      "http.header.raw",      NULL, HTTP, SC, BYTES)
BUFFER(HTTP_HEADER_NAMES,    "http.header_names",    "http_header_names", HTTP, SC, BYTES)
BUFFER(HTTP_COOKIE,          "http.cookie",          NULL, HTTP, SC, BYTES)
BUFFER(HTTP_USER_AGENT,      "http.user_agent",      NULL, HTTP, S,  BYTES)
BUFFER(HTTP_HOST,            "http.host",            NULL, HTTP, S,  BYTES)
BUFFER(HTTP_HOST_RAW,        "http.host.raw",        NULL, HTTP, S,  BYTES)
BUFFER(HTTP_ACCEPT,          "http.accept",          "http_accept",      HTTP, S,  BYTES)
BUFFER(HTTP_ACCEPT_ENC,      "http.accept_enc",      "http_accept_enc",  HTTP, S,  BYTES)
BUFFER(HTTP_ACCEPT_LANG,     "http.accept_lang",     "http_accept_lang", HTTP, S,  BYTES)
BUFFER(HTTP_CONNECTION,      "http.connection",      "http_connection",  HTTP, SC, BYTES)
BUFFER(HTTP_CONTENT_LEN,     "http.content_len",     "http_content_len", HTTP, SC, BYTES)
BUFFER(HTTP_CONTENT_TYPE,    "http.content_type",    "http_content_type", HTTP, SC, BYTES)
BUFFER(HTTP_REFERER,         "http.referer",         "http_referer",     HTTP, S,  BYTES)
BUFFER(HTTP_PROTOCOL,        "http.protocol",        "http_protocol",    HTTP, SC, BYTES)
BUFFER(HTTP_START,           "http.start",           "http_start",       OF(HTTP1), SC, BYTES)
BUFFER(HTTP_STAT_CODE,       "http.stat_code",       NULL, HTTP, C,  BYTES)
BUFFER(HTTP_STAT_MSG,        "http.stat_msg",        NULL, HTTP, C,  BYTES)
BUFFER(HTTP_RESPONSE_LINE,   "http.response_line",   "http_response_line", HTTP, C, BYTES)
BUFFER(HTTP_RESPONSE_HEADER, "http.response_header", NULL, HTTP, C,  MANY)
BUFFER(HTTP_RESPONSE_BODY,   "http.response_body",   NULL, HTTP, C,  MANY)
BUFFER(HTTP_LOCATION,        "http.location",        NULL, HTTP, C,  BYTES)
BUFFER(HTTP_SERVER,          "http.server",          NULL, HTTP, C,  BYTES)
BUFFER(HTTP2_FRAMETYPE,      "http2.frametype",      NULL, HTTP2, SC, HAND)
BUFFER(HTTP2_ERRORCODE,      "http2.errorcode",      NULL, HTTP2, SC, HAND)
BUFFER(HTTP2_PRIORITY,       "http2.priority",       NULL, HTTP2, SC, U8)
BUFFER(HTTP2_WINDOW,         "http2.window",         NULL, HTTP2, SC, U32)
BUFFER(HTTP2_SIZE_UPDATE,    "http2.size_update",    NULL, HTTP2, SC, U64)
BUFFER(HTTP2_SETTINGS,       "http2.settings",       NULL, HTTP2, SC, HAND)
BUFFER(HTTP2_HEADER_NAME,    "http2.header_name",    NULL, HTTP2, SC, MANY)
#undef HTTP
#undef HTTP2

BUFFER(WEBSOCKET_PAYLOAD,    "websocket.payload",    NULL, OF(WEBSOCKET), SC, BYTES)
BUFFER(WEBSOCKET_OPCODE,     "websocket.opcode",     NULL, OF(WEBSOCKET), SC, HAND)
BUFFER(WEBSOCKET_FLAGS,      "websocket.flags",      NULL, OF(WEBSOCKET), SC, HAND)
BUFFER(WEBSOCKET_MASK,       "websocket.mask",       NULL, OF(WEBSOCKET), SC, U32)
BUFFER(WEBSOCKET_FRAME_PDU,    "websocket.pdu",      NULL, OF(WEBSOCKET), SC, FRAME)
BUFFER(WEBSOCKET_FRAME_HEADER, "websocket.header",   NULL, OF(WEBSOCKET), SC, FRAME)
BUFFER(WEBSOCKET_FRAME_DATA,   "websocket.data",     NULL, OF(WEBSOCKET), SC, FRAME)

BUFFER(TLS_SNI,              "tls.sni",              "tls_sni",          OF(TLS), S,  BYTES)
BUFFER(TLS_CERTS,            "tls.certs",            NULL,               OF(TLS), SC, MANY)
BUFFER(TLS_CERT_SUBJECT,     "tls.cert_subject",     "tls_cert_subject", OF(TLS), SC, BYTES)
BUFFER(TLS_CERT_ISSUER,      "tls.cert_issuer",      "tls_cert_issuer",  OF(TLS), SC, BYTES)
BUFFER(TLS_CERT_SERIAL,      "tls.cert_serial",      "tls_cert_serial",  OF(TLS), SC, BYTES)
BUFFER(TLS_CERT_FINGERPRINT, "tls.cert_fingerprint", "tls_cert_fingerprint", OF(TLS), SC, BYTES)
BUFFER(TLS_SUBJECTALTNAME,   "tls.subjectaltname",   NULL,               OF(TLS), C,  MANY)
BUFFER(TLS_ALPN,             "tls.alpn",             NULL,               OF(TLS), SC, MANY)
BUFFER(TLS_RANDOM,           "tls.random",           NULL,               OF(TLS), SC, BYTES)
BUFFER(TLS_RANDOM_TIME,      "tls.random_time",      NULL,               OF(TLS), SC, BYTES)
BUFFER(TLS_RANDOM_BYTES,     "tls.random_bytes",     NULL,               OF(TLS), SC, BYTES)
BUFFER(TLS_CERT_CHAIN_LEN,   "tls.cert_chain_len",   NULL,               OF(TLS), C,  U32)
BUFFER(TLS_VERSION,          "tls.version",          NULL,               OF(TLS), SC, HAND)
BUFFER(TLS_CERT_NOTBEFORE,   "tls_cert_notbefore",   NULL,               OF(TLS), C,  HAND)
BUFFER(TLS_CERT_NOTAFTER,    "tls_cert_notafter",    NULL,               OF(TLS), C,  HAND)
BUFFER(TLS_STATE,            "ssl_state",            NULL,               OF(TLS), SC, HAND)
BUFFER(JA3_HASH,             "ja3.hash",             "ja3_hash",   OF(TLS) | OF(QUIC), S, BYTES)
BUFFER(JA3_STRING,           "ja3.string",           "ja3_string", OF(TLS) | OF(QUIC), S, BYTES)
BUFFER(JA3S_HASH,            "ja3s.hash",            NULL,         OF(TLS) | OF(QUIC), C, BYTES)
BUFFER(JA3S_STRING,          "ja3s.string",          NULL,         OF(TLS) | OF(QUIC), C, BYTES)
BUFFER(JA4_HASH,             "ja4.hash",             "ja4_hash",       OF(TLS) | OF(QUIC), S, BYTES)

BUFFER(QUIC_VERSION,         "quic.version",         NULL, OF(QUIC), SC, BYTES)
BUFFER(QUIC_SNI,             "quic.sni",             NULL, OF(QUIC), S,  BYTES)
BUFFER(QUIC_UA,              "quic.ua",              NULL, OF(QUIC), S,  BYTES)
BUFFER(QUIC_CYU_HASH,        "quic.cyu.hash",        NULL, OF(QUIC), S,  MANY)
BUFFER(QUIC_CYU_STRING,      "quic.cyu.string",      NULL, OF(QUIC), S,  MANY)

#define DNS (OF(DNS) | OF(DOH2))
BUFFER(DNS_QUERY,               "dns.query",               "dns_query", DNS, S, MANY)
BUFFER(DNS_QUERY_NAME,          "dns.query.name",          NULL, DNS, SC, MANY)
BUFFER(DNS_QUERIES_RRNAME,      "dns.queries.rrname",      NULL, DNS, SC, MANY)
BUFFER(DNS_ANSWER_NAME,         "dns.answer.name",         NULL, DNS, SC, MANY)
BUFFER(DNS_ANSWERS_RRNAME,      "dns.answers.rrname",      NULL, DNS, SC, MANY)
BUFFER(DNS_AUTHORITIES_RRNAME,  "dns.authorities.rrname",  NULL, DNS, SC, MANY)
BUFFER(DNS_ADDITIONALS_RRNAME,  "dns.additionals.rrname",  NULL, DNS, SC, MANY)
BUFFER(DNS_RESPONSE_RRNAME,     "dns.response.rrname",     NULL, DNS, C,  MANY)
BUFFER(DNS_OPCODE,              "dns.opcode",              NULL, DNS, SC, HAND)
BUFFER(DNS_RCODE,               "dns.rcode",               NULL, DNS, SC, HAND)
BUFFER(DNS_RRTYPE,              "dns.rrtype",              NULL, DNS, SC, HAND)
#undef DNS
BUFFER(MDNS_QUERIES_RRNAME,     "mdns.queries.rrname",     NULL, OF(MDNS), SC, MANY)
BUFFER(MDNS_ANSWERS_RRNAME,     "mdns.answers.rrname",     NULL, OF(MDNS), SC, MANY)
BUFFER(MDNS_AUTHORITIES_RRNAME, "mdns.authorities.rrname", NULL, OF(MDNS), SC, MANY)
BUFFER(MDNS_ADDITIONALS_RRNAME, "mdns.additionals.rrname", NULL, OF(MDNS), SC, MANY)
BUFFER(MDNS_RESPONSE_RRNAME,    "mdns.response.rrname",    NULL, OF(MDNS), SC, MANY)

BUFFER(SSH_PROTO,               "ssh.proto",               "ssh_proto",    OF(SSH), SC, BYTES)
BUFFER(SSH_SOFTWARE,            "ssh.software",            "ssh_software", OF(SSH), SC, BYTES)
BUFFER(SSH_HASSH,               "ssh.hassh",               NULL, OF(SSH), S,  BYTES)
BUFFER(SSH_HASSH_STRING,        "ssh.hassh.string",        NULL, OF(SSH), S,  BYTES)
BUFFER(SSH_HASSH_SERVER,        "ssh.hassh.server",        NULL, OF(SSH), C,  BYTES)
BUFFER(SSH_HASSH_SERVER_STRING, "ssh.hassh.server.string", NULL, OF(SSH), C,  BYTES)
BUFFER(SSH_FRAME_PDU,           "ssh.record.pdu",          NULL, OF(SSH), SC, FRAME)
BUFFER(SSH_FRAME_HDR,           "ssh.record.hdr",          NULL, OF(SSH), SC, FRAME)
BUFFER(SSH_FRAME_DATA,          "ssh.record.data",         NULL, OF(SSH), SC, FRAME)

BUFFER(MQTT_TYPE,             "mqtt.type",                    NULL, OF(MQTT), SC, HAND)
BUFFER(MQTT_FLAGS,            "mqtt.flags",                   NULL, OF(MQTT), S,  HAND)
BUFFER(MQTT_QOS,              "mqtt.qos",                     NULL, OF(MQTT), S,  HAND)
BUFFER(MQTT_PROTOCOL_VERSION, "mqtt.protocol_version",        NULL, OF(MQTT), S,  U8)
BUFFER(MQTT_REASON_CODE,      "mqtt.reason_code",             NULL, OF(MQTT), SC, U8)
BUFFER(MQTT_SESSION_PRESENT,  "mqtt.connack.session_present", NULL, OF(MQTT), SC, HAND)
BUFFER(MQTT_CONNECT_FLAGS,    "mqtt.connect.flags",           NULL, OF(MQTT), S,  HAND)
BUFFER(MQTT_PROTOCOL_STRING,  "mqtt.connect.protocol_string", NULL, OF(MQTT), S,  BYTES)
BUFFER(MQTT_CLIENTID,         "mqtt.connect.clientid",        NULL, OF(MQTT), S,  BYTES)
BUFFER(MQTT_USERNAME,         "mqtt.connect.username",        NULL, OF(MQTT), S,  BYTES)
BUFFER(MQTT_PASSWORD,         "mqtt.connect.password",        NULL, OF(MQTT), S,  BYTES)
BUFFER(MQTT_WILLTOPIC,        "mqtt.connect.willtopic",       NULL, OF(MQTT), S,  BYTES)
BUFFER(MQTT_WILLMESSAGE,      "mqtt.connect.willmessage",     NULL, OF(MQTT), S,  BYTES)
BUFFER(MQTT_PUBLISH_TOPIC,    "mqtt.publish.topic",           NULL, OF(MQTT), SC, BYTES)
BUFFER(MQTT_PUBLISH_MESSAGE,  "mqtt.publish.message",         NULL, OF(MQTT), SC, BYTES)
BUFFER(MQTT_SUBSCRIBE_TOPIC,  "mqtt.subscribe.topic",         NULL, OF(MQTT), SC, MANY)
BUFFER(MQTT_UNSUBSCRIBE_TOPIC, "mqtt.unsubscribe.topic",      NULL, OF(MQTT), SC, MANY)
BUFFER(MQTT_FRAME_PDU,        "mqtt.pdu",                     NULL, OF(MQTT), SC, FRAME)
BUFFER(MQTT_FRAME_HEADER,     "mqtt.header",                  NULL, OF(MQTT), SC, FRAME)
BUFFER(MQTT_FRAME_DATA,       "mqtt.data",                    NULL, OF(MQTT), SC, FRAME)
/* clang-format on */
