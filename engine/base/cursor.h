/*
 * A cursor reads a slice from its start on, without ever leaving it. Multi-byte reads are big endian (network
 * order). Any thread may call; nothing here allocates.
 */
#ifndef SLUICE_BASE_CURSOR_H
#define SLUICE_BASE_CURSOR_H

#include "base/slice.h"

struct cursor {
    const uint8_t *p;
    size_t n;  /* bytes in all */
    size_t at; /* bytes read so far, never above n */
};

static inline struct cursor cursor_of(struct slice s)
{
    return (struct cursor){.p = s.p, .n = s.n, .at = 0};
}

static inline size_t cursor_left(const struct cursor *c)
{
    return c->n - c->at;
}

/* Each reader returns false, and leaves the cursor where it was, when too few bytes are left. */
static inline bool cursor_uint(struct cursor *c, size_t bytes, uint64_t *v)
{
    if (cursor_left(c) < bytes)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | c->p[c->at + i];
    c->at += bytes;
    *v = value;
    return true;
}

#define CURSOR_READER(name, type)                      \
    static inline bool name(struct cursor *c, type *v) \
    {                                                  \
        uint64_t wide;                                 \
        if (!cursor_uint(c, sizeof(type), &wide))      \
            return false;                              \
        *v = (type)wide;                               \
        return true;                                   \
    }
CURSOR_READER(cursor_u8, uint8_t)
CURSOR_READER(cursor_be16, uint16_t)
CURSOR_READER(cursor_be32, uint32_t)
CURSOR_READER(cursor_be64, uint64_t)
#undef CURSOR_READER

/* The same of the least byte first. */
#define CURSOR_LITTLE_READER(name, type)               \
    static inline bool name(struct cursor *c, type *v) \
    {                                                  \
        if (cursor_left(c) < sizeof(type))             \
            return false;                              \
        uint64_t value = 0;                            \
        for (size_t i = sizeof(type); i-- > 0;)        \
            value = value << 8 | c->p[c->at + i];      \
        c->at += sizeof(type);                         \
        *v = (type)value;                              \
        return true;                                   \
    }
CURSOR_LITTLE_READER(cursor_le16, uint16_t)
CURSOR_LITTLE_READER(cursor_le32, uint32_t)
CURSOR_LITTLE_READER(cursor_le64, uint64_t)
#undef CURSOR_LITTLE_READER

static inline bool cursor_bytes(struct cursor *c, size_t n, struct slice *out)
{
    if (cursor_left(c) < n)
        return false;
    *out = slice_of(c->p + c->at, n);
    c->at += n;
    return true;
}

static inline bool cursor_skip(struct cursor *c, size_t n)
{
    struct slice ignored;
    return cursor_bytes(c, n, &ignored);
}

#endif
