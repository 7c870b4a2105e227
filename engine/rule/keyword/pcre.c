/*
 * pcre, through PCRE2 with its JIT compiler. Evaluation is bounded by PCRE2's match limit (Suricata's stock
 * 3500), by the bytes it may look at in one instance of a buffer, and by the chain's budget.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "rule/keyword/pcre.h"

#include <errno.h>
#include <pcre2.h>
#include <stdlib.h>

#include "rule/chain_hopeless.h"
#include "rule/content.h"
#include "rule/keyword.h"
#include "rule/keyword/content_modifier.h"
#include "rule/keyword/content_search.h"
#include "rule/keyword/pcre_capture.h"
#include "rule/keyword/pcre_literal.h"
#include "rule/keyword/pcre_text.h"
#include "rule/keyword/sticky.h"

enum {
    MATCH_LIMIT = 3500,
    DEPTH_LIMIT = 1500,
    RAISED_LIMIT = 1000000, /* with the flag O; never unlimited */
    HEAP_LIMIT_KIB = 16 << 10,
    OVECTOR_PAIRS = 4,  /* only the whole match is looked at */
    CAPTURE_PAIRS = 64, /* groups beyond these are not kept */
    JIT_STACK_LEAST = 32 << 10,
    JIT_STACK_MOST = 512 << 10,
    ANCHORED_COST = 256, /* bytes of pcre_scratch.bytes */
    CALL_COST = 8,       /* steps of eval.work: what a call takes when it is short */
    FREE_CALLS = 4,      /* in an instance: those after them have to be short, or are charged */
    SHORT_LIMIT = 64,    /* PCRE2's match limit for such */
    COUNTS_A_STEP = 4,   /* of the match limit, for what a step costs */
};

/* What it may look at in one instance, however often backtracking calls it: 64 times the buffer, at least
 * this. */
#define BYTES_LEAST ((size_t)8 << 20)

struct pcre_scratch {
    pcre2_match_data *match, *groups; /* of the whole match alone; with those that are kept */
    pcre2_match_context *limited, *raised;
    pcre2_jit_stack *stack;
    size_t bytes;      /* left, that it may be given in this instance */
    unsigned calls;    /* in this instance */
    uint32_t limit[2]; /* that the contexts are set to: of `limited`, of `raised` */
};

struct pcre {
    pcre2_code *code;
    struct pcre_captures captures;
    struct content *literal; /* what every match has in it; NULL: nothing is known */
    bool negated, relative, raised_limit;
    bool anchored; /* tried in one place only */
};

static pcre2_match_context *new_context(pcre2_jit_stack *stack, uint32_t matches, uint32_t depth)
{
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    if (!context)
        return NULL;
    pcre2_set_match_limit(context, matches);
    pcre2_set_depth_limit(context, depth);
    pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
    pcre2_jit_stack_assign(context, NULL, stack);
    return context;
}

struct pcre_scratch *pcre_scratch_new(void)
{
    struct pcre_scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch)
        return NULL;
    scratch->match = pcre2_match_data_create(OVECTOR_PAIRS, NULL);
    scratch->groups = pcre2_match_data_create(CAPTURE_PAIRS, NULL);
    /* NULL where there is no JIT: PCRE2 then uses its interpreter. */
    scratch->stack = pcre2_jit_stack_create(JIT_STACK_LEAST, JIT_STACK_MOST, NULL);
    scratch->limited = new_context(scratch->stack, MATCH_LIMIT, DEPTH_LIMIT);
    scratch->raised = new_context(scratch->stack, RAISED_LIMIT, RAISED_LIMIT);
    if (!scratch->match || !scratch->groups || !scratch->limited || !scratch->raised) {
        pcre_scratch_free(scratch);
        return NULL;
    }
    return scratch;
}

void pcre_scratch_free(struct pcre_scratch *scratch)
{
    if (!scratch)
        return;
    pcre2_match_context_free(scratch->limited);
    pcre2_match_context_free(scratch->raised);
    pcre2_jit_stack_free(scratch->stack);
    pcre2_match_data_free(scratch->match);
    pcre2_match_data_free(scratch->groups);
    free(scratch);
}

/* Whatever the strain, it may look at all of the buffer. */
void pcre_begin_instance(struct eval *eval)
{
    size_t n = eval->buffer.bytes.n, bytes = (n * 64 > BYTES_LEAST ? n * 64 : BYTES_LEAST) >> eval->strain;
    eval->pcre->bytes = bytes > 2 * n ? bytes : 2 * n;
    eval->pcre->calls = 0;
}

/* A step did the work of so many; what it leaves of the budget is the chain's. */
static void charge(struct eval *eval, unsigned steps)
{
    unsigned most = steps < eval->budget ? steps : eval->budget;
    eval->budget -= most;
    eval->work += steps - most;
}

static pcre2_match_data *match_data(const struct eval *eval, const struct pcre *pcre)
{
    return pcre->captures.count ? eval->pcre->groups : eval->pcre->match;
}

static int run_limited(struct eval *eval, const struct pcre *pcre, struct slice subject, size_t start,
                       uint32_t limit)
{
    struct pcre_scratch *scratch = eval->pcre;
    bool raised = pcre->raised_limit;
    pcre2_match_context *context = raised ? scratch->raised : scratch->limited;
    if (scratch->limit[raised] != limit) {
        scratch->limit[raised] = limit;
        pcre2_set_match_limit(context, limit);
    }
    return pcre2_match(pcre->code, subject.p, subject.n, start, 0, match_data(eval, pcre), context);
}

/* After some calls the next ones are tried with little first, so that it shows what they cost. */
static int run_pcre2(struct eval *eval, const struct pcre *pcre, struct slice subject, size_t start)
{
    uint32_t most = (uint32_t)(pcre->raised_limit ? RAISED_LIMIT : MATCH_LIMIT) >> eval->strain;
    bool sparing = ++eval->pcre->calls > FREE_CALLS && most > SHORT_LIMIT;
    int rc = run_limited(eval, pcre, subject, start, sparing ? SHORT_LIMIT : most);
    eval->work += CALL_COST;
    if (sparing && rc == PCRE2_ERROR_MATCHLIMIT) {
        rc = run_limited(eval, pcre, subject, start, most);
        charge(eval, most / COUNTS_A_STEP / (rc == PCRE2_ERROR_MATCHLIMIT ? 1 : 8));
    } else if (rc == PCRE2_ERROR_MATCHLIMIT) {
        charge(eval, most / COUNTS_A_STEP);
    }
    return rc;
}

static bool is_limit(int rc)
{
    return rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT || rc == PCRE2_ERROR_HEAPLIMIT ||
           rc == PCRE2_ERROR_JIT_STACKLIMIT;
}

/* Searches subject from `start`. True with where the match lies; false also when a limit was hit. */
static bool search(struct eval *eval, const struct pcre *pcre, struct slice subject, size_t start,
                   size_t *from, size_t *upto)
{
    size_t cost = pcre->anchored ? ANCHORED_COST : subject.n - start;
    if (cost > eval->pcre->bytes) {
        eval->pcre->bytes = 0;
        eval->spent = true;
        return false;
    }
    eval->pcre->bytes -= cost;
    int rc = run_pcre2(eval, pcre, subject, start);
    eval->spent |= is_limit(rc);
    if (rc < 0)
        return false;
    const PCRE2_SIZE *ovector = pcre2_get_ovector_pointer(match_data(eval, pcre));
    *from = ovector[0];
    *upto = ovector[1];
    /* \K in a lookahead can put the start behind the end. */
    return *upto <= subject.n && *from <= *upto;
}

static struct search_memo *memo_of(const struct eval *eval, const struct step *step)
{
    size_t index = (size_t)(step - eval->chain->steps);
    return index < eval->memo_count ? &eval->memo[index] : NULL;
}

static bool known_without_literal(const struct eval *eval, const struct step *step, size_t from)
{
    const struct content *literal = ((const struct pcre *)step->data)->literal;
    const struct search_memo *memo = memo_of(eval, step);
    return literal && memo && search_memo_is_none(memo, from, eval->buffer.bytes.n, literal->length);
}

static bool has_literal(struct eval *eval, const struct step *step, size_t from)
{
    const struct content *literal = ((const struct pcre *)step->data)->literal;
    return search_memo_find(memo_of(eval, step), literal->flags & CONTENT_NOCASE,
                            slice_of(literal->bytes, literal->length), eval->buffer.bytes, from,
                            eval->buffer.bytes.n) != SEARCH_NONE;
}

static bool is_before(const struct eval *eval, const struct content *literal, size_t base)
{
    size_t end = base + literal->length - 1;
    struct slice before =
        slice_of(eval->buffer.bytes.p, end < eval->buffer.bytes.n ? end : eval->buffer.bytes.n);
    return content_search_find(literal->flags & CONTENT_NOCASE, slice_of(literal->bytes, literal->length),
                               before) != SEARCH_NONE;
}

/* Without what every match has in it there is none from `base` on, or (`anew`: was just told) none at all. */
static enum step_result without_literal(struct eval *eval, const struct step *step, size_t base, bool anew)
{
    const struct pcre *pcre = step->data;
    if (pcre->negated)
        return chain_next(eval, step);
    if (!anew || is_before(eval, pcre->literal, base))
        return STEP_NO;
    eval->missing = pcre->literal;
    return STEP_STOP;
}

static void note_captures(struct eval *eval, const struct pcre *pcre, struct slice subject)
{
    pcre2_match_data *data = match_data(eval, pcre);
    pcre_captures_note(&pcre->captures, eval->captures, subject, pcre2_get_ovector_pointer(data),
                       CAPTURE_PAIRS);
}

static enum step_result run_pcre(struct eval *eval, const struct step *step)
{
    const struct pcre *pcre = step->data;
    size_t base = pcre->relative ? eval->cursor : 0;
    if (base > eval->buffer.bytes.n)
        base = eval->buffer.bytes.n;
    bool known = known_without_literal(eval, step, base);
    if (known || (pcre->literal && !has_literal(eval, step, base)))
        return without_literal(eval, step, base, !known);
    /* A subject of its own: what lies before is out of sight of ^ and of lookbehinds. */
    struct slice subject = slice_of(eval->buffer.bytes.p + base, eval->buffer.bytes.n - base);
    size_t start = 0, from, upto, furthest = eval->furthest;
    bool found = search(eval, pcre, subject, start, &from, &upto);
    if (pcre->negated)
        return found ? STEP_NO : chain_next(eval, step);
    while (found) {
        eval->cursor = base + upto;
        eval->furthest = eval->cursor > furthest ? eval->cursor : furthest;
        if (pcre->captures.count)
            note_captures(eval, pcre, subject);
        enum step_result result = chain_next(eval, step);
        if (result != STEP_NO)
            return result;
        bool stale = eval->buffer.new_from && base + upto <= eval->buffer.new_from;
        start = from + 1;
        if ((!step->retried && !stale) || chain_hopeless(eval, step, base + start))
            break;
        found = start <= subject.n && search(eval, pcre, subject, start, &from, &upto);
    }
    return STEP_NO;
}

/* No literal from there on, or what follows fails wherever the match ends. */
static bool is_hopeless(const struct eval *eval, const struct step *step, size_t cursor)
{
    const struct pcre *pcre = step->data;
    if (!pcre->relative)
        return false;
    if (pcre->negated)
        return chain_hopeless(eval, step, cursor);
    return known_without_literal(eval, step, cursor) || chain_hopeless(eval, step, cursor);
}

static void free_pcre(void *data)
{
    struct pcre *pcre = data;
    if (!pcre)
        return;
    content_ops.free(pcre->literal);
    pcre_captures_fini(&pcre->captures);
    pcre2_code_free(pcre->code);
    free(pcre);
}

const struct step_ops pcre_ops = {
    .keyword = "pcre",
    .run = run_pcre,
    .free = free_pcre,
    .many = true,
    .hopeless = is_hopeless,
};

uint32_t pcre_text_options(const struct pcre_text *text)
{
    static const struct {
        enum pcre_flag flag;
        uint32_t option;
    } options[] = {
        {PCRE_CASELESS, PCRE2_CASELESS},   {PCRE_DOTALL, PCRE2_DOTALL},
        {PCRE_MULTILINE, PCRE2_MULTILINE}, {PCRE_EXTENDED, PCRE2_EXTENDED},
        {PCRE_ANCHORED, PCRE2_ANCHORED},   {PCRE_DOLLAR_ENDONLY, PCRE2_DOLLAR_ENDONLY},
        {PCRE_UNGREEDY, PCRE2_UNGREEDY},
    };
    uint32_t bits = 0;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (text->flags & options[i].flag)
            bits |= options[i].option;
    return bits;
}

static int compile(const struct option *option, const struct pcre_text *text, struct pcre *pcre,
                   struct err *err)
{
    int code;
    PCRE2_SIZE at;
    pcre->code = pcre2_compile(text->pattern.p, text->pattern.n, pcre_text_options(text), &code, &at, NULL);
    if (!pcre->code && code == PCRE2_ERROR_HEAP_FAILED)
        return err_set(err, -ENOMEM, "out of memory");
    if (!pcre->code) {
        PCRE2_UCHAR message[160];
        if (pcre2_get_error_message(code, message, sizeof message) < 0)
            message[0] = '\0';
        err_set(err, -EINVAL, "the regular expression is not valid: %s", (const char *)message);
        err->column = option->column + (unsigned)(text->pattern.p - option->value.p) + (unsigned)at;
        return -EINVAL;
    }
    uint32_t all = 0;
    pcre2_pattern_info(pcre->code, PCRE2_INFO_ALLOPTIONS, &all);
    pcre->anchored = all & PCRE2_ANCHORED;
    /* Where the JIT compiler says no, the interpreter does it under the same limits. */
    (void)pcre2_jit_compile(pcre->code, PCRE2_JIT_COMPLETE);
    return 0;
}

/* 0 or -ENOMEM. */
static int note_literal(const struct pcre_text *text, struct pcre *pcre)
{
    struct buf literal = {0};
    bool nocase = text->flags & PCRE_CASELESS;
    int rc = text->flags & PCRE_EXTENDED ? 0 : pcre_literal_find(text->pattern, &literal);
    if (!rc && literal.n) {
        pcre->literal = content_new(buf_slice(&literal), false, nocase);
        rc = pcre->literal ? 0 : -ENOMEM;
        if (pcre->literal && nocase)
            pcre->literal->flags |= CONTENT_NOCASE;
    }
    buf_fini(&literal);
    return rc;
}

/* /R counts from a match, so there must be one in this buffer: a content or another pcre, as in Suricata. */
static bool has_match(const struct rule_builder *b)
{
    const struct chain *chain = builder_chain((struct rule_builder *)b);
    for (uint32_t i = 0; chain && i < chain->step_count; i++)
        if (strcmp(chain->steps[i].ops->keyword, "content") == 0 || chain->steps[i].ops == &pcre_ops)
            return true;
    return false;
}

static int parse_pcre(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct pcre_text text;
    int rc = pcre_text_parse(option, &text, err);
    if (rc)
        return rc;
    /* The body of a response is what file.data of a response is. */
    bool the_same = text.buffer == b->buffer ||
                    (text.buffer == BUFFER_HTTP_RESPONSE_BODY && b->buffer == BUFFER_FILE_DATA);
    if (text.buffer != BUFFER_PAYLOAD && !the_same) {
        if (b->buffer != BUFFER_PAYLOAD)
            return err_set(err, -EINVAL, "a flag that names %s cannot stand behind the sticky buffer %s",
                           buffer_name(text.buffer), buffer_name(b->buffer));
        rc = sticky_check_http1(b, option, text.buffer, err);
        if (!rc)
            rc = sticky_enter(b, text.buffer, err);
        if (rc)
            return rc;
    }
    if (text.buffer == BUFFER_PAYLOAD)
        builder_leave(b);
    /* In a buffer of its own it may count from the start. */
    if (text.flags & PCRE_RELATIVE && !has_match(b) && !buffer_is_app(b->buffer))
        return err_set(err, -EINVAL,
                       "the flag R counts from the last match: expected one before it in the same buffer");
    struct pcre *pcre = calloc(1, sizeof *pcre);
    if (!pcre)
        return err_set(err, -ENOMEM, "out of memory");
    pcre->negated = text.negated;
    pcre->relative = text.flags & PCRE_RELATIVE;
    pcre->raised_limit = text.flags & PCRE_RAISED_LIMIT;
    rc = compile(option, &text, pcre, err);
    if (!rc)
        rc = pcre_captures_read(&pcre->captures, pcre->code, &text, err);
    if (!rc && note_literal(&text, pcre))
        rc = err_set(err, -ENOMEM, "out of memory");
    if (rc) {
        free_pcre(pcre);
        return rc;
    }
    if (pcre->captures.count && !pcre->negated)
        b->rule->flags |= RULE_CAPTURES;
    rc = builder_step(b, &pcre_ops, pcre);
    if (rc)
        return err_set(err, rc, "out of memory");
    struct chain *chain = builder_chain(b);
    if (text.flags & PCRE_RELATIVE)
        chain_mark_retried(chain, chain->step_count - 1);
    return 0;
}

const struct keyword keywords_pcre[] = {
    {"pcre", NULL, VALUE_REQUIRED, parse_pcre},
    {NULL, NULL, VALUE_NONE, NULL},
};
