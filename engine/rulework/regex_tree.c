#include "rulework/regex_tree.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

struct regex_tree {
    struct regex_node **nodes; /* all of them */
    uint32_t count, capacity;
    struct regex_node *root;
};

struct reader {
    struct regex_tree *tree;
    struct slice text;
    size_t at;
    unsigned depth;
    bool extended, failed, out_of_memory;
};

static bool more(const struct reader *r)
{
    return !r->failed && r->at < r->text.n;
}

static uint8_t peek(const struct reader *r, size_t ahead)
{
    return r->at + ahead < r->text.n ? r->text.p[r->at + ahead] : 0;
}

static bool take(struct reader *r, const char *word)
{
    size_t n = strlen(word);
    if (r->text.n - r->at < n || memcmp(r->text.p + r->at, word, n) != 0)
        return false;
    r->at += n;
    return true;
}

static struct regex_node *new_node(struct reader *r, enum regex_kind kind)
{
    struct regex_tree *tree = r->tree;
    r->failed |= tree->count >= REGEX_NODES_MOST;
    struct regex_node *node = r->failed ? NULL : calloc(1, sizeof *node);
    if (!node || grow_array(&tree->nodes, tree->count, &tree->capacity)) {
        r->out_of_memory |= !r->failed;
        r->failed = true;
        free(node);
        return NULL;
    }
    *node = (struct regex_node){.kind = kind, .least = 1, .most = 1, .from = (uint32_t)r->at};
    return tree->nodes[tree->count++] = node;
}

static void add_range(uint64_t set[4], unsigned from, unsigned to)
{
    for (unsigned b = from; b <= to && b < 256; b++)
        set[b / 64] |= UINT64_C(1) << b % 64;
}

static void invert(uint64_t set[4])
{
    for (int i = 0; i < 4; i++)
        set[i] = ~set[i];
}

/* \d, \w, \s, \h and their opposites; false for any other letter. */
static bool add_class(uint64_t set[4], uint8_t letter)
{
    uint64_t class[4] = {0};
    switch (letter | 0x20) {
    case 'd':
        add_range(class, '0', '9');
        break;
    case 'w':
        add_range(class, '0', '9');
        add_range(class, 'A', 'Z');
        add_range(class, 'a', 'z');
        add_range(class, '_', '_');
        break;
    case 's':
        add_range(class, 9, 13);
        add_range(class, ' ', ' ');
        break;
    case 'h':
        add_range(class, 9, 9);
        add_range(class, ' ', ' ');
        add_range(class, 0xa0, 0xa0);
        break;
    default:
        return false;
    }
    if (letter < 'a')
        invert(class);
    for (int i = 0; i < 4; i++)
        set[i] |= class[i];
    return true;
}

static unsigned hex_digits(struct reader *r, unsigned most)
{
    unsigned value = 0;
    for (unsigned i = 0; i < most && isxdigit(peek(r, 0)); i++, r->at++)
        value =
            value * 16 + (unsigned)(isdigit(peek(r, 0)) ? peek(r, 0) - '0' : (peek(r, 0) | 0x20) - 'a' + 10);
    return value;
}

/* The byte that an escape stands for, behind its backslash; -1: it is none. */
static int escaped_byte(struct reader *r)
{
    static const char letters[] = "nrtfae", values[] = "\n\r\t\f\a\x1b";
    uint8_t c = peek(r, 0);
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter) {
        r->at++;
        return (uint8_t)values[letter - letters];
    }
    if (c == 'x') {
        r->at++;
        bool braces = take(r, "{");
        unsigned value = hex_digits(r, braces ? 4 : 2);
        r->failed |= (braces && !take(r, "}")) || value > 255;
        return (int)(value & 255);
    }
    if (c == '0') {
        unsigned value = 0;
        for (int i = 0; i < 3 && peek(r, 0) >= '0' && peek(r, 0) <= '7'; i++, r->at++)
            value = value * 8 + (unsigned)(peek(r, 0) - '0');
        return (int)(value & 255);
    }
    if (isalnum(c) || !more(r))
        return -1;
    r->at++;
    return c;
}

/* [:alpha:] and its like, behind "[:". */
static void posix_class(struct reader *r, uint64_t set[4])
{
    static const struct {
        const char *name;
        int (*is)(int c);
    } classes[] = {{"alpha:]", isalpha}, {"digit:]", isdigit}, {"alnum:]", isalnum}, {"upper:]", isupper},
                   {"lower:]", islower}, {"space:]", isspace}, {"punct:]", ispunct}, {"xdigit:]", isxdigit},
                   {"print:]", isprint}, {"graph:]", isgraph}, {"cntrl:]", iscntrl}};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (!take(r, classes[i].name))
            continue;
        for (int b = 0; b < 128; b++)
            if (classes[i].is(b))
                add_range(set, (unsigned)b, (unsigned)b);
        return;
    }
    r->failed = true;
}

/* One byte of a bracket expression; -1 when a class was added instead. */
static int bracket_byte(struct reader *r, uint64_t set[4])
{
    if (take(r, "[:")) {
        posix_class(r, set);
        return -1;
    }
    if (!more(r)) {
        r->failed = true;
        return -1;
    }
    if (!take(r, "\\"))
        return r->text.p[r->at++];
    if (add_class(set, peek(r, 0))) {
        r->at++;
        return -1;
    }
    if (take(r, "b"))
        return '\b';
    int byte = escaped_byte(r);
    r->failed |= byte < 0;
    return byte;
}

static void bracket(struct reader *r, uint64_t set[4])
{
    bool negated = take(r, "^"), first = true;
    for (; more(r) && (first || peek(r, 0) != ']'); first = false) {
        int from = bracket_byte(r, set), to = from;
        if (from >= 0 && peek(r, 0) == '-' && peek(r, 1) != ']' && more(r)) {
            r->at++;
            to = bracket_byte(r, set);
            if (to < 0)
                add_range(set, '-', '-');
        }
        if (from >= 0)
            add_range(set, (unsigned)from, (unsigned)(to < from ? from : to));
    }
    r->failed |= !take(r, "]");
    if (negated)
        invert(set);
}

static struct regex_node *read_choice(struct reader *r);

/* Behind "(?" of what is no group of its own: "i)", "i-s:". True when it was such flags and a bracket. */
static bool only_flags(struct reader *r, bool *group)
{
    size_t at = r->at;
    while (at < r->text.n && r->text.p[at] && strchr("imsxnUJ-^", r->text.p[at])) {
        r->extended |= r->text.p[at] == 'x';
        at++;
    }
    *group = at < r->text.n && r->text.p[at] == ':';
    if (at >= r->text.n || (r->text.p[at] != ':' && r->text.p[at] != ')'))
        return false;
    r->at = at + 1;
    return true;
}

static void skip_name(struct reader *r, char end)
{
    while (more(r) && peek(r, 0) != (uint8_t)end)
        r->at++;
    r->at += more(r);
}

/* Behind "(": a group, an assertion, or something that matches nothing. */
static struct regex_node *read_group(struct reader *r)
{
    bool ahead = false, group = true;
    if (take(r, "?")) {
        if (take(r, "#") || take(r, "P=") || take(r, "P>")) {
            skip_name(r, ')');
            return new_node(r, REGEX_EMPTY);
        }
        if (take(r, "=") || take(r, "!") || take(r, "<=") || take(r, "<!"))
            ahead = true;
        else if (take(r, "P<") || take(r, "<"))
            skip_name(r, '>');
        else if (take(r, "'"))
            skip_name(r, '\'');
        else if (!take(r, ">") && !take(r, "|") && !only_flags(r, &group))
            r->failed = true; /* recursion, conditions, callouts */
    } else if (peek(r, 0) == '*') {
        r->failed = true; /* a verb */
    }
    if (r->failed || !group)
        return r->failed ? NULL : new_node(r, REGEX_EMPTY);
    struct regex_node *node = read_choice(r);
    r->failed |= !take(r, ")");
    if (node)
        node->ahead = ahead;
    return node;
}

/* Behind a backslash, outside of brackets. */
static struct regex_node *read_escape(struct reader *r)
{
    uint8_t c = peek(r, 0);
    bool empty = c && strchr("bBAZzGK", c);
    bool reference = c >= '1' && c <= '9';
    if (empty || reference) {
        while (reference && isdigit(peek(r, 1)))
            r->at++;
        r->at++;
        return new_node(r, REGEX_EMPTY);
    }
    struct regex_node *node = new_node(r, REGEX_SET);
    if (!node)
        return NULL;
    if (add_class(node->set, c)) {
        r->at++;
    } else if (c == 'R' || c == 'N' || c == 'v') {
        add_range(node->set, 10, 13);
        if (c == 'N')
            invert(node->set);
        r->at++;
    } else {
        int byte = escaped_byte(r);
        r->failed |= byte < 0;
        add_range(node->set, (unsigned)byte, (unsigned)byte);
    }
    return node;
}

static struct regex_node *read_atom(struct reader *r)
{
    if (take(r, "("))
        return read_group(r);
    if (take(r, "\\"))
        return read_escape(r);
    if (take(r, "^") || take(r, "$"))
        return new_node(r, REGEX_EMPTY);
    struct regex_node *node = new_node(r, REGEX_SET);
    if (!node)
        return NULL;
    if (take(r, "[")) {
        bracket(r, node->set);
    } else if (take(r, ".")) { /* without /s a line's end is not meant, and it is never needed here */
        add_range(node->set, '\n', '\n');
        invert(node->set);
    } else {
        add_range(node->set, r->text.p[r->at], r->text.p[r->at]);
        r->at++;
    }
    return node;
}

static uint32_t number(struct reader *r)
{
    uint32_t value = 0;
    for (; isdigit(peek(r, 0)); r->at++)
        value = value < REGEX_UNBOUNDED ? value * 10 + (uint32_t)(peek(r, 0) - '0') : REGEX_UNBOUNDED;
    return value < REGEX_UNBOUNDED ? value : REGEX_UNBOUNDED;
}

/* {n}, {n,}, {n,m}; anything else in braces is what it says. */
static bool read_braces(struct reader *r, struct regex_node *node)
{
    size_t at = r->at;
    if (!take(r, "{") || !isdigit(peek(r, 0))) {
        r->at = at;
        return false;
    }
    uint32_t least = number(r), most = least;
    if (take(r, ","))
        most = isdigit(peek(r, 0)) ? number(r) : REGEX_UNBOUNDED;
    if (!take(r, "}")) {
        r->at = at;
        return false;
    }
    node->least = least;
    node->most = most;
    return true;
}

static void read_repetition(struct reader *r, struct regex_node *node)
{
    bool repeated = true;
    if (take(r, "*")) {
        node->least = 0;
        node->most = REGEX_UNBOUNDED;
    } else if (take(r, "+")) {
        node->most = REGEX_UNBOUNDED;
    } else if (take(r, "?")) {
        node->least = 0;
    } else {
        repeated = read_braces(r, node);
    }
    if (repeated && !take(r, "?"))
        take(r, "+");
    node->to = (uint32_t)r->at;
}

/* What /x leaves out. */
static bool skip_blank(struct reader *r)
{
    if (!r->extended || !more(r))
        return false;
    if (isspace(peek(r, 0))) {
        r->at++;
        return true;
    }
    if (peek(r, 0) != '#')
        return false;
    while (more(r) && r->text.p[r->at++] != '\n')
        ;
    return true;
}

static struct regex_node *read_sequence(struct reader *r)
{
    struct regex_node *first = NULL, **last = &first;
    while (more(r) && peek(r, 0) != '|' && peek(r, 0) != ')') {
        if (skip_blank(r))
            continue;
        size_t from = r->at;
        struct regex_node *node = read_atom(r);
        if (!node)
            break;
        node->from = (uint32_t)from;
        while (skip_blank(r))
            ;
        read_repetition(r, node);
        *last = node;
        last = &node->next;
    }
    return first;
}

static struct regex_node *read_choice(struct reader *r)
{
    struct regex_node *node = new_node(r, REGEX_CHOICE);
    bool extended = r->extended;
    r->failed |= ++r->depth > REGEX_DEPTH_MOST;
    while (node && !r->failed) {
        struct regex_node *way = read_sequence(r);
        if (grow_array(&node->ways, node->way_count, &node->way_capacity)) {
            r->failed = r->out_of_memory = true;
            break;
        }
        node->ways[node->way_count++] = way;
        if (!take(r, "|"))
            break;
    }
    r->depth--;
    r->extended = extended;
    return node;
}

struct regex_tree *regex_tree_new(struct slice pattern, bool extended, bool *out_of_memory)
{
    struct regex_tree *tree = calloc(1, sizeof *tree);
    struct reader r = {.tree = tree, .text = pattern, .extended = extended};
    if (tree)
        tree->root = read_choice(&r);
    *out_of_memory = !tree || r.out_of_memory;
    if (tree && !r.failed && r.at == pattern.n)
        return tree;
    regex_tree_free(tree);
    return NULL;
}

void regex_tree_free(struct regex_tree *tree)
{
    if (!tree)
        return;
    for (uint32_t i = 0; i < tree->count; i++) {
        free(tree->nodes[i]->ways);
        free(tree->nodes[i]);
    }
    free(tree->nodes);
    free(tree);
}

const struct regex_node *regex_tree_root(const struct regex_tree *tree)
{
    return tree->root;
}
