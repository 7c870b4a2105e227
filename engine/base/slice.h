/*
 * Borrowed bytes. A slice never owns: whoever made it says how long its bytes live. Any thread may call;
 * nothing here allocates. cursor.h reads slices piece by piece.
 */
#ifndef SLUICE_BASE_SLICE_H
#define SLUICE_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const uint8_t *p; /* may be NULL only when n is 0 */
    size_t n;         /* bytes */
};

static inline struct slice slice_of(const void *p, size_t n)
{
    return (struct slice){.p = p, .n = n};
}

static inline struct slice slice_str(const char *s)
{
    return slice_of(s, strlen(s));
}

/* The part from byte `at` on; empty when `at` lies past the end. */
static inline struct slice slice_from(struct slice s, size_t at)
{
    return at < s.n ? slice_of(s.p + at, s.n - at) : slice_of(NULL, 0);
}

/* The first `n` bytes, or all of them when there are fewer. */
static inline struct slice slice_first(struct slice s, size_t n)
{
    return slice_of(s.p, n < s.n ? n : s.n);
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

#endif
