/*
 * Keywords of HTTP beside its sticky buffers: the old modifiers, which say after a content where it is looked
 * for (content:"x"; http_uri;), uricontent and urilen.
 */
#include <errno.h>
#include <stdlib.h>

#include "rule/content.h"
#include "rule/keyword/content_modifier.h"
#include "rule/keyword/sticky.h"

static int move_content(struct rule_builder *b, const struct option *option, enum buffer_id buffer,
                        struct err *err)
{
    if (b->buffer != BUFFER_PAYLOAD)
        return err_set(err, -EINVAL, "%.*s cannot stand behind a sticky buffer", (int)option->name.n,
                       (const char *)option->name.p);
    uint32_t index = 0;
    struct content *content = content_of_payload(b, option, &index, err);
    if (!content)
        return -EINVAL;
    if (content->flags & CONTENT_RAWBYTES)
        return err_set(err, -EINVAL, "%.*s cannot be combined with rawbytes", (int)option->name.n,
                       (const char *)option->name.p);
    free(content->replacement); /* only what is in packets is replaced */
    content->replacement = NULL;
    content->flags &= ~(uint32_t)CONTENT_REPLACE;
    int rc = sticky_check_http1(b, option, buffer, err);
    if (rc)
        return rc;
    bool relative = content->flags & (CONTENT_DISTANCE | CONTENT_WITHIN);
    if (builder_move_content(b, index, buffer))
        return err_set(err, -ENOMEM, "out of memory");
    struct chain *chain = builder_chain(b);
    if (relative)
        chain_mark_retried(chain, chain->step_count - 1);
    return 0;
}

static const struct {
    const char *name;
    enum buffer_id buffer;
} modifiers[] = {
    {"http_uri", BUFFER_HTTP_URI},
    {"http_raw_uri", BUFFER_HTTP_URI_RAW},
    {"http_method", BUFFER_HTTP_METHOD},
    {"http_header", BUFFER_HTTP_HEADER},
    {"http_raw_header", BUFFER_HTTP_HEADER_RAW},
    {"http_cookie", BUFFER_HTTP_COOKIE},
    {"http_user_agent", BUFFER_HTTP_USER_AGENT},
    {"http_host", BUFFER_HTTP_HOST},
    {"http_raw_host", BUFFER_HTTP_HOST_RAW},
    {"http_client_body", BUFFER_HTTP_REQUEST_BODY},
    {"http_server_body", BUFFER_HTTP_RESPONSE_BODY},
    {"http_stat_code", BUFFER_HTTP_STAT_CODE},
    {"http_stat_msg", BUFFER_HTTP_STAT_MSG},
};

static int parse_modifier(struct rule_builder *b, const struct option *option, struct err *err)
{
    for (size_t i = 0; i < sizeof modifiers / sizeof modifiers[0]; i++)
        if (text_equal(option->name, modifiers[i].name))
            return move_content(b, option, modifiers[i].buffer, err);
    return err_set(err, -EINVAL, "not a modifier of http");
}

static int parse_uricontent(struct rule_builder *b, const struct option *option, struct err *err)
{
    int rc = content_parse(b, option, err);
    return rc ? rc : move_content(b, option, BUFFER_HTTP_URI, err);
}

static enum step_result run_urilen(struct eval *eval, const struct step *step)
{
    return uint_condition_holds(step->data, eval->buffer.bytes.n) ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops urilen_ops = {.keyword = "urilen", .run = run_urilen};

/* urilen:CONDITION[,raw|norm] */
static int parse_urilen(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice rest = option->value, condition, form;
    bool raw = false;
    if (!text_field(&rest, ',', &condition))
        return err_set(err, -EINVAL, "expected a number of bytes");
    if (text_field(&rest, ',', &form)) {
        raw = text_equal(form, "raw");
        if ((!raw && !text_equal(form, "norm")) || rest.p)
            return err_set(err, -EINVAL, "expected raw or norm after the comma");
    }
    struct uint_condition *data = malloc(sizeof *data);
    if (!data)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = uint_condition_parse(condition, UINT16_MAX, data, err);
    if (rc) {
        free(data);
        return rc;
    }
    return sticky_test(b, raw ? BUFFER_HTTP_URI_RAW : BUFFER_HTTP_URI, &urilen_ops, data, err);
}

const struct keyword keywords_http[] = {
    {"http_uri", NULL, VALUE_NONE, parse_modifier},
    {"http_raw_uri", NULL, VALUE_NONE, parse_modifier},
    {"http_method", NULL, VALUE_NONE, parse_modifier},
    {"http_header", NULL, VALUE_NONE, parse_modifier},
    {"http_raw_header", NULL, VALUE_NONE, parse_modifier},
    {"http_cookie", NULL, VALUE_NONE, parse_modifier},
    {"http_user_agent", NULL, VALUE_NONE, parse_modifier},
    {"http_host", NULL, VALUE_NONE, parse_modifier},
    {"http_raw_host", NULL, VALUE_NONE, parse_modifier},
    {"http_client_body", NULL, VALUE_NONE, parse_modifier},
    {"http_server_body", NULL, VALUE_NONE, parse_modifier},
    {"http_stat_code", NULL, VALUE_NONE, parse_modifier},
    {"http_stat_msg", NULL, VALUE_NONE, parse_modifier},
    {"uricontent", NULL, VALUE_REQUIRED, parse_uricontent},
    {"urilen", NULL, VALUE_REQUIRED, parse_urilen},
    {NULL, NULL, VALUE_NONE, NULL},
};
