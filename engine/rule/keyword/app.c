/* Keywords of the application layer as a whole: app-layer-event. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/app_event.h"
#include "base/app_proto.h"
#include "rule/keyword/sticky.h"

/* An event belongs to the protocol that its name starts with; the rule must be able to meet it. */
static int check_protocol(const struct rule_header *header, struct slice name, struct err *err)
{
    const uint8_t *dot = memchr(name.p, '.', name.n);
    if (!dot)
        return 0;
    struct slice word = slice_first(name, (size_t)(dot - name.p));
    enum app_proto app = app_proto_by_name(word);
    if (app != APP_UNKNOWN && !app_parser_built(app))
        return err_set(err, -ENOTSUP, "needs the %s parser, which is not built yet", app_proto_name(app));
    if (app != APP_UNKNOWN && header->protocol == PROTOCOL_APP &&
        !(app_proto_bits(app) & app_proto_bits(header->app)))
        return err_set(err, -EINVAL, "an event of %s in a rule about %s", app_proto_name(app),
                       app_proto_name(header->app));
    return 0;
}

/* DNS over HTTPS raises HTTP/2's. */
static enum app_event event_of(struct slice name)
{
    static const char doh2[] = "doh2.", http2[] = "http2.";
    char full[64];
    size_t n = sizeof doh2 - 1;
    if (!slice_equal(slice_first(name, n), slice_str(doh2)) || name.n - n > sizeof full - sizeof http2)
        return app_event_by_name(name);
    snprintf(full, sizeof full, "%s%.*s", http2, (int)(name.n - n), (const char *)name.p + n);
    return app_event_by_name(slice_str(full));
}

static int parse_event(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice name = option->value;
    int rc = check_protocol(&b->rule->header, name, err);
    if (rc)
        return rc;
    enum app_event event = event_of(name);
    if (event == APP_EVENT_NONE)
        return err_set(err, -EINVAL, "no such application layer event: expected protocol.event");
    struct uint_condition *condition = malloc(sizeof *condition);
    if (!condition)
        return err_set(err, -ENOMEM, "out of memory");
    *condition = (struct uint_condition){.compare = UINT_EQUAL, .a = event};
    return sticky_test(b, BUFFER_APP_EVENT, &sticky_number_ops, condition, err);
}

const struct keyword keywords_app[] = {
    {"app-layer-event", NULL, VALUE_REQUIRED, parse_event},
    {NULL, NULL, VALUE_NONE, NULL},
};
