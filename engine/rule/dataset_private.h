/* Inside dataset.h: the table, for dataset.c, and its files, for dataset_file.c. The lock is held by callers.
 */
#ifndef SLUICE_RULE_DATASET_PRIVATE_H
#define SLUICE_RULE_DATASET_PRIVATE_H

#include <pthread.h>

#include "rule/dataset.h"

struct dataset_value {
    struct dataset_value *next; /* of the chain */
    uint64_t hash;
    uint32_t length;
    uint16_t reputation;
    uint8_t bytes[];
};

struct dataset {
    struct datasets *all;
    struct dataset *next;
    char name[DATASET_NAME_MOST + 1];
    enum dataset_type type;
    char *save; /* file name, or NULL */
    bool reputation;
    struct dataset_value **buckets;
    uint64_t mask, count;
    uint64_t memory, memcap; /* bytes */
};

struct datasets {
    pthread_mutex_t lock; /* guards all below, and every set */
    struct dataset *sets;
    uint64_t seed;
    struct dataset_counters counters;
};

/* Stores a value in the set's own form. 1: new; 0: was there; -ENOMEM: memory, or the memcap; -EINVAL:
 * length. */
int dataset_put(struct dataset *set, struct slice value, uint16_t reputation);

int dataset_file_load(struct dataset *set, const char *path, bool may_lack, struct err *err);
int dataset_file_save(const struct dataset *set, struct err *err);

#endif
