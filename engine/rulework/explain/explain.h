/*
 * Why a rule fired on a capture, or did not: the engine that runs rules is asked, option by option.
 *
 * The rules asked about are run without the prefilter, together with those that set what they ask of a flow
 * or a host, so that every packet and transaction that comes near is seen. What came nearest is kept, at most
 * EXPLAIN_CASES for a rule. Some rules of files that alert are then run with all that could take their
 * alerts. One thread; an explanation owns all its text.
 */
#ifndef SLUICE_RULEWORK_EXPLAIN_H
#define SLUICE_RULEWORK_EXPLAIN_H

#include <stdatomic.h>

#include "base/buf.h"
#include "match/matcher.h"
#include "rulework/explain/explained.h"
#include "run/rules.h"

enum { EXPLAIN_CASES = 8, EXPLAIN_FIRED = 8 };

enum explain_taker {
    TAKEN_UNKNOWN,
    TAKEN_NOT,
    TAKEN_BY_PASS,
    TAKEN_BY_DROP,
    TAKEN_BY_BYPASS,
    TAKEN_BY_ALERTS
};

struct explain_taken {        /* an alert that the rule raises by itself, and what becomes of it in company */
    uint64_t packet, flow_id; /* packet: UINT64_MAX at a flow's end; flow_id: 0 without one */
    enum explain_taker by;
    uint64_t since; /* the packet with which the taker matched */
    uint32_t sids[ALERTS_PER_PACKET];
    uint32_t sid_count;
};

struct explained_rule {
    const struct rule *rule; /* of the explanation's rules */
    bool asked;              /* about; else it is there for what it sets */
    uint64_t matched, silenced, lost, alerted;
    uint64_t unfit[UNFIT_STATE + 1]; /* packets whose header did not fit, by the first thing that did not */
    uint64_t unfit_last[UNFIT_STATE + 1]; /* the packet that was counted last */
    struct explain_case cases[EXPLAIN_CASES];
    uint32_t case_count;
    uint64_t fired_at[EXPLAIN_FIRED]; /* packets; 0: a flow's end */
    uint32_t fired_count;
    uint64_t alone; /* times that it alerts without the other rules of its file; 0: that was not asked */
    struct explain_taken taken[EXPLAIN_FIRED];
    uint32_t taken_count;
};

struct explanation {
    struct loaded_rules rules;
    struct explained_rule *list;
    uint32_t count;
    uint64_t packets, bad_checksums;
};

struct explain_config {
    struct settings *settings;
    const char *const *rule_paths; /* or */
    const char *rule_text;         /* one rule; NULL */
    const struct frame *frames;    /* a capture in memory, before the others */
    uint32_t frame_count;
    const char *const *captures;
    size_t rule_path_count, capture_count;
    const uint32_t *sids; /* the rules asked about; none: all (of rule_text, or of small files) */
    size_t sid_count;
    const struct log *log;
    rule_refused_fn refused; /* may be NULL */
    void *ctx;
    atomic_bool *stop;
};

/* 0, or a negative errno with *err; call explain_fini either way. -ENOENT: no rule of such a sid. */
int explain(const struct explain_config *config, struct explanation *out, struct err *err);
void explain_fini(struct explanation *explanation);

/* For a person, and one JSON object a rule. 0 or -ENOMEM. */
int explain_print_text(const struct explanation *x, unsigned most_cases, struct buf *out);
int explain_print_json(const struct explanation *x, unsigned most_cases, struct buf *out);

#endif
