/*
 * A byte string that is not decided yet: for each place the bytes that may stand there, and where more may be
 * put in between. Options of a rule narrow it; what is left open is chosen at the end.
 *
 * One thread; the owner calls draft_fini. Every function that grows it stops at DRAFT_MOST cells.
 */
#ifndef SLUICE_EXAMPLE_DRAFT_H
#define SLUICE_EXAMPLE_DRAFT_H

#include "base/buf.h"
#include "base/byte_set.h"

enum { DRAFT_MOST = UINT16_MAX, DRAFT_ANY = UINT16_MAX };

struct draft_cell {
    struct byte_set may;
    uint16_t extra; /* free cells that may be put before it; DRAFT_ANY: as many as one likes */
};

struct draft {
    struct draft_cell *cells;
    uint32_t count, capacity;
    uint16_t tail; /* free cells that may follow the last one */
};

void draft_init(struct draft *draft); /* empty, open at its end */
void draft_fini(struct draft *draft);
bool draft_copy(struct draft *to, const struct draft *from); /* into what is initialised; false: no memory */

/* Adds free cells up to so many; false when its end is fixed, or at the cap. */
bool draft_reach(struct draft *draft, uint32_t count);

/* Narrows the cells from `at` on to the bytes; false (and nothing changed) when they cannot be those. */
bool draft_place(struct draft *draft, uint32_t at, struct slice bytes, bool nocase);

/* Whether the bytes could be put there, within the cells that there are. */
bool draft_could(const struct draft *draft, uint32_t at, struct slice bytes, bool nocase);

/* Whether they stand there already, whatever is chosen. */
bool draft_is(const struct draft *draft, uint32_t at, struct slice bytes, bool nocase);

/* Nothing may be put in before any of the cells [from, upto). */
void draft_freeze(struct draft *draft, uint32_t from, uint32_t upto);

/* Puts free cells in, at its end or where else that is allowed, until it has `count`. */
bool draft_stretch(struct draft *draft, uint32_t count, bool at_end_first);

/* Narrows the numeric value of `count` bytes at `at`; false when they cannot be that. */
bool draft_place_number(struct draft *draft, uint32_t at, unsigned count, bool little, uint64_t value);

/* Chooses. `taste` varies what stands where anything may. 0 or -ENOMEM. */
int draft_choose(const struct draft *draft, unsigned taste, struct buf *out);

#endif
