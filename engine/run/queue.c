#include "run/queue.h"

void queue_init(struct queue *q)
{
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->changed, NULL);
    q->head = q->count = 0;
}

void queue_fini(struct queue *q)
{
    pthread_cond_destroy(&q->changed);
    pthread_mutex_destroy(&q->lock);
}

void queue_push(struct queue *q, void *item)
{
    pthread_mutex_lock(&q->lock);
    while (q->count == QUEUE_SLOTS)
        pthread_cond_wait(&q->changed, &q->lock);
    q->slots[(q->head + q->count++) % QUEUE_SLOTS] = item;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

/* With the lock, when there is one. */
static void *take(struct queue *q)
{
    void *item = q->slots[q->head];
    q->head = (q->head + 1) % QUEUE_SLOTS;
    q->count--;
    pthread_cond_broadcast(&q->changed);
    return item;
}

void *queue_pop(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    while (q->count == 0)
        pthread_cond_wait(&q->changed, &q->lock);
    void *item = take(q);
    pthread_mutex_unlock(&q->lock);
    return item;
}

void *queue_try_pop(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    void *item = q->count ? take(q) : NULL;
    pthread_mutex_unlock(&q->lock);
    return item;
}
