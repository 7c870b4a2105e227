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
RECORD(ANOMALY,  "anomaly")
RECORD(WEBSOCKET, "websocket")
/* clang-format on */
