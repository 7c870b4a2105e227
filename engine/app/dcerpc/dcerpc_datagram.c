/*
 * Connectionless DCE/RPC (C706, 12.5): each datagram names its interface and operation, and its call by an
 * activity and a number. Fragments are taken in the order in which they come.
 */
#include "app/dcerpc/dcerpc.h"

#include <errno.h>

enum { DATAGRAM_HEAD = 80, LAST_FRAGMENT = 2, FRAGMENT = 4 };

struct datagram {
    struct dcerpc_head head; /* the like of a PDU's: call_id is 0 */
    uint8_t activity[DCERPC_UUID];
    struct dcerpc_interface interface;
    uint32_t sequence;
    uint16_t opnum, length; /* of the body */
    bool last;
};

/* The version is one number; its lower half is the major one. */
static bool read_rest(struct cursor *c, bool little, struct datagram *out)
{
    uint32_t version;
    bool good = cursor_skip(c, DCERPC_UUID) && dcerpc_uuid(c, little, out->interface.uuid) &&
                dcerpc_uuid(c, little, out->activity) && cursor_skip(c, 4) &&
                dcerpc_u32(c, little, &version) && dcerpc_u32(c, little, &out->sequence) &&
                dcerpc_u16(c, little, &out->opnum) && cursor_skip(c, 4) &&
                dcerpc_u16(c, little, &out->length);
    if (good) {
        out->interface.major = (uint16_t)version;
        out->interface.minor = (uint16_t)(version >> 16);
    }
    return good;
}

static bool read_datagram(struct slice bytes, struct datagram *out)
{
    struct cursor c = cursor_of(bytes);
    uint8_t flags2, representation, flags;
    *out = (struct datagram){0};
    if (bytes.n < DATAGRAM_HEAD || !cursor_u8(&c, &out->head.major) || !cursor_u8(&c, &out->head.type) ||
        !cursor_u8(&c, &flags) || !cursor_u8(&c, &flags2) || !cursor_u8(&c, &representation) ||
        !cursor_skip(&c, 3))
        return false;
    out->head.little = representation & 0x10;
    out->last = !(flags & FRAGMENT) || flags & LAST_FRAGMENT;
    return out->head.major == 4 && read_rest(&c, out->head.little, out);
}

static struct dcerpc_tx *find(struct app_session *s, enum direction direction, const struct datagram *d)
{
    for (struct app_tx *tx = s->first; tx; tx = tx->next) {
        struct dcerpc_tx *at = (struct dcerpc_tx *)tx;
        if (!tx->complete[direction] && at->sequence == d->sequence &&
            memcmp(at->activity, d->activity, DCERPC_UUID) == 0)
            return at;
    }
    return NULL;
}

static struct dcerpc_tx *begin(struct app_session *s, enum direction direction, const struct datagram *d)
{
    struct dcerpc_tx *tx = (struct dcerpc_tx *)app_tx_new(s);
    if (!tx)
        return NULL;
    dcerpc_call_begin(&tx->call, 0, &d->head);
    tx->datagram = true;
    tx->sequence = d->sequence;
    memcpy(tx->activity, d->activity, DCERPC_UUID);
    if (direction == TO_CLIENT)
        app_tx_complete(s, &tx->tx, TO_SERVER);
    return tx;
}

static void note_request(struct dcerpc_call *call, const struct datagram *d)
{
    call->request = DCERPC_REQUEST;
    call->opnum = d->opnum;
    call->has_bound = true;
    call->bound = (struct dcerpc_bound){.offer.interface = d->interface, .answered = true};
}

static bool is_wanted(enum direction direction, unsigned type)
{
    if (direction == TO_SERVER)
        return type == DCERPC_REQUEST;
    return type == DCERPC_RESPONSE || type == DCERPC_FAULT || type == DCERPC_REJECT;
}

int dcerpc_datagram(struct app_session *s, enum direction direction, struct slice bytes)
{
    struct datagram d;
    if (!read_datagram(bytes, &d) || !is_wanted(direction, d.head.type))
        return 0;
    struct dcerpc_tx *tx = find(s, direction, &d);
    if (!tx)
        tx = begin(s, direction, &d);
    if (!tx)
        return -ENOMEM;
    struct dcerpc_stub *stub = &tx->call.stubs[direction];
    bool data = d.head.type == DCERPC_REQUEST || d.head.type == DCERPC_RESPONSE;
    if (direction == TO_CLIENT)
        tx->call.response = d.head.type;
    else if (!stub->fragments)
        note_request(&tx->call, &d);
    if (data) {
        stub->little = d.head.little;
        dcerpc_stub_add(s, stub, slice_first(slice_from(bytes, DATAGRAM_HEAD), d.length));
        stub->whole = d.last;
    }
    app_tx_changed(s, &tx->tx, direction);
    if (d.last || !data)
        app_tx_complete(s, &tx->tx, direction);
    return 0;
}
