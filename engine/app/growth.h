/*
 * How much the bodies of a connection grow as their codings are taken off, and when that is too much.
 *
 * Whoever sends a kilobyte can have it grow to a megabyte, again and again. So each connection has some
 * growth free, beyond that each body is believed to grow GROWTH_TIMES only. Counted in bytes, so that the
 * same is decided however they are cut. One thread; owned by who decodes.
 */
#ifndef SLUICE_APP_GROWTH_H
#define SLUICE_APP_GROWTH_H

#include <stdbool.h>
#include <stdint.h>

enum { GROWTH_FREE = 1 << 20, GROWTH_TIMES = 64 };

/* Bytes that were decoded, and what they came to: with several layers, in all of them. */
struct growth {
    uint64_t in, out;
};

static inline void growth_in(struct growth *connection, struct growth *body, uint64_t n)
{
    connection->in += n;
    body->in += n;
}

static inline void growth_out(struct growth *connection, struct growth *body, uint64_t n)
{
    connection->out += n;
    body->out += n;
}

/* No more of this body should be decoded. */
static inline bool growth_is_spent(const struct growth *connection, const struct growth *body)
{
    return connection->out > GROWTH_FREE && (connection->out - GROWTH_FREE) / GROWTH_TIMES > connection->in &&
           body->out / GROWTH_TIMES > body->in;
}

#endif
