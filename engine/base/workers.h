/* Work on many things at once: threads that take one index after the other. Whoever calls is one of them. */
#ifndef SLUICE_BASE_WORKERS_H
#define SLUICE_BASE_WORKERS_H

#include <stdatomic.h>
#include <stdint.h>

enum { WORKERS_MOST = 256 };

/* Calls work(ctx, i) for each i below `count`, from as many as `threads` threads, until *stop (which may be
 * NULL) is set. Returns when all calls have. With fewer threads, if more cannot be had. */
void workers_run(unsigned threads, uint32_t count, void (*work)(void *ctx, uint32_t i), void *ctx,
                 const atomic_bool *stop);

#endif
