/*
 * Who logs on: the NTLMSSP AUTHENTICATE message ([MS-NLMP] 2.2.1.3) or the Kerberos ticket (RFC 4120, 5.5.1)
 * in the token of a session's setup. Both are looked for within what wraps them (RFC 4178).
 */
#include "app/der.h"
#include "app/smb/smb_session.h"

enum { AUTHENTICATE = 3, UNICODE = 1, HAS_VERSION = 1 << 25, SERVER_NAMES_MOST = 8 };

/* A length, a capacity, an offset from the message's begin. */
static bool read_field(struct cursor *c, struct slice message, struct slice *out)
{
    uint16_t length, capacity;
    uint32_t at;
    if (!cursor_le16(c, &length) || !cursor_le16(c, &capacity) || !cursor_le32(c, &at))
        return false;
    *out = slice_of(NULL, 0);
    if (length && (at > message.n || length > message.n - at))
        return false;
    if (length)
        *out = slice_of(message.p + at, length);
    return true;
}

/* Fields that lie outside of it are no reason for an event, as in Suricata. */
static void read_authenticate(struct app_session *s, struct smb_tx *tx, struct slice message,
                              struct cursor *c)
{
    struct slice skipped, domain, user, host, version;
    uint32_t flags;
    for (int i = 0; i < 2; i++) /* the answers to the challenge */
        if (!cursor_bytes(c, 8, &skipped))
            return;
    if (!read_field(c, message, &domain) || !read_field(c, message, &user) ||
        !read_field(c, message, &host) || !cursor_bytes(c, 8, &skipped) || !cursor_le32(c, &flags))
        return;
    bool unicode = flags & UNICODE;
    smb_tx_set_name(s, tx, SMB_DOMAIN, domain, unicode);
    smb_tx_set_name(s, tx, SMB_USER, user, unicode);
    smb_tx_set_name(s, tx, SMB_HOST, host, unicode);
    if (flags & HAS_VERSION && cursor_bytes(c, sizeof tx->ntlmssp_version, &version)) {
        memcpy(tx->ntlmssp_version, version.p, version.n);
        tx->has_version = true;
    }
}

/* RFC 4120, 5.5.1: what follows the object's identifier and the two bytes of the token. */
static void read_kerberos(struct app_session *s, struct smb_tx *tx, struct slice bytes)
{
    struct cursor c = cursor_of(bytes);
    struct slice in, field, realm = {0};
    uint8_t tag;
    if (!der_take(&c, 0x6e, &in)) /* APPLICATION 14: AP-REQ */
        return;
    c = cursor_of(in);
    if (!der_take(&c, DER_SEQUENCE, &in))
        return;
    c = cursor_of(in);
    do
        if (!der_next(&c, &tag, &field))
            return;
    while (tag != (DER_CONTEXT_INSIDE | 3)); /* the ticket */
    c = cursor_of(field);
    if (!der_take(&c, 0x61, &in)) /* APPLICATION 1 */
        return;
    c = cursor_of(in);
    if (!der_take(&c, DER_SEQUENCE, &in))
        return;
    c = cursor_of(in);
    if (!der_take(&c, DER_CONTEXT_INSIDE | 0, &field) || !der_take(&c, DER_CONTEXT_INSIDE | 1, &field))
        return;
    struct cursor inner = cursor_of(field);
    if (!der_take(&inner, DER_GENERAL, &realm) || !der_take(&c, DER_CONTEXT_INSIDE | 2, &field))
        return;
    smb_tx_set_text(s, tx, SMB_REALM, realm);
    inner = cursor_of(field); /* PrincipalName: its type, its components */
    if (!der_take(&inner, DER_SEQUENCE, &in))
        return;
    inner = cursor_of(in);
    if (!der_take(&inner, DER_CONTEXT_INSIDE | 0, &field) ||
        !der_take(&inner, DER_CONTEXT_INSIDE | 1, &field))
        return;
    inner = cursor_of(field);
    if (!der_take(&inner, DER_SEQUENCE, &in))
        return;
    inner = cursor_of(in);
    struct buf names = {0};
    int count = 0;
    while (count++ < SERVER_NAMES_MOST && der_take(&inner, DER_GENERAL, &field))
        if (buf_append(&names, slice_first(field, UINT8_MAX)) || buf_append_byte(&names, 0))
            break;
    smb_tx_set_text(s, tx, SMB_SERVER_NAMES, buf_slice(&names));
    buf_fini(&names);
}

static struct slice find(struct slice in, const void *what, size_t n)
{
    const uint8_t *at = in.n ? memmem(in.p, in.n, what, n) : NULL;
    return at ? slice_from(in, (size_t)(at - in.p)) : slice_of(NULL, 0);
}

void smb_session_token(struct app_session *s, struct smb_tx *tx, struct slice blob)
{
    static const uint8_t kerberos[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                       0x12, 0x01, 0x02, 0x02, 0x01, 0x00}; /* its identifier, "AP-REQ" */
    struct slice message = find(blob, "NTLMSSP", 8);
    uint32_t type;
    if (!message.n) {
        struct slice token = find(blob, kerberos, sizeof kerberos);
        if (token.n)
            read_kerberos(s, tx, slice_from(token, sizeof kerberos));
        return;
    }
    struct cursor c = cursor_of(message);
    if (!cursor_skip(&c, 8) || !cursor_le32(&c, &type))
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_SMB_MALFORMED_NTLMSSP_REQUEST);
    else if (type == AUTHENTICATE)
        read_authenticate(s, tx, message, &c);
}
