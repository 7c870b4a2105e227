#include "rulework/explain/explain_why.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <time.h>

#include "app/parser.h"
#include "base/app_event.h"
#include "flow/flow.h"
#include "flow/tcp.h"
#include "output/protocol_name.h"
#include "packet/packet.h"
#include "rule/rule.h"

static int why_app(const struct evaluation *e, struct buf *why)
{
    const struct flow *flow = e->view->flow;
    const struct rule_header *header = &e->rule->header;
    int rc = header->protocol == PROTOCOL_APP
                 ? buf_printf(why, "the rule is about %s; ", app_proto_name(header->app))
                 : buf_printf(why, "its buffers are of an application protocol; ");
    if (rc)
        return rc;
    if (!flow)
        return buf_printf(why, "the packet belongs to no flow");
    if (flow->app == APP_UNKNOWN && flow->protocol == IPPROTO_TCP && !flow->tcp)
        return buf_printf(why, "the flow's beginning was not seen (--set stream.midstream=yes takes it up)");
    if (flow->app == APP_UNKNOWN)
        return buf_printf(why, "the flow's protocol is not known up to here%s",
                          flow->protocol == IPPROTO_TCP && !e->view->established ? ": it is not established"
                                                                                 : "");
    if (flow->app == APP_FAILED)
        return buf_printf(why, "the flow's protocol was not recognised");
    return buf_printf(why, "the flow's protocol is %s", app_proto_name(flow->app));
}

static int why_ends(const struct evaluation *e, struct buf *why)
{
    const struct rule_header *h = &e->rule->header;
    const struct packet *p = e->view->packet;
    const struct {
        const char *name;
        bool fits;
    } ends[] = {
        {"source address", address_set_has(h->source, &p->source_address)},
        {"source port", port_set_has(h->source_ports, p->source_port)},
        {"destination address", address_set_has(h->destination, &p->destination_address)},
        {"destination port", port_set_has(h->destination_ports, p->destination_port)},
    };
    bool any = false;
    int rc = 0;
    if (h->direction != DIRECTION_FORWARD)
        return buf_printf(why, "addresses or ports are others");
    for (size_t i = 0; !rc && i < sizeof ends / sizeof ends[0]; i++) {
        if (ends[i].fits)
            continue;
        rc = buf_printf(why, "%s%s", any ? ", " : "another ", ends[i].name);
        any = true;
    }
    return rc || any ? rc : buf_printf(why, "addresses or ports are others");
}

int explain_why_header(const struct evaluation *e, struct buf *why)
{
    switch (e->fit) {
    case UNFIT_APP:
        return why_app(e, why);
    case UNFIT_ENDS:
        return why_ends(e, why);
    case UNFIT_NEWS:
        return buf_printf(why,
                          "the protocol did not become known with this packet, but with another or never");
    case UNFIT_HOOK:
        return buf_printf(why, "it is not the point at which the rule is asked (its hook)");
    default:
        return buf_printf(why, "the packet is of another protocol");
    }
}

int explain_why_flow(const struct evaluation *e, struct buf *why)
{
    switch (e->fit) {
    case UNFIT_FLOW:
        return buf_printf(why, "the packet belongs to no flow");
    case UNFIT_DIRECTION:
        return buf_printf(why, "this goes to the %s", e->view->direction == TO_SERVER ? "server" : "client");
    case UNFIT_ESTABLISHED:
        return buf_printf(why, "the flow is%s established", e->view->established ? "" : " not");
    case UNFIT_FRAGMENT:
        return buf_printf(why, "the packet was%s put together from fragments",
                          e->view->packet->source == PACKET_DEFRAGMENTED ? "" : " not");
    default:
        return buf_printf(why, "this is %s", e->view->kind == VIEW_STREAM ? "the stream" : "a packet");
    }
}

static int put_names(struct buf *why, const char *what, const uint16_t *events, unsigned count,
                     const char *(*name)(unsigned event))
{
    if (!count)
        return buf_printf(why, "%s has no event", what);
    int rc = buf_printf(why, "the events of %s are", what);
    for (unsigned i = 0; !rc && i < count; i++)
        rc = buf_printf(why, "%s %s", i ? "," : "", name(events[i]));
    return rc;
}

static const char *packet_event(unsigned event)
{
    return packet_event_name((enum packet_event)event);
}

static const char *transaction_event(unsigned event)
{
    return app_event_name((enum app_event)event);
}

static int why_tcp_flags(const struct view *view, struct buf *why)
{
    static const char letters[] = "FSRPAUEC";
    uint8_t flags = view->packet->tcp.flags;
    if (!(view->packet->layers & LAYER_TCP))
        return buf_printf(why, "the packet is not TCP");
    int rc = buf_printf(why, "the packet's flags are %s", flags ? "" : "none");
    for (unsigned i = 0; !rc && i < 8; i++)
        if (flags >> i & 1)
            rc = buf_append_byte(why, (uint8_t)letters[i]);
    return rc;
}

static int why_counts(const struct view *view, const uint64_t counts[DIRECTIONS], const char *unit,
                      struct buf *why)
{
    if (!view->flow)
        return buf_printf(why, "the packet belongs to no flow");
    return buf_printf(why, "up to here %" PRIu64 " %s to the server, %" PRIu64 " to the client",
                      counts[TO_SERVER], unit, counts[TO_CLIENT]);
}

static int why_stream_size(const struct view *view, struct buf *why)
{
    if (!view->flow || !view->flow->tcp)
        return buf_printf(why, "the packet belongs to no TCP stream");
    uint64_t sizes[DIRECTIONS];
    for (int i = 0; i < DIRECTIONS; i++)
        sizes[i] = tcp_stream_size(view->flow->tcp, (enum direction)i);
    return why_counts(view, sizes, "bytes", why);
}

static int why_vlan(const struct packet *packet, struct buf *why)
{
    if (!packet->vlan_count)
        return buf_printf(why, "the packet has no VLAN tag");
    int rc = buf_printf(why, "the packet's VLAN tags are");
    for (int i = 0; !rc && i < packet->vlan_count && i < VLAN_LAYERS; i++)
        rc = buf_printf(why, " %u", packet->vlan[i]);
    return rc;
}

/* The conditions on one number of the packet's headers. False: the keyword is none of them. */
static bool header_number(const char *keyword, const struct packet *p, uint64_t *number)
{
    const struct {
        const char *keyword;
        uint32_t layers;
        uint64_t number;
    } list[] = {
        {"ttl", LAYER_IPV4 | LAYER_IPV6, p->ip.ttl},
        {"tos", LAYER_IPV4, p->ip.tos},
        {"id", LAYER_IPV4, p->ip.identification},
        {"tcp.seq", LAYER_TCP, p->tcp.sequence},
        {"tcp.ack", LAYER_TCP, p->tcp.acknowledgment},
        {"tcp.window", LAYER_TCP, p->tcp.window},
        {"itype", LAYER_ICMPV4 | LAYER_ICMPV6, p->icmp.type},
        {"icode", LAYER_ICMPV4 | LAYER_ICMPV6, p->icmp.code},
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (strcmp(list[i].keyword, keyword) == 0 && p->layers & list[i].layers) {
            *number = list[i].number;
            return true;
        }
    return false;
}

int explain_why_test(const struct test *test, const struct view *view, struct buf *why)
{
    const char *keyword = test->ops->keyword;
    const struct packet *p = view->packet;
    const struct flow *flow = view->flow;
    char text[PROTOCOL_TEXT];
    uint64_t number;
    if (strcmp(keyword, "dsize") == 0)
        return buf_printf(why, "the packet has %zu bytes of payload", p->payload.n);
    if (strcmp(keyword, "engine-event") == 0)
        return put_names(why, "the packet", p->events.list, p->events.count, packet_event);
    if (strcmp(keyword, "tcp.flags") == 0)
        return why_tcp_flags(view, why);
    if (strcmp(keyword, "flow.pkts") == 0)
        return why_counts(view, flow ? flow->packets : NULL, "packets", why);
    if (strcmp(keyword, "flow.bytes") == 0)
        return why_counts(view, flow ? flow->bytes : NULL, "bytes", why);
    if (strcmp(keyword, "stream_size") == 0)
        return why_stream_size(view, why);
    if (strcmp(keyword, "vlan.id") == 0 || strcmp(keyword, "vlan.layers") == 0)
        return why_vlan(p, why);
    if (strcmp(keyword, "ip_proto") == 0)
        return buf_printf(why, "the packet's protocol is %s", protocol_name(p->ip.protocol, text));
    if (strcmp(keyword, "app-layer-protocol") == 0 && flow)
        return buf_printf(why, "the flow's protocol is %s to the server, %s to the client",
                          app_proto_name(flow->app_direction[TO_SERVER]),
                          app_proto_name(flow->app_direction[TO_CLIENT]));
    if ((strcmp(keyword, "icmp_seq") == 0 || strcmp(keyword, "icmp_id") == 0) && p->icmp.has_echo)
        return buf_printf(why, "it is %u in this packet", keyword[5] == 's' ? p->icmp.sequence : p->icmp.id);
    if (header_number(keyword, p, &number))
        return buf_printf(why, "it is %" PRIu64 " in this packet", number);
    return buf_printf(why, "it is not so of this packet");
}

static int why_date(const struct eval *eval, struct buf *why)
{
    time_t seconds = (time_t)eval->buffer.number;
    time_t now = (time_t)(eval->view->packet->time_ns / 1000000000);
    struct tm date, here;
    char text[24], at[24];
    if (!gmtime_r(&seconds, &date) || !strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &date) ||
        !gmtime_r(&now, &here) || !strftime(at, sizeof at, "%Y-%m-%d %H:%M:%S", &here))
        return buf_printf(why, "it is %" PRId64 " seconds from 1970 on", (int64_t)seconds);
    return buf_printf(why, "it is %s, in a packet of %s", text, at);
}

int explain_why_step(const struct eval *eval, const struct chain *chain, const struct step *step,
                     const struct evaluation *e, struct buf *why)
{
    const char *name = buffer_name(chain->buffer);
    unsigned kind = buffer_info(chain->buffer)->kind;
    if (chain->buffer == BUFFER_APP_EVENT)
        return put_names(why, "the transaction", e->tx ? e->tx->events : NULL, e->tx ? e->tx->event_count : 0,
                         transaction_event);
    if (chain->buffer == BUFFER_TLS_CERT_NOTBEFORE || chain->buffer == BUFFER_TLS_CERT_NOTAFTER)
        return why_date(eval, why);
    if (kind >= BUFFER_U8 && kind <= BUFFER_U64)
        return buf_printf(why, "%s is %" PRIu64, name, (uint64_t)eval->buffer.number);
    if (strcmp(step->ops->keyword, "bsize") == 0 || strcmp(step->ops->keyword, "urilen") == 0)
        return buf_printf(why, "%s has %zu bytes", name, eval->buffer.bytes.n);
    if (!eval->buffer.bytes.n && eval->buffer.number)
        return buf_printf(why, "%s is %" PRIu64 " (0x%04" PRIx64 ")", name, (uint64_t)eval->buffer.number,
                          (uint64_t)eval->buffer.number);
    if (!eval->buffer.bytes.n)
        return buf_printf(why, "does not hold of %s, which has no bytes", name);
    return buf_printf(why, "does not hold at %zu of the %zu bytes of %s", eval->cursor, eval->buffer.bytes.n,
                      name);
}
