/*
 * The parts that EVE records share. Internal to output/eve*.c.
 *
 * Names, order and formats of members are those of Suricata 8's eve.json, which people's tools read.
 */
#ifndef SLUICE_OUTPUT_EVE_H
#define SLUICE_OUTPUT_EVE_H

#include "output/json_line.h"
#include "output/output.h"

/* Protocols whose records have ports. */
bool eve_has_ports(uint8_t protocol);

/* src_ip, src_port, dest_ip, dest_port. Ports only when `ports` is set. */
struct eve_endpoints {
    const struct address *source, *destination;
    uint16_t source_port, destination_port;
    bool ports;
};
void eve_endpoints(struct json_line *l, const struct eve_endpoints *endpoints);

/* Adds community_id when the options want it and the flow is there. */
void eve_community_id(struct json_line *l, const struct flow *flow, const struct output_options *options);

/* The flow's bits and counters, "metadata", when there are any. */
void eve_metadata(struct json_line *l, const struct flow *flow, const struct output_options *options);

void eve_vlan(struct json_line *l, const uint16_t *vlan, unsigned count);
void eve_app_proto(struct json_line *l, const struct flow *flow);
void eve_app_proto_alone(struct json_line *l, const struct flow *flow); /* nothing of its directions */
/* flow_id, and the id of the flow that has announced it. */
void eve_flow_ids(struct json_line *l, const struct flow *flow);

/* pkts_toserver ... bytes_toclient, start. */
void eve_flow_counts(struct json_line *l, const struct flow *flow);

int eve_alert(struct buf *out, const struct alert_record *record, const struct output_options *options);
int eve_flow(struct buf *out, const struct flow *flow, uint64_t time_ns,
             const struct output_options *options);

#endif
