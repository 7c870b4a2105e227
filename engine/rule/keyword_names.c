#include "rule/keyword_names.h"

#include <stdlib.h>
#include <strings.h>

#include "rule/keyword.h"

static const struct keyword_name names[] = {
#define KEYWORD_NAME(name, needs, quotes) {name, needs, quotes},
#include "rule/keyword_name_list.h"
#undef KEYWORD_NAME
};

enum { NAME_COUNT = sizeof names / sizeof names[0], LONGEST = 48 };

const struct keyword_name *keyword_name_find(struct slice name)
{
    if (!name.n || name.n > LONGEST || memchr(name.p, '\0', name.n))
        return NULL;
    /* The list is sorted; '.', '_' and '-' sort as in ASCII, below and above the letters. */
    size_t low = 0, high = NAME_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strncasecmp((const char *)name.p, names[middle].name, name.n);
        if (order == 0 && names[middle].name[name.n] != '\0')
            order = -1;
        if (order == 0)
            return &names[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* Edits (insert, delete, replace, swap neighbours) from one to the other. */
static unsigned distance(struct slice a, struct slice b)
{
    unsigned before[LONGEST + 1], last[LONGEST + 1], row[LONGEST + 1];
    for (unsigned j = 0; j <= b.n; j++)
        last[j] = j;
    memcpy(before, last, sizeof before);
    for (unsigned i = 1; i <= a.n; i++) {
        row[0] = i;
        for (unsigned j = 1; j <= b.n; j++) {
            bool same = lower(a.p[i - 1]) == lower(b.p[j - 1]);
            row[j] = least(least(last[j] + 1, row[j - 1] + 1), last[j - 1] + !same);
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        memcpy(before, last, sizeof before);
        memcpy(last, row, sizeof last);
    }
    return last[b.n];
}

/* Which letters a name has, a bit each. One edit changes two bits at the most. */
static uint64_t letters(struct slice name)
{
    uint64_t set = 0;
    for (size_t i = 0; i < name.n; i++)
        set |= 1ull << (lower(name.p[i]) & 63);
    return set;
}

const char *keyword_name_near(struct slice name)
{
    if (!name.n || name.n > LONGEST)
        return NULL;
    const char *best = NULL;
    unsigned nearest = name.n <= 3 ? 2 : name.n <= 7 ? 3 : 4; /* one more than what is taken as meant */
    uint64_t wanted = letters(name);
    for (size_t i = 0; i < NAME_COUNT; i++) {
        struct slice candidate = slice_str(names[i].name);
        size_t apart = candidate.n > name.n ? candidate.n - name.n : name.n - candidate.n;
        if (candidate.n > LONGEST || apart >= nearest)
            continue;
        if ((unsigned)__builtin_popcountll(wanted ^ letters(candidate)) > 2 * (nearest - 1))
            continue; /* too far apart, seen without counting edits */
        unsigned d = distance(name, candidate);
        if (d < nearest) {
            nearest = d;
            best = names[i].name;
        }
    }
    return best;
}
