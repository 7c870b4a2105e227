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
    return APP_UNKNOWN;
}

/* The protocols that engine/app can parse: a parser adds its line here when it lands. APP_UNKNOWN ends it. */
static const enum app_proto built[] = {
    APP_UNKNOWN,
};

bool app_parser_built(enum app_proto proto)
{
    for (const enum app_proto *p = built; *p != APP_UNKNOWN; p++)
        if (*p == proto)
            return true;
    return false;
}

bool app_proto_over_tcp(enum app_proto proto)
{
    return (unsigned)proto < APP_PROTO_COUNT && protos[proto].over & T;
}

bool app_proto_over_udp(enum app_proto proto)
{
    return (unsigned)proto < APP_PROTO_COUNT && protos[proto].over & U;
}
