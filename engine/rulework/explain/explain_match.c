#include "rulework/explain/explain_match.h"

#include "flow/flow.h"
#include "rule/rule.h"

/* 1 << chain: those that do not match in this view, and so have matched before. */
static uint64_t matched_before(struct eval *eval, const struct rule *rule, const struct view *view)
{
    uint64_t before = 0;
    eval_reset(eval, view);
    for (uint32_t i = 0; i < rule->chain_count; i++)
        if (!chain_match(eval, &rule->chains[i]))
            before |= UINT64_C(1) << i;
    return before;
}

/* The matcher looks at a chunk alone first, then across the edge to what was there before. */
static struct view chunk_alone(const struct view *view)
{
    struct view chunk = *view;
    struct slice fresh = slice_from(view->payload.bytes, view->payload.new_from);
    chunk.payload = (struct view_buffer){.bytes = fresh, .first = true, .last = true};
    return chunk;
}

int explain_match_make(struct explain_case *out, struct eval *eval, const struct rule *rule,
                       const struct view *view, struct app_tx *tx)
{
    struct evaluation e = {
        .rule = rule,
        .view = view,
        .fit = RULE_FITS,
        .session = view->flow ? view->flow->app_state : NULL,
        .tx = tx,
    };
    struct view chunk;
    if (view->kind == VIEW_STREAM && view->payload.new_from) {
        chunk = chunk_alone(view);
        if (!matched_before(eval, rule, &chunk))
            e.view = &chunk;
    }
    e.matched = matched_before(eval, rule, e.view);
    return explain_case_make(out, eval, &e, UINT32_MAX);
}
