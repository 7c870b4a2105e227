#include "craft/flows_yaml.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/grow.h"
#include "craft/flow_reader.h"

enum { VLAN_ID_MOST = 4095, WELL_KNOWN_HTTPS = 443, WELL_KNOWN_DNS = 53 };

struct flow_fields { /* what needs the rest of the flow is read last */
    struct flow_reader *r;
    const yaml_node_t *steps, *http, *dns, *tls, *repeat;
    bool has_close;
};

int flow_reader_work(struct flow_reader *r, const yaml_node_t *node)
{
    if (r->depth > FLOW_DEPTH_MOST)
        return yaml_fail(r->tree, node, -EINVAL, "nested too deeply");
    if (++r->work > FLOW_WORK_MOST)
        return yaml_fail(r->tree, node, -E2BIG, "more than %d values", FLOW_WORK_MOST);
    return 0;
}

static int number(const struct flow_fields *f, const yaml_node_t *value, int64_t most, int64_t *out)
{
    return yaml_number(f->r->tree, value, 0, most, out);
}

#define TAKE_NODE(name)                                         \
    static int take_##name(void *ctx, const yaml_node_t *value) \
    {                                                           \
        ((struct flow_fields *)ctx)->name = value;              \
        return 0;                                               \
    }
TAKE_NODE(steps)
TAKE_NODE(http)
TAKE_NODE(dns)
TAKE_NODE(tls)
TAKE_NODE(repeat)
#undef TAKE_NODE

static int take_name(void *ctx, const yaml_node_t *value)
{
    struct flow_fields *f = ctx;
    struct slice name = arena_copy(f->r->flows->arena, yaml_scalar(value));
    f->r->flow.name = (const char *)name.p;
    return name.p ? 0 : flow_reader_no_memory(f->r, value);
}

static int take_client(void *ctx, const yaml_node_t *value)
{
    struct flow_fields *f = ctx;
    return flow_end(f->r, value, &f->r->flow.client);
}

static int take_server(void *ctx, const yaml_node_t *value)
{
    struct flow_fields *f = ctx;
    return flow_end(f->r, value, &f->r->flow.server);
}

static int take_proto(void *ctx, const yaml_node_t *value)
{
    static const char *const words[] = {"tcp", "udp", "icmp", NULL};
    struct flow_fields *f = ctx;
    struct slice text = yaml_scalar(value);
    int64_t n;
    if (text.n && text.p[0] >= '0' && text.p[0] <= '9') {
        int rc = number(f, value, UINT8_MAX, &n);
        f->r->flow.protocol = CRAFT_IP;
        f->r->flow.ip_protocol = rc ? 0 : (uint8_t)n;
        return rc;
    }
    for (int i = 0; words[i]; i++)
        if (slice_equal(text, slice_str(words[i]))) {
            f->r->flow.protocol = (enum craft_protocol)i;
            return 0;
        }
    return yaml_fail(f->r->tree, value, -EINVAL,
                     "expected tcp, udp, icmp, or the number of a protocol over IP");
}

static int take_vlan(void *ctx, const yaml_node_t *value)
{
    struct flow_fields *f = ctx;
    struct craft_flow *flow = &f->r->flow;
    for (size_t i = 0; i < yaml_count(value); i++) {
        int64_t id;
        if (i == VLAN_LAYERS)
            return yaml_fail(f->r->tree, value, -EINVAL, "more than %d VLAN tags", VLAN_LAYERS);
        int rc = number(f, yaml_item(f->r->tree, value, i) ? yaml_item(f->r->tree, value, i) : value,
                        VLAN_ID_MOST, &id);
        if (rc)
            return rc;
        flow->vlan[flow->vlan_count++] = (uint16_t)id;
    }
    return 0;
}

static int take_handshake(void *ctx, const yaml_node_t *value)
{
    struct flow_fields *f = ctx;
    bool handshake = true;
    int rc = yaml_flag(f->r->tree, value, &handshake);
    f->r->flow.no_handshake = !handshake;
    return rc;
}

static int take_close(void *ctx, const yaml_node_t *value)
{
    static const char *const words[] = {"fin", "server-fin", "rst", "server-rst", "none", NULL};
    struct flow_fields *f = ctx;
    int which;
    int rc = yaml_choice(f->r->tree, value, words, &which);
    f->r->flow.close = rc ? CRAFT_FIN : (enum craft_close)which;
    f->has_close = true;
    return rc;
}

static int take_at(void *ctx, const yaml_node_t *value)
{
    struct flow_fields *f = ctx;
    f->r->flow.has_at = true;
    return yaml_duration(f->r->tree, value, &f->r->flow.at_ns);
}

static int take_delay(void *ctx, const yaml_node_t *value)
{
    struct flow_fields *f = ctx;
    uint64_t delay;
    int rc = yaml_duration(f->r->tree, value, &delay);
    f->r->flow.delay_ns += rc ? 0 : delay;
    return rc;
}

static int take_ttl(void *ctx, const yaml_node_t *value)
{
    struct flow_fields *f = ctx;
    int64_t n;
    int rc = number(f, value, UINT8_MAX, &n);
    f->r->flow.ip.has_ttl = true;
    f->r->flow.ip.ttl = rc ? 0 : (uint8_t)n;
    return rc;
}

static int take_tos(void *ctx, const yaml_node_t *value)
{
    struct flow_fields *f = ctx;
    int64_t n;
    int rc = number(f, value, UINT8_MAX, &n);
    f->r->flow.ip.has_tos = true;
    f->r->flow.ip.tos = rc ? 0 : (uint8_t)n;
    return rc;
}

static int take_mss(void *ctx, const yaml_node_t *value)
{
    struct flow_fields *f = ctx;
    int64_t n;
    int rc = yaml_number(f->r->tree, value, 1, UINT16_MAX, &n);
    f->r->flow.client.mss = f->r->flow.server.mss = rc ? 0 : (uint16_t)n;
    return rc;
}

static const struct yaml_field flow_field_list[] = {
    {"name", take_name},   {"client", take_client}, {"server", take_server},
    {"proto", take_proto}, {"vlan", take_vlan},     {"handshake", take_handshake},
    {"close", take_close}, {"at", take_at},         {"delay", take_delay},
    {"ttl", take_ttl},     {"tos", take_tos},       {"mss", take_mss},
    {"steps", take_steps}, {"http", take_http},     {"dns", take_dns},
    {"tls", take_tls},     {"repeat", take_repeat}, {0},
};

/* ---- the same flow again, from other ports or addresses ---- */

struct repeating {
    struct flow_reader *r;
    int64_t times, client_port, server_port, client_address, server_address;
    uint64_t every_ns;
};

#define TAKE_NUMBER(name)                                                         \
    static int repeat_##name(void *ctx, const yaml_node_t *value)                 \
    {                                                                             \
        struct repeating *p = ctx;                                                \
        return yaml_number(p->r->tree, value, -UINT16_MAX, UINT16_MAX, &p->name); \
    }
TAKE_NUMBER(client_port)
TAKE_NUMBER(server_port)
TAKE_NUMBER(client_address)
TAKE_NUMBER(server_address)
#undef TAKE_NUMBER

static int repeat_times(void *ctx, const yaml_node_t *value)
{
    struct repeating *p = ctx;
    return yaml_number(p->r->tree, value, 0, FLOWS_MOST, &p->times);
}

static int repeat_every(void *ctx, const yaml_node_t *value)
{
    struct repeating *p = ctx;
    return yaml_duration(p->r->tree, value, &p->every_ns);
}

static const struct yaml_field repeat_fields[] = {{"times", repeat_times},
                                                  {"every", repeat_every},
                                                  {"client-port", repeat_client_port},
                                                  {"server-port", repeat_server_port},
                                                  {"client-address", repeat_client_address},
                                                  {"server-address", repeat_server_address},
                                                  {0}};

static void shift_address(struct address *address, int64_t by)
{
    unsigned last = address->version == 4 ? 4 : 16;
    for (unsigned i = last; i-- > 0 && by;) {
        by += address->bytes[i];
        address->bytes[i] = (uint8_t)by;
        by >>= 8;
    }
}

static void shift(const struct repeating *p, struct craft_flow *flow)
{
    if (flow->client.port)
        flow->client.port = (uint16_t)(flow->client.port + p->client_port);
    if (flow->server.port)
        flow->server.port = (uint16_t)(flow->server.port + p->server_port);
    shift_address(&flow->client.address, p->client_address);
    shift_address(&flow->server.address, p->server_address);
    flow->at_ns += p->every_ns; /* counts where `at` is said */
    flow->delay_ns = flow->has_at ? flow->delay_ns : p->every_ns;
}

static int add_flow(struct flow_reader *r, const yaml_node_t *node, const struct craft_flow *flow)
{
    struct flows *out = r->flows;
    if (out->count == FLOWS_MOST)
        return yaml_fail(r->tree, node, -E2BIG, "more than %d flows", FLOWS_MOST);
    if (grow_array(&out->list, out->count, &out->capacity))
        return flow_reader_no_memory(r, node);
    out->list[out->count++] = *flow;
    return 0;
}

static int add_repeated(struct flow_fields *f, const yaml_node_t *node)
{
    struct repeating p = {.r = f->r, .times = 1, .client_port = f->repeat ? 1 : 0};
    int rc = !f->repeat ? 0
             : f->repeat->type == YAML_MAPPING_NODE
                 ? yaml_take_fields(f->r->tree, f->repeat, repeat_fields, &p)
                 : repeat_times(&p, f->repeat);
    struct craft_flow flow = f->r->flow;
    for (int64_t i = 0; i < p.times && !rc; i++) {
        if (i)
            shift(&p, &flow);
        rc = add_flow(f->r, node, &flow);
    }
    return rc;
}

/* ---- one flow ---- */

/* Where the helpers speak, and whether a flow without data is a connection at all. */
static void fill_defaults(struct flow_fields *f)
{
    struct craft_flow *flow = &f->r->flow;
    if (f->tls && !flow->server.port)
        flow->server.port = WELL_KNOWN_HTTPS;
    if (f->dns && !flow->server.port)
        flow->server.port = WELL_KNOWN_DNS;
    if (flow->no_handshake && !f->has_close)
        flow->close = CRAFT_OPEN;
}

static int read_parts(struct flow_fields *f)
{
    struct flow_reader *r = f->r;
    int rc = f->http ? flow_http(r, f->http) : 0;
    if (!rc && f->dns)
        rc = flow_dns(r, f->dns);
    if (!rc && f->tls)
        rc = flow_tls(r, f->tls);
    return !rc && f->steps ? flow_steps(r, f->steps) : rc;
}

static int keep_steps(struct flow_reader *r, const yaml_node_t *node)
{
    struct craft_step *steps = arena_take(r->flows->arena, r->step_count * sizeof *steps + 1);
    if (!steps)
        return flow_reader_no_memory(r, node);
    if (r->step_count)
        memcpy(steps, r->steps, r->step_count * sizeof *steps);
    r->flow.steps = steps;
    r->flow.step_count = r->step_count;
    r->step_count = 0;
    return 0;
}

int flow_read(struct flow_reader *r, const yaml_node_t *node)
{
    struct flow_fields f = {.r = r};
    const yaml_node_t *proto = yaml_find(r->tree, node, "proto");
    r->depth++;
    r->flow =
        (struct craft_flow){.protocol = !proto && yaml_find(r->tree, node, "dns") ? CRAFT_UDP : CRAFT_TCP,
                            .delay_ns = r->wait_ns,
                            .line = (unsigned)node->start_mark.line + 1,
                            .column = (unsigned)node->start_mark.column + 1};
    r->step_count = 0;
    r->wait_ns = 0;
    int rc = flow_reader_work(r, node);
    rc = rc ? rc : yaml_take_fields(r->tree, node, flow_field_list, &f);
    if (!rc)
        fill_defaults(&f);
    rc = rc ? rc : read_parts(&f);
    rc = rc ? rc : keep_steps(r, node);
    rc = rc ? rc : add_repeated(&f, node);
    r->depth--;
    return rc;
}

/* ---- the file ---- */

static int prepare(struct flows *out, const struct yaml_tree *tree, const yaml_node_t *node)
{
    if (!out->arena)
        out->arena = arena_new(FLOW_BYTES_MOST);
    return out->arena ? 0 : yaml_fail(tree, node, -ENOMEM, "out of memory");
}

int flows_take_list(struct flows *out, const struct yaml_tree *tree, const yaml_node_t *node)
{
    struct flow_reader r = {.flows = out, .tree = tree};
    int rc = node->type == YAML_SEQUENCE_NODE ? prepare(out, tree, node)
                                              : yaml_fail(tree, node, -EINVAL, "expected a list of flows");
    for (size_t i = 0; !rc && i < yaml_count(node); i++)
        rc = flow_read(&r, yaml_item(tree, node, i));
    free(r.steps);
    return rc;
}

int flows_take_hosts(struct flows *out, const struct yaml_tree *tree, const yaml_node_t *node)
{
    int rc = prepare(out, tree, node);
    if (!rc && node->type != YAML_MAPPING_NODE)
        rc = yaml_fail(tree, node, -EINVAL, "expected \"name: address\" lines");
    for (size_t i = 0; !rc && i < yaml_count(node); i++) {
        const yaml_node_t *value = yaml_value(tree, node, i);
        struct slice name = arena_copy(out->arena, yaml_scalar(yaml_key(tree, node, i)));
        struct flow_host host = {.name = (const char *)name.p};
        struct slice text = yaml_scalar(value);
        if (!text.n || !address_parse((const char *)text.p, &host.address))
            return yaml_fail(tree, value, -EINVAL, "expected an IPv4 or IPv6 address");
        if (!name.p || out->host_count == FLOW_HOSTS_MOST ||
            grow_array(&out->hosts, out->host_count, &out->host_capacity))
            return yaml_fail(tree, value, -E2BIG, "more than %d hosts, or memory is short", FLOW_HOSTS_MOST);
        out->hosts[out->host_count++] = host;
    }
    return rc;
}

int flows_take_start(struct flows *out, const struct yaml_tree *tree, const yaml_node_t *node)
{
    struct slice text = yaml_scalar(node);
    struct tm when = {0};
    const char *end = text.n ? strptime((const char *)text.p, "%Y-%m-%dT%H:%M:%S", &when) : NULL;
    time_t seconds = end ? timegm(&when) : -1;
    if (!end || strcmp(end, "Z") != 0 || seconds < 0 || seconds > UINT32_MAX)
        return yaml_fail(tree, node, -EINVAL, "expected a time in UTC such as 2026-11-23T00:00:00Z");
    out->start_ns = (uint64_t)seconds * UINT64_C(1000000000);
    return 0;
}

int flows_take_bytes(struct flows *out, const struct yaml_tree *tree, const yaml_node_t *node,
                     struct slice *bytes)
{
    struct flow_reader r = {.flows = out, .tree = tree};
    int rc = prepare(out, tree, node);
    return rc ? rc : flow_bytes(&r, node, bytes);
}

struct whole {
    struct flows *out;
    const struct yaml_tree *tree;
    const yaml_node_t *flows;
};

static int take_start(void *ctx, const yaml_node_t *value)
{
    const struct whole *w = ctx;
    return flows_take_start(w->out, w->tree, value);
}

static int take_hosts(void *ctx, const yaml_node_t *value)
{
    const struct whole *w = ctx;
    return flows_take_hosts(w->out, w->tree, value);
}

static int take_flows(void *ctx, const yaml_node_t *value)
{
    struct whole *w = ctx;
    w->flows = value; /* after the hosts, wherever they stand */
    return 0;
}

static const struct yaml_field file_fields[] = {
    {"start", take_start}, {"hosts", take_hosts}, {"flows", take_flows}, {0}};

static int take_file(struct flows *out, const struct yaml_tree *tree)
{
    const yaml_node_t *root = yaml_tree_root(tree);
    struct whole w = {.out = out, .tree = tree};
    int rc = root ? yaml_take_fields(tree, root, file_fields, &w) : 0;
    if (!rc && !w.flows)
        rc = yaml_fail(tree, root, -EINVAL, "there are no `flows`");
    return rc ? rc : flows_take_list(out, tree, w.flows);
}

int flows_parse(struct flows *out, const char *name, struct slice text, struct err *err)
{
    struct yaml_tree tree;
    *out = (struct flows){0};
    int rc = yaml_tree_parse(&tree, name, text, err);
    if (rc)
        return rc;
    rc = take_file(out, &tree);
    yaml_tree_free(&tree);
    return rc;
}

int flows_read(struct flows *out, const char *path, struct err *err)
{
    struct yaml_tree tree;
    *out = (struct flows){0};
    int rc = yaml_tree_read(&tree, path, err);
    if (rc)
        return rc;
    rc = take_file(out, &tree);
    yaml_tree_free(&tree);
    return rc;
}

void flows_fini(struct flows *flows)
{
    free(flows->list);
    free(flows->hosts);
    arena_free(flows->arena);
    *flows = (struct flows){0};
}
