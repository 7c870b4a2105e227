/*
 * The keywords that base/buffer_list.h names by itself: sticky buffers (kind BYTES), and numbers that are
 * compared (kind U8 to U64).
 */
#include "rule/keyword/sticky.h"
#include "base/app_proto.h"

#include <errno.h>
#include <stdlib.h>

#include "base/err.h"

static bool some_parser_built(uint64_t protocols)
{
    for (unsigned app = APP_FAILED + 1; app < APP_PROTO_COUNT; app++)
        if (protocols >> app & 1 && app_parser_built((enum app_proto)app))
            return true;
    return false;
}

static const char *first_protocol(uint64_t protocols)
{
    for (unsigned app = APP_FAILED + 1; app < APP_PROTO_COUNT; app++)
        if (protocols >> app & 1)
            return app_proto_name((enum app_proto)app);
    return "application";
}

/* The rule's protocol must be able to have the buffer, and a parser must be there that fills it. */
int sticky_check(const struct rule_header *header, enum buffer_id buffer, struct err *err)
{
    const struct buffer_info *info = buffer_info(buffer);
    if (!some_parser_built(info->protocols))
        return err_set(err, -ENOTSUP, "\"%s\" needs the %s parser, which is not built yet", info->name,
                       first_protocol(info->protocols));
    if (header->protocol == PROTOCOL_APP && !(app_proto_named(header->app) & info->protocols))
        return err_set(err, -EINVAL, "%s is not a buffer of %s, which the rule is about", info->name,
                       app_proto_name(header->app));
    return 0;
}

int sticky_check_http1(struct rule_builder *b, const struct option *option, enum buffer_id buffer,
                       struct err *err)
{
    const struct rule_header *header = &b->rule->header;
    uint64_t http1 = app_proto_bits(APP_HTTP1);
    int rc = sticky_check(header, buffer, err);
    if (rc)
        return rc;
    if (header->protocol == PROTOCOL_APP && !(app_proto_named(header->app) & http1))
        return err_set(err, -EINVAL,
                       "%.*s in this form is about HTTP/1, the rule about %s: put %s before the content",
                       (int)option->name.n, (const char *)option->name.p, app_proto_name(header->app),
                       buffer_name(buffer));
    b->rule->apps &= http1;
    return 0;
}

int sticky_select(struct rule_builder *b, enum buffer_id buffer, struct err *err)
{
    int rc = sticky_check(&b->rule->header, buffer, err);
    if (rc)
        return rc;
    if (b->buffer == BUFFER_BASE64_DATA)
        return err_set(err, -EINVAL, "no other buffer can follow base64_data");
    rc = builder_select(b, buffer);
    return rc == -EINVAL
               ? err_set(err, rc, "transforms before %s have no content to apply to", buffer_name(buffer))
               : rc;
}

int sticky_enter(struct rule_builder *b, enum buffer_id buffer, struct err *err)
{
    int rc = sticky_check(&b->rule->header, buffer, err);
    if (rc)
        return rc;
    return builder_enter(b, buffer) ? err_set(err, -ENOMEM, "out of memory") : 0;
}

int sticky_test(struct rule_builder *b, enum buffer_id buffer, const struct step_ops *ops, void *data,
                struct err *err)
{
    int rc = sticky_check(&b->rule->header, buffer, err);
    if (rc) {
        (ops->free ? ops->free : free)(data);
        return rc;
    }
    return builder_lone_step(b, buffer, ops, data) ? err_set(err, -ENOMEM, "out of memory") : 0;
}

static enum step_result run_number(struct eval *eval, const struct step *step)
{
    if (eval->buffer.late && !eval->chain->keyed)
        return STEP_NO; /* without a content the rule is looked at once */
    return uint_condition_holds(step->data, eval->buffer.number) ? chain_next(eval, step) : STEP_NO;
}

const struct step_ops sticky_number_ops = {.keyword = "number", .run = run_number};

int sticky_number(struct rule_builder *b, enum buffer_id buffer, const struct option *option, uint64_t most,
                  struct err *err)
{
    struct uint_condition *condition = malloc(sizeof *condition);
    if (!condition)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = uint_condition_parse(option->value, most, condition, err);
    if (rc) {
        free(condition);
        return rc;
    }
    return sticky_test(b, buffer, &sticky_number_ops, condition, err);
}

static bool named_condition(struct slice text, const struct sticky_name *names, struct uint_condition *out)
{
    out->compare = text_negated(&text) ? UINT_NOT_EQUAL : UINT_EQUAL;
    for (; names->name; names++)
        if (text_equal(text, names->name)) {
            out->a = names->value;
            return true;
        }
    return false;
}

int sticky_condition(struct rule_builder *b, enum buffer_id buffer, const struct uint_condition *condition,
                     struct err *err)
{
    struct uint_condition *copy = malloc(sizeof *copy);
    if (!copy)
        return err_set(err, -ENOMEM, "out of memory");
    *copy = *condition;
    return sticky_test(b, buffer, &sticky_number_ops, copy, err);
}

int sticky_named(struct rule_builder *b, enum buffer_id buffer, const struct option *option, uint64_t most,
                 const struct sticky_name *names, struct err *err)
{
    struct uint_condition named = {0};
    if (!named_condition(option->value, names, &named))
        return sticky_number(b, buffer, option, most, err);
    return sticky_condition(b, buffer, &named, err);
}

static const struct sticky_name *find_name(const struct sticky_name *names, struct slice text)
{
    while (names->name && !slice_equal(text, slice_str(names->name)))
        names++;
    return names->name ? names : NULL;
}

/* fin, !comp: the bits that must be set, and those that must not. False when a word is none of them. */
static bool flags_condition(struct slice text, const struct sticky_name *names, struct uint_condition *out)
{
    *out = (struct uint_condition){.compare = UINT_BITS};
    while (text.n) {
        bool negated = text_negated(&text);
        size_t n = 0;
        while (n < text.n && text.p[n] != ',' && text.p[n] != ' ')
            n++;
        const struct sticky_name *name = find_name(names, slice_first(text, n));
        if (!name)
            return false;
        out->a |= name->value;
        out->b |= negated ? 0 : name->value;
        while (n < text.n && (text.p[n] == ',' || text.p[n] == ' '))
            n++;
        text = slice_from(text, n);
    }
    return out->a;
}

int sticky_flags(struct rule_builder *b, enum buffer_id buffer, const struct option *option, uint64_t most,
                 const struct sticky_name *names, struct err *err)
{
    struct uint_condition condition;
    if (!flags_condition(option->value, names, &condition))
        return sticky_number(b, buffer, option, most, err);
    return sticky_condition(b, buffer, &condition, err);
}

/* The buffers whose direction a rule may name, as in Suricata: what needs it, a rule with =>, is rare. */
static bool takes_direction(enum buffer_id buffer)
{
    static const enum buffer_id those[] = {
        BUFFER_FILE_DATA,       BUFFER_HTTP_ACCEPT,      BUFFER_HTTP_ACCEPT_ENC,   BUFFER_HTTP_ACCEPT_LANG,
        BUFFER_HTTP_CONNECTION, BUFFER_HTTP_CONTENT_LEN, BUFFER_HTTP_CONTENT_TYPE, BUFFER_HTTP_REFERER,
    };
    for (size_t i = 0; i < sizeof those / sizeof those[0]; i++)
        if (those[i] == buffer)
            return true;
    return false;
}

/* http.connection; or http.connection:to_client; */
static int parse_sticky(struct rule_builder *b, const struct option *option, enum buffer_id buffer,
                        struct err *err)
{
    unsigned sides = 0;
    if (option->value.p) {
        if (!takes_direction(buffer))
            return err_set(err, -EINVAL, "%s takes no value: expected %s;", buffer_name(buffer),
                           buffer_name(buffer));
        sides = text_equal(option->value, "to_server")   ? BUFFER_TO_SERVER
                : text_equal(option->value, "to_client") ? BUFFER_TO_CLIENT
                                                         : 0;
        if (!(sides & buffer_info(buffer)->sides))
            return err_set(err, -EINVAL, "expected a direction that has %s: to_server or to_client",
                           buffer_name(buffer));
    }
    int rc = sticky_select(b, buffer, err);
    b->sides = (uint8_t)sides;
    return rc;
}

/* One function a buffer; those of the other kinds vanish. */
#define DEFINE_RAW(id)
#define DEFINE_HAND(id)
#define DEFINE_FRAME(id)
#define DEFINE_BYTES(id)                                                                        \
    static int parse_##id(struct rule_builder *b, const struct option *option, struct err *err) \
    {                                                                                           \
        return parse_sticky(b, option, BUFFER_##id, err);                                       \
    }
#define DEFINE_MANY(id) DEFINE_BYTES(id)
#define DEFINE_NUMBER(id, most)                                                                 \
    static int parse_##id(struct rule_builder *b, const struct option *option, struct err *err) \
    {                                                                                           \
        return sticky_number(b, BUFFER_##id, option, most, err);                                \
    }
#define DEFINE_U8(id)                                   DEFINE_NUMBER(id, UINT8_MAX)
#define DEFINE_U16(id)                                  DEFINE_NUMBER(id, UINT16_MAX)
#define DEFINE_U32(id)                                  DEFINE_NUMBER(id, UINT32_MAX)
#define DEFINE_U64(id)                                  DEFINE_NUMBER(id, UINT64_MAX)
#define BUFFER(id, name, alias, protocols, sides, kind) DEFINE_##kind(id)
#include "base/buffer_list.h"
#undef BUFFER

#define ENTRY_RAW(id, name, alias)
#define ENTRY_HAND(id, name, alias)
#define ENTRY_FRAME(id, name, alias)
#define ENTRY_BYTES(id, name, alias)                    {name, alias, VALUE_OPTIONAL, parse_##id},
#define ENTRY_MANY                                      ENTRY_BYTES
#define ENTRY_U8(id, name, alias)                       {name, alias, VALUE_REQUIRED, parse_##id},
#define ENTRY_U16                                       ENTRY_U8
#define ENTRY_U32                                       ENTRY_U8
#define ENTRY_U64                                       ENTRY_U8
#define BUFFER(id, name, alias, protocols, sides, kind) ENTRY_##kind(id, name, alias)

const struct keyword keywords_sticky[] = {
#include "base/buffer_list.h"
    {NULL, NULL, VALUE_NONE, NULL},
};
#undef BUFFER
