#define PCRE2_CODE_UNIT_WIDTH 8
#include "rule/keyword/pcre_capture.h"

#include <errno.h>
#include <pcre2.h>
#include <stdlib.h>

#include "base/hash.h"

static const struct {
    const char *listed, *named;
    enum capture_kind kind;
} kinds[] = {
    {"flow:", "flow_", CAPTURE_FLOW},
    {"pkt:", "pkt_", CAPTURE_PACKET},
    {"alert:", "alert_", CAPTURE_ALERT},
};

static bool begins(struct slice text, const char *word)
{
    size_t n = strlen(word);
    return text.n > n && memcmp(text.p, word, n) == 0;
}

static int add(struct pcre_captures *captures, enum capture_kind kind, uint32_t group, struct slice name)
{
    if (captures->count == CAPTURES_MOST)
        return 0;
    struct group_capture *grown = realloc(captures->list, (captures->count + 1) * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    captures->list = grown;
    struct group_capture *capture = &grown[captures->count];
    *capture = (struct group_capture){
        .kind = kind, .group = group, .key = hash_slice(name, 0), .name = text_dup(name)};
    if (!capture->name)
        return -ENOMEM;
    captures->count++;
    return 0;
}

static int read_listed(struct pcre_captures *captures, struct slice rest, uint32_t groups, struct err *err)
{
    struct slice field;
    int rc = 0;
    for (uint32_t group = 1; !rc && text_field(&rest, ',', &field); group++) {
        size_t i = 0, count = sizeof kinds / sizeof kinds[0];
        while (i < count && !begins(field, kinds[i].listed))
            i++;
        if (i == count)
            return err_set(err, -EINVAL,
                           "after the flags, expected names for captures: flow:NAME, pkt:NAME or alert:NAME");
        if (groups && group > groups)
            return err_set(err, -EINVAL, "more names than the %u groups of the expression", groups);
        rc = add(captures, kinds[i].kind, group, slice_from(field, strlen(kinds[i].listed)));
    }
    return rc;
}

/* The table of names: each entry the group's number in two bytes, and the name. */
static int read_named(struct pcre_captures *captures, const pcre2_code *code)
{
    uint32_t count = 0, size = 0;
    PCRE2_SPTR table = NULL;
    int rc = 0;
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
    for (uint32_t e = 0; e < count && !rc; e++) {
        const uint8_t *entry = table + (size_t)e * size;
        struct slice name = slice_str((const char *)entry + 2);
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            if (begins(name, kinds[i].named))
                rc = add(captures, kinds[i].kind, (uint32_t)entry[0] << 8 | entry[1],
                         slice_from(name, strlen(kinds[i].named)));
    }
    return rc;
}

int pcre_captures_read(struct pcre_captures *captures, const void *code, const struct pcre_text *text,
                       struct err *err)
{
    uint32_t groups = 0;
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
    int rc = read_listed(captures, text->captures, groups, err);
    if (!rc)
        rc = read_named(captures, code);
    return rc == -ENOMEM ? err_set(err, rc, "out of memory") : rc;
}

void pcre_captures_fini(struct pcre_captures *captures)
{
    for (uint32_t i = 0; i < captures->count; i++)
        free(captures->list[i].name);
    free(captures->list);
}

void pcre_captures_note(const struct pcre_captures *captures, struct captures *out, struct slice subject,
                        const size_t *ovector, uint32_t groups)
{
    for (uint32_t i = 0; i < captures->count; i++) {
        const struct group_capture *capture = &captures->list[i];
        if (capture->group >= groups)
            continue;
        size_t from = ovector[2 * capture->group], upto = ovector[2 * capture->group + 1];
        if (from <= upto && upto <= subject.n)
            capture_note(out, capture, slice_of(subject.p + from, upto - from));
    }
}
