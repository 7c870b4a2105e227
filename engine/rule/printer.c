/*
 * A rule as text. The sets of the header are printed resolved, as they were normalised, so that the text
 * means the same wherever it is read; options stand as they were written.
 */
#include "rule/rule_list.h"

#include <arpa/inet.h>
#include <errno.h>

#include "rule/header_parse.h"

static int print_address(const struct address *a, struct buf *out)
{
    char text[INET6_ADDRSTRLEN];
    if (!inet_ntop(a->version == 6 ? AF_INET6 : AF_INET, a->bytes, text, sizeof text))
        return -EINVAL;
    return buf_append(out, slice_str(text));
}

static int print_addresses(const struct address_set *set, struct buf *out)
{
    if (set->any)
        return buf_append(out, slice_str("any"));
    int rc = set->count > 1 ? buf_append_byte(out, '[') : 0;
    for (uint32_t i = 0; !rc && i < set->count; i++) {
        const struct address_range *range = &set->ranges[i];
        if (i)
            rc = buf_append_byte(out, ',');
        if (!rc)
            rc = print_address(&range->from, out);
        if (!rc && !address_equal(&range->from, &range->to)) {
            rc = buf_append_byte(out, '-');
            if (!rc)
                rc = print_address(&range->to, out);
        }
    }
    return rc || set->count <= 1 ? rc : buf_append_byte(out, ']');
}

static int print_ports(const struct port_set *set, struct buf *out)
{
    if (set->any)
        return buf_append(out, slice_str("any"));
    int rc = set->count > 1 ? buf_append_byte(out, '[') : 0;
    for (uint32_t i = 0; !rc && i < set->count; i++) {
        const struct port_range *range = &set->ranges[i];
        const char *comma = i ? "," : "";
        rc = range->from == range->to ? buf_printf(out, "%s%u", comma, range->from)
                                      : buf_printf(out, "%s%u:%u", comma, range->from, range->to);
    }
    return rc || set->count <= 1 ? rc : buf_append_byte(out, ']');
}

static int print_header(const struct rule_header *h, struct buf *out)
{
    int rc = buf_printf(out, "%s%s %s%s", rule_action_name(h), rule_scope_name(h->scope),
                        rule_protocol_name(h), rule_hook_name(h->hook));
    if (!rc && h->stage.compare)
        rc = buf_printf(out, ":%s", app_stage_name(h->app, h->stage.stage));
    if (!rc)
        rc = buf_append_byte(out, ' ');
    if (!rc)
        rc = print_addresses(h->source, out);
    if (!rc)
        rc = buf_append_byte(out, ' ');
    if (!rc)
        rc = print_ports(h->source_ports, out);
    if (!rc)
        rc = buf_printf(out, " %s ", rule_direction_name(h->direction));
    if (!rc)
        rc = print_addresses(h->destination, out);
    if (!rc)
        rc = buf_append_byte(out, ' ');
    return rc ? rc : print_ports(h->destination_ports, out);
}

int rule_print(const struct rule *rule, struct buf *out)
{
    int rc = print_header(&rule->header, out);
    for (uint32_t i = 0; !rc && i < rule->option_count; i++) {
        const struct rule_option *option = &rule->options[i];
        rc = buf_append(out, slice_str(i ? " " : " ("));
        if (!rc)
            rc = buf_append(out, slice_str(option->name));
        if (!rc && option->value)
            rc = buf_append_byte(out, ':');
        if (!rc && option->value)
            rc = buf_append(out, slice_str(option->value));
        if (!rc)
            rc = buf_append_byte(out, ';');
    }
    return rc ? rc : buf_append_byte(out, ')');
}
