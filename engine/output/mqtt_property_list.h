/*
 * The properties of MQTT 5 (2.2.2.2) in EVE: MQTT_PROPERTY(number, form, "name"). The form is U8, U16, U32, VAR (one
 * to four bytes) or TEXT (strings and binary data); pairs of the user have their own place.
 */
/* clang-format off */
MQTT_PROPERTY(0x01, U8,   "payload_format_indicator")
MQTT_PROPERTY(0x02, U32,  "message_expiry_interval")
MQTT_PROPERTY(0x03, TEXT, "content_type")
MQTT_PROPERTY(0x08, TEXT, "response_topic")
MQTT_PROPERTY(0x09, TEXT, "correlation_data")
MQTT_PROPERTY(0x0b, VAR,  "subscription_identifier")
MQTT_PROPERTY(0x11, U32,  "session_expiry_interval")
MQTT_PROPERTY(0x12, TEXT, "assigned_client_identifier")
MQTT_PROPERTY(0x13, U16,  "server_keep_alive")
MQTT_PROPERTY(0x15, TEXT, "authentication_method")
MQTT_PROPERTY(0x16, TEXT, "authentication_data")
MQTT_PROPERTY(0x17, U8,   "request_problem_information")
MQTT_PROPERTY(0x18, U32,  "will_delay_interval")
MQTT_PROPERTY(0x19, U8,   "request_response_information")
MQTT_PROPERTY(0x1a, TEXT, "response_information")
MQTT_PROPERTY(0x1c, TEXT, "server_reference")
MQTT_PROPERTY(0x1f, TEXT, "reason_string")
MQTT_PROPERTY(0x21, U16,  "receive_maximum")
MQTT_PROPERTY(0x22, U16,  "topic_alias_maximum")
MQTT_PROPERTY(0x23, U16,  "topic_alias")
MQTT_PROPERTY(0x24, U8,   "maximum_qos")
MQTT_PROPERTY(0x25, U8,   "retain_available")
MQTT_PROPERTY(0x27, U32,  "maximum_packet_size")
MQTT_PROPERTY(0x28, U8,   "wildcard_subscription_available")
MQTT_PROPERTY(0x29, U8,   "subscription_identifier_available")
MQTT_PROPERTY(0x2a, U8,   "shared_subscription_available")
/* clang-format on */
