#include "app/detect.h"
#include "base/app_event.h"
#include "flow/tcp.h"

#include <strings.h>

#include "app/detect_probe.h"

enum { T = 1, U = 2, TU = 3 };

enum { NO_PORT = 65536 }; /* of a probe that is only asked once the other side is told */

enum { TCP = 6 };

struct pattern {
    enum app_proto proto;
    uint8_t first, compared; /* of the first byte at hand these bits; 0: the pattern begins further on */
    uint8_t over, offset;
    bool nocase;
    uint8_t length;
    const char *bytes;
};

enum { CASE = 0x20 };

#define COMPARED(offset, nocase) ((offset) ? 0 : (nocase) ? (uint8_t)~CASE : UINT8_MAX)
#define ENTRY(proto, over, offset, nocase, bytes)                                                         \
    {APP_##proto, (uint8_t)(bytes)[0], COMPARED(offset, nocase), over, offset, nocase, sizeof(bytes) - 1, \
     bytes},
#define OTHER(proto, over, offset, nocase, bytes)
#define PATTERN(proto, over, direction, offset, nocase, bytes) \
    OF_##direction(proto, over, offset, nocase, bytes)

static const struct pattern to_server[] = {
#define OF_TO_SERVER ENTRY
#define OF_TO_CLIENT OTHER
#include "app/detect_pattern_list.h"
#undef OF_TO_SERVER
#undef OF_TO_CLIENT
};

static const struct pattern to_client[] = {
#define OF_TO_SERVER OTHER
#define OF_TO_CLIENT ENTRY
#include "app/detect_pattern_list.h"
};
#undef PATTERN

struct probe {
    enum app_proto proto;
    uint8_t over;
    uint32_t port;
    detect_probe_fn look;
};

static const struct probe probes[] = {
#define PROBE(proto, over, port, function) {APP_##proto, over, port, function},
#include "app/detect_probe_list.h"
#undef PROBE
};

/* Protocols that have one. */
static const uint64_t probed = 0
#define PROBE(proto, over, port, function) | UINT64_C(1) << APP_##proto
#include "app/detect_probe_list.h"
#undef PROBE
    ;

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool has_pattern(enum app_proto proto)
{
    bool found = false;
    for (size_t i = 0; i < COUNT(to_server); i++)
        found |= to_server[i].proto == proto;
    for (size_t i = 0; i < COUNT(to_client); i++)
        found |= to_client[i].proto == proto;
    return found;
}

bool app_detect_port(enum app_proto proto, uint16_t port)
{
    for (size_t i = 0; i < COUNT(probes); i++)
        if (probes[i].proto == proto && (!probes[i].port || probes[i].port == port))
            return true;
    return has_pattern(proto);
}

static unsigned transport_of(const struct flow *flow)
{
    return flow->protocol == TCP ? T : U;
}

static bool has(const struct flow *flow, enum detect_bit bit, enum direction direction)
{
    return flow->app_detect & bit << direction;
}

static void set(struct flow *flow, enum detect_bit bit, enum direction direction)
{
    flow->app_detect |= (uint8_t)(bit << direction);
}

static bool told(enum app_proto proto)
{
    return proto != APP_UNKNOWN && proto != APP_FAILED;
}

static bool same(const struct pattern *p, const uint8_t *bytes, size_t n)
{
    return p->nocase ? strncasecmp((const char *)bytes, p->bytes, n) == 0 : memcmp(bytes, p->bytes, n) == 0;
}

static bool pattern_matches(const struct pattern *p, struct slice start)
{
    struct slice at = slice_from(start, p->offset);
    return start.n >= p->offset && at.p && at.n >= p->length && same(p, at.p, p->length);
}

/*
 * The patterns of a stream's direction are given up together, once there are as many bytes as the longest of
 * them needs in Suricata 8.0.8, even where the first byte already fits none.
 */
static const size_t patterns_need[DIRECTIONS] = {[TO_SERVER] = 17, [TO_CLIENT] = 10};

static enum app_proto look_patterns(const struct flow *flow, enum direction direction, struct slice start,
                                    uint64_t off, bool *unsure)
{
    const struct pattern *patterns = direction == TO_SERVER ? to_server : to_client;
    size_t count = direction == TO_SERVER ? COUNT(to_server) : COUNT(to_client);
    unsigned over = transport_of(flow);
    uint8_t first = start.p[0];
    for (const struct pattern *p = patterns; p < patterns + count; p++)
        if (!((first ^ p->first) & p->compared) /* nearly all end here */ && p->over & over &&
            pattern_matches(p, start) && !(off >> p->proto & 1))
            return p->proto;
    if (start.n < patterns_need[direction])
        *unsure = true;
    return APP_UNKNOWN;
}

struct doubt {
    bool unsure; /* more bytes may tell */
    bool turned; /* it is told, and goes the other way */
};

static bool is_told(enum detect_answer answer, struct doubt *doubt)
{
    doubt->turned |= answer == DETECT_TURNED;
    doubt->unsure |= answer == DETECT_UNSURE;
    return answer == DETECT_CERTAIN || answer == DETECT_TURNED;
}

static enum app_proto look_probes(const struct flow *flow, enum direction direction, struct slice start,
                                  uint64_t off, struct doubt *doubt)
{
    for (size_t i = 0; i < COUNT(probes); i++) {
        const struct probe *p = &probes[i];
        if (!(p->over & transport_of(flow)) || (p->port && p->port != flow->server_port) ||
            off >> p->proto & 1)
            continue;
        if (is_told(p->look(direction, start), doubt))
            return p->proto;
    }
    return APP_UNKNOWN;
}

/* What the other side speaks is asked for first, on any port. */
static bool fits_other(const struct flow *flow, enum direction direction, struct slice start,
                       struct doubt *doubt)
{
    enum app_proto other = flow->app_direction[!direction];
    struct doubt ignored = {0};
    for (size_t i = 0; told(other) && probed >> other & 1 && i < COUNT(probes); i++)
        if (probes[i].proto == other && probes[i].over & transport_of(flow) &&
            is_told(probes[i].look(direction, start), &ignored)) {
            doubt->turned = ignored.turned;
            return true;
        }
    return false;
}

static enum app_proto look(const struct flow *flow, enum direction direction, struct slice start,
                           uint64_t off, struct doubt *doubt)
{
    if (fits_other(flow, direction, start, doubt))
        return flow->app_direction[!direction];
    enum app_proto proto = look_patterns(flow, direction, start, off, &doubt->unsure);
    return proto != APP_UNKNOWN ? proto : look_probes(flow, direction, start, off, doubt);
}

static bool begins_with_code(struct slice s)
{
    for (size_t i = 0; i < 3; i++)
        if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

/*
 * Protocols whose parser in Suricata takes over the other direction even when its bytes are not like it; with
 * the rest that direction is failed. SMTP does not with a reply that is no greeting (RFC 5321, 4.3.1). RFB
 * does when the server speaks first, as it should (RFC 6143, 7.1.1).
 */
static bool takes_other_direction(const struct flow *flow, enum app_proto proto, struct slice start)
{
    switch (proto) {
    case APP_SMTP:
        return start.n && memchr(start.p, '\n', start.n) && !begins_with_code(start);
    case APP_SSH:
    case APP_DCERPC:
    case APP_NFS:
    case APP_RDP:
    case APP_HTTP2: /* frames without the preface */
        return true;
    case APP_RFB:
        return has(flow, DETECT_FIRST, TO_CLIENT);
    default:
        return flow->protocol != TCP;
    }
}

static void fail(struct flow *flow, enum direction direction)
{
    flow->app_direction[direction] = APP_FAILED;
    set(flow, DETECT_DONE, direction);
    if (flow->app == APP_UNKNOWN)
        flow->app = APP_FAILED;
}

/* This direction's bytes are at their end; what it is depends on the other one. */
static void conclude(struct flow *flow, enum direction direction, struct slice start)
{
    enum app_proto other = flow->app_direction[!direction];
    if (told(other) && takes_other_direction(flow, other, start)) {
        flow->app_direction[direction] = other;
        if (flow->protocol != TCP)
            set(flow, DETECT_DONE, direction);
    } else if (told(other) || flow->protocol != TCP) {
        fail(flow, direction);
        if (told(other))
            flow->app_event = APP_EVENT_APPLAYER_DETECT_PROTOCOL_ONLY_ONE_DIRECTION;
    } else if (has(flow, DETECT_EXHAUSTED, !direction)) {
        fail(flow, direction);
        fail(flow, !direction);
    }
}

static void accept(struct flow *flow, enum direction direction, enum app_proto proto)
{
    enum app_proto other = flow->app_direction[!direction];
    flow->app_direction[direction] = proto;
    set(flow, DETECT_DONE, direction);
    if (!told(flow->app))
        flow->app = proto;
    if (told(other) && other != proto)
        flow->app_event = APP_EVENT_APPLAYER_MISMATCH_PROTOCOL_BOTH_DIRECTIONS;
    /* A TLS server does not speak first (RFC 8446, 2): in Suricata such a flow has failed. */
    if (proto == APP_TLS && flow->app == proto && flow->protocol == TCP &&
        has(flow, DETECT_FIRST, TO_CLIENT)) {
        flow->app = APP_FAILED;
        flow->app_event = APP_EVENT_APPLAYER_WRONG_DIRECTION_FIRST_DATA;
        if (flow->app_direction[!direction] == APP_UNKNOWN)
            fail(flow, !direction);
    }
    if (proto == APP_IMAP && flow->app_direction[!direction] == APP_UNKNOWN &&
        has(flow, DETECT_EXHAUSTED, !direction))
        fail(flow, !direction);
}

/* IMAP is detected by one side only: it has no parser that would want the other. */
bool app_detect_open(const struct flow *flow, enum direction direction)
{
    return flow->app_direction[direction] == APP_UNKNOWN && flow->app != APP_IMAP;
}

bool app_detect_wants(const struct flow *flow, enum direction direction)
{
    return app_detect_open(flow, direction) &&
           (!has(flow, DETECT_EXHAUSTED, direction) || told(flow->app_direction[!direction]));
}

void app_detect_seen(struct flow *flow, enum direction direction, uint64_t bytes)
{
    if (bytes < DETECT_MOST || !app_detect_open(flow, direction))
        return;
    for (int d = 0; d < DIRECTIONS; d++)
        if (flow->app_direction[d] == APP_UNKNOWN)
            fail(flow, (enum direction)d);
}

bool app_detect(struct flow *flow, enum direction direction, struct slice start)
{
    return app_detect_but(flow, direction, start, APP_PROTOS_OFF);
}

bool app_detect_but(struct flow *flow, enum direction direction, struct slice start, uint64_t off)
{
    bool datagram = flow->protocol != TCP;
    if (!app_detect_wants(flow, direction) || (!start.n && !datagram))
        return false;
    if (!(flow->app_detect & (DETECT_FIRST << TO_SERVER | DETECT_FIRST << TO_CLIENT)))
        set(flow, DETECT_FIRST, direction);
    struct doubt doubt = {0};
    enum app_proto proto = start.n ? look(flow, direction, start, off, &doubt) : APP_UNKNOWN;
    if (proto != APP_UNKNOWN) {
        accept(flow, direction, proto);
        if (doubt.turned)
            flow_turn(flow);
        return doubt.turned;
    }
    if (doubt.unsure && !datagram)
        return false;
    set(flow, DETECT_EXHAUSTED, direction);
    conclude(flow, direction, start);
    return false;
}

void app_detect_anew(struct flow *flow)
{
    flow->app_detect = 0;
    flow->app = flow->app_direction[TO_SERVER] = flow->app_direction[TO_CLIENT] = APP_UNKNOWN;
}

void app_detect_changed(struct flow *flow, enum app_proto proto)
{
    flow->app = proto;
    for (int d = 0; d < DIRECTIONS; d++) {
        flow->app_direction[d] = proto;
        flow->app_detect &= (uint8_t) ~((DETECT_TOLD | DETECT_DONE) << d);
    }
}

void app_detect_expected(struct flow *flow, enum app_proto proto)
{
    flow->app = proto;
    for (int d = 0; d < DIRECTIONS; d++) {
        flow->app_direction[d] = proto;
        if (flow->tcp->streams[d].inspectable) /* as in Suricata a side that is silent has no news */
            set(flow, DETECT_DONE, (enum direction)d);
    }
}

void app_detect_heard(struct flow *flow, enum direction direction)
{
    if (flow->app_original != APP_UNKNOWN && told(flow->app_direction[direction]))
        set(flow, DETECT_DONE, direction);
}

void app_detect_lost(struct flow *flow, enum direction direction)
{
    if (!app_detect_wants(flow, direction))
        return;
    set(flow, DETECT_EXHAUSTED, direction);
    conclude(flow, direction, slice_of(NULL, 0));
}

void app_detect_end(struct flow *flow, enum direction direction)
{
    enum app_proto other = flow->app_direction[!direction];
    if (app_detect_open(flow, direction) && told(other))
        flow->app_direction[direction] = other;
}

bool app_detect_news(struct flow *flow, enum direction direction, uint8_t before)
{
    bool known = before & DETECT_DONE << direction;
    if (flow->protocol != TCP && !known)
        return has(flow, DETECT_DONE, direction);
    if (!known || has(flow, DETECT_TOLD, direction))
        return false;
    set(flow, DETECT_TOLD, direction);
    return true;
}
