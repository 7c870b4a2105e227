#include "rulework/regex/regex_class.h"

#include <ctype.h>

struct byte_set regex_class_not(struct byte_set set)
{
    for (unsigned i = 0; i < 4; i++)
        set.bits[i] = ~set.bits[i];
    return set;
}

void regex_class_fold(struct byte_set *set)
{
    for (unsigned letter = 'a'; letter <= 'z'; letter++) {
        uint8_t low = (uint8_t)letter, high = (uint8_t)(letter - 'a' + 'A');
        if (!byte_set_has(set, low) && !byte_set_has(set, high))
            continue;
        byte_set_add(set, low);
        byte_set_add(set, high);
    }
}

static void add_range(struct byte_set *set, unsigned from, unsigned upto)
{
    for (unsigned byte = from; byte <= upto && byte < 256; byte++)
        byte_set_add(set, (uint8_t)byte);
}

static void add_text(struct byte_set *set, const char *text)
{
    for (; *text; text++)
        byte_set_add(set, (uint8_t)*text);
}

bool regex_class_letter(uint8_t letter, struct byte_set *set)
{
    *set = (struct byte_set){0};
    switch (letter | 0x20) {
    case 'd':
        add_range(set, '0', '9');
        break;
    case 'w':
        add_range(set, '0', '9');
        add_range(set, 'a', 'z');
        add_range(set, 'A', 'Z');
        byte_set_add(set, '_');
        break;
    case 's':
        add_text(set, " \t\n\v\f\r");
        break;
    case 'h':
        add_text(set, "\t \xa0");
        break;
    case 'v':
        add_text(set, "\n\v\f\r\x85");
        break;
    case 'n':
        if (letter != 'N')
            return false;
        byte_set_add(set, '\n');
        break;
    case 'r':
        if (letter != 'R')
            return false;
        add_text(set, "\n\v\f\r\x85");
        return true;
    default:
        return false;
    }
    if (letter >= 'A' && letter <= 'Z')
        *set = regex_class_not(*set);
    return true;
}

static unsigned digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10u : 99;
}

/* Digits of that base, at most so many. */
static unsigned take_digits(struct slice *rest, unsigned base, unsigned most)
{
    unsigned value = 0;
    for (unsigned i = 0; i < most && rest->n && digit_of(rest->p[0]) < base; i++) {
        value = value * base + digit_of(rest->p[0]);
        *rest = slice_from(*rest, 1);
    }
    return value;
}

bool regex_class_octal(struct slice *rest, uint8_t *byte)
{
    struct slice behind = *rest;
    unsigned value = take_digits(&behind, 8, 3);
    if (behind.n == rest->n || value > UINT8_MAX)
        return false;
    *byte = (uint8_t)value;
    *rest = behind;
    return true;
}

static bool take_hex(struct slice *rest, uint8_t *byte)
{
    bool braces = rest->n && rest->p[0] == '{';
    if (braces)
        *rest = slice_from(*rest, 1);
    unsigned value = take_digits(rest, 16, braces ? 4 : 2);
    if (braces && (!rest->n || rest->p[0] != '}'))
        return false;
    if (braces)
        *rest = slice_from(*rest, 1);
    *byte = (uint8_t)value;
    return value < 256;
}

bool regex_class_byte(struct slice *rest, uint8_t *byte)
{
    static const char letters[] = "ntrfae", values[] = "\n\t\r\f\a\x1b";
    if (!rest->n)
        return false;
    uint8_t c = rest->p[0];
    const char *known = c ? strchr(letters, c) : NULL;
    if (c == '0')
        return regex_class_octal(rest, byte);
    *rest = slice_from(*rest, 1);
    if (known)
        *byte = (uint8_t)values[known - letters];
    else if (c == 'x')
        return take_hex(rest, byte);
    else
        *byte = c;
    return known || !isalnum(c);
}

static bool take_named(struct slice *rest, struct byte_set *set)
{
    static const struct {
        const char *name;
        int (*has)(int);
    } classes[] = {{"alpha", isalpha}, {"digit", isdigit}, {"alnum", isalnum},  {"upper", isupper},
                   {"lower", islower}, {"space", isspace}, {"punct", ispunct},  {"print", isprint},
                   {"graph", isgraph}, {"cntrl", iscntrl}, {"xdigit", isxdigit}};
    struct slice text = slice_from(*rest, 2); /* behind "[:" */
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        size_t n = strlen(classes[i].name);
        if (text.n < n + 2 || memcmp(text.p, classes[i].name, n) != 0 || memcmp(text.p + n, ":]", 2) != 0)
            continue;
        for (int byte = 0; byte < 128; byte++)
            if (classes[i].has(byte))
                byte_set_add(set, (uint8_t)byte);
        *rest = slice_from(text, n + 2);
        return true;
    }
    return false;
}

/* One byte, or a set (*single is false then). */
static bool take_member(struct slice *rest, struct byte_set *set, uint8_t *byte, bool *single)
{
    *single = false;
    if (rest->n > 1 && rest->p[0] == '[' && rest->p[1] == ':')
        return take_named(rest, set);
    *byte = rest->p[0];
    bool escaped = *byte == '\\';
    *rest = slice_from(*rest, 1);
    if (!escaped) {
        *single = true;
        return true;
    }
    struct byte_set letters;
    if (rest->n && regex_class_letter(rest->p[0], &letters)) {
        for (unsigned i = 0; i < 4; i++)
            set->bits[i] |= letters.bits[i];
        *rest = slice_from(*rest, 1);
        return true;
    }
    *single = true;
    if (rest->n && rest->p[0] == 'b') {
        *byte = '\b';
        *rest = slice_from(*rest, 1);
        return true;
    }
    if (rest->n && rest->p[0] >= '1' && rest->p[0] <= '7')
        return regex_class_octal(rest, byte);
    return regex_class_byte(rest, byte);
}

static bool take_range(struct slice *rest, struct byte_set *set, uint8_t from)
{
    bool range = rest->n > 1 && rest->p[0] == '-' && rest->p[1] != ']';
    if (!range) {
        byte_set_add(set, from);
        return true;
    }
    struct slice behind = slice_from(*rest, 1);
    uint8_t upto = 0;
    bool single;
    if (!take_member(&behind, set, &upto, &single))
        return false;
    if (single) {
        add_range(set, from, upto);
    } else { /* [a-\d]: the dash is itself */
        byte_set_add(set, from);
        byte_set_add(set, '-');
    }
    *rest = behind;
    return true;
}

bool regex_class_parse(struct slice *rest, bool caseless, struct byte_set *set)
{
    *set = (struct byte_set){0};
    bool negated = rest->n && rest->p[0] == '^';
    if (negated)
        *rest = slice_from(*rest, 1);
    for (bool first = true; rest->n && (first || rest->p[0] != ']'); first = false) {
        uint8_t byte = 0;
        bool single;
        if (!take_member(rest, set, &byte, &single) || (single && !take_range(rest, set, byte)))
            return false;
    }
    if (!rest->n)
        return false;
    *rest = slice_from(*rest, 1);
    if (caseless)
        regex_class_fold(set);
    if (negated)
        *set = regex_class_not(*set);
    return true;
}
