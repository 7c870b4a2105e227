/*
 * For people who ask why a rule fired or did not: told of what the matcher makes of each rule. Not in use
 * otherwise; it costs a comparison an evaluation then.
 */
#ifndef SLUICE_MATCH_PROBE_H
#define SLUICE_MATCH_PROBE_H

#include "rule/chain.h"

struct app_session;
struct app_tx;
struct rule;

enum rule_fit { /* of what is not a chain, in the order in which it is asked */
                RULE_FITS,
                UNFIT_LAYERS,    /* not that protocol of the network or transport layer */
                UNFIT_FLOW,      /* `flow` without a flow */
                UNFIT_DIRECTION, /* flow:to_server, to_client */
                UNFIT_ESTABLISHED,
                UNFIT_NEWS, /* not the packet with which the application protocol became known */
                UNFIT_FRAGMENT,
                UNFIT_KIND, /* flow:only_stream on a packet, no_stream on a stream */
                UNFIT_APP,  /* the flow's application protocol is another one */
                UNFIT_HOOK,
                UNFIT_ENDS,  /* addresses, ports */
                UNFIT_TEST,  /* `index` of rule->tests */
                UNFIT_STATE, /* `index` of rule->state */
};

struct evaluation {
    const struct rule *rule;
    const struct view *view; /* all of it borrowed, good during the call */
    enum rule_fit fit;
    uint32_t index;              /* as `fit` says */
    uint64_t matched;            /* 1 << chain: those that had matched before (of a transaction) */
    bool header_only;            /* the rule was no candidate: only fit was asked */
    struct app_session *session; /* of a transaction; else NULL */
    struct app_tx *tx;
};

enum probe_event {
    PROBE_MATCHED,  /* whether or not it alerts: its flowbits are set now */
    PROBE_SILENCED, /* by a threshold */
    PROBE_ALERTED,
    PROBE_LOST, /* past the most alerts of a packet */
};

struct match_probe {
    void (*evaluated)(void *ctx, const struct evaluation *evaluation); /* NULL: only what happened is told */
    /* `view`: with PROBE_MATCHED the one that it matched in, else the packet's or stream's. `tx`: of the
     * alert that it makes; NULL without one. */
    void (*happened)(void *ctx, enum probe_event event, const struct rule *rule, const struct view *view,
                     struct app_tx *tx);
    void *ctx;
};

/* Whether it wants to be told of evaluations. */
static inline bool probe_asks(const struct match_probe *probe)
{
    return probe && probe->evaluated;
}

#endif
