#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEAST = 64, GRAIN = 16 };

/*
 * As much as is asked for, since most is made once and stays as it is; what grows on gets twice as much each
 * time, so that a byte is copied a fixed number of times.
 */
static size_t grown(const struct buf *b, size_t need)
{
    size_t least = b->cap ? 2 * b->cap : LEAST;
    return need > least ? (need + GRAIN - 1) / GRAIN * GRAIN : least;
}

int buf_reserve(struct buf *b, size_t more)
{
    if (b->cap - b->n >= more)
        return 0;
    if (more > SIZE_MAX / 2 - b->n)
        return -ENOMEM;
    size_t cap = grown(b, b->n + more);
    uint8_t *p = realloc(b->p, cap);
    if (!p)
        return -ENOMEM;
    b->p = p;
    b->cap = cap;
    return 0;
}

int buf_append(struct buf *b, struct slice s)
{
    if (s.n == 0)
        return 0;
    if (s.n > b->cap - b->n) {
        int rc = buf_reserve(b, s.n);
        if (rc)
            return rc;
    }
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
    return 0;
}

int buf_append_byte(struct buf *b, uint8_t byte)
{
    return buf_append(b, slice_of(&byte, 1));
}

int buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (need < 0)
        return -EINVAL;
    int rc = buf_reserve(b, (size_t)need + 1);
    if (rc)
        return rc;
    va_start(args, format);
    vsnprintf((char *)b->p + b->n, (size_t)need + 1, format, args);
    va_end(args);
    b->n += (size_t)need;
    return 0;
}

void buf_fini(struct buf *b)
{
    free(b->p);
    *b = (struct buf){0};
}
