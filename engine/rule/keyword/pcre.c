/*
 * pcre, through PCRE2 with its JIT compiler. Evaluation is bounded by PCRE2's match limit (Suricata's stock
 * 3500), by the bytes it may look at in one instance of a buffer, and by the chain's budget.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "rule/keyword/pcre.h"

#include <errno.h>
#include <pcre2.h>
#include <stdlib.h>

#include "rule/keyword.h"
#include "rule/keyword/pcre_text.h"
#include "rule/keyword/sticky.h"

enum {
    MATCH_LIMIT = 3500,
    DEPTH_LIMIT = 1500,
    RAISED_LIMIT = 1000000, /* with the flag O; never unlimited */
    HEAP_LIMIT_KIB = 16 << 10,
    OVECTOR_PAIRS = 4, /* only the whole match is looked at */
    JIT_STACK_LEAST = 32 << 10,
    JIT_STACK_MOST = 512 << 10,
    ANCHORED_COST = 256, /* bytes of eval.pcre_bytes */
};

struct pcre_scratch {
    pcre2_match_data *match;
    pcre2_match_context *limited, *raised;
    pcre2_jit_stack *stack;
    unsigned strain; /* that the limits are set for */
};

struct pcre {
    pcre2_code *code;
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
    /* NULL where there is no JIT: PCRE2 then uses its interpreter. */
    scratch->stack = pcre2_jit_stack_create(JIT_STACK_LEAST, JIT_STACK_MOST, NULL);
    scratch->limited = new_context(scratch->stack, MATCH_LIMIT, DEPTH_LIMIT);
    scratch->raised = new_context(scratch->stack, RAISED_LIMIT, RAISED_LIMIT);
    if (!scratch->match || !scratch->limited || !scratch->raised) {
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
    free(scratch);
}

static void set_limits(struct pcre_scratch *scratch, unsigned strain)
{
    if (scratch->strain == strain)
        return;
    scratch->strain = strain;
    pcre2_set_match_limit(scratch->limited, MATCH_LIMIT >> strain);
    pcre2_set_match_limit(scratch->raised, RAISED_LIMIT >> strain);
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
    if (cost > eval->pcre_bytes) {
        eval->pcre_bytes = 0;
        eval->spent = true;
        return false;
    }
    eval->pcre_bytes -= cost;
    struct pcre_scratch *scratch = eval->pcre;
    set_limits(scratch, eval->strain);
    const pcre2_match_context *context = pcre->raised_limit ? scratch->raised : scratch->limited;
    int rc = pcre2_match(pcre->code, subject.p, subject.n, start, 0, scratch->match,
                         (pcre2_match_context *)context);
    eval->spent |= is_limit(rc);
    if (rc < 0)
        return false;
    const PCRE2_SIZE *ovector = pcre2_get_ovector_pointer(scratch->match);
    *from = ovector[0];
    *upto = ovector[1];
    /* \K in a lookahead can put the start behind the end. */
    return *upto <= subject.n && *from <= *upto;
}

static enum step_result run_pcre(struct eval *eval, const struct step *step)
{
    const struct pcre *pcre = step->data;
    size_t base = pcre->relative ? eval->cursor : 0;
    if (base > eval->buffer.bytes.n)
        base = eval->buffer.bytes.n;
    /* A subject of its own: what lies before is out of sight of ^ and of lookbehinds. */
    struct slice subject = slice_of(eval->buffer.bytes.p + base, eval->buffer.bytes.n - base);
    size_t start = 0, from, upto, furthest = eval->furthest;
    bool found = search(eval, pcre, subject, start, &from, &upto);
    if (pcre->negated)
        return found ? STEP_NO : chain_next(eval, step);
    while (found) {
        eval->cursor = base + upto;
        eval->furthest = eval->cursor > furthest ? eval->cursor : furthest;
        enum step_result result = chain_next(eval, step);
        if (result != STEP_NO)
            return result;
        bool stale = eval->buffer.new_from && base + upto <= eval->buffer.new_from;
        if (!step->retried && !stale)
            break;
        start = from + 1;
        found = start <= subject.n && search(eval, pcre, subject, start, &from, &upto);
    }
    return STEP_NO;
}

static void free_pcre(void *data)
{
    struct pcre *pcre = data;
    if (!pcre)
        return;
    pcre2_code_free(pcre->code);
    free(pcre);
}

const struct step_ops pcre_ops = {
    .keyword = "pcre",
    .run = run_pcre,
    .free = free_pcre,
    .many = true,
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
    uint32_t bits = PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C;
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

/* /R counts from a match, so there must be one in this buffer. */
static bool has_match(const struct rule_builder *b)
{
    const struct chain *chain = builder_chain((struct rule_builder *)b);
    return chain && chain->step_count;
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
        rc = sticky_enter(b, text.buffer, err);
        if (rc)
            return rc;
    }
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
    if (rc) {
        free_pcre(pcre);
        return rc;
    }
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
