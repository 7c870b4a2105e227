/* IKE in EVE: one record a message, with what the flow has chosen so far. */
#include "app/ike/ike.h"
#include "app/session.h"
#include "output/eve_app.h"
#include "output/eve_ike_name.h"

#include <stdio.h>

enum { NAME_TEXT = 48, KEY_TEXT = 40, LIST_MOST = 256 };

static const char *const attribute_names[IKE_ATTRIBUTES] = {
#define IKE_ATTRIBUTE(number, name, matched) [number] = (name),
#include "base/ike_attribute_list.h"
#undef IKE_ATTRIBUTE
};

static void put_attribute(struct json_line *l, const struct ike1_attribute *a)
{
    char key[KEY_TEXT];
    const char *known = a->type < IKE_ATTRIBUTES ? attribute_names[a->type] : NULL;
    const char *value = a->is_number ? ike1_value_name(a->type, a->number) : NULL;
    line_text(l, known ? known : "unknown", value ? value : "Unknown");
    snprintf(key, sizeof key, "%s_raw", known ? known : "unknown");
    if (a->is_number)
        line_uint(l, key, a->number);
    else
        line_hex(l, key, a->bytes);
}

/* Each once: what an attribute says first. */
static void put_attributes(struct json_line *l, struct slice attributes)
{
    struct cursor c = cursor_of(attributes);
    struct ike1_attribute a;
    uint32_t there = 0;
    while (ike1_attribute_next(&c, &a)) {
        uint32_t bit = UINT32_C(1) << (a.type < IKE_ATTRIBUTES ? a.type : 0);
        if (!(there & bit))
            put_attribute(l, &a);
        there |= bit;
    }
}

struct proposals {
    struct json_line *line;
    unsigned count;
};

static void put_proposal(void *ctx, struct slice attributes)
{
    struct proposals *p = ctx;
    if (p->count++ >= LIST_MOST)
        return;
    line_open(p->line, NULL);
    put_attributes(p->line, attributes);
    line_close(p->line);
}

static void put_proposals(struct json_line *l, const char *key, const struct ike_tx *tx)
{
    struct proposals p = {.line = l};
    struct ike1_visitor transforms = {.transform = put_proposal, .ctx = &p};
    struct ike1 ignored;
    line_open_list(l, key);
    ike1_read(&tx->header, &ignored, &transforms);
    line_close_list(l);
}

static void put_side(struct json_line *l, const struct ike_side *side)
{
    if (side->key.n) {
        line_hex(l, "key_exchange_payload", buf_slice(&side->key));
        line_uint(l, "key_exchange_payload_length", side->key.n);
    }
    if (side->nonce.n) {
        line_hex(l, "nonce_payload", buf_slice(&side->nonce));
        line_uint(l, "nonce_payload_length", side->nonce.n);
    }
}

static void put_vendors(struct json_line *l, const struct ike_tx *tx)
{
    struct line_mark mark = line_mark(l);
    struct slice id;
    line_open_list(l, "vendor_ids");
    for (size_t i = 0; i < LIST_MOST && ike_vendor(tx, i, &id); i++)
        line_bytes(l, NULL, id);
    line_close_filled(l, mark);
}

static void put_version_1(struct json_line *l, const struct ike *ike, const struct ike_tx *tx)
{
    bool proposes = tx->one.transforms && !tx->tx.unseen[TO_SERVER];
    line_open_list(l, "payload");
    for (unsigned type = 0; type < 32; type++)
        if (tx->one.types >> type & 1 && ike1_payload_name((uint8_t)type))
            line_text(l, NULL, ike1_payload_name((uint8_t)type));
    line_close_list(l);
    line_open(l, "ikev1");
    if (ike->has_doi)
        line_uint(l, "doi", ike->doi);
    line_bool(l, "encrypted_payloads", tx->one.encrypted);
    if (!tx->one.encrypted) {
        line_open(l, "client");
        put_side(l, &ike->sides[TO_SERVER]);
        if (proposes)
            put_proposals(l, "proposals", tx);
        line_close(l);
        line_open(l, "server");
        put_side(l, &ike->sides[TO_CLIENT]);
        line_close(l);
        put_vendors(l, tx);
    }
    line_close(l);
}

static void put_named(struct json_line *l, const char *key, const char *name, const char *kind,
                      unsigned number)
{
    char text[NAME_TEXT];
    snprintf(text, sizeof text, "%s(%u / 0x%x)", kind, number, number);
    line_text(l, key, name ? name : text);
}

/* In the order of Suricata's records. */
static void put_chosen_2(struct json_line *l, const struct ike *ike)
{
    static const struct {
        uint8_t type;
        const char *key, *kind;
    } members[] = {{IKE2_ENC, "alg_enc", "IkeTransformEncType"},
                   {IKE2_AUTH, "alg_auth", "IkeTransformAuthType"},
                   {IKE2_PRF, "alg_prf", "IkeTransformPRFType"},
                   {IKE2_DH, "alg_dh", "IkeTransformDHType"},
                   {IKE2_ESN, "alg_esn", "IkeTransformESNType"}};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        uint16_t id = ike->last[members[i].type];
        put_named(l, members[i].key, ike2_transform_name(members[i].type, id), members[i].kind, id);
    }
}

static void put_payload_2(struct json_line *l, uint8_t type)
{
    put_named(l, NULL, ike2_payload_name(type), "IkePayloadType", type);
}

/* The types: that in the header, and in each payload that of the next. */
static void put_payloads_2(struct json_line *l, const struct ike_tx *tx)
{
    struct cursor c = cursor_of(tx->header.payloads);
    uint8_t next;
    struct slice body;
    line_open_list(l, "payload");
    if (tx->two.readable)
        put_payload_2(l, tx->header.next);
    for (unsigned i = 1; tx->two.readable && i < LIST_MOST && ike2_payload_next(&c, &next, &body); i++)
        put_payload_2(l, next);
    line_close_list(l);
}

/* From a cursor over the payloads, the first of which is of *type: what the next notification says. */
static bool notification_next(struct cursor *c, uint8_t *type, uint16_t *what)
{
    enum { NOTIFY = 41 };
    uint8_t next;
    struct slice body;
    while (ike2_payload_next(c, &next, &body)) {
        struct cursor at = cursor_of(body);
        bool notifies = *type == NOTIFY;
        *type = next;
        if (notifies && cursor_skip(&at, 2) && cursor_be16(&at, what))
            return true;
    }
    return false;
}

static void put_notifications(struct json_line *l, const struct ike_tx *tx)
{
    enum { STATUS = 16384 };
    struct slice payloads = tx->two.readable ? tx->header.payloads : slice_of(NULL, 0);
    struct line_mark mark;
    uint16_t what;
    unsigned errors = 0, count = 0;
    uint8_t type = tx->header.next;
    for (struct cursor c = cursor_of(payloads); notification_next(&c, &type, &what);)
        errors += what < STATUS;
    line_uint(l, "errors", errors);
    mark = line_mark(l);
    type = tx->header.next;
    line_open_list(l, "notify");
    for (struct cursor c = cursor_of(payloads); count < LIST_MOST && notification_next(&c, &type, &what);
         count++)
        put_named(l, NULL, ike2_notify_name(what), "NotifyType", what);
    line_close_filled(l, mark);
}

static void put_version_2(struct json_line *l, const struct ike *ike, const struct ike_tx *tx)
{
    bool initiator = tx->header.flags & IKE_FLAG_INITIATOR;
    line_text(l, "role", initiator ? "initiator" : "responder");
    if (!initiator)
        put_chosen_2(l, ike);
    put_payloads_2(l, tx);
    line_open(l, "ikev2");
    put_notifications(l, tx);
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct ike *ike = session->state;
    const struct ike_tx *message = (const struct ike_tx *)tx;
    (void)alert;
    line_open(l, "ike");
    line_uint(l, "version_major", message->header.major);
    line_uint(l, "version_minor", message->header.minor);
    line_bytes(l, "init_spi", slice_of(message->initiator, IKE_SPI_TEXT));
    line_bytes(l, "resp_spi", slice_of(message->responder, IKE_SPI_TEXT));
    line_uint(l, "message_id", message->header.id);
    line_uint(l, "exchange_type", message->header.exchange);
    if (message->header.major == 1) {
        put_attributes(l, buf_slice(&ike->attributes));
        if (message->one.transforms > 1 && !tx->unseen[TO_CLIENT])
            put_proposals(l, "server_proposals", message);
        put_version_1(l, ike, message);
    } else {
        put_version_2(l, ike, message);
    }
    line_close(l);
    return true;
}

const struct eve_app eve_app_ike = {.record = RECORD_IKE, .no_tx_id = true, .put = put};
