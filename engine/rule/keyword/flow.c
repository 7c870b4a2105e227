/*
 * flow, and the keywords that count a flow's packets, bytes, age and stream sizes.
 */
#include <errno.h>

#include "flow/tcp.h"
#include "rule/keyword/number.h"

enum { FLOW_WORDS = 3 }; /* as many as one flow option may have */

/* The words of which one option must have all. */
enum {
    FLOW_CONDITIONS = RULE_ESTABLISHED | RULE_NOT_ESTABLISHED | RULE_STATELESS | RULE_ONLY_FRAG | RULE_NO_FRAG
};

static const struct flow_word {
    const char *name;
    uint32_t flag, excludes;
} flow_words[] = {
    {"to_server", RULE_TO_SERVER, RULE_TO_CLIENT},
    {"from_client", RULE_TO_SERVER, RULE_TO_CLIENT},
    {"to_client", RULE_TO_CLIENT, RULE_TO_SERVER},
    {"from_server", RULE_TO_CLIENT, RULE_TO_SERVER},
    {"established", RULE_ESTABLISHED, RULE_NOT_ESTABLISHED | RULE_STATELESS},
    {"not_established", RULE_NOT_ESTABLISHED, RULE_ESTABLISHED},
    {"stateless", RULE_STATELESS, RULE_ESTABLISHED},
    {"only_stream", RULE_ONLY_STREAM, RULE_NO_STREAM},
    {"no_stream", RULE_NO_STREAM, RULE_ONLY_STREAM},
    {"only_frag", RULE_ONLY_FRAG, RULE_NO_FRAG},
    {"no_frag", RULE_NO_FRAG, RULE_ONLY_FRAG},
};

static const struct flow_word *flow_word_find(struct slice name)
{
    for (size_t i = 0; i < sizeof flow_words / sizeof flow_words[0]; i++)
        if (text_equal(name, flow_words[i].name))
            return &flow_words[i];
    return NULL;
}

static int parse_flow(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice rest = option->value, field;
    uint32_t seen = 0;
    for (unsigned count = 1; text_field(&rest, ',', &field); count++) {
        const struct flow_word *word = flow_word_find(field);
        if (!word) {
            err_set(err, -EINVAL, "unknown flow word \"%.*s\"", (int)field.n, (const char *)field.p);
            err_hint(err, "known are to_server, to_client, from_client, from_server, established, "
                          "not_established, stateless, only_stream, no_stream, only_frag and no_frag");
            return -EINVAL;
        }
        if (count > FLOW_WORDS)
            return err_set(err, -EINVAL, "flow takes at most %d words", FLOW_WORDS);
        if (seen & word->flag)
            return err_set(err, -EINVAL, "flow says %s twice", word->name);
        if ((seen | b->rule->flags) & word->excludes)
            return err_set(err, -EINVAL, "flow:%s contradicts what the rule already demands", word->name);
        seen |= word->flag;
    }
    if (seen & FLOW_CONDITIONS && b->rule->flags & FLOW_CONDITIONS)
        return err_set(err, -EINVAL,
                       "a rule may have only one flow option with conditions on state or fragments");
    b->rule->flags |= seen;
    /* As in Suricata each asks for a packet that the other does not count: none is both. */
    if (seen & RULE_STATELESS && seen & RULE_NOT_ESTABLISHED)
        b->rule->flags |= RULE_ESTABLISHED;
    return 0;
}

enum sides { SIDE_SERVER, SIDE_CLIENT, SIDE_EITHER, SIDE_BOTH };

struct flow_count {
    enum sides sides;
    struct uint_condition condition;
};

static bool sides_hold(const struct flow_count *count, const uint64_t values[DIRECTIONS])
{
    switch (count->sides) {
    case SIDE_SERVER:
        return uint_condition_holds(&count->condition, values[TO_SERVER]);
    case SIDE_CLIENT:
        return uint_condition_holds(&count->condition, values[TO_CLIENT]);
    case SIDE_EITHER:
        return uint_condition_holds(&count->condition, values[TO_SERVER]) ||
               uint_condition_holds(&count->condition, values[TO_CLIENT]);
    case SIDE_BOTH:
        return uint_condition_holds(&count->condition, values[TO_SERVER]) &&
               uint_condition_holds(&count->condition, values[TO_CLIENT]);
    }
    return false;
}

static bool match_packets(const void *data, const struct view *view)
{
    return view->flow && sides_hold(data, view->flow->packets);
}

static bool match_bytes(const void *data, const struct view *view)
{
    return view->flow && sides_hold(data, view->flow->bytes);
}

static const struct test_ops packets_ops = {.keyword = "flow.pkts", .match = match_packets};
static const struct test_ops bytes_ops = {.keyword = "flow.bytes", .match = match_bytes};

static bool match_age(const void *data, const struct view *view)
{
    enum { SECOND_NS = 1000000000 };
    if (!view->flow)
        return false;
    uint64_t start = view->flow->start_ns / SECOND_NS, now = view->packet->time_ns / SECOND_NS;
    return number_holds(data, now > start ? now - start : 0);
}

static const struct test_ops age_ops = {.keyword = "flow.age", .match = match_age};

static int parse_age(struct rule_builder *b, const struct option *option, struct err *err)
{
    return number_test(b, option, UINT32_MAX, &age_ops, err);
}

static int parse_count(struct rule_builder *b, struct slice condition, enum sides sides, uint64_t most,
                       const struct test_ops *ops, struct err *err)
{
    struct flow_count count = {.sides = sides};
    int r = uint_condition_parse(condition, most, &count.condition, err);
    return r ? r : copied_test(b, ops, &count, sizeof count);
}

/* flow.pkts and flow.bytes: SIDE,CONDITION. */
static int parse_sided(struct rule_builder *b, const struct option *option, uint64_t most,
                       const struct test_ops *ops, struct err *err)
{
    static const char *const names[] = {"toserver", "toclient", "either", "both"};
    struct slice rest = option->value, side;
    if (text_field(&rest, ',', &side) && rest.p)
        for (int i = 0; i < 4; i++)
            if (slice_equal(side, slice_str(names[i])))
                return parse_count(b, rest, (enum sides)i, most, ops, err);
    err_set(err, -EINVAL, "expected toserver, toclient, either or both, a comma and a condition");
    err_hint(err, "for example %s:toserver,>5", ops->keyword);
    return -EINVAL;
}

static int parse_packets(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_sided(b, option, UINT32_MAX, &packets_ops, err);
}

static int parse_bytes(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_sided(b, option, UINT64_MAX, &bytes_ops, err);
}

static int parse_packets_to_server(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_count(b, option->value, SIDE_SERVER, UINT32_MAX, &packets_ops, err);
}

static int parse_packets_to_client(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_count(b, option->value, SIDE_CLIENT, UINT32_MAX, &packets_ops, err);
}

static int parse_bytes_to_server(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_count(b, option->value, SIDE_SERVER, UINT64_MAX, &bytes_ops, err);
}

static int parse_bytes_to_client(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_count(b, option->value, SIDE_CLIENT, UINT64_MAX, &bytes_ops, err);
}

/* No rate is kept of flows (flow.rate-tracking of Suricata, off in its stock configuration): none is one. */
static bool match_elephant(const void *data, const struct view *view)
{
    (void)data;
    (void)view;
    return false;
}

static const struct test_ops elephant_ops = {.keyword = "flow.elephant", .match = match_elephant};

static int parse_elephant(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const char *const names[] = {"toserver", "toclient", "either", "both", "toserver,toclient"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (slice_equal(option->value, slice_str(names[i])))
            return copied_test(b, &elephant_ops, NULL, 0);
    return err_set(err, -EINVAL, "expected toserver, toclient, either or both");
}

static bool match_stream_size(const void *data, const struct view *view)
{
    if (!view->flow || !view->flow->tcp)
        return false;
    uint64_t sizes[DIRECTIONS];
    for (int i = 0; i < DIRECTIONS; i++)
        sizes[i] = tcp_stream_size(view->flow->tcp, (enum direction)i);
    return sides_hold(data, sizes);
}

static const struct test_ops stream_size_ops = {.keyword = "stream_size", .match = match_stream_size};

static int parse_stream_size(struct rule_builder *b, const struct option *option, struct err *err)
{
    /* The client's stream is what flows to the server. */
    static const char *const names[] = {"client", "server", "either", "both"};
    struct slice rest = option->value, side, comparator, number;
    struct flow_count count = {.sides = SIDE_SERVER};
    if (!text_field(&rest, ',', &side) || !text_field(&rest, ',', &comparator) ||
        !text_field(&rest, ',', &number) || rest.p)
        return err_set(err, -EINVAL, "expected three fields: a side, a comparison and a number of bytes");
    int i = 0;
    while (i < 4 && !slice_equal(side, slice_str(names[i])))
        i++;
    if (i == 4)
        return err_set(err, -EINVAL, "expected client, server, either or both before the first comma");
    count.sides = (enum sides)i;
    if (!uint_compare_parse(comparator, &count.condition.compare))
        return err_set(err, -EINVAL, "expected one of <, <=, =, !=, >= and > between the commas");
    if (!text_uint(number, UINT32_MAX, &count.condition.a))
        return err_set(err, -EINVAL, "expected a number of bytes up to 4294967295");
    hint_layers(b->rule, LAYER_TCP);
    return copied_test(b, &stream_size_ops, &count, sizeof count);
}

const struct keyword keywords_flow[] = {
    {"flow", NULL, VALUE_REQUIRED, parse_flow},
    {"flow.age", NULL, VALUE_REQUIRED, parse_age},
    {"flow.pkts", NULL, VALUE_REQUIRED, parse_packets},
    {"flow.pkts_toserver", NULL, VALUE_REQUIRED, parse_packets_to_server},
    {"flow.pkts_toclient", NULL, VALUE_REQUIRED, parse_packets_to_client},
    {"flow.bytes", NULL, VALUE_REQUIRED, parse_bytes},
    {"flow.bytes_toserver", NULL, VALUE_REQUIRED, parse_bytes_to_server},
    {"flow.bytes_toclient", NULL, VALUE_REQUIRED, parse_bytes_to_client},
    {"flow.elephant", NULL, VALUE_REQUIRED, parse_elephant},
    {"stream_size", NULL, VALUE_REQUIRED, parse_stream_size},
    {NULL, NULL, VALUE_NONE, NULL},
};
