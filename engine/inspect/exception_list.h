/*
 * What may come in inspection's way: EXCEPTION(ID, "key of its policy", "target" of records, why the packet
 * is dropped). The first four are about a flow.
 */
/* clang-format off */
EXCEPTION(MIDSTREAM,     "stream.midstream-policy",         "stream_midstream",         STREAM_MIDSTREAM)
EXCEPTION(SESSION,       "stream.memcap-policy",            "stream_memcap",            STREAM_MEMORY)
EXCEPTION(REASSEMBLY,    "stream.reassembly.memcap-policy", "stream_reassembly_memcap", STREAM_REASSEMBLY)
EXCEPTION(APP_ERROR,     "app-layer.error-policy",          "app_layer_error",          APP_ERROR)
EXCEPTION(FLOW_MEMORY,   "flow.memcap-policy",              "flow_memcap",              FLOW_MEMORY)
EXCEPTION(DEFRAG_MEMORY, "defrag.memcap-policy",            "defrag_memcap",            DEFRAG_MEMORY)
/* clang-format on */
