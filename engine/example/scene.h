/*
 * What makes a rule fire, whole: the exchange that it matches, before it those of the rules that set what it
 * asks of the flow or of the hosts, and all of it as often as its threshold counts. A scene owns its bytes
 * and borrows the rules. One thread.
 */
#ifndef SLUICE_EXAMPLE_SCENE_H
#define SLUICE_EXAMPLE_SCENE_H

#include "example/ends.h"
#include "example/script.h"
#include "example/shape.h"

struct craft_frames; /* craft/make.h */

enum { SCENE_PARTS = 6, SCENE_REPEATS = 600 };

struct scene_part {
    struct ends_rule rules[SHAPE_RULES]; /* whose options it meets */
    unsigned rule_count;
    struct script script;
    bool own_flow; /* a connection by itself, else with the next part */
};

struct scene {
    const struct rule *rule;              /* that it was made for */
    struct scene_part parts[SCENE_PARTS]; /* in the order of time; the last is the rule's own */
    unsigned count;
    unsigned repeats;
};

struct setters; /* setters.h */

struct scene_request {
    const struct rule *rule;
    const struct setters *setters; /* of all rules at hand; NULL: none */
    struct eval *eval;
    bool other_side;  /* the direction that is less likely */
    unsigned setter;  /* the how-manieth rule that sets what is asked for; from 0 */
    bool no_setter;   /* for near misses: what it asks of the flow is not set */
    int repeats_more; /* for near misses: -1, once less than the threshold asks */
};

/* 0; -EINVAL with *err: which option could not be met; -ENOMEM. Call scene_fini either way. */
int scene_make(const struct scene_request *request, struct scene *scene, struct err *err);
void scene_fini(struct scene *scene);

/* Its frames; craft_frames_fini either way. */
int scene_frames(const struct scene *scene, struct craft_frames *frames, struct err *err);

#endif
