#include "verdict/counters.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct counter_name counter_names[SLUICE_STATS] = {
#define SLUICE_WAY(name, text)  [SLUICE_WAY_##name] = {#name, text},
#define SLUICE_NOTE(name, text) [SLUICE_NOTE_##name] = {#name, text},
#include "xdp/stat_list.h"
#undef SLUICE_WAY
#undef SLUICE_NOTE
};

static struct sluice_count sum(const struct sluice_count *each, int cpus)
{
    struct sluice_count total = {0};
    for (int i = 0; i < cpus; i++) {
        total.packets += each[i].packets;
        total.bytes += each[i].bytes;
    }
    return total;
}

int counters_read(int map, struct sluice_count out[SLUICE_STATS], struct err *err)
{
    int cpus = libbpf_num_possible_cpus();
    struct sluice_count *each = cpus > 0 ? calloc((size_t)cpus, sizeof *each) : NULL;
    int result = each ? 0 : -ENOMEM;
    for (uint32_t i = 0; result == 0 && i < SLUICE_STATS; i++) {
        if (bpf_map_lookup_elem(map, &i, each))
            result = -errno;
        else
            out[i] = sum(each, cpus);
    }
    free(each);
    return result ? err_set(err, result, "the counters cannot be read: %s", strerror(-result)) : 0;
}

struct sluice_count counters_total(const struct sluice_count counts[SLUICE_STATS])
{
    return sum(counts, SLUICE_WAYS);
}

static int by_packets(const void *a, const void *b)
{
    const struct service_count *x = a, *y = b;
    return x->count.packets > y->count.packets ? -1 : x->count.packets < y->count.packets;
}

int counters_services(int map, struct service_count *out, size_t most)
{
    int cpus = libbpf_num_possible_cpus();
    struct sluice_count *each = cpus > 0 ? calloc((size_t)cpus, sizeof *each) : NULL;
    if (!each)
        return -ENOMEM;
    struct sluice_service key, next;
    const struct sluice_service *last = NULL;
    size_t n = 0;
    /* The map forgets what is seldom seen, and may do so between two steps: an end after `most` is an end. */
    while (n < most && bpf_map_get_next_key(map, last, &next) == 0) {
        key = next;
        last = &key;
        if (bpf_map_lookup_elem(map, &key, each) == 0)
            out[n++] = (struct service_count){key, sum(each, cpus)};
    }
    free(each);
    qsort(out, n, sizeof *out, by_packets);
    return (int)n;
}
