/* The EVE record of a packet that is dropped, inline. */
#include "output/eve_app.h"
#include "output/eve_verdict.h"
#include "packet/drop_reason.h"
#include "rule/rule.h"

static const char *const reasons[DROP_REASONS] = {
#define DROP_REASON(id, stat, name) [DROP_##id] = name,
#include "packet/drop_reason_list.h"
#undef DROP_REASON
};

static void put_ip(struct json_line *l, const struct packet *packet)
{
    const struct ip_fields *ip = &packet->ip;
    if (packet->source_address.version == 4) {
        line_uint(l, "len", ip->header.n + ip->payload.n);
        line_uint(l, "tos", ip->tos);
        line_uint(l, "ttl", ip->ttl);
        line_uint(l, "ipid", ip->identification);
    } else if (packet->source_address.version == 6 && ip->header.n >= 40) {
        const uint8_t *header = ip->header.p;
        line_uint(l, "len", (uint64_t)header[4] << 8 | header[5]);
        line_uint(l, "tc", ip->tos);
        line_uint(l, "hoplimit", ip->ttl);
        line_uint(l, "flowlbl", (uint64_t)(header[1] & 15) << 16 | (uint64_t)header[2] << 8 | header[3]);
    }
}

static void put_tcp(struct json_line *l, const struct packet *packet)
{
    static const struct {
        const char *name;
        uint8_t flag;
    } flags[] = {{"syn", TCP_SYN}, {"ack", TCP_ACK}, {"psh", TCP_PSH},
                 {"rst", TCP_RST}, {"urg", TCP_URG}, {"fin", TCP_FIN}};
    const struct tcp_fields *tcp = &packet->tcp;
    line_uint(l, "tcpseq", tcp->sequence);
    line_uint(l, "tcpack", tcp->acknowledgment);
    line_uint(l, "tcpwin", tcp->window);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        line_bool(l, flags[i].name, tcp->flags & flags[i].flag);
    line_uint(l, "tcpres", packet->transport.n > 12 ? packet->transport.p[12] & 15 : 0);
    line_uint(l, "tcpurgp", tcp->urgent);
}

static void put_transport(struct json_line *l, const struct packet *packet)
{
    if (packet->layers & LAYER_TCP) {
        put_tcp(l, packet);
    } else if (packet->layers & LAYER_UDP) {
        line_uint(l, "udplen", packet->transport.n + packet->payload.n);
    } else if (packet->layers & LAYER_ICMPV4 && packet->transport.n >= 8) {
        const uint8_t *icmp = packet->transport.p;
        line_uint(l, "icmp_id", (uint64_t)icmp[4] << 8 | icmp[5]);
        line_uint(l, "icmp_seq", (uint64_t)icmp[6] << 8 | icmp[7]);
    }
}

int eve_drop(struct buf *out, const struct drop_record *record, const struct output_options *options)
{
    struct json_line l;
    line_begin(&l, out);
    const struct packet *packet = record->packet;
    struct eve_head head = {
        .event_type = "drop", .packet = packet, .flow = record->flow, .time_ns = packet->time_ns};
    eve_put_head(&l, &head, options);
    if (record->flow)
        line_text(&l, "direction", record->direction == TO_SERVER ? "to_server" : "to_client");
    line_open(&l, "drop");
    put_ip(&l, packet);
    put_transport(&l, packet);
    line_text(&l, "reason", reasons[packet->dropped]);
    line_close(&l);
    eve_put_verdict(&l, "drop", record->rejects, packet);
    if (record->alert) {
        struct alert_record alert = {
            .alert = record->alert, .packet = packet, .judged = true, .blocked = true};
        eve_put_alert(&l, &alert);
    }
    eve_put_tunnel(&l, packet);
    return line_end(&l);
}
