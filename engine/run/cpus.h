/*
 * Which CPUs the threads of a run are bound to. A value; any thread.
 */
#ifndef SLUICE_RUN_CPUS_H
#define SLUICE_RUN_CPUS_H

#include <pthread.h>

#include "base/err.h"

enum { CPUS_MOST = 256 };

struct cpu_list {
    unsigned count;
    unsigned short list[CPUS_MOST];
};

/* "0,2-5", in that order. 0 or -EINVAL with *err. */
int cpus_parse(struct cpu_list *cpus, const char *text, struct err *err);

/* Thread number `index` of the run (0 receives, the others work) goes to the CPU of that place in the list,
 * which starts again at its end; nothing happens with an empty list. 0 or a negative errno. */
int cpus_bind(const struct cpu_list *cpus, pthread_t thread, unsigned index);

#endif
