#include "rule/keyword/pcre_literal.h"

#include <errno.h>

#include "base/hex_text.h"

/*
 * Only what stands outside of all groups is taken; of groups only where they end. What may change the
 * meaning of the text around it (alternatives, options within, verbs, conditions, \Q) makes it give up.
 */
struct reader {
    struct slice pattern;
    size_t at;
    struct buf run; /* literals that follow one another */
    bool unclear;
    int rc;
};

static bool more(const struct reader *r)
{
    return r->at < r->pattern.n && !r->unclear && !r->rc;
}

static uint8_t peek(const struct reader *r, size_t ahead)
{
    return r->at + ahead < r->pattern.n ? r->pattern.p[r->at + ahead] : 0;
}

static bool is_letter_or_digit(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static void end_run(struct reader *r, struct buf *best)
{
    if (r->run.n > best->n) {
        struct buf longer = r->run;
        r->run = *best;
        *best = longer;
    }
    buf_clear(&r->run);
}

/* [:alpha:] and the like. */
static void skip_class(struct reader *r)
{
    r->at += peek(r, 2) == '^' ? 3 : 2;
    while (peek(r, 0) >= 'a' && peek(r, 0) <= 'z')
        r->at++;
    r->unclear = peek(r, 0) != ':' || peek(r, 1) != ']';
    r->at += 2;
}

/* Behind "[": to behind the "]" that ends the set. */
static void skip_set(struct reader *r)
{
    if (peek(r, 0) == '^')
        r->at++;
    if (peek(r, 0) == ']')
        r->at++;
    while (more(r) && r->pattern.p[r->at] != ']') {
        uint8_t c = r->pattern.p[r->at];
        /* [:alpha:] and the like; a set in which "[" stands for itself is rare enough to give up. */
        if (c == '\\') {
            r->unclear = peek(r, 1) == 'Q' || peek(r, 1) == 'E';
            r->at += 2;
        } else if (c == '[' && peek(r, 1) == ':') {
            skip_class(r);
        } else {
            r->unclear = c == '[' && (peek(r, 1) == '.' || peek(r, 1) == '=');
            r->at++;
        }
    }
    r->unclear |= r->at >= r->pattern.n;
    r->at++;
}

/* Behind "(": whether it is a group that says nothing about what stands around it. */
static bool plain_group(const struct reader *r)
{
    if (peek(r, 0) == '*')
        return false;
    if (peek(r, 0) != '?')
        return true;
    return peek(r, 1) == ':' || peek(r, 1) == '=' || peek(r, 1) == '!' || peek(r, 1) == '>' ||
           (peek(r, 1) == 'P' && peek(r, 2) == '<') ||
           (peek(r, 1) == '<' && (peek(r, 2) == '=' || peek(r, 2) == '!' || is_letter_or_digit(peek(r, 2))));
}

/* Behind "(": to behind its ")". */
static void skip_group(struct reader *r)
{
    unsigned depth = 1;
    r->unclear = !plain_group(r);
    while (more(r) && depth) {
        uint8_t c = r->pattern.p[r->at++];
        if (c == '\\') {
            r->unclear = peek(r, 0) == 'Q' || peek(r, 0) == 'E';
            r->at++;
        } else if (c == '[') {
            skip_set(r);
        } else if (c == '(') {
            r->unclear = !plain_group(r);
            depth++;
        } else if (c == ')') {
            depth--;
        }
    }
}

/* Behind a backslash. True with the byte that it stands for. */
static bool escaped(struct reader *r, uint8_t *byte)
{
    uint8_t c = peek(r, 0);
    r->at++;
    int high = hex_digit(peek(r, 0)), low = hex_digit(peek(r, 1));
    if (c == 'x' && high >= 0 && low >= 0) {
        *byte = (uint8_t)(high * 16 + low);
        r->at += 2;
        return true;
    }
    static const char names[] = "nrtfea", bytes[] = "\n\r\t\f\x1b\a";
    const char *name = c ? strchr(names, c) : NULL;
    if (name)
        *byte = (uint8_t)bytes[name - names];
    else
        *byte = c;
    /* Of the others, those that consume a set of bytes or nothing are known; the rest may have arguments. */
    r->unclear = !c || (is_letter_or_digit(c) && !name && !strchr("dDwWsShHvVNbBAzZ", c));
    return (name || !is_letter_or_digit(c)) && c && c < 0x80;
}

/* "{2}", "{2,}" or "{2,3}": its length and its least; otherwise 0, since the brace stands for itself. */
static size_t counted(const struct reader *r, bool *none)
{
    size_t i = 1;
    *none = true;
    for (; peek(r, i) >= '0' && peek(r, i) <= '9'; i++)
        *none &= peek(r, i) == '0';
    if (i == 1)
        return 0;
    if (peek(r, i) == ',')
        for (i++; peek(r, i) >= '0' && peek(r, i) <= '9';)
            i++;
    return peek(r, i) == '}' ? i + 1 : 0;
}

/* A quantifier at this place, taken; *none: what it follows need not be there. */
static bool quantifier(struct reader *r, bool *none)
{
    uint8_t c = peek(r, 0);
    size_t length = c == '?' || c == '*' || c == '+';
    *none = c == '?' || c == '*';
    if (c == '{') {
        length = counted(r, none);
        /* From PCRE2 10.43 on {,3} and spaces within are quantifiers, too. */
        r->unclear |= !length;
    }
    r->at += length;
    if (length && (peek(r, 0) == '?' || peek(r, 0) == '+'))
        r->at++;
    return length;
}

/* One item. True with the byte, when it is one. */
static bool item(struct reader *r, uint8_t *byte)
{
    uint8_t c = r->pattern.p[r->at++];
    *byte = c;
    switch (c) {
    case '\\':
        return escaped(r, byte);
    case '(':
        skip_group(r);
        return false;
    case '[':
        skip_set(r);
        return false;
    case '|':
    case ')':
        r->unclear = true;
        return false;
    case '.':
    case '^':
    case '$':
    case '\0':
        return false;
    default:
        return true;
    }
}

int pcre_literal_find(struct slice pattern, struct buf *out)
{
    struct reader r = {.pattern = pattern};
    buf_clear(out);
    while (more(&r)) {
        uint8_t byte;
        bool none, literal = item(&r, &byte), repeated;
        if (r.unclear)
            break;
        repeated = quantifier(&r, &none);
        if (literal && !(repeated && none))
            r.rc = buf_append_byte(&r.run, byte) ? -ENOMEM : 0;
        if (!literal || repeated)
            end_run(&r, out);
    }
    end_run(&r, out);
    if (r.unclear || r.rc)
        buf_clear(out);
    buf_fini(&r.run);
    return r.rc;
}
