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

void eve_put_head(struct json_writer *w, json_t *object, const struct eve_head *head,
                  const struct output_options *options)
{
    const struct packet *packet = head->packet;
    json_put_time(w, object, "timestamp", head->time_ns);
    if (head->flow)
        json_put_uint(w, object, "flow_id", head->flow->id);
    if (packet->number && packet->source != PACKET_FLOW_END && !is_pseudo(packet))
        json_put_uint(w, object, "pcap_cnt", packet->number);
    json_put_text(w, object, "event_type", head->event_type);
    eve_vlan(w, object, packet->vlan, packet->vlan_count);
    struct eve_endpoints endpoints = packet_endpoints(packet, has_ports(packet));
    if (head->turned)
        endpoints = (struct eve_endpoints){
            .source = endpoints.destination,
            .destination = endpoints.source,
            .source_port = endpoints.destination_port,
            .destination_port = endpoints.source_port,
            .ports = endpoints.ports,
        };
    eve_endpoints(w, object, &endpoints);
    char text[PROTOCOL_TEXT];
    if (has_ip(packet)) {
        json_put_text(w, object, "proto", protocol_name(packet->ip.protocol, text));
        json_put_uint(w, object, "ip_v", packet->source_address.version);
    }
    if (packet->layers & (LAYER_ICMPV4 | LAYER_ICMPV6)) {
        json_put_uint(w, object, "icmp_type", packet->icmp.type);
        json_put_uint(w, object, "icmp_code", packet->icmp.code);
    }
    json_put_text(w, object, "pkt_src", packet_source_name(packet->source));
    eve_community_id(w, object, head->flow, options);
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

/* Keys sorted, those that differ in case only taken as one under the spelling that came last; values in
 * reverse of the rule's order. */
static void put_metadata(struct json_writer *w, json_t *alert, const struct rule *rule)
{
    if (!rule->metadata_count)
        return;
    const struct rule_option **sorted = calloc(rule->metadata_count, sizeof *sorted);
    if (!sorted) {
        w->failed = true;
        return;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < rule->metadata_count; i++)
        if (rule->metadata[i].value)
            sorted[count++] = &rule->metadata[i];
    qsort(sorted, count, sizeof(sorted[0]), by_key);
    json_t *metadata = json_object(), *values = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || strcasecmp(sorted[i]->name, sorted[i - 1]->name) != 0) {
            values = json_array();
            json_put(w, metadata, sorted[i]->name, values);
            if (w->failed)
                break;
        }
        if (json_array_append_new(values, json_text(sorted[i]->value)))
            w->failed = true;
    }
    free(sorted);
    if (count)
        json_put(w, alert, "metadata", metadata);
    else
        json_decref(metadata);
}

static void put_end(struct json_writer *w, json_t *alert, const char *key, const struct address *address,
                    bool ports, uint16_t port)
{
    char text[ADDRESS_TEXT];
    address_print(address, text);
    json_t *end = json_object();
    json_put_text(w, end, "ip", text);
    if (ports)
        json_put_uint(w, end, "port", port);
    json_put(w, alert, key, end);
}

/* The keyword `target`: which side was attacked. */
static void put_target(struct json_writer *w, json_t *alert, const struct rule *rule,
                       const struct packet *packet)
{
    if (!(rule->flags & (RULE_TARGET_SOURCE | RULE_TARGET_DESTINATION)) || !has_ip(packet))
        return;
    bool to_source = rule->flags & RULE_TARGET_SOURCE, ports = has_ports(packet);
    const char *source_key = to_source ? "target" : "source";
    const char *destination_key = to_source ? "source" : "target";
    if (to_source)
        put_end(w, alert, destination_key, &packet->destination_address, ports, packet->destination_port);
    put_end(w, alert, source_key, &packet->source_address, ports, packet->source_port);
    if (!to_source)
        put_end(w, alert, destination_key, &packet->destination_address, ports, packet->destination_port);
}

static void put_alert(struct json_writer *w, json_t *object, const struct alert_record *record)
{
    const struct rule *rule = record->alert->rule;
    json_t *alert = json_object();
    json_put_text(w, alert, "action", eve_action(record));
    json_put_uint(w, alert, "gid", rule->gid);
    json_put_uint(w, alert, "signature_id", rule->sid);
    json_put_uint(w, alert, "rev", rule->rev);
    json_put_text(w, alert, "signature", rule->message);
    json_put_text(w, alert, "category", rule->class_text);
    json_put(w, alert, "severity", json_integer(rule->priority));
    put_target(w, alert, rule, record->packet);
    if (rule->reference_count) {
        json_t *references = json_array();
        for (uint32_t i = 0; i < rule->reference_count; i++)
            if (json_array_append_new(references, json_text(rule->references[i])))
                w->failed = true;
        json_put(w, alert, "references", references);
    }
    put_metadata(w, alert, rule);
    json_put(w, object, "alert", alert);
}

static void put_tunnel(struct json_writer *w, json_t *object, const struct packet *packet)
{
    if (!is_pseudo(packet))
        return;
    const struct packet *root = packet;
    while (root->outer)
        root = root->outer;
    json_t *tunnel = json_object();
    bool of_frame = root != packet; /* a datagram from fragments stands for its own last fragment */
    struct eve_endpoints endpoints = packet_endpoints(root, true);
    if (!of_frame || root->is_fragment)
        endpoints.source_port = endpoints.destination_port = 0;
    eve_endpoints(w, tunnel, &endpoints);
    char text[PROTOCOL_TEXT];
    if (has_ip(root))
        json_put_text(w, tunnel, "proto", protocol_name(root->ip.protocol, text));
    json_put_uint(w, tunnel, "depth", packet->depth);
    if (root->number) /* a frame of a live run has none */
        json_put_uint(w, tunnel, "pcap_cnt", root->number);
    json_put_text(w, tunnel, "pkt_src", packet_source_name(PACKET_WIRE));
    json_put(w, object, "tunnel", tunnel);
}

static void put_flow(struct json_writer *w, json_t *object, const struct flow *flow)
{
    json_t *counts = json_object();
    eve_flow_counts(w, counts, flow);
    char text[ADDRESS_TEXT];
    address_print(&flow->client, text);
    json_put_text(w, counts, "src_ip", text);
    address_print(&flow->server, text);
    json_put_text(w, counts, "dest_ip", text);
    if (eve_has_ports(flow->protocol)) {
        json_put_uint(w, counts, "src_port", flow->client_port);
        json_put_uint(w, counts, "dest_port", flow->server_port);
    }
    json_put(w, object, "flow", counts);
}

static void put_packet(struct json_writer *w, json_t *object, const struct packet *packet)
{
    json_put_base64(w, object, "packet", packet->bytes);
    bool ethernet = packet->layers & LAYER_ETHERNET;
    json_t *info = json_object();
    json_put_uint(w, info, "linktype", ethernet ? 1 : 12);
    json_put_text(w, info, "linktype_name", ethernet ? "EN10MB" : "RAW");
    json_put(w, object, "packet_info", info);
}

int eve_alert(struct buf *out, const struct alert_record *record, const struct output_options *options)
{
    struct json_writer w = {0};
    json_t *object = json_object();
    struct eve_head head = {
        .event_type = "alert", .packet = record->packet, .flow = record->flow, .time_ns = record->time_ns};
    eve_put_head(&w, object, &head, options);
    eve_put_tx_id(&w, object, record);
    put_alert(&w, object, record);
    eve_put_verdict(&w, object, record);
    eve_put_transaction(&w, object, record);
    put_tunnel(&w, object, record->packet);
    if (record->flow) {
        eve_app_proto(&w, object, record->flow);
        json_put_text(&w, object, "direction", record->direction == TO_SERVER ? "to_server" : "to_client");
        put_flow(&w, object, record->flow);
    }
    if (options->payload && record->payload.n)
        json_put_base64(&w, object, "payload", record->payload);
    if (options->payload_printable && record->payload.n)
        json_put_printable(&w, object, "payload_printable", record->payload);
    if ((options->payload || options->payload_printable) && has_ip(record->packet))
        json_put_uint(&w, object, "stream", record->alert->from_stream);
    if (options->packet && record->packet->bytes.n)
        put_packet(&w, object, record->packet);
    return json_finish(&w, object, out);
}
