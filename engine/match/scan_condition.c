#include "match/scan_condition.h"

#include <errno.h>
#include <stdlib.h>

#include "match/compiled.h"
#include "match/placed.h"
#include "packet/packet.h"
#include "rule/content.h"
#include "rule/rule.h"

enum { PORTS = 65536, PORTS_NAMED_MOST = 64, EPHEMERAL = 32768 /* of clients, from there on */ };

struct anchor { /* a content that can lie at one place only */
    const struct content *content;
    uint32_t place;
};

/* What HTTP's messages begin with: a third of the bytes of a network lies in packets that do. */
static bool begins_http(struct slice bytes)
{
    static const char *const begins[] = {"GET /", "POST /", "HTTP/1.1 200 OK\r\n", "HTTP/1.0 200 OK\r\n"};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (bytes.n <= strlen(begins[i]) && !memcmp(bytes.p, begins[i], bytes.n))
            return true;
    return false;
}

/* Whether few payloads have it. */
static bool is_rare(const struct anchor *anchor)
{
    enum { STRENGTH_LEAST = 8 };
    struct slice bytes = slice_of(anchor->content->bytes, anchor->content->length);
    return bytes.n > 1 && !(anchor->place == 0 && begins_http(bytes)) &&
           fast_pattern_strength(bytes, anchor->content->flags & CONTENT_NOCASE) >= STRENGTH_LEAST;
}

/* The place of each content that has one, to `visit`. A content right behind a placed one is placed. */
typedef void anchor_visitor(void *ctx, const struct anchor *anchor);

static void chain_anchors(const struct chain *chain, anchor_visitor *visit, void *ctx)
{
    enum { VARIABLES = CONTENT_DISTANCE_VARIABLE | CONTENT_WITHIN_VARIABLE };
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
        if (place >= 0 && place <= PLACE_LAST)
            visit(ctx, &(struct anchor){.content = content, .place = (uint32_t)place});
    }
}

static void rule_anchors(const struct rule *rule, anchor_visitor *visit, void *ctx)
{
    for (uint32_t c = 0; c < rule->chain_count; c++) {
        const struct chain *chain = &rule->chains[c];
        if (chain->buffer != BUFFER_PAYLOAD || chain->transform_count || chain->absent)
            continue;
        chain_anchors(chain, visit, ctx);
        return;
    }
}

struct choice {
    const struct placed *placed; /* NULL: any place will do */
    struct anchor best;
};

/* The longest, which need not be the rule's literal. */
static void choose_anchor(void *ctx, const struct anchor *anchor)
{
    struct choice *choice = ctx;
    const struct content *best = choice->best.content;
    if (is_rare(anchor) && (!best || anchor->content->length > best->length) &&
        (!choice->placed || placed_looks(choice->placed, anchor->place, anchor->content->length)))
        choice->best = *anchor;
}

static struct anchor find_anchor(const struct rule *rule, const struct placed *placed)
{
    struct choice choice = {.placed = placed};
    rule_anchors(rule, choose_anchor, &choice);
    return choice.best;
}

/* A byte that the payload has to begin with, but those of many: zero, and what begins text or a record of
 * TLS. */
static void choose_first(void *ctx, const struct anchor *anchor)
{
    int *first = ctx;
    uint8_t byte = anchor->content->bytes[0];
    bool letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
    if (anchor->place == 0 && byte && byte != 0x17 && byte != '<' && !letter)
        *first = byte;
}

static bool add_first(struct scan_condition *condition, const struct rule *rule)
{
    int first = -1;
    rule_anchors(rule, choose_first, &first);
    if (first < 0)
        return false;
    uint64_t *word = &condition->first[first / 64], bit = UINT64_C(1) << first % 64;
    if (!(*word & bit) && condition->first_count == CONDITION_FIRST)
        return false;
    condition->first_count += !(*word & bit);
    *word |= bit;
    return true;
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

static struct condition_test *test_like(struct scan_condition *condition, const char *text)
{
    for (uint32_t i = 0; i < condition->test_count; i++)
        if (!strcmp(text, condition->tests[i].text))
            return &condition->tests[i];
    return NULL;
}

static void vote_test(struct scan_condition *condition, const struct rule *rule)
{
    struct condition_test this = stream_size_of(rule);
    if (!this.text || !is_little(this.text))
        return;
    struct condition_test *known = test_like(condition, this.text);
    if (!known && condition->test_count < CONDITION_TESTS) {
        known = &condition->tests[condition->test_count++];
        *known = this;
    }
    if (known)
        known->votes++;
}

static bool has_test(struct scan_condition *condition, const struct rule *rule)
{
    struct condition_test this = stream_size_of(rule);
    return this.text && test_like(condition, this.text);
}

bool scan_ports_few(const struct port_set *set)
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

static int add_ports(uint64_t **ports, const struct port_set *set)
{
    if (!*ports)
        *ports = calloc(PORTS / 64, sizeof **ports);
    if (!*ports)
        return -ENOMEM;
    for (uint32_t i = 0; i < set->count; i++)
        for (uint32_t port = set->ranges[i].from; port <= set->ranges[i].to; port++)
            (*ports)[port / 64] |= UINT64_C(1) << port % 64;
    return 1;
}

/* Below EPHEMERAL, so that most clients' ports need no look. */
static bool few_client_ports(const struct port_set *set)
{
    for (uint32_t i = 0; set && i < set->count; i++)
        if (set->ranges[i].to >= EPHEMERAL)
            return false;
    return scan_ports_few(set);
}

int scan_condition_vote(struct scan_condition *condition, struct placed **placed,
                        const struct compiled_rule *rule)
{
    struct anchor anchor = find_anchor(rule->rule, NULL);
    if (anchor.content)
        return placed_vote(placed, anchor.place, anchor.content->length, 1);
    vote_test(condition, rule->rule);
    return 0;
}

void scan_condition_elect(struct scan_condition *condition)
{
    enum { VOTES_LEAST = 8 }; /* below, their packets would be scanned for all the others */
    uint32_t kept = 0;
    for (uint32_t i = 0; i < condition->test_count; i++)
        if (condition->tests[i].votes >= VOTES_LEAST)
            condition->tests[kept++] = condition->tests[i];
    condition->test_count = kept;
}

int scan_condition_add(struct scan_condition *condition, struct placed *placed,
                       const struct compiled_rule *rule, const struct scan_ports *ports,
                       const struct placed_limits *limits)
{
    struct anchor anchor = placed ? find_anchor(rule->rule, placed) : (struct anchor){0};
    if (anchor.content) {
        struct literal literal = {
            .bytes = anchor.content->bytes,
            .length = anchor.content->length,
            .rule = PLACED_OPENS,
            .nocase = anchor.content->flags & CONTENT_NOCASE,
        };
        int result = placed_add(placed, &literal, anchor.place, limits);
        return result ? result : 1;
    }
    if (scan_ports_few(ports->of[SCAN_SERVER]))
        return add_ports(&condition->ports[SCAN_SERVER], ports->of[SCAN_SERVER]);
    if (few_client_ports(ports->of[SCAN_CLIENT]))
        return add_ports(&condition->ports[SCAN_CLIENT], ports->of[SCAN_CLIENT]);
    return has_test(condition, rule->rule) || add_first(condition, rule->rule);
}

void scan_condition_fini(struct scan_condition *condition)
{
    for (int end = 0; end < SCAN_ENDS; end++)
        free(condition->ports[end]);
}

static bool has_port(const struct scan_condition *condition, const struct view *view)
{
    bool to_server = view->direction == TO_SERVER;
    uint16_t from = view->packet->source_port, to = view->packet->destination_port;
    uint16_t server = to_server ? to : from, client = to_server ? from : to;
    const uint64_t *servers = condition->ports[SCAN_SERVER], *clients = condition->ports[SCAN_CLIENT];
    return (servers && servers[server / 64] >> server % 64 & 1) ||
           (clients && client < EPHEMERAL && clients[client / 64] >> client % 64 & 1);
}

bool scan_condition_holds(const struct scan_condition *condition, const struct view *view,
                          struct slice payload)
{
    if (payload.n && condition->first[payload.p[0] / 64] >> payload.p[0] % 64 & 1)
        return true;
    if (has_port(condition, view))
        return true;
    for (uint32_t i = 0; i < condition->test_count; i++)
        if (condition->tests[i].test->ops->match(condition->tests[i].test->data, view))
            return true;
    return false;
}
