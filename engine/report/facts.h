/*
 * What a report tells, as it is collected: items of tallies. Owned by the collector that they are in; rules
 * and the names of anomalies are borrowed.
 */
#ifndef SLUICE_REPORT_FACTS_H
#define SLUICE_REPORT_FACTS_H

#include "base/app_proto.h"
#include "packet/address.h"
#include "report/tally.h"
#include "report/timeline.h"
#include "rule/header.h"
#include "run/turn.h"

struct explain_case;
struct rule;

enum {
    REPORT_RULES = 64,    /* of a severity: the first to alert, whose alerts are kept */
    REPORT_ALERTS = 20,   /* of a rule: the first ones */
    REPORT_EXPLAINED = 3, /* of these, with their bytes and explanation */
    REPORT_BYTES = 64,    /* of the payload, of those that have no bytes in their explanation */
    REPORT_KEYS = 100000, /* hosts, and flows, that are told apart in each worker */
};

struct kept_alert {
    struct place place;
    uint64_t time_ns, packet; /* packet: 0 at a flow's end */
    uint64_t flow_id;         /* 0 without one */
    enum rule_action action;
    enum app_proto app;
    char *ends; /* "TCP 10.0.0.1:40000 -> 10.0.0.2:80" */
    uint8_t bytes[REPORT_BYTES];
    uint32_t byte_count;
    uint64_t payload_size;
    struct explain_case *explained; /* NULL: past REPORT_EXPLAINED, or it could not be kept */
};

struct report_rule {
    struct tally_key key;
    const struct rule *rule;
    uint64_t alerts, first_ns, last_ns;
    struct place first;
    struct kept_alert *kept; /* REPORT_ALERTS have room; NULL: none are kept of this rule */
    uint32_t kept_count;
    uint32_t explained, wasted; /* matches that were explained: for alerts, and in vain */
};

struct report_flow {
    struct tally_key key;
    char *ends; /* from the client */
    enum app_proto app;
    uint64_t alerts, first_ns, id;
    unsigned severity; /* of the most urgent */
};

struct report_host {
    struct tally_key key; /* of its struct address */
    struct address address;
    uint64_t as_source, as_destination; /* of packets with alerts */
    unsigned severity;
};

struct report_protocol {
    struct tally_key key;
    uint8_t ip_protocol;
    enum app_proto app;
    uint64_t flows, packets, bytes;
};

struct report_anomaly {
    struct tally_key key;
    const char *name; /* "decoder.ipv4.trunc_pkt", "dns.malformed_data" */
    const char *layer;
    uint64_t count, first_packet;
};

struct report_facts {
    struct tally rules, flows, hosts, protocols, anomalies; /* of the items above */
    struct timeline timeline;
    uint64_t severities[SEVERITIES]; /* alerts */
    uint64_t first_ns, last_ns;      /* of flows, alerts and anomalies; last_ns 0: none */
};

#endif
