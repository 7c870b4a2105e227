#include "support/engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/grow.h"
#include "inspect/renew.h"
#include "match/renew.h"
#include "match/ruleset.h"
#include "match/state.h"
#include "rule/classes.h"
#include "rule/rule_list.h"
#include "rule/variables.h"

static void take(void *ctx, const struct alert_record *record)
{
    struct found *found = ctx;
    if (grow_array(&found->list, found->count, &found->capacity)) {
        found->out_of_memory = true;
        return;
    }
    found->list[found->count++] = (struct found_alert){
        .sid = record->alert->rule->sid,
        .number = record->packet->source == PACKET_FLOW_END ? 0 : record->packet->number,
        .flow_id = record->flow ? record->flow->id : 0,
        .direction = record->direction,
        .blocked = record->blocked,
        .dropped = record->dropped,
    };
}

static int build(const char *rules, const struct engine_options *options, struct ruleset **ruleset,
                 struct found *found)
{
    struct err err;
    struct variables *variables = variables_new();
    struct classes *classes = classes_new();
    struct rule_list *list = rule_list_new();
    int rc = variables && classes && list ? 0 : -ENOMEM;
    struct rule_context context = {.variables = variables, .classes = classes, .directory = "."};
    if (!rc)
        rc = rule_list_parse(list, slice_str(rules), "test.rules", &context, NULL, NULL, &err);
    if (!rc) {
        found->rules = list->count;
        found->refused = list->refused;
        struct ruleset_options build_options = {.no_prefilter = options->no_prefilter};
        rc = ruleset_build(list, &build_options, ruleset, &err);
        list = NULL;
    }
    rule_list_free(list);
    classes_free(classes);
    variables_free(variables);
    return rc;
}

/* As a reload does it: nothing of the ruleset before is left. */
static int renew(struct inspector *inspector, const struct engine_options *options, struct ruleset **ruleset,
                 struct found *found)
{
    struct ruleset *fresh = NULL;
    int rc = build(options->next_rules, options, &fresh, found);
    if (!rc)
        rc = ruleset_succeed(fresh, *ruleset);
    struct matcher_rules *rules = rc ? NULL : matcher_rules_new(fresh);
    if (!rules) {
        ruleset_unref(fresh);
        return -ENOMEM;
    }
    inspector_renew(inspector, rules);
    matcher_rules_free(rules);
    ruleset_unref(*ruleset);
    *ruleset = fresh;
    return 0;
}

static int feed(struct decoder *decoder, struct inspector *inspector, const struct frame *frames,
                unsigned count, const struct engine_options *options, struct ruleset **ruleset,
                struct found *found)
{
    struct packet packets[DECODE_PACKETS];
    for (unsigned i = 0; i < count; i++) {
        if (options->next_rules && i < 64 && options->renew_at >> i & 1) {
            int rc = renew(inspector, options, ruleset, found);
            if (rc)
                return rc;
        }
        unsigned n = decode_frame(decoder, &frames[i], packets);
        if (options->idle_s && n)
            inspector_advance(inspector, packets[0].time_ns);
        for (unsigned k = 0; k < n; k++) {
            inspector_packet(inspector, &packets[k]);
            if (packets[k].dropped && packets[k].number < sizeof found->dropped)
                found->dropped[packets[k].number] = true;
        }
        decoder_release(decoder);
    }
    inspector_finish(inspector);
    return 0;
}

int engine_run(const char *rules, const struct frame *frames, unsigned count,
               const struct engine_options *options, struct found *found)
{
    *found = (struct found){0};
    struct ruleset *ruleset = NULL;
    int rc = build(rules, options, &ruleset, found);
    if (rc)
        return rc;
    struct shared_state_config shared_config = {.seed = 1};
    struct shared_state *shared = shared_state_new(&shared_config);
    struct decode_config decode = {.checksums = options->checksums, .hash_seed = 1};
    struct decoder *decoder = decoder_new(&decode);
    struct inspect_config config = {
        .flows = {.seed = 1, .idle_s = options->idle_s},
        .tcp = options->tcp,
        .rewrites = options->rewrites,
        .matcher = {.ruleset = ruleset,
                    .wait_turn = options->wait_turn,
                    .ctx = options->wait_ctx,
                    .shared = shared,
                    .profile = options->profile != NULL,
                    .probe = options->probe},
        .bypass = options->bypass,
        .exceptions = options->exceptions,
        .sink = {.alert = take,
                 .judge = options->judge,
                 .flow = options->flow,
                 .dropped = options->dropped,
                 .ctx = found},
    };
    for (int app = 0; app < APP_PROTO_COUNT && options->every_protocol; app++)
        config.app.protocols[app] = APP_ON;
    struct inspector *inspector = shared ? inspector_new(&config) : NULL;
    if (decoder && inspector)
        rc = feed(decoder, inspector, frames, count, options, &ruleset, found);
    else
        rc = -ENOMEM;
    if (!rc && options->profile)
        options->profile(options->profile_ctx, inspector_profile(inspector));
    inspector_free(inspector);
    decoder_free(decoder);
    shared_state_free(shared);
    ruleset_unref(ruleset);
    return rc;
}

void found_fini(struct found *found)
{
    free(found->list);
    *found = (struct found){0};
}

bool found_same(const struct found *with, const struct found *without)
{
    static const struct found_alert none;
    bool same = with->count == without->count;
    for (uint32_t i = 0; same && i < with->count; i++)
        same = with->list[i].sid == without->list[i].sid && with->list[i].number == without->list[i].number;
    for (uint32_t i = 0; !same && (i < with->count || i < without->count); i++) {
        const struct found_alert *a = i < with->count ? &with->list[i] : &none;
        const struct found_alert *b = i < without->count ? &without->list[i] : &none;
        fprintf(stderr, "with: sid %u packet %llu, without: sid %u packet %llu\n", a->sid,
                (unsigned long long)a->number, b->sid, (unsigned long long)b->number);
    }
    return same;
}

unsigned found_count(const struct found *found, int64_t sid)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < found->count; i++)
        n += sid < 0 || found->list[i].sid == (uint32_t)sid;
    return n;
}
