/* IP packets and frames of the flow at hand, whole or in fragments. */
#include <errno.h>

#include "base/grow.h"
#include "craft/maker.h"

enum { PROTOCOL_ICMPV6 = 58 };

static const uint8_t protocols[] = {[CRAFT_TCP] = 6, [CRAFT_UDP] = 17, [CRAFT_ICMP] = 1};

int maker_fail(struct maker *m, int code, const char *why)
{
    unsigned line = m->step && m->step->line ? m->step->line : m->flow->line;
    unsigned column = m->step && m->step->line ? m->step->column : m->flow->column;
    if (code == -ENOMEM)
        err_set(m->err, code, "out of memory");
    else if (m->flow->name)
        err_set(m->err, code, "flow \"%.60s\": %s", m->flow->name, why);
    else
        err_set(m->err, code, "flow %zu: %s", m->index + 1, why);
    err_at(m->err, NULL, line, column);
    return code;
}

struct craft_way maker_way(const struct maker *m, bool from_server, const struct craft_ip *ip)
{
    bool v6 = m->hosts[MAKER_CLIENT].address.version == 6;
    uint8_t protocol = m->flow->protocol == CRAFT_IP           ? m->flow->ip_protocol
                       : m->flow->protocol == CRAFT_ICMP && v6 ? PROTOCOL_ICMPV6
                                                               : protocols[m->flow->protocol];
    return (struct craft_way){.from = &m->hosts[from_server],
                              .to = &m->hosts[!from_server],
                              .vlan = m->flow->vlan,
                              .vlan_count = m->flow->vlan_count,
                              .ip = ip,
                              .protocol = protocol};
}

const struct craft_ip *maker_ip(const struct maker *m)
{
    return m->step && m->step->ip ? m->step->ip : &m->flow->ip;
}

/* The frame that lies at the end of the bytes from `at` on is told of. */
int maker_add_frame(struct maker *m, size_t at)
{
    struct craft_frames *out = m->out;
    if (out->count == CRAFT_FRAMES_MOST || out->bytes.n > CRAFT_BYTES_MOST)
        return maker_fail(m, -E2BIG, "the capture becomes too large");
    if (grow_array(&out->list, out->count, &out->capacity))
        return maker_fail(m, -ENOMEM, NULL);
    uint32_t n = (uint32_t)(out->bytes.n - at);
    out->list[out->count] = (struct frame){
        .bytes = {.n = n}, .wire_length = n, .time_ns = m->now_ns, .number = out->count, .link_type = 1};
    out->count++;
    m->now_ns += CRAFT_STEP_NS;
    return 0;
}

int maker_put_part(struct maker *m, const struct craft_way *w, const struct craft_part *part,
                   struct slice payload)
{
    size_t at = m->out->bytes.n;
    int rc = craft_put_frame(&m->out->bytes, w, part, payload);
    if (rc)
        return maker_fail(m, rc, "a packet is larger than 65535 bytes");
    return maker_add_frame(m, at);
}

uint16_t maker_take_id(struct maker *m, const struct craft_ip *ip)
{
    if (ip->has_id)
        return ip->id;
    return m->hosts[MAKER_CLIENT].address.version == 4 ? m->next_id++ : 0;
}

/* The message whole, or in fragments of `cut` bytes. */
int maker_put_message(struct maker *m, bool from_server, const struct craft_ip *ip)
{
    struct craft_way w = maker_way(m, from_server, ip);
    struct slice message = buf_slice(&m->message);
    struct craft_part part = {.id = maker_take_id(m, ip)};
    if (!ip->cut || message.n <= ip->cut)
        return maker_put_part(m, &w, &part, message);
    if (w.from->address.version != 4)
        return maker_fail(m, -EINVAL, "IPv6 packets cannot be cut into fragments");
    if (ip->cut % 8)
        return maker_fail(m, -EINVAL, "a fragment's size is a multiple of 8");
    if (message.n > CRAFT_DATAGRAM_MOST)
        return maker_fail(m, -E2BIG, "a datagram is larger than 65535 bytes");
    part.is_fragment = true;
    for (size_t at = 0; at < message.n; at += ip->cut) {
        part.offset = (uint16_t)at;
        part.more = at + ip->cut < message.n;
        int rc = maker_put_part(m, &w, &part, slice_first(slice_from(message, at), ip->cut));
        if (rc)
            return rc;
    }
    return 0;
}

static int put_fragments(struct maker *m, const struct craft_ip *ip)
{
    struct craft_way w = maker_way(m, m->step->from_server, ip);
    struct slice message = buf_slice(&m->message);
    uint16_t id = maker_take_id(m, ip);
    if (w.from->address.version != 4)
        return maker_fail(m, -EINVAL, "IPv6 packets cannot be cut into fragments");
    for (uint32_t i = 0; i < m->step->piece_count; i++) {
        const struct craft_piece *p = &m->step->pieces[i];
        uint64_t end = (uint64_t)p->from + p->length;
        if (p->from % 8 || p->from > UINT16_MAX || (!p->instead.p && end > message.n))
            return maker_fail(m, -EINVAL, "a fragment begins at a multiple of 8, inside the datagram");
        struct craft_part part = {
            .id = id, .offset = (uint16_t)p->from, .is_fragment = true, .more = end < message.n};
        m->now_ns += p->delay_ns;
        int rc = maker_put_part(
            m, &w, &part, p->instead.p ? p->instead : slice_first(slice_from(message, p->from), p->length));
        if (rc)
            return rc;
    }
    return 0;
}

int maker_put_datagram(struct maker *m)
{
    const struct craft_step *step = m->step;
    const struct craft_ip *ip = maker_ip(m);
    struct craft_way w = maker_way(m, step->from_server, ip);
    buf_clear(&m->message);
    if (step->bytes.n > CRAFT_DATAGRAM_MOST)
        return maker_fail(m, -E2BIG, "a datagram is larger than 65535 bytes");
    int rc = m->flow->protocol == CRAFT_UDP ? craft_put_udp(&m->message, &w, step->bytes, step->bad_checksum)
             : m->flow->protocol == CRAFT_ICMP
                 ? craft_put_icmp(&m->message, &w, &step->icmp, step->bytes, step->bad_checksum)
                 : buf_append(&m->message, step->bytes);
    if (rc)
        return maker_fail(m, -ENOMEM, NULL);
    return step->piece_count ? put_fragments(m, ip) : maker_put_message(m, step->from_server, ip);
}
