/*
 * DCE/RPC: dcerpc.iface compares the interface that a request is for, dcerpc.opnum its operation; both are of
 * requests over TCP, UDP and SMB. (dcerpc.stub_data is a sticky buffer.)
 */
#include <errno.h>
#include <stdlib.h>

#include "base/dcerpc_interface.h"
#include "rule/keyword/sticky.h"

struct interface_wanted {
    uint8_t uuid[DCERPC_UUID];
    bool has_version;
    struct uint_condition version; /* of the major one */
};

static enum step_result run_interface(struct eval *eval, const struct step *step)
{
    const struct interface_wanted *want = step->data;
    struct dcerpc_interface interface;
    if (eval->buffer.bytes.n != sizeof interface)
        return STEP_NO;
    memcpy(&interface, eval->buffer.bytes.p, sizeof interface);
    if (memcmp(interface.uuid, want->uuid, DCERPC_UUID) != 0)
        return STEP_NO;
    if (want->has_version && !uint_condition_holds(&want->version, interface.major))
        return STEP_NO;
    return chain_next(eval, step);
}

static const struct step_ops interface_ops = {.keyword = "dcerpc.iface", .run = run_interface};

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 32 digits; a dash may stand between two bytes. */
static bool read_uuid(struct slice text, uint8_t uuid[DCERPC_UUID])
{
    size_t digits = 0;
    for (size_t i = 0; i < text.n; i++) {
        int digit = hex_digit(text.p[i]);
        if (text.p[i] == '-' && digits % 2 == 0)
            continue;
        if (digit < 0 || digits == 2 * (size_t)DCERPC_UUID)
            return false;
        uuid[digits / 2] = (uint8_t)(digits % 2 ? uuid[digits / 2] << 4 | digit : digit);
        digits++;
    }
    return digits == 2 * (size_t)DCERPC_UUID;
}

/* <1, >1, !1, =1: the least version 1. */
static bool read_version(struct slice text, struct uint_condition *condition)
{
    static const struct {
        char sign;
        enum uint_compare compare;
    } signs[] = {{'<', UINT_LESS}, {'>', UINT_GREATER}, {'!', UINT_NOT_EQUAL}, {'=', UINT_EQUAL}};
    condition->compare = UINT_EQUAL;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (text.n && text.p[0] == (uint8_t)signs[i].sign) {
            condition->compare = signs[i].compare;
            text = slice_from(text, 1);
            break;
        }
    return text.n && text_uint(text, UINT16_MAX, &condition->a);
}

/* UUID[,[<>!=]VERSION][,any_frag]. What any_frag asks for holds anyway: a call is looked at as a whole. */
static bool read_interface(struct slice text, struct interface_wanted *want)
{
    struct slice field;
    if (!text_field(&text, ',', &field) || !read_uuid(field, want->uuid))
        return false;
    if (!text_field(&text, ',', &field) || text_equal(field, "any_frag"))
        return !text.n;
    want->has_version = true;
    if (!read_version(field, &want->version))
        return false;
    return !text_field(&text, ',', &field) || (text_equal(field, "any_frag") && !text.n);
}

static int parse_interface(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct interface_wanted *want = calloc(1, sizeof *want);
    if (!want)
        return err_set(err, -ENOMEM, "out of memory");
    if (!read_interface(option->value, want)) {
        free(want);
        return err_set(err, -EINVAL,
                       "expected UUID[,[<>!=]VERSION][,any_frag], as "
                       "367abb81-9844-35f1-ad32-98f038001003,>1");
    }
    return sticky_test(b, BUFFER_DCERPC_IFACE, &interface_ops, want, err);
}

struct span {
    uint32_t least, most;
};
struct opnums {
    uint32_t count;
    struct span spans[];
};

static enum step_result run_opnum(struct eval *eval, const struct step *step)
{
    const struct opnums *opnums = step->data;
    for (uint32_t i = 0; i < opnums->count; i++)
        if (eval->buffer.number >= opnums->spans[i].least && eval->buffer.number <= opnums->spans[i].most)
            return chain_next(eval, step);
    return STEP_NO;
}

static const struct step_ops opnum_ops = {.keyword = "dcerpc.opnum", .run = run_opnum};

/* As in Suricata no blanks, no other base. */
static bool only_digits(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!strchr("0123456789,-", text.p[i]) || !text.p[i])
            return false;
    return text.n && text.p[text.n - 1] != ',';
}

/* 12, or 12-15. */
static bool read_span(struct slice text, struct span *span)
{
    const uint8_t *dash = text.n ? memchr(text.p, '-', text.n) : NULL;
    uint64_t least, most;
    size_t n = dash ? (size_t)(dash - text.p) : text.n;
    if (!text_uint(slice_first(text, n), UINT32_MAX, &least))
        return false;
    most = least;
    if (dash && !text_uint(slice_from(text, n + 1), UINT32_MAX, &most))
        return false;
    *span = (struct span){(uint32_t)least, (uint32_t)most};
    return least <= most;
}

static int parse_opnum(struct rule_builder *b, const struct option *option, struct err *err)
{
    size_t most = 1;
    struct slice rest = option->value, field;
    for (size_t i = 0; i < rest.n; i++)
        most += rest.p[i] == ',';
    struct opnums *opnums = calloc(1, sizeof *opnums + most * sizeof opnums->spans[0]);
    if (!opnums)
        return err_set(err, -ENOMEM, "out of memory");
    bool good = only_digits(rest);
    while (good && opnums->count < most && text_field(&rest, ',', &field))
        good = read_span(field, &opnums->spans[opnums->count++]);
    if (!good || !opnums->count) {
        free(opnums);
        return err_set(err, -EINVAL, "expected operation numbers, or ranges of them, as 12,15-18");
    }
    return sticky_test(b, BUFFER_DCERPC_OPNUM, &opnum_ops, opnums, err);
}

const struct keyword keywords_dcerpc[] = {
    {"dcerpc.iface", "dce_iface", VALUE_REQUIRED, parse_interface},
    {"dcerpc.opnum", "dce_opnum", VALUE_REQUIRED, parse_opnum},
    {NULL, NULL, VALUE_NONE, NULL},
};
