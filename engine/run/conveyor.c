#include "run/conveyor.h"

#include <errno.h>
#include <stdlib.h>

int conveyor_init(struct conveyor *c, const struct conveyor_config *config)
{
    *c = (struct conveyor){.crew_reads = config->crew_reads, .eager = config->eager};
    c->workers = calloc(config->workers, sizeof *c->workers);
    if (!c->workers)
        return -ENOMEM;
    c->worker_count = config->workers;
    for (unsigned i = 0; i < c->worker_count; i++)
        c->workers[i].thread = i;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->jobs, NULL);
    pthread_cond_init(&c->back, NULL);
    return 0;
}

void conveyor_fini(struct conveyor *c)
{
    if (!c->workers)
        return;
    pthread_cond_destroy(&c->jobs);
    pthread_cond_destroy(&c->back);
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

static bool can_finish(const struct conveyor *c)
{
    return !c->finishing && c->finished < worked(c);
}

static bool can_read(const struct conveyor *c)
{
    return c->crew_reads && !c->reading && !c->closed &&
           (c->alone ? c->submitted == c->finished : c->submitted - c->finished < CONVEYOR_SLOTS);
}

static bool can_work(const struct conveyor *c, unsigned worker)
{
    return !c->workers[worker].taken && c->workers[worker].position < c->submitted;
}

/* The one that is most behind, of the thread's own if it has any with something to do. worker_count: none. */
static unsigned choose_worker(const struct conveyor *c, unsigned thread)
{
    unsigned best = c->worker_count;
    bool best_own = false;
    for (unsigned i = 0; i < c->worker_count; i++) {
        bool own = c->workers[i].thread == thread;
        if (!can_work(c, i) || (best_own && !own))
            continue;
        if (best == c->worker_count || own != best_own ||
            c->workers[i].position < c->workers[best].position) {
            best = i;
            best_own = own;
        }
    }
    return best;
}

static void take_work(struct conveyor *c, unsigned worker, struct conveyor_job *job)
{
    struct conveyor_worker *w = &c->workers[worker];
    w->taken = true;
    *job = (struct conveyor_job){
        .kind = CONVEYOR_WORK, .worker = worker, .item = c->slots[w->position % CONVEYOR_SLOTS]};
}

static bool take_other(struct conveyor *c, struct conveyor_job *job)
{
    if (can_finish(c)) {
        c->finishing = true;
        *job = (struct conveyor_job){.kind = CONVEYOR_FINISH, .item = c->slots[c->finished % CONVEYOR_SLOTS]};
        return true;
    }
    if (can_read(c)) {
        c->reading = true;
        *job = (struct conveyor_job){.kind = CONVEYOR_READ};
        return true;
    }
    return false;
}

/* Reading comes before work on the last item there is: the next one is needed soon. */
static bool take_job(struct conveyor *c, unsigned thread, struct conveyor_job *job)
{
    unsigned worker = choose_worker(c, thread);
    bool last = worker == c->worker_count || c->workers[worker].position + 1 == c->submitted;
    if ((can_finish(c) || last) && take_other(c, job))
        return true;
    if (worker == c->worker_count)
        return false;
    c->workers[worker].thread = thread;
    take_work(c, worker, job);
    return true;
}

static bool is_over(const struct conveyor *c)
{
    return c->ended || (c->closed && c->finished == c->submitted);
}

static bool has_job(const struct conveyor *c)
{
    return can_finish(c) || can_read(c) || choose_worker(c, c->worker_count) < c->worker_count;
}

/* The reader, if it sleeps and need not any more. */
static void wake_reader(struct conveyor *c)
{
    if (c->wanted && (c->finished >= c->wanted || c->ended)) {
        c->wanted = 0;
        pthread_cond_signal(&c->back);
    }
}

/* Who is woken finds a job, and wakes the next if there is another: without the lock, which they need at
 * once. */
static void unlock_and_wake(struct conveyor *c)
{
    bool all = is_over(c), one = c->sleepers && (all || has_job(c));
    pthread_mutex_unlock(&c->lock);
    if (one && all)
        pthread_cond_broadcast(&c->jobs);
    else if (one)
        pthread_cond_signal(&c->jobs);
}

static void give_up(struct conveyor *c, struct conveyor_job *job)
{
    switch (job->kind) {
    case CONVEYOR_READ:
        c->reading = false;
        break;
    case CONVEYOR_WORK:
        c->workers[job->worker].position += !job->partly;
        c->workers[job->worker].taken = false;
        break;
    case CONVEYOR_FINISH:
        c->finished++;
        c->finishing = false;
        wake_reader(c);
        break;
    default:
        break;
    }
    *job = (struct conveyor_job){0};
}

bool conveyor_next(struct conveyor *c, unsigned thread, struct conveyor_job *job)
{
    pthread_mutex_lock(&c->lock);
    give_up(c, job);
    bool over;
    while (!(over = is_over(c)) && !take_job(c, thread, job)) {
        c->sleepers++;
        pthread_cond_wait(&c->jobs, &c->lock);
        c->sleepers--;
    }
    unlock_and_wake(c);
    return !over;
}

bool conveyor_help(struct conveyor *c, unsigned self, unsigned other, struct conveyor_job *job)
{
    pthread_mutex_lock(&c->lock);
    /* It may have come to the place, and further, since it was last looked at. */
    bool found = can_work(c, other) && c->workers[other].position <= c->workers[self].position;
    if (found) {
        take_work(c, other, job);
        job->partly = c->workers[other].position == c->workers[self].position;
    } else {
        found = take_other(c, job);
    }
    pthread_mutex_unlock(&c->lock);
    return found;
}

void conveyor_put(struct conveyor *c, struct conveyor_job *job)
{
    pthread_mutex_lock(&c->lock);
    give_up(c, job);
    unlock_and_wake(c);
}

void conveyor_submit(struct conveyor *c, void *item)
{
    pthread_mutex_lock(&c->lock);
    c->slots[c->submitted++ % CONVEYOR_SLOTS] = item;
    c->alone = false;
    unlock_and_wake(c);
}

/* When none is finished it sleeps until `wanted` are, if that is more than it has had. */
static void *get_back(struct conveyor *c, uint64_t wanted)
{
    if (c->got_back == c->finished && wanted > c->got_back) {
        c->wanted = wanted;
        while (c->wanted && !c->ended)
            pthread_cond_wait(&c->back, &c->lock);
        c->wanted = 0;
    }
    return c->got_back < c->finished ? c->slots[c->got_back++ % CONVEYOR_SLOTS] : NULL;
}

void *conveyor_get_back(struct conveyor *c, bool wait)
{
    pthread_mutex_lock(&c->lock);
    uint64_t lent = c->submitted - c->got_back;
    uint64_t enough = c->eager && lent ? 1 : lent - lent / 2;
    void *item = get_back(c, wait ? c->got_back + enough : 0);
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

void conveyor_read_alone(struct conveyor *c)
{
    pthread_mutex_lock(&c->lock);
    c->alone = true;
    pthread_mutex_unlock(&c->lock);
}

void conveyor_close(struct conveyor *c)
{
    pthread_mutex_lock(&c->lock);
    c->closed = true;
    unlock_and_wake(c);
}

void conveyor_end(struct conveyor *c)
{
    pthread_mutex_lock(&c->lock);
    c->ended = true;
    wake_reader(c);
    unlock_and_wake(c);
}
