#include "report/timeline.h"

#include <stdbool.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)
#define DAY    (86400 * SECOND)

/* Each divides the next, so that bars can be put together. */
static const uint64_t widths[] = {
    SECOND / 1000, SECOND / 100, SECOND / 10,   SECOND,  5 * SECOND, 10 * SECOND, 30 * SECOND, 60 * SECOND,
    300 * SECOND,  900 * SECOND, 3600 * SECOND, DAY / 4, DAY,        7 * DAY,     364 * DAY,   3640 * DAY,
};

enum { WIDTHS = sizeof widths / sizeof widths[0] };

unsigned severity_of(int priority)
{
    return priority <= 1 ? 0 : priority >= SEVERITIES ? SEVERITIES - 1 : (unsigned)priority - 1;
}

uint64_t timeline_width(const struct timeline *t)
{
    return widths[t->width];
}

/* The next width: several bars become one. */
static void widen(struct timeline *t)
{
    struct timeline wider = {.width = t->width + 1};
    uint64_t ratio = widths[t->width + 1] / widths[t->width];
    wider.first = t->first / ratio;
    for (unsigned i = 0; i < t->count; i++) {
        unsigned to = (unsigned)((t->first + i) / ratio - wider.first);
        for (unsigned s = 0; s < SEVERITIES; s++)
            wider.bars[to][s] += t->bars[i][s];
        wider.count = to + 1;
    }
    *t = wider;
}

/* Makes room for the bar of that number at the present width. False: there is none. */
static bool reach(struct timeline *t, uint64_t bar)
{
    if (!t->count) {
        t->first = bar;
        t->count = 1;
        return true;
    }
    uint64_t first = bar < t->first ? bar : t->first;
    uint64_t last = bar > t->first + t->count - 1 ? bar : t->first + t->count - 1;
    if (last - first >= TIMELINE_BARS)
        return false;
    unsigned shift = (unsigned)(t->first - first);
    if (shift) {
        memmove(&t->bars[shift], &t->bars[0], t->count * sizeof t->bars[0]);
        memset(&t->bars[0], 0, shift * sizeof t->bars[0]);
    }
    t->first = first;
    t->count = (unsigned)(last - first) + 1;
    return true;
}

void timeline_add(struct timeline *t, uint64_t time_ns, unsigned severity, uint64_t alerts)
{
    while (!reach(t, time_ns / widths[t->width])) {
        if (t->width + 1 == WIDTHS) /* 64 bits of nanoseconds are 59 of the last width */
            return;
        widen(t);
    }
    t->bars[time_ns / widths[t->width] - t->first][severity] += alerts;
}

void timeline_merge(struct timeline *into, const struct timeline *from)
{
    while (into->count && into->width < from->width)
        widen(into);
    if (!into->count)
        into->width = from->width;
    for (unsigned i = 0; i < from->count; i++)
        for (unsigned s = 0; s < SEVERITIES; s++)
            if (from->bars[i][s])
                timeline_add(into, (from->first + i) * widths[from->width], s, from->bars[i][s]);
}
