#include "rule/chain.h"

#include <stdlib.h>

#include "rule/capture.h"
#include "rule/chain_hopeless.h"
#include "rule/chain_instance.h"
#include "rule/keyword/content_search.h"
#include "rule/keyword/pcre.h"
#include "rule/transform.h"

enum {
    CHAIN_BUDGET = 3000,          /* steps for one instance: Suricata's stock inspection recursion limit */
    CHAIN_ALL = 4 * CHAIN_BUDGET, /* for all instances of a buffer; then little for each */
    CHAIN_MEMOS = 64,             /* steps beyond these search without a memo */
    INSTANCES_MOST = 65536        /* instances of one buffer that are looked at */
};

struct eval *eval_new(void)
{
    struct eval *eval = calloc(1, sizeof *eval);
    if (!eval)
        return NULL;
    eval->memo = calloc(CHAIN_MEMOS, sizeof *eval->memo);
    eval->memo_count = CHAIN_MEMOS;
    eval->captures = calloc(1, sizeof *eval->captures);
    eval->pcre = pcre_scratch_new();
    if (!eval->memo || !eval->captures || !eval->pcre) {
        eval_free(eval);
        return NULL;
    }
    return eval;
}

void eval_free(struct eval *eval)
{
    if (!eval)
        return;
    pcre_scratch_free(eval->pcre);
    free(eval->memo);
    if (eval->captures)
        buf_fini(&eval->captures->bytes);
    free(eval->captures);
    buf_fini(&eval->base64);
    buf_fini(&eval->scratch[0]);
    buf_fini(&eval->scratch[1]);
    free(eval);
}

void eval_reset(struct eval *eval, const struct view *view)
{
    eval->view = view;
    eval->chain = NULL;
    eval->cursor = eval->furthest = 0;
    eval->strain = eval->work = 0;
    eval->spent = false;
    memset(eval->variables, 0, sizeof eval->variables);
    if (eval->captures->count)
        captures_clear(eval->captures);
    buf_clear(&eval->base64);
}

enum step_result chain_next(struct eval *eval, const struct step *step)
{
    const struct chain *chain = eval->chain;
    const struct step *next = step + 1;
    if (next == chain->steps + chain->step_count) {
        /* Without a positive match (a rule of negations) there is no place that could be old. */
        bool fresh = !eval->buffer.new_from || !eval->furthest || eval->furthest > eval->buffer.new_from;
        return fresh ? STEP_YES : STEP_NO;
    }
    if (!eval->budget) {
        eval->spent = true;
        return STEP_STOP;
    }
    eval->budget--;
    if (next > eval->deepest)
        eval->deepest = next;
    return next->ops->run(eval, next);
}

bool chain_hopeless(const struct eval *eval, const struct step *step, size_t cursor)
{
    const struct chain *chain = eval->chain;
    const struct step *next = step + 1;
    return next < chain->steps + chain->step_count && next->ops->hopeless && !chain->variables &&
           next->ops->hopeless(eval, next, cursor);
}

/* Replaces the buffer's bytes by what the transforms make of them. False when memory is short. */
static bool transform(struct eval *eval, const struct chain *chain)
{
    if (!transforms_apply(chain->transforms, chain->transform_count, &eval->buffer.bytes, eval->scratch))
        return false;
    if (chain->transform_count) {
        eval->buffer.offset = 0;
        eval->buffer.new_from = 0;
    }
    return true;
}

/* Whatever the strain: enough for the first way through. */
static void set_limits(struct eval *eval, const struct chain *chain)
{
    unsigned all = CHAIN_ALL >> eval->strain, most = CHAIN_BUDGET >> eval->strain;
    unsigned left = eval->work < all ? all - eval->work : 0;
    unsigned least = 2 * chain->step_count + 8, budget = left < most ? left : most;
    eval->budget = budget > least ? budget : least;
    pcre_begin_instance(eval);
}

/* In one instance, whose memos and limits are new. */
static bool match_steps(struct eval *eval, const struct chain *chain)
{
    set_limits(eval, chain);
    unsigned budget = eval->budget--;
    bool matched = chain->steps[0].ops->run(eval, &chain->steps[0]) == STEP_YES;
    eval->work += budget - eval->budget;
    return matched;
}

static bool match_instance(struct eval *eval, const struct chain *chain)
{
    if (!transform(eval, chain))
        return false;
    if (!eval->buffer.bytes.p)
        eval->buffer.bytes = slice_of("", 0);
    eval->cursor = eval->furthest = 0;
    eval->missing = NULL;
    eval->inspected += eval->buffer.bytes.n;
    for (uint32_t i = 0; i < chain->step_count && i < eval->memo_count; i++)
        search_memo_reset(&eval->memo[i]);
    return !chain->step_count || match_steps(eval, chain);
}

static enum buffer_answer find_buffer(struct eval *eval, enum buffer_id id, unsigned index)
{
    if (id != BUFFER_BASE64_DATA)
        return view_buffer(eval->view, id, index, &eval->buffer);
    if (index || !eval->base64.n)
        return BUFFER_NONE;
    eval->buffer = (struct view_buffer){.bytes = buf_slice(&eval->base64), .first = true, .last = true};
    return BUFFER_HERE;
}

static void begin(struct eval *eval, const struct chain *chain)
{
    eval->chain = chain;
    eval->deepest = chain->steps;
    eval->missing = NULL;
}

/* As Suricata: that a packet has no such header is not what `absent` means; its rules are not asked then. */
enum chain_result chain_look(struct eval *eval, const struct chain *chain)
{
    begin(eval, chain);
    for (unsigned index = 0; index < INSTANCES_MOST; index++) {
        switch (find_buffer(eval, chain->buffer, index)) {
        case BUFFER_LATER:
            return CHAIN_LATER;
        case BUFFER_NONE:
            return index == 0 && chain->absent && buffer_is_app(chain->buffer) ? CHAIN_YES : CHAIN_NO;
        case BUFFER_HERE:
            break;
        }
        if (match_instance(eval, chain))
            return CHAIN_YES;
    }
    return CHAIN_NO;
}

bool chain_fits(struct eval *eval, const struct chain *chain, unsigned index)
{
    begin(eval, chain);
    return find_buffer(eval, chain->buffer, index) == BUFFER_HERE && match_instance(eval, chain);
}

bool chain_match(struct eval *eval, const struct chain *chain)
{
    return chain_look(eval, chain) == CHAIN_YES;
}
