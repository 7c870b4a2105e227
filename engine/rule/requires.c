#include "rule/requires.h"

#include <errno.h>

#include "rule/keyword.h"
#include "rule/keyword_names.h"

enum { VERSION_PARTS = 3 };

static const unsigned our_version[VERSION_PARTS] = {8, 0, 8};

/* What Suricata calls features in its usual build, and rules ask for. */
static const char *const features[] = {"ja3", "ja4"};

static bool take(struct slice *s, const char *word)
{
    size_t n = strlen(word);
    if (s->n < n || memcmp(s->p, word, n) != 0)
        return false;
    *s = slice_from(*s, n);
    return true;
}

/* 8, 8.0 or 8.0.8, and what follows a '-' left aside; <0, 0, >0 as we are older, the same or newer. */
static bool compare_version(struct slice *s, int *order)
{
    size_t n = 0;
    while (n < s->n && !memchr(" \t<>|", s->p[n], 5))
        n++;
    struct slice word = slice_first(*s, n), part;
    *s = slice_from(*s, n);
    const uint8_t *suffix = word.n ? memchr(word.p, '-', word.n) : NULL;
    if (suffix)
        word = slice_first(word, (size_t)(suffix - word.p));
    if (!word.n)
        return false;
    *order = 0;
    for (unsigned i = 0; i < VERSION_PARTS; i++) {
        uint64_t value = 0;
        if (word.p && (!text_field(&word, '.', &part) || !text_uint(part, UINT16_MAX, &value)))
            return false;
        if (*order == 0)
            *order = our_version[i] < value ? -1 : our_version[i] > value;
    }
    return !word.p;
}

/* A run such as ">= 7.0.3 < 8"; all must hold. */
static bool compare_run(struct slice s, bool *met)
{
    *met = true;
    for (s = text_trim(s); s.n; s = text_trim(s)) {
        int order;
        bool or_equal, less = take(&s, "<");
        if (!less && !take(&s, ">"))
            return false;
        or_equal = take(&s, "=");
        s = text_trim(s);
        if (!compare_version(&s, &order))
            return false;
        if (!((less ? order < 0 : order > 0) || (or_equal && order == 0)))
            *met = false;
    }
    return true;
}

static int check_version(struct slice expression, struct err *err)
{
    struct slice rest = expression, run;
    bool any = false, met;
    while (text_field(&rest, '|', &run)) {
        if (!run.n || !compare_run(run, &met))
            return err_set(err, -EINVAL, "expected a version condition such as \">= 7.0.3 < 9 | >= 10\"");
        any |= met;
    }
    return any ? 0
               : err_set(err, 1, "the rule is for version %.*s", (int)(expression.n & 0xff),
                         (const char *)expression.p);
}

static int check_one(struct slice s, bool *version_seen, struct err *err)
{
    size_t n = 0;
    while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t')
        n++;
    struct slice word = slice_first(s, n), argument = text_trim(slice_from(s, n));
    int shown = (int)(argument.n > 64 ? 64 : argument.n);
    const char *text = argument.n ? (const char *)argument.p : "";
    if (text_equal(word, "version")) {
        if (*version_seen)
            return err_set(err, -EINVAL, "version may stand only once here: part alternatives by '|'");
        *version_seen = true;
        return argument.n ? check_version(argument, err)
                          : err_set(err, -EINVAL, "expected a version condition such as \">= 7.0.3\"");
    }
    if (text_equal(word, "keyword")) {
        const struct keyword_name *known = keyword_name_find(argument);
        bool exact = known && slice_equal(argument, slice_str(known->name));
        return exact ? 0 : err_set(err, 1, "the rule requires the keyword \"%.*s\"", shown, text);
    }
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++)
        if (text_equal(word, "feature") && slice_equal(argument, slice_str(features[i])))
            return 0;
    if (text_equal(word, "feature"))
        return err_set(err, 1, "the rule requires the feature \"%.*s\"", shown, text);
    return err_set(err, 1, "the rule requires something unknown");
}

int requires_check(struct slice value, struct err *err)
{
    struct slice rest = value, one;
    bool version_seen = false;
    int result = 0;
    struct err first = {0};
    while (text_field(&rest, ',', &one)) {
        struct err problem = {0};
        int rc = check_one(one, &version_seen, &problem);
        if (rc < 0)
            return err_set(err, rc, "%s", problem.message);
        if (rc && !result)
            first = problem;
        result |= rc;
    }
    return result ? err_set(err, result, "%s", first.message) : 0;
}
