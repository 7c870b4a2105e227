/*
 * threshold, detection_filter and tag. What they count is kept in engine/match.
 */
#include <errno.h>

#include "rule/keyword/number.h"
#include "rule/state_op.h"

/* Decimal digits, and whatever follows them when `rest_allowed`. */
static bool read_number(struct slice s, bool rest_allowed, uint32_t *value)
{
    size_t digits = 0;
    while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
        digits++;
    uint64_t v;
    if ((digits < s.n && !rest_allowed) || !text_uint(slice_first(s, digits), UINT32_MAX, &v))
        return false;
    *value = (uint32_t)v;
    return true;
}

static bool read_track(struct slice s, enum state_track *track)
{
    static const struct {
        const char *name;
        enum state_track track;
    } known[] = {
        {"by_src", TRACK_SOURCE}, {"by_dst", TRACK_DESTINATION}, {"by_both", TRACK_BOTH},
        {"by_rule", TRACK_RULE},  {"by_flow", TRACK_FLOW},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (slice_equal(s, slice_str(known[i].name))) {
            *track = known[i].track;
            return true;
        }
    return false;
}

static bool read_type(struct slice s, enum threshold_kind *kind)
{
    static const struct {
        const char *name;
        enum threshold_kind kind;
    } known[] = {
        {"limit", THRESHOLD_LIMIT},
        {"threshold", THRESHOLD_THRESHOLD},
        {"both", THRESHOLD_BOTH},
        {"backoff", THRESHOLD_BACKOFF},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (slice_equal(s, slice_str(known[i].name))) {
            *kind = known[i].kind;
            return true;
        }
    return false;
}

enum field { FIELD_TYPE = 1, FIELD_TRACK = 2, FIELD_COUNT = 4, FIELD_SECONDS = 8, FIELD_MULTIPLIER = 16 };

/* One "word value" field: which one it was, or 0 when it is none or its value is wrong. */
static unsigned read_field(struct slice field, bool last, struct threshold *t)
{
    struct slice word;
    text_field(&field, ' ', &word);
    field = text_trim(field);
    if (text_equal(word, "type"))
        return read_type(field, &t->kind) ? FIELD_TYPE : 0;
    if (text_equal(word, "track"))
        return read_track(field, &t->track) ? FIELD_TRACK : 0;
    if (text_equal(word, "count"))
        return read_number(field, last, &t->count) ? FIELD_COUNT : 0;
    if (text_equal(word, "seconds"))
        return read_number(field, last, &t->seconds) ? FIELD_SECONDS : 0;
    if (text_equal(word, "multiplier"))
        return read_number(field, last, &t->multiplier) ? FIELD_MULTIPLIER : 0;
    return 0;
}

/* The fields in any order, none of them twice. Returns which were there, 0 with *err when one is wrong. */
static unsigned read_fields(struct slice rest, unsigned needed, bool rest_allowed, struct threshold *t,
                            struct err *err)
{
    unsigned seen = 0;
    struct slice field;
    while (text_field(&rest, ',', &field)) {
        unsigned one = read_field(field, rest_allowed && !rest.p, t);
        if (!one && rest_allowed && (seen & needed) == needed)
            break; /* Suricata ignores what follows a complete option */
        if (!one || seen & one) {
            err_set(err, -EINVAL, "%s \"%.*s\"", one ? "given twice:" : "not understood:", (int)field.n,
                    (const char *)field.p);
            return 0;
        }
        seen |= one;
    }
    return seen;
}

/* A rule has one threshold or one detection_filter. */
static bool has_threshold(const struct rule *rule)
{
    return rule->threshold_count > 0;
}

static int refuse_backoff(const struct threshold *t, unsigned seen, struct err *err)
{
    if (t->track != TRACK_FLOW || seen & FIELD_SECONDS || !(seen & FIELD_MULTIPLIER))
        return err_set(err, -EINVAL, "backoff needs track by_flow, count and multiplier, and no seconds");
    if (t->count < 1 || t->count > UINT16_MAX)
        return err_set(err, -EINVAL, "the count of a backoff is from 1 to 65535");
    if (t->multiplier < 2 || t->multiplier > UINT16_MAX)
        return err_set(err, -EINVAL, "the multiplier of a backoff is from 2 to 65535");
    return 0;
}

static int parse_threshold(struct rule_builder *b, const struct option *option, struct err *err)
{
    enum { NEEDED = FIELD_TYPE | FIELD_TRACK | FIELD_COUNT };
    struct threshold t = {0};
    if (has_threshold(b->rule))
        return err_set(err, -EINVAL, "the rule has a threshold or detection_filter already");
    unsigned seen = read_fields(option->value, NEEDED | FIELD_SECONDS, true, &t, err);
    if (!seen)
        return -EINVAL;
    bool backoff = t.kind == THRESHOLD_BACKOFF;
    if ((seen & NEEDED) != NEEDED || (!backoff && !(seen & FIELD_SECONDS))) {
        err_set(err, -EINVAL, "a threshold needs type, track, count and seconds");
        err_hint(err, "for example threshold:type limit, track by_src, count 1, seconds 60");
        return -EINVAL;
    }
    int r = backoff ? refuse_backoff(&t, seen, err) : 0;
    return r ? r : builder_threshold(b, &t);
}

static int parse_detection_filter(struct rule_builder *b, const struct option *option, struct err *err)
{
    enum { NEEDED = FIELD_TRACK | FIELD_COUNT | FIELD_SECONDS };
    struct threshold t = {.kind = THRESHOLD_DETECTION_FILTER};
    if (has_threshold(b->rule))
        return err_set(err, -EINVAL, "the rule has a threshold or detection_filter already");
    unsigned seen = read_fields(option->value, NEEDED, false, &t, err);
    if (!seen)
        return -EINVAL;
    if (seen != NEEDED || t.track == TRACK_BOTH || t.track == TRACK_RULE || !t.count || !t.seconds) {
        err_set(err, -EINVAL,
                "a detection_filter needs track by_src, by_dst or by_flow, and count and seconds above 0");
        err_hint(err, "for example detection_filter:track by_src, count 5, seconds 60");
        return -EINVAL;
    }
    return builder_threshold(b, &t);
}

static bool among(struct slice s, const char *const *words)
{
    for (; *words; words++)
        if (slice_equal(s, slice_str(*words)))
            return true;
    return false;
}

/* Checked and kept with the rule's options; there is no output of tagged packets yet. */
static int parse_tag(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const char *const kinds[] = {"session", "host", NULL};
    static const char *const metrics[] = {"packets", "seconds", "bytes", NULL};
    static const char *const sides[] = {"src", "dst", NULL};
    struct slice rest = option->value, field;
    uint32_t count;
    (void)b;
    bool good = text_field(&rest, ',', &field) && among(field, kinds);
    if (good && rest.p)
        good = text_field(&rest, ',', &field) && read_number(field, false, &count) &&
               text_field(&rest, ',', &field) && among(field, metrics);
    if (good && rest.p)
        good = text_field(&rest, ',', &field) && among(field, sides) && !rest.p;
    if (!good) {
        err_set(err, -EINVAL, "expected session or host, a count and packets, seconds or bytes, src or dst");
        err_hint(err, "for example tag:host,100,packets,src");
        return -EINVAL;
    }
    return 0;
}

const struct keyword keywords_threshold[] = {
    {"threshold", NULL, VALUE_REQUIRED, parse_threshold},
    {"detection_filter", NULL, VALUE_REQUIRED, parse_detection_filter},
    {"tag", NULL, VALUE_REQUIRED, parse_tag},
    {NULL, NULL, VALUE_NONE, NULL},
};
