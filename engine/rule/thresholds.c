/*
 * threshold.config, in the fixed order of words that Suricata 8 reads:
 *
 *     threshold|event_filter gen_id G, sig_id S, type T, track W, count N, seconds N
 *     rate_filter gen_id G, sig_id S, track W, count N, seconds N, new_action A, timeout N
 *     suppress gen_id G, sig_id S [, track by_src|by_dst|by_either, ip ADDRESSES]
 *
 * sig_id 0 is every rule of the gid, both 0 every rule. What a rule says itself outdoes threshold and
 * rate_filter lines, and the first such line outdoes the later ones; suppressions add up.
 */
#include "rule/rule_list.h"

#include <errno.h>
#include <stdio.h>

#include "base/log.h"
#include "rule/file.h"
#include "rule/keyword.h"
#include "rule/logical_line.h"
#include "rule/rule_index.h"
#include "rule/sets.h"
#include "rule/state_op.h"

enum { THRESHOLD_FILE_MOST = 64 << 20, THRESHOLDS_OF_A_RULE = 4096 };

struct threshold_line {
    struct slice text, rest;
    uint32_t gid, sid;
    struct threshold threshold;
    struct err *err;
};

struct word {
    const char *text;
    int value;
};

static const struct word kinds[] = {
    {"limit", THRESHOLD_LIMIT}, {"threshold", THRESHOLD_THRESHOLD}, {"both", THRESHOLD_BOTH}, {NULL, 0}};
static const struct word tracks[] = {{"by_src", TRACK_SOURCE}, {"by_dst", TRACK_DESTINATION},
                                     {"by_both", TRACK_BOTH},  {"by_rule", TRACK_RULE},
                                     {"by_flow", TRACK_FLOW},  {NULL, 0}};
static const struct word suppress_tracks[] = {
    {"by_src", TRACK_SOURCE}, {"by_dst", TRACK_DESTINATION}, {"by_either", TRACK_BOTH}, {NULL, 0}};
static const struct word new_actions[] = {{"alert", ACTION_ALERT},
                                          {"pass", ACTION_PASS},
                                          {"drop", ACTION_DROP},
                                          {"reject", ACTION_REJECT},
                                          {NULL, 0}};

static int fail(struct threshold_line *line, const uint8_t *at, const char *expected)
{
    err_set(line->err, -EINVAL, "expected %s", expected);
    err_at(line->err, NULL, 1, at ? (unsigned)(at - line->text.p) + 1 : (unsigned)line->text.n + 1);
    return -EINVAL;
}

/* Takes "NAME value", up to the next comma; `last` takes all that is left, commas too. */
static int take(struct threshold_line *line, const char *name, bool last, struct slice *value)
{
    struct slice field = text_trim(line->rest);
    size_t n = strlen(name);
    const uint8_t *at = field.n ? field.p : NULL;
    if (last) {
        line->rest = slice_of(NULL, 0);
    } else if (!text_field(&line->rest, ',', &field)) {
        at = NULL;
    }
    if (field.n <= n + 1 || memcmp(field.p, name, n) != 0 || (field.p[n] != ' ' && field.p[n] != '\t')) {
        char expected[64];
        snprintf(expected, sizeof expected, "%s and its value here", name);
        return fail(line, at, expected);
    }
    *value = text_trim(slice_from(field, n));
    return 0;
}

static int take_number(struct threshold_line *line, const char *name, uint64_t least, uint32_t *out)
{
    struct slice value;
    uint64_t number;
    int rc = take(line, name, false, &value);
    if (rc)
        return rc;
    if (!text_uint(value, UINT32_MAX, &number) || number < least)
        return fail(line, value.p, least ? "a number above 0" : "a number");
    *out = (uint32_t)number;
    return 0;
}

static int take_word(struct threshold_line *line, const char *name, const struct word *words, int *out)
{
    struct slice value;
    int rc = take(line, name, false, &value);
    if (rc)
        return rc;
    for (const struct word *w = words; w->text; w++) {
        if (slice_equal(value, slice_str(w->text))) {
            *out = w->value;
            return 0;
        }
    }
    char expected[96];
    int n = snprintf(expected, sizeof expected, "one of");
    for (const struct word *w = words; w->text && n < (int)sizeof expected; w++)
        n += snprintf(expected + n, sizeof expected - (size_t)n, " %s", w->text);
    return fail(line, value.p, expected);
}

static int take_count(struct threshold_line *line)
{
    int rc = take_number(line, "count", 1, &line->threshold.count);
    return rc ? rc : take_number(line, "seconds", 1, &line->threshold.seconds);
}

static int parse_threshold(struct threshold_line *line)
{
    int kind = 0, track = 0;
    int rc = take_word(line, "type", kinds, &kind);
    if (!rc)
        rc = take_word(line, "track", tracks, &track);
    if (!rc)
        rc = take_count(line);
    line->threshold.kind = (enum threshold_kind)kind;
    line->threshold.track = (enum state_track)track;
    return rc;
}

static int parse_rate_filter(struct threshold_line *line)
{
    int track = 0;
    int rc = take_word(line, "track", tracks, &track);
    if (!rc)
        rc = take_count(line);
    if (!rc)
        rc = take_word(line, "new_action", new_actions, &line->threshold.new_action);
    if (!rc)
        rc = take_number(line, "timeout", 0, &line->threshold.timeout_s);
    line->threshold.kind = THRESHOLD_RATE_FILTER;
    line->threshold.track = (enum state_track)track;
    return rc;
}

static int parse_suppress(struct threshold_line *line, const struct rule_context *context)
{
    line->threshold.kind = THRESHOLD_SUPPRESS;
    if (!line->rest.p)
        return 0;
    int track = 0;
    struct slice hosts;
    int rc = take_word(line, "track", suppress_tracks, &track);
    if (!rc)
        rc = take(line, "ip", true, &hosts);
    if (rc)
        return rc;
    line->threshold.track = (enum state_track)track;
    rc = address_set_parse(hosts, context ? context->variables : NULL, NULL, &line->threshold.hosts,
                           line->err);
    if (rc == -EINVAL)
        err_at(line->err, NULL, 1, (unsigned)(hosts.p - line->text.p) + line->err->column);
    return rc;
}

static int parse_line(struct threshold_line *line, const struct rule_context *context)
{
    struct slice s = text_trim(line->text);
    size_t n = 0;
    while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t')
        n++;
    struct slice verb = slice_first(s, n);
    line->rest = slice_from(s, n);
    bool rate = slice_equal(verb, slice_str("rate_filter"));
    bool suppress = slice_equal(verb, slice_str("suppress"));
    if (!rate && !suppress && !slice_equal(verb, slice_str("threshold")) &&
        !slice_equal(verb, slice_str("event_filter")))
        return fail(line, s.p, "threshold, event_filter, rate_filter or suppress");
    int rc = take_number(line, "gen_id", 0, &line->gid);
    if (!rc)
        rc = take_number(line, "sig_id", 0, &line->sid);
    if (!rc && line->sid && !line->gid)
        rc = fail(line, s.p, "a gen_id above 0 where the sig_id is");
    if (!rc)
        rc = rate       ? parse_rate_filter(line)
             : suppress ? parse_suppress(line, context)
                        : parse_threshold(line);
    if (!rc && line->rest.p)
        rc = fail(line, line->rest.p, "the end of the line");
    return rc;
}

static bool has_threshold(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->threshold_count; i++)
        if (rule->thresholds[i].kind != THRESHOLD_SUPPRESS)
            return true;
    return false;
}

static bool is_filter(enum threshold_kind kind)
{
    return kind == THRESHOLD_LIMIT || kind == THRESHOLD_THRESHOLD || kind == THRESHOLD_BOTH ||
           kind == THRESHOLD_BACKOFF;
}

/* As in Suricata a line about one rule takes the place of what the rule, or a line before, says. */
static void drop_others(struct rule *rule)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < rule->threshold_count; i++)
        if (rule->thresholds[i].kind == THRESHOLD_SUPPRESS)
            rule->thresholds[kept++] = rule->thresholds[i];
    rule->threshold_count = kept;
}

static int attach(struct rule *rule, const struct threshold_line *line, const struct log *log)
{
    struct rule_builder builder = {.rule = rule};
    if (line->sid && is_filter(line->threshold.kind))
        drop_others(rule);
    if (line->threshold.kind != THRESHOLD_SUPPRESS && has_threshold(rule)) {
        if (line->sid)
            log_warning(log, "threshold.config: sid %u has a threshold already, which holds", rule->sid);
        return 0;
    }
    if (rule->threshold_count >= THRESHOLDS_OF_A_RULE) {
        log_warning(log, "threshold.config: more than %d lines for sid %u: left out", THRESHOLDS_OF_A_RULE,
                    rule->sid);
        return 0;
    }
    int rc = builder_threshold(&builder, &line->threshold);
    if (!rc && line->threshold.hosts)
        line->threshold.hosts->users++;
    return rc;
}

static int attach_all(struct rule_list *list, const struct threshold_line *line, const struct log *log)
{
    uint32_t at;
    if (line->sid) {
        if (rule_index_find(list->index, line->gid, line->sid, &at))
            return attach(list->rules[at], line, log);
        log_warning(log, "threshold.config: no rule has gid %u and sid %u", line->gid, line->sid);
        return 0;
    }
    int rc = 0;
    for (uint32_t i = 0; !rc && i < list->count; i++)
        if (!line->gid || list->rules[i]->gid == line->gid)
            rc = attach(list->rules[i], line, log);
    return rc;
}

struct threshold_reading {
    struct rule_list *list;
    const char *path;
    const struct rule_context *context;
    struct line_reader lines;
    rule_refused_fn refused;
    void *ctx;
};

/* 0 for a line that was taken or refused; -ENOMEM. */
static int read_line(struct threshold_reading *r, struct err *err)
{
    struct err problem = {0};
    struct threshold_line line = {.text = r->lines.line, .err = &problem};
    int rc;
    if (r->lines.too_long)
        rc = fail(&line, line.text.p, "a line of less than 1 MiB");
    else
        rc = parse_line(&line, r->context);
    if (!rc)
        rc = attach_all(r->list, &line, r->context ? r->context->log : NULL);
    address_set_unref(line.threshold.hosts);
    if (rc == -ENOMEM)
        return err_set(err, rc, "out of memory");
    if (!rc || !r->refused)
        return 0;
    const struct line_joint *joint = line_reader_find(&r->lines, &problem.column);
    err_at(&problem, r->path, joint->number, problem.column);
    struct rule_refusal refusal = {.err = &problem, .code = rc, .line = joint->physical, .sid = line.sid};
    r->refused(r->ctx, &refusal);
    return 0;
}

int rule_list_thresholds(struct rule_list *list, const char *path, const struct rule_context *context,
                         rule_refused_fn refused, void *ctx, struct err *err)
{
    struct threshold_reading r = {
        .list = list, .path = path, .context = context, .refused = refused, .ctx = ctx};
    struct buf text = {0};
    int rc = file_read(path, THRESHOLD_FILE_MOST, &text, err);
    line_reader_init(&r.lines, buf_slice(&text));
    while (!rc && (rc = line_reader_next(&r.lines, RULE_LINE_MOST)) > 0)
        rc = read_line(&r, err);
    if (rc == -ENOMEM)
        err_set(err, rc, "out of memory");
    line_reader_fini(&r.lines);
    buf_fini(&text);
    return rc;
}
