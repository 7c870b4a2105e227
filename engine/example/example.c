#include "example/example.h"

#include <errno.h>
#include <stdlib.h>

#include "example/ends.h"
#include "example/judge.h"
#include "example/near_miss.h"
#include "example/scene.h"
#include "example/setters.h"
#include "rule/rule.h"
#include "rule/state_op.h"
#include "run/settings/settings.h"

enum { WAYS = 12 /* setters tried */ };

struct example_maker {
    struct example_config config;
    struct judge judge;
    struct setters *setters;
    struct eval *eval;
};

struct example_maker *example_maker_new(const struct example_config *config)
{
    struct example_maker *maker = calloc(1, sizeof *maker);
    if (!maker)
        return NULL;
    maker->config = *config;
    config->settings->prefilter = config->settings->cache = false;
    maker->judge = (struct judge){.settings = config->settings, .log = config->log, .stop = config->stop};
    maker->setters = setters_new(config->rules);
    maker->eval = eval_new();
    if (maker->setters && maker->eval)
        return maker;
    example_maker_free(maker);
    return NULL;
}

void example_maker_free(struct example_maker *maker)
{
    if (!maker)
        return;
    setters_free(maker->setters);
    eval_free(maker->eval);
    free(maker);
}

void example_fini(struct example *example)
{
    craft_frames_fini(&example->frames);
    for (unsigned i = 0; i < example->miss_count; i++) {
        craft_frames_fini(&example->misses[i].frames);
        free(example->misses[i].option);
    }
    for (unsigned i = 0; i < example->unbroken_count; i++)
        free(example->unbroken[i]);
    *example = (struct example){0};
}

static void note_setters(struct example *out, const struct rule *rule, const struct scene *scene)
{
    for (unsigned i = 0; i < scene->count; i++)
        for (unsigned k = 0; k < scene->parts[i].rule_count; k++)
            if (scene->parts[i].rules[k].rule != rule && out->setter_count < EXAMPLE_SETTERS)
                out->setters[out->setter_count++] = scene->parts[i].rules[k].rule->sid;
}

/* 1: made, and it fires. */
static int try_way(struct example_maker *maker, const struct scene_request *request, struct example *out,
                   struct err *err)
{
    struct scene scene;
    int rc = scene_make(request, &scene, err);
    if (!rc)
        rc = scene_frames(&scene, &out->frames, err);
    if (rc == -E2BIG)
        rc = -EINVAL;
    if (!rc)
        rc = judge_fires(&maker->judge, request->rule, &scene, &out->frames, err);
    if (rc == 1)
        note_setters(out, request->rule, &scene);
    if (rc == 0) {
        err_fill(err, "the capture that was made does not make it fire");
        rc = judge_explain(&maker->judge, request->rule, &scene, &out->frames, err);
        rc = rc ? rc : -EINVAL;
    }
    if (rc != 1)
        craft_frames_fini(&out->frames);
    scene_fini(&scene);
    return rc;
}

static bool asks_for_setter(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->state_count; i++)
        if (rule->state[i].verb == VERB_ISSET)
            return true;
    return false;
}

int example_make(struct example_maker *maker, const struct rule *rule, struct example *out, struct err *err)
{
    *out = (struct example){0};
    struct err first = {0};
    int rc = -EINVAL;
    unsigned setters = asks_for_setter(rule) ? WAYS : 1;
    struct scene_request request = {.rule = rule, .setters = maker->setters, .eval = maker->eval};
    for (unsigned way = 0; way < 2 * setters && rc == -EINVAL; way++) {
        bool sure;
        request.setter = way / 2;
        request.other_side = way & 1;
        (void)ends_side(rule, &sure);
        if (request.other_side && sure)
            continue;
        rc = try_way(maker, &request, out, err);
        if (!way)
            first = *err;
    }
    if (rc == -EINVAL)
        *err = first;
    if (rc != 1)
        return rc;
    return maker->config.near_misses ? near_misses(&maker->judge, &request, out, err) : 0;
}
