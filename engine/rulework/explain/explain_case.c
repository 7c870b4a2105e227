#include "rulework/explain/explain_case.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "flow/flow.h"
#include "output/ends.h"
#include "packet/packet.h"
#include "app/parser.h"
#include "rule/chain_instance.h"
#include "rule/content.h"
#include "rule/rule.h"
#include "rule/keyword/pcre.h"
#include "rule/state_op.h"
#include "rulework/explain/explain_place.h"
#include "rulework/explain/explain_why.h"
#include "rulework/option_words.h"

enum {
    INSTANCES_MOST = 64,
    WIDTH_BEFORE = 16,
    STEP_WORTH = 10,
    FIT_WORTH = 5,
    ELSEWHERE_WORTH = 3,
    PRESENT_WORTH = 1
};

struct progress { /* of a chain, in the instance of its buffer in which it came furthest */
    uint32_t steps;
    unsigned instance;
    bool present; /* there is such a buffer */
    bool matched;
};

/* The same steps by the engine's own evaluation, the last ones left out. */
static bool fits_so_far(struct eval *eval, const struct chain *chain, uint32_t steps, unsigned instance)
{
    struct chain part = *chain;
    part.step_count = steps;
    return chain_fits(eval, &part, instance);
}

static struct progress progress_of(struct eval *eval, const struct chain *chain)
{
    struct progress best = {0};
    for (unsigned instance = 0; instance < INSTANCES_MOST && fits_so_far(eval, chain, 0, instance);
         instance++) {
        uint32_t steps = chain->step_count;
        while (steps && !fits_so_far(eval, chain, steps, instance))
            steps--;
        if (!best.present || steps > best.steps)
            best = (struct progress){.steps = steps, .instance = instance, .present = true};
        if (steps == chain->step_count)
            break;
    }
    best.matched = best.present ? best.steps == chain->step_count : chain_match(eval, chain);
    if (best.matched)
        best.steps = chain->step_count;
    return best;
}

struct place { /* where a content lies, whatever its limits */
    bool found;
    size_t from, to;
};

/* With `steps` of the chain before it, behind where they end; 0: anywhere. */
static struct place seek(struct eval *eval, const struct chain *chain, const struct progress *progress,
                         uint32_t steps)
{
    struct content loose = *step_content(&chain->steps[progress->steps]);
    loose.flags = (loose.flags & CONTENT_NOCASE) | (steps ? CONTENT_DISTANCE : 0);
    loose.distance = 0;
    struct step *list = calloc(steps + 1, sizeof *list);
    if (!list)
        return (struct place){0};
    memcpy(list, chain->steps, steps * sizeof *list);
    list[steps] = (struct step){.ops = &content_ops, .data = &loose};
    struct chain other = *chain;
    other.steps = list;
    other.step_count = steps + 1;
    bool found = chain_fits(eval, &other, progress->instance);
    size_t end = eval->cursor;
    free(list);
    return (struct place){.found = found && end >= loose.length, .from = end - loose.length, .to = end};
}

static uint32_t most_worth(const struct chain *chain)
{
    return chain->step_count * STEP_WORTH + PRESENT_WORTH;
}

/* Of what is not there, that which lies elsewhere in the buffer is nearer. */
static uint32_t worth(struct eval *eval, const struct chain *chain)
{
    struct progress progress = progress_of(eval, chain);
    if (progress.matched)
        return most_worth(chain);
    uint32_t score = progress.steps * STEP_WORTH + (progress.present ? PRESENT_WORTH : 0);
    if (!progress.present)
        return score;
    const struct content *content = step_content(&chain->steps[progress.steps]);
    if (content && !(content->flags & CONTENT_NEGATED) && seek(eval, chain, &progress, 0).found)
        score += ELSEWHERE_WORTH;
    return score;
}

/* Nothing of the rule's options was met: the traffic is told of anyway, best a packet with bytes, of a flow
 * that is known to be of something else. */
static uint32_t least_worth(const struct evaluation *e)
{
    const struct flow *flow = e->view->flow;
    if (e->fit == UNFIT_APP && flow && flow->app != APP_UNKNOWN)
        return 3;
    return e->view->packet->payload.n ? 2 : 1;
}

uint32_t explain_score(struct eval *eval, const struct evaluation *e)
{
    const struct rule *rule = e->rule;
    uint32_t score = 0, all = 0;
    if (e->fit == UNFIT_LAYERS)
        return 0;
    eval_reset(eval, e->view);
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *chain = &rule->chains[i];
        all += most_worth(chain);
        score += e->matched >> i & 1 ? most_worth(chain) : worth(eval, chain);
    }
    if (e->fit == RULE_FITS && score == all)
        return UINT32_MAX;
    score += e->fit == RULE_FITS || e->fit >= UNFIT_TEST ? FIT_WORTH : 0;
    return score ? score : least_worth(e);
}

static struct explain_line *add_line(struct explain_case *c)
{
    if (grow_array(&c->lines, c->line_count, &c->line_capacity))
        return NULL;
    struct explain_line *line = &c->lines[c->line_count++];
    *line = (struct explain_line){.answer = EXPLAIN_OTHER, .mark = -1, .mark_end = -1, .chain = -1};
    return line;
}

static int take_text(struct buf *text, char **out)
{
    int rc = buf_append_byte(text, '\0');
    *out = rc ? NULL : (char *)text->p;
    if (rc)
        buf_fini(text);
    *text = (struct buf){0};
    return rc;
}

/* What is around [from, to) of the buffer. */
static void show_bytes(struct explain_line *line, struct slice bytes, size_t from, size_t to)
{
    size_t start = from > WIDTH_BEFORE ? (from - WIDTH_BEFORE) & ~(size_t)15 : 0;
    struct slice part = slice_first(slice_from(bytes, start < bytes.n ? start : bytes.n), EXPLAIN_BYTES);
    if (part.n)
        memcpy(line->bytes, part.p, part.n);
    line->byte_count = (uint32_t)part.n;
    line->bytes_from = start;
    line->buffer_size = bytes.n;
    if (to > from) {
        line->mark = (int64_t)from;
        line->mark_end = (int64_t)to;
    }
}

static const char *limits_of(const struct content *content)
{
    return content->flags & CONTENT_STARTSWITH                    ? "not at the start"
           : content->flags & CONTENT_ENDSWITH                    ? "not at the end"
           : content->flags & (CONTENT_DISTANCE | CONTENT_WITHIN) ? "not where distance and within allow it"
           : content->flags & (CONTENT_DEPTH | CONTENT_OFFSET)    ? "not where offset and depth allow it"
                                                                  : "not where it is looked for";
}

static int why_content(struct eval *eval, const struct chain *chain, const struct progress *progress,
                       struct explain_line *line, struct buf *why)
{
    const struct content *content = step_content(&chain->steps[progress->steps]);
    const char *name = buffer_name(chain->buffer);
    bool relative = content->flags & (CONTENT_DISTANCE | CONTENT_WITHIN);
    fits_so_far(eval, chain, progress->steps, progress->instance);
    size_t cursor = eval->cursor, size = eval->buffer.bytes.n;
    struct place place = seek(eval, chain, progress, relative ? progress->steps : 0);
    if (!place.found && relative)
        place = seek(eval, chain, progress, 0);
    show_bytes(line, eval->buffer.bytes, place.found ? place.from : cursor, place.found ? place.to : 0);
    if (content->flags & CONTENT_NEGATED)
        return buf_printf(why, "it is there, at %zu of %zu bytes of %s", place.from, size, name);
    if (!place.found)
        return buf_printf(why, "not in the %zu bytes of %s", size, name);
    if (!relative)
        return buf_printf(why, "%s: it is at %zu of %zu bytes of %s", limits_of(content), place.from, size,
                          name);
    long away = (long)place.from - (long)cursor;
    return buf_printf(why,
                      "%s: it is at %zu, %ld bytes %s where the match before it ended (%zu), of %zu of %s",
                      limits_of(content), place.from, away < 0 ? -away : away, away < 0 ? "before" : "after",
                      cursor, size, name);
}

static int why_step(struct eval *eval, const struct evaluation *e, const struct chain *chain,
                    const struct progress *progress, struct explain_line *line, struct buf *why)
{
    const struct step *step = &chain->steps[progress->steps];
    if (step_content(step))
        return why_content(eval, chain, progress, line, why);
    fits_so_far(eval, chain, progress->steps, progress->instance);
    show_bytes(line, eval->buffer.bytes, eval->cursor, 0);
    return explain_why_step(eval, chain, step, e, why);
}

/* Whether it is about bytes that are there: a content or an expression, not negated. */
static bool has_place(const struct rule *rule, const struct step *step)
{
    const struct content *content = step_content(step);
    const char *value = step->option < rule->option_count ? rule->options[step->option].value : NULL;
    return content ? !(content->flags & CONTENT_NEGATED) : step->ops == &pcre_ops && value && value[0] != '!';
}

static int where_step(struct eval *eval, const struct rule *rule, const struct chain *chain,
                      const struct progress *progress, uint32_t index, struct explain_line *line,
                      struct buf *why)
{
    const struct step *step = &chain->steps[index];
    const struct content *content = step_content(step);
    size_t end, size;
    if (!has_place(rule, step) || !progress->present ||
        !explain_place(eval, chain, progress->steps, progress->instance, index, &end))
        return 0;
    size = eval->buffer.bytes.n;
    if (!content) {
        show_bytes(line, eval->buffer.bytes, end, 0);
        return buf_printf(why, "ends at %zu of %zu bytes of %s", end, size, buffer_name(chain->buffer));
    }
    if (end < content->length)
        return 0;
    show_bytes(line, eval->buffer.bytes, end - content->length, end);
    return buf_printf(why, "at %zu of %zu bytes of %s", end - content->length, size,
                      buffer_name(chain->buffer));
}

static int line_of_step(struct explain_line *line, struct eval *eval, const struct evaluation *e,
                        uint32_t chain_index, uint32_t index, struct buf *why)
{
    const struct chain *chain = &e->rule->chains[chain_index];
    if (e->matched >> chain_index & 1) {
        line->answer = EXPLAIN_YES;
        return buf_printf(why, "matched with an earlier packet");
    }
    if (e->tx && buffer_is_app(chain->buffer) && !(chain_sides(chain) & 1u << e->view->direction)) {
        line->answer = EXPLAIN_UNREACHED;
        return buf_printf(why, "asked of what goes to the %s",
                          e->view->direction == TO_SERVER ? "client" : "server");
    }
    struct progress progress = progress_of(eval, chain);
    line->answer = index < progress.steps    ? EXPLAIN_YES
                   : index == progress.steps ? EXPLAIN_NO
                                             : EXPLAIN_UNREACHED;
    if (line->answer == EXPLAIN_YES)
        return where_step(eval, e->rule, chain, &progress, index, line, why);
    if (line->answer != EXPLAIN_NO)
        return 0;
    if (!progress.present)
        return chain->buffer == BUFFER_APP_EVENT && e->tx
                   ? explain_why_step(eval, chain, &chain->steps[index], e, why)
                   : buf_printf(why, "there is no %s%s", buffer_name(chain->buffer),
                                e->tx || !buffer_is_app(chain->buffer) ? " here"
                                                                       : ": no transaction was looked at");
    return why_step(eval, e, chain, &progress, line, why);
}

/* Whether what came before the i-th test (or state operation) of a kind let it be asked. */
static enum explain_answer asked(const struct evaluation *e, enum rule_fit kind, uint32_t index)
{
    if (e->fit == RULE_FITS || e->fit > kind)
        return EXPLAIN_YES;
    if (e->fit < kind)
        return EXPLAIN_UNREACHED;
    return index < e->index ? EXPLAIN_YES : index == e->index ? EXPLAIN_NO : EXPLAIN_UNREACHED;
}

static bool unfit_of_flow(enum rule_fit fit)
{
    return fit == UNFIT_FLOW || fit == UNFIT_DIRECTION || fit == UNFIT_ESTABLISHED || fit == UNFIT_FRAGMENT ||
           fit == UNFIT_KIND;
}

static bool names_protocol(const char *option)
{
    return strcmp(option, "app-layer-protocol") == 0;
}

/* The answer to one option; EXPLAIN_OTHER when it asks nothing. */
static int answer_option(struct explain_line *line, struct eval *eval, const struct evaluation *e,
                         uint32_t option, struct buf *why)
{
    const struct rule *rule = e->rule;
    if (strcmp(rule->options[option].name, "flow") == 0) {
        line->answer = unfit_of_flow(e->fit) ? EXPLAIN_NO : EXPLAIN_YES;
        return line->answer == EXPLAIN_NO ? explain_why_flow(e, why) : 0;
    }
    if (e->fit == UNFIT_NEWS && names_protocol(rule->options[option].name)) {
        line->answer = EXPLAIN_NO;
        return explain_why_header(e, why);
    }
    for (uint32_t i = 0; i < rule->test_count; i++)
        if (rule->tests[i].option == option)
            line->answer = asked(e, UNFIT_TEST, i);
    for (uint32_t i = 0; i < rule->state_count; i++)
        if (rule->state[i].option == option && state_verb_is_test(rule->state[i].verb))
            line->answer = asked(e, UNFIT_STATE, i);
    for (uint32_t c = 0; c < rule->chain_count; c++)
        for (uint32_t s = 0; s < rule->chains[c].step_count; s++)
            if (rule->chains[c].steps[s].option == option) {
                int rc = line_of_step(line, eval, e, c, s, why);
                line->chain = line->byte_count ? (int32_t)c : -1;
                return rc;
            }
    if (line->answer == EXPLAIN_NO && e->fit == UNFIT_TEST)
        return explain_why_test(&rule->tests[e->index], e->view, why);
    return line->answer == EXPLAIN_NO ? buf_printf(why, "it is not so at this point") : 0;
}

/* The news of the protocol is what that option asks for; without it the header does. */
static bool unfit_of_header(const struct evaluation *e)
{
    if (e->fit != UNFIT_NEWS)
        return e->fit == UNFIT_LAYERS || e->fit == UNFIT_APP || e->fit == UNFIT_HOOK || e->fit == UNFIT_ENDS;
    for (uint32_t i = 0; i < e->rule->option_count; i++)
        if (names_protocol(e->rule->options[i].name))
            return false;
    return true;
}

static int header_line(struct explain_case *c, const struct evaluation *e)
{
    struct explain_line *line = add_line(c);
    struct buf text = {0};
    if (!line)
        return -ENOMEM;
    line->answer = unfit_of_header(e) ? EXPLAIN_NO : EXPLAIN_YES;
    int rc = buf_printf(&text, "action, protocol, addresses, ports");
    if (!rc)
        rc = take_text(&text, &line->text);
    if (rc || line->answer == EXPLAIN_YES)
        return rc;
    rc = explain_why_header(e, &text);
    return rc ? rc : take_text(&text, &line->why);
}

static int option_line(struct explain_case *c, struct eval *eval, const struct evaluation *e, uint32_t option)
{
    struct explain_line *line = add_line(c);
    struct buf why = {0};
    if (!line)
        return -ENOMEM;
    int rc = answer_option(line, eval, e, option, &why);
    if (!rc && line->answer == EXPLAIN_OTHER) {
        c->line_count--;
        return 0;
    }
    struct buf text = {0};
    if (!rc)
        rc = option_words(e->rule, option, &text);
    if (!rc)
        rc = take_text(&text, &line->text);
    buf_fini(&text);
    if (!rc && why.n)
        rc = take_text(&why, &line->why);
    buf_fini(&why);
    return rc;
}

/* The packet at a flow's end stands for both directions. */
static int ends_print(struct buf *out, const struct view *view)
{
    const struct packet *packet = view->packet;
    struct packet turned;
    if (packet->source != PACKET_FLOW_END || !view->flow)
        return packet_ends_print(out, packet);
    bool to_server = view->direction == TO_SERVER;
    turned = *packet;
    turned.source_address = to_server ? view->flow->client : view->flow->server;
    turned.source_port = to_server ? view->flow->client_port : view->flow->server_port;
    turned.destination_address = to_server ? view->flow->server : view->flow->client;
    turned.destination_port = to_server ? view->flow->server_port : view->flow->client_port;
    return packet_ends_print(out, &turned);
}

int explain_case_make(struct explain_case *out, struct eval *eval, const struct evaluation *e, uint32_t score)
{
    const struct view *view = e->view;
    out->flow_id = view->flow ? view->flow->id : 0;
    out->packet = view->packet->source == PACKET_FLOW_END ? 0 : view->packet->number;
    out->time_ns = view->packet->time_ns;
    out->transaction = e->tx ? (int64_t)e->tx->id : -1;
    out->direction = view->direction;
    out->kind = view->kind;
    out->app = view->flow && view->flow->app > APP_FAILED ? app_proto_name(view->flow->app) : "";
    out->score = score;
    eval_reset(eval, view);
    struct buf ends = {0};
    int rc = ends_print(&ends, view);
    if (!rc)
        rc = take_text(&ends, &out->ends);
    if (!rc)
        rc = header_line(out, e);
    for (uint32_t i = 0; !rc && i < e->rule->option_count; i++)
        rc = option_line(out, eval, e, i);
    buf_fini(&ends);
    return rc;
}

void explain_case_fini(struct explain_case *c)
{
    for (uint32_t i = 0; i < c->line_count; i++) {
        free(c->lines[i].text);
        free(c->lines[i].why);
    }
    free(c->lines);
    free(c->ends);
    *c = (struct explain_case){0};
}
