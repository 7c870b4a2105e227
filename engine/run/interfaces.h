/*
 * The interfaces of a live run as the settings name them: `run.interface` for one, or the list
 * `run.interfaces`, whose elements are names or mappings. Owned by the settings; one thread.
 */
#ifndef SLUICE_RUN_INTERFACES_H
#define SLUICE_RUN_INTERFACES_H

#include <stdint.h>

#include "base/err.h"

enum { INTERFACES_MOST = 16 };

struct interface_setting {
    char *name;
    uint32_t queues; /* 0: as many as it has */
};

struct interface_list {
    struct interface_setting list[INTERFACES_MOST];
    uint32_t count;
};

/* What is said below run.interfaces: key "" and a name, or ".2.queues" and a number. 0; -EINVAL, -ENOENT,
 * -ENOMEM with *err. */
int interfaces_put(struct interface_list *interfaces, const char *key, const char *value, struct err *err);
void interfaces_fini(struct interface_list *interfaces);

#endif
