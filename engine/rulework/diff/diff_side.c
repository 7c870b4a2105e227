#include "rulework/diff/diff_side.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "match/state.h"
#include "rule/rule.h"
#include "run/configured.h"

static struct rule_said *add(struct diff_side *side, uint32_t gid, uint32_t sid)
{
    if (grow_array(&side->rules, side->rule_count, &side->rule_capacity)) {
        side->out_of_memory = true;
        return NULL;
    }
    struct rule_said *said = &side->rules[side->rule_count++];
    *said = (struct rule_said){.gid = gid, .sid = sid};
    return said;
}

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    struct diff_side *side = ctx;
    char text[ERR_TEXT];
    struct err err = *refusal->err;
    err.hint[0] = '\0';
    err_text(&err, text);
    side->refused++;
    struct rule_said *said = refusal->sid && refusal->code != -EEXIST ? add(side, 1, refusal->sid) : NULL;
    if (said)
        said->refusal = strdup(text);
}

static int by_sid(const void *a, const void *b)
{
    const struct rule_said *x = a, *y = b;
    if (x->gid != y->gid)
        return x->gid < y->gid ? -1 : 1;
    if (x->sid != y->sid)
        return x->sid < y->sid ? -1 : 1;
    return (x->refusal != NULL) - (y->refusal != NULL); /* one that was accepted stands for the sid */
}

static int take_rule(struct diff_side *side, const struct rule *rule)
{
    struct buf text = {0};
    struct rule_said *said = add(side, rule->gid, rule->sid);
    if (!said || rule_print(rule, &text) || buf_append_byte(&text, '\0')) {
        buf_fini(&text);
        return -ENOMEM;
    }
    said->text = (char *)text.p;
    said->message = strdup(rule->message);
    return said->message ? 0 : -ENOMEM;
}

/* Rules as texts, so that the two sides need not be in memory at once. */
static int take_rules(struct diff_side *side, const struct rule_list *list)
{
    int rc = 0;
    side->loaded = list->count;
    for (uint32_t i = 0; !rc && i < list->count; i++)
        rc = take_rule(side, list->rules[i]);
    if (side->rule_count)
        qsort(side->rules, side->rule_count, sizeof side->rules[0], by_sid);
    return rc || side->out_of_memory ? -ENOMEM : 0;
}

static int replay(const struct diff_run *run, struct ruleset *ruleset, struct writer *writer, struct err *err)
{
    struct input_config captures = {
        .names = run->captures, .count = run->capture_count, .log = run->log, .stop = run->stop};
    struct shared_state_config shared_config = {.seed = run->settings->seed,
                                                .memory = run->settings->shared_memory};
    struct shared_state *shared = shared_state_new(&shared_config);
    struct input *input = NULL;
    int rc = shared ? input_new(&captures, &input, err) : err_set(err, -ENOMEM, "out of memory");
    struct pipeline_config config = pipeline_configured(run->settings, ruleset, shared);
    config.input = input;
    config.worker.form = &output_eve_ops;
    config.worker.output = (struct output_options){.records = RECORD_ALERT};
    config.workers = run->workers ? run->workers : 1;
    config.writer = writer;
    config.stop = run->stop;
    config.log = run->log;
    struct pipeline *pipeline = rc ? NULL : pipeline_new(&config);
    if (!rc && !pipeline)
        rc = err_set(err, -ENOMEM, "out of memory");
    if (!rc)
        rc = pipeline_run(pipeline, err);
    pipeline_free(pipeline);
    input_free(input);
    shared_state_free(shared);
    return rc;
}

/* Through a file without a name, since there may be many alerts. */
static int run_rules(struct diff_side *side, const struct diff_run *run, struct ruleset *ruleset,
                     struct err *err)
{
    char name[32];
    FILE *file = tmpfile();
    if (!file)
        return err_set(err, -errno, "cannot make a temporary file: %s", strerror(errno));
    snprintf(name, sizeof name, "/proc/self/fd/%d", fileno(file));
    struct writer writer;
    int rc = writer_open(&writer, name, err);
    if (!rc) {
        rc = replay(run, ruleset, &writer, err);
        struct err closing = {0};
        int failed = writer_close(&writer, &closing);
        if (failed) {
            rc = failed;
            *err = closing;
        }
    }
    if (!rc)
        rc = eve_alerts_read(&side->alerts, file, side->name, err);
    fclose(file);
    return rc;
}

int diff_side_rules(struct diff_side *side, const char *path, const struct diff_run *run, struct err *err)
{
    *side = (struct diff_side){.name = path, .has_rules = true};
    struct loaded_rules loaded = {0};
    struct rules_config config = {
        .settings = run->settings,
        .paths = &path,
        .path_count = 1,
        .log = run->log,
        .refused = on_refused,
        .ctx = side,
    };
    int rc = loaded_rules_init(&loaded, &config, err);
    if (!rc && take_rules(side, ruleset_rules(loaded.ruleset)))
        rc = err_set(err, -ENOMEM, "out of memory");
    if (!rc)
        rc = run_rules(side, run, loaded.ruleset, err);
    loaded_rules_fini(&loaded);
    return rc;
}

int diff_side_eve(struct diff_side *side, const char *path, struct err *err)
{
    *side = (struct diff_side){.name = path};
    FILE *file = fopen(path, "re");
    if (!file) {
        int rc = err_set(err, -errno, "cannot open: %s", strerror(errno));
        err_at(err, path, 0, 0);
        return rc;
    }
    int rc = eve_alerts_read(&side->alerts, file, path, err);
    fclose(file);
    return rc;
}

void diff_side_fini(struct diff_side *side)
{
    for (uint32_t i = 0; i < side->rule_count; i++) {
        free(side->rules[i].text);
        free(side->rules[i].message);
        free(side->rules[i].refusal);
    }
    free(side->rules);
    eve_alerts_fini(&side->alerts);
    *side = (struct diff_side){0};
}

const struct rule_said *diff_side_rule(const struct diff_side *side, uint32_t gid, uint32_t sid)
{
    uint32_t low = 0, high = side->rule_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        const struct rule_said *said = &side->rules[middle];
        if (said->gid < gid || (said->gid == gid && said->sid < sid))
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < side->rule_count && side->rules[low].gid == gid && side->rules[low].sid == sid;
    return found ? &side->rules[low] : NULL;
}
