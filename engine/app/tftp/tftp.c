#include "app/tftp/tftp.h"

#include <strings.h>

#include "app/session.h"
#include "base/cursor.h"
#include "base/utf8.h"

enum { READ_REQUEST = 1, WRITE_REQUEST = 2 };

const char *tftp_mode_name(enum tftp_mode mode)
{
    static const char *const names[TFTP_MODES] = {"netascii", "octet", "mail"};
    return names[mode];
}

/* RFC 1350, 5: text that a zero byte ends. */
static bool take_text(struct cursor *c, struct slice *out)
{
    struct slice rest = slice_of(c->p + c->at, cursor_left(c));
    const uint8_t *end = rest.n ? memchr(rest.p, 0, rest.n) : NULL;
    return end && cursor_bytes(c, (size_t)(end - rest.p), out) && cursor_skip(c, 1);
}

/* In any case of letters. */
static bool find_mode(struct slice text, uint8_t *mode)
{
    for (*mode = 0; *mode < TFTP_MODES; ++*mode) {
        const char *name = tftp_mode_name(*mode);
        if (text.n == strlen(name) && strncasecmp((const char *)text.p, name, text.n) == 0)
            return true;
    }
    return false;
}

/* Options (RFC 2347) may follow. False: another packet, or none that is whole; such pass in silence. */
static bool read_request(struct slice datagram, bool *write, struct slice *file, uint8_t *mode)
{
    struct cursor c = cursor_of(datagram);
    struct slice text;
    uint16_t code;
    if (!cursor_be16(&c, &code) || (code != READ_REQUEST && code != WRITE_REQUEST))
        return false;
    *write = code == WRITE_REQUEST;
    return take_text(&c, file) && utf8_valid(*file) && take_text(&c, &text) && find_mode(text, mode);
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct slice file;
    uint8_t mode;
    bool write;
    taken->bytes = in->bytes.n;
    if (!read_request(in->bytes, &write, &file, &mode))
        return PARSE_OK;
    struct tftp_tx *tx = (struct tftp_tx *)app_tx_new(s);
    if (!tx)
        return PARSE_GIVE_UP;
    tx->write = write;
    tx->mode = mode;
    app_memory_append(s, &tx->file, file); /* the record shows no name */
    app_tx_one_sided(s, &tx->tx, in->direction);
    app_tx_complete(s, &tx->tx, in->direction);
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct tftp_tx *tftp = (struct tftp_tx *)tx;
    app_memory_give(s, tftp->file.n);
    buf_fini(&tftp->file);
}

const struct app_parser tftp_parser = {
    .proto = APP_TFTP,
    .tx_size = sizeof(struct tftp_tx),
    .parse = parse,
    .tx_free = tx_free,
};
