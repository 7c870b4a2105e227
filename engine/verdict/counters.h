/*
 * The XDP program's counters, summed over CPUs. Values; any thread. Their names and texts are those of
 * xdp/stat_list.h.
 */
#ifndef SLUICE_VERDICT_COUNTERS_H
#define SLUICE_VERDICT_COUNTERS_H

#include <stddef.h>

#include "base/err.h"
#include "xdp/shared.h"

struct counter_name {
    const char *name, *text; /* "flow_blocked", "dropped, flow blocked" */
};

/* By enum sluice_way and enum sluice_note. */
extern const struct counter_name counter_names[SLUICE_STATS];

/* 0 or a negative errno. */
int counters_read(int map, struct sluice_count out[SLUICE_STATS], struct err *err);

/* The ways out, summed: what the interface received. */
struct sluice_count counters_total(const struct sluice_count counts[SLUICE_STATS]);

struct service_count {
    struct sluice_service service;
    struct sluice_count count;
};

/* What a dry run has seen, the most packets first; returns how many of `most`, or a negative errno. */
int counters_services(int map, struct service_count *out, size_t most);

#endif
