/*
 * h2c (RFC 7540, 3.2): the request that asked for the upgrade is stream 1, its HTTP2-Settings the client's
 * first SETTINGS. HTTP/1 hands the head of the request on as it came.
 */
#include "app/http2/http2_connection.h"

#include <errno.h>
#include <strings.h>

static bool is(struct slice name, const char *word)
{
    return name.n == strlen(word) && strncasecmp((const char *)name.p, word, name.n) == 0;
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static struct slice trim(struct slice s)
{
    while (s.n && is_blank(s.p[0]))
        s = slice_from(s, 1);
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Takes what stands before `end`, and the end itself. */
static struct slice take_until(struct slice *rest, char end)
{
    const uint8_t *found = rest->n ? memchr(rest->p, end, rest->n) : NULL;
    size_t n = found ? (size_t)(found - rest->p) : rest->n;
    struct slice taken = slice_first(*rest, n);
    *rest = slice_from(*rest, n + 1);
    return taken;
}

static int digit(uint8_t c)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c ? strchr(alphabet, c) : NULL;
    return found ? (int)(found - alphabet) : -1;
}

/* Like Suricata in the plain alphabet of base64: that of URLs is told as an event. */
static bool is_base64(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (digit(text.p[i]) < 0)
            return false;
    return true;
}

static void take_settings(struct app_session *s, struct http2_tx *tx, struct slice text)
{
    enum { SETTING = 6, BITS = 48 };
    uint64_t bits = 0;
    unsigned held = 0;
    while (text.n && text.p[text.n - 1] == '=')
        text.n--;
    if (!is_base64(text)) {
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_HTTP2_INVALID_HTTP1_SETTINGS);
        return;
    }
    for (size_t i = 0; i < text.n; i++) { /* eight digits are a setting (RFC 9113, 6.5.1) */
        bits = bits << SETTING | (uint64_t)digit(text.p[i]);
        held += SETTING;
        if (held == BITS) {
            http2_add_number(s, tx, TO_SERVER, HTTP2_NUMBER_SETTING, bits);
            bits = held = 0;
        }
    }
}

static void take_field(struct app_session *s, struct http2_tx *tx, struct slice line)
{
    struct slice name = trim(take_until(&line, ':')), value = trim(line);
    if (!name.n)
        return;
    if (is(name, "http2-settings"))
        take_settings(s, tx, value);
    else
        http2_add_field(s, tx, TO_SERVER, is(name, "host") ? slice_str(":authority") : name, value);
}

int http2_take_upgrade(struct app_session *s)
{
    struct slice rest = buf_slice(&s->handed);
    struct slice line = take_until(&rest, '\n');
    struct http2 *h2 = s->state;
    struct http2_tx *tx = http2_stream(s, TO_SERVER, 1);
    if (!tx)
        return -ENOMEM;
    http2_add_number(s, tx, TO_SERVER, HTTP2_NUMBER_FRAMETYPE, HTTP2_HEADERS);
    http2_add_field(s, tx, TO_SERVER, slice_str(":method"), trim(take_until(&line, ' ')));
    http2_add_field(s, tx, TO_SERVER, slice_str(":path"), take_until(&line, ' '));
    while (rest.n) {
        line = take_until(&rest, '\n');
        if (!trim(line).n)
            break;
        take_field(s, tx, line);
    }
    h2->upgraded = true;
    http2_fields_came(s, tx, TO_SERVER, 0);
    http2_end_side(s, tx, TO_SERVER);
    buf_fini(&s->handed);
    return 0;
}
