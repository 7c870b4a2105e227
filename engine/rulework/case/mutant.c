#include "rulework/case/mutant.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "rule/lexer.h"
#include "rule/rule_list.h"
#include "rulework/option_words.h"

enum { NUMBERS_MOST = 8 /* of one value */, SHOWN_MOST = 80 };

struct breaking {
    struct mutants *out;
    struct rule_text text; /* of the rule as it is */
    const char *field;     /* instead of the header's field `which`; NULL */
    enum header_field which;
    uint32_t from, to;  /* options that are left out or replaced: [from, to) */
    const char *option; /* what stands in their place, with its semicolon; "" */
};

/* They name the rule, say where it is documented, or make it quick: no test can miss them. */
static bool is_silent(const char *name)
{
    static const char *const names[] = {"msg",          "sid",       "gid",      "rev",
                                        "classtype",    "reference", "metadata", "priority",
                                        "fast_pattern", "prefilter", "target",   "rawbytes"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static int assemble(const struct breaking *b, struct buf *out)
{
    int rc = 0;
    for (int f = 0; f < FIELD_COUNT && !rc; f++) {
        bool replaced = b->field && (int)b->which == f;
        rc = buf_append(out, replaced ? slice_str(b->field) : b->text.fields[f]);
        rc = rc ? rc : buf_append(out, slice_str(f + 1 < FIELD_COUNT ? " " : " ("));
    }
    for (uint32_t i = 0; i < b->text.option_count && !rc; i++) {
        if (i == b->from && b->from < b->to)
            rc = buf_append(out, slice_str(b->option));
        if (i < b->from || i >= b->to)
            rc = rc ? rc : option_print(&b->text.options[i], out);
    }
    return rc ? rc : buf_append(out, slice_of(")\0", 2));
}

/* Adds what the breaking says; `what` is taken over. */
static int add(struct breaking *b, struct buf *what)
{
    struct buf text = {0};
    struct mutants *out = b->out;
    int rc = buf_append_byte(what, 0);
    rc = rc ? rc : assemble(b, &text);
    bool room = out->count < MUTANTS_MOST;
    if (!rc && room)
        rc = grow_array(&out->list, out->count, &out->capacity);
    if (rc || !room) {
        buf_fini(what);
        buf_fini(&text);
        return rc;
    }
    out->list[out->count++] = (struct mutant){(char *)what->p, (char *)text.p};
    *what = (struct buf){0};
    return 0;
}

static const char *name_of(const struct option *option, char name[64])
{
    size_t n = option->name.n < 63 ? option->name.n : 63;
    memcpy(name, option->name.p, n);
    name[n] = 0;
    return name;
}

static struct slice shown(struct slice text)
{
    return slice_first(text, SHOWN_MOST);
}

static int put_shown(const struct option *option, struct buf *out)
{
    struct buf whole = {0};
    int rc = option_print(option, &whole);
    if (!rc && whole.n)
        rc = buf_append(out, shown(slice_first(buf_slice(&whole), whole.n - 1)));
    buf_fini(&whole);
    return rc;
}

static int leave_out(struct breaking *b, uint32_t from, uint32_t to)
{
    struct buf what = {0};
    b->from = from;
    b->to = to;
    b->option = "";
    int rc = put_shown(&b->text.options[from], &what);
    rc = rc ? rc : buf_printf(&what, " is left out");
    return rc ? rc : add(b, &what);
}

/* The option with another value. */
static int replace(struct breaking *b, uint32_t at, struct slice value)
{
    struct buf what = {0}, option = {0};
    const struct option *old = &b->text.options[at];
    struct option changed = {.name = old->name, .value = value};
    int rc = option_print(&changed, &option);
    rc = rc ? rc : buf_append_byte(&option, 0);
    rc = rc ? rc : put_shown(old, &what);
    rc = rc ? rc : buf_printf(&what, " is ");
    rc = rc ? rc : put_shown(&changed, &what);
    b->from = at;
    b->to = at + 1;
    b->option = (const char *)option.p;
    rc = rc ? rc : add(b, &what);
    buf_fini(&option);
    return rc;
}

/* Value with [at, at + n) replaced. */
static int replace_part(struct breaking *b, uint32_t option, size_t at, size_t n, struct slice by)
{
    struct slice value = b->text.options[option].value;
    struct buf changed = {0};
    int rc = buf_append(&changed, slice_first(value, at));
    rc = rc ? rc : buf_append(&changed, by);
    rc = rc ? rc : buf_append(&changed, slice_from(value, at + n));
    rc = rc ? rc : replace(b, option, buf_slice(&changed));
    buf_fini(&changed);
    return rc;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
    c |= 0x20;
    return c >= 'a' && c <= 'z';
}

/* Each decimal number, one less and one more. */
static int move_numbers(struct breaking *b, uint32_t option)
{
    struct slice v = b->text.options[option].value;
    int rc = 0;
    unsigned found = 0;
    for (size_t i = 0; i < v.n && !rc && found < NUMBERS_MOST;) {
        size_t n = 0;
        while (i + n < v.n && is_digit(v.p[i + n]) && n < 10)
            n++;
        bool of_a_word = i && (is_letter(v.p[i - 1]) || v.p[i - 1] == '_' || v.p[i - 1] == '.');
        bool goes_on = i + n < v.n && (is_letter(v.p[i + n]) || is_digit(v.p[i + n]) || v.p[i + n] == '_');
        if (!n || of_a_word || goes_on) {
            i += n ? n : 1;
            continue;
        }
        char text[24];
        long long number = strtoll(memcpy(memset(text, 0, sizeof text), v.p + i, n), NULL, 10);
        for (int by = -1; by <= 1 && !rc; by += 2) {
            snprintf(text, sizeof text, "%lld", number + by);
            if (number + by >= 0)
                rc = replace_part(b, option, i, n, slice_str(text));
        }
        found++;
        i += n;
    }
    return rc;
}

/* A letter in the middle of the text, not between bars and not behind a backslash; SIZE_MAX without one. */
static size_t byte_to_change(struct slice v)
{
    size_t letters = 0, best = SIZE_MAX;
    for (int pass = 0; pass < 2; pass++) {
        size_t seen = 0;
        bool hexadecimal = false;
        for (size_t i = 0; i < v.n; i++) {
            hexadecimal ^= v.p[i] == '|';
            bool usable = !hexadecimal && (is_letter(v.p[i]) || is_digit(v.p[i])) && i && v.p[i - 1] != '\\';
            if (!usable)
                continue;
            if (pass && seen++ == letters / 2)
                best = i;
            letters += !pass;
        }
    }
    return best;
}

/* The last hexadecimal digit; SIZE_MAX without one. */
static size_t digit_to_change(struct slice v)
{
    size_t best = SIZE_MAX;
    bool hexadecimal = false;
    for (size_t i = 0; i < v.n; i++) {
        hexadecimal ^= v.p[i] == '|';
        if (hexadecimal && v.p[i] != '|' && v.p[i] != ' ')
            best = i;
    }
    return best;
}

static int change_byte(struct breaking *b, uint32_t option)
{
    struct slice v = b->text.options[option].value;
    size_t at = byte_to_change(v);
    const char *by = "7";
    if (at == SIZE_MAX) {
        at = digit_to_change(v);
        if (at == SIZE_MAX)
            return 0;
        by = v.p[at] == '0' ? "1" : "0";
    } else if (is_letter(v.p[at])) {
        by = (v.p[at] | 0x20) == 'q' ? "w" : "q";
    } else if (v.p[at] == '7') {
        by = "3";
    }
    return replace_part(b, option, at, 1, slice_str(by));
}

static int turn_round(struct breaking *b, uint32_t option)
{
    struct slice v = b->text.options[option].value;
    bool negated = v.n && v.p[0] == '!';
    return replace_part(b, option, 0, negated, slice_str(negated ? "" : "!"));
}

/* Each word of `flow`, and the direction the other way. */
static int break_flow(struct breaking *b, uint32_t option)
{
    struct slice v = b->text.options[option].value, rest = v, word;
    int rc = 0;
    while (!rc && text_field(&rest, ',', &word)) {
        size_t at = (size_t)(word.p - v.p);
        bool first = at == 0, last = at + word.n == v.n;
        if (!(first && last)) {
            size_t from = first ? 0 : at - 1, n = word.n + 1;
            rc = replace_part(b, option, from, n, slice_of(NULL, 0));
        }
        bool up = text_equal(word, "to_server") || text_equal(word, "from_client");
        bool down = text_equal(word, "to_client") || text_equal(word, "from_server");
        if (!rc && (up || down))
            rc = replace_part(b, option, at, word.n, slice_str(up ? "to_client" : "to_server"));
    }
    return rc;
}

static bool is_pattern(const char *name)
{
    return strcmp(name, "content") == 0 || strcmp(name, "pcre") == 0;
}

static int break_option(struct breaking *b, uint32_t i)
{
    char name[64], next[64];
    uint32_t end = i + 1;
    name_of(&b->text.options[i], name);
    if (is_silent(name))
        return 0;
    while (is_pattern(name) && end < b->text.option_count &&
           option_is_modifier(name_of(&b->text.options[end], next)))
        end++;
    int rc = leave_out(b, i, end);
    if (rc || !b->text.options[i].value.p)
        return rc;
    if (is_pattern(name))
        rc = turn_round(b, i);
    if (!rc && strcmp(name, "content") == 0)
        return change_byte(b, i);
    if (!rc && strcmp(name, "flow") == 0)
        return break_flow(b, i);
    return rc || is_pattern(name) ? rc : move_numbers(b, i);
}

/* `any` in each field that says more, and both directions. */
static int break_header(struct breaking *b)
{
    int rc = 0;
    b->from = b->to = 0;
    for (int f = FIELD_SOURCE; f <= FIELD_DESTINATION_PORTS && !rc; f++) {
        const char *by = f == FIELD_DIRECTION ? "<>" : "any";
        struct buf what = {0};
        if (slice_equal(b->text.fields[f], slice_str(by)))
            continue;
        b->field = by;
        b->which = (enum header_field)f;
        struct slice old = shown(b->text.fields[f]);
        static const char *const names[] = {[FIELD_SOURCE] = "source",
                                            [FIELD_SOURCE_PORTS] = "source ports",
                                            [FIELD_DIRECTION] = "direction",
                                            [FIELD_DESTINATION] = "destination",
                                            [FIELD_DESTINATION_PORTS] = "destination ports"};
        rc = buf_printf(&what, "the header's %s, %.*s, is %s", names[f], (int)old.n, (const char *)old.p, by);
        rc = rc ? rc : add(b, &what);
    }
    b->field = NULL;
    return rc;
}

int mutants_make(const struct rule *rule, struct mutants *out)
{
    struct breaking b = {.out = out};
    struct buf printed = {0};
    struct err err = {0};
    *out = (struct mutants){0};
    int rc = rule_print(rule, &printed);
    if (!rc && rule_text_lex(buf_slice(&printed), &b.text, &err))
        rc = -ENOMEM; /* what is printed can be read */
    if (!rc)
        rc = break_header(&b);
    for (uint32_t i = 0; i < b.text.option_count && !rc; i++)
        rc = break_option(&b, i);
    rule_text_fini(&b.text);
    buf_fini(&printed);
    return rc;
}

void mutants_fini(struct mutants *mutants)
{
    for (uint32_t i = 0; i < mutants->count; i++) {
        free(mutants->list[i].what);
        free(mutants->list[i].text);
    }
    free(mutants->list);
    *mutants = (struct mutants){0};
}
