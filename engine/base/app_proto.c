#include "base/app_proto.h"

enum { T = 1, U = 2, TU = 3 };

static const struct {
    const char *name;
    int over;
} protos[APP_PROTO_COUNT] = {
    [APP_UNKNOWN] = {"unknown", TU},
    [APP_FAILED] = {"failed", TU},
#define APP_PROTO(id, name, over) [APP_##id] = {name, over},
#include "base/app_proto_list.h"
#undef APP_PROTO
};

const char *app_proto_name(enum app_proto proto)
{
    return (unsigned)proto < APP_PROTO_COUNT ? protos[proto].name : "unknown";
}

enum app_proto app_proto_by_name(struct slice name)
{
    for (int i = APP_FAILED + 1; i < APP_PROTO_COUNT; i++)
        if (slice_equal(name, slice_str(protos[i].name)))
            return (enum app_proto)i;
    return slice_equal(name, slice_str("ikev2")) ? APP_IKE : APP_UNKNOWN; /* its old name */
}

/* The protocols that engine/app can parse; and those that are told, without a parser, as in Suricata. */
static const bool built[APP_PROTO_COUNT] = {
    [APP_IMAP] = true,
#define APP_PARSER(proto, name) [APP_##proto] = true,
#include "base/app_parser_list.h"
#undef APP_PARSER
};

bool app_parser_built(enum app_proto proto)
{
    if (proto == APP_HTTP)
        return built[APP_HTTP1] || built[APP_HTTP2];
    return (unsigned)proto < APP_PROTO_COUNT && built[proto];
}

uint64_t app_proto_named(enum app_proto proto)
{
    uint64_t bits = UINT64_C(1) << proto;
    return proto == APP_HTTP ? bits | UINT64_C(1) << APP_HTTP1 | UINT64_C(1) << APP_HTTP2 : bits;
}

uint64_t app_proto_bits(enum app_proto proto)
{
    uint64_t doh2 = UINT64_C(1) << APP_DOH2;
    switch (proto) {
    case APP_HTTP2:
    case APP_DNS:
        return app_proto_named(proto) | doh2;
    case APP_DOH2:
        return doh2 | UINT64_C(1) << APP_HTTP2;
    case APP_DCERPC: /* which SMB carries */
        return app_proto_named(proto) | UINT64_C(1) << APP_SMB;
    default:
        return app_proto_named(proto);
    }
}

bool app_proto_over_tcp(enum app_proto proto)
{
    return (unsigned)proto < APP_PROTO_COUNT && protos[proto].over & T;
}

bool app_proto_over_udp(enum app_proto proto)
{
    return (unsigned)proto < APP_PROTO_COUNT && protos[proto].over & U;
}
