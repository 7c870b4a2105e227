/*
 * What a rule asks of, or does to, memory that outlives a packet: bits and counters on flows, hosts and pairs
 * of hosts, and thresholds. Plain data: engine/match owns the stores and executes these. Names are kept as
 * text and as a 64-bit hash, by which the stores are keyed, so that they survive a reload.
 */
#ifndef SLUICE_RULE_STATE_OP_H
#define SLUICE_RULE_STATE_OP_H

#include <stdbool.h>
#include <stdint.h>

enum state_store { STORE_FLOWBIT, STORE_FLOWINT, STORE_FLOWVAR, STORE_PKTVAR, STORE_XBIT, STORE_HOSTBIT };

enum state_verb {
    /* tests: must hold for the rule to match */
    VERB_ISSET,
    VERB_ISNOTSET,
    VERB_LESS,
    VERB_LESS_EQUAL,
    VERB_EQUAL,
    VERB_NOT_EQUAL,
    VERB_GREATER_EQUAL,
    VERB_GREATER,
    /* changes: made once the rule has matched */
    VERB_SET,
    VERB_UNSET,
    VERB_TOGGLE,
    VERB_ADD,
    VERB_SUBTRACT,
    VERB_ASSIGN,
};

enum state_track {
    TRACK_FLOW,
    TRACK_SOURCE,
    TRACK_DESTINATION,
    TRACK_BOTH /* the pair */,
    TRACK_RULE,
    TRACK_TX
};

static inline bool state_verb_is_test(enum state_verb verb)
{
    return verb <= VERB_GREATER;
}

struct state_name {
    char *text; /* owned by the rule */
    uint64_t key;
};

struct state_op {
    enum state_store store;
    enum state_verb verb;
    enum state_track track;
    uint32_t expire_s;        /* xbits; 0: the store's default */
    struct state_name *names; /* more than one: any of them (flowbits:isset,a|b) */
    uint32_t name_count;
    bool value_is_variable; /* flowint: compare with, or add, the value of `variable` */
    uint32_t value;
    struct state_name variable;
    uint8_t *pattern; /* flowvar, pktvar: what the value has in it */
    uint32_t pattern_length;
    uint16_t option; /* of rule->options, which made it */
};

/* Whether it touches memory of all flows, which workers take in turns. */
static inline bool state_op_shared(const struct state_op *op)
{
    return op->store == STORE_XBIT || op->store == STORE_HOSTBIT;
}

enum threshold_kind {
    THRESHOLD_NONE,
    THRESHOLD_LIMIT,
    THRESHOLD_THRESHOLD,
    THRESHOLD_BOTH,
    THRESHOLD_BACKOFF,
    THRESHOLD_DETECTION_FILTER,
    THRESHOLD_RATE_FILTER, /* threshold.config */
    THRESHOLD_SUPPRESS,    /* threshold.config */
};

enum unique_on { UNIQUE_NONE, UNIQUE_SOURCE_PORT, UNIQUE_DESTINATION_PORT };

struct address_set;

struct threshold {
    enum threshold_kind kind;
    enum state_track track;
    uint32_t count, seconds;
    uint32_t multiplier; /* backoff */
    enum unique_on unique;
    int new_action;            /* rate_filter: enum rule_action */
    uint32_t timeout_s;        /* rate_filter */
    struct address_set *hosts; /* suppress: for these addresses only; NULL: all */
};

#endif
