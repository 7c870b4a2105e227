/*
 * A bounded queue of pointers between threads that sleep when there is nothing to do. What goes through it is
 * a batch of hundreds of packets, so that its lock costs nothing that could be measured.
 */
#ifndef SLUICE_RUN_QUEUE_H
#define SLUICE_RUN_QUEUE_H

#include <pthread.h>

enum { QUEUE_SLOTS = 16 };

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    void *slots[QUEUE_SLOTS];
    unsigned head, count;
};

void queue_init(struct queue *queue);
void queue_fini(struct queue *queue);

/* Waits while the queue is full. */
void queue_push(struct queue *queue, void *item);

/* Waits while the queue is empty. */
void *queue_pop(struct queue *queue);

/* NULL when it is empty. */
void *queue_try_pop(struct queue *queue);

#endif
