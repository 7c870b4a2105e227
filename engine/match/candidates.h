/*
 * The rules that are worth evaluating for one packet, in their order of evaluation: a set of bits for each
 * view (the packet, the stream), a summary that finds the words with bits in them, and one word above it.
 *
 * Adding is constant time and needs no memory; walking costs what is in it, and empties it. One thread.
 */
#ifndef SLUICE_MATCH_CANDIDATES_H
#define SLUICE_MATCH_CANDIDATES_H

#include <stdbool.h>
#include <stdint.h>

enum candidate_view { CANDIDATE_PACKET, CANDIDATE_STREAM, CANDIDATE_VIEWS };

struct candidates {
    uint64_t *views[CANDIDATE_VIEWS];
    uint64_t *summary; /* bit w: word w of some view is not zero */
    uint32_t summary_words;
    uint64_t top; /* bit s: word s of the summary is not zero; the last bit: some from there on may be so */
};

enum { CANDIDATES_TOP = 63 }; /* the last bit */

int candidates_init(struct candidates *set, uint32_t rules); /* 0 or -ENOMEM */
void candidates_fini(struct candidates *set);

static inline void candidates_add(struct candidates *set, enum candidate_view view, uint32_t rule)
{
    set->views[view][rule / 64] |= 1ull << rule % 64;
    set->summary[rule / 4096] |= 1ull << rule / 64 % 64;
    set->top |= 1ull << (rule / 4096 < CANDIDATES_TOP ? rule / 4096 : CANDIDATES_TOP);
}

static inline bool candidates_has(const struct candidates *set, enum candidate_view view, uint32_t rule)
{
    return set->views[view][rule / 64] >> rule % 64 & 1;
}

static inline bool candidates_empty(const struct candidates *set)
{
    return !set->top;
}

/* As candidates_take, of a set with something in it, or what looks so. */
bool candidates_take_first(struct candidates *set, uint32_t *rule, unsigned *views);

/* Takes out the first rule; `views` says in which it was, by bit. False when the set is empty. */
static inline bool candidates_take(struct candidates *set, uint32_t *rule, unsigned *views)
{
    return set->top && candidates_take_first(set, rule, views);
}

#endif
