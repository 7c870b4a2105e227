#include "app/pgsql/pgsql_message.h"
#include "app/pgsql/pgsql.h"
#include "base/cursor.h"

#include <ctype.h>

enum { LENGTH = 4, CODE = 4 };

enum pgsql_read pgsql_read_header(struct slice bytes, enum direction direction, struct pgsql_header *h)
{
    struct cursor c = cursor_of(bytes);
    uint32_t length;
    bool typed = !bytes.n || bytes.p[0] || direction == TO_CLIENT;
    h->type = 0;
    if ((typed && !cursor_u8(&c, &h->type)) || !cursor_be32(&c, &length))
        return PGSQL_MORE;
    if (length < LENGTH + (typed ? 0 : CODE) || length > (typed ? PGSQL_LENGTH_MOST : PGSQL_START_MOST))
        return PGSQL_BAD_LENGTH;
    h->header = (uint32_t)c.at;
    h->length = length - LENGTH;
    return PGSQL_READ;
}

bool pgsql_is_type(uint8_t type, enum direction direction)
{
    static const char client[] = "BCDEFHPQSXcdfp", server[] = "123ACDEGHIKNRSTVWZcdnstv";
    return type && strchr(direction == TO_SERVER ? client : server, type);
}

static uint32_t wanted_of_client(uint8_t type)
{
    switch (type) {
    case 'Q':
        return PGSQL_QUERY_MOST;
    case 0:
    case 'p':
    case 'f':
        return PGSQL_TEXT_MOST;
    default:
        return 0;
    }
}

static uint32_t wanted_of_server(uint8_t type)
{
    enum { COUNT = 2, COPY_HEAD = 3, KEY = 8 };
    switch (type) {
    case 'R':
    case 'S':
    case 'E':
    case 'C':
        return PGSQL_TEXT_MOST;
    case 'K':
        return KEY;
    case 'T':
    case 'D':
        return COUNT;
    case 'G':
    case 'H':
    case 'W':
        return COPY_HEAD;
    default:
        return 0;
    }
}

uint32_t pgsql_wanted(const struct pgsql_header *h, enum direction direction)
{
    uint32_t most = direction == TO_SERVER ? wanted_of_client(h->type) : wanted_of_server(h->type);
    return h->length < most ? h->length : most;
}

/* A version, or one of the codes in its place; a start names a user, and ends with an empty name. */
static bool plausible_start(const struct pgsql_header *h, struct slice body)
{
    enum { VERSION_MOST = 3, NAME = 5 };
    struct cursor c = cursor_of(body);
    uint32_t code;
    if (!cursor_be32(&c, &code))
        return true;
    if (code == PGSQL_CODE_SSL || code == PGSQL_CODE_GSS)
        return h->length == CODE;
    if (code == PGSQL_CODE_CANCEL)
        return h->length > CODE;
    if (code >> 16 < 1 || code >> 16 > VERSION_MOST)
        return false;
    uint8_t letter;
    if (body.n < h->length)
        return !cursor_u8(&c, &letter) || isalpha(letter);
    return body.n > CODE + NAME && memcmp(body.p + body.n - 2, "\0", 2) == 0 &&
           memmem(body.p + CODE, body.n - CODE, "user", NAME);
}

static bool plausible_authentication(struct slice body)
{
    struct cursor c = cursor_of(body);
    uint32_t code = 0;
    return !cursor_be32(&c, &code) || code <= PGSQL_AUTH_SASL_FINAL;
}

/* Texts end with NUL. */
static bool plausible_body(const struct pgsql_header *h, enum direction direction, struct slice body)
{
    bool whole = body.n >= h->length;
    switch (h->type) {
    case 'Q':
    case 'f':
        return h->length && (!whole || !body.p[h->length - 1]);
    case 'X':
    case 'c':
        return !h->length;
    case 'C':
    case 'E':
        return direction == TO_SERVER || (h->length && (!whole || !body.p[h->length - 1]));
    case 'R':
        return h->length >= CODE && plausible_authentication(body);
    case 'Z':
        return h->length == 1 && (!body.n || strchr("ITE", body.p[0]));
    default:
        return true;
    }
}

bool pgsql_plausible(struct slice bytes, enum direction direction)
{
    enum { SANE = 16 << 20 };
    struct pgsql_header h;
    if (bytes.n && !pgsql_is_type(bytes.p[0], direction) && (bytes.p[0] || direction == TO_CLIENT))
        return false;
    enum pgsql_read read = pgsql_read_header(bytes, direction, &h);
    if (read != PGSQL_READ)
        return read == PGSQL_MORE;
    struct slice body = slice_first(slice_from(bytes, h.header), h.length);
    if (h.length > SANE)
        return false;
    return h.type ? plausible_body(&h, direction, body) : plausible_start(&h, body);
}
