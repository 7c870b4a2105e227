/*
 * What one worker's part of a run brings for the report: counts, and of each rule its first alerts with their
 * explanation. A collector belongs to its worker's thread until the run is over; then collector_merge makes
 * one of all.
 *
 * The sums do not depend on the number of workers, and neither do the alerts that are kept, as long as no cap
 * is hit. Rules are borrowed from the run's ruleset.
 */
#ifndef SLUICE_REPORT_COLLECT_H
#define SLUICE_REPORT_COLLECT_H

#include "match/probe.h"
#include "report/facts.h"

struct alert_record;
struct eval;
struct transaction_record;

struct pending_match { /* an explanation whose match may still become an alert */
    const struct rule *rule;
    const struct app_tx *tx;
    const struct packet *packet;
    uint64_t number, flow_id;
    struct explain_case *explained;
};

enum { PENDING_MOST = 32 };

struct collector {
    struct report_facts facts;
    uint32_t rules_kept[SEVERITIES];
    struct match_probe probe;
    struct eval *eval;
    struct pending_match pending[PENDING_MOST];
    uint32_t pending_count;
    bool failed; /* memory was short */
};

/* 0 or -ENOMEM; collector_fini either way. It must stay where it is: its probe points to it. */
int collector_init(struct collector *collector, uint64_t seed);
void collector_fini(struct collector *collector);

void collect_alert(struct collector *collector, const struct place *place, const struct alert_record *alert);
void collect_flow(struct collector *collector, const struct flow *flow);
void collect_transaction(struct collector *collector, const struct transaction_record *record);
void collect_packet_events(struct collector *collector, const struct view *view);

/* Takes all that `from` has. After the last one collector_settle cuts what is kept to the caps, and orders
 * everything as a reader wants it. */
void collector_merge(struct collector *into, struct collector *from);
void collector_settle(struct collector *collector);

#endif
