/*
 * Whose bytes a receiving host keeps when two segments overlap (Novak and Sturges, "Target-Based TCP Stream
 * Reassembly", 2007; where Suricata 8 does otherwise, what it was seen to do).
 *
 * What decides is how the new segment lies over the old one. Of the nine ways to overlap, each policy is the
 * set in which the new segment wins.
 */
#include "flow/stream_insert.h"

/* Where the new segment starts and ends, relative to the old one. */
enum {
    LEFT_INSIDE = 1 << 0,  /* starts before, ends before the old one's end */
    LEFT_EQUAL = 1 << 1,   /* starts before, ends with it */
    LEFT_AROUND = 1 << 2,  /* starts before, ends after */
    SAME_INSIDE = 1 << 3,  /* starts with it, ends before */
    SAME_EQUAL = 1 << 4,   /* the same bytes */
    SAME_AROUND = 1 << 5,  /* starts with it, ends after */
    RIGHT_INSIDE = 1 << 6, /* starts after, ends before */
    RIGHT_EQUAL = 1 << 7,  /* starts after, ends with it */
    RIGHT_AROUND = 1 << 8, /* starts after, ends after */
    ALL_LEFT = LEFT_INSIDE | LEFT_EQUAL | LEFT_AROUND,
    ALL = (1 << 9) - 1,
};

static const uint16_t new_wins[OS_COUNT] = {
    [OS_BSD] = ALL_LEFT,
    [OS_BSD_RIGHT] = ALL_LEFT,
    [OS_OLD_LINUX] = ALL_LEFT | SAME_EQUAL | SAME_AROUND,
    [OS_LINUX] = ALL_LEFT | SAME_AROUND,
    [OS_OLD_SOLARIS] = LEFT_EQUAL | LEFT_AROUND | SAME_EQUAL | SAME_AROUND | RIGHT_AROUND,
    [OS_SOLARIS] = LEFT_EQUAL | LEFT_AROUND | SAME_EQUAL | SAME_AROUND | RIGHT_AROUND,
    [OS_HPUX10] = ALL_LEFT,
    [OS_HPUX11] = LEFT_EQUAL | LEFT_AROUND | SAME_EQUAL | SAME_AROUND | RIGHT_AROUND,
    [OS_IRIX] = ALL_LEFT,
    [OS_MACOS] = ALL_LEFT,
    [OS_WINDOWS] = ALL_LEFT,
    [OS_VISTA] = 0,
    [OS_WINDOWS2K3] = ALL_LEFT,
    [OS_FIRST] = 0,
    [OS_LAST] = ALL,
};

bool overlap_new_wins(enum os_policy policy, uint64_t old_from, uint64_t old_to, uint64_t new_from,
                      uint64_t new_to)
{
    unsigned row = new_from < old_from ? 0 : new_from == old_from ? 1 : 2;
    unsigned column = new_to < old_to ? 0 : new_to == old_to ? 1 : 2;
    return new_wins[policy] >> (row * 3 + column) & 1;
}
