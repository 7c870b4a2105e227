#include "example/judge.h"

#include <errno.h>
#include <stdlib.h>

#include "craft/make.h"
#include "example/scene.h"
#include "match/probe.h"
#include "rule/rule.h"
#include "rule/rule_list.h"
#include "rulework/explain/explain.h"
#include "rulework/trial.h"
#include "run/rules.h"

struct listening {
    uint32_t gid, sid;
    bool quiet; /* a rule that does not alert: that it matches is enough */
    bool matched;
};

static void on_happened(void *ctx, enum probe_event event, const struct rule *rule, const struct view *view,
                        struct app_tx *tx)
{
    (void)view;
    (void)tx;
    struct listening *l = ctx;
    l->matched |=
        event == (l->quiet ? PROBE_MATCHED : PROBE_ALERTED) && rule->sid == l->sid && rule->gid == l->gid;
}

static int add_text(struct buf *text, const struct rule *rule)
{
    int rc = rule_print(rule, text);
    return rc ? rc : buf_append_byte(text, '\n');
}

static int print_rules(const struct rule *rule, const struct scene *scene, struct buf *text)
{
    int rc = 0;
    for (unsigned i = 0; i < scene->count && !rc; i++)
        for (unsigned k = 0; k < scene->parts[i].rule_count && !rc; k++)
            if (scene->parts[i].rules[k].rule != scene->rule)
                rc = add_text(text, scene->parts[i].rules[k].rule);
    if (!rc)
        rc = add_text(text, rule);
    return rc ? rc : buf_append_byte(text, '\0');
}

static int replay(const struct judge *judge, struct ruleset *ruleset, struct listening *l,
                  const struct craft_frames *frames, struct err *err)
{
    struct match_probe probe = {.happened = on_happened, .ctx = l};
    struct trial_config config = {.settings = judge->settings,
                                  .ruleset = ruleset,
                                  .frames = frames->list,
                                  .frame_count = frames->count,
                                  .probe = &probe,
                                  .log = judge->log,
                                  .stop = judge->stop};
    struct trial trial;
    int rc = trial_run(&config, &trial, err);
    trial_fini(&trial);
    return rc ? rc : l->matched;
}

int judge_fires(const struct judge *judge, const struct rule *rule, const struct scene *scene,
                const struct craft_frames *frames, struct err *err)
{
    struct listening listening = {.gid = rule->gid,
                                  .sid = rule->sid,
                                  .quiet = rule->flags & RULE_NOALERT || rule->header.action == ACTION_PASS};
    struct buf text = {0};
    struct loaded_rules rules = {0};
    int rc = print_rules(rule, scene, &text);
    if (rc) {
        err_set(err, rc, "out of memory");
    } else {
        struct rules_config config = {
            .settings = judge->settings, .text = (const char *)text.p, .log = judge->log};
        rc = loaded_rules_init(&rules, &config, err);
        if (!rc)
            rc = replay(judge, rules.ruleset, &listening, frames, err);
        loaded_rules_fini(&rules);
    }
    buf_fini(&text);
    return rc;
}

/* The first option that failed where the rule came nearest. */
static const struct explain_line *failed_line(const struct explanation *x, const struct rule *rule)
{
    for (uint32_t i = 0; i < x->count; i++) {
        const struct explained_rule *r = &x->list[i];
        if (r->rule->sid != rule->sid || r->rule->gid != rule->gid || !r->case_count)
            continue;
        for (uint32_t k = 0; k < r->cases[0].line_count; k++)
            if (r->cases[0].lines[k].answer == EXPLAIN_NO)
                return &r->cases[0].lines[k];
    }
    return NULL;
}

int judge_explain(const struct judge *judge, const struct rule *rule, const struct scene *scene,
                  const struct craft_frames *frames, struct err *err)
{
    struct buf text = {0};
    struct explanation explanation = {0};
    struct err failed = {0};
    int rc = print_rules(rule, scene, &text);
    if (rc) {
        buf_fini(&text);
        return err_set(err, rc, "out of memory");
    }
    struct explain_config config = {.settings = judge->settings,
                                    .rule_text = (const char *)text.p,
                                    .frames = frames->list,
                                    .frame_count = frames->count,
                                    .sids = &rule->sid,
                                    .sid_count = 1,
                                    .log = judge->log,
                                    .stop = judge->stop};
    rc = explain(&config, &explanation, &failed);
    const struct explain_line *line = rc ? NULL : failed_line(&explanation, rule);
    if (line)
        err_fill(err, "%.80s: the capture that was made does not meet it%s%.80s", line->text,
                 line->why ? ": " : "", line->why ? line->why : "");
    explain_fini(&explanation);
    buf_fini(&text);
    if (rc)
        *err = failed;
    return rc;
}
