#include "run/cpus.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

enum { CPU_HIGHEST = 1023 };

int cpus_parse(struct cpu_list *cpus, const char *text, struct err *err)
{
    cpus->count = 0;
    for (const char *at = text;; at++) {
        char *end;
        unsigned long first = strtoul(at, &end, 10), last = first;
        if (*at < '0' || *at > '9')
            break;
        if (*end == '-' && end[1] >= '0' && end[1] <= '9')
            last = strtoul(end + 1, &end, 10);
        if (last < first || last > CPU_HIGHEST || cpus->count + (last - first) >= CPUS_MOST)
            break;
        for (unsigned long cpu = first; cpu <= last; cpu++)
            cpus->list[cpus->count++] = (unsigned short)cpu;
        if (!*end)
            return 0;
        if (*end != ',')
            break;
        at = end;
    }
    return err_set(err, -EINVAL, "expected CPUs such as 0,2-5, not \"%s\"", text);
}

int cpus_bind(const struct cpu_list *cpus, pthread_t thread, unsigned index)
{
    if (!cpus->count)
        return 0;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpus->list[index % cpus->count], &set);
    return -pthread_setaffinity_np(thread, sizeof set, &set);
}
