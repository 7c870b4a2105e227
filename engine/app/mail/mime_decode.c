#include "app/mail/mime_decode.h"

#include "base/hex_text.h"

enum { OTHER = 64, PAD = 65 };

/* RFC 2045, table 1. */
static uint8_t base64_value(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint8_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint8_t)(c - 'a' + 26);
    if (c >= '0' && c <= '9')
        return (uint8_t)(c - '0' + 52);
    return c == '+' ? 62 : c == '/' ? 63 : c == '=' ? PAD : OTHER;
}

/* The whole bytes of a group of `count` characters. */
static size_t put_group(uint32_t bits, unsigned count, uint8_t *to)
{
    static const uint8_t bytes_of[] = {0, 0, 1, 2, 3};
    bits <<= 6 * (4 - count);
    for (unsigned i = 0; i < bytes_of[count]; i++)
        to[i] = (uint8_t)(bits >> (16 - 8 * i));
    return bytes_of[count];
}

enum decode_answer base64_decode_piece(struct base64_decoder *d, struct slice in, struct buf *out)
{
    enum decode_answer answer = DECODE_FINE;
    if (buf_reserve(out, in.n / 4 * 3 + 3))
        return DECODE_NO_MEMORY;
    for (size_t i = 0; i < in.n; i++) {
        uint8_t value = base64_value(in.p[i]);
        if (value < OTHER) {
            d->bits = d->bits << 6 | value;
            d->count++;
        } else if (value == PAD && d->count < 2) {
            if (d->count || !i)
                answer = DECODE_BROKEN;
        }
        if (d->count == 4 || (value == PAD && d->count)) {
            out->n += put_group(d->bits, d->count, out->p + out->n);
            *d = (struct base64_decoder){0};
        }
    }
    return answer;
}

enum decode_answer base64_decode_rest(struct base64_decoder *d, struct buf *out)
{
    if (buf_reserve(out, 3))
        return DECODE_NO_MEMORY;
    out->n += put_group(d->bits, d->count, out->p + out->n);
    *d = (struct base64_decoder){0};
    return DECODE_FINE;
}

static bool lower(uint8_t c)
{
    return c >= 'a' && c <= 'f';
}

/* As in Suricata three characters that are no byte are left out; lower case digits are read all the same, and
 * told. */
enum decode_answer qp_decode_line(struct slice line, struct buf *out, bool *soft)
{
    enum decode_answer answer = DECODE_FINE;
    *soft = false;
    if (buf_reserve(out, line.n))
        return DECODE_NO_MEMORY;
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] != '=') {
            out->p[out->n++] = line.p[i];
            continue;
        }
        if (i + 1 == line.n) {
            *soft = true;
            break;
        }
        int high = hex_digit(line.p[i + 1]), low = i + 2 < line.n ? hex_digit(line.p[i + 2]) : -1;
        if (high >= 0 && low >= 0)
            out->p[out->n++] = (uint8_t)(high << 4 | low);
        if (high < 0 || low < 0 || lower(line.p[i + 1]) || lower(line.p[i + 2]))
            answer = DECODE_BROKEN;
        i += 2;
    }
    return answer;
}
