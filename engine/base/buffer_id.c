#include "base/buffer_id.h"
#include "base/app_proto.h"

#include <stddef.h>

/* The words of the list. */
#define OF(proto) (UINT64_C(1) << APP_##proto)
enum {
    S = BUFFER_TO_SERVER,
    C = BUFFER_TO_CLIENT,
    SC = S | C,
};

static const struct buffer_info infos[BUFFER_COUNT] = {
#define BUFFER(id, name, alias, protos, sides, kind) \
    [BUFFER_##id] = {name, alias, protos, sides, BUFFER_##kind},
#include "base/buffer_list.h"
#undef BUFFER
};

const struct buffer_info *buffer_info(enum buffer_id id)
{
    static const struct buffer_info unknown = {"unknown", NULL, 0, 0, BUFFER_RAW};
    return (unsigned)id < BUFFER_COUNT ? &infos[id] : &unknown;
}

const char *buffer_name(enum buffer_id id)
{
    return buffer_info(id)->name;
}

/* As Suricata 8.0.8 has it. */
bool buffer_is_multiple(enum buffer_id id)
{
    static const bool multiple[BUFFER_COUNT] = {
        [BUFFER_FILE_DATA] = true,
        [BUFFER_FILE_NAME] = true,
        [BUFFER_FILE_MAGIC] = true,
        [BUFFER_HTTP_REQUEST_HEADER] = true,
        [BUFFER_HTTP_RESPONSE_HEADER] = true,
        [BUFFER_HTTP_RESPONSE_BODY] = true,
        [BUFFER_HTTP2_HEADER_NAME] = true,
        [BUFFER_TLS_CERTS] = true,
        [BUFFER_TLS_SUBJECTALTNAME] = true,
        [BUFFER_TLS_ALPN] = true,
        [BUFFER_QUIC_CYU_HASH] = true,
        [BUFFER_QUIC_CYU_STRING] = true,
        [BUFFER_DNS_QUERY] = true,
        [BUFFER_DNS_QUERY_NAME] = true,
        [BUFFER_DNS_QUERIES_RRNAME] = true,
        [BUFFER_DNS_ANSWER_NAME] = true,
        [BUFFER_DNS_ANSWERS_RRNAME] = true,
        [BUFFER_DNS_AUTHORITIES_RRNAME] = true,
        [BUFFER_DNS_ADDITIONALS_RRNAME] = true,
        [BUFFER_DNS_RESPONSE_RRNAME] = true,
        [BUFFER_MDNS_QUERIES_RRNAME] = true,
        [BUFFER_MDNS_ANSWERS_RRNAME] = true,
        [BUFFER_MDNS_AUTHORITIES_RRNAME] = true,
        [BUFFER_MDNS_ADDITIONALS_RRNAME] = true,
        [BUFFER_MDNS_RESPONSE_RRNAME] = true,
    };
    return (unsigned)id < BUFFER_COUNT && multiple[id];
}
