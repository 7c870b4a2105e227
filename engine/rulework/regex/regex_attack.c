#define PCRE2_CODE_UNIT_WIDTH 8
#include "rulework/regex/regex_attack.h"

#include <errno.h>
#include <pcre2.h>
#include <string.h>

#include "rulework/regex/regex_tree.h"

/*
 * A few repetitions must take few steps, and six times as many more than 250 times that: no cubic does. What
 * can be divided in very many ways takes fewer to show it.
 */
static const struct {
    unsigned few, many;
} counts[] = {{3, 18}, {6, 36}};

enum {
    FEW_STEPS = 2000,
    SOME_STEPS = 50000, /* what takes more is looked at closely, which is dear: */
    CLOSE_MOST = 8,     /* so often for one expression */
    LOOP_LEAST = 16,    /* repetitions that a group must allow to be worth a look */
    WAYS_MOST = 8,      /* of a group that are tried */
    WORD_MOST = 40,     /* bytes of what is repeated */
    TRIES_MOST = 400,   /* subjects of one expression */
    DEPTH_MOST = 200
};

struct word {
    uint8_t bytes[REGEX_SUBJECT_MOST];
    size_t n;
    bool failed; /* too long, or there is no such byte */
};

struct attack {
    const struct regex_tree *tree;
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *context;
    struct regex_attack *out;
    struct word prefix, pump, subject;
    unsigned tries, close;
    uint8_t needed; /* a byte without which PCRE2 does not begin */
    bool has_needed;
};

struct choice { /* how a word is made of a group */
    uint32_t way;
    bool full; /* what may be left out is there once */
};

static void put(struct word *word, const void *bytes, size_t n)
{
    if (word->n + n > sizeof word->bytes) {
        word->failed = true;
        return;
    }
    memcpy(word->bytes + word->n, bytes, n);
    word->n += n;
}

/* Letters first, so that the subject can be read. */
static void put_byte_of(struct word *word, const struct regex_node *node)
{
    static const char liked[] = "a0A1bzx_-. /=&\"'<>,;:()";
    for (const char *c = liked; *c; c++)
        if (byte_set_has(&node->set, (uint8_t)*c)) {
            put(word, c, 1);
            return;
        }
    for (unsigned b = 0; b < 256; b++) {
        uint8_t byte = (uint8_t)(b ^ 0x20); /* printable bytes before others */
        if (byte_set_has(&node->set, byte)) {
            put(word, &byte, 1);
            return;
        }
    }
    word->failed = true;
}

static const struct regex_node *node_at(const struct regex_tree *tree, uint32_t at)
{
    return &tree->nodes[at];
}

/* What stands in brackets: a sequence, or several. */
static bool is_group(const struct regex_tree *tree, uint32_t at)
{
    enum regex_node_kind kind = node_at(tree, at)->kind;
    return kind == NODE_BOTH || kind == NODE_EITHER;
}

static uint32_t way_count(const struct regex_tree *tree, uint32_t group)
{
    uint32_t count = 1;
    for (uint32_t at = group; node_at(tree, at)->kind == NODE_EITHER; at = node_at(tree, at)->left)
        count++;
    return count;
}

/* The first element of one of its sequences: a NODE_BOTH whose `right` it is, and so on by `next`. */
static uint32_t way_first(const struct regex_tree *tree, uint32_t group, uint32_t way)
{
    uint32_t at = group;
    for (uint32_t i = way_count(tree, group) - 1; i > way; i--)
        at = node_at(tree, at)->left;
    if (node_at(tree, at)->kind == NODE_EITHER)
        at = node_at(tree, at)->right;
    while (node_at(tree, at)->kind == NODE_BOTH)
        at = node_at(tree, at)->left;
    return node_at(tree, at)->next;
}

static void put_node(const struct regex_tree *tree, struct word *word, uint32_t at, struct choice choice,
                     unsigned depth);

static void put_sequence(const struct regex_tree *tree, struct word *word, uint32_t first,
                         struct choice choice, unsigned depth)
{
    for (uint32_t at = first; at != NODE_NONE && !word->failed; at = node_at(tree, at)->next)
        put_node(tree, word, node_at(tree, at)->right, choice, depth);
}

static void put_repeated(const struct regex_tree *tree, struct word *word, const struct regex_node *node,
                         struct choice choice, unsigned depth)
{
    uint32_t times = !node->least && choice.full && node->most ? 1 : node->least;
    for (uint32_t i = 0; i < times && !word->failed; i++) {
        size_t before = word->n;
        put_node(tree, word, node->left, choice, depth);
        if (word->n == before) /* nothing, however often */
            break;
    }
}

/* Lookarounds and back references are left out. */
static void put_node(const struct regex_tree *tree, struct word *word, uint32_t at, struct choice choice,
                     unsigned depth)
{
    const struct regex_node *node = node_at(tree, at);
    if (depth > DEPTH_MOST || word->failed)
        word->failed = true;
    else if (node->kind == NODE_SET)
        put_byte_of(word, node);
    else if (node->kind == NODE_REPEAT)
        put_repeated(tree, word, node, choice, depth + 1);
    else if (is_group(tree, at))
        put_sequence(tree, word, way_first(tree, at, choice.way % way_count(tree, at)), choice, depth + 1);
}

/* Whether matching takes more than so many steps. */
static bool takes_more(struct attack *a, unsigned repetitions, const char *suffix, size_t suffix_n,
                       uint32_t steps)
{
    a->subject.n = 0;
    a->subject.failed = false;
    put(&a->subject, a->prefix.bytes, a->prefix.n);
    for (unsigned i = 0; i < repetitions; i++)
        put(&a->subject, a->pump.bytes, a->pump.n);
    put(&a->subject, suffix, suffix_n);
    if (a->subject.failed)
        return false;
    pcre2_set_match_limit(a->context, steps);
    return pcre2_match(a->code, a->subject.bytes, a->subject.n, 0, 0, a->match, a->context) ==
           PCRE2_ERROR_MATCHLIMIT;
}

static bool runs_away(struct attack *a, const char *end, size_t n)
{
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        if (!takes_more(a, counts[i].few, end, n, FEW_STEPS) &&
            takes_more(a, counts[i].many, end, n, SOME_STEPS) && a->close++ < CLOSE_MOST &&
            takes_more(a, counts[i].many, end, n, REGEX_STEPS))
            return true;
    return false;
}

static bool try_end(struct attack *a, const char *bytes, size_t n, bool needed)
{
    char end[4];
    memcpy(end, bytes, n);
    if (needed)
        end[n++] = (char)a->needed;
    if (a->tries++ >= TRIES_MOST || !runs_away(a, end, n))
        return false;
    memcpy(a->out->subject, a->subject.bytes, a->subject.n);
    a->out->length = a->subject.n;
    return true;
}

/* The first of the ends with which it runs away. */
static bool try_pump(struct attack *a)
{
    static const struct {
        const char *bytes;
        size_t n;
    } ends[] = {{"", 0}, {"!", 1}, {"\0", 1}, {"\n", 1}, {"~#", 2}};
    if (a->pump.failed || !a->pump.n || a->pump.n > WORD_MOST)
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (try_end(a, ends[i].bytes, ends[i].n, false) ||
            (a->has_needed && try_end(a, ends[i].bytes, ends[i].n, true)))
            return true;
    return false;
}

static bool try_loop(struct attack *a, uint32_t group)
{
    uint32_t ways = way_count(a->tree, group);
    for (uint32_t way = 0; way < ways && way < WAYS_MOST; way++)
        for (int full = 0; full < 2; full++) {
            a->pump.n = 0;
            a->pump.failed = false;
            put_sequence(a->tree, &a->pump, way_first(a->tree, group, way),
                         (struct choice){.way = way, .full = full}, 0);
            if (try_pump(a))
                return true;
        }
    return false;
}

static bool varies(const struct regex_tree *tree, uint32_t at)
{
    const struct regex_node *node = node_at(tree, at);
    if (node->kind == NODE_REPEAT)
        return node->least != node->most || is_group(tree, node->left);
    return node->kind == NODE_LOOK || is_group(tree, at);
}

/* What is repeated in it can be divided in more than one way only if it has repetitions or ways itself. */
static bool may_be_ambiguous(const struct regex_tree *tree, const struct regex_node *loop)
{
    if (loop->most < LOOP_LEAST || !is_group(tree, loop->left))
        return false;
    uint32_t ways = way_count(tree, loop->left);
    bool ambiguous = ways > 1;
    for (uint32_t way = 0; way < ways && !ambiguous; way++)
        for (uint32_t at = way_first(tree, loop->left, way); at != NODE_NONE; at = node_at(tree, at)->next)
            ambiguous |= varies(tree, node_at(tree, at)->right);
    return ambiguous;
}

static bool walk(struct attack *a, uint32_t group, unsigned depth);

/* The loop that the node is, if it is one, and those in it. */
static bool walk_node(struct attack *a, uint32_t at, unsigned depth)
{
    const struct regex_node *node = node_at(a->tree, at);
    for (; node->kind == NODE_REPEAT || node->kind == NODE_LOOK; node = node_at(a->tree, at)) {
        if (node->kind == NODE_REPEAT && may_be_ambiguous(a->tree, node) && try_loop(a, node->left)) {
            a->out->from = node->from;
            a->out->to = node->to;
            return true;
        }
        at = node->left;
    }
    return is_group(a->tree, at) && walk(a, at, depth + 1);
}

/* Each loop of the sequences below, with what leads to it as the prefix. */
static bool walk(struct attack *a, uint32_t group, unsigned depth)
{
    uint32_t ways = depth < DEPTH_MOST ? way_count(a->tree, group) : 0;
    for (uint32_t way = 0; way < ways; way++) {
        size_t before = a->prefix.n;
        for (uint32_t at = way_first(a->tree, group, way); at != NODE_NONE && !a->prefix.failed;
             at = node_at(a->tree, at)->next) {
            if (walk_node(a, node_at(a->tree, at)->right, depth))
                return true;
            put_node(a->tree, &a->prefix, node_at(a->tree, at)->right, (struct choice){0}, 0);
        }
        a->prefix.n = before;
        a->prefix.failed = false;
    }
    return false;
}

static int search(struct attack *a)
{
    a->match = pcre2_match_data_create(1, NULL);
    a->context = pcre2_match_context_create(NULL);
    int rc = a->match && a->context ? 0 : -ENOMEM;
    uint32_t has = 0, last = 0;
    pcre2_pattern_info(a->code, PCRE2_INFO_LASTCODETYPE, &has);
    pcre2_pattern_info(a->code, PCRE2_INFO_LASTCODEUNIT, &last);
    a->has_needed = has;
    a->needed = (uint8_t)last;
    if (!rc)
        a->out->found = walk(a, a->tree->root, 0);
    pcre2_match_context_free(a->context);
    pcre2_match_data_free(a->match);
    return rc;
}

static unsigned flags_of(uint32_t options)
{
    return (options & PCRE2_CASELESS ? REGEX_CASELESS : 0u) | (options & PCRE2_DOTALL ? REGEX_DOTALL : 0u) |
           (options & PCRE2_MULTILINE ? REGEX_MULTILINE : 0u) |
           (options & PCRE2_EXTENDED ? REGEX_EXTENDED : 0u);
}

int regex_attack_find(struct slice pattern, uint32_t options, struct regex_attack *out)
{
    struct regex_tree tree;
    struct attack a = {.tree = &tree, .out = out};
    int code;
    PCRE2_SIZE at;
    out->found = false;
    int rc = regex_tree_init(&tree, pattern, flags_of(options));
    if (!rc) {
        a.code = pcre2_compile(pattern.p, pattern.n, options, &code, &at, NULL);
        rc = a.code ? search(&a) : code == PCRE2_ERROR_HEAP_FAILED ? -ENOMEM : 0;
    }
    pcre2_code_free(a.code);
    regex_tree_fini(&tree);
    return rc == -ENOMEM ? rc : 0;
}
