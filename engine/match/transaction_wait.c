#include "match/transaction_wait.h"
#include "rule/content.h"
#include "rule/keyword/content_search.h"

void tx_missing_note(struct tx_missing *missing, const struct eval *eval, const struct rule *rule,
                     uint32_t chain)
{
    const struct chain *waits = &rule->chains[chain];
    if (eval->missing && buffer_is_body(waits->buffer) && !waits->transform_count)
        *missing = (struct tx_missing){.content = eval->missing, .chain = chain};
}

/* Whether the other chains, as far as they have not matched, can be looked at later as well. */
static bool others_can_wait(const struct rule *rule, uint32_t chain, uint64_t matched)
{
    for (uint32_t i = 0; i < rule->chain_count; i++)
        if (i != chain && !(matched >> i & 1) && buffer_is_fleeting(rule->chains[i].buffer))
            return false;
    return true;
}

/* The one body of the transaction: whether it is there, or has brought nothing new; more of it may come. */
static bool body_at(const struct view *view, enum buffer_id id, struct view_buffer *body,
                    enum buffer_answer *answer)
{
    struct view_buffer next;
    *answer = view_buffer(view, id, 0, body);
    return *answer == BUFFER_LATER ||
           (*answer == BUFFER_HERE && view_buffer(view, id, 1, &next) == BUFFER_LATER);
}

/* From where on it has to be searched next: a limit that the body has passed lets it come no more. */
static uint64_t searched_to(const struct content *content, const struct view_buffer *body)
{
    uint64_t end = body->offset + body->bytes.n;
    bool limited = content->flags & CONTENT_DEPTH && !(content->flags & CONTENT_DEPTH_VARIABLE);
    return limited && content->depth >= 0 && (uint64_t)content->depth <= end ? TX_WAIT_FOR_EVER : end;
}

void tx_wait_begin(const struct matcher *m, const struct compiled_rule *compiled, const struct view *view,
                   const struct tx_missing *missing, struct tx_rule *rule)
{
    enum { NEVER = COMPILED_TOGETHER | COMPILED_BOTH_SIDES | COMPILED_AGAIN };
    rule->wait.content = NULL;
    if (!missing->content || compiled->flags & NEVER || m->ruleset->no_prefilter ||
        !others_can_wait(compiled->rule, missing->chain, rule->matched))
        return;
    struct view_buffer body;
    enum buffer_answer answer;
    if (!body_at(view, compiled->rule->chains[missing->chain].buffer, &body, &answer) ||
        answer != BUFFER_HERE)
        return;
    rule->wait = (struct tx_wait){
        .content = missing->content,
        .generation = m->ruleset->lineage.generation,
        .chain = missing->chain,
        .searched_to = searched_to(missing->content, &body),
    };
}

/* The bytes in which it may lie that were not searched for it. */
static struct slice unsearched(const struct view_buffer *body, const struct tx_wait *wait)
{
    uint64_t overlap = wait->content->length ? wait->content->length - 1 : 0;
    uint64_t from = wait->searched_to > overlap ? wait->searched_to - overlap : 0;
    return slice_from(body->bytes, from > body->offset ? (size_t)(from - body->offset) : 0);
}

bool tx_wait_goes_on(struct matcher *m, const struct compiled_rule *compiled, const struct view *view,
                     struct tx_rule *rule)
{
    struct tx_wait *wait = &rule->wait;
    struct view_buffer body;
    enum buffer_answer answer;
    if (!wait->content || wait->generation != m->ruleset->lineage.generation)
        return false;
    if (!body_at(view, compiled->rule->chains[wait->chain].buffer, &body, &answer)) {
        wait->content = NULL;
        return false;
    }
    if (answer == BUFFER_LATER || wait->searched_to == TX_WAIT_FOR_EVER)
        return true;
    struct slice bytes = unsearched(&body, wait);
    m->eval->inspected += bytes.n;
    if (content_search_find(wait->content->flags & CONTENT_NOCASE,
                            slice_of(wait->content->bytes, wait->content->length), bytes) != SEARCH_NONE) {
        wait->content = NULL;
        return false;
    }
    wait->searched_to = body.offset + body.bytes.n;
    return true;
}
