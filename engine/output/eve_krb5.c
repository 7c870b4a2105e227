/* Kerberos in EVE: one record a message. */
#include "app/der.h"
#include "app/krb5/krb5.h"
#include "output/eve_app.h"

#include <stdio.h>

enum { NUMBER_TEXT = 40 };

struct named {
    int32_t number;
    const char *name;
};

static const struct named encryptions[] = {
#define KRB5_ENCRYPTION(number, name) {number, name},
#include "base/krb5_encryption_list.h"
#undef KRB5_ENCRYPTION
};

static const struct named errors[] = {
#define KRB5_ERROR_CODE(number, name) {number, name},
#include "output/krb5_error_list.h"
#undef KRB5_ERROR_CODE
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *find(const struct named *list, size_t count, int32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].number == number)
            return list[i].name;
    return NULL;
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case KRB5_AS_REQ:
        return "KRB_AS_REQ";
    case KRB5_AS_REP:
        return "KRB_AS_REP";
    case KRB5_TGS_REQ:
        return "KRB_TGS_REQ";
    case KRB5_TGS_REP:
        return "KRB_TGS_REP";
    case KRB5_ERROR:
        return "KRB_ERROR";
    default:
        return "UNKNOWN";
    }
}

/* The parts with strokes between. */
static void put_name(struct json_line *l, const char *key, struct slice name)
{
    struct cursor c = cursor_of(name);
    struct buf text = {0};
    struct slice part;
    bool failed = false;
    for (unsigned i = 0; i < KRB5_PARTS_MOST && krb5_part_next(&c, &part); i++)
        failed |= (i && buf_append_byte(&text, '/')) || buf_append(&text, part);
    l->failed |= failed;
    line_bytes(l, key, text.n ? buf_slice(&text) : slice_str("<empty>"));
    buf_fini(&text);
}

static void put_encryption(struct json_line *l, const char *key, int32_t number)
{
    char text[NUMBER_TEXT];
    const char *name = find(encryptions, COUNT(encryptions), number);
    snprintf(text, sizeof text, "EncryptionType(%d)", number);
    line_text(l, key, name ? name : text);
}

static void put_error(struct json_line *l, const struct krb5_tx *tx)
{
    char text[NUMBER_TEXT];
    const char *name = find(errors, COUNT(errors), tx->message.error);
    snprintf(text, sizeof text, "ErrorCode(%d)", tx->message.error);
    line_text(l, "failed_request", type_name(tx->asked));
    line_text(l, "error_code", name ? name : text);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *app_tx, bool alert)
{
    const struct krb5_tx *tx = (const struct krb5_tx *)app_tx;
    const struct krb5_message *m = &tx->message;
    (void)session;
    (void)alert;
    line_open(l, "krb5");
    line_text(l, "msg_type", type_name(m->type));
    if (m->type == KRB5_ERROR)
        put_error(l, tx);
    put_name(l, "cname", m->cname);
    line_bytes(l, "realm", m->realm.n ? m->realm : slice_str("<empty>"));
    put_name(l, "sname", m->sname);
    if (m->has_encryption) {
        put_encryption(l, "encryption", m->encryption);
        line_bool(l, "weak_encryption", krb5_encryption_weak(m->encryption));
        put_encryption(l, "ticket_encryption", m->ticket);
        line_bool(l, "ticket_weak_encryption", krb5_encryption_weak(m->ticket));
    } else {
        line_text(l, "encryption", "<none>");
        line_bool(l, "weak_encryption", false);
    }
    line_close(l);
    return true;
}

const struct eve_app eve_app_krb5 = {.record = RECORD_KRB5, .no_tx_id = true, .put = put};
