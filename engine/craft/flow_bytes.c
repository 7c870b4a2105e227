/* Values that stand for bytes: text with |hex|, lists that are joined, and mappings that make or encode some.
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/hex_text.h"
#include "craft/flow_reader.h"
#include "craft/make.h"

enum { TIMES_MOST = 1 << 20, ETHERNET_HEADER = 14, VLAN_TAG = 4, GZIP_WINDOW = 31 };

enum form { TEXT, RAW, HEX, BASE64, GZIP, LINES, RANDOM, PACKET, FORMS };

struct making { /* a mapping */
    struct flow_reader *r;
    const yaml_node_t *forms[FORMS];
    int64_t times, seed, length;
    bool crlf;
};

int flow_bytes_keep(struct flow_reader *r, const yaml_node_t *node, struct buf *buf, int failed,
                    struct slice *out)
{
    *out = failed ? slice_of(NULL, 0) : arena_copy(r->flows->arena, buf_slice(buf));
    buf_fini(buf);
    return out->p ? 0 : flow_reader_no_memory(r, node);
}

/* The column is known when the text stands as it is: on one line, without escapes. */
static int wrong_text(struct flow_reader *r, const yaml_node_t *node, size_t at, const char *message)
{
    int rc = yaml_fail(r->tree, node, -EINVAL, "%s", message);
    size_t quotes = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? 0 : 1;
    bool as_is = node->start_mark.line == node->end_mark.line &&
                 node->end_mark.column - node->start_mark.column == node->data.scalar.length + 2 * quotes;
    if (as_is)
        r->tree->err->column += (unsigned)(at + quotes);
    return rc;
}

static int text_bytes(struct flow_reader *r, const yaml_node_t *node, bool all_hex, struct slice *out)
{
    struct buf buf = {0};
    struct err why = {0};
    size_t at = 0;
    if (node->type != YAML_SCALAR_NODE)
        return yaml_fail(r->tree, node, -EINVAL, "expected text");
    struct slice text = yaml_scalar(node);
    struct slice with_bar = {0};
    if (all_hex) { /* read up to a bar of ours */
        struct buf copy = {0};
        int rc = buf_append(&copy, text);
        rc = flow_bytes_keep(r, node, &copy, rc ? rc : buf_append_byte(&copy, '|'), &with_bar);
        if (rc)
            return rc;
    }
    int rc = all_hex ? hex_part(with_bar, &at, &buf, &why) : hex_text(text, &at, &buf, &why);
    if (rc == -EINVAL) {
        buf_fini(&buf);
        return wrong_text(r, node, at, why.message);
    }
    return flow_bytes_keep(r, node, &buf, rc, out);
}

static int joined(struct flow_reader *r, const yaml_node_t *node, const char *behind_each, struct slice *out)
{
    struct buf buf = {0};
    int rc = 0, full = 0;
    for (size_t i = 0; i < yaml_count(node) && !rc && !full; i++) {
        struct slice part = {0};
        rc = flow_bytes(r, yaml_item(r->tree, node, i), &part);
        if (!rc)
            full =
                buf.n > FLOW_BYTES_MOST || buf_append(&buf, part) || buf_append(&buf, slice_str(behind_each));
    }
    if (rc) {
        buf_fini(&buf);
        return rc;
    }
    return flow_bytes_keep(r, node, &buf, full, out);
}

static int base64_bytes(struct flow_reader *r, const yaml_node_t *node, struct slice *out)
{
    struct slice plain;
    int rc = flow_bytes(r, node, &plain);
    if (rc)
        return rc;
    uint8_t *text = arena_take(r->flows->arena, plain.n / 3 * 4 + 5);
    if (!text)
        return flow_reader_no_memory(r, node);
    *out = slice_of(text, (size_t)EVP_EncodeBlock(text, plain.p, (int)plain.n));
    return 0;
}

static int gzip_bytes(struct flow_reader *r, const yaml_node_t *node, struct slice *out)
{
    struct slice plain;
    int rc = flow_bytes(r, node, &plain);
    if (rc)
        return rc;
    return flow_gzip(r, node, plain, out);
}

int flow_gzip(struct flow_reader *r, const yaml_node_t *node, struct slice plain, struct slice *out)
{
    z_stream z = {0};
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return flow_reader_no_memory(r, node);
    size_t room = deflateBound(&z, plain.n);
    uint8_t *packed = arena_take(r->flows->arena, room);
    z.next_in = (uint8_t *)plain.p;
    z.avail_in = (uInt)plain.n;
    z.next_out = packed;
    z.avail_out = (uInt)room;
    int result = packed ? deflate(&z, Z_FINISH) : Z_MEM_ERROR;
    *out = slice_of(packed, z.total_out);
    deflateEnd(&z);
    return result == Z_STREAM_END ? 0 : flow_reader_no_memory(r, node);
}

/* Bytes that look random and are the same each time (a linear congruential generator). */
static int random_bytes(struct making *m, const yaml_node_t *node, struct slice *out)
{
    int64_t n;
    int rc = yaml_number(m->r->tree, node, 0, FLOW_BYTES_MOST, &n);
    if (rc)
        return rc;
    uint8_t *bytes = arena_take(m->r->flows->arena, (size_t)n + 1);
    if (!bytes)
        return flow_reader_no_memory(m->r, node);
    uint32_t state = (uint32_t)m->seed;
    for (int64_t i = 0; i < n; i++) {
        state = (state * 1103515245u + 12345u) & 0x7fffffff;
        bytes[i] = (uint8_t)(state >> 16);
    }
    *out = slice_of(bytes, (size_t)n);
    return 0;
}

/* The IP packet that another flow's first frame carries: what tunnels and ICMP errors have in them. */
static int packet_bytes(struct flow_reader *r, const yaml_node_t *node, struct slice *out)
{
    struct flows inner = {
        .hosts = r->flows->hosts, .host_count = r->flows->host_count, .arena = r->flows->arena};
    struct flow_reader reader = {.flows = &inner, .tree = r->tree, .work = r->work, .depth = r->depth};
    int rc = flow_read(&reader, node);
    r->work = reader.work;
    struct craft_frames frames = {0};
    if (!rc && inner.count) {
        inner.list[0].vlan_count = 0;
        rc = craft_make(inner.list, 1, 0, &frames, r->tree->err);
        if (rc)
            err_at(r->tree->err, r->tree->name, (unsigned)node->start_mark.line + 1,
                   (unsigned)node->start_mark.column + 1);
    }
    if (!rc && !frames.count)
        rc = yaml_fail(r->tree, node, -EINVAL, "this flow has no packet");
    if (!rc) {
        *out = arena_copy(r->flows->arena, slice_from(frames.list[0].bytes, ETHERNET_HEADER));
        rc = out->p ? 0 : flow_reader_no_memory(r, node);
    }
    craft_frames_fini(&frames);
    free(inner.list);
    free(reader.steps);
    return rc;
}

#define TAKE_FORM(name, form)                                   \
    static int take_##name(void *ctx, const yaml_node_t *value) \
    {                                                           \
        ((struct making *)ctx)->forms[form] = value;            \
        return 0;                                               \
    }
TAKE_FORM(text, TEXT)
TAKE_FORM(raw, RAW)
TAKE_FORM(hex, HEX)
TAKE_FORM(base64, BASE64)
TAKE_FORM(gzip, GZIP)
TAKE_FORM(lines, LINES)
TAKE_FORM(random, RANDOM)
TAKE_FORM(packet, PACKET)
#undef TAKE_FORM

static int take_times(void *ctx, const yaml_node_t *value)
{
    struct making *m = ctx;
    return yaml_number(m->r->tree, value, 0, TIMES_MOST, &m->times);
}

static int take_seed(void *ctx, const yaml_node_t *value)
{
    struct making *m = ctx;
    return yaml_number(m->r->tree, value, 0, INT32_MAX, &m->seed);
}

static int take_length(void *ctx, const yaml_node_t *value)
{
    struct making *m = ctx;
    return yaml_number(m->r->tree, value, 1, 4, &m->length);
}

static int take_crlf(void *ctx, const yaml_node_t *value)
{
    struct making *m = ctx;
    return yaml_flag(m->r->tree, value, &m->crlf);
}

static const struct yaml_field making_fields[] = {
    {"text", take_text},
    {"raw", take_raw},
    {"hex", take_hex},
    {"base64", take_base64},
    {"gzip", take_gzip},
    {"lines", take_lines},
    {"random", take_random},
    {"packet", take_packet},
    {"times", take_times},
    {"seed", take_seed},
    {"length", take_length},
    {"crlf", take_crlf},
    {0},
};

static int form_bytes(struct making *m, enum form form, struct slice *out)
{
    struct flow_reader *r = m->r;
    const yaml_node_t *node = m->forms[form];
    switch (form) {
    case TEXT:
        return flow_bytes(r, node, out);
    case RAW:
        *out = arena_copy(r->flows->arena, yaml_scalar(node));
        return out->p ? 0 : flow_reader_no_memory(r, node);
    case HEX:
        return text_bytes(r, node, true, out);
    case BASE64:
        return base64_bytes(r, node, out);
    case GZIP:
        return gzip_bytes(r, node, out);
    case LINES:
        return joined(r, node, "\r\n", out);
    case RANDOM:
        return random_bytes(m, node, out);
    default:
        return packet_bytes(r, node, out);
    }
}

/* Line ends, repetition, and the length in front. */
static int dress(struct making *m, const yaml_node_t *node, struct slice *bytes)
{
    struct buf buf = {0};
    int rc = 0;
    if ((uint64_t)m->times * bytes->n > FLOW_BYTES_MOST)
        return yaml_fail(m->r->tree, node, -E2BIG, "too many bytes");
    for (int64_t i = 0; i < m->times && !rc; i++)
        for (size_t k = 0; k < bytes->n && !rc; k++) {
            if (m->crlf && bytes->p[k] == '\n' && (k == 0 || bytes->p[k - 1] != '\r'))
                rc = buf_append_byte(&buf, '\r');
            rc = rc ? rc : buf_append_byte(&buf, bytes->p[k]);
        }
    struct buf whole = {0};
    if (m->length && m->length < 4 && buf.n >> (8 * m->length)) {
        buf_fini(&buf);
        return yaml_fail(m->r->tree, node, -EINVAL, "%zu bytes are more than a length of %d bytes can say",
                         buf.n, (int)m->length);
    }
    for (int64_t i = m->length; i-- > 0 && !rc;)
        rc = buf_append_byte(&whole, (uint8_t)(buf.n >> (8 * i)));
    rc = rc ? rc : buf_append(&whole, buf_slice(&buf));
    buf_fini(&buf);
    return flow_bytes_keep(m->r, node, &whole, rc, bytes);
}

static int made_bytes(struct flow_reader *r, const yaml_node_t *node, struct slice *out)
{
    struct making m = {.r = r, .times = 1, .seed = 1};
    int rc = yaml_take_fields(r->tree, node, making_fields, &m);
    if (rc)
        return rc;
    int form = FORMS;
    for (int i = 0; i < FORMS; i++) {
        if (m.forms[i] && form != FORMS)
            return yaml_fail(r->tree, node, -EINVAL,
                             "one of text, raw, hex, base64, gzip, lines, random, packet");
        if (m.forms[i])
            form = i;
    }
    if (form == FORMS)
        return yaml_fail(r->tree, node, -EINVAL,
                         "expected one of text, raw, hex, base64, gzip, lines, random, packet");
    rc = form_bytes(&m, (enum form)form, out);
    bool plain = m.times == 1 && !m.crlf && !m.length;
    return rc || plain ? rc : dress(&m, node, out);
}

int flow_bytes(struct flow_reader *r, const yaml_node_t *node, struct slice *out)
{
    int rc = flow_reader_work(r, node);
    if (rc)
        return rc;
    r->depth++;
    if (node->type == YAML_SEQUENCE_NODE)
        rc = joined(r, node, "", out);
    else if (node->type == YAML_MAPPING_NODE)
        rc = made_bytes(r, node, out);
    else if (yaml_is_null(node))
        *out = slice_of("", 0);
    else
        rc = text_bytes(r, node, false, out);
    r->depth--;
    return rc;
}
