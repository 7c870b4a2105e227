#include "app/enip/enip.h"
#include "base/cursor.h"

enum { ITEM_IDENTITY = 0x0c, ITEM_CONNECTED = 0xb1, ITEM_UNCONNECTED = 0xb2, ITEM_SERVICE = 0x100 };

static struct enip_piece piece_from(const struct cursor *c, size_t n)
{
    return (struct enip_piece){(uint32_t)c->at, (uint32_t)n};
}

/* Volume 2, 2-4.2.2. */
static bool read_identity(struct enip_message *m, struct cursor *c)
{
    enum { SOCKET = 16 };
    struct enip_identity *id = &m->identity;
    uint8_t length;
    struct slice name;
    if (!cursor_le16(c, &id->version) || !cursor_skip(c, SOCKET) || !cursor_le16(c, &id->vendor) ||
        !cursor_le16(c, &id->device) || !cursor_le16(c, &id->product) || !cursor_be16(c, &id->revision) ||
        !cursor_le16(c, &id->status) || !cursor_le32(c, &id->serial) || !cursor_u8(c, &length))
        return false;
    id->name = piece_from(c, length);
    m->has_identity = cursor_bytes(c, length, &name) && cursor_u8(c, &id->state);
    return m->has_identity;
}

/* 2-4.6.2. */
static bool read_service(struct enip_message *m, struct cursor *c)
{
    struct enip_service *service = &m->service;
    if (!cursor_le16(c, &service->version) || !cursor_le16(c, &service->capabilities))
        return false;
    service->name = piece_from(c, cursor_left(c));
    return m->has_service = true;
}

static bool read_cip(struct enip_message *m, const struct cursor *item, enum direction direction)
{
    size_t n = cursor_left(item);
    if (!n || m->cip.count)
        return true;
    enum cip_result result =
        cip_read(&m->cip, slice_of(item->p, item->n), item->at, n, direction == TO_CLIENT);
    m->has_cip = result == CIP_OK;
    return result == CIP_OK;
}

static bool read_item(struct enip_message *m, uint16_t type, struct cursor *item, enum direction direction)
{
    switch (type) {
    case ITEM_IDENTITY:
        return m->has_identity || read_identity(m, item);
    case ITEM_SERVICE:
        return m->has_service || read_service(m, item);
    case ITEM_CONNECTED: /* behind a sequence number (3-2.2.1) */
        return cursor_skip(item, 2) && read_cip(m, item, direction);
    case ITEM_UNCONNECTED:
        return read_cip(m, item, direction);
    default:
        return true;
    }
}

/* 2-6.1: the Common Packet Format. */
static bool read_items(struct enip_message *m, struct cursor *c, enum direction direction)
{
    uint16_t count, type, n;
    if (!cursor_le16(c, &count))
        return false;
    for (unsigned i = 0; i < count; i++) {
        size_t at = c->at;
        if (!cursor_le16(c, &type) || !cursor_le16(c, &n))
            return false;
        bool cut = cursor_left(c) < n;
        struct cursor item = {.p = c->p, .n = c->at + (cut ? cursor_left(c) : n), .at = c->at};
        if (m->item_count < ENIP_ITEMS_MOST)
            m->items[m->item_count++] = (struct enip_piece){(uint32_t)at, (uint32_t)(item.n - at)};
        if (cut && c->n < ENIP_KEPT_MOST)
            return false;
        if (!read_item(m, type, &item, direction))
            return false;
        c->at = item.n;
    }
    return true;
}

static bool read_registration(struct enip_message *m, struct cursor *c)
{
    m->has_register = cursor_le16(c, &m->register_version) && cursor_le16(c, &m->register_options);
    return m->has_register;
}

bool enip_read(struct enip_message *m, enum direction direction)
{
    enum { HANDLE_AND_TIMEOUT = 6 };
    struct cursor c = cursor_of(buf_slice(&m->bytes));
    c.at = ENIP_HEADER;
    if (!cursor_left(&c))
        return true;
    switch (m->command) {
    case ENIP_REGISTER:
        return read_registration(m, &c);
    case ENIP_LIST_IDENTITY:
    case ENIP_LIST_SERVICES:
        return direction == TO_SERVER || read_items(m, &c, direction);
    case ENIP_SEND_RR:
    case ENIP_SEND_UNIT:
        return cursor_skip(&c, HANDLE_AND_TIMEOUT) && read_items(m, &c, direction);
    default:
        return true;
    }
}
