#include "example/solve.h"

#include <errno.h>
#include <stdlib.h>

#include "example/solving.h"
#include "packet/packet.h"
#include "rule/content.h"
#include "rule/keyword.h"
#include "rule/keyword/byte_step.h"
#include "rule/keyword/pcre_text.h"
#include "rule/keyword/size.h"
#include "rule/rule.h"

enum { ATTEMPTS = 10, TRIES = 120, TASTES = 14, EMPTY_ROOM = 12 };

/* The engine's view of bytes as one buffer, whatever it is called. */
static enum buffer_answer one_buffer(void *ctx, enum buffer_id id, unsigned index, struct view_buffer *out)
{
    (void)id;
    const struct slice *bytes = ctx;
    if (index)
        return BUFFER_NONE;
    *out = (struct view_buffer){.bytes = *bytes, .first = true, .last = true};
    return BUFFER_HERE;
}

bool solve_holds(const struct solve_request *request, struct slice bytes, const struct chain **failed)
{
    static const struct view_app_ops ops = {one_buffer};
    struct packet packet = {.payload = bytes};
    struct view view = {.kind = VIEW_PACKET,
                        .direction = request->direction,
                        .packet = &packet,
                        .payload = {.bytes = bytes, .first = true, .last = true},
                        .empty_payload = true,
                        .app = &ops,
                        .app_ctx = &bytes};
    eval_reset(request->eval, &view);
    for (unsigned i = 0; i < request->chain_count; i++) {
        if (chain_match(request->eval, request->chains[i]))
            continue;
        if (failed)
            *failed = request->chains[i];
        return false;
    }
    return !request->size || uint_condition_holds(request->size, bytes.n);
}

bool solve_mark(struct solving *s, struct solve_mark *mark)
{
    *mark = (struct solve_mark){.cursor = s->cursor};
    memcpy(mark->values, s->values, sizeof s->values);
    if (draft_copy(&mark->draft, &s->draft))
        return true;
    s->rc = -ENOMEM;
    return false;
}

void solve_return(struct solving *s, const struct solve_mark *mark)
{
    if (!draft_copy(&s->draft, &mark->draft))
        s->rc = -ENOMEM;
    s->cursor = mark->cursor;
    memcpy(s->values, mark->values, sizeof s->values);
}

void solve_release(struct solve_mark *mark)
{
    draft_fini(&mark->draft);
}

bool solve_fit(struct solving *s, const struct regex *regex, uint32_t from, uint32_t *end)
{
    uint64_t work = (uint64_t)(s->draft.count + 2) * regex->count;
    if (work > s->work) {
        s->work = 0;
        return false;
    }
    s->work -= work;
    return regex_fit(regex, &s->draft, from, end, NULL);
}

/* What the transforms need so that their result is the draft; most leave it as it is. */
static void untransform(const struct solving *s, struct buf *bytes)
{
    if (!s->dotprefix)
        return;
    memmove(bytes->p, bytes->p + 1, bytes->n - 1);
    bytes->n--;
}

static bool choose(struct solving *s)
{
    for (unsigned taste = 0; taste < TASTES && !s->rc; taste++) {
        s->rc = draft_choose(&s->draft, taste, s->out);
        if (s->rc || (s->dotprefix && (!s->out->n || s->out->p[0] != '.')))
            return false;
        untransform(s, s->out);
        if (solve_holds(s->request, buf_slice(s->out), &s->unmatched) &&
            (!s->request->usable || s->request->usable(buf_slice(s->out))))
            return true;
    }
    return false;
}

/* The draft as a whole: its length, and what bytes the protocol allows in such a place. */
static bool finish(struct solving *s)
{
    struct solve_mark mark;
    uint32_t end;
    bool found = false;
    if (!solve_mark(s, &mark))
        return false;
    const struct regex *grammar = s->grammar.count ? &s->grammar : NULL;
    for (unsigned way = 0; way < 2 && !found && !s->rc; way++) {
        if (!s->draft.count && !s->size_count)
            (void)draft_reach(&s->draft,
                              EMPTY_ROOM); /* where only negations look there are bytes all the same */
        bool fits = way || solve_fit_sizes(s);
        if (fits && grammar)
            fits = solve_fit(s, grammar, s->dotprefix, &end);
        if (fits && way)
            fits = solve_fit_sizes(s);
        found = fits && choose(s);
        if (!found)
            solve_return(s, &mark);
    }
    solve_release(&mark);
    return found;
}

bool solve_rest(struct solving *s, unsigned at)
{
    if (at > s->deepest)
        s->deepest = at;
    if (s->rc || !s->work || !s->tries)
        return false;
    s->tries--;
    if (at == s->count)
        return finish(s);
    const struct solve_item *item = s->order[at];
    const struct content *content = step_content(item->step);
    bool known = false;
    if (item->group_begins)
        s->cursor = item->base;
    if (content)
        return content->flags & CONTENT_NEGATED ? solve_rest(s, at + 1) : solve_content(s, at, content);
    if (item->regex.count || item->pcre_negated)
        return item->pcre_negated ? solve_rest(s, at + 1) : solve_pcre(s, at);
    if (step_isdataat(item->step))
        return solve_size(s, at);
    if (step_base64(item->step))
        return solve_base64(s, at);
    bool solved = solve_number(s, at, &known);
    return known ? solved : solve_rest(s, at + 1); /* sizes are met at the end; the rest, by chance */
}

static int read_pcre(struct solve_item *item, struct err *err)
{
    const struct rule_option *written = &item->rule->options[item->step->option];
    struct option option = {.name = slice_str(written->name), .value = slice_str(written->value)};
    static const struct {
        enum pcre_flag flag;
        enum regex_flag as;
    } flags[] = {{PCRE_CASELESS, REGEX_CASELESS},
                 {PCRE_DOTALL, REGEX_DOTALL},
                 {PCRE_MULTILINE, REGEX_MULTILINE},
                 {PCRE_EXTENDED, REGEX_EXTENDED}};
    struct pcre_text text;
    int rc = pcre_text_parse(&option, &text, err);
    unsigned as = 0;
    if (rc)
        return rc;
    item->pcre_relative = text.flags & PCRE_RELATIVE;
    item->pcre_caseless = text.flags & PCRE_CASELESS;
    item->pcre_negated = text.negated;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        as |= text.flags & flags[i].flag ? flags[i].as : 0u;
    rc = text.negated ? 0 : regex_init(&item->regex, text.pattern, as);
    return rc == -EINVAL
               ? err_set(err, rc, "pcre: %s", item->regex.refused ? item->regex.refused : "not understood")
               : rc;
}

static bool counts_from_match(const struct solve_item *item)
{
    const struct content *content = step_content(item->step);
    const struct isdataat *is = step_isdataat(item->step);
    const struct byte_test *test = step_byte_test(item->step);
    const struct byte_jump *jump = step_byte_jump(item->step);
    const struct byte_extract *extract = step_byte_extract(item->step);
    const struct byte_math *math = step_byte_math(item->step);
    const struct base64 *base64 = step_base64(item->step);
    return (content && content->flags & (CONTENT_DISTANCE | CONTENT_WITHIN)) || item->pcre_relative ||
           (is && is->relative) || (test && test->source.relative) || (jump && jump->source.relative) ||
           (extract && extract->source.relative) || (math && math->source.relative) ||
           (base64 && base64->relative);
}

/* What others may count from: a negation, a test of a number or a length leave that as it is. */
static bool moves_cursor(const struct solve_item *item)
{
    const struct content *content = step_content(item->step);
    if (content)
        return !(content->flags & CONTENT_NEGATED);
    return item->regex.count || step_byte_jump(item->step) || step_byte_extract(item->step) ||
           step_byte_math(item->step);
}

static bool ends_buffer(const struct step *step)
{
    const struct content *content = step_content(step);
    const struct isdataat *is = step_isdataat(step);
    return (content && content->flags & CONTENT_ENDSWITH && !(content->flags & CONTENT_NEGATED)) ||
           (is && is->negated && is->relative);
}

static int take_step(struct solving *s, unsigned at, const struct step *step, uint32_t base, struct err *err)
{
    const struct uint_condition *size = step_size(step, "bsize");
    if (!size)
        size = step_size(step, "urilen");
    if (size && s->size_count < SOLVE_SIZES) {
        s->size_bases[s->size_count] = base;
        s->sizes[s->size_count++] = size;
        return 0;
    }
    if (s->count == SOLVE_STEPS)
        return err_set(err, -EINVAL, "more than %d options look into one buffer", SOLVE_STEPS);
    struct solve_item *item = &s->items[s->count++];
    *item = (struct solve_item){.step = step, .rule = s->request->rules[at], .base = base};
    int rc = 0;
    if (strcmp(step->ops->keyword, "pcre") == 0)
        rc = read_pcre(item, err);
    item->ends_buffer = ends_buffer(step);
    item->group_begins =
        step == s->request->chains[at]->steps || (!counts_from_match(item) && moves_cursor(item));
    s->variables |= step_byte_extract(step) || step_byte_math(step) || step_base64(step);
    return rc;
}

/* Transforms whose result can be had from bytes that they leave as they are, or dotprefix. */
static int take_transforms(struct solving *s, const struct chain *chain, struct err *err)
{
    static const char *const harmless[] = {"to_lowercase",
                                           "to_uppercase",
                                           "strip_whitespace",
                                           "compress_whitespace",
                                           "strip_pseudo_headers",
                                           "header_lowercase",
                                           "url_decode",
                                           "domain",
                                           "dotprefix"};
    for (uint32_t i = 0; i < chain->transform_count; i++) {
        const char *name = chain->transforms[i].ops->keyword;
        bool known = false;
        for (size_t k = 0; k < sizeof harmless / sizeof *harmless; k++)
            known |= strcmp(name, harmless[k]) == 0;
        if (!known)
            return err_set(err, -EINVAL, "%s: what it was made from cannot be told from its result", name);
        s->dotprefix |= strcmp(name, "dotprefix") == 0;
    }
    return 0;
}

static bool has_dotprefix(const struct chain *chain)
{
    for (uint32_t i = 0; i < chain->transform_count; i++)
        if (strcmp(chain->transforms[i].ops->keyword, "dotprefix") == 0)
            return true;
    return false;
}

static int take_chains(struct solving *s, struct err *err)
{
    const struct solve_request *r = s->request;
    int rc = 0;
    for (unsigned i = 0; i < r->chain_count && !rc; i++)
        rc = take_transforms(s, r->chains[i], err);
    for (unsigned i = 0; i < r->chain_count; i++) {
        uint32_t base = s->dotprefix && !has_dotprefix(r->chains[i]);
        for (uint32_t k = 0; k < r->chains[i]->step_count && !rc; k++)
            rc = take_step(s, i, &r->chains[i]->steps[k], base, err);
    }
    if (!rc && r->size && s->size_count < SOLVE_SIZES) {
        s->size_bases[s->size_count] = 0;
        s->sizes[s->size_count++] = r->size;
    }
    if (!rc && r->grammar)
        rc = regex_init(&s->grammar, slice_str(r->grammar), REGEX_DOTALL);
    return rc;
}

static int refuse(const struct solving *s, struct err *err)
{
    const struct solve_item *item = NULL;
    if (!s->work)
        return err_set(err, -EINVAL, "pcre: too much to look through");
    if (s->deepest < s->count)
        item = s->order[s->deepest];
    else if (s->unmatched && s->unmatched->step_count)
        return err_set(err, -EINVAL, "%s: nothing was found that all its options match",
                       buffer_name(s->unmatched->buffer));
    if (!item && s->size_count && !s->request->grammar)
        return err_set(err, -EINVAL, "%s: no length of at most %d bytes is what its options ask for",
                       s->request->chain_count ? buffer_name(s->request->chains[0]->buffer) : "dsize",
                       DRAFT_MOST);
    if (!item && s->request->chain_count)
        return err_set(err, -EINVAL,
                       "%s: what its options ask for does not fit what the protocol allows there",
                       buffer_name(s->request->chains[0]->buffer));
    if (!item || item->step->option >= item->rule->option_count)
        return err_set(err, -EINVAL, "no bytes were found that all options match");
    const struct rule_option *option = &item->rule->options[item->step->option];
    return err_set(err, -EINVAL, "%s:%.80s: no place was found for it beside the other options", option->name,
                   option->value ? option->value : "");
}

int solve(const struct solve_request *request, struct buf *out, struct err *err)
{
    struct solving *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, -ENOMEM, "out of memory");
    s->request = request;
    s->out = out;
    s->work = SOLVE_WORK;
    int rc = take_chains(s, err);
    bool solved = false;
    for (; !rc && !solved && s->attempt < ATTEMPTS && !s->rc && s->work; s->attempt++) {
        solve_arrange(s);
        draft_fini(&s->draft);
        draft_init(&s->draft);
        s->tries = TRIES;
        s->cursor = 0;
        if (s->dotprefix && !draft_place(&s->draft, 0, slice_str("."), false))
            s->rc = -ENOMEM;
        solved = solve_rest(s, 0);
    }
    if (!rc)
        rc = s->rc ? err_set(err, s->rc, "out of memory") : solved ? 0 : refuse(s, err);
    for (unsigned i = 0; i < s->count; i++)
        regex_fini(&s->items[i].regex);
    regex_fini(&s->grammar);
    draft_fini(&s->draft);
    free(s);
    return rc;
}
