/* Keywords of the application layer as a whole: app-layer-event, app-layer-state. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/app_event.h"
#include "base/app_proto.h"
#include "rule/keyword/sticky.h"

/* An event belongs to the protocol that its name starts with; the rule must be able to meet it. */
static int check_protocol(struct rule *rule, struct slice word, struct err *err)
{
    enum app_proto app = app_proto_by_name(word);
    if (app == APP_UNKNOWN)
        return err_set(err, -EINVAL, "expected the name of a protocol and an event: protocol.event");
    if (!app_parser_built(app))
        return err_set(err, -ENOTSUP, "needs the %s parser, which is not built yet", app_proto_name(app));
    if (rule->header.protocol == PROTOCOL_APP && !(app_proto_bits(app) & app_proto_bits(rule->header.app)))
        return err_set(err, -EINVAL, "an event of %s in a rule about %s", app_proto_name(app),
                       app_proto_name(rule->header.app));
    rule->apps &= app_proto_bits(app);
    return 0;
}

static bool match_flow_event(const void *data, const struct view *view)
{
    const uint16_t *event = data;
    return view->app_event == *event;
}

static const struct test_ops flow_event_ops = {.keyword = "app-layer-event", .match = match_flow_event};

/* Events of detection itself: of the packet that brought them, whatever the protocol is. */
static int parse_flow_event(struct rule_builder *b, enum app_event event, struct err *err)
{
    uint16_t *data = malloc(sizeof *data);
    if (!data)
        return err_set(err, -ENOMEM, "out of memory");
    *data = (uint16_t)event;
    return builder_test(b, &flow_event_ops, data) ? err_set(err, -ENOMEM, "out of memory") : 0;
}

/* DNS over HTTPS raises HTTP/2's, and IKE's have an old name as well. */
static enum app_event event_of(struct slice name)
{
    static const struct {
        const char *protocol, *raises;
    } others[] = {{"doh2.", "http2."}, {"ikev2.", "ike."}};
    char full[64];
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct slice protocol = slice_str(others[i].protocol);
        if (!slice_equal(slice_first(name, protocol.n), protocol))
            continue;
        struct slice rest = slice_from(name, protocol.n);
        int n = snprintf(full, sizeof full, "%s%.*s", others[i].raises, (int)slice_first(rest, sizeof full).n,
                         (const char *)rest.p);
        return n < (int)sizeof full ? app_event_by_name(slice_str(full)) : APP_EVENT_NONE;
    }
    return app_event_by_name(name);
}

/*
 * As Suricata: a rule that names an event which its protocol does not have (any more) is left out with a
 * warning, since rule files outlive events.
 */
static int parse_event(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice name = option->value;
    const uint8_t *dot = memchr(name.p, '.', name.n);
    enum app_event event = event_of(name);
    int rc = dot ? check_protocol(b->rule, slice_first(name, (size_t)(dot - name.p)), err) : 0;
    if (rc)
        return rc;
    if (event == APP_EVENT_NONE)
        return err_set(err, dot ? -ECANCELED : -EINVAL, "no such event: \"%.*s\"",
                       name.n > 64 ? 64 : (int)name.n, (const char *)name.p);
    if (!dot)
        return parse_flow_event(b, event, err);
    struct uint_condition *condition = malloc(sizeof *condition);
    if (!condition)
        return err_set(err, -ENOMEM, "out of memory");
    *condition = (struct uint_condition){.compare = UINT_EQUAL, .a = event};
    return sticky_test(b, BUFFER_APP_EVENT, &sticky_number_ops, condition, err);
}

/* app-layer-state:[<|>]STAGE */
static int parse_state(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct rule *rule = b->rule;
    struct slice word = option->value;
    enum stage_compare compare = STAGE_AT;
    if (rule->header.protocol != PROTOCOL_APP)
        return err_set(err, -EINVAL, "app-layer-state needs a rule whose protocol has states");
    if (rule->stage.compare)
        return err_set(err, -EINVAL, "the rule has an app-layer-state already");
    if (word.n && (word.p[0] == '<' || word.p[0] == '>')) {
        compare = word.p[0] == '<' ? STAGE_BEFORE : STAGE_AFTER;
        word = slice_from(word, 1);
    }
    if (!app_stage_find_own(rule->header.app, word, &rule->stage.stage))
        return err_set(err, -EINVAL, "%s has no state \"%.*s\"", app_proto_name(rule->header.app),
                       word.n > 64 ? 64 : (int)word.n, (const char *)word.p);
    rule->stage.compare = (uint8_t)compare;
    return 0;
}

const struct keyword keywords_app[] = {
    {"app-layer-event", NULL, VALUE_REQUIRED, parse_event},
    {"app-layer-state", NULL, VALUE_REQUIRED, parse_state},
    {NULL, NULL, VALUE_NONE, NULL},
};
