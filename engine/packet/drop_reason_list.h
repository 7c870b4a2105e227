/* Why a packet is dropped, inline: DROP_REASON(ID, "name in statistics", "name in records"). */
/* clang-format off */
DROP_REASON(DEFRAG_MEMORY,     "defrag_memcap",     "defrag memcap")
DROP_REASON(FLOW_MEMORY,       "flow_memcap",       "flow memcap")
DROP_REASON(FLOW,              "flow_drop",         "flow drop") /* a rule has dropped its flow before */
DROP_REASON(APP_ERROR,         "applayer_error",    "applayer error")
DROP_REASON(RULES,             "rules",             "rules")
DROP_REASON(RATE,              "threshold_detection_filter", "threshold detection_filter") /* a rate_filter */
DROP_REASON(STREAM_ERROR,      "stream_error",      "stream error") /* it does not belong to its connection */
DROP_REASON(STREAM_OVERLAP,    "stream_overlap",    "stream overlap") /* other bytes for what was inspected */
DROP_REASON(STREAM_MEMORY,     "stream_memcap",     "stream memcap")
DROP_REASON(STREAM_MIDSTREAM,  "stream_midstream",  "stream midstream")
DROP_REASON(STREAM_REASSEMBLY, "stream_reassembly", "stream reassembly")
DROP_REASON(EXCEPTION,         "exception_policy_flow_drop", "exception policy flow drop") /* of its flow, before */
/* clang-format on */
