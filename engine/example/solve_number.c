/* Placing numbers: byte_test, byte_jump, byte_extract, byte_math, and the text of base64_decode. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "example/solving.h"
#include "rule/keyword/byte_step.h"

enum { VALUES = 48, DIGITS = 24, BASE64_ROOM = 512 };

struct values {
    uint64_t list[VALUES];
    unsigned count;
};

static void add_value(struct values *values, uint64_t value)
{
    if (values->count < VALUES)
        values->list[values->count++] = value;
}

static int64_t variable(const struct solving *s, int32_t value, bool is_variable)
{
    return is_variable ? (int32_t)(uint32_t)s->values[(uint32_t)value % RULE_VARIABLES] : value;
}

struct place { /* of a number in the draft */
    uint32_t at, bytes;
};

static bool place_of(const struct solving *s, const struct solve_item *item, const struct byte_source *source,
                     struct place *place)
{
    int64_t at = variable(s, source->offset, source->offset_is_variable);
    int64_t bytes = variable(s, source->count, source->count_is_variable);
    at += source->relative ? s->cursor : item->base;
    if (at < 0 || bytes < 0 || at > DRAFT_MOST || bytes > (source->string ? DIGITS - 1 : 8))
        return false;
    if (!bytes && source->string)
        bytes = 4;
    *place = (struct place){(uint32_t)at, (uint32_t)bytes};
    return true;
}

/* Writes a number so that it reads as this value. */
static bool write_value(struct solving *s, const struct byte_source *source, struct place place,
                        uint64_t value)
{
    if (source->bitmask) {
        unsigned shift = (unsigned)__builtin_ctz(source->bitmask);
        if ((value << shift & source->bitmask) >> shift != value)
            return false;
        value <<= shift;
    }
    if (!source->string)
        return draft_place_number(&s->draft, place.at, place.bytes, source->little, value);
    char text[DIGITS + 1];
    const char *form = source->base == 16 ? "%0*llx" : source->base == 8 ? "%0*llo" : "%0*llu";
    int least = source->count || source->count_is_variable ? (int)place.bytes : 1;
    int n = snprintf(text, sizeof text, form, least, (unsigned long long)value);
    return (n == (int)place.bytes || least == 1) && n < (int)sizeof text &&
           draft_place(&s->draft, place.at, slice_of(text, (size_t)n), false);
}

/* The value that stands there already; false when some of its bytes are open. */
static bool read_value(const struct solving *s, const struct byte_source *source, struct place place,
                       uint64_t *value)
{
    char text[DIGITS + 1];
    uint64_t number = 0;
    for (uint32_t i = 0; i < place.bytes; i++) {
        uint32_t at = place.at + (source->little && !source->string ? place.bytes - 1 - i : i);
        int byte = at < s->draft.count ? byte_set_only(&s->draft.cells[at].may) : -1;
        if (byte < 0)
            return false;
        number = number << 8 | (unsigned)byte;
        text[i] = (char)byte;
    }
    text[place.bytes] = '\0';
    if (source->string)
        number = strtoull(text, NULL, source->base ? source->base : 10);
    if (source->bitmask)
        number = (number & source->bitmask) >> __builtin_ctz(source->bitmask);
    *value = number;
    return true;
}

static uint64_t wanted_by(const struct solving *s, const struct byte_test *test)
{
    return test->value_is_variable ? s->values[test->value % RULE_VARIABLES] : test->value;
}

static bool same_place(const struct byte_source *a, const struct byte_source *b)
{
    return a->offset == b->offset && a->count == b->count && a->relative == b->relative &&
           a->little == b->little && a->string == b->string && a->offset_is_variable == b->offset_is_variable;
}

/* This test and those right behind it which read the same bytes hold for the value. */
static bool tests_hold(const struct solving *s, unsigned at, uint64_t value)
{
    const struct byte_test *first = step_byte_test(s->order[at]->step);
    for (unsigned i = at; i < s->count; i++) {
        const struct byte_test *test = step_byte_test(s->order[i]->step);
        if (!test || !same_place(&first->source, &test->source) ||
            test->source.bitmask != first->source.bitmask)
            break;
        if (!byte_test_holds(test, value, wanted_by(s, test)))
            return false;
    }
    return true;
}

static void test_values(const struct solving *s, unsigned at, struct values *values)
{
    uint64_t bits = 0;
    for (unsigned i = at; i < s->count && step_byte_test(s->order[i]->step); i++) {
        const struct byte_test *test = step_byte_test(s->order[i]->step);
        uint64_t wanted = wanted_by(s, test);
        if (test->compare == BYTE_AND && !test->negated)
            bits |= wanted & -wanted;
        add_value(values, wanted);
        add_value(values, wanted + 1);
        add_value(values, wanted - 1);
        add_value(values, bits);
        add_value(values, ~wanted & 0xff);
    }
    add_value(values, 0);
    add_value(values, 1);
}

static bool try_value(struct solving *s, unsigned at, const struct byte_source *source, struct place place,
                      uint64_t value)
{
    if (!draft_reach(&s->draft, place.at) || !write_value(s, source, place, value))
        return false;
    draft_freeze(&s->draft, source->relative ? s->cursor : 0, place.at + 1);
    (void)at;
    return true;
}

static bool solve_test(struct solving *s, unsigned at, const struct byte_test *test)
{
    struct place place;
    struct values values = {0};
    struct solve_mark mark;
    uint64_t there;
    if (!place_of(s, s->order[at], &test->source, &place))
        return false;
    if (read_value(s, &test->source, place, &there))
        return tests_hold(s, at, there) && solve_rest(s, at + 1);
    test_values(s, at, &values);
    if (!solve_mark(s, &mark))
        return false;
    bool solved = false;
    for (unsigned i = 0; i < values.count && !solved && !s->rc && s->tries; i++) {
        if (!tests_hold(s, at, values.list[i]))
            continue;
        solved = try_value(s, at, &test->source, place, values.list[i]) && solve_rest(s, at + 1);
        if (!solved)
            solve_return(s, &mark);
    }
    solve_release(&mark);
    return solved;
}

static bool jump_to(struct solving *s, unsigned at, const struct byte_jump *jump, struct place place,
                    uint64_t value)
{
    int64_t to = jump->from_beginning ? s->order[at]->base : (int64_t)place.at + place.bytes;
    int64_t distance = (int64_t)(value * jump->multiplier);
    if (jump->align)
        distance = (distance + 3) & ~(int64_t)3;
    to += distance + jump->post_offset;
    if (to < 0 || to > DRAFT_MOST || !draft_reach(&s->draft, (uint32_t)to))
        return false;
    draft_freeze(&s->draft, 0, (uint32_t)to + 1);
    s->cursor = (uint32_t)to;
    return solve_rest(s, at + 1);
}

static bool solve_jump(struct solving *s, unsigned at, const struct byte_jump *jump)
{
    struct place place;
    struct solve_mark mark;
    uint64_t there;
    if (jump->from_end || !place_of(s, s->order[at], &jump->source, &place) ||
        !draft_reach(&s->draft, place.at + place.bytes))
        return false;
    if (read_value(s, &jump->source, place, &there))
        return jump_to(s, at, jump, place, there);
    int64_t from = jump->from_beginning ? s->order[at]->base : (int64_t)place.at + place.bytes;
    int64_t behind = (int64_t)s->draft.count - from - jump->post_offset;
    struct values values = {0};
    add_value(&values, behind > 0 ? (uint64_t)(behind + jump->multiplier - 1) / jump->multiplier : 0);
    for (uint64_t v = 0; v < VALUES; v++)
        add_value(&values, v);
    if (!solve_mark(s, &mark))
        return false;
    bool solved = false;
    for (unsigned i = 0; i < values.count && !solved && !s->rc && s->tries; i++) {
        solved = try_value(s, at, &jump->source, place, values.list[i]) &&
                 jump_to(s, at, jump, place, values.list[i]);
        if (!solved)
            solve_return(s, &mark);
    }
    solve_release(&mark);
    return solved;
}

/* byte_extract and byte_math: the result for a value that was read; false when there is none. */
static bool result_of(const struct solving *s, const struct solve_item *item, uint64_t value,
                      uint64_t *result)
{
    const struct byte_extract *extract = step_byte_extract(item->step);
    const struct byte_math *math = step_byte_math(item->step);
    if (extract) {
        *result = byte_extract_value(extract, value);
        return true;
    }
    uint64_t right = math->value_is_variable ? s->values[math->value % RULE_VARIABLES] : math->value;
    return byte_math_value(math, value, right, result);
}

static bool keep_value(struct solving *s, unsigned at, int slot, struct place place, uint64_t value)
{
    uint64_t result;
    if (!result_of(s, s->order[at], value, &result))
        return false;
    s->values[(unsigned)slot % RULE_VARIABLES] = result;
    s->cursor = place.at + place.bytes;
    return solve_rest(s, at + 1);
}

static bool solve_variable(struct solving *s, unsigned at, const struct byte_source *source, int slot)
{
    static const uint64_t guesses[] = {4,  8,  1,  16, 2,  32, 0,   64,  3,   5,   6,   7,
                                       10, 12, 20, 24, 40, 48, 100, 128, 200, 255, 256, 1000};
    struct place place;
    struct solve_mark mark;
    uint64_t there;
    if (!place_of(s, s->order[at], source, &place) || !draft_reach(&s->draft, place.at + place.bytes))
        return false;
    if (read_value(s, source, place, &there))
        return keep_value(s, at, slot, place, there);
    if (!solve_mark(s, &mark))
        return false;
    bool solved = false;
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses && !solved && !s->rc && s->tries; i++) {
        solved = try_value(s, at, source, place, guesses[i]) && keep_value(s, at, slot, place, guesses[i]);
        if (!solved)
            solve_return(s, &mark);
    }
    solve_release(&mark);
    return solved;
}

bool solve_number(struct solving *s, unsigned at, bool *known)
{
    const struct step *step = s->order[at]->step;
    const struct byte_test *test = step_byte_test(step);
    const struct byte_jump *jump = step_byte_jump(step);
    const struct byte_extract *extract = step_byte_extract(step);
    const struct byte_math *math = step_byte_math(step);
    *known = test || jump || extract || math;
    if (test)
        return solve_test(s, at, test);
    if (jump)
        return solve_jump(s, at, jump);
    if (extract)
        return solve_variable(s, at, &extract->source, extract->variable);
    return math && solve_variable(s, at, &math->source, math->variable);
}

bool solve_base64(struct solving *s, unsigned at)
{
    const struct base64 *want = step_base64(s->order[at]->step);
    struct slice bytes = s->request->base64;
    uint32_t from = (want->relative ? s->cursor : s->order[at]->base) + (uint32_t)want->offset;
    uint8_t text[BASE64_ROOM + 1];
    if (want->offset < 0 || bytes.n > BASE64_ROOM / 4 * 3)
        return false;
    int n = EVP_EncodeBlock(text, bytes.p, (int)bytes.n);
    return draft_reach(&s->draft, from) && draft_place(&s->draft, from, slice_of(text, (size_t)n), false) &&
           solve_rest(s, at + 1);
}
