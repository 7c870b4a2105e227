/* The two ends of a flow: "host:port" with an address or one of the names, or a mapping that says more. */
#include <errno.h>
#include <stdio.h>

#include "base/suggest.h"
#include "craft/flow_reader.h"

struct end_reading {
    struct flow_reader *r;
    struct craft_end *end;
};

static int unknown_host(struct flow_reader *r, const yaml_node_t *node, const char *name)
{
    const char *best = NULL;
    unsigned least = 0;
    for (uint32_t i = 0; i < r->flows->host_count; i++)
        suggest(name, r->flows->hosts[i].name, &best, &least);
    int rc = yaml_fail(r->tree, node, -EINVAL, "\"%.60s\" is no address, and no name of `hosts`", name);
    if (best)
        err_hint(r->tree->err, "did you mean \"%s\"?", best);
    return rc;
}

int flow_address(struct flow_reader *r, const yaml_node_t *node, struct slice text, struct address *out)
{
    char name[128];
    snprintf(name, sizeof name, "%.*s", text.n > 127 ? 127 : (int)text.n, text.n ? (const char *)text.p : "");
    for (uint32_t i = 0; i < r->flows->host_count; i++)
        if (strcmp(r->flows->hosts[i].name, name) == 0) {
            *out = r->flows->hosts[i].address;
            return 0;
        }
    return address_parse(name, out) ? 0 : unknown_host(r, node, name);
}

static int port(struct flow_reader *r, const yaml_node_t *node, struct slice text, uint16_t *out)
{
    unsigned value = 0;
    bool digits = text.n > 0 && text.n <= 5;
    for (size_t i = 0; i < text.n && digits; i++) {
        digits = text.p[i] >= '0' && text.p[i] <= '9';
        value = value * 10 + (text.p[i] - '0');
    }
    if (!digits || value > UINT16_MAX)
        return yaml_fail(r->tree, node, -EINVAL, "expected a port from 0 to 65535 behind the colon");
    *out = (uint16_t)value;
    return 0;
}

/* "host", "host:port", "[v6]:port", "v6" */
static int end_text(struct flow_reader *r, const yaml_node_t *node, struct craft_end *end)
{
    struct slice text = yaml_scalar(node), host = text, after = {0};
    if (text.n && text.p[0] == '[') {
        const uint8_t *close = memchr(text.p, ']', text.n);
        if (!close)
            return yaml_fail(r->tree, node, -EINVAL, "the bracket is not closed");
        host = slice_of(text.p + 1, (size_t)(close - text.p) - 1);
        after = slice_from(text, host.n + 2);
        if (after.n && after.p[0] != ':')
            return yaml_fail(r->tree, node, -EINVAL, "expected a colon and a port behind the bracket");
    } else {
        const uint8_t *colon = text.n ? memchr(text.p, ':', text.n) : NULL;
        bool only_one = colon && !memchr(colon + 1, ':', text.n - (size_t)(colon + 1 - text.p));
        if (only_one) {
            host.n = (size_t)(colon - text.p);
            after = slice_from(text, host.n);
            if (!host.n) /* ":80" */
                return port(r, node, slice_from(after, 1), &end->port);
        }
    }
    int rc = flow_address(r, node, host, &end->address);
    return rc || !after.n ? rc : port(r, node, slice_from(after, 1), &end->port);
}

static int take_address(void *ctx, const yaml_node_t *value)
{
    const struct end_reading *e = ctx;
    return end_text(e->r, value, e->end);
}

static int take_port(void *ctx, const yaml_node_t *value)
{
    const struct end_reading *e = ctx;
    return port(e->r, value, yaml_scalar(value), &e->end->port);
}

static int take_mss(void *ctx, const yaml_node_t *value)
{
    const struct end_reading *e = ctx;
    int64_t n;
    int rc = yaml_number(e->r->tree, value, 1, UINT16_MAX, &n);
    e->end->mss = rc ? 0 : (uint16_t)n;
    return rc;
}

static int take_isn(void *ctx, const yaml_node_t *value)
{
    const struct end_reading *e = ctx;
    int64_t n;
    int rc = yaml_number(e->r->tree, value, 0, UINT32_MAX, &n);
    e->end->has_isn = true;
    e->end->isn = rc ? 0 : (uint32_t)n;
    return rc;
}

static int take_mac(void *ctx, const yaml_node_t *value)
{
    const struct end_reading *e = ctx;
    unsigned b[6];
    char behind;
    struct slice text = yaml_scalar(value);
    if (text.n != 17 || sscanf((const char *)text.p, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2], &b[3],
                               &b[4], &b[5], &behind) != 6)
        return yaml_fail(e->r->tree, value, -EINVAL, "expected a MAC address such as 02:00:00:00:00:01");
    for (unsigned i = 0; i < 6; i++)
        e->end->mac[i] = (uint8_t)b[i];
    e->end->has_mac = true;
    return 0;
}

static const struct yaml_field end_fields[] = {{"address", take_address}, {"port", take_port},
                                               {"mss", take_mss},         {"isn", take_isn},
                                               {"mac", take_mac},         {0}};

int flow_end(struct flow_reader *r, const yaml_node_t *node, struct craft_end *end)
{
    struct end_reading reading = {r, end};
    if (node->type == YAML_MAPPING_NODE)
        return yaml_take_fields(r->tree, node, end_fields, &reading);
    return end_text(r, node, end);
}
