/* The kinds of records, and what --records calls them: RECORD(ID, "name"). */
/* clang-format off */
RECORD(ALERT,    "alert")
RECORD(FLOW,     "flow")
RECORD(STATS,    "stats")
RECORD(HTTP,     "http")
RECORD(TLS,      "tls")
RECORD(DNS,      "dns")
RECORD(MDNS,     "mdns")
RECORD(QUIC,     "quic")
RECORD(FILEINFO, "fileinfo")
RECORD(ANOMALY,  "anomaly") /* of the application layer */
RECORD(ANOMALY_DECODE, "anomaly-decode") /* event_type anomaly, too: what decoding remarked on */
RECORD(ANOMALY_STREAM, "anomaly-stream")
RECORD(TFTP,     "tftp")
RECORD(WEBSOCKET, "websocket")
RECORD(SSH,      "ssh")
RECORD(MQTT,     "mqtt")
RECORD(KRB5,     "krb5")
RECORD(SNMP,     "snmp")
RECORD(DHCP,     "dhcp")
RECORD(LDAP,     "ldap")
RECORD(DCERPC,   "dcerpc")
RECORD(SMB,      "smb")
RECORD(SMTP,     "smtp")
RECORD(FTP,      "ftp")
RECORD(FTP_DATA, "ftp_data")
RECORD(RFB,      "rfb")
RECORD(IKE,      "ike")
RECORD(RDP,      "rdp")
RECORD(MODBUS,   "modbus")
RECORD(SIP,      "sip")
RECORD(VERDICT,  "verdict") /* of a live run: blocks put, refused, expired, evicted */
/* clang-format on */
