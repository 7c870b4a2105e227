#include "app/detect.h"

#include <strings.h>

#include "app/detect_probe.h"

enum { T = 1, U = 2, TU = 3 };

struct pattern {
    enum app_proto proto;
    uint8_t over, direction, offset;
    bool nocase;
    uint8_t length;
    const char *bytes;
};

static const struct pattern patterns[] = {
#define PATTERN(proto, over, direction, offset, nocase, bytes) \
    {APP_##proto, over, direction, offset, nocase, sizeof(bytes) - 1, bytes},
#include "app/detect_pattern_list.h"
#undef PATTERN
};

struct probe {
    enum app_proto proto;
    uint8_t over;
    uint16_t port;
    detect_probe_fn look;
};

static const struct probe probes[] = {
#define PROBE(proto, over, port, function) {APP_##proto, over, port, function},
#include "app/detect_probe_list.h"
#undef PROBE
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool same(const struct pattern *p, const uint8_t *bytes, size_t n)
{
    return p->nocase ? strncasecmp((const char *)bytes, p->bytes, n) == 0 : memcmp(bytes, p->bytes, n) == 0;
}

static enum detect_answer try_pattern(const struct pattern *p, struct slice start)
{
    struct slice at = slice_from(start, p->offset);
    if (at.n == 0)
        return DETECT_UNSURE;
    if (at.n < p->length)
        return same(p, at.p, at.n) ? DETECT_UNSURE : DETECT_NO;
    return same(p, at.p, p->length) ? DETECT_CERTAIN : DETECT_NO;
}

/* The protocol that this direction's bytes tell; *unsure is set when more bytes could change a "none". */
static enum app_proto look(const struct flow *flow, enum direction direction, struct slice start,
                           bool *unsure)
{
    unsigned over = flow->protocol == 6 ? T : U;
    for (size_t i = 0; i < COUNT(patterns); i++) {
        const struct pattern *p = &patterns[i];
        if (!(p->over & over) || p->direction != direction)
            continue;
        enum detect_answer answer = try_pattern(p, start);
        if (answer == DETECT_CERTAIN)
            return p->proto;
        *unsure |= answer == DETECT_UNSURE;
    }
    for (size_t i = 0; i < COUNT(probes); i++) {
        const struct probe *p = &probes[i];
        if (!(p->over & over) || (p->port && p->port != flow->server_port && p->port != flow->client_port))
            continue;
        enum detect_answer answer = p->look(direction, start);
        if (answer == DETECT_CERTAIN)
            return p->proto;
        *unsure |= answer == DETECT_UNSURE;
    }
    return APP_UNKNOWN;
}

bool app_detect_wants(const struct flow *flow, enum direction direction)
{
    return flow->app == APP_UNKNOWN && flow->app_direction[direction] == APP_UNKNOWN;
}

void app_detect(struct flow *flow, enum direction direction, struct slice start)
{
    if (!app_detect_wants(flow, direction) || !start.n)
        return;
    bool unsure = false;
    enum app_proto proto = look(flow, direction, start, &unsure);
    if (proto != APP_UNKNOWN) {
        flow->app = proto;
        flow->app_direction[direction] = proto;
        if (flow->app_direction[!direction] == APP_UNKNOWN)
            flow->app_direction[!direction] = proto;
        return;
    }
    if (unsure && flow->protocol == 6 && start.n < DETECT_MOST)
        return;
    flow->app_direction[direction] = APP_FAILED;
    if (flow->protocol != 6 || flow->app_direction[!direction] == APP_FAILED)
        flow->app = APP_FAILED;
}
