/*
 * Owned bytes that grow, up to a cap that the caller names. Zero-initialised is a valid empty buffer.
 * The owner calls buf_fini; one thread at a time.
 */
#ifndef SLUICE_BASE_BUF_H
#define SLUICE_BASE_BUF_H

#include "base/slice.h"

struct buf {
    uint8_t *p;
    size_t n;   /* bytes in use */
    size_t cap; /* bytes allocated */
};

/* Makes room for `more` further bytes. 0 or -ENOMEM; on failure the buffer is as it was. */
int buf_reserve(struct buf *b, size_t more);

/* Appends a copy. 0 or -ENOMEM. */
int buf_append(struct buf *b, struct slice s);
int buf_append_byte(struct buf *b, uint8_t byte);

/* Appends formatted text without its NUL. 0 or -ENOMEM. */
int buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline struct slice buf_slice(const struct buf *b)
{
    return slice_of(b->p, b->n);
}

static inline void buf_clear(struct buf *b)
{
    b->n = 0;
}

void buf_fini(struct buf *b);

#endif
