/*
 * Content's evaluation: the window in which it must lie, the search, and the retries further on.
 */
#include "rule/content.h"

#include <stdlib.h>

#include "rule/chain_hopeless.h"
#include "rule/keyword/content_search.h"

enum {
    RELATIVE = CONTENT_DISTANCE | CONTENT_WITHIN,
    VARIABLES = CONTENT_DEPTH_VARIABLE | CONTENT_OFFSET_VARIABLE | CONTENT_DISTANCE_VARIABLE |
                CONTENT_WITHIN_VARIABLE,
};

struct window { /* the content must lie within [from, upto) of the buffer */
    size_t from, upto;
    bool empty;
};

/* A limit as written or, when it names a variable, the low 32 bits of its value, as Suricata takes them. */
static int64_t limit(const struct eval *eval, const struct content *content, uint32_t variable_flag,
                     int32_t value)
{
    if (!(content->flags & variable_flag))
        return value;
    uint32_t low = (uint32_t)eval->variables[(uint32_t)value % RULE_VARIABLES];
    bool is_signed = variable_flag & (CONTENT_DISTANCE_VARIABLE | CONTENT_WITHIN_VARIABLE);
    return is_signed ? (int64_t)(int32_t)low : (int64_t)low;
}

/* What was written, counted in the buffer: from the cursor, or from the start of the stream or body. */
static void raw_window(const struct eval *eval, const struct content *c, int64_t *from, int64_t *upto)
{
    *from = 0;
    *upto = INT64_MAX;
    if (c->flags & RELATIVE) {
        *from = (int64_t)eval->cursor;
        if (c->flags & CONTENT_DISTANCE)
            *from += limit(eval, c, CONTENT_DISTANCE_VARIABLE, c->distance);
        if (c->flags & CONTENT_WITHIN)
            *upto = *from + limit(eval, c, CONTENT_WITHIN_VARIABLE, c->within);
        /* Suricata: a window that would end before the buffer begins is no limit. */
        if (*upto < 0)
            *upto = INT64_MAX;
        return;
    }
    int64_t start = eval->buffer.offset < INT64_MAX / 2 ? (int64_t)eval->buffer.offset : INT64_MAX / 2;
    if (c->flags & CONTENT_OFFSET)
        *from = limit(eval, c, CONTENT_OFFSET_VARIABLE, c->offset) - start;
    if (c->flags & (CONTENT_DEPTH_VARIABLE | CONTENT_OFFSET_VARIABLE) && c->flags & CONTENT_DEPTH)
        *upto =
            limit(eval, c, CONTENT_DEPTH_VARIABLE, c->depth) + (c->flags & CONTENT_OFFSET ? *from : -start);
    else if (c->flags & CONTENT_DEPTH)
        *upto = c->depth - start;
}

static struct window window_of(const struct eval *eval, const struct content *content)
{
    int64_t from, upto, n = (int64_t)eval->buffer.bytes.n;
    raw_window(eval, content, &from, &upto);
    if (from < 0)
        from = 0;
    if (upto > n)
        upto = n;
    if (upto < from || upto - from < content->length)
        return (struct window){.empty = true};
    /* A negated one with endswith asks for the first occurrence, see run_negated. */
    if (content->flags & CONTENT_ENDSWITH && !(content->flags & CONTENT_NEGATED)) {
        if (upto != n)
            return (struct window){.empty = true};
        from = n - content->length;
    }
    return (struct window){.from = (size_t)from, .upto = (size_t)upto};
}

static size_t find(struct eval *eval, const struct step *step, size_t from, size_t upto)
{
    const struct content *content = step->data;
    struct slice pattern = slice_of(content->bytes, content->length);
    struct slice in = eval->buffer.bytes;
    if (from > upto || upto - from < content->length)
        return SEARCH_NONE;
    if (upto - from == content->length) {
        bool nocase = content->flags & CONTENT_NOCASE;
        return content_search_at(nocase, pattern, slice_from(in, from)) ? from : SEARCH_NONE;
    }
    size_t index = (size_t)(step - eval->chain->steps);
    struct search_memo *memo = index < eval->memo_count ? &eval->memo[index] : NULL;
    return search_memo_find(memo, content->flags & CONTENT_NOCASE, pattern, in, from, upto);
}

/* No place of an earlier step changes what this one finds. */
static bool independent(const struct eval *eval, const struct content *content)
{
    return !(content->flags & (RELATIVE | VARIABLES)) && !eval->chain->variables && !eval->buffer.new_from;
}

static enum step_result run_negated(struct eval *eval, const struct step *step)
{
    const struct content *content = step->data;
    struct window window = window_of(eval, content);
    size_t at = window.empty ? SEARCH_NONE : find(eval, step, window.from, window.upto);
    /* Suricata 8.0.8: with endswith only the first occurrence counts, and its place is taken to be further on
     * by the start of the window. Where there is none (the common form) that is the end of the buffer. */
    bool elsewhere =
        content->flags & CONTENT_ENDSWITH && at + content->length + window.from != eval->buffer.bytes.n;
    if (at == SEARCH_NONE || elsewhere)
        return chain_next(eval, step);
    return independent(eval, content) ? STEP_STOP : STEP_NO;
}

/* Where to go on after the rest has failed behind `at`; false when no other place can help. */
static bool next_place(const struct eval *eval, const struct step *step, size_t *at, unsigned *tries)
{
    const struct content *content = step->data;
    size_t new_from = eval->buffer.new_from;
    (*tries)++;
    if (step->retried) {
        ++*at;
        return !chain_hopeless(eval, step, *at + content->length);
    }
    /* Nobody counts from here: only whether the match reaches into what is new can still differ. */
    if (*tries > 1 || *at + content->length > new_from)
        return false;
    size_t fresh = new_from >= content->length ? new_from - content->length + 1 : 0;
    *at = fresh > *at ? fresh : *at + 1;
    return true;
}

/* In what a transform has made there is nothing to replace. */
static void note_place(struct eval *eval, const struct content *content, size_t at)
{
    struct content_places *places = eval->replaced;
    if (places->count < places->most && eval->chain->buffer == BUFFER_PAYLOAD &&
        !eval->chain->transform_count)
        places->list[places->count++] = (struct content_place){content, at};
}

/* It is nowhere in its window. */
static enum step_result not_found(struct eval *eval, const struct step *step, enum step_result failed)
{
    if (failed == STEP_STOP)
        eval->missing = step->data;
    return failed;
}

static enum step_result run_content(struct eval *eval, const struct step *step)
{
    const struct content *content = step->data;
    if (content->flags & CONTENT_NEGATED)
        return run_negated(eval, step);

    enum step_result failed = independent(eval, content) ? STEP_STOP : STEP_NO;
    struct window window = window_of(eval, content);
    if (window.empty)
        return not_found(eval, step, failed);
    size_t at = window.from, furthest = eval->furthest;
    unsigned tries = 0;
    do {
        at = find(eval, step, at, window.upto);
        if (at == SEARCH_NONE)
            return tries ? failed : not_found(eval, step, failed);
        eval->cursor = at + content->length;
        eval->furthest = eval->cursor > furthest ? eval->cursor : furthest;
        enum step_result result = chain_next(eval, step);
        if (result == STEP_YES && content->replacement && eval->replaced)
            note_place(eval, content, at);
        if (result != STEP_NO)
            return result;
    } while (next_place(eval, step, &at, &tries));
    /* As Suricata: a content that nobody counts from gives up for those before it, too. */
    return step->retried || eval->buffer.new_from ? failed : STEP_STOP;
}

/* Of contents that lie behind the cursor: not there, or what follows fails wherever it is. */
static bool is_hopeless(const struct eval *eval, const struct step *step, size_t cursor)
{
    const struct content *content = step->data;
    if (content->flags & CONTENT_NEGATED)
        return chain_hopeless(eval, step, cursor);
    if (!(content->flags & RELATIVE) || content->flags & VARIABLES ||
        (content->flags & CONTENT_DISTANCE && content->distance < 0))
        return false;
    size_t from = cursor + (content->flags & CONTENT_DISTANCE ? (size_t)content->distance : 0);
    size_t index = (size_t)(step - eval->chain->steps);
    if (index < eval->memo_count &&
        search_memo_is_none(&eval->memo[index], from, eval->buffer.bytes.n, content->length))
        return true;
    return chain_hopeless(eval, step, from + content->length);
}

static void free_content(void *data)
{
    struct content *content = data;
    if (!content)
        return;
    free(content->bytes);
    free(content->replacement);
    free(content);
}

const struct step_ops content_ops = {
    .keyword = "content",
    .run = run_content,
    .free = free_content,
    .hopeless = is_hopeless,
    .many = true,
};
