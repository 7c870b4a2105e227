/*
 * Alerts over time, by how urgent they are: a row of bars whose width grows with the span, so that it has
 * TIMELINE_BARS at the most. The widths are those of a clock. The result does not depend on the order in
 * which alerts are added. Values; nothing owned.
 */
#ifndef SLUICE_REPORT_TIMELINE_H
#define SLUICE_REPORT_TIMELINE_H

#include <stdint.h>

enum { TIMELINE_BARS = 120, SEVERITIES = 4 /* priorities 1, 2, 3, and all that are less urgent */ };

struct timeline {
    unsigned width; /* which of the widths */
    uint64_t first; /* the number of bars[0]: its begin is first * timeline_width() */
    unsigned count;
    uint64_t bars[TIMELINE_BARS][SEVERITIES];
};

/* 0 to SEVERITIES - 1, of a rule's priority. */
unsigned severity_of(int priority);

void timeline_add(struct timeline *timeline, uint64_t time_ns, unsigned severity, uint64_t alerts);
void timeline_merge(struct timeline *into, const struct timeline *from);

/* Of one bar, in nanoseconds. */
uint64_t timeline_width(const struct timeline *timeline);

#endif
