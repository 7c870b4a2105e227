/*
 * What files say about addresses: iprep and geoip.
 */
#include "rule/reputation.h"
#include "packet/packet.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/geoip.h"
#include "rule/keyword/number.h"

enum side { SIDE_ANY, SIDE_SOURCE, SIDE_DESTINATION, SIDE_BOTH };

static bool read_side(struct slice s, enum side *side)
{
    static const char *const names[] = {"any", "src", "dst", "both"};
    for (int i = 0; i < 4; i++)
        if (slice_equal(s, slice_str(names[i]))) {
            *side = (enum side)i;
            return true;
        }
    return false;
}

struct iprep {
    const struct reputation *reputation;
    unsigned category;
    enum side side;
    enum { IPREP_COMPARE, IPREP_ISSET, IPREP_ISNOTSET } kind;
    struct uint_condition condition;
};

static bool iprep_holds(const struct iprep *want, const struct address *address)
{
    int value = reputation_value(want->reputation, address, want->category);
    if (want->kind != IPREP_COMPARE)
        return (value >= 0) == (want->kind == IPREP_ISSET);
    return value >= 0 && uint_condition_holds(&want->condition, (uint64_t)value);
}

static bool match_iprep(const void *data, const struct view *view)
{
    const struct iprep *want = data;
    const struct packet *p = view->packet;
    if (!(p->layers & (LAYER_IPV4 | LAYER_IPV6)))
        return false;
    bool source = want->side != SIDE_DESTINATION && iprep_holds(want, &p->source_address);
    if (want->side == SIDE_SOURCE || (want->side == SIDE_BOTH && !source) ||
        (want->side == SIDE_ANY && source))
        return source;
    return iprep_holds(want, &p->destination_address);
}

static const struct test_ops iprep_ops = {.keyword = "iprep", .match = match_iprep};

/* Suricata takes == here as well, and no bare !. */
static bool comparison(struct slice s, enum uint_compare *compare)
{
    return !slice_equal(s, slice_str("!")) &&
           uint_compare_parse(slice_equal(s, slice_str("==")) ? slice_str("=") : s, compare);
}

static int parse_iprep(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct iprep want = {.reputation = b->context->reputation};
    struct slice rest = option->value, side, category, comparator, value;
    if (!want.reputation)
        return err_set(err, -ENOTSUP,
                       "iprep needs a category file and reputation lists: none are configured");
    if (!text_field(&rest, ',', &side) || !read_side(side, &want.side) ||
        !text_field(&rest, ',', &category) || !text_field(&rest, ',', &comparator)) {
        err_set(err, -EINVAL, "expected any, src, dst or both, a category, and a condition");
        err_hint(err, "for example iprep:src,BadHosts,>,30 or iprep:any,BadHosts,isset");
        return -EINVAL;
    }
    want.category = reputation_category(want.reputation, category);
    if (!want.category)
        return err_set(err, -EINVAL, "there is no reputation category \"%.*s\"", (int)category.n,
                       (const char *)category.p);
    bool good = true;
    if (slice_equal(comparator, slice_str("isset")))
        want.kind = IPREP_ISSET;
    else if (slice_equal(comparator, slice_str("isnotset")))
        want.kind = IPREP_ISNOTSET;
    else
        good = comparison(comparator, &want.condition.compare) && text_field(&rest, ',', &value) &&
               !(value.n > 1 && (value.p[1] | 0x20) == 'x') && text_uint(value, UINT8_MAX, &want.condition.a);
    if (!good || rest.p)
        return err_set(err, -EINVAL,
                       "expected isset, isnotset, or a comparison, a comma and a number up to 127");
    hint_layers(b->rule, LAYER_IPV4 | LAYER_IPV6);
    return copied_test(b, &iprep_ops, &want, sizeof want);
}

enum { COUNTRIES = 64 };

struct countries {
    const struct geoip *geoip;
    enum side side;
    bool negated;
    unsigned count;
    char codes[COUNTRIES][3];
};

static bool country_holds(const struct countries *want, const struct address *address)
{
    char code[3];
    if (!geoip_country(want->geoip, address, code))
        return false;
    for (unsigned i = 0; i < want->count; i++)
        if (memcmp(code, want->codes[i], 2) == 0)
            return !want->negated;
    return want->negated;
}

static bool match_geoip(const void *data, const struct view *view)
{
    const struct countries *want = data;
    const struct packet *p = view->packet;
    if (!(p->layers & (LAYER_IPV4 | LAYER_IPV6)))
        return false;
    bool source = want->side != SIDE_DESTINATION && country_holds(want, &p->source_address);
    if (want->side == SIDE_SOURCE || (want->side == SIDE_BOTH && !source) ||
        (want->side == SIDE_ANY && source))
        return source;
    return country_holds(want, &p->destination_address);
}

static const struct test_ops geoip_ops = {.keyword = "geoip", .match = match_geoip};

static int parse_geoip(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct countries want = {.geoip = b->context->geoip, .side = SIDE_ANY};
    struct slice rest = option->value, field, after = rest;
    if (!want.geoip)
        return err_set(err, -ENOTSUP, "geoip needs a database: none is configured");
    if (text_field(&after, ',', &field) && read_side(field, &want.side))
        rest = after;
    while (text_field(&rest, ',', &field)) {
        /* One ! negates the whole list, wherever it stands. */
        want.negated |= text_negated(&field);
        if (field.n != 2 || want.count == COUNTRIES)
            return err_set(err, -EINVAL, "expected up to %d country codes of two letters", COUNTRIES);
        memcpy(want.codes[want.count], field.p, 2);
        for (int i = 0; i < 2; i++)
            if (want.codes[want.count][i] >= 'a' && want.codes[want.count][i] <= 'z')
                want.codes[want.count][i] = (char)(want.codes[want.count][i] - 'a' + 'A');
        want.count++;
    }
    if (!want.count)
        return err_set(err, -EINVAL, "expected any, src, dst or both, and country codes");
    hint_layers(b->rule, LAYER_IPV4 | LAYER_IPV6);
    return copied_test(b, &geoip_ops, &want, sizeof want);
}

const struct keyword keywords_reputation[] = {
    {"iprep", NULL, VALUE_REQUIRED, parse_iprep},
    {"geoip", NULL, VALUE_REQUIRED, parse_geoip},
    {NULL, NULL, VALUE_NONE, NULL},
};
