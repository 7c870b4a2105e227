/*
 * Lists of addresses and ports, by recursive descent:
 *
 *     list    = element *("," element)
 *     element = *"!" ("[" list "]" | "$" name | "any" | address | port), blanks around each
 *
 * Everything is flattened into what is named and what is negated; the set is the first without the second.
 * As in Suricata 8, where a version of IP (or the ports) is only negated, all of that version is meant to be
 * named: "!10.0.0.1" is every other IPv4 address and no IPv6 one. "!!x" is "!x". A negated list or variable
 * is settled by itself first, and then taken out: "![!x]" is "x".
 */
#include "rule/set_cache.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword.h"
#include "rule/spans.h"
#include "rule/variables.h"

enum { V4, V6, FAMILIES }; /* ports use the first */

struct name_chain { /* the variables that are being resolved, the innermost first */
    struct slice name;
    const struct name_chain *outer;
};

struct set_parser {
    const struct variables *variables;
    const struct name_chain *names;
    struct spans named[FAMILIES], negated[FAMILIES];
    uint32_t elements;
    unsigned nesting;
    bool ports;
    const uint8_t *at; /* where the element that is being parsed stands in the rule, not in a variable */
    struct err *err;
};

struct range {
    wide from, to;
    int family;
};

static const wide highest[FAMILIES] = {[V4] = UINT32_MAX, [V6] = ~(wide)0};

static wide whole(const struct set_parser *p, int family)
{
    return p->ports ? UINT16_MAX : highest[family];
}

static int parse_list(struct set_parser *p, struct slice *rest, bool bracket);

static bool parse_address(struct slice s, wide *value, int *family)
{
    char text[INET6_ADDRSTRLEN + 1];
    uint8_t bytes[16];
    if (!s.n || s.n >= sizeof text || memchr(s.p, '\0', s.n))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    *family = memchr(s.p, ':', s.n) ? V6 : V4;
    if (inet_pton(*family == V6 ? AF_INET6 : AF_INET, text, bytes) != 1)
        return false;
    *value = 0;
    for (int i = 0; i < (*family == V6 ? 16 : 4); i++)
        *value = *value << 8 | bytes[i];
    return true;
}

/* The bits that a /24 or /255.255.255.0 leaves open, as a mask. */
static bool parse_mask(struct slice s, int family, wide *open)
{
    uint64_t bits;
    unsigned width = family == V6 ? 128 : 32;
    if (!s.n)
        return false;
    if (!memchr(s.p, 'x', s.n) && text_uint(s, width, &bits)) {
        *open = bits == 0 ? highest[family] : (((wide)1 << (width - (unsigned)bits)) - 1);
        return true;
    }
    wide mask;
    int mask_family;
    if (family != V4 || !parse_address(s, &mask, &mask_family) || mask_family != V4)
        return false;
    *open = ~mask & highest[V4];
    return (*open & (*open + 1)) == 0;
}

static bool parse_address_range(struct slice s, struct range *r)
{
    const uint8_t *slash = memchr(s.p, '/', s.n), *dash = memchr(s.p, '-', s.n);
    if (slash) {
        size_t n = (size_t)(slash - s.p);
        wide open;
        if (n + 1 >= s.n || !parse_address(slice_first(s, n), &r->from, &r->family) ||
            !parse_mask(slice_from(s, n + 1), r->family, &open))
            return false;
        r->from &= ~open;
        r->to = r->from | open;
        return true;
    }
    if (dash) {
        size_t n = (size_t)(dash - s.p);
        int family;
        return parse_address(text_trim(slice_first(s, n)), &r->from, &r->family) &&
               parse_address(text_trim(slice_from(s, n + 1)), &r->to, &family) && family == r->family &&
               r->from <= r->to;
    }
    bool good = parse_address(s, &r->from, &r->family);
    r->to = r->from;
    return good;
}

static bool parse_port(struct slice s, wide otherwise, wide *port)
{
    uint64_t value = 0;
    s = text_trim(s);
    if (!s.n) {
        *port = otherwise;
        return true;
    }
    if (s.p[0] == '+')
        s = slice_from(s, 1);
    if (!s.n || memchr(s.p, 'x', s.n) || memchr(s.p, 'X', s.n) || !text_uint(s, UINT16_MAX, &value))
        return false;
    *port = value;
    return true;
}

static bool parse_port_range(struct slice s, struct range *r)
{
    const uint8_t *colon = memchr(s.p, ':', s.n);
    r->family = V4;
    if (colon) {
        size_t n = (size_t)(colon - s.p);
        return parse_port(slice_first(s, n), 0, &r->from) &&
               parse_port(slice_from(s, n + 1), UINT16_MAX, &r->to) && r->from <= r->to;
    }
    bool good = parse_port(s, 0, &r->from);
    r->to = r->from;
    return good;
}

static int add(struct set_parser *p, int family, wide from, wide to, bool negated)
{
    if (++p->elements > SET_ELEMENTS_MOST)
        return err_set(p->err, -EINVAL, "more than %d %s in one list, counting those of its variables",
                       SET_ELEMENTS_MOST, p->ports ? "ports" : "addresses");
    return spans_add(negated ? &p->negated[family] : &p->named[family], from, to);
}

static int add_plain(struct set_parser *p, struct slice s, bool negated)
{
    if (text_equal(s, "any")) {
        int rc = add(p, V4, 0, whole(p, V4), negated);
        return rc || p->ports ? rc : add(p, V6, 0, whole(p, V6), negated);
    }
    struct range r;
    if (s.n && (p->ports ? parse_port_range(s, &r) : parse_address_range(s, &r)))
        return add(p, r.family, r.from, r.to, negated);
    int shown = s.n > 64 ? 64 : (int)s.n;
    err_set(p->err, -EINVAL,
            p->ports ? "\"%.*s\" is no port: expected a number up to 65535, a range such as 1024:, any, "
                       "$VARIABLE or a [list]"
                     : "\"%.*s\" is no address: expected an IPv4 or IPv6 address, a range such as 10.0.0.0/8 "
                       "or 10.0.0.1-10.0.0.9, any, $VARIABLE or a [list]",
            shown, s.n ? (const char *)s.p : "");
    if (p->ports && s.n && memchr(s.p, '-', s.n))
        err_hint(p->err, "ranges of ports are written with a colon: 1024:2048");
    return -EINVAL;
}

static int nested(struct set_parser *p, struct slice *rest, bool negated, bool bracket);

static int add_variable(struct set_parser *p, struct slice name, bool negated)
{
    enum variable_kind kind = p->ports ? VARIABLE_PORTS : VARIABLE_ADDRESSES;
    int shown = name.n > 64 ? 64 : (int)name.n;
    const char *text = name.n ? (const char *)name.p : "";
    for (const struct name_chain *c = p->names; c; c = c->outer)
        if (slice_equal(c->name, name))
            return err_set(p->err, -EINVAL, "variable $%.*s refers to itself", shown, text);
    const struct variable *v = p->variables ? variables_find(p->variables, name, kind) : NULL;
    if (!v) {
        err_set(p->err, -EINVAL, "no variable $%.*s among the %s groups", shown, text,
                p->ports ? "port" : "address");
        if (p->variables && variables_find_any(p->variables, name))
            err_hint(p->err, "%.*s is %s group", shown, text, p->ports ? "an address" : "a port");
        return -EINVAL;
    }
    struct name_chain chain = {.name = name, .outer = p->names};
    struct slice value = slice_str(v->value);
    p->names = &chain;
    int rc = nested(p, &value, negated, false);
    p->names = chain.outer;
    return rc;
}

/* Up to the comma or bracket that ends an element. */
static struct slice take_plain(struct slice *rest)
{
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ',' && rest->p[n] != ']' && rest->p[n] != '[')
        n++;
    struct slice s = text_trim(slice_first(*rest, n));
    *rest = slice_from(*rest, n);
    return s;
}

static int parse_element(struct set_parser *p, struct slice *rest)
{
    bool negated = false;
    *rest = text_trim(*rest);
    if (!p->names && rest->n)
        p->at = rest->p;
    while (text_negated(rest))
        negated = true;
    if (rest->n && rest->p[0] == '[') {
        *rest = slice_from(*rest, 1);
        return nested(p, rest, negated, true);
    }
    struct slice s = take_plain(rest);
    if (s.n && s.p[0] == '$')
        return add_variable(p, slice_from(s, 1), negated);
    return add_plain(p, s, negated);
}

static int list_end(struct set_parser *p, struct slice *rest, bool bracket)
{
    if (!bracket && !rest->n)
        return 0;
    if (bracket && rest->n && rest->p[0] == ']') {
        *rest = text_trim(slice_from(*rest, 1));
        return 0;
    }
    if (!p->names && rest->n)
        p->at = rest->p;
    if (!rest->n)
        return err_set(p->err, -EINVAL, "a list is not closed: expected ']'");
    return err_set(p->err, -EINVAL, "expected ',' or the end of the list, not '%c'",
                   rest->p[0] >= ' ' && rest->p[0] < 127 ? rest->p[0] : '?');
}

static int parse_list(struct set_parser *p, struct slice *rest, bool bracket)
{
    if (++p->nesting > SET_NESTING_MOST)
        return err_set(p->err, -EINVAL, "lists and variables are nested more than %d deep", SET_NESTING_MOST);
    int rc = 0;
    for (;;) {
        *rest = text_trim(*rest);
        if (!rest->n || rest->p[0] == ']') /* empty, or after a last comma, which Suricata allows */
            break;
        rc = parse_element(p, rest);
        *rest = text_trim(*rest);
        if (rc || !rest->n || rest->p[0] != ',')
            break;
        *rest = slice_from(*rest, 1);
    }
    p->nesting--;
    return rc ? rc : list_end(p, rest, bracket);
}

/* Leaves in `named` what the set is. */
static int settle(struct set_parser *p)
{
    const char *what = p->ports ? "port" : "address";
    uint32_t left = 0;
    for (int f = 0; f < FAMILIES; f++) {
        struct spans *named = &p->named[f], *negated = &p->negated[f];
        spans_normalise(named);
        spans_normalise(negated);
        if (f == V4 && negated->count == 1 && negated->list[0].from == 0 &&
            negated->list[0].to == whole(p, V4))
            return err_set(p->err, -EINVAL, "every %s%s is negated: nothing could match",
                           p->ports ? "" : "IPv4 ", what);
        if (!named->count && negated->count && spans_add(named, 0, whole(p, f)))
            return -ENOMEM;
        int rc = spans_subtract(named, negated);
        if (rc)
            return rc;
        left += named->count;
    }
    if (!left)
        return err_set(p->err, -EINVAL, "no %s is left once the negated ones are taken out", what);
    return 0;
}

static void parser_fini(struct set_parser *p)
{
    for (int f = 0; f < FAMILIES; f++) {
        spans_fini(&p->named[f]);
        spans_fini(&p->negated[f]);
    }
}

/* A list within a list: part of it, or, negated, a set of its own to take out. */
static int nested(struct set_parser *p, struct slice *rest, bool negated, bool bracket)
{
    if (!negated)
        return parse_list(p, rest, bracket);
    struct set_parser inner = *p;
    memset(inner.named, 0, sizeof inner.named);
    memset(inner.negated, 0, sizeof inner.negated);
    int rc = parse_list(&inner, rest, bracket);
    if (!rc)
        rc = settle(&inner);
    for (int f = 0; f < FAMILIES; f++)
        for (uint32_t i = 0; !rc && i < inner.named[f].count; i++)
            rc = spans_add(&p->negated[f], inner.named[f].list[i].from, inner.named[f].list[i].to);
    p->elements = inner.elements;
    p->at = inner.at;
    parser_fini(&inner);
    return rc;
}

static int parse_text(struct set_parser *p, struct slice text)
{
    struct slice rest = text;
    p->at = text.p;
    int rc = text.n ? parse_list(p, &rest, false) : add_plain(p, text, false);
    if (!rc) {
        p->at = text.p;
        rc = settle(p);
    }
    if (rc == -EINVAL)
        err_at(p->err, NULL, 1, p->at && text.p ? (unsigned)(p->at - text.p) + 1 : 1);
    if (rc == -ENOMEM)
        err_set(p->err, rc, "out of memory");
    return rc;
}

static bool is_whole(const struct set_parser *p, int family)
{
    const struct spans *s = &p->named[family];
    return s->count == 1 && s->list[0].from == 0 && s->list[0].to == whole(p, family);
}

static struct address to_address(wide value, int family)
{
    struct address a = {.version = family == V6 ? 6 : 4};
    for (int i = family == V6 ? 15 : 3; i >= 0; i--, value >>= 8)
        a.bytes[i] = (uint8_t)value;
    return a;
}

static struct address_set *make_addresses(const struct set_parser *p)
{
    struct address_set *set = calloc(1, sizeof *set);
    if (!set)
        return NULL;
    set->users = 1;
    set->any = is_whole(p, V4) && is_whole(p, V6);
    set->negated = p->negated[V4].count || p->negated[V6].count;
    set->ranges = calloc(p->named[V4].count + p->named[V6].count, sizeof *set->ranges);
    if (!set->ranges) {
        free(set);
        return NULL;
    }
    for (int f = 0; f < FAMILIES; f++)
        for (uint32_t i = 0; i < p->named[f].count; i++)
            set->ranges[set->count++] = (struct address_range){to_address(p->named[f].list[i].from, f),
                                                               to_address(p->named[f].list[i].to, f)};
    return set;
}

static struct port_set *make_ports(const struct set_parser *p)
{
    struct port_set *set = calloc(1, sizeof *set);
    if (!set)
        return NULL;
    set->users = 1;
    set->any = is_whole(p, V4);
    set->ranges = calloc(p->named[V4].count, sizeof *set->ranges);
    if (!set->ranges) {
        free(set);
        return NULL;
    }
    for (uint32_t i = 0; i < p->named[V4].count; i++)
        set->ranges[set->count++] =
            (struct port_range){(uint16_t)p->named[V4].list[i].from, (uint16_t)p->named[V4].list[i].to};
    return set;
}

static uint64_t generation_of(const struct variables *variables)
{
    return variables ? variables->generation : 0;
}

int address_set_parse(struct slice text, const struct variables *variables, struct set_cache *cache,
                      struct address_set **out, struct err *err)
{
    struct address_set *known = set_cache_get(cache, text, generation_of(variables), false);
    if (known) {
        known->users++;
        *out = known;
        return 0;
    }
    struct set_parser p = {.variables = variables, .err = err};
    struct address_set *set = NULL;
    int rc = parse_text(&p, text);
    if (!rc && !(set = make_addresses(&p)))
        rc = err_set(err, -ENOMEM, "out of memory");
    parser_fini(&p);
    if (rc)
        return rc;
    if (set_cache_put(cache, text, generation_of(variables), false, set))
        set->users++;
    *out = set;
    return 0;
}

int port_set_parse(struct slice text, const struct variables *variables, struct set_cache *cache,
                   struct port_set **out, struct err *err)
{
    struct port_set *known = set_cache_get(cache, text, generation_of(variables), true);
    if (known) {
        known->users++;
        *out = known;
        return 0;
    }
    struct set_parser p = {.variables = variables, .ports = true, .err = err};
    struct port_set *set = NULL;
    int rc = parse_text(&p, text);
    if (!rc && !(set = make_ports(&p)))
        rc = err_set(err, -ENOMEM, "out of memory");
    parser_fini(&p);
    if (rc)
        return rc;
    if (set_cache_put(cache, text, generation_of(variables), true, set))
        set->users++;
    *out = set;
    return 0;
}
