#include "run/conveyor.h"

#include <errno.h>
#include <stdlib.h>

enum { HALF = CONVEYOR_SLOTS / 2 };

int conveyor_init(struct conveyor *c, unsigned workers, bool eager)
{
    *c = (struct conveyor){.eager = eager};
    c->workers = calloc(workers, sizeof *c->workers);
    if (!c->workers)
        return -ENOMEM;
    c->worker_count = workers;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->submission, NULL);
    pthread_cond_init(&c->work, NULL);
    pthread_cond_init(&c->finish, NULL);
    return 0;
}

void conveyor_fini(struct conveyor *c)
{
    if (!c->workers)
        return;
    pthread_cond_destroy(&c->submission);
    pthread_cond_destroy(&c->work);
    pthread_cond_destroy(&c->finish);
    pthread_mutex_destroy(&c->lock);
    free(c->workers);
    *c = (struct conveyor){0};
}

/* What all workers are done with. */
static uint64_t worked(const struct conveyor *c)
{
    uint64_t least = c->submitted;
    for (unsigned i = 0; i < c->worker_count; i++)
        if (c->workers[i].position < least)
            least = c->workers[i].position;
    return least;
}

/* Whether it sleeps and is to be woken, now that the one before it has come to `reached`. */
static bool due(struct conveyor_end *end, uint64_t reached)
{
    if (!end->wanted || reached < end->wanted)
        return false;
    end->wanted = 0;
    return true;
}

/* Woken without the lock, which whoever wakes needs at once. */
static void unlock_and_wake(struct conveyor *c, bool wake, pthread_cond_t *sleepers)
{
    pthread_mutex_unlock(&c->lock);
    if (wake)
        pthread_cond_broadcast(sleepers);
}

static void sleep_until(struct conveyor *c, struct conveyor_end *end, uint64_t wanted, pthread_cond_t *woken)
{
    end->wanted = wanted;
    while (end->wanted && !c->ended)
        pthread_cond_wait(woken, &c->lock);
    end->wanted = 0;
}

/* What the finisher sleeps for: less than half of the ring when the submitter does, too. */
static uint64_t worth_finishing(const struct conveyor *c)
{
    uint64_t most = c->finisher.position + (c->eager ? 1 : HALF);
    return c->submitter.wanted && c->submitter.wanted < most ? c->submitter.wanted : most;
}

void conveyor_submit(struct conveyor *c, void *item)
{
    bool wake = false;
    pthread_mutex_lock(&c->lock);
    c->slots[c->submitted++ % CONVEYOR_SLOTS] = item;
    for (unsigned i = 0; i < c->worker_count; i++)
        wake |= due(&c->workers[i], c->submitted);
    unlock_and_wake(c, wake, &c->submission);
}

/* When none is finished it sleeps until `wanted` are, if that is more than it has had. With the lock. */
static void *get_back(struct conveyor *c, uint64_t wanted)
{
    struct conveyor_end *end = &c->submitter;
    if (end->position == c->finisher.position && wanted > end->position) {
        end->wanted = wanted;
        if (c->finisher.wanted)
            c->finisher.wanted = worth_finishing(c);
        if (due(&c->finisher, worked(c)))
            pthread_cond_broadcast(&c->work);
        sleep_until(c, end, wanted, &c->finish);
    }
    return end->position < c->finisher.position ? c->slots[end->position++ % CONVEYOR_SLOTS] : NULL;
}

void *conveyor_get_back(struct conveyor *c, bool wait)
{
    pthread_mutex_lock(&c->lock);
    uint64_t lent = c->submitted - c->submitter.position;
    uint64_t enough = c->eager && lent ? 1 : lent - lent / 2;
    void *item = get_back(c, wait ? c->submitter.position + enough : 0);
    pthread_mutex_unlock(&c->lock);
    return item;
}

void *conveyor_drain(struct conveyor *c)
{
    pthread_mutex_lock(&c->lock);
    void *item = get_back(c, c->submitted);
    pthread_mutex_unlock(&c->lock);
    return item;
}

void conveyor_end(struct conveyor *c)
{
    pthread_mutex_lock(&c->lock);
    c->ended = true;
    pthread_mutex_unlock(&c->lock);
    pthread_cond_broadcast(&c->submission);
    pthread_cond_broadcast(&c->work);
}

/* A worker gives up what it was handed before, and so may be the one for whom the finisher waits. */
static bool give_up(struct conveyor *c, struct conveyor_end *end)
{
    end->position += end->handed;
    end->handed = false;
    return due(&c->finisher, worked(c));
}

void *conveyor_next(struct conveyor *c, unsigned worker)
{
    struct conveyor_end *end = &c->workers[worker];
    pthread_mutex_lock(&c->lock);
    bool wake = give_up(c, end);
    if (end->position == c->submitted && !c->ended) {
        if (wake)
            pthread_cond_broadcast(&c->work);
        wake = false;
        sleep_until(c, end, end->position + 1, &c->submission);
    }
    end->handed = end->position < c->submitted;
    void *item = end->handed ? c->slots[end->position % CONVEYOR_SLOTS] : NULL;
    unlock_and_wake(c, wake, &c->work);
    return item;
}

void *conveyor_take(struct conveyor *c)
{
    struct conveyor_end *end = &c->finisher;
    pthread_mutex_lock(&c->lock);
    if (end->position == worked(c))
        sleep_until(c, end, worth_finishing(c), &c->work);
    void *item = end->position < worked(c) ? c->slots[end->position % CONVEYOR_SLOTS] : NULL;
    pthread_mutex_unlock(&c->lock);
    return item;
}

void conveyor_finish(struct conveyor *c)
{
    pthread_mutex_lock(&c->lock);
    bool wake = due(&c->submitter, ++c->finisher.position);
    unlock_and_wake(c, wake, &c->finish);
}
