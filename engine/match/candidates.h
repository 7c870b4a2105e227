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
    uint64_t (*words)[CANDIDATE_VIEWS]; /* of 64 rules, by view */
    uint64_t *summary;                  /* bit w: word w of some view is not zero */
    uint32_t summary_words;
    uint64_t top; /* bit s: word s of the summary is not zero; the last bit: some from there on may be so */
};

enum { CANDIDATES_TOP = 63 }; /* the last bit */

int candidates_init(struct candidates *set, uint32_t rules); /* 0 or -ENOMEM */
void candidates_fini(struct candidates *set);

static inline void candidates_add(struct candidates *set, enum candidate_view view, uint32_t rule)
{
    set->words[rule / 64][view] |= 1ull << rule % 64;
    set->summary[rule / 4096] |= 1ull << rule / 64 % 64;
    set->top |= 1ull << (rule / 4096 < CANDIDATES_TOP ? rule / 4096 : CANDIDATES_TOP);
}

static inline bool candidates_has(const struct candidates *set, enum candidate_view view, uint32_t rule)
{
    return set->words[rule / 64][view] >> rule % 64 & 1;
}

static inline bool candidates_empty(const struct candidates *set)
{
    return !set->top;
}

/* The first word of the summary from CANDIDATES_TOP on that is not zero. False when there is none: `top`
 * knows it then. */
bool candidates_beyond(struct candidates *set, uint32_t *at);

/* Takes out the first rule; `views` says in which it was, by bit. False when the set is empty. */
static inline bool candidates_take(struct candidates *set, uint32_t *rule, unsigned *views)
{
    if (!set->top)
        return false;
    uint32_t at = (uint32_t)__builtin_ctzll(set->top);
    if (__builtin_expect(at == CANDIDATES_TOP, 0) && !candidates_beyond(set, &at))
        return false;
    uint64_t summary = set->summary[at];
    uint32_t word = at * 64 + (uint32_t)__builtin_ctzll(summary);
    uint64_t *views_of = set->words[word], packet = views_of[CANDIDATE_PACKET],
             stream = views_of[CANDIDATE_STREAM], both = packet | stream, rest = both & (both - 1);
    unsigned bit = (unsigned)__builtin_ctzll(both);
    *views = (unsigned)(packet >> bit & 1) << CANDIDATE_PACKET | (unsigned)(stream >> bit & 1)
                                                                     << CANDIDATE_STREAM;
    *rule = word * 64 + bit;
    views_of[CANDIDATE_PACKET] = packet & rest;
    views_of[CANDIDATE_STREAM] = stream & rest;
    if (rest)
        return true;
    set->summary[at] = summary & (summary - 1);
    if (!set->summary[at] && at < CANDIDATES_TOP)
        set->top &= ~(1ull << at);
    return true;
}

#endif
