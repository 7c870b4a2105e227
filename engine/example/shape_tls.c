/* A TLS 1.2 handshake up to the server's certificate: RFC 5246, 7.4; RFC 6066, 3 (server name); RFC 7301
 * (ALPN). */
#include <errno.h>

#include "example/script.h"
#include "example/certificate.h"
#include "example/shape.h"

#define HOST  "^(?:[a-z0-9_*-]{1,63}\\.)*[a-zA-Z0-9_*-]{1,63}$"
#define PART  "(?:C|ST|L|O|OU|CN|Email|serialNumber|postalCode|description|DC)=[ -<>-~]+"
#define NAMES "^" PART "(?:, " PART ")*$"

enum { HELLO_RANDOM = 32 };

struct asked { /* of the handshake */
    struct buf host, alpn, subject, issuer, serial, alternative, der;
};

static int put_number(struct buf *out, unsigned bytes, size_t value)
{
    int rc = 0;
    while (bytes-- && !rc)
        rc = buf_append_byte(out, (uint8_t)(value >> (8 * bytes)));
    return rc;
}

/* Bytes behind their length. */
static int put_vector(struct buf *out, unsigned length_bytes, struct slice bytes)
{
    int rc = put_number(out, length_bytes, bytes.n);
    return rc ? rc : buf_append(out, bytes);
}

static int put_random(struct buf *out)
{
    int rc = 0;
    for (unsigned i = 0; i < HELLO_RANDOM && !rc; i++)
        rc = buf_append_byte(out, (uint8_t)(0x5a + i * 7));
    return rc;
}

/* A record with one handshake message, cleared afterwards. */
static int put_record(struct buf *out, uint8_t type, struct buf *message)
{
    int rc = put_number(out, 3, 0x160303);
    if (!rc)
        rc = put_number(out, 2, message->n + 4);
    if (!rc)
        rc = buf_append_byte(out, type);
    if (!rc)
        rc = put_vector(out, 3, buf_slice(message));
    buf_clear(message);
    return rc;
}

static int put_server_name(struct buf *out, struct slice host)
{
    int rc = put_number(out, 2, 0);
    if (!rc)
        rc = put_number(out, 2, host.n + 5);
    if (!rc)
        rc = put_number(out, 2, host.n + 3);
    if (!rc)
        rc = buf_append_byte(out, 0);
    return rc ? rc : put_vector(out, 2, host);
}

static int put_alpn(struct buf *out, struct slice name)
{
    int rc = put_number(out, 2, 16);
    if (!rc)
        rc = put_number(out, 2, name.n + 3);
    if (!rc)
        rc = put_number(out, 2, name.n + 1);
    return rc ? rc : put_vector(out, 1, name);
}

static int client_hello(const struct asked *asked, struct buf *out)
{
    static const uint8_t suites[] = {0xc0, 0x2f, 0xc0, 0x30, 0x00, 0x2f};
    static const uint8_t groups[] = {0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0};
    struct buf message = {0}, extensions = {0};
    int rc = buf_append(&extensions, slice_of(groups, sizeof groups));
    if (!rc && asked->host.n)
        rc = put_server_name(&extensions, buf_slice(&asked->host));
    if (!rc && asked->alpn.n)
        rc = put_alpn(&extensions, buf_slice(&asked->alpn));
    if (!rc)
        rc = put_number(&message, 2, 0x0303);
    if (!rc)
        rc = put_random(&message);
    if (!rc)
        rc = put_number(&message, 1, 0);
    if (!rc)
        rc = put_vector(&message, 2, slice_of(suites, sizeof suites));
    if (!rc)
        rc = put_number(&message, 2, 0x0100); /* no compression */
    if (!rc)
        rc = put_vector(&message, 2, buf_slice(&extensions));
    if (!rc)
        rc = put_record(out, 1, &message);
    buf_fini(&message);
    buf_fini(&extensions);
    return rc;
}

static int put_certificate(const struct asked *asked, struct buf *message, struct err *err)
{
    struct buf der = {0}, list = {0};
    struct slice subject =
        asked->subject.n ? buf_slice(&asked->subject) : slice_str("O=Example, CN=www.example.com");
    struct certificate certificate = {.subject = subject,
                                      .issuer = asked->issuer.n ? buf_slice(&asked->issuer) : subject,
                                      .serial = buf_slice(&asked->serial),
                                      .host = buf_slice(&asked->alternative),
                                      .anywhere = buf_slice(&asked->der)};
    int rc = certificate_make(&certificate, &der, err);
    if (!rc && (put_vector(&list, 3, buf_slice(&der)) || put_vector(message, 3, buf_slice(&list))))
        rc = err_set(err, -ENOMEM, "out of memory");
    buf_fini(&der);
    buf_fini(&list);
    return rc;
}

static int server_flight(const struct asked *asked, struct buf *out, struct err *err)
{
    struct buf message = {0};
    int rc = put_number(&message, 2, 0x0303) || put_random(&message) || put_number(&message, 1, 0) ||
             put_number(&message, 3, 0xc02f00) || put_record(out, 2, &message);
    rc = rc ? err_set(err, -ENOMEM, "out of memory") : put_certificate(asked, &message, err);
    if (!rc && (put_record(out, 11, &message) || put_record(out, 14, &message)))
        rc = err_set(err, -ENOMEM, "out of memory");
    buf_fini(&message);
    return rc;
}

static int ask(struct shape *shape, struct asked *asked, struct err *err)
{
    const struct {
        enum buffer_id id;
        enum direction side;
        const char *grammar;
        struct buf *out;
    } questions[] = {
        {BUFFER_TLS_SNI, TO_SERVER, HOST, &asked->host},
        {BUFFER_TLS_ALPN, shape->side, "^[!-~]{1,40}$", &asked->alpn},
        {BUFFER_TLS_CERT_SUBJECT, TO_CLIENT, NAMES, &asked->subject},
        {BUFFER_TLS_CERT_ISSUER, TO_CLIENT, NAMES, &asked->issuer},
        {BUFFER_TLS_CERT_SERIAL, TO_CLIENT, "^[0-7][0-9A-F](?::[0-9A-F]{2})*$", &asked->serial},
        {BUFFER_TLS_SUBJECTALTNAME, TO_CLIENT, HOST, &asked->alternative},
        {BUFFER_TLS_CERTS, TO_CLIENT, NULL, &asked->der},
    };
    int rc = 0;
    for (size_t i = 0; i < sizeof questions / sizeof *questions && rc >= 0; i++) {
        const char *grammar = questions[i].grammar;
        rc = shape_solve(shape, &questions[i].id, 1, questions[i].side, grammar, questions[i].out, err);
        if (rc == -EINVAL && questions[i].id == BUFFER_TLS_SNI) /* nothing keeps a client from that */
            rc = shape_solve(shape, &questions[i].id, 1, questions[i].side, NULL, questions[i].out, err);
    }
    return rc < 0 ? rc : 0;
}

int shape_tls(struct shape *shape, struct script *script, struct err *err)
{
    struct asked asked = {0};
    struct buf client = {0}, server = {0};
    int rc = ask(shape, &asked, err);
    if (!rc && !asked.host.n && !shape_asks(shape, BUFFER_TLS_SNI, TO_SERVER, NULL) &&
        buf_printf(&asked.host, "www.example.com"))
        rc = err_set(err, -ENOMEM, "out of memory");
    if (!rc && client_hello(&asked, &client))
        rc = err_set(err, -ENOMEM, "out of memory");
    if (!rc)
        rc = server_flight(&asked, &server, err);
    if (!rc)
        rc = script_say(script, false, &client, err);
    if (!rc)
        rc = script_say(script, true, &server, err);
    struct buf *owned[] = {&asked.host,        &asked.alpn, &asked.subject, &asked.issuer, &asked.serial,
                           &asked.alternative, &asked.der,  &client,        &server};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        buf_fini(owned[i]);
    return rc;
}
