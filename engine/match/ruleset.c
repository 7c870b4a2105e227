#include "match/ruleset.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "match/cache.h"
#include "match/classify.h"
#include "match/ends.h"
#include "match/gate.h"
#include "match/group.h"

static void ruleset_free(struct ruleset *ruleset)
{
    groups_free(ruleset);
    ip_only_free(ruleset->ip_only);
    free(ruleset->rules);
    free(ruleset->gates);
    ends_table_free(ruleset->ends);
    lineage_fini(&ruleset->lineage);
    state_names_fini(&ruleset->state_names);
    rule_list_free(ruleset->list);
    free(ruleset);
}

struct ruleset *ruleset_ref(struct ruleset *ruleset)
{
    atomic_fetch_add_explicit(&ruleset->users, 1, memory_order_relaxed);
    return ruleset;
}

void ruleset_unref(struct ruleset *ruleset)
{
    /* Release: what this user read is done. Acquire, for the last one: so is everybody else's. */
    if (ruleset && atomic_fetch_sub_explicit(&ruleset->users, 1, memory_order_acq_rel) == 1)
        ruleset_free(ruleset);
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

static int compile_rules(struct ruleset *ruleset)
{
    const struct rule_list *list = ruleset->list;
    ruleset->rules =
        aligned_alloc(sizeof *ruleset->rules, ((size_t)list->count + 1) * sizeof *ruleset->rules);
    ruleset->gates = calloc((size_t)list->count + 1, sizeof *ruleset->gates);
    if (!ruleset->rules || !ruleset->gates)
        return -ENOMEM;
    for (uint32_t i = 0; i < list->count; i++)
        classify(list->rules[i], &ruleset->rules[i]);
    ruleset->count = list->count;
    int result = order_rules(ruleset->rules, ruleset->count);
    if (!result)
        result = ends_table_build(ruleset);
    if (result)
        return result;
    gates_build(ruleset);
    return lineage_init(ruleset);
}

static int build_ip_only(struct ruleset *ruleset)
{
    struct ip_only_rule *rules = malloc((ruleset->count + 1) * sizeof *rules);
    if (!rules)
        return -ENOMEM;
    uint32_t count = 0;
    for (uint32_t i = 0; i < ruleset->count; i++)
        if (ruleset->rules[i].flags & COMPILED_IP_ONLY)
            rules[count++] = (struct ip_only_rule){.rule = i, .header = &ruleset->rules[i].rule->header};
    int result = ip_only_new(rules, count, &ruleset->ip_only);
    free(rules);
    return result;
}

static void count_rules(struct ruleset *ruleset)
{
    struct ruleset_stats *stats = &ruleset->stats;
    stats->rules = ruleset->count;
    for (uint32_t i = 0; i < ruleset->count; i++) {
        const struct compiled_rule *rule = &ruleset->rules[i];
        stats->ip_only += (rule->flags & COMPILED_IP_ONLY) != 0;
        stats->packet += (rule->flags & COMPILED_PACKET) != 0;
        stats->stream += (rule->flags & COMPILED_STREAM) != 0;
        stats->transaction += (rule->flags & COMPILED_TRANSACTION) != 0;
        if (rule->flags & COMPILED_TRANSACTION && rule->rule->chain_count &&
            rule->rule->chains[0].buffer == BUFFER_PAYLOAD)
            ruleset->payload_apps |= rule->rule->apps;
        stats->without_literal += !(rule->flags & COMPILED_IP_ONLY) && !rule->fast.chain;
    }
    ruleset->has_stream = stats->stream > 0 || ruleset->payload_apps;
}

static int compile_databases(struct ruleset *ruleset, const struct ruleset_options *options, struct err *err)
{
    uint32_t count = ruleset->database_count;
    struct database **databases = calloc(count + 1, sizeof(struct database *));
    if (!databases)
        return -ENOMEM;
    groups_databases(ruleset, databases);
    struct cache *cache =
        options->cache_directory && count ? cache_open(options->cache_directory, options->log) : NULL;
    int result = databases_compile(databases, count, cache, err);
    cache_close(cache);
    for (uint32_t i = 0; i < count && !result; i++) {
        ruleset->stats.databases++;
        ruleset->stats.patterns += databases[i]->count;
        ruleset->stats.from_cache += databases[i]->from_cache;
        ruleset->stats.database_bytes += databases[i]->bytes;
        if (databases[i]->count > ruleset->pattern_most)
            ruleset->pattern_most = databases[i]->count;
    }
    free(databases);
    return result;
}

int ruleset_build(struct rule_list *list, const struct ruleset_options *options, struct ruleset **out,
                  struct err *err)
{
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    *out = NULL;
    *err = (struct err){0};
    struct ruleset *ruleset = calloc(1, sizeof *ruleset);
    if (!ruleset) {
        rule_list_free(list);
        return err_set(err, -ENOMEM, "out of memory while building the ruleset");
    }
    atomic_init(&ruleset->users, 1);
    ruleset->list = list;
    ruleset->no_prefilter = options->no_prefilter;
    int result = state_names_init(&ruleset->state_names, list);
    if (!result)
        result = compile_rules(ruleset);
    if (!result)
        result = build_ip_only(ruleset);
    if (!result)
        result = groups_build(ruleset);
    if (!result)
        result = compile_databases(ruleset, options, err);
    if (result) {
        if (!err->message[0])
            err_set(err, result, "out of memory while building the ruleset");
        ruleset_unref(ruleset);
        return result;
    }
    count_rules(ruleset);
    ruleset->stats.seconds = seconds_since(&start);
    *out = ruleset;
    return 0;
}

const struct ruleset_stats *ruleset_stats(const struct ruleset *ruleset)
{
    return &ruleset->stats;
}

const struct rule_list *ruleset_rules(const struct ruleset *ruleset)
{
    return ruleset->list;
}

void ruleset_wanted(const struct ruleset *ruleset, bool wanted[BUFFER_COUNT])
{
    for (uint32_t i = 0; i < ruleset->count; i++) {
        const struct rule *rule = ruleset->rules[i].rule;
        for (uint32_t c = 0; c < rule->chain_count; c++)
            wanted[rule->chains[c].buffer] = true;
    }
}

void ruleset_files(const struct ruleset *ruleset, uint8_t *hashes, bool *store)
{
    *hashes = 0;
    *store = false;
    for (uint32_t i = 0; i < ruleset->count; i++) {
        *hashes |= ruleset->rules[i].rule->files.hashes;
        *store |= ruleset->rules[i].rule->files.store != FILE_STORE_NOTHING;
    }
}

const struct state_names *ruleset_state_names(const struct ruleset *ruleset)
{
    return &ruleset->state_names;
}

bool ruleset_has_stream_rules(const struct ruleset *ruleset)
{
    return ruleset->has_stream;
}
