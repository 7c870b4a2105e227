/*
 * TLS up to the first application data (RFC 8446, 4.1; RFC 5246, 7.4): the hellos, a certificate if the
 * version has it in the clear, and records whose contents nobody can read.
 */
#include <errno.h>

#include "craft/certificate.h"
#include "craft/flow_reader.h"
#include "packet/wire_put.h"

enum {
    HANDSHAKE = 22,
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    CERTIFICATE = 11,
    EXTENSION_NAME = 0,
    EXTENSION_ALPN = 16,
    EXTENSION_VERSIONS = 43,
    SSL3 = 0x0300,
    TLS1 = 0x0301,
    TLS12 = 0x0303,
    TLS13 = 0x0304,
    NAMES_MOST = 64,
};

struct tls_text {
    struct flow_reader *r;
    struct slice sni;
    const yaml_node_t *alpn, *names;
    struct certificate_text certificate;
    struct slice name_list[NAMES_MOST];
    int version;
    bool no_sni, no_data, no_answer;
};

static const uint8_t groups_and_signatures[] = {0, 10, 0, 6,  0, 4, 0, 29, 0, 23, 0, 11, 0, 2,
                                                1, 0,  0, 13, 0, 8, 0, 6,  4, 3,  8, 4,  4, 1};
static const uint8_t ciphers[] = {0, 8, 0xc0, 0x2f, 0xc0, 0x30, 0, 0x9c, 0, 0x2f};
static const uint8_t change_cipher_spec[] = {20, 3, 3, 0, 1, 1};

/* ---- vectors, whose length stands before them ---- */

static size_t open_vector(struct buf *out, size_t length_bytes)
{
    if (buf_reserve(out, length_bytes))
        return 0;
    memset(out->p + out->n, 0, length_bytes);
    out->n += length_bytes;
    return out->n;
}

/* 0, -ENOMEM (of the opening, too), -EINVAL: too long. */
static int close_vector(struct buf *out, size_t at, size_t length_bytes)
{
    if (!at)
        return -ENOMEM;
    size_t n = out->n - at;
    if (n >> (8 * length_bytes))
        return -EINVAL;
    for (size_t i = 0; i < length_bytes; i++)
        out->p[at - 1 - i] = (uint8_t)(n >> (8 * i));
    return 0;
}

static int put16(struct buf *out, unsigned value)
{
    uint8_t bytes[2];
    wire_put16(bytes, value);
    return buf_append(out, slice_of(bytes, 2));
}

static int vector(struct buf *out, size_t length_bytes, struct slice bytes)
{
    size_t at = open_vector(out, length_bytes);
    int rc = at ? buf_append(out, bytes) : -ENOMEM;
    return rc ? rc : close_vector(out, at, length_bytes);
}

/* `n` bytes that count up from `first`. */
static int put_counting(struct buf *out, unsigned first, unsigned n)
{
    int rc = 0;
    for (unsigned i = 0; i < n && !rc; i++)
        rc = buf_append_byte(out, (uint8_t)(first + i));
    return rc;
}

/* ---- the messages ---- */

static int put_name_extension(struct buf *out, struct slice name)
{
    int rc = put16(out, EXTENSION_NAME);
    size_t extension = open_vector(out, 2), list = open_vector(out, 2);
    rc = rc ? rc : buf_append_byte(out, 0);
    rc = rc ? rc : vector(out, 2, name);
    rc = rc ? rc : close_vector(out, list, 2);
    return rc ? rc : close_vector(out, extension, 2);
}

static int put_alpn(struct tls_text *t, struct buf *out)
{
    static const char *const usual[] = {"h2", "http/1.1"};
    size_t count = !t->alpn ? 2 : t->alpn->type == YAML_SEQUENCE_NODE ? yaml_count(t->alpn) : 1;
    if (!count)
        return 0;
    int rc = put16(out, EXTENSION_ALPN);
    size_t extension = open_vector(out, 2), list = open_vector(out, 2);
    for (size_t i = 0; i < count && !rc; i++) {
        struct slice name = t->alpn ? yaml_scalar(yaml_item(t->r->tree, t->alpn, i)) : slice_str(usual[i]);
        rc = vector(out, 1, name);
    }
    rc = rc ? rc : close_vector(out, list, 2);
    return rc ? rc : close_vector(out, extension, 2);
}

static int put_client_extensions(struct tls_text *t, struct buf *out)
{
    int rc = t->no_sni ? 0 : put_name_extension(out, t->sni);
    rc = rc ? rc : buf_append(out, slice_of(groups_and_signatures, sizeof groups_and_signatures));
    rc = rc ? rc : put_alpn(t, out);
    if (rc || t->version < TLS13)
        return rc;
    static const uint8_t versions[] = {0, EXTENSION_VERSIONS, 0, 5, 4, 3, 4, 3, 3};
    return buf_append(out, slice_of(versions, sizeof versions));
}

static int put_client_hello(struct tls_text *t, struct buf *out)
{
    int rc = buf_append(out, slice_of("\x16\x03\x01", 3));
    size_t record = open_vector(out, 2);
    rc = rc ? rc : buf_append_byte(out, CLIENT_HELLO);
    size_t message = open_vector(out, 3);
    rc = rc ? rc : put16(out, TLS12);
    rc = rc ? rc : put_counting(out, 0, 32);
    rc = rc ? rc : buf_append_byte(out, 0);
    rc = rc ? rc : buf_append(out, slice_of(ciphers, sizeof ciphers));
    rc = rc ? rc : buf_append(out, slice_of("\1\0", 2));
    size_t extensions = open_vector(out, 2);
    rc = rc ? rc : put_client_extensions(t, out);
    rc = rc ? rc : close_vector(out, extensions, 2);
    rc = rc ? rc : close_vector(out, message, 3);
    return rc ? rc : close_vector(out, record, 2);
}

/* RFC 8446, 4.1.3: TLS 1.3 hides its version in an extension, and is 1.2 otherwise. */
static int put_server_hello(struct tls_text *t, struct buf *out)
{
    static const uint8_t renegotiation[] = {0xff, 0x01, 0, 1, 0};
    static const uint8_t version[] = {0, EXTENSION_VERSIONS, 0, 2, 3, 4};
    bool tls13 = t->version == TLS13;
    int rc = buf_append_byte(out, SERVER_HELLO);
    size_t message = open_vector(out, 3);
    rc = rc ? rc : put16(out, tls13 ? TLS12 : (unsigned)t->version);
    rc = rc ? rc : put_counting(out, 32, 32);
    rc = rc ? rc : buf_append_byte(out, 0);
    rc = rc ? rc : put16(out, tls13 ? 0x1301 : 0xc02f);
    rc = rc ? rc : buf_append_byte(out, 0);
    rc = rc ? rc
            : vector(out, 2,
                     tls13 ? slice_of(version, sizeof version)
                           : slice_of(renegotiation, sizeof renegotiation));
    return rc ? rc : close_vector(out, message, 3);
}

static int put_certificate(struct tls_text *t, struct buf *out)
{
    int rc = buf_append_byte(out, CERTIFICATE);
    size_t message = open_vector(out, 3), chain = open_vector(out, 3), one = open_vector(out, 3);
    rc = rc ? rc : certificate_put(out, &t->certificate);
    rc = rc ? rc : close_vector(out, one, 3);
    rc = rc ? rc : close_vector(out, chain, 3);
    return rc ? rc : close_vector(out, message, 3);
}

static int put_done(struct tls_text *t, struct buf *out)
{
    (void)t;
    return buf_append(out, slice_of("\x0e\0\0\0", 4));
}

/* A record around what `put` makes. */
static int put_record(struct tls_text *t, struct buf *out, int (*put)(struct tls_text *, struct buf *))
{
    int rc = buf_append_byte(out, HANDSHAKE);
    rc = rc ? rc : put16(out, t->version > TLS12 ? TLS12 : (unsigned)t->version);
    size_t record = open_vector(out, 2);
    rc = rc ? rc : put(t, out);
    return rc ? rc : close_vector(out, record, 2);
}

static int put_server_flight(struct tls_text *t, struct buf *out)
{
    int rc = put_record(t, out, put_server_hello);
    if (rc || t->version == TLS13)
        return rc;
    rc = put_record(t, out, put_certificate);
    return rc ? rc : put_record(t, out, put_done);
}

static int put_opaque(struct buf *out, uint8_t type, unsigned n)
{
    int rc = buf_append_byte(out, type);
    rc = rc ? rc : put16(out, TLS12);
    rc = rc ? rc : put16(out, n);
    return rc ? rc : put_counting(out, 0, n);
}

static int put_key_exchange(struct tls_text *t, struct buf *out)
{
    static const uint8_t head[] = {22, 3, 3, 0, 70, 16, 0, 0, 66, 65};
    int rc = 0;
    if (t->version != TLS13) {
        rc = buf_append(out, slice_of(head, sizeof head));
        for (unsigned i = 0; i < 65 && !rc; i++)
            rc = buf_append_byte(out, 0);
    }
    rc = rc ? rc : buf_append(out, slice_of(change_cipher_spec, sizeof change_cipher_spec));
    return rc ? rc : put_opaque(out, t->version == TLS13 ? 23 : HANDSHAKE, 40);
}

static int put_server_finished(struct tls_text *t, struct buf *out)
{
    int rc = buf_append(out, slice_of(change_cipher_spec, sizeof change_cipher_spec));
    return rc ? rc : put_opaque(out, t->version == TLS13 ? 23 : HANDSHAKE, 40);
}

static int put_application_data(struct tls_text *t, struct buf *out)
{
    (void)t;
    return put_opaque(out, 23, 32);
}

/* ---- the text ---- */

static int take_sni(void *ctx, const yaml_node_t *value)
{
    struct tls_text *t = ctx;
    t->no_sni = yaml_is_null(value);
    return flow_bytes(t->r, value, &t->sni);
}

static int take_version(void *ctx, const yaml_node_t *value)
{
    static const char *const words[] = {"ssl3", "1.0", "1.1", "1.2", "1.3", NULL};
    struct tls_text *t = ctx;
    int which;
    int rc = yaml_choice(t->r->tree, value, words, &which);
    t->version = rc ? TLS12 : SSL3 + which;
    return rc;
}

static int take_alpn(void *ctx, const yaml_node_t *value)
{
    ((struct tls_text *)ctx)->alpn = value;
    return 0;
}

static int take_names(void *ctx, const yaml_node_t *value)
{
    struct tls_text *t = ctx;
    int rc = 0;
    for (size_t i = 0; yaml_item(t->r->tree, value, i) && !rc; i++) {
        if (i == NAMES_MOST)
            return yaml_fail(t->r->tree, value, -EINVAL, "more than %d names", NAMES_MOST);
        rc = flow_bytes(t->r, yaml_item(t->r->tree, value, i), &t->name_list[i]);
        t->certificate.name_count++;
    }
    return rc;
}

#define TAKE_BYTES(name)                                        \
    static int take_##name(void *ctx, const yaml_node_t *value) \
    {                                                           \
        struct tls_text *t = ctx;                               \
        return flow_bytes(t->r, value, &t->certificate.name);   \
    }
TAKE_BYTES(subject)
TAKE_BYTES(issuer)
TAKE_BYTES(serial)
TAKE_BYTES(from)
TAKE_BYTES(until)
#undef TAKE_BYTES

static int take_data(void *ctx, const yaml_node_t *value)
{
    struct tls_text *t = ctx;
    bool data = true;
    int rc = yaml_flag(t->r->tree, value, &data);
    t->no_data = !data;
    return rc;
}

static int take_answer(void *ctx, const yaml_node_t *value)
{
    struct tls_text *t = ctx;
    bool answer = true;
    int rc = yaml_flag(t->r->tree, value, &answer);
    t->no_answer = !answer;
    return rc;
}

static const struct yaml_field tls_fields[] = {
    {"sni", take_sni},       {"version", take_version}, {"alpn", take_alpn},     {"subject", take_subject},
    {"issuer", take_issuer}, {"serial", take_serial},   {"from", take_from},     {"until", take_until},
    {"names", take_names},   {"data", take_data},       {"answer", take_answer}, {0}};

static int add(struct tls_text *t, const yaml_node_t *node, bool from_server,
               int (*put)(struct tls_text *, struct buf *))
{
    struct buf text = {0};
    struct craft_step step = {.from_server = from_server};
    int rc = put(t, &text);
    if (rc == -EINVAL) {
        buf_fini(&text);
        return yaml_fail(
            t->r->tree, node, rc,
            "something is too long for TLS, or a name is not of the form \"O=Example, CN=www\" (C, ST, "
            "L, O, OU, CN)");
    }
    rc = flow_bytes_keep(t->r, node, &text, rc, &step.bytes);
    return rc ? rc : flow_step_add(t->r, node, &step);
}

int flow_tls(struct flow_reader *r, const yaml_node_t *node)
{
    struct tls_text t = {.r = r,
                         .sni = slice_str("www.example.com"),
                         .version = TLS12,
                         .certificate = {.subject = slice_str("CN=www.example.com"),
                                         .issuer = slice_str("O=Example Trust, CN=Example CA"),
                                         .serial = slice_of("\x4a\x31", 2),
                                         .from = slice_str("250101000000Z"),
                                         .until = slice_str("271231235959Z")}};
    int rc = flow_reader_work(r, node);
    t.certificate.names = t.name_list;
    rc = rc ? rc : yaml_take_fields(r->tree, node, tls_fields, &t);
    if (!rc && r->flow.protocol != CRAFT_TCP)
        rc = yaml_fail(r->tree, node, -EINVAL, "TLS needs `proto: tcp`");
    rc = rc ? rc : add(&t, node, false, put_client_hello);
    if (rc || t.no_answer)
        return rc;
    rc = add(&t, node, true, put_server_flight);
    if (rc || t.no_data)
        return rc;
    rc = add(&t, node, false, put_key_exchange);
    rc = rc ? rc : add(&t, node, true, put_server_finished);
    rc = rc ? rc : add(&t, node, false, put_application_data);
    return rc ? rc : add(&t, node, true, put_application_data);
}
