#include "base/workers.h"

#include <pthread.h>

struct workers {
    atomic_uint next; /* relaxed: only that each index is taken once matters */
    uint32_t count;
    void (*work)(void *ctx, uint32_t i);
    void *ctx;
    const atomic_bool *stop;
};

static void *run(void *ctx)
{
    struct workers *w = ctx;
    for (;;) {
        uint32_t i = atomic_fetch_add_explicit(&w->next, 1, memory_order_relaxed);
        if (i >= w->count || (w->stop && atomic_load_explicit(w->stop, memory_order_relaxed)))
            return NULL;
        w->work(w->ctx, i);
    }
}

void workers_run(unsigned threads, uint32_t count, void (*work)(void *ctx, uint32_t i), void *ctx,
                 const atomic_bool *stop)
{
    struct workers workers = {.count = count, .work = work, .ctx = ctx, .stop = stop};
    pthread_t started[WORKERS_MOST];
    unsigned n = 0, wanted = threads < WORKERS_MOST ? threads : WORKERS_MOST;
    while (n + 1 < wanted && n + 1 < count && pthread_create(&started[n], NULL, run, &workers) == 0)
        n++;
    run(&workers);
    while (n > 0)
        pthread_join(started[--n], NULL);
}
