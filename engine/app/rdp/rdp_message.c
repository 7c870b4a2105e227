/* TPKT's content: X.224 class 0 (its section 13), and what an MCS Connect Initial (T.125) carries by GCC
 * (T.124). */
#include "app/rdp/rdp_message.h"
#include "base/utf16.h"
#include "base/utf8.h"

enum { X224_REQUEST = 0xe0, X224_CONFIRM = 0xd0, X224_DATA = 0xf0, X224_EOT = 0x80, X224_FIXED = 7 };
enum { NEGOTIATION = 8, REQUEST_FLAGS = 0x0b, PROTOCOLS = 0xf, RESPONSE_FLAGS = 0x1f, FAILURES = 6 };
enum { CORE_FIXED = 128, CHANNEL_NAME = 8, CHANNEL = 12 };

static enum rdp_pdu read_data(struct slice content, struct slice *body)
{
    enum { HEAD = 3, TAG = 2 };
    static const uint8_t initial[TAG] = {0x7f, 0x65}, response[TAG] = {0x7f, 0x66}; /* APPLICATION 101, 102 */
    if (content.n < HEAD || content.p[0] != 2 || content.p[1] != X224_DATA || content.p[2] != X224_EOT)
        return RDP_PDU_OTHER;
    struct slice tag = slice_first(slice_from(content, HEAD), TAG);
    *body = slice_from(content, HEAD + TAG);
    if (slice_equal(tag, slice_of(initial, TAG)))
        return RDP_PDU_INITIAL;
    return slice_equal(tag, slice_of(response, TAG)) ? RDP_PDU_RESPONSE : RDP_PDU_OTHER;
}

enum rdp_pdu rdp_pdu_read(struct slice content, struct slice *body)
{
    enum { RESERVED_LENGTH = 255 };
    if (content.n < X224_FIXED)
        return read_data(content, body);
    uint8_t code = content.p[1];
    if (code != X224_REQUEST && code != X224_CONFIRM)
        return read_data(content, body);
    size_t length = content.p[0] + (size_t)1;
    bool class_0 = content.p[6] == 0, to_nobody = content.p[2] == 0 && content.p[3] == 0;
    if (content.p[0] == RESERVED_LENGTH || length < X224_FIXED || length > content.n || !class_0 ||
        !to_nobody)
        return RDP_PDU_OTHER;
    *body = slice_from(slice_first(content, length), X224_FIXED);
    return code == X224_REQUEST ? RDP_PDU_REQUEST : RDP_PDU_CONFIRM;
}

/* [MS-RDPBCGR] 2.2.1.1.1: a type, flags, its length, a number; the least byte first. */
static bool read_negotiation(struct slice s, struct rdp_negotiation *out)
{
    struct cursor c = cursor_of(s);
    uint16_t length;
    return cursor_u8(&c, &out->type) && cursor_u8(&c, &out->flags) && cursor_le16(&c, &length) &&
           cursor_le32(&c, &out->value) && length == NEGOTIATION;
}

/* One that is no text is none, and nothing behind it is read. False: it is cut. */
static bool take_cookie(struct slice *rest, struct rdp_request *out)
{
    static const char begin[] = "Cookie: mstshash=", end[] = "\r\n";
    size_t n = sizeof begin - 1;
    if (!rest->n || memcmp(rest->p, begin, rest->n < n ? rest->n : n) != 0)
        return true;
    struct slice value = slice_from(*rest, n);
    const uint8_t *found = value.n ? memmem(value.p, value.n, end, sizeof end - 1) : NULL;
    if (!found)
        return false;
    out->cookie = slice_first(value, (size_t)(found - value.p));
    out->has_cookie = utf8_valid(out->cookie);
    if (out->has_cookie)
        *rest = slice_from(value, out->cookie.n + sizeof end - 1);
    return true;
}

bool rdp_request_read(struct slice body, struct rdp_request *out)
{
    struct rdp_negotiation n;
    *out = (struct rdp_request){0};
    if (!take_cookie(&body, out))
        return false;
    if (!body.n || body.p[0] != RDP_NEG_REQUEST)
        return true;
    if (body.n < NEGOTIATION)
        return false;
    if (read_negotiation(body, &n) && !(n.flags & ~REQUEST_FLAGS) && !(n.value & ~PROTOCOLS))
        out->negotiation = n;
    return true;
}

static bool is_protocol(uint32_t value)
{
    return value <= 2 || value == 4 || value == 8;
}

bool rdp_confirm_read(struct slice body, struct rdp_negotiation *out)
{
    struct rdp_negotiation n;
    *out = (struct rdp_negotiation){0};
    if (!body.n || (body.p[0] != RDP_NEG_RESPONSE && body.p[0] != RDP_NEG_FAILURE))
        return true;
    if (body.n < NEGOTIATION)
        return false;
    if (!read_negotiation(body, &n))
        return true;
    if (n.type == RDP_NEG_RESPONSE ? is_protocol(n.value) && !(n.flags & ~RESPONSE_FLAGS)
                                   : n.value >= 1 && n.value <= FAILURES)
        *out = n;
    return true;
}

bool rdp_block_next(struct cursor *c, uint16_t *type, struct slice *body)
{
    uint16_t length;
    struct cursor at = *c;
    if (!cursor_le16(&at, type) || !cursor_le16(&at, &length) || length < RDP_BLOCK_HEAD ||
        !cursor_bytes(&at, length - (size_t)RDP_BLOCK_HEAD, body))
        return false;
    *c = at;
    return true;
}

bool rdp_channel_next(struct cursor *c, struct slice *name)
{
    struct slice channel;
    if (!cursor_bytes(c, CHANNEL, &channel))
        return false;
    *name = slice_first(channel, CHANNEL_NAME);
    const uint8_t *end = memchr(name->p, 0, name->n);
    if (end)
        *name = slice_first(*name, (size_t)(end - name->p));
    return true;
}

enum block { BLOCK_FITS, BLOCK_INVALID, BLOCK_CUT };

static enum block judge_channels(struct slice body)
{
    struct cursor c = cursor_of(body);
    uint32_t count;
    struct slice name;
    if (!cursor_le32(&c, &count))
        return BLOCK_INVALID;
    while (count--) {
        if (!rdp_channel_next(&c, &name))
            return BLOCK_CUT;
        if (!utf8_valid(name))
            return BLOCK_INVALID;
    }
    return BLOCK_FITS;
}

static enum block judge(uint16_t type, struct slice body)
{
    struct rdp_core core;
    if (type == RDP_NET)
        return judge_channels(body);
    if (type != RDP_CORE)
        return BLOCK_FITS;
    if (body.n < CORE_FIXED)
        return BLOCK_CUT;
    return rdp_core_read(body, &core) ? BLOCK_FITS : BLOCK_INVALID;
}

/* What comes before a block that makes no sense; false when one is cut. */
static bool whole_blocks(struct slice bytes, struct slice *blocks)
{
    struct cursor c = cursor_of(bytes);
    do {
        struct cursor before = c;
        uint16_t type;
        struct slice body;
        *blocks = slice_first(bytes, before.at);
        if (!rdp_block_next(&c, &type, &body)) {
            struct slice head = slice_from(bytes, before.at);
            return head.n >= RDP_BLOCK_HEAD && head.p[2] < RDP_BLOCK_HEAD && head.p[3] == 0;
        }
        enum block fits = judge(type, body);
        if (fits != BLOCK_FITS)
            return fits == BLOCK_INVALID;
    } while (cursor_left(&c));
    *blocks = bytes;
    return true;
}

/* T.124, 8.7, in the encoding of X.691: its length stands behind the key "Duca" ([MS-RDPBCGR] 2.2.1.3). As in
 * Suricata nothing before that is looked at. */
bool rdp_blocks(struct slice body, struct slice *blocks)
{
    static const char key[] = "Duca";
    enum { LONG = 0x80 };
    const uint8_t *found = body.n ? memmem(body.p, body.n, key, sizeof key - 1) : NULL;
    uint8_t first, second = 0;
    if (!found)
        return false;
    struct cursor c = cursor_of(slice_from(body, (size_t)(found - body.p) + sizeof key - 1));
    if (!cursor_u8(&c, &first) || (first & LONG && !cursor_u8(&c, &second)))
        return false;
    size_t length = first & LONG ? (size_t)(first & ~LONG) << 8 | second : first;
    struct slice bytes;
    return cursor_bytes(&c, length, &bytes) && whole_blocks(bytes, blocks);
}
