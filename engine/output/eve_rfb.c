/* RFB in EVE: one record a connection. */
#include "app/rfb/rfb.h"
#include "base/cursor.h"
#include "output/eve_app.h"

#include <stdio.h>

enum { HEX_TEXT = 2 * RFB_CHALLENGE + 1 };

/* "RFB 003.008\n" */
static void put_version(struct json_line *l, const char *key, const char *version)
{
    enum { MAJOR = 4, MINOR = 8, DIGITS = 3 };
    if (!version[0])
        return;
    line_open(l, key);
    line_bytes(l, "major", slice_of(version + MAJOR, DIGITS));
    line_bytes(l, "minor", slice_of(version + MINOR, DIGITS));
    line_close(l);
}

static void put_hex(struct json_line *l, const char *key, const uint8_t bytes[RFB_CHALLENGE])
{
    char text[HEX_TEXT];
    for (size_t i = 0; i < RFB_CHALLENGE; i++)
        sprintf(text + 2 * i, "%02x", bytes[i]);
    line_text(l, key, text);
}

static void put_authentication(struct json_line *l, const struct rfb_tx *tx)
{
    line_open(l, "authentication");
    if (tx->has_type)
        line_uint(l, "security_type", tx->type);
    if (tx->has_challenge) {
        line_open(l, "vnc");
        put_hex(l, "challenge", tx->challenge);
        if (tx->has_response)
            put_hex(l, "response", tx->response);
        line_close(l);
    }
    if (tx->succeeded)
        line_text(l, "security_result", "OK");
    line_close(l);
}

/* RFC 6143, 7.3.2 and 7.4. */
static void put_framebuffer(struct json_line *l, const struct rfb_tx *tx)
{
    static const struct {
        const char *name;
        uint8_t bytes;
        bool flag;
    } fields[] = {{"bits_per_pixel", 1, false}, {"depth", 1, false},     {"big_endian", 1, true},
                  {"true_color", 1, true},      {"red_max", 2, false},   {"green_max", 2, false},
                  {"blue_max", 2, false},       {"red_shift", 1, false}, {"green_shift", 1, false},
                  {"blue_shift", 1, false}};
    struct cursor c = cursor_of(slice_of(tx->init, sizeof tx->init));
    uint16_t width = 0, height = 0;
    uint64_t value;
    cursor_be16(&c, &width);
    cursor_be16(&c, &height);
    line_open(l, "framebuffer");
    line_uint(l, "width", width);
    line_uint(l, "height", height);
    line_bytes(l, "name", buf_slice(&tx->text));
    line_open(l, "pixel_format");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && cursor_uint(&c, fields[i].bytes, &value);
         i++) {
        if (fields[i].flag)
            line_bool(l, fields[i].name, value != 0);
        else
            line_uint(l, fields[i].name, value);
    }
    line_close(l);
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *app_tx, bool alert)
{
    const struct rfb_tx *tx = (const struct rfb_tx *)app_tx;
    (void)session;
    (void)alert;
    line_open(l, "rfb");
    put_version(l, "server_protocol_version", tx->sides[TO_CLIENT].version);
    put_version(l, "client_protocol_version", tx->sides[TO_SERVER].version);
    put_authentication(l, tx);
    if (tx->has_reason)
        line_bytes(l, "server_security_failure_reason", buf_slice(&tx->text));
    if (tx->has_shared)
        line_bool(l, "screen_shared", tx->shared);
    if (tx->has_init)
        put_framebuffer(l, tx);
    line_close(l);
    return true;
}

const struct eve_app eve_app_rfb = {.record = RECORD_RFB, .no_tx_id = true, .put = put};
