#include "app/dcerpc/dcerpc_pdu.h"

enum { SYNTAX = 20 /* a UUID and a version */, RESULT = 24 };

const char *dcerpc_type_name(unsigned type)
{
    static const char *const names[DCERPC_TYPES] = {
        "REQUEST",   "PING",     "RESPONSE",      "FAULT",
        "WORKING",   "NOCALL",   "REJECT",        "ACK",
        "CL_CANCEL", "FACK",     "CANCEL_ACK",    "BIND",
        "BINDACK",   "BINDNAK",  "ALTER_CONTEXT", "ALTER_CONTEXT_RESP",
        "AUTH3",     "SHUTDOWN", "CO_CANCEL",     "ORPHANED"};
    return type < DCERPC_TYPES ? names[type] : "UNKNOWN";
}

bool dcerpc_u16(struct cursor *c, bool little, uint16_t *v)
{
    return little ? cursor_le16(c, v) : cursor_be16(c, v);
}

bool dcerpc_u32(struct cursor *c, bool little, uint32_t *v)
{
    return little ? cursor_le32(c, v) : cursor_be32(c, v);
}

bool dcerpc_uuid(struct cursor *c, bool little, uint8_t uuid[DCERPC_UUID])
{
    /* Where the bytes of the text come from: its first three fields are numbers. */
    static const uint8_t places[DCERPC_UUID] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    struct slice bytes;
    if (!cursor_bytes(c, DCERPC_UUID, &bytes))
        return false;
    for (int i = 0; i < DCERPC_UUID; i++)
        uuid[i] = bytes.p[little ? places[i] : i];
    return true;
}

bool dcerpc_head_read(struct slice bytes, struct dcerpc_head *head)
{
    struct cursor c = cursor_of(bytes);
    uint8_t representation;
    if (bytes.n < DCERPC_HEAD || !cursor_u8(&c, &head->major) || !cursor_u8(&c, &head->minor) ||
        !cursor_u8(&c, &head->type) || !cursor_u8(&c, &head->flags) || !cursor_u8(&c, &representation) ||
        !cursor_skip(&c, 3))
        return false;
    head->little = representation & 0x10;
    return dcerpc_u16(&c, head->little, &head->length) && cursor_skip(&c, 2) &&
           dcerpc_u32(&c, head->little, &head->call_id);
}

bool dcerpc_head_valid(const struct dcerpc_head *head)
{
    return head->major == 5 && head->type < DCERPC_TYPES && head->length >= DCERPC_HEAD;
}

bool dcerpc_request_read(const struct dcerpc_head *head, struct slice body, struct dcerpc_request *out)
{
    struct cursor c = cursor_of(body);
    if (!cursor_skip(&c, 4) || !dcerpc_u16(&c, head->little, &out->context) ||
        !dcerpc_u16(&c, head->little, &out->opnum))
        return false;
    out->stub = slice_from(body, c.at);
    return true;
}

/* C706, 12.6.4.3: the sizes of fragments, the group; the list of contexts. */
bool dcerpc_offers_begin(const struct dcerpc_head *head, struct slice body, struct cursor *c, uint8_t *count)
{
    (void)head;
    *c = cursor_of(body);
    return cursor_skip(c, 8) && cursor_u8(c, count) && cursor_skip(c, 3);
}

bool dcerpc_offer_next(const struct dcerpc_head *head, struct cursor *c, struct dcerpc_offer *out)
{
    uint8_t syntaxes;
    struct dcerpc_interface *interface = &out->interface;
    return dcerpc_u16(c, head->little, &out->context) && cursor_u8(c, &syntaxes) && cursor_skip(c, 1) &&
           dcerpc_uuid(c, head->little, interface->uuid) && dcerpc_u16(c, head->little, &interface->major) &&
           dcerpc_u16(c, head->little, &interface->minor) && cursor_skip(c, (size_t)SYNTAX * syntaxes);
}

/* C706, 12.6.4.4: behind the sizes and the group a secondary address, filled up to four bytes. */
bool dcerpc_results_begin(const struct dcerpc_head *head, struct slice body, struct cursor *c, uint8_t *count)
{
    uint16_t address;
    *c = cursor_of(body);
    if (!cursor_skip(c, 8) || !dcerpc_u16(c, head->little, &address) || !cursor_skip(c, address))
        return false;
    size_t fill = -c->at & 3;
    return cursor_skip(c, fill) && cursor_u8(c, count) && cursor_skip(c, 3);
}

bool dcerpc_result_next(const struct dcerpc_head *head, struct cursor *c, struct dcerpc_result *out)
{
    return cursor_left(c) >= RESULT && dcerpc_u16(c, head->little, &out->result) &&
           dcerpc_u16(c, head->little, &out->reason) && cursor_skip(c, RESULT - 4);
}
