/* Keywords of the application layer as a whole: app-layer-event. */
#include <errno.h>
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

static int parse_event(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice name = option->value;
    int rc = check_protocol(&b->rule->header, name, err);
    if (rc)
        return rc;
    enum app_event event = app_event_by_name(name);
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
