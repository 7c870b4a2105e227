/*
 * A compiled ruleset: the rules in their order of evaluation and the Hyperscan databases that find
 * candidates.
 *
 * Immutable once built; any number of workers read it. It is counted by reference: ruleset_unref of the last
 * one frees it and the rule list in it. Databases are cached on disk by content (cache.h).
 */
#ifndef SLUICE_MATCH_RULESET_H
#define SLUICE_MATCH_RULESET_H

#include "base/err.h"
#include "rule/rule_list.h"

struct log;
struct state_names;

struct ruleset_options {
    const char *cache_directory; /* NULL: no cache */
    bool no_prefilter;           /* evaluate every rule of the packet's kind: for tests and for doubt */
    const struct log *log;
};

struct ruleset_stats {
    uint32_t rules, ip_only, packet, stream, transaction, without_literal;
    uint32_t databases, patterns, from_cache;
    uint64_t database_bytes;
    double seconds; /* it took to build */
};

struct ruleset;

/* Takes over the list, on failure too. 0 or a negative errno with *err. */
int ruleset_build(struct rule_list *list, const struct ruleset_options *options, struct ruleset **out,
                  struct err *err);
struct ruleset *ruleset_ref(struct ruleset *ruleset);
void ruleset_unref(struct ruleset *ruleset);

/*
 * `fresh`, which nobody uses yet, is to replace `old`, which may be in use: rules that read the same in both
 * are the same rule for what flows and transactions remember (lineage.h). 0 or -ENOMEM.
 */
int ruleset_succeed(struct ruleset *fresh, const struct ruleset *old);

const struct ruleset_stats *ruleset_stats(const struct ruleset *ruleset);
const struct rule_list *ruleset_rules(const struct ruleset *ruleset);

/* Sets what some rule looks into; leaves the rest as it is. */
void ruleset_wanted(const struct ruleset *ruleset, bool wanted[BUFFER_COUNT]);

/* What the rules ask of files: bits 1 << enum file_hash, and whether any has filestore. */
void ruleset_files(const struct ruleset *ruleset, uint8_t *hashes, bool *store);

/* state_names.h: what its flowbits and flowints are called. */
const struct state_names *ruleset_state_names(const struct ruleset *ruleset);

/* Whether any rule looks at raw TCP streams; if not, streams need not be kept for that. */
bool ruleset_has_stream_rules(const struct ruleset *ruleset);

#endif
