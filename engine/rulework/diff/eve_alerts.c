#include "rulework/diff/eve_alerts.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/grow.h"

enum { ENDS_TEXT = 200 };

#define TEXTS_MOST ((size_t)1 << 30)

struct reading {
    struct eve_alerts *out;
    FILE *file;
    const char *name;
    struct err *err;
    uint64_t line;
};

static int wrong(const struct reading *r, int column, const char *message)
{
    int rc = err_set(r->err, -EINVAL, "%s", message);
    err_at(r->err, r->name, (unsigned)r->line, column > 0 ? (unsigned)column : 1);
    return rc;
}

/* 1 with a line in *line (without its end), 0 at the end, or a negative errno. */
static int read_line(struct reading *r, struct buf *line)
{
    int c, rc = 0;
    buf_clear(line);
    r->line++;
    while (!rc && (c = getc_unlocked(r->file)) != EOF && c != '\n') {
        if (line->n == EVE_LINE_MOST)
            return wrong(r, 1, "this line is longer than a record of EVE is");
        rc = buf_append_byte(line, (uint8_t)c);
    }
    if (rc)
        return err_set(r->err, rc, "out of memory");
    if (ferror_unlocked(r->file)) {
        rc = err_set(r->err, -errno, "cannot read: %s", strerror(errno));
        err_at(r->err, r->name, 0, 0);
        return rc;
    }
    return line->n || !feof_unlocked(r->file);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static uint64_t number_of(const json_t *object, const char *key)
{
    json_int_t number = json_integer_value(json_object_get(object, key));
    return number > 0 ? (uint64_t)number : 0;
}

/* The text itself, or what the alert before it has there, if that says the same. NULL past the cap. */
static const char *keep(struct reading *r, const char *text, const char *before)
{
    if (before && strcmp(before, text) == 0)
        return before;
    return (const char *)arena_copy(r->out->texts, slice_str(text)).p;
}

static void put_ends(char out[ENDS_TEXT], const char *protocol, const char *from, const char *to,
                     const char *between)
{
    snprintf(out, ENDS_TEXT, "%s %s%s%s", protocol, from, between, to);
}

/* An address, with the port if there is one. */
static void put_end(char out[ENDS_TEXT / 3], const json_t *record, const char *address, const char *port)
{
    const json_t *number = json_object_get(record, port);
    if (json_is_integer(number))
        snprintf(out, ENDS_TEXT / 3, "%.46s:%u", text_of(record, address),
                 (unsigned)json_integer_value(number));
    else
        snprintf(out, ENDS_TEXT / 3, "%.46s", text_of(record, address));
}

static bool keep_texts(struct reading *r, struct eve_alert *alert, const json_t *record, const json_t *body)
{
    const struct eve_alert none = {0};
    const struct eve_alert *before = r->out->count ? &r->out->list[r->out->count - 1] : &none;
    char from[ENDS_TEXT / 3], to[ENDS_TEXT / 3], ends[ENDS_TEXT], flow[ENDS_TEXT], protocol[32];
    snprintf(protocol, sizeof protocol, "%s", text_of(record, "proto"));
    put_end(from, record, "src_ip", "src_port");
    put_end(to, record, "dest_ip", "dest_port");
    put_ends(ends, protocol, from, to, " -> ");
    bool turned = strcmp(from, to) > 0;
    put_ends(flow, protocol, turned ? to : from, turned ? from : to, " ");
    alert->time = keep(r, text_of(record, "timestamp"), before->time);
    alert->ends = keep(r, ends, before->ends);
    alert->flow = keep(r, flow, before->flow);
    alert->message = keep(r, text_of(body, "signature"), before->message);
    alert->category = keep(r, text_of(body, "category"), before->category);
    alert->action = keep(r, text_of(body, "action"), before->action);
    return alert->time && alert->ends && alert->flow && alert->message && alert->category && alert->action;
}

static int add(struct reading *r, const json_t *record)
{
    const json_t *body = json_object_get(record, "alert");
    uint64_t sid = number_of(body, "signature_id");
    struct eve_alerts *out = r->out;
    if (!sid || sid > UINT32_MAX)
        return wrong(r, 1, "an alert without alert.signature_id: this is no EVE record");
    if (out->count == EVE_ALERTS_MOST)
        return wrong(r, 1, "there are more alerts than can be compared");
    struct eve_alert alert = {
        .gid = (uint32_t)number_of(body, "gid"),
        .sid = (uint32_t)sid,
        .rev = (uint32_t)number_of(body, "rev"),
        .severity = (uint32_t)number_of(body, "severity"),
        .packet = number_of(record, "pcap_cnt"),
        .line = r->line,
    };
    if (!keep_texts(r, &alert, record, body) || grow_array(&out->list, out->count, &out->capacity))
        return err_set(r->err, -ENOMEM, "out of memory");
    out->list[out->count++] = alert;
    return 0;
}

/* Only lines in which the word stands can be alerts: the rest need not be taken apart. */
static int take_line(struct reading *r, struct slice line)
{
    if (!line.n || (line.n == 1 && line.p[0] == '\r'))
        return 0;
    if (line.p[0] != '{')
        return wrong(r, 1, "this is not EVE: expected a JSON object on each line");
    if (!memmem(line.p, line.n, "\"alert\"", 7))
        return 0;
    json_error_t slip;
    json_t *record = json_loadb((const char *)line.p, line.n, 0, &slip);
    if (!record)
        return wrong(r, slip.column, slip.text);
    int rc = strcmp(text_of(record, "event_type"), "alert") == 0 ? add(r, record) : 0;
    json_decref(record);
    return rc;
}

int eve_alerts_read(struct eve_alerts *out, FILE *file, const char *name, struct err *err)
{
    struct reading r = {.out = out, .file = file, .name = name, .err = err};
    struct buf line = {0};
    *out = (struct eve_alerts){.texts = arena_new(TEXTS_MOST)};
    int rc = out->texts ? 0 : err_set(err, -ENOMEM, "out of memory"), more = 0;
    while (!rc && (more = read_line(&r, &line)) > 0)
        rc = take_line(&r, buf_slice(&line));
    buf_fini(&line);
    return rc ? rc : more;
}

void eve_alerts_fini(struct eve_alerts *alerts)
{
    free(alerts->list);
    arena_free(alerts->texts);
    *alerts = (struct eve_alerts){0};
}
