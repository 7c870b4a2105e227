/*
 * decode-event, stream-event, engine-event: oddities that the decoder, the defragmenter and the stream engine
 * found in a packet; and app-layer-protocol.
 */
#include <ctype.h>
#include <errno.h>
#include <assert.h>
#include <stdio.h>

#include "rule/keyword/number.h"
#include "flow/flow.h"

static bool match_event(const void *data, const struct view *view)
{
    return packet_event_has(&view->packet->events, *(const enum packet_event *)data);
}

static const struct test_ops event_ops = {.keyword = "engine-event", .match = match_event};

static int add_event(struct rule_builder *b, const char *prefix, struct slice name, struct err *err)
{
    char text[96];
    int n =
        snprintf(text, sizeof text, "%s%.*s", prefix, name.n < sizeof text ? (int)name.n : (int)sizeof text,
                 name.n ? (const char *)name.p : "");
    for (char *c = text; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    enum packet_event event = EVENT_NONE;
    if (n > 0 && (size_t)n < sizeof text)
        event = packet_event_by_name(slice_of(text, (size_t)n));
    bool stream = strncmp(text, "stream.", 7) == 0;
    if (event == EVENT_NONE || stream != (*prefix != '\0'))
        return err_set(err, -EINVAL, "unknown %s event \"%.*s\"", *prefix ? "stream" : "decode", (int)name.n,
                       (const char *)name.p);
    b->rule->flags |= stream ? RULE_NEEDS_STREAM_EVENT : RULE_NEEDS_DECODE_EVENT;
    hint_event(b->rule, (uint16_t)event);
    return copied_test(b, &event_ops, &event, sizeof event);
}

static int parse_decode_event(struct rule_builder *b, const struct option *option, struct err *err)
{
    return add_event(b, "", option->value, err);
}

static int parse_stream_event(struct rule_builder *b, const struct option *option, struct err *err)
{
    return add_event(b, "stream.", option->value, err);
}

/* The old name of both: decoder.NAME or stream.NAME. */
static int parse_engine_event(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const struct {
        const char *text, *prefix;
    } kinds[] = {{"decoder.", ""}, {"stream.", "stream."}};
    for (int i = 0; i < 2; i++) {
        size_t n = strlen(kinds[i].text);
        if (option->value.n > n && memcmp(option->value.p, kinds[i].text, n) == 0)
            return add_event(b, kinds[i].prefix, slice_from(option->value, n), err);
    }
    return err_set(err, -EINVAL, "expected decoder.EVENT or stream.EVENT");
}

enum app_mode { MODE_DIRECTION, MODE_FINAL, MODE_EITHER, MODE_TO_SERVER, MODE_TO_CLIENT, MODE_ORIGINAL };

struct app_test {
    uint64_t protos; /* bits: 1 << enum app_proto */
    uint8_t mode;    /* enum app_mode */
    bool negated;
};
static_assert(APP_PROTO_COUNT <= 64, "app_test.protos has a bit for each protocol");

static bool app_among(const struct app_test *want, enum app_proto app)
{
    return want->protos >> app & 1;
}

/* While detection goes on nothing is known, and a negation does not hold either. */
static bool app_holds(const struct app_test *want, enum app_proto app)
{
    if (app == APP_UNKNOWN)
        return app_among(want, app);
    return app_among(want, app) != want->negated;
}

static bool match_app(const void *data, const struct view *view)
{
    const struct app_test *want = data;
    const struct flow *flow = view->flow;
    if (!flow)
        return false;
    switch ((enum app_mode)want->mode) {
    case MODE_DIRECTION:
        return app_holds(want, flow->app_direction[view->direction]);
    case MODE_FINAL:
        return app_holds(want, flow->app);
    case MODE_ORIGINAL:
        return app_holds(want, flow->app_original);
    case MODE_TO_SERVER:
        return app_holds(want, flow->app_direction[TO_SERVER]);
    case MODE_TO_CLIENT:
        return app_holds(want, flow->app_direction[TO_CLIENT]);
    case MODE_EITHER:
        break;
    }
    const enum app_proto *app = flow->app_direction;
    if (want->negated && app[TO_SERVER] != APP_UNKNOWN && app[TO_CLIENT] != APP_UNKNOWN)
        return app_holds(want, app[TO_SERVER]) && app_holds(want, app[TO_CLIENT]);
    return app_holds(want, app[TO_SERVER]) || app_holds(want, app[TO_CLIENT]);
}

static const struct test_ops app_ops = {.keyword = "app-layer-protocol", .match = match_app};

/* A name, with the protocols that it covers. 0: unknown, or switched off, as in Suricata: no flow is ever
 * told to be of it. */
static uint64_t app_bits(struct slice name, uint64_t off)
{
    if (slice_equal(name, slice_str("unknown")))
        return UINT64_C(1) << APP_UNKNOWN;
    if (slice_equal(name, slice_str("failed")))
        return UINT64_C(1) << APP_FAILED;
    enum app_proto app = app_proto_by_name(name);
    if (app == APP_UNKNOWN || off >> app & 1)
        return 0;
    uint64_t bits = UINT64_C(1) << app;
    if (app == APP_HTTP)
        bits |= UINT64_C(1) << APP_HTTP1 | UINT64_C(1) << APP_HTTP2;
    if (app == APP_HTTP2 || app == APP_DNS)
        bits |= UINT64_C(1) << APP_DOH2;
    if (app == APP_DOH2) /* and the other way round */
        bits |= UINT64_C(1) << APP_DNS | UINT64_C(1) << APP_HTTP2;
    if (app == APP_DCERPC) /* which SMB carries */
        bits |= UINT64_C(1) << APP_SMB;
    return bits;
}

static bool app_mode_read(struct slice s, uint8_t *mode)
{
    static const char *const names[] = {"direction", "final", "either", "to_server", "to_client", "original"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (slice_equal(s, slice_str(names[i]))) {
            *mode = (uint8_t)i;
            return true;
        }
    return s.n == 0;
}

static int app_protos_read(struct slice s, uint64_t off, struct app_test *want, struct err *err)
{
    while (s.p) {
        const uint8_t *bar = s.n ? memchr(s.p, '|', s.n) : NULL;
        struct slice name = bar ? slice_first(s, (size_t)(bar - s.p)) : s;
        s = bar ? slice_of(bar + 1, s.n - name.n - 1) : slice_of(NULL, 0);
        if (!name.n)
            return err_set(err, -EINVAL, "expected protocol names with one | between them");
        uint64_t bits = app_bits(name, off);
        if (!bits)
            return err_set(err, -EINVAL, "unknown application protocol \"%.*s\", or one that is not detected",
                           (int)name.n, (const char *)name.p);
        if (want->negated && bits & UINT64_C(1) << APP_UNKNOWN)
            return err_set(err, -EINVAL, "\"unknown\" cannot be negated");
        want->protos |= bits;
    }
    return 0;
}

/* Of one mode, there may be several negations or one list. */
static bool app_conflicts(const struct rule *rule, const struct app_test *want)
{
    for (uint32_t i = 0; i < rule->test_count; i++) {
        if (rule->tests[i].ops != &app_ops)
            continue;
        const struct app_test *before = rule->tests[i].data;
        if (before->mode == want->mode && !(before->negated && want->negated))
            return true;
    }
    return false;
}

static int parse_app(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct app_test want = {0};
    struct slice s = option->value;
    if (b->rule->header.protocol == PROTOCOL_APP)
        return err_set(err, -EINVAL, "the rule's protocol is one of the application layer already");
    text_unquote(&s);
    want.negated = text_negated(&s);
    const uint8_t *comma = s.n ? memchr(s.p, ',', s.n) : NULL;
    if (comma) {
        size_t at = (size_t)(comma - s.p);
        if (!app_mode_read(slice_from(s, at + 1), &want.mode))
            return err_set(
                err, -EINVAL,
                "expected direction, final, either, to_server, to_client or original after the comma");
        s = slice_first(s, at);
    }
    if (!s.n)
        return err_set(err, -EINVAL, "expected the name of an application protocol, unknown or failed");
    int r = app_protos_read(s, APP_PROTOS_OFF & ~b->context->apps_on, &want, err);
    if (r)
        return r;
    if (app_conflicts(b->rule, &want))
        return err_set(err, -EINVAL,
                       "this app-layer-protocol contradicts, or repeats, another one of the rule");
    b->rule->flags |= RULE_NEEDS_APP_PROTO;
    return copied_test(b, &app_ops, &want, sizeof want);
}

const struct keyword keywords_event[] = {
    {"decode-event", NULL, VALUE_REQUIRED, parse_decode_event},
    {"stream-event", NULL, VALUE_REQUIRED, parse_stream_event},
    {"engine-event", NULL, VALUE_REQUIRED, parse_engine_event},
    {"app-layer-protocol", NULL, VALUE_REQUIRED, parse_app},
    {NULL, NULL, VALUE_NONE, NULL},
};
