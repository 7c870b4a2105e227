#include "match/scan_condition.h"

#include <errno.h>
#include <stdlib.h>

#include "match/compiled.h"
#include "match/placed.h"
#include "rule/content.h"
#include "rule/rule.h"

enum { PORTS = 65536, PORTS_NAMED_MOST = 64 };

struct anchor { /* a content that can lie at one place only */
    const struct content *content;
    uint32_t place;
};

/* Whether few payloads have it. */
static bool is_rare(const struct content *content)
{
    enum { STRENGTH_LEAST = 8 };
    struct slice bytes = slice_of(content->bytes, content->length);
    return content->length > 1 &&
           fast_pattern_strength(bytes, content->flags & CONTENT_NOCASE) >= STRENGTH_LEAST;
}

/* The longest of them, which need not be the rule's literal. A content right behind a placed one is placed.
 */
static struct anchor chain_anchor(const struct chain *chain)
{
    enum { VARIABLES = CONTENT_DISTANCE_VARIABLE | CONTENT_WITHIN_VARIABLE };
    struct anchor best = {0};
    int64_t end = -1; /* of the content before, when it is placed */
    for (uint32_t s = 0; s < chain->step_count; s++) {
        const struct content *content = step_content(&chain->steps[s]);
        int64_t place = -1;
        if (content && !(content->flags & CONTENT_NEGATED) && content->length) {
            bool behind = end >= 0 && content->flags & CONTENT_WITHIN && !(content->flags & VARIABLES) &&
                          content->within == (int64_t)content->length;
            if (content_place(content) != PLACE_ANY)
                place = content_place(content);
            else if (behind)
                place = end + (content->flags & CONTENT_DISTANCE ? content->distance : 0);
        }
        end = place < 0 ? -1 : place + content->length;
        if (place >= 0 && place <= PLACE_LAST && is_rare(content) &&
            (!best.content || content->length > best.content->length))
            best = (struct anchor){.content = content, .place = (uint32_t)place};
    }
    return best;
}

static struct anchor find_anchor(const struct rule *rule)
{
    for (uint32_t c = 0; c < rule->chain_count; c++)
        if (rule->chains[c].buffer == BUFFER_PAYLOAD && !rule->chains[c].transform_count &&
            !rule->chains[c].absent)
            return chain_anchor(&rule->chains[c]);
    return (struct anchor){0};
}

/* Less than this has a side sent only at the beginning of a connection. */
static bool is_little(const char *text)
{
    enum { LITTLE = 64 };
    const char *number = strstr(text, ",<,");
    return number && strtoull(number + strlen(",<,"), NULL, 10) <= LITTLE;
}

/* How much a side has sent: a family of rules asks the same of it. */
static struct condition_test stream_size_of(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->test_count; i++) {
        const struct test *test = &rule->tests[i];
        if (!strcmp(test->ops->keyword, "stream_size") && test->option < rule->option_count)
            return (struct condition_test){.test = test, .text = rule->options[test->option].value};
    }
    return (struct condition_test){0};
}

static bool add_test(struct scan_condition *condition, const struct rule *rule)
{
    struct condition_test this = stream_size_of(rule);
    if (!this.text || !is_little(this.text))
        return false;
    for (uint32_t i = 0; i < condition->test_count; i++)
        if (!strcmp(this.text, condition->tests[i].text))
            return true;
    if (condition->test_count == CONDITION_TESTS)
        return false;
    condition->tests[condition->test_count++] = this;
    return true;
}

/* A few, and none that much of TCP has: all of it would be scanned for a rule or two. */
static bool few_ports(const struct port_set *set)
{
    static const uint16_t busy[] = {22, 80, 443};
    uint32_t count = 0;
    if (!set || set->any)
        return false;
    for (uint32_t i = 0; i < set->count; i++)
        count += (uint32_t)set->ranges[i].to - set->ranges[i].from + 1;
    for (size_t i = 0; i < sizeof busy / sizeof busy[0]; i++)
        if (port_set_has(set, busy[i]))
            return false;
    return count <= PORTS_NAMED_MOST;
}

static int add_ports(struct scan_condition *condition, const struct port_set *set)
{
    if (!condition->ports)
        condition->ports = calloc(PORTS / 64, sizeof *condition->ports);
    if (!condition->ports)
        return -ENOMEM;
    for (uint32_t i = 0; i < set->count; i++)
        for (uint32_t port = set->ranges[i].from; port <= set->ranges[i].to; port++)
            condition->ports[port / 64] |= UINT64_C(1) << port % 64;
    return 1;
}

int scan_condition_vote(struct placed **placed, const struct compiled_rule *rule)
{
    struct anchor anchor = find_anchor(rule->rule);
    return anchor.content ? placed_vote(placed, anchor.place, anchor.content->length) : 0;
}

int scan_condition_add(struct scan_condition *condition, struct placed *placed,
                       const struct compiled_rule *rule, const struct port_set *ports)
{
    struct anchor anchor = find_anchor(rule->rule);
    if (anchor.content) {
        struct literal literal = {
            .bytes = anchor.content->bytes,
            .length = anchor.content->length,
            .rule = PLACED_OPENS,
            .nocase = anchor.content->flags & CONTENT_NOCASE,
        };
        int result = placed_add(placed, &literal, anchor.place);
        if (result != -ENOSPC)
            return result ? result : 1;
    }
    if (add_test(condition, rule->rule))
        return 1;
    return few_ports(ports) ? add_ports(condition, ports) : 0;
}

void scan_condition_fini(struct scan_condition *condition)
{
    free(condition->ports);
}

bool scan_condition_holds(const struct scan_condition *condition, const struct view *view, uint16_t port)
{
    if (condition->ports && condition->ports[port / 64] >> port % 64 & 1)
        return true;
    for (uint32_t i = 0; i < condition->test_count; i++)
        if (condition->tests[i].test->ops->match(condition->tests[i].test->data, view))
            return true;
    return false;
}
