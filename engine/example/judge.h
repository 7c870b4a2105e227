/* Whether rules fire on frames: a replay of them by the engine. One thread. */
#ifndef SLUICE_EXAMPLE_JUDGE_H
#define SLUICE_EXAMPLE_JUDGE_H

#include <stdatomic.h>

#include "base/err.h"

struct craft_frames; /* craft/make.h */
struct log;
struct rule;
struct scene;    /* scene.h */
struct settings; /* run/settings/settings.h */

struct judge {
    struct settings *settings; /* without prefilter and cache */
    const struct log *log;
    atomic_bool *stop;
};

/*
 * Replays the frames with the rule and those of the scene but the one that it was made for. 1: it fires; 0:
 * it does not; negative errno with *err.
 */
int judge_fires(const struct judge *judge, const struct rule *rule, const struct scene *scene,
                const struct craft_frames *frames, struct err *err);

/*
 * Says in *err which option the frames do not meet, and what is there instead, as `sluice rule explain` does;
 * err is as it was when that cannot be told. 0 or a negative errno with *err.
 */
int judge_explain(const struct judge *judge, const struct rule *rule, const struct scene *scene,
                  const struct craft_frames *frames, struct err *err);

#endif
