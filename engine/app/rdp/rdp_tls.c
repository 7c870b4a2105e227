/* The server's certificates where RDP goes on in TLS (RFC 5246, 7.4.2): of each its serial number. */
#include <errno.h>

#include "app/rdp/rdp_message.h"
#include "app/tls/tls_x509.h"

enum { RECORD_HEAD = 5, HANDSHAKE = 0x16, CERTIFICATE = 11, CERTIFICATES_MOST = 64 };

static int add_serial(struct slice serial, struct buf *out)
{
    static const char digits[] = "0123456789abcdef";
    size_t digit = 0, end = 2 * serial.n;
    int rc = 0;
    while (digit < end && !(serial.p[digit / 2] >> (digit % 2 ? 0 : 4) & 0xf))
        digit++;
    if (digit == end)
        rc = buf_append_byte(out, '0');
    for (; digit < end && !rc; digit++)
        rc = buf_append_byte(out, (uint8_t)digits[serial.p[digit / 2] >> (digit % 2 ? 0 : 4) & 0xf]);
    return rc ? rc : buf_append_byte(out, 0);
}

static bool take_vector(struct cursor *c, struct slice *out)
{
    uint8_t high;
    uint16_t low;
    return cursor_u8(c, &high) && cursor_be16(c, &low) && cursor_bytes(c, (size_t)high << 16 | low, out);
}

/* Those that can be read. */
static int add_serials(struct slice message, struct buf *out)
{
    struct cursor c = cursor_of(message);
    struct slice list, der;
    int rc = 0;
    if (!take_vector(&c, &list))
        return 0;
    c = cursor_of(list);
    for (unsigned i = 0; i < CERTIFICATES_MOST && !rc && take_vector(&c, &der); i++) {
        struct tls_x509 x509;
        if (tls_x509_parse(der, &x509) == APP_EVENT_NONE)
            rc = add_serial(x509.serial, out);
    }
    return rc;
}

int rdp_tls_serials(struct slice record, struct buf *out)
{
    struct cursor c = cursor_of(slice_from(record, RECORD_HEAD));
    uint8_t type;
    struct slice message;
    if (!record.n || record.p[0] != HANDSHAKE)
        return 0;
    while (cursor_u8(&c, &type) && take_vector(&c, &message))
        if (type == CERTIFICATE)
            return add_serials(message, out) ? -ENOMEM : 1;
    return 0;
}
