#include "base/suggest.h"

#include <string.h>

enum { WORD_MOST = 63 };

static unsigned least_of(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned edit_distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n > WORD_MOST || m > WORD_MOST)
        return WORD_MOST;
    unsigned rows[3][WORD_MOST + 1];
    for (size_t k = 0; k <= m; k++)
        rows[0][k] = (unsigned)k;
    for (size_t i = 1; i <= n; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *above_that = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t k = 1; k <= m; k++) {
            unsigned replaced = above[k - 1] + (a[i - 1] != b[k - 1]);
            row[k] = least_of(replaced, least_of(above[k], row[k - 1]) + 1);
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                row[k] = least_of(row[k], above_that[k - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

void suggest(const char *wrong, const char *word, const char **best, unsigned *least)
{
    unsigned distance = edit_distance(wrong, word);
    if (distance > strlen(word) / 3 + 1 || (*best && distance >= *least))
        return;
    *best = word;
    *least = distance;
}
