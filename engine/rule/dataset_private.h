/* Inside dataset.h: the table, for dataset.c, its files, for dataset_file.c and dataset_save.c, and its
 * succession, for dataset_succeed.c. The lock is held by callers, but where it is said. */
#ifndef SLUICE_RULE_DATASET_PRIVATE_H
#define SLUICE_RULE_DATASET_PRIVATE_H

#include <pthread.h>

#include "rule/dataset.h"

struct dataset_value {
    struct dataset_value *next; /* of the chain */
    uint64_t hash;
    uint32_t length;
    uint16_t reputation;
    bool learned; /* by a rule, not of the file */
    uint8_t bytes[];
};

struct dataset {
    struct datasets *all;
    struct dataset *next;
    char name[DATASET_NAME_MOST + 1];
    enum dataset_type type;
    char *save;  /* file name, or NULL */
    char *state; /* the file that is both loaded and saved, or NULL */
    bool reputation, takes_all;
    struct dataset *successor; /* what is learned here is put there, too; or NULL */
    struct dataset_value **buckets;
    uint64_t mask, count;
    uint64_t memory, memcap; /* bytes */
};

struct datasets {
    pthread_mutex_t lock; /* guards all below, and every set */
    struct dataset *sets;
    uint64_t seed;
    struct dataset_counters counters;
    struct datasets *before, *after; /* in a succession: locked in this order */
};

/* Stores a value in the set's own form. 1: new; 0: was there; -ENOMEM: memory, or the memcap; -EINVAL:
 * length. */
int dataset_put(struct dataset *set, struct slice value, uint16_t reputation, bool learned);

/* NULL: there is none of that name and, unless it is unknown, type. */
struct dataset *dataset_find(const struct datasets *all, struct slice name, enum dataset_type type);

/*
 * Each value, with the lock held for a part of the table at a time. When the table grows meanwhile it begins
 * anew, and says so by a call with NULL. 0, or what `visit` has returned.
 */
int dataset_each(struct dataset *set, int (*visit)(void *ctx, const struct dataset_value *value), void *ctx);

/* What is learned in `all` goes nowhere else any more, and what is learned elsewhere does not come here. */
void datasets_part(struct datasets *all);

int dataset_file_load(struct dataset *set, const char *path, bool may_lack, struct err *err);

#endif
