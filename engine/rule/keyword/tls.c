/*
 * TLS keywords beside the sticky buffers: versions, the state of the handshake, dates of the certificate, and
 * the old forms that take their text as a value (tls.subject:"...").
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "packet/packet.h"
#include "rule/keyword/content_modifier.h"
#include "rule/keyword/sticky.h"

struct version_set { /* of versions that are asked for, or must not be */
    uint16_t wanted[8], unwanted[8];
    unsigned wanted_count, unwanted_count;
};

static bool among(const uint16_t *list, unsigned count, uint64_t value)
{
    for (unsigned i = 0; i < count; i++)
        if (list[i] == value)
            return true;
    return false;
}

static enum step_result run_version(struct eval *eval, const struct step *step)
{
    const struct version_set *set = step->data;
    uint64_t version = eval->buffer.number;
    /* As in Suricata the list is a choice: one that fits is enough, "not this one" too. */
    bool fits = among(set->wanted, set->wanted_count, version);
    for (unsigned i = 0; i < set->unwanted_count; i++)
        fits |= set->unwanted[i] != version;
    return fits ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops version_ops = {.keyword = "tls.version", .run = run_version};

static const struct sticky_name versions[] = {
    {"sslv2", 0x0002},  {"sslv3", 0x0300},  {"tls1.0", 0x0301}, {"tls1.1", 0x0302},
    {"tls1.2", 0x0303}, {"tls1.3", 0x0304}, {NULL, 0},
};

static bool version_by_name(struct slice name, uint16_t *version)
{
    for (const struct sticky_name *v = versions; v->name; v++)
        if (text_equal(name, v->name)) {
            *version = (uint16_t)v->value;
            return true;
        }
    return false;
}

static int add_versions(struct rule_builder *b, const struct version_set *set, struct err *err)
{
    struct version_set *data = malloc(sizeof *data);
    if (!data)
        return err_set(err, -ENOMEM, "out of memory");
    *data = *set;
    return sticky_test(b, BUFFER_TLS_VERSION, &version_ops, data, err);
}

/* ssl_version:[!]VERSION[,[!]VERSION...] */
static int parse_ssl_version(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct version_set set = {0};
    struct slice rest = option->value, word;
    while (text_field(&rest, ',', &word)) {
        bool negated = text_negated(&word);
        uint16_t version;
        if (!version_by_name(word, &version) || set.wanted_count == 8 || set.unwanted_count == 8)
            return err_set(err, -EINVAL, "expected sslv2, sslv3, tls1.0, tls1.1, tls1.2 or tls1.3");
        if (negated)
            set.unwanted[set.unwanted_count++] = version;
        else
            set.wanted[set.wanted_count++] = version;
    }
    return add_versions(b, &set, err);
}

/* tls.version:1.2, or a number as on the wire (0x7f12) */
static int parse_version(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const struct sticky_name numbers[] = {
        {"1.0", 0x0301}, {"1.1", 0x0302}, {"1.2", 0x0303}, {"1.3", 0x0304}, {NULL, 0}};
    struct version_set set = {.wanted_count = 1};
    struct slice text = option->value;
    uint64_t number;
    text_unquote(&text);
    for (const struct sticky_name *v = numbers; v->name; v++)
        if (text_equal(text, v->name)) {
            set.wanted[0] = (uint16_t)v->value;
            return add_versions(b, &set, err);
        }
    if (text.n < 3 || text.p[0] != '0' || !text_uint(text, UINT16_MAX, &number))
        return err_set(err, -EINVAL, "expected 1.0, 1.1, 1.2, 1.3 or a hexadecimal number");
    set.wanted[0] = (uint16_t)number;
    return add_versions(b, &set, err);
}

enum { STATES = 5 };
struct state_set {
    unsigned wanted, unwanted;
};

static enum step_result run_state(struct eval *eval, const struct step *step)
{
    const struct state_set *set = step->data;
    uint64_t state = eval->buffer.number;
    bool fits = (!set->wanted || state & set->wanted) && !(state & set->unwanted);
    return fits ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops state_ops = {.keyword = "ssl_state", .run = run_state};

/* ssl_state:[!]STATE[|[!]STATE...], also with commas */
static int parse_state(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const char *const names[STATES] = {"client_hello", "server_hello", "client_keyx", "server_keyx",
                                              "unknown"};
    struct state_set set = {0};
    struct slice rest = option->value, word;
    char separator = memchr(rest.p, '|', rest.n) ? '|' : ',';
    while (text_field(&rest, separator, &word)) {
        bool negated = text_negated(&word), known = false;
        for (int i = 0; i < STATES; i++)
            if (text_equal(word, names[i])) {
                *(negated ? &set.unwanted : &set.wanted) |= 1u << i;
                known = true;
            }
        if (!known)
            return err_set(err, -EINVAL,
                           "expected client_hello, server_hello, client_keyx, server_keyx or unknown");
    }
    struct state_set *data = malloc(sizeof *data);
    if (!data)
        return err_set(err, -ENOMEM, "out of memory");
    *data = set;
    return sticky_test(b, BUFFER_TLS_STATE, &state_ops, data, err);
}

/* A date, to the precision that is written: YYYY[-MM[-DD[( |T)HH[:MM[:SS]]]]], UTC. */
static bool read_date(struct slice text, int64_t *seconds)
{
    char copy[32];
    int year, month = 1, day = 1, hour = 0, minute = 0, second = 0;
    if (text.n < 4 || text.n >= sizeof copy)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = 0;
    char *t = strchr(copy, 'T');
    if (t)
        *t = ' ';
    if (sscanf(copy, "%4d-%2d-%2d %2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) < 1 ||
        year < 1900)
        return false;
    struct tm tm = {.tm_year = year - 1900,
                    .tm_mon = month - 1,
                    .tm_mday = day,
                    .tm_hour = hour,
                    .tm_min = minute,
                    .tm_sec = second};
    *seconds = (int64_t)timegm(&tm);
    return true;
}

struct date_condition {
    int64_t after, before; /* both excluded, unless they are the same */
};

static enum step_result run_date(struct eval *eval, const struct step *step)
{
    const struct date_condition *c = step->data;
    int64_t date = (int64_t)eval->buffer.number;
    bool fits = c->after == c->before ? date == c->after : date > c->after && date < c->before;
    return fits ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops date_ops = {.keyword = "tls_cert_date", .run = run_date};

static bool read_dates(struct slice text, struct date_condition *out)
{
    *out = (struct date_condition){INT64_MIN, INT64_MAX};
    if (text.n && text.p[0] == '<')
        return read_date(text_trim(slice_from(text, 1)), &out->before);
    if (text.n && text.p[0] == '>')
        return read_date(text_trim(slice_from(text, 1)), &out->after);
    const uint8_t *middle = text.n ? memmem(text.p, text.n, "<>", 2) : NULL;
    if (middle) {
        size_t at = (size_t)(middle - text.p);
        return read_date(text_trim(slice_first(text, at)), &out->after) &&
               read_date(text_trim(slice_from(text, at + 2)), &out->before) && out->after < out->before;
    }
    bool good = read_date(text, &out->after);
    out->before = out->after;
    return good;
}

static int parse_date(struct rule_builder *b, enum buffer_id buffer, const struct option *option,
                      struct err *err)
{
    struct date_condition condition, *data;
    struct slice text = option->value;
    text_unquote(&text);
    if (!read_dates(text_trim(text), &condition)) {
        err_set(err, -EINVAL, "expected a date, before it < or >, or two with <> between them");
        err_hint(err, "dates are YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DD HH:MM:SS");
        return -EINVAL;
    }
    data = malloc(sizeof *data);
    if (!data)
        return err_set(err, -ENOMEM, "out of memory");
    *data = condition;
    return sticky_test(b, buffer, &date_ops, data, err);
}

static int parse_not_before(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_date(b, BUFFER_TLS_CERT_NOTBEFORE, option, err);
}

static int parse_not_after(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_date(b, BUFFER_TLS_CERT_NOTAFTER, option, err);
}

static int64_t now_of(const struct eval *eval)
{
    return (int64_t)(eval->view->packet->time_ns / 1000000000);
}

static enum step_result run_expired(struct eval *eval, const struct step *step)
{
    return (int64_t)eval->buffer.number < now_of(eval) ? chain_next(eval, step) : STEP_NO;
}

static enum step_result run_begun(struct eval *eval, const struct step *step)
{
    return (int64_t)eval->buffer.number <= now_of(eval) ? chain_next(eval, step) : STEP_NO;
}

static enum step_result run_unexpired(struct eval *eval, const struct step *step)
{
    return (int64_t)eval->buffer.number >= now_of(eval) ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops expired_ops = {.keyword = "tls_cert_expired", .run = run_expired};
static const struct step_ops begun_ops = {.keyword = "tls_cert_valid", .run = run_begun};
static const struct step_ops unexpired_ops = {.keyword = "tls_cert_valid", .run = run_unexpired};

static int parse_expired(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    return sticky_test(b, BUFFER_TLS_CERT_NOTAFTER, &expired_ops, NULL, err);
}

static int parse_valid(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    int rc = sticky_test(b, BUFFER_TLS_CERT_NOTBEFORE, &begun_ops, NULL, err);
    return rc ? rc : sticky_test(b, BUFFER_TLS_CERT_NOTAFTER, &unexpired_ops, NULL, err);
}

/* The old forms: the text lies somewhere in the buffer. */
static int parse_text(struct rule_builder *b, enum buffer_id buffer, const struct option *option, bool lower,
                      struct err *err)
{
    struct slice text = option->value;
    bool negated = text_negated(&text);
    if (!text_unquote(&text) || !text.n)
        return err_set(err, -EINVAL, "expected a text in double quotes");
    int rc = sticky_check(&b->rule->header, buffer, err);
    if (rc)
        return rc;
    struct content *content = content_new(text, negated, lower);
    if (!content)
        return err_set(err, -ENOMEM, "out of memory");
    return builder_lone_step(b, buffer, &content_ops, content) ? err_set(err, -ENOMEM, "out of memory") : 0;
}

static int parse_subject(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_text(b, BUFFER_TLS_CERT_SUBJECT, option, false, err);
}

static int parse_issuer(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_text(b, BUFFER_TLS_CERT_ISSUER, option, false, err);
}

static int parse_fingerprint(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_text(b, BUFFER_TLS_CERT_FINGERPRINT, option, true, err);
}

/* Asks for the certificate to be stored, which nothing here does yet: the rest of the rule holds. */
static int parse_store(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    return sticky_check(&b->rule->header, BUFFER_TLS_CERTS, err);
}

const struct keyword keywords_tls[] = {
    {"ssl_version", NULL, VALUE_REQUIRED, parse_ssl_version},
    {"ssl_state", NULL, VALUE_REQUIRED, parse_state},
    {"tls.version", NULL, VALUE_REQUIRED, parse_version},
    {"tls_cert_notbefore", NULL, VALUE_REQUIRED, parse_not_before},
    {"tls_cert_notafter", NULL, VALUE_REQUIRED, parse_not_after},
    {"tls_cert_expired", NULL, VALUE_NONE, parse_expired},
    {"tls_cert_valid", NULL, VALUE_NONE, parse_valid},
    {"tls.subject", NULL, VALUE_REQUIRED, parse_subject},
    {"tls.issuerdn", NULL, VALUE_REQUIRED, parse_issuer},
    {"tls.fingerprint", NULL, VALUE_REQUIRED, parse_fingerprint},
    {"tls_store", "tls.store", VALUE_NONE, parse_store},
    {NULL, NULL, VALUE_NONE, NULL},
};
