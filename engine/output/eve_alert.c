/* The EVE record of an alert. */
#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "output/eve_app.h"
#include "output/eve_verdict.h"
#include "output/protocol_name.h"
#include "rule/rule.h"

static bool has_ip(const struct packet *packet)
{
    return packet->source_address.version != 0;
}

/* Fragments have no transport, yet their records have ports (0), by the protocol of their IP header. */
static bool has_ports(const struct packet *packet)
{
    return has_ip(packet) && eve_has_ports(packet->ip.protocol);
}

static struct eve_endpoints packet_endpoints(const struct packet *packet, bool ports)
{
    return (struct eve_endpoints){
        .source = &packet->source_address,
        .destination = &packet->destination_address,
        .source_port = has_ports(packet) ? packet->source_port : 0,
        .destination_port = has_ports(packet) ? packet->destination_port : 0,
        .ports = ports,
    };
}

/* Inside a tunnel, or put together from fragments: the record names the frame in `tunnel`. */
static bool is_pseudo(const struct packet *packet)
{
    return packet->outer || packet->source == PACKET_DEFRAGMENTED;
}

void eve_put_head(struct json_line *l, const struct eve_head *head, const struct output_options *options)
{
    const struct packet *packet = head->packet;
    line_time(l, "timestamp", head->time_ns);
    if (head->flow)
        eve_flow_ids(l, head->flow);
    if (packet->number && packet->source != PACKET_FLOW_END && !is_pseudo(packet))
        line_uint(l, "pcap_cnt", packet->number);
    line_text(l, "event_type", head->event_type);
    eve_vlan(l, packet->vlan, packet->vlan_count);
    struct eve_endpoints endpoints = packet_endpoints(packet, has_ports(packet));
    if (head->turned)
        endpoints = (struct eve_endpoints){
            .source = endpoints.destination,
            .destination = endpoints.source,
            .source_port = endpoints.destination_port,
            .destination_port = endpoints.source_port,
            .ports = endpoints.ports,
        };
    eve_endpoints(l, &endpoints);
    char text[PROTOCOL_TEXT];
    if (has_ip(packet)) {
        line_text(l, "proto", protocol_name(packet->ip.protocol, text));
        line_uint(l, "ip_v", packet->source_address.version);
    }
    if (packet->layers & (LAYER_ICMPV4 | LAYER_ICMPV6)) {
        line_uint(l, "icmp_type", packet->icmp.type);
        line_uint(l, "icmp_code", packet->icmp.code);
    }
    line_text(l, "pkt_src", packet_source_name(packet->source));
    eve_metadata(l, head->flow, options);
    eve_community_id(l, head->flow, options);
}

static int by_key(const void *a, const void *b)
{
    const struct rule_option *x = *(const struct rule_option *const *)a;
    const struct rule_option *y = *(const struct rule_option *const *)b;
    int order = strcasecmp(x->name, y->name);
    if (order)
        return order;
    return x < y ? 1 : -1; /* the last one first, as Suricata has them */
}

static bool same_key(const struct rule_option *a, const struct rule_option *b)
{
    return strcasecmp(a->name, b->name) == 0;
}

/* Keys sorted, those that differ in case only taken as one under the spelling that came last; values in
 * reverse of the rule's order. */
static void put_metadata(struct json_line *l, const struct rule *rule)
{
    if (!rule->metadata_count)
        return;
    const struct rule_option **sorted = calloc(rule->metadata_count, sizeof *sorted);
    if (!sorted) {
        l->failed = true;
        return;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < rule->metadata_count; i++)
        if (rule->metadata[i].value)
            sorted[count++] = &rule->metadata[i];
    qsort(sorted, count, sizeof(sorted[0]), by_key);
    if (count)
        line_open(l, "metadata");
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || !same_key(sorted[i], sorted[i - 1]))
            line_open_list(l, sorted[i]->name);
        line_text(l, NULL, sorted[i]->value);
        if (i + 1 == count || !same_key(sorted[i], sorted[i + 1]))
            line_close_list(l);
    }
    if (count)
        line_close(l);
    free(sorted);
}

static void put_end(struct json_line *l, const char *key, const struct address *address, bool ports,
                    uint16_t port)
{
    char text[ADDRESS_TEXT];
    address_print(address, text);
    line_open(l, key);
    line_text(l, "ip", text);
    if (ports)
        line_uint(l, "port", port);
    line_close(l);
}

/* The keyword `target`: which side was attacked. */
static void put_target(struct json_line *l, const struct rule *rule, const struct packet *packet)
{
    if (!(rule->flags & (RULE_TARGET_SOURCE | RULE_TARGET_DESTINATION)) || !has_ip(packet))
        return;
    bool to_source = rule->flags & RULE_TARGET_SOURCE, ports = has_ports(packet);
    const char *source_key = to_source ? "target" : "source";
    const char *destination_key = to_source ? "source" : "target";
    if (to_source)
        put_end(l, destination_key, &packet->destination_address, ports, packet->destination_port);
    put_end(l, source_key, &packet->source_address, ports, packet->source_port);
    if (!to_source)
        put_end(l, destination_key, &packet->destination_address, ports, packet->destination_port);
}

void eve_put_alert(struct json_line *l, const struct alert_record *record)
{
    const struct rule *rule = record->alert->rule;
    line_open(l, "alert");
    line_text(l, "action", eve_action(record));
    line_uint(l, "gid", rule->gid);
    line_uint(l, "signature_id", rule->sid);
    line_uint(l, "rev", rule->rev);
    line_text(l, "signature", rule->message);
    line_text(l, "category", rule->class_text);
    line_int(l, "severity", rule->priority);
    put_target(l, rule, record->packet);
    if (rule->reference_count) {
        line_open_list(l, "references");
        for (uint32_t i = 0; i < rule->reference_count; i++)
            line_text(l, NULL, rule->references[i]);
        line_close_list(l);
    }
    put_metadata(l, rule);
    line_close(l);
}

void eve_put_tunnel(struct json_line *l, const struct packet *packet)
{
    if (!is_pseudo(packet))
        return;
    const struct packet *root = packet;
    while (root->outer)
        root = root->outer;
    line_open(l, "tunnel");
    bool of_frame = root != packet; /* a datagram from fragments stands for its own last fragment */
    struct eve_endpoints endpoints = packet_endpoints(root, true);
    if (!of_frame || root->is_fragment)
        endpoints.source_port = endpoints.destination_port = 0;
    eve_endpoints(l, &endpoints);
    char text[PROTOCOL_TEXT];
    if (has_ip(root))
        line_text(l, "proto", protocol_name(root->ip.protocol, text));
    line_uint(l, "depth", packet->depth);
    if (root->number) /* a frame of a live run has none */
        line_uint(l, "pcap_cnt", root->number);
    line_text(l, "pkt_src", packet_source_name(PACKET_WIRE));
    line_close(l);
}

static void put_flow(struct json_line *l, const struct flow *flow)
{
    line_open(l, "flow");
    eve_flow_counts(l, flow);
    char text[ADDRESS_TEXT];
    address_print(&flow->client, text);
    line_text(l, "src_ip", text);
    address_print(&flow->server, text);
    line_text(l, "dest_ip", text);
    if (eve_has_ports(flow->protocol)) {
        line_uint(l, "src_port", flow->client_port);
        line_uint(l, "dest_port", flow->server_port);
    }
    line_close(l);
}

/* How the packet's bytes begin: as the capture says, or with the header of what was unwrapped. */
static void put_packet_info(struct json_line *l, const struct packet *packet)
{
    enum { ETHERNET = 1, RAW = 12 };
    static const struct {
        uint16_t type;
        const char *name;
    } known[] = {{0, "NULL"},        {ETHERNET, "EN10MB"}, {9, "PPP"},
                 {50, "PPP_SERIAL"}, {104, "C_HDLC"},      {105, "IEEE802_11"},
                 {108, "LOOP"},      {113, "LINUX_SLL"},   {127, "IEEE802_11_RADIO"},
                 {228, "IPv4"},      {229, "IPv6"},        {276, "LINUX_SLL2"}};
    bool of_frame = packet->source == PACKET_WIRE && !packet->outer;
    uint16_t type = packet->layers & LAYER_ETHERNET ? ETHERNET : of_frame ? packet->link_type : RAW;
    size_t i = 0;
    while (i < sizeof known / sizeof known[0] && known[i].type != type)
        i++;
    bool found = i < sizeof known / sizeof known[0];
    line_open(l, "packet_info");
    line_uint(l, "linktype", found ? type : RAW);
    line_text(l, "linktype_name", found ? known[i].name : "RAW");
    line_close(l);
}

static void put_packet(struct json_line *l, const struct packet *packet)
{
    line_base64(l, "packet", packet->bytes);
    put_packet_info(l, packet);
}

static void put_verdict(struct json_line *l, const struct alert_record *record)
{
    if (record->judged)
        eve_put_verdict(l,
                        record->dropped                        ? "drop"
                        : record->alert->action == ACTION_PASS ? "pass"
                                                               : "alert",
                        record->rejects, record->packet);
}

int eve_alert(struct buf *out, const struct alert_record *record, const struct output_options *options)
{
    struct json_line l;
    line_begin(&l, out);
    struct eve_head head = {
        .event_type = "alert", .packet = record->packet, .flow = record->flow, .time_ns = record->time_ns};
    eve_put_head(&l, &head, options);
    eve_put_tx_id(&l, record);
    eve_put_alert(&l, record);
    put_verdict(&l, record);
    eve_put_transaction(&l, record);
    eve_put_tunnel(&l, record->packet);
    if (record->flow) {
        eve_app_proto(&l, record->flow);
        line_text(&l, "direction", record->direction == TO_SERVER ? "to_server" : "to_client");
        put_flow(&l, record->flow);
    }
    if (options->payload && record->payload.n)
        line_base64(&l, "payload", record->payload);
    if (options->payload_printable && record->payload.n)
        line_printable(&l, "payload_printable", record->payload);
    if ((options->payload || options->payload_printable) && has_ip(record->packet))
        line_uint(&l, "stream", record->of_stream);
    if (options->packet && record->packet->bytes.n)
        put_packet(&l, record->packet);
    return line_end(&l);
}
