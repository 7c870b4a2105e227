/*
 * Kerberos 5 (RFC 4120) with a KDC: a transaction is a message, of one direction. Internal to app/krb5*.c and
 * output/eve_krb5.c; slices lie in the copy of the message that the transaction owns.
 */
#ifndef SLUICE_APP_KRB5_H
#define SLUICE_APP_KRB5_H

#include "app/parser.h"
#include "base/buf.h"
#include "base/cursor.h"

enum krb5_type { KRB5_AS_REQ = 10, KRB5_AS_REP, KRB5_TGS_REQ, KRB5_TGS_REP, KRB5_ERROR = 30 };

enum { KRB5_MESSAGE_MOST = 64 << 10, KRB5_PARTS_MOST = 64 };

struct krb5_message {
    uint8_t type;               /* enum krb5_type, as the tag says */
    bool has_encryption;        /* an answer's: of its own, and of its ticket */
    int32_t encryption, ticket; /* RFC 3961, 8 */
    int32_t error;              /* of KRB_ERROR */
    struct slice realm;         /* empty: none */
    struct slice cname, sname;  /* the lists of their parts */
};

struct krb5_tx {
    struct app_tx tx;
    struct krb5_message message;
    uint8_t asked; /* the type of the last request; 0: none */
    struct buf bytes;
};

/* Reads a message. False: broken, or of no type that is followed. */
bool krb5_message_read(struct slice bytes, struct krb5_message *out);

/* The next part of a name, from a cursor over krb5_message.cname or .sname. */
bool krb5_part_next(struct cursor *c, struct slice *part);

/* Whether keys of that type are too weak: anything but AES and Camellia. */
bool krb5_encryption_weak(int32_t encryption);

#endif
