/* DNS questions and their answers (RFC 1035), over UDP or, with a length before each message, TCP. */
#include <errno.h>
#include <stdio.h>

#include "craft/flow_reader.h"

enum {
    LABEL_MOST = 63,
    NAME_MOST = 255,
    RESPONSE = 0x8000,
    RECURSION_AVAILABLE = 0x80,
    TTL = 300,
    RECORDS_MOST = 64
};

struct record {
    struct slice name, data; /* name p NULL: the question's */
    int64_t type, ttl;
    bool has_data;
};

struct question {
    struct flow_reader *r;
    const yaml_node_t *name, *type, *answers;
    int64_t class, id, flags, rcode, edns;
    struct slice extra;
    bool has_rcode, no_answer;
};

static const struct {
    uint16_t number;
    const char *name;
} types[] = {
#define DNS_TYPE(number, name) {number, name},
#include "base/dns_type_list.h"
#undef DNS_TYPE
    {251, "IXFR"}, {252, "AXFR"}, /* those that only questions have, RFC 1035, 3.2.3 */
};

static int put16(struct buf *out, int64_t value)
{
    uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    return buf_append(out, slice_of(bytes, 2));
}

static int type_of(struct flow_reader *r, const yaml_node_t *node, int64_t *out)
{
    struct slice text = yaml_scalar(node);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (slice_equal(text, slice_str(types[i].name))) {
            *out = types[i].number;
            return 0;
        }
    if (yaml_number(r->tree, node, 0, UINT16_MAX, out))
        return yaml_fail(r->tree, node, -EINVAL,
                         "expected a type of record such as A, AAAA, TXT, or its number");
    return 0;
}

/* RFC 1035, 3.1 */
static int encode_name(struct flow_reader *r, const yaml_node_t *node, struct slice *out)
{
    struct buf buf = {0};
    struct slice text;
    int rc = flow_bytes(r, node, &text), full = 0;
    if (rc)
        return rc;
    while (text.n && !full) {
        const uint8_t *dot = memchr(text.p, '.', text.n);
        size_t n = dot ? (size_t)(dot - text.p) : text.n;
        if (n > LABEL_MOST || buf.n + n + 2 > NAME_MOST) {
            buf_fini(&buf);
            return yaml_fail(r->tree, node, -EINVAL, "a label has at most 63 bytes, a name 255");
        }
        if (n)
            full = buf_append_byte(&buf, (uint8_t)n) || buf_append(&buf, slice_first(text, n));
        text = slice_from(text, n + 1);
    }
    return flow_bytes_keep(r, node, &buf, full || buf_append_byte(&buf, 0), out);
}

/* ---- one record of an answer ---- */

struct record_reading {
    struct flow_reader *r;
    struct record record;
};

static int address_data(struct record_reading *a, const yaml_node_t *node)
{
    struct address address;
    int rc = flow_address(a->r, node, yaml_scalar(node), &address);
    if (rc)
        return rc;
    a->record.type = address.version == 4 ? 1 : 28;
    a->record.data = arena_copy(a->r->flows->arena, slice_of(address.bytes, address.version == 4 ? 4 : 16));
    a->record.has_data = true;
    return a->record.data.p ? 0 : flow_reader_no_memory(a->r, node);
}

static int take_record_name(void *ctx, const yaml_node_t *value)
{
    struct record_reading *a = ctx;
    return encode_name(a->r, value, &a->record.name);
}

static int take_record_type(void *ctx, const yaml_node_t *value)
{
    struct record_reading *a = ctx;
    return type_of(a->r, value, &a->record.type);
}

static int take_record_ttl(void *ctx, const yaml_node_t *value)
{
    struct record_reading *a = ctx;
    return yaml_number(a->r->tree, value, 0, UINT32_MAX, &a->record.ttl);
}

static int take_record_data(void *ctx, const yaml_node_t *value)
{
    struct record_reading *a = ctx;
    a->record.has_data = true;
    return flow_bytes(a->r, value, &a->record.data);
}

static int take_record_target(void *ctx, const yaml_node_t *value)
{
    struct record_reading *a = ctx;
    a->record.has_data = true;
    return encode_name(a->r, value, &a->record.data);
}

static int take_record_address(void *ctx, const yaml_node_t *value)
{
    return address_data(ctx, value);
}

/* Character strings of at most 255 bytes (RFC 1035, 3.3.14). */
static int take_record_text(void *ctx, const yaml_node_t *value)
{
    struct record_reading *a = ctx;
    struct buf buf = {0};
    int rc = 0, full = 0;
    for (size_t i = 0; yaml_item(a->r->tree, value, i) && !rc; i++) {
        struct slice part;
        const yaml_node_t *item = yaml_item(a->r->tree, value, i);
        rc = flow_bytes(a->r, item, &part);
        if (!rc && part.n > UINT8_MAX)
            rc = yaml_fail(a->r->tree, item, -EINVAL, "a string has at most 255 bytes: make a list of it");
        full |= !rc && (buf_append_byte(&buf, (uint8_t)part.n) || buf_append(&buf, part));
    }
    if (rc) {
        buf_fini(&buf);
        return rc;
    }
    a->record.type = 16;
    a->record.has_data = true;
    return flow_bytes_keep(a->r, value, &buf, full, &a->record.data);
}

static const struct yaml_field record_fields[] = {
    {"name", take_record_name},     {"type", take_record_type},
    {"ttl", take_record_ttl},       {"data", take_record_data},
    {"target", take_record_target}, {"address", take_record_address},
    {"text", take_record_text},     {0}};

static int read_record(struct flow_reader *r, const yaml_node_t *node, struct record *out)
{
    struct record_reading a = {.r = r, .record = {.type = 5, .ttl = TTL}};
    int rc = flow_reader_work(r, node);
    if (!rc)
        rc = node->type == YAML_MAPPING_NODE ? yaml_take_fields(r->tree, node, record_fields, &a)
                                             : address_data(&a, node);
    if (!rc && !a.record.has_data)
        rc = yaml_fail(r->tree, node, -EINVAL, "a record has an address, a target, a text, or data");
    *out = a.record;
    return rc;
}

/* ---- a question ---- */

#define TAKE(name, expression)                                  \
    static int take_##name(void *ctx, const yaml_node_t *value) \
    {                                                           \
        struct question *q = ctx;                               \
        return expression;                                      \
    }
#define TAKE_U16(name) TAKE(name, yaml_number(q->r->tree, value, 0, UINT16_MAX, &q->name))
TAKE(query, (q->name = value, 0))
TAKE(type, (q->type = value, 0))
TAKE(answers, (q->answers = value, 0))
TAKE(extra, flow_bytes(q->r, value, &q->extra))
TAKE_U16(id)
TAKE_U16(flags)
TAKE_U16(edns)

static int take_class(void *ctx, const yaml_node_t *value)
{
    struct question *q = ctx;
    if (slice_equal(yaml_scalar(value), slice_str("CH")))
        q->class = 3;
    else if (!slice_equal(yaml_scalar(value), slice_str("IN")))
        return yaml_number(q->r->tree, value, 0, UINT16_MAX, &q->class);
    return 0;
}

static int take_rcode(void *ctx, const yaml_node_t *value)
{
    static const char *const words[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
                                        "NOTIMP",  "REFUSED", NULL};
    struct question *q = ctx;
    q->has_rcode = true;
    for (int i = 0; words[i]; i++)
        if (slice_equal(yaml_scalar(value), slice_str(words[i]))) {
            q->rcode = i;
            return 0;
        }
    return yaml_number(q->r->tree, value, 0, 15, &q->rcode);
}

static const struct yaml_field question_fields[] = {{"query", take_query}, {"type", take_type},
                                                    {"class", take_class}, {"id", take_id},
                                                    {"flags", take_flags}, {"rcode", take_rcode},
                                                    {"edns", take_edns},   {"answers", take_answers},
                                                    {"extra", take_extra}, {0}};

static int put_head(const struct question *q, struct slice name, int64_t type, int64_t flags, size_t answers,
                    struct buf *out)
{
    int rc = put16(out, q->id);
    rc = rc ? rc : put16(out, flags);
    rc = rc ? rc : put16(out, 1);
    rc = rc ? rc : put16(out, (int64_t)answers);
    rc = rc ? rc : put16(out, 0);
    rc = rc ? rc : put16(out, q->edns && !(flags & RESPONSE));
    rc = rc ? rc : buf_append(out, name);
    rc = rc ? rc : put16(out, type);
    return rc ? rc : put16(out, q->class);
}

/* RFC 6891, 6.1.2: the root, type OPT, the size as class. */
static int put_edns(const struct question *q, struct buf *out)
{
    int rc = buf_append(out, slice_of("\0\0\x29", 3));
    rc = rc ? rc : put16(out, q->edns);
    return rc ? rc : buf_append(out, slice_of("\0\0\0\0\0\0", 6));
}

static int put_record(const struct question *q, const struct record *a, struct buf *out)
{
    int rc = a->name.p ? buf_append(out, a->name) : buf_append(out, slice_of("\xc0\x0c", 2));
    rc = rc ? rc : put16(out, a->type);
    rc = rc ? rc : put16(out, q->class);
    rc = rc ? rc : put16(out, a->ttl >> 16);
    rc = rc ? rc : put16(out, a->ttl & 0xffff);
    rc = rc ? rc : put16(out, (int64_t)a->data.n);
    return rc ? rc : buf_append(out, a->data);
}

static int add_message(struct question *q, const yaml_node_t *node, bool from_server, struct buf *text,
                       int rc)
{
    struct craft_step step = {.from_server = from_server};
    struct buf whole = {0};
    if (q->r->flow.protocol == CRAFT_TCP && !rc)
        rc = put16(&whole, (int64_t)text->n);
    rc = rc ? rc : buf_append(&whole, buf_slice(text));
    buf_fini(text);
    rc = flow_bytes_keep(q->r, node, &whole, rc, &step.bytes);
    return rc ? rc : flow_step_add(q->r, node, &step);
}

static int add_answer(struct question *q, const yaml_node_t *node, struct slice name, int64_t type)
{
    struct record records[RECORDS_MOST];
    size_t count =
        q->answers && q->answers->type == YAML_SEQUENCE_NODE ? yaml_count(q->answers) : q->answers != NULL;
    if (count > RECORDS_MOST)
        return yaml_fail(q->r->tree, q->answers, -EINVAL, "more than %d answers", RECORDS_MOST);
    int rc = 0;
    for (size_t i = 0; i < count && !rc; i++) {
        rc = read_record(
            q->r, yaml_item(q->r->tree, q->answers, i) ? yaml_item(q->r->tree, q->answers, i) : q->answers,
            &records[i]);
        if (!rc && records[i].data.n > UINT16_MAX)
            rc = yaml_fail(q->r->tree, q->answers, -EINVAL, "a record has at most 65535 bytes");
    }
    if (rc)
        return rc;
    struct buf text = {0};
    int64_t flags = (q->flags & 0x7f0f) | RESPONSE | RECURSION_AVAILABLE | q->rcode;
    int full = put_head(q, name, type, flags, count, &text);
    for (size_t i = 0; i < count && !full; i++)
        full = put_record(q, &records[i], &text);
    return add_message(q, node, true, &text, full);
}

static int read_question(struct flow_reader *r, const yaml_node_t *node)
{
    struct question q = {.r = r, .class = 1, .id = 0x4a31, .flags = 0x0100};
    struct slice name;
    int64_t type = 1;
    int rc = flow_reader_work(r, node);
    rc = rc ? rc : yaml_take_fields(r->tree, node, question_fields, &q);
    if (!rc && r->flow.protocol != CRAFT_TCP && r->flow.protocol != CRAFT_UDP)
        rc = yaml_fail(r->tree, node, -EINVAL, "DNS needs `proto: udp` or `proto: tcp`");
    if (!rc && !q.name)
        rc = yaml_fail(r->tree, node, -EINVAL, "a question has a name: `query: www.example.com`");
    if (!rc && q.type)
        rc = type_of(r, q.type, &type);
    rc = rc ? rc : encode_name(r, q.name, &name);
    if (rc)
        return rc;
    struct buf text = {0};
    int full = put_head(&q, name, type, q.flags, 0, &text);
    full = full || !q.edns ? full : put_edns(&q, &text);
    rc = add_message(&q, node, false, &text, full ? full : buf_append(&text, q.extra));
    bool answered = q.answers || q.has_rcode;
    return rc || !answered ? rc : add_answer(&q, node, name, type);
}

int flow_dns(struct flow_reader *r, const yaml_node_t *node)
{
    int rc = 0;
    if (node->type == YAML_MAPPING_NODE)
        return read_question(r, node);
    for (size_t i = 0; yaml_item(r->tree, node, i) && !rc; i++)
        rc = read_question(r, yaml_item(r->tree, node, i));
    return rc;
}
