/* One step of a flow: who says what, and how it is sent. */
#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "craft/flow_reader.h"
#include "craft/make.h"

enum action { DATA, SEGMENT, PING, FRAME, WAIT, HTTP, DNS, TLS, ACTIONS };

static const char action_words[] = "client, server, segment, ping, frame, wait, http, dns, tls";

struct step_reading {
    struct flow_reader *r;
    const yaml_node_t *actions[ACTIONS], *data;
    struct craft_step step;
    struct flow_sending sending;
    struct craft_ip ip;
    bool has_ip, from_server;
    bool no_reply, has_rest, more, has_offset;
    int64_t times, offset, id, sequence;
};

static int no_memory(struct step_reading *s, const yaml_node_t *node)
{
    return flow_reader_no_memory(s->r, node);
}

int flow_step_add(struct flow_reader *r, const yaml_node_t *node, const struct craft_step *step)
{
    if (r->step_count == FLOW_STEPS_MOST)
        return yaml_fail(r->tree, node, -E2BIG, "more than %d steps", FLOW_STEPS_MOST);
    if (grow_array(&r->steps, r->step_count, &r->step_capacity))
        return flow_reader_no_memory(r, node);
    struct craft_step *added = &r->steps[r->step_count++];
    *added = *step;
    added->delay_ns += r->wait_ns;
    r->wait_ns = 0;
    added->line = (unsigned)node->start_mark.line + 1;
    added->column = (unsigned)node->start_mark.column + 1;
    return 0;
}

static int take_u8(struct step_reading *s, const yaml_node_t *value, uint8_t *out)
{
    int64_t n;
    int rc = yaml_number(s->r->tree, value, 0, UINT8_MAX, &n);
    *out = rc ? 0 : (uint8_t)n;
    return rc;
}

static int take_u16(struct step_reading *s, const yaml_node_t *value, uint16_t *out)
{
    int64_t n;
    int rc = yaml_number(s->r->tree, value, 0, UINT16_MAX, &n);
    *out = rc ? 0 : (uint16_t)n;
    return rc;
}

static int take_i32(struct step_reading *s, const yaml_node_t *value, int32_t *out)
{
    int64_t n;
    int rc = yaml_number(s->r->tree, value, INT32_MIN, INT32_MAX, &n);
    *out = rc ? 0 : (int32_t)n;
    return rc;
}

/* A field whose value is read by one expression; `s` is the step. */
#define TAKE(name, expression)                                  \
    static int take_##name(void *ctx, const yaml_node_t *value) \
    {                                                           \
        struct step_reading *s = ctx;                           \
        return expression;                                      \
    }
#define TAKE_NODE(name, member)                                 \
    static int take_##name(void *ctx, const yaml_node_t *value) \
    {                                                           \
        struct step_reading *s = ctx;                           \
        s->member = value;                                      \
        return 0;                                               \
    }
#define TAKE_IP(name, expression)                               \
    static int take_##name(void *ctx, const yaml_node_t *value) \
    {                                                           \
        struct step_reading *s = ctx;                           \
        s->has_ip = true;                                       \
        return expression;                                      \
    }
TAKE_NODE(segment, actions[SEGMENT])
TAKE_NODE(ping, actions[PING])
TAKE_NODE(frame, actions[FRAME])
TAKE_NODE(wait, actions[WAIT])
TAKE_NODE(http, actions[HTTP])
TAKE_NODE(dns, actions[DNS])
TAKE_NODE(tls, actions[TLS])
TAKE_NODE(data, data)
TAKE_NODE(segments, sending.segments)
TAKE_NODE(order, sending.order)
TAKE_NODE(lose, sending.lose)
TAKE_NODE(missing, sending.missing)
TAKE_NODE(duplicate, sending.duplicate)
TAKE_NODE(overlap, sending.overlap)
TAKE_NODE(fragments, sending.fragments)
TAKE(delay, yaml_duration(s->r->tree, value, &s->step.delay_ns))
TAKE(times, yaml_number(s->r->tree, value, 0, FLOW_STEPS_MOST, &s->times))
TAKE(bad_checksum, yaml_flag(s->r->tree, value, &s->step.bad_checksum))
TAKE(stays, yaml_flag(s->r->tree, value, &s->step.tcp.stays))
TAKE(reserved, take_u8(s, value, &s->step.tcp.reserved))
TAKE(urgent, take_u16(s, value, &s->step.tcp.urgent))
TAKE(seq, take_i32(s, value, &s->step.tcp.sequence_offset))
TAKE(ack, take_i32(s, value, &s->step.tcp.ack_offset))
TAKE(tcp_options, flow_bytes(s->r, value, &s->step.tcp.options))
TAKE(type, take_u8(s, value, &s->step.icmp.type))
TAKE(code, take_u8(s, value, &s->step.icmp.code))
TAKE(icmp_id, yaml_number(s->r->tree, value, 0, UINT16_MAX, &s->id))
TAKE(sequence, yaml_number(s->r->tree, value, 0, UINT16_MAX, &s->sequence))
TAKE_IP(ttl, (s->ip.has_ttl = true, take_u8(s, value, &s->ip.ttl)))
TAKE_IP(tos, (s->ip.has_tos = true, take_u8(s, value, &s->ip.tos)))
TAKE_IP(ip_id, (s->ip.has_id = true, take_u16(s, value, &s->ip.id)))
TAKE_IP(total_length, take_u16(s, value, &s->ip.total_length))
TAKE_IP(fragment, take_u16(s, value, &s->ip.cut))
TAKE_IP(ip_options, flow_bytes(s->r, value, &s->ip.options))
TAKE_IP(bad_ip_checksum, yaml_flag(s->r->tree, value, &s->ip.bad_checksum))
TAKE_IP(more_fragments, yaml_flag(s->r->tree, value, &s->more))
TAKE_IP(offset_of_fragment,
        (s->has_offset = true, yaml_number(s->r->tree, value, 0, UINT16_MAX & ~7, &s->offset)))

static int take_side(struct step_reading *s, const yaml_node_t *value, bool from_server)
{
    if (s->actions[DATA])
        return yaml_fail(s->r->tree, value, -EINVAL, "a step is of one side: make two of it");
    s->actions[DATA] = value;
    s->from_server = from_server;
    return 0;
}
TAKE(client, take_side(s, value, false))
TAKE(server, take_side(s, value, true))

static int take_window(void *ctx, const yaml_node_t *value)
{
    struct step_reading *s = ctx;
    s->step.tcp.has_window = true;
    return take_u16(s, value, &s->step.tcp.window);
}

static int take_acks(void *ctx, const yaml_node_t *value)
{
    static const char *const words[] = {"end", "each", "none", NULL};
    struct step_reading *s = ctx;
    int which;
    int rc = yaml_choice(s->r->tree, value, words, &which);
    s->step.acks = rc ? CRAFT_ACK_END : (enum craft_acks)which;
    return rc;
}

static int take_flags(void *ctx, const yaml_node_t *value)
{
    static const char letters[] = "FSRPAUEC";
    struct step_reading *s = ctx;
    struct slice text = yaml_scalar(value);
    s->step.tcp.has_flags = true;
    if (slice_equal(text, slice_str("none")))
        return 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *at = text.p[i] ? strchr(letters, text.p[i]) : NULL;
        if (!at)
            return yaml_fail(s->r->tree, value, -EINVAL, "expected letters of FSRPAUEC, or none");
        s->step.tcp.flags |= (uint8_t)(1 << (at - letters));
    }
    return text.n ? 0 : yaml_fail(s->r->tree, value, -EINVAL, "expected letters of FSRPAUEC, or none");
}

static int take_rest(void *ctx, const yaml_node_t *value)
{
    struct step_reading *s = ctx;
    struct slice bytes;
    int rc = flow_bytes(s->r, value, &bytes);
    if (!rc && bytes.n != 4)
        rc = yaml_fail(s->r->tree, value, -EINVAL,
                       "the second word of an ICMP header has four bytes, this is %zu", bytes.n);
    if (!rc)
        memcpy(s->step.icmp.rest, bytes.p, 4);
    s->has_rest = true;
    return rc;
}

static int take_reply(void *ctx, const yaml_node_t *value)
{
    struct step_reading *s = ctx;
    bool reply = true;
    int rc = yaml_flag(s->r->tree, value, &reply);
    s->no_reply = !reply;
    return rc;
}

static const struct yaml_field step_fields[] = {
    {"client", take_client},
    {"server", take_server},
    {"segment", take_segment},
    {"ping", take_ping},
    {"frame", take_frame},
    {"wait", take_wait},
    {"http", take_http},
    {"dns", take_dns},
    {"tls", take_tls},
    {"data", take_data},
    {"segments", take_segments},
    {"order", take_order},
    {"lose", take_lose},
    {"missing", take_missing},
    {"duplicate", take_duplicate},
    {"overlap", take_overlap},
    {"delay", take_delay},
    {"acks", take_acks},
    {"times", take_times},
    {"bad-checksum", take_bad_checksum},
    {"flags", take_flags},
    {"window", take_window},
    {"urgent", take_urgent},
    {"seq", take_seq},
    {"ack", take_ack},
    {"stays", take_stays},
    {"reserved", take_reserved},
    {"tcp-options", take_tcp_options},
    {"type", take_type},
    {"code", take_code},
    {"rest", take_rest},
    {"icmp-id", take_icmp_id},
    {"sequence", take_sequence},
    {"reply", take_reply},
    {"ttl", take_ttl},
    {"tos", take_tos},
    {"ip-id", take_ip_id},
    {"ip-options", take_ip_options},
    {"total-length", take_total_length},
    {"bad-ip-checksum", take_bad_ip_checksum},
    {"fragment", take_fragment},
    {"fragments", take_fragments},
    {"offset", take_offset_of_fragment},
    {"more-fragments", take_more_fragments},
    {0},
};

/* The flow's header, with what the step says of its own. */
static int keep_ip(struct step_reading *s, const yaml_node_t *node)
{
    if (!s->has_ip)
        return 0;
    struct craft_ip *ip = arena_take(s->r->flows->arena, sizeof *ip);
    if (!ip)
        return no_memory(s, node);
    *ip = s->r->flow.ip;
    const struct craft_ip *own = &s->ip;
    if (own->has_ttl)
        ip->has_ttl = true, ip->ttl = own->ttl;
    if (own->has_tos)
        ip->has_tos = true, ip->tos = own->tos;
    if (own->has_id)
        ip->has_id = true, ip->id = own->id;
    if (own->total_length)
        ip->total_length = own->total_length;
    if (own->cut)
        ip->cut = own->cut;
    if (own->options.n)
        ip->options = own->options;
    ip->bad_checksum |= own->bad_checksum;
    if (s->has_offset || s->more) {
        ip->has_fragment = true;
        ip->fragment = (uint16_t)((s->more ? 0x2000 : 0) | s->offset / 8);
    }
    s->step.ip = ip;
    return 0;
}

static int add_times(struct step_reading *s, const yaml_node_t *node)
{
    int rc = 0;
    for (int64_t i = 0; i < s->times && !rc; i++)
        rc = flow_step_add(s->r, node, &s->step);
    return rc;
}

static void put_echo(struct step_reading *s)
{
    uint8_t *rest = s->step.icmp.rest;
    if (s->has_rest || (s->id < 0 && s->sequence < 0))
        return;
    int64_t id = s->id < 0 ? 0 : s->id, sequence = s->sequence < 0 ? 0 : s->sequence;
    rest[0] = (uint8_t)(id >> 8);
    rest[1] = (uint8_t)id;
    rest[2] = (uint8_t)(sequence >> 8);
    rest[3] = (uint8_t)sequence;
}

static int read_data(struct step_reading *s, const yaml_node_t *node)
{
    s->step.from_server = s->from_server;
    put_echo(s);
    int rc = flow_bytes(s->r, s->actions[DATA], &s->step.bytes);
    rc = rc ? rc : flow_pieces(s->r, &s->sending, &s->step);
    return rc ? rc : add_times(s, node);
}

static int read_segment(struct step_reading *s, const yaml_node_t *node)
{
    static const char *const sides[] = {"client", "server", NULL};
    int side;
    int rc = yaml_choice(s->r->tree, s->actions[SEGMENT], sides, &side);
    if (!rc && s->data)
        rc = flow_bytes(s->r, s->data, &s->step.bytes);
    if (!rc && s->r->flow.protocol != CRAFT_TCP)
        rc = yaml_fail(s->r->tree, node, -EINVAL, "only TCP has segments");
    if (rc)
        return rc;
    s->step.kind = CRAFT_SEGMENT;
    s->step.from_server = side == 1;
    return add_times(s, node);
}

/* An echo request and its reply. */
static int read_ping(struct step_reading *s, const yaml_node_t *node)
{
    bool v6 = s->r->flow.client.address.version == 6 || s->r->flow.server.address.version == 6;
    int rc = flow_bytes(s->r, s->actions[PING], &s->step.bytes);
    if (!rc && s->r->flow.protocol != CRAFT_ICMP)
        rc = yaml_fail(s->r->tree, node, -EINVAL, "a ping needs `proto: icmp`");
    rc = rc ? rc : flow_pieces(s->r, &s->sending, &s->step);
    s->id = s->id < 0 ? 0x51 : s->id;
    s->sequence = s->sequence < 0 ? 1 : s->sequence;
    put_echo(s);
    for (int64_t i = 0; i < s->times && !rc; i++) {
        s->step.icmp.type = v6 ? 128 : 8;
        s->step.from_server = false;
        rc = flow_step_add(s->r, node, &s->step);
        s->step.icmp.type = v6 ? 129 : 0;
        s->step.from_server = true;
        if (!rc && !s->no_reply)
            rc = flow_step_add(s->r, node, &s->step);
    }
    return rc;
}

static int read_frame(struct step_reading *s, const yaml_node_t *node)
{
    s->step.kind = CRAFT_FRAME;
    int rc = flow_bytes(s->r, s->actions[FRAME], &s->step.bytes);
    return rc ? rc : add_times(s, node);
}

static int read_wait(struct step_reading *s)
{
    uint64_t wait;
    int rc = yaml_duration(s->r->tree, s->actions[WAIT], &wait);
    if (!rc)
        s->r->wait_ns += wait;
    return rc;
}

static int read_action(struct step_reading *s, enum action action, const yaml_node_t *node)
{
    switch (action) {
    case DATA:
        return read_data(s, node);
    case SEGMENT:
        return read_segment(s, node);
    case PING:
        return read_ping(s, node);
    case FRAME:
        return read_frame(s, node);
    case WAIT:
        return read_wait(s);
    case HTTP:
        return flow_http(s->r, s->actions[HTTP]);
    case DNS:
        return flow_dns(s->r, s->actions[DNS]);
    default:
        return flow_tls(s->r, s->actions[TLS]);
    }
}

static int read_step(struct flow_reader *r, const yaml_node_t *node)
{
    struct step_reading s = {.r = r, .times = 1, .id = -1, .sequence = -1};
    int rc = flow_reader_work(r, node);
    rc = rc ? rc : yaml_take_fields(r->tree, node, step_fields, &s);
    if (rc)
        return rc;
    int action = ACTIONS;
    for (int i = 0; i < ACTIONS; i++) {
        if (s.actions[i] && action != ACTIONS)
            return yaml_fail(r->tree, node, -EINVAL, "a step is one of: %s", action_words);
        if (s.actions[i])
            action = i;
    }
    if (action == ACTIONS)
        return yaml_fail(r->tree, node, -EINVAL, "a step is one of: %s", action_words);
    rc = keep_ip(&s, node);
    return rc ? rc : read_action(&s, (enum action)action, node);
}

int flow_steps(struct flow_reader *r, const yaml_node_t *node)
{
    int rc = 0;
    if (node->type != YAML_SEQUENCE_NODE)
        return yaml_fail(r->tree, node, -EINVAL, "expected a list of steps");
    for (size_t i = 0; i < yaml_count(node) && !rc; i++)
        rc = read_step(r, yaml_item(r->tree, node, i));
    return rc;
}
