#include "example/judge.h"

#include <errno.h>
#include <stdlib.h>

#include "craft/make.h"
#include "example/scene.h"
#include "match/probe.h"
#include "rule/rule.h"
#include "rule/rule_list.h"
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
