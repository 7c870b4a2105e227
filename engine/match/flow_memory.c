#include <errno.h>
#include <stdlib.h>

#include "match/store.h"

struct flow_bit {
    uint64_t key;
    uint32_t order; /* of setting: flow_memory.turn */
};

struct flow_counter {
    uint64_t key;
    uint32_t value, order;
};

struct threshold_entry {
    uint64_t key;
    enum threshold_kind kind;
    struct threshold_count count;
};

/* Each array is sorted by its elements' first member, the key. */
static size_t lower_bound(const void *array, size_t count, size_t element, uint64_t key)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint64_t at;
        memcpy(&at, (const char *)array + middle * element, sizeof at);
        if (at < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Opens a zeroed gap at index `at`. */
static void *insert(void **array, uint16_t *count, uint16_t *capacity, size_t element, size_t at)
{
    if (*count == FLOW_MEMORY_MOST)
        return NULL;
    if (*count == *capacity) {
        uint16_t wanted = (uint16_t)(*capacity ? *capacity * 2 : 4);
        void *grown = realloc(*array, wanted * element);
        if (!grown)
            return NULL;
        *array = grown;
        *capacity = wanted;
    }
    char *gap = (char *)*array + at * element;
    memmove(gap + element, gap, (*count - at) * element);
    memset(gap, 0, element);
    (*count)++;
    return gap;
}

static size_t find_bit(const struct flow_memory *flow, uint64_t key, bool *found)
{
    size_t at = lower_bound(flow->bits, flow->bit_count, sizeof *flow->bits, key);
    *found = at < flow->bit_count && flow->bits[at].key == key;
    return at;
}

bool flow_memory_has_bit(const struct flow_memory *flow, uint64_t key)
{
    bool found;
    find_bit(flow, key, &found);
    return found;
}

int flow_memory_set_bit(struct flow_memory *flow, uint64_t key)
{
    bool found;
    size_t at = find_bit(flow, key, &found);
    if (found)
        return 0;
    struct flow_bit *bit =
        insert((void **)&flow->bits, &flow->bit_count, &flow->bit_capacity, sizeof *bit, at);
    if (!bit)
        return -ENOMEM;
    bit->key = key;
    bit->order = flow->turn++;
    return 0;
}

void flow_memory_unset_bit(struct flow_memory *flow, uint64_t key)
{
    bool found;
    size_t at = find_bit(flow, key, &found);
    if (!found)
        return;
    flow->bit_count--;
    memmove(flow->bits + at, flow->bits + at + 1, (flow->bit_count - at) * sizeof *flow->bits);
}

static size_t find_counter(const struct flow_memory *flow, uint64_t key, bool *found)
{
    size_t at = lower_bound(flow->counters, flow->counter_count, sizeof *flow->counters, key);
    *found = at < flow->counter_count && flow->counters[at].key == key;
    return at;
}

const uint32_t *flow_memory_counter(const struct flow_memory *flow, uint64_t key)
{
    bool found;
    size_t at = find_counter(flow, key, &found);
    return found ? &flow->counters[at].value : NULL;
}

int flow_memory_set_counter(struct flow_memory *flow, uint64_t key, uint32_t value)
{
    bool found;
    size_t at = find_counter(flow, key, &found);
    struct flow_counter *counter = found ? &flow->counters[at] : NULL;
    if (!counter) {
        counter = insert((void **)&flow->counters, &flow->counter_count, &flow->counter_capacity,
                         sizeof *counter, at);
        if (!counter)
            return -ENOMEM;
        counter->key = key;
        counter->order = flow->turn++;
    }
    counter->value = value;
    return 0;
}

unsigned flow_memory_notes(const struct flow_memory *flow, bool counters, struct flow_note *notes,
                           unsigned most)
{
    unsigned all = counters ? flow->counter_count : flow->bit_count;
    for (unsigned i = 0; i < all && i < most; i++) {
        if (counters)
            notes[i] =
                (struct flow_note){flow->counters[i].key, flow->counters[i].order, flow->counters[i].value};
        else
            notes[i] = (struct flow_note){.key = flow->bits[i].key, .order = flow->bits[i].order};
    }
    return all < most ? all : most;
}

struct threshold_count *flow_memory_count(struct flow_memory *flow, const struct threshold *threshold,
                                          uint64_t rule)
{
    struct threshold_entry *entry = NULL;
    size_t at = lower_bound(flow->thresholds, flow->threshold_count, sizeof *entry, rule);
    for (; at < flow->threshold_count && flow->thresholds[at].key == rule; at++)
        if (flow->thresholds[at].kind == threshold->kind)
            return &flow->thresholds[at].count;
    entry = insert((void **)&flow->thresholds, &flow->threshold_count, &flow->threshold_capacity,
                   sizeof *entry, at);
    if (!entry)
        return NULL;
    entry->key = rule;
    entry->kind = threshold->kind;
    return &entry->count;
}

void flow_state_fini(struct flow_memory *state)
{
    free(state->bits);
    free(state->counters);
    free(state->thresholds);
    flow_variables_fini(&state->variables);
    memset(state, 0, sizeof *state);
}
