#define PCRE2_CODE_UNIT_WIDTH 8
#include "rulework/regex_attack.h"

#include <errno.h>
#include <pcre2.h>
#include <string.h>

#include "rulework/regex_tree.h"

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
    TRIES_MOST = 400    /* subjects of one expression */
};

struct word {
    uint8_t bytes[REGEX_SUBJECT_MOST];
    size_t n;
    bool failed; /* too long, or there is no such byte */
};

struct attack {
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
        if (regex_set_has(node, (uint8_t)*c)) {
            put(word, c, 1);
            return;
        }
    for (unsigned b = 0; b < 256; b++) {
        uint8_t byte = (uint8_t)(b ^ 0x20); /* printable bytes before others */
        if (regex_set_has(node, byte)) {
            put(word, &byte, 1);
            return;
        }
    }
    word->failed = true;
}

static void put_sequence(struct word *word, const struct regex_node *first, struct choice choice,
                         unsigned depth);

static void put_once(struct word *word, const struct regex_node *node, struct choice choice, unsigned depth)
{
    if (depth > REGEX_DEPTH_MOST || word->failed)
        word->failed = true;
    else if (node->kind == REGEX_SET)
        put_byte_of(word, node);
    else if (node->kind == REGEX_CHOICE && !node->ahead && node->way_count)
        put_sequence(word, node->ways[choice.way % node->way_count], choice, depth + 1);
}

static void put_sequence(struct word *word, const struct regex_node *first, struct choice choice,
                         unsigned depth)
{
    for (const struct regex_node *node = first; node && !word->failed; node = node->next) {
        uint32_t times = !node->least && choice.full && node->most ? 1 : node->least;
        for (uint32_t i = 0; i < times && !word->failed; i++)
            put_once(word, node, choice, depth);
    }
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

static bool try_loop(struct attack *a, const struct regex_node *node)
{
    for (uint32_t way = 0; way < node->way_count && way < WAYS_MOST; way++)
        for (int full = 0; full < 2; full++) {
            a->pump.n = 0;
            a->pump.failed = false;
            put_sequence(&a->pump, node->ways[way], (struct choice){.way = way, .full = full}, 0);
            if (try_pump(a))
                return true;
        }
    return false;
}

/* What is repeated in it can be divided in more than one way only if it has repetitions or ways itself. */
static bool may_be_ambiguous(const struct regex_node *node)
{
    if (node->kind != REGEX_CHOICE || node->most < LOOP_LEAST)
        return false;
    bool ambiguous = node->way_count > 1;
    for (uint32_t way = 0; way < node->way_count; way++)
        for (const struct regex_node *child = node->ways[way]; child; child = child->next)
            ambiguous |= child->least != child->most || child->kind == REGEX_CHOICE;
    return ambiguous;
}

/* Each loop of the sequences below, with what leads to it as the prefix. */
static bool walk(struct attack *a, const struct regex_node *node)
{
    struct choice plain = {0};
    for (uint32_t way = 0; way < node->way_count; way++) {
        size_t before = a->prefix.n;
        for (const struct regex_node *child = node->ways[way]; child; child = child->next) {
            if (may_be_ambiguous(child) && try_loop(a, child)) {
                a->out->from = child->from;
                a->out->to = child->to;
                return true;
            }
            if (child->kind == REGEX_CHOICE && walk(a, child))
                return true;
            for (uint32_t i = 0; i < child->least && !a->prefix.failed; i++)
                put_once(&a->prefix, child, plain, 0);
            if (a->prefix.failed)
                break;
        }
        a->prefix.n = before;
        a->prefix.failed = false;
    }
    return false;
}

static int search(struct attack *a, const struct regex_tree *tree)
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
        a->out->found = walk(a, regex_tree_root(tree));
    pcre2_match_context_free(a->context);
    pcre2_match_data_free(a->match);
    return rc;
}

int regex_attack_find(struct slice pattern, uint32_t options, struct regex_attack *out)
{
    struct attack a = {.out = out};
    bool out_of_memory;
    int code;
    PCRE2_SIZE at;
    out->found = false;
    struct regex_tree *tree = regex_tree_new(pattern, options & PCRE2_EXTENDED, &out_of_memory);
    if (!tree)
        return out_of_memory ? -ENOMEM : 0;
    a.code = pcre2_compile(pattern.p, pattern.n, options, &code, &at, NULL);
    int rc = a.code ? search(&a, tree) : code == PCRE2_ERROR_HEAP_FAILED ? -ENOMEM : 0;
    pcre2_code_free(a.code);
    regex_tree_free(tree);
    return rc;
}
