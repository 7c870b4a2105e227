/*
 * TLS keywords beside the sticky buffers: versions, the state of the handshake, dates of the certificate, and
 * the old forms that take their text as a value (tls.subject:"...").
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "packet/packet.h"
#include "rule/keyword/content_modifier.h"
#include "rule/keyword/sticky.h"

enum { VERSIONS = 6 };

struct version_set {
    uint16_t versions[VERSIONS];
    unsigned count;
    bool negated; /* none of them */
};

static enum step_result run_version(struct eval *eval, const struct step *step)
{
    const struct version_set *set = step->data;
    bool among = false;
    for (unsigned i = 0; i < set->count; i++)
        among |= set->versions[i] == eval->buffer.number;
    return among != set->negated ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops version_ops = {.keyword = "tls.version", .run = run_version};

static const struct sticky_name versions[] = {
    {"sslv2", 0x0200},  {"sslv3", 0x0300},  {"tls1.0", 0x0301}, {"tls1.1", 0x0302},
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

/* The next name of a list; false at its end. */
static bool next_version(struct slice *rest, struct slice *name)
{
    size_t at = 0, n = 0;
    while (at < rest->n && memchr(", \t", rest->p[at], 3))
        at++;
    while (at + n < rest->n && !memchr(", \t", rest->p[at + n], 3))
        n++;
    *name = slice_of(rest->p + at, n);
    *rest = slice_from(*rest, at + n);
    return n > 0;
}

/* ssl_version:[!]VERSION[,VERSION...]: one of them, or none of them */
static int parse_ssl_version(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct version_set set = {0};
    struct slice rest = text_trim(option->value), name;
    set.negated = rest.n && rest.p[0] == '!';
    rest = slice_from(rest, set.negated);
    if (!rest.n || memchr(", \t", rest.p[0], 3))
        return err_set(err, -EINVAL, "expected a version");
    while (next_version(&rest, &name)) {
        uint16_t version;
        if (!version_by_name(name, &version)) {
            err_set(err, -EINVAL, "expected sslv2, sslv3, tls1.0, tls1.1, tls1.2 or tls1.3");
            err_hint(err, "a ! before the first negates the whole list");
            return -EINVAL;
        }
        for (unsigned i = 0; i < set.count; i++)
            if (set.versions[i] == version)
                return err_set(err, -EINVAL, "the version is named twice");
        set.versions[set.count++] = version;
    }
    return add_versions(b, &set, err);
}

/* tls.version:1.2, or a number as on the wire (0x7f12) */
static int parse_version(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const struct sticky_name numbers[] = {
        {"1.0", 0x0301}, {"1.1", 0x0302}, {"1.2", 0x0303}, {"1.3", 0x0304}, {NULL, 0}};
    struct version_set set = {.count = 1};
    struct slice text = option->value;
    uint64_t number;
    text_unquote(&text);
    for (const struct sticky_name *v = numbers; v->name; v++)
        if (text_equal(text, v->name)) {
            set.versions[0] = (uint16_t)v->value;
            return add_versions(b, &set, err);
        }
    if (text.n != sizeof "0x7f12" - 1 || text.p[1] != 'x' || !text_uint(text, UINT16_MAX, &number))
        return err_set(err, -EINVAL, "expected 1.0, 1.1, 1.2, 1.3 or a number like 0x7f12");
    set.versions[0] = (uint16_t)number;
    return add_versions(b, &set, err);
}

enum { STATES = 5 };
struct state_set { /* any of these, or not one of those */
    unsigned wanted, unwanted;
};

/* As in Suricata what is listed is a choice, negated or not: "!client_hello,!server_hello" is always so. */
static enum step_result run_state(struct eval *eval, const struct step *step)
{
    const struct state_set *set = step->data;
    unsigned state = (unsigned)eval->buffer.number;
    return state & set->wanted || set->unwanted & ~state ? chain_next(eval, step) : STEP_NO;
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
            if (slice_equal(word, slice_str(names[i]))) {
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

/* Seconds since 1970 if it is a bare number (a year too, as in Suricata), else a date to any precision, UTC.
 */
static bool read_date(struct slice text, int64_t *seconds)
{
    static const char *const forms[] = {
        "%Y-%m",       "%Y-%m-%d",       "%Y-%m-%d %H",       "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S",
    };
    char copy[40];
    if (!text.n || text.n >= sizeof copy)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = 0;
    if (strspn(copy, "0123456789") == text.n) {
        uint64_t number;
        bool fits = text_uint(text, INT64_MAX, &number);
        *seconds = fits ? (int64_t)number : 0;
        return fits;
    }
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct tm tm = {.tm_mday = 1};
        const char *rest = strptime(copy, forms[i], &tm);
        if (rest && !*rest) {
            *seconds = (int64_t)timegm(&tm);
            return true;
        }
    }
    return false;
}

struct date_condition {
    int64_t from, to; /* both included */
};

static enum step_result run_date(struct eval *eval, const struct step *step)
{
    const struct date_condition *c = step->data;
    int64_t date = (int64_t)eval->buffer.number;
    return date >= c->from && date <= c->to ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops date_ops = {.keyword = "tls_cert_date", .run = run_date};

static bool read_dates(struct slice text, struct date_condition *out)
{
    *out = (struct date_condition){INT64_MIN, INT64_MAX};
    if (text.n && text.p[0] == '<')
        return read_date(text_trim(slice_from(text, 1)), &out->to);
    if (text.n && text.p[0] == '>')
        return read_date(text_trim(slice_from(text, 1)), &out->from);
    const uint8_t *middle = text.n ? memmem(text.p, text.n, "<>", 2) : NULL;
    if (middle) {
        size_t at = (size_t)(middle - text.p);
        return read_date(text_trim(slice_first(text, at)), &out->from) &&
               read_date(text_trim(slice_from(text, at + 2)), &out->to) && out->from < out->to;
    }
    bool good = read_date(text, &out->from);
    out->to = out->from;
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
        err_hint(err, "dates are YYYY-MM, YYYY-MM-DD, YYYY-MM-DD HH:MM:SS, or seconds since 1970");
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

static enum step_result run_unexpired(struct eval *eval, const struct step *step)
{
    return (int64_t)eval->buffer.number >= now_of(eval) ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops expired_ops = {.keyword = "tls_cert_expired", .run = run_expired};
static const struct step_ops unexpired_ops = {.keyword = "tls_cert_valid", .run = run_unexpired};

static int parse_expired(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    return sticky_test(b, BUFFER_TLS_CERT_NOTAFTER, &expired_ops, NULL, err);
}

/* As in Suricata: not expired; that it has begun is not asked. */
static int parse_valid(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    return sticky_test(b, BUFFER_TLS_CERT_NOTAFTER, &unexpired_ops, NULL, err);
}

/* As in Suricata, where the text may have no other characters. */
static bool plain_text(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!isdigit(text.p[i]) && !(text.p[i] >= 'A' && text.p[i] <= 'z') && !isspace(text.p[i]) &&
            !memchr("-.=,*@", text.p[i], 6))
            return false;
    return true;
}

/* The old forms: the text lies somewhere in the buffer. */
static int parse_text(struct rule_builder *b, enum buffer_id buffer, const struct option *option, bool lower,
                      struct err *err)
{
    struct slice text = option->value;
    bool negated = text_negated(&text);
    if (!text_unquote(&text) || !text.n)
        return err_set(err, -EINVAL, "expected a text in double quotes");
    if (!lower && !plain_text(text)) {
        err_set(err, -EINVAL, "expected letters, digits, spaces and - . = , * @ only");
        err_hint(err, "%s with content takes any text", buffer_name(buffer));
        return -EINVAL;
    }
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

static int parse_store(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    b->rule->files.certificates = true;
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
