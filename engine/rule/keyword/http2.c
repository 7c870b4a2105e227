/* Frames of HTTP/2: http2.frametype, http2.errorcode, http2.settings. The plain numbers are sticky.c's. */
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword/sticky.h"

/* RFC 9113, 6 (with the underscores away, as Suricata spells them), 7 and 6.5.2; RFC 8441, RFC 9218. */
static const char *const frame_types[] = {"DATA",         "HEADERS",     "PRIORITY", "RSTSTREAM",
                                          "SETTINGS",     "PUSHPROMISE", "PING",     "GOAWAY",
                                          "WINDOWUPDATE", "CONTINUATION"};
static const char *const error_codes[] = {"NO_ERROR",
                                          "PROTOCOL_ERROR",
                                          "INTERNAL_ERROR",
                                          "FLOW_CONTROL_ERROR",
                                          "SETTINGS_TIMEOUT",
                                          "STREAM_CLOSED",
                                          "FRAME_SIZE_ERROR",
                                          "REFUSED_STREAM",
                                          "CANCEL",
                                          "COMPRESSION_ERROR",
                                          "CONNECT_ERROR",
                                          "ENHANCE_YOUR_CALM",
                                          "INADEQUATE_SECURITY",
                                          "HTTP_1_1_REQUIRED"};
static const char *const settings[] = {NULL,
                                       "SETTINGS_HEADER_TABLE_SIZE",
                                       "SETTINGS_ENABLE_PUSH",
                                       "SETTINGS_MAX_CONCURRENT_STREAMS",
                                       "SETTINGS_INITIAL_WINDOW_SIZE",
                                       "SETTINGS_MAX_FRAME_SIZE",
                                       "SETTINGS_MAX_HEADER_LIST_SIZE",
                                       NULL,
                                       "SETTINGS_ENABLE_CONNECT_PROTOCOL",
                                       "SETTINGS_NO_RFC7540_PRIORITIES"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* The place of a name in a list, -1 without. */
static int place_of(struct slice name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] && text_equal(name, list[i]))
            return (int)i;
    return -1;
}

static int add_equal(struct rule_builder *b, enum buffer_id buffer, uint64_t value, struct err *err)
{
    struct uint_condition *condition = malloc(sizeof *condition);
    if (!condition)
        return err_set(err, -ENOMEM, "out of memory");
    *condition = (struct uint_condition){.compare = UINT_EQUAL, .a = value};
    return sticky_test(b, buffer, &sticky_number_ops, condition, err);
}

static int parse_named(struct rule_builder *b, enum buffer_id buffer, const struct option *option,
                       const char *const *list, size_t count, uint64_t most, struct err *err)
{
    uint64_t value;
    int place = place_of(option->value, list, count);
    if (place >= 0)
        return add_equal(b, buffer, (uint64_t)place, err);
    if (!text_uint_begin(text_skip_plus(option->value), most, &value))
        return err_set(err, -EINVAL, "expected a name such as %s, or a number up to %llu", list[1],
                       (unsigned long long)most);
    return add_equal(b, buffer, value, err);
}

static int parse_frametype(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_named(b, BUFFER_HTTP2_FRAMETYPE, option, frame_types, COUNT(frame_types), UINT8_MAX, err);
}

static int parse_errorcode(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_named(b, BUFFER_HTTP2_ERRORCODE, option, error_codes, COUNT(error_codes), UINT32_MAX, err);
}

struct setting_test {
    uint64_t id;
    bool any; /* value */
    struct uint_condition condition;
};

static enum step_result run_setting(struct eval *eval, const struct step *step)
{
    const struct setting_test *test = step->data;
    uint64_t setting = eval->buffer.number; /* identifier << 32 | value */
    if (setting >> 32 != test->id || (eval->buffer.late && !eval->chain->keyed))
        return STEP_NO;
    bool holds = test->any || uint_condition_holds(&test->condition, setting & UINT32_MAX);
    return holds ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops setting_ops = {.keyword = "http2.settings", .run = run_setting};

/* NAME, or NAME and a condition: SETTINGS_ENABLE_PUSH=0, SETTINGS_MAX_FRAME_SIZE >20000 */
static int read_setting(struct slice text, struct setting_test *test, struct err *err)
{
    size_t n = 0;
    while (n < text.n && !memchr(" =<>", text.p[n], 4))
        n++;
    int place = place_of(slice_first(text, n), settings, COUNT(settings));
    if (place < 0)
        return err_set(err, -EINVAL, "expected the name of a setting, such as SETTINGS_ENABLE_PUSH");
    test->id = (uint64_t)place;
    struct slice rest = text_trim(slice_from(text, n));
    if (rest.n && rest.p[0] == '=')
        rest = text_trim(slice_from(rest, 1));
    test->any = !rest.n;
    return test->any ? 0 : uint_condition_parse(rest, UINT32_MAX, &test->condition, err);
}

static int parse_settings(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct setting_test *test = calloc(1, sizeof *test);
    if (!test)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = read_setting(option->value, test, err);
    if (rc) {
        free(test);
        return rc;
    }
    return sticky_test(b, BUFFER_HTTP2_SETTINGS, &setting_ops, test, err);
}

const struct keyword keywords_http2[] = {
    {"http2.frametype", NULL, VALUE_REQUIRED, parse_frametype},
    {"http2.errorcode", NULL, VALUE_REQUIRED, parse_errorcode},
    {"http2.settings", NULL, VALUE_REQUIRED, parse_settings},
    {NULL, NULL, VALUE_NONE, NULL},
};
