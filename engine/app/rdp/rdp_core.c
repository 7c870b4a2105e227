/* The client's core settings ([MS-RDPBCGR] 2.2.1.3.2). As in Suricata the optional parts end at one whose
 * value makes no sense. */
#include "app/rdp/rdp_message.h"
#include "base/utf16.h"

enum { NAME = 32, IME = 64, ID = 64 };

static bool is_depth(uint32_t value) /* RNS_UD_COLOR_4BPP to RNS_UD_COLOR_24BPP */
{
    return value == 0 || (value >= 0xca00 && value <= 0xca04);
}

static bool is_high(uint32_t value)
{
    return value == 0 || value == 4 || value == 8 || value == 15 || value == 16 || value == 24;
}

static bool makes_sense(enum rdp_core_part part, uint32_t value)
{
    switch (part) {
    case RDP_PART_DEPTH:
        return is_depth(value);
    case RDP_PART_HIGH:
        return is_high(value);
    case RDP_PART_SUPPORTED:
    case RDP_PART_SELECTED:
        return value <= 0xf;
    case RDP_PART_CAPABILITIES:
        return value <= 0x7ff;
    case RDP_PART_CONNECTION:
        return value <= 7;
    case RDP_PART_WIDTH: /* in millimetres */
    case RDP_PART_HEIGHT:
        return value >= 10 && value <= 10000;
    case RDP_PART_ORIENTATION:
        return value == 0 || value == 90 || value == 180 || value == 270;
    case RDP_PART_SCALE: /* per cent */
        return value >= 100 && value <= 500;
    case RDP_PART_DEVICE_SCALE:
        return value == 100 || value == 140 || value == 180;
    default:
        return true;
    }
}

static bool take_part(struct cursor *c, enum rdp_core_part part, struct rdp_core *out)
{
    static const uint8_t bytes[RDP_PARTS] = {2, 2, 4, 2, 2, 2, ID, 1, 1, 4, 4, 4, 2, 4, 4};
    uint8_t one;
    uint16_t two;
    if (part == RDP_PART_ID)
        return cursor_bytes(c, ID, &out->id) && utf16_valid(out->id);
    if (bytes[part] == sizeof one) {
        if (!cursor_u8(c, &one))
            return false;
        out->part[part] = one;
    } else if (bytes[part] == sizeof two) {
        if (!cursor_le16(c, &two))
            return false;
        out->part[part] = two;
    } else if (!cursor_le32(c, &out->part[part])) {
        return false;
    }
    return makes_sense(part, out->part[part]);
}

bool rdp_core_read(struct slice body, struct rdp_core *out)
{
    struct cursor c = cursor_of(body);
    uint16_t sequence;
    *out = (struct rdp_core){0};
    if (!cursor_le32(&c, &out->version) || !cursor_le16(&c, &out->width) || !cursor_le16(&c, &out->height) ||
        !cursor_le16(&c, &out->depth) || !cursor_le16(&c, &sequence) || !cursor_le32(&c, &out->layout) ||
        !cursor_le32(&c, &out->build) || !cursor_bytes(&c, NAME, &out->name) ||
        !cursor_le32(&c, &out->keyboard) || !cursor_le32(&c, &out->subtype) ||
        !cursor_le32(&c, &out->function_keys) || !cursor_bytes(&c, IME, &out->ime) || !utf16_valid(out->name))
        return false;
    while (out->parts < RDP_PARTS && take_part(&c, (enum rdp_core_part)out->parts, out))
        out->parts++;
    return true;
}
