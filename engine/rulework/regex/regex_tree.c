#include "rulework/regex/regex_tree.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "rulework/regex/regex_class.h"

enum { GROUPS_MOST = 64, NESTING_MOST = 64, REPEAT_MOST = 65535 };

struct parsing {
    struct regex_tree *tree;
    struct slice whole, rest;
    unsigned flags, depth;
    uint32_t groups[GROUPS_MOST]; /* their nodes, for back references */
    struct slice names[GROUPS_MOST];
    unsigned group_count;
    int rc;
};

static uint32_t fail(struct parsing *p, int rc, const char *why)
{
    if (!p->rc)
        p->tree->refused = why;
    p->rc = p->rc ? p->rc : rc;
    return NODE_NONE;
}

static uint32_t add(struct parsing *p, struct regex_node node)
{
    struct regex_tree *tree = p->tree;
    if (tree->count >= REGEX_NODES_MOST)
        return fail(p, -EINVAL, "the expression is too large");
    if (grow_array(&tree->nodes, tree->count, &tree->capacity))
        return fail(p, -ENOMEM, "out of memory");
    node.next = NODE_NONE;
    tree->nodes[tree->count] = node;
    return tree->count++;
}

static uint32_t add_empty(struct parsing *p)
{
    return add(p, (struct regex_node){.kind = NODE_EMPTY});
}

/* The sequence `all` with one more node at its end. */
static uint32_t append(struct parsing *p, uint32_t all, uint32_t node)
{
    uint32_t longer = add(p, (struct regex_node){.kind = NODE_BOTH, .left = all, .right = node});
    if (!p->rc)
        p->tree->nodes[all].next = longer;
    return longer;
}

static uint32_t place(const struct parsing *p)
{
    return (uint32_t)(p->whole.n - p->rest.n);
}

static uint32_t add_set(struct parsing *p, struct byte_set set)
{
    return add(p, (struct regex_node){.kind = NODE_SET, .set = set});
}

static uint32_t add_byte(struct parsing *p, uint8_t byte)
{
    return add_set(p, byte_set_of(byte, p->flags & REGEX_CASELESS));
}

static bool ahead(const struct parsing *p, const char *text)
{
    size_t n = strlen(text);
    return p->rest.n >= n && memcmp(p->rest.p, text, n) == 0;
}

static bool take(struct parsing *p, const char *text)
{
    if (!ahead(p, text))
        return false;
    p->rest = slice_from(p->rest, strlen(text));
    return true;
}

static bool take_number(struct slice *rest, uint32_t *number)
{
    size_t i = 0;
    uint32_t value = 0;
    for (; i < rest->n && rest->p[i] >= '0' && rest->p[i] <= '9' && value <= REPEAT_MOST; i++)
        value = value * 10 + (rest->p[i] - '0');
    *rest = slice_from(*rest, i);
    *number = value;
    return i > 0;
}

static uint32_t parse_either(struct parsing *p);

/* (?#...): up to the next bracket that closes. */
static uint32_t skip_comment(struct parsing *p)
{
    while (p->rest.n && !take(p, ")"))
        p->rest = slice_from(p->rest, 1);
    return add_empty(p);
}

/* (?i), (?i:...): the flags that are set and cleared; leaves the ':' or ')'. */
static void take_flags(struct parsing *p)
{
    static const char letters[] = "ismx";
    bool on = true;
    while (p->rest.n && p->rest.p[0] != ':' && p->rest.p[0] != ')') {
        uint8_t c = p->rest.p[0];
        const char *known = strchr(letters, c);
        if (c == '-')
            on = false;
        else if (c && known)
            p->flags = on ? p->flags | 1u << (known - letters) : p->flags & ~(1u << (known - letters));
        else if (c != 'U' && c != 'J')
            fail(p, -EINVAL, "a group is not understood");
        p->rest = slice_from(p->rest, 1);
    }
}

static uint32_t close_group(struct parsing *p, uint32_t inner, unsigned flags)
{
    p->flags = flags;
    if (!take(p, ")"))
        return fail(p, -EINVAL, "a bracket is not closed");
    return inner;
}

static uint32_t parse_lookaround(struct parsing *p, bool at_begin)
{
    struct regex_tree *tree = p->tree;
    unsigned flags = p->flags;
    bool wanted = take(p, "?=");
    if (!wanted && !take(p, "?!") && !take(p, "?<="))
        (void)take(p, "?<!");
    struct slice from = p->rest;
    uint32_t inner = close_group(p, parse_either(p), flags);
    if (!p->rc && wanted && at_begin && tree->look_count < REGEX_LOOKS)
        tree->looks[tree->look_count++] = slice_first(from, from.n - p->rest.n - 1);
    return add(p, (struct regex_node){.kind = NODE_LOOK, .left = inner});
}

static struct slice take_word(struct parsing *p)
{
    size_t n = 0;
    while (n < p->rest.n && (isalnum(p->rest.p[n]) || p->rest.p[n] == '_'))
        n++;
    struct slice word = slice_first(p->rest, n);
    p->rest = slice_from(p->rest, n + 1); /* with what ends it */
    return word;
}

static bool take_name(struct parsing *p, struct slice *name)
{
    if (!take(p, "?P<") && !take(p, "?<") && !take(p, "?'"))
        return false;
    *name = take_word(p);
    return true;
}

static uint32_t refer_to(struct parsing *p, unsigned number)
{
    if (!number || number > p->group_count || p->groups[number - 1] == NODE_NONE)
        return fail(p, -EINVAL, "a back reference names no group before it");
    return add(p, (struct regex_node){.kind = NODE_AGAIN, .left = p->groups[number - 1]});
}

/* (?P=name), \k<name>: what stands before the name is taken. */
static uint32_t parse_named_reference(struct parsing *p)
{
    struct slice name = take_word(p);
    for (unsigned i = 0; i < p->group_count; i++)
        if (name.n && slice_equal(name, p->names[i]))
            return refer_to(p, i + 1);
    return refer_to(p, 0);
}

static uint32_t parse_group(struct parsing *p, bool at_begin)
{
    unsigned flags = p->flags, number = 0;
    if (ahead(p, "?=") || ahead(p, "?!") || ahead(p, "?<=") || ahead(p, "?<!"))
        return parse_lookaround(p, at_begin);
    if (take(p, "?#"))
        return skip_comment(p);
    if (ahead(p, "*"))
        return fail(p, -EINVAL, "a verb is not understood");
    if (take(p, "?P="))
        return parse_named_reference(p);
    struct slice name = {0};
    bool named = take_name(p, &name), plain = !named && !ahead(p, "?");
    if (!named && !plain && !take(p, "?:") && !take(p, "?>") && !take(p, "?|")) {
        (void)take(p, "?");
        take_flags(p);
        if (take(p, ")")) /* for the rest of the group around */
            return add_empty(p);
        (void)take(p, ":");
    } else if (named || plain) {
        number = p->group_count < GROUPS_MOST ? ++p->group_count : 0;
        if (number)
            p->names[number - 1] = name;
    }
    if (number)
        p->groups[number - 1] = NODE_NONE;
    uint32_t inner = parse_either(p);
    if (number)
        p->groups[number - 1] = inner;
    return close_group(p, inner, flags);
}

static uint32_t parse_quoted(struct parsing *p)
{
    uint32_t all = add_empty(p);
    while (p->rest.n && !p->rc && !take(p, "\\E")) {
        uint32_t byte = add_byte(p, p->rest.p[0]);
        all = append(p, all, byte);
        p->rest = slice_from(p->rest, 1);
    }
    return all;
}

/* \1: a group; \101, where there are not so many: a byte. */
static uint32_t parse_digits(struct parsing *p)
{
    uint32_t number = 0;
    struct slice rest = p->rest;
    (void)take_number(&rest, &number);
    size_t digits = p->rest.n - rest.n;
    uint8_t byte = 0;
    bool octal = digits > 1 && number > p->group_count && regex_class_octal(&p->rest, &byte);
    if (octal)
        return add_byte(p, byte);
    p->rest = rest;
    return refer_to(p, number);
}

static uint32_t parse_escape(struct parsing *p)
{
    struct byte_set set;
    uint8_t c = p->rest.n ? p->rest.p[0] : 0, byte = 0;
    if (c == 'b' || c == 'B' || c == 'K' || c == 'G') { /* where it stands is for PCRE2 to say */
        p->rest = slice_from(p->rest, 1);
        return add_empty(p);
    }
    if (c == 'A' || c == 'z' || c == 'Z') {
        p->rest = slice_from(p->rest, 1);
        return add(p, (struct regex_node){.kind = c == 'A' ? NODE_BEGIN : NODE_END});
    }
    if (take(p, "Q"))
        return parse_quoted(p);
    if (c && regex_class_letter(c, &set)) {
        p->rest = slice_from(p->rest, 1);
        return add_set(p, set);
    }
    if (c >= '1' && c <= '9')
        return parse_digits(p);
    if (take(p, "k<") || take(p, "k{") || take(p, "k'"))
        return parse_named_reference(p);
    if (!regex_class_byte(&p->rest, &byte))
        return fail(p, -EINVAL, "an escape is not understood");
    return add_byte(p, byte);
}

static uint32_t parse_atom(struct parsing *p, bool at_begin)
{
    struct byte_set set;
    uint8_t c = p->rest.p[0];
    p->rest = slice_from(p->rest, 1);
    bool lines = p->flags & REGEX_MULTILINE;
    switch (c) {
    case '(':
        return parse_group(p, at_begin);
    case '[':
        if (!regex_class_parse(&p->rest, p->flags & REGEX_CASELESS, &set))
            return fail(p, -EINVAL, "a class is not understood");
        return add_set(p, set);
    case '.':
        set = p->flags & REGEX_DOTALL ? byte_set_all() : regex_class_not(byte_set_of('\n', false));
        return add_set(p, set);
    case '^':
        return add(p, (struct regex_node){.kind = NODE_BEGIN, .lines = lines});
    case '$':
        return add(p, (struct regex_node){.kind = NODE_END, .lines = lines});
    case '\\':
        return parse_escape(p);
    default:
        return add_byte(p, c);
    }
}

/* {2}, {2,}, {2,5}; anything else in braces is text. */
static bool take_braces(struct parsing *p, uint32_t *least, uint32_t *most)
{
    struct slice rest = p->rest;
    if (!rest.n || rest.p[0] != '{')
        return false;
    rest = slice_from(rest, 1);
    if (!take_number(&rest, least))
        return false;
    *most = *least;
    if (rest.n && rest.p[0] == ',') {
        rest = slice_from(rest, 1);
        if (!take_number(&rest, most))
            *most = REPEAT_OPEN;
    }
    if (!rest.n || rest.p[0] != '}')
        return false;
    p->rest = slice_from(rest, 1);
    return true;
}

/* from: where the atom stands. */
static uint32_t parse_repeats(struct parsing *p, uint32_t atom, uint32_t from)
{
    for (;;) {
        uint32_t least = 0, most = REPEAT_OPEN;
        if (take(p, "+"))
            least = 1;
        else if (take(p, "?"))
            most = 1;
        else if (!take(p, "*") && !take_braces(p, &least, &most))
            return atom;
        (void)(take(p, "?") || take(p, "+")); /* lazy, possessive */
        atom = add(p, (struct regex_node){.kind = NODE_REPEAT,
                                          .left = atom,
                                          .least = least,
                                          .most = most,
                                          .from = from,
                                          .to = place(p)});
    }
}

/* Blanks and comments of an extended expression. */
static bool skip_blank(struct parsing *p)
{
    if (!(p->flags & REGEX_EXTENDED) || !p->rest.n || !strchr(" \t\r\n\f#", p->rest.p[0]))
        return false;
    bool comment = p->rest.p[0] == '#';
    do
        p->rest = slice_from(p->rest, 1);
    while (comment && p->rest.n && p->rest.p[0] != '\n');
    return true;
}

static uint32_t parse_sequence(struct parsing *p)
{
    uint32_t all = add_empty(p);
    bool at_begin = p->depth == 1;
    while (!p->rc && p->rest.n && p->rest.p[0] != '|' && p->rest.p[0] != ')') {
        if (skip_blank(p))
            continue;
        uint32_t from = place(p), atom = parse_atom(p, at_begin);
        if (p->rc)
            break;
        enum regex_node_kind kind = p->tree->nodes[atom].kind;
        at_begin = at_begin && (kind == NODE_EMPTY || kind == NODE_BEGIN || kind == NODE_LOOK);
        while (skip_blank(p))
            ;
        atom = parse_repeats(p, atom, from);
        all = append(p, all, atom);
    }
    return all;
}

static uint32_t parse_either(struct parsing *p)
{
    if (++p->depth > NESTING_MOST)
        return fail(p, -EINVAL, "the expression is nested too deeply");
    uint32_t all = parse_sequence(p);
    while (!p->rc && take(p, "|")) {
        uint32_t other = parse_sequence(p);
        all = add(p, (struct regex_node){.kind = NODE_EITHER, .left = all, .right = other});
    }
    p->depth--;
    return all;
}

int regex_tree_init(struct regex_tree *tree, struct slice pattern, unsigned flags)
{
    *tree = (struct regex_tree){0};
    struct parsing p = {.tree = tree, .whole = pattern, .rest = pattern, .flags = flags};
    tree->root = parse_either(&p);
    if (!p.rc && p.rest.n)
        fail(&p, -EINVAL, "a bracket is not opened");
    return p.rc;
}

void regex_tree_fini(struct regex_tree *tree)
{
    free(tree->nodes);
    *tree = (struct regex_tree){0};
}
