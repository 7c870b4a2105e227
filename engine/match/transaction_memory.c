#include "match/transaction_memory.h"

#include <stdlib.h>

#include "app/session.h"
#include "base/grow.h"
#include "match/transaction.h"

enum { SPARE_MOST = 1024 };

static void forget_scanned(const struct matcher *m, struct transaction_match *match, enum app_proto proto)
{
    match->proto = proto;
    match->looked[TO_SERVER] = match->looked[TO_CLIENT] = false;
    memset(match->scanned, 0, DIRECTIONS * transaction_scanned_words(m) * sizeof match->scanned[0]);
}

static void reset(const struct matcher *m, struct transaction_match *match, enum app_proto proto)
{
    match->generation = m->ruleset->lineage.generation;
    for (int d = 0; d < DIRECTIONS; d++) {
        match->sides[d].count = 0;
        match->sides[d].wants_payload = false;
        match->sides[d].met = false;
        match->sides[d].chunk = 0;
        match->sides[d].stage = 0;
        match->sides[d].stages_done = false;
    }
    forget_scanned(m, match, proto);
}

static void match_free(struct transaction_match *match)
{
    for (int d = 0; d < DIRECTIONS; d++)
        free(match->sides[d].rules);
    free(match);
}

/* Another ruleset: what its rules have in common with the old ones stays true, what was scanned does not. */
static void take_over(struct transaction_match *match, struct transaction_match *old)
{
    for (int d = 0; d < DIRECTIONS; d++) {
        struct tx_side empty = match->sides[d];
        match->sides[d] = old->sides[d];
        match->sides[d].chunk = 0;
        old->sides[d] = empty;
    }
    match_free(old);
}

struct transaction_match *transaction_match_get(struct matcher *m, struct app_tx *tx, enum app_proto proto)
{
    struct transaction_match *match = tx->match_state;
    if (match && match->generation == m->ruleset->lineage.generation) {
        if (match->proto != proto) /* HTTP/2 that has turned out to be DNS over HTTPS */
            forget_scanned(m, match, proto);
        return match;
    }
    struct transaction_match *old = match;
    match = m->spare_transactions;
    if (match) {
        m->spare_transactions = match->next;
        m->spare_transaction_count--;
    } else {
        match =
            calloc(1, sizeof *match + DIRECTIONS * transaction_scanned_words(m) * sizeof match->scanned[0]);
        if (!match) {
            m->counters.no_memory++;
            return NULL; /* an old one waits for better times */
        }
    }
    reset(m, match, proto);
    if (old)
        take_over(match, old);
    tx->match_state = match;
    return match;
}

void transaction_match_put(struct matcher *m, struct app_tx *tx)
{
    struct transaction_match *match = tx->match_state;
    tx->match_state = NULL;
    if (!match)
        return;
    if (match->generation != m->ruleset->lineage.generation || m->spare_transaction_count >= SPARE_MOST) {
        match_free(match);
        return;
    }
    match->next = m->spare_transactions;
    m->spare_transactions = match;
    m->spare_transaction_count++;
}

void transaction_matches_free(struct matcher *m)
{
    while (m->spare_transactions) {
        struct transaction_match *next = m->spare_transactions->next;
        match_free(m->spare_transactions);
        m->spare_transactions = next;
    }
}

/* Where the record of a rule is, or would be. */
static uint32_t rule_place(const struct tx_side *side, uint32_t id)
{
    uint32_t low = 0, high = side->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (side->rules[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct tx_rule *tx_rule_find(const struct tx_side *side, uint32_t id)
{
    uint32_t at = rule_place(side, id);
    return at < side->count && side->rules[at].id == id ? &side->rules[at] : NULL;
}

struct tx_rule *tx_rule_add(struct matcher *m, struct tx_side *side, uint32_t id)
{
    if (grow_array(&side->rules, side->count, &side->capacity)) {
        m->counters.no_memory++;
        return NULL;
    }
    uint32_t at = rule_place(side, id);
    memmove(&side->rules[at + 1], &side->rules[at], (side->count - at) * sizeof side->rules[0]);
    side->rules[at] = (struct tx_rule){.id = id};
    side->count++;
    return &side->rules[at];
}
