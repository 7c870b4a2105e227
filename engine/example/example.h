/*
 * Captures on which a rule fires, made by solving its options, and near misses: the same with one option
 * broken.
 *
 * Every capture was replayed by this engine before it is given out: the rule (with the rules that set what it
 * asks for) alerts on it, or, for a near miss, does not. What cannot be made is refused with the reason. One
 * thread for a maker; an example owns its frames.
 */
#ifndef SLUICE_EXAMPLE_EXAMPLE_H
#define SLUICE_EXAMPLE_EXAMPLE_H

#include <stdatomic.h>

#include "base/err.h"
#include "craft/make.h"

struct log;
struct rule;
struct rule_list;
struct settings; /* run/settings/settings.h */

enum { NEAR_MISSES_MOST = 32, EXAMPLE_SETTERS = 6 };

struct near_miss {
    char *option; /* as written: what is broken */
    struct craft_frames frames;
};

struct example {
    struct craft_frames frames;
    uint32_t setters[EXAMPLE_SETTERS]; /* sids of the rules that must be loaded with it */
    unsigned setter_count;
    struct near_miss misses[NEAR_MISSES_MOST];
    unsigned miss_count;
    char *unbroken[NEAR_MISSES_MOST]; /* options for which no near miss was found */
    unsigned unbroken_count;
};

struct example_maker;

struct example_config {
    struct settings *settings;     /* borrowed; its prefilter and cache are turned off */
    const struct rule_list *rules; /* that may set what a rule asks for; borrowed */
    bool near_misses;
    const struct log *log;
    atomic_bool *stop; /* may be NULL */
};

struct example_maker *example_maker_new(const struct example_config *config); /* NULL when memory is short */
void example_maker_free(struct example_maker *maker);

/* 0; -EINVAL with *err: why it cannot be made; another negative errno with *err. example_fini either way. */
int example_make(struct example_maker *maker, const struct rule *rule, struct example *out, struct err *err);
void example_fini(struct example *example);

#endif
