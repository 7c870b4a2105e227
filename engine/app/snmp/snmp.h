/*
 * SNMP, versions 1, 2c (RFC 3416) and 3 (RFC 3412): a transaction is a message, of one direction. Internal to
 * app/snmp*.c and output/eve_snmp.c; slices lie in the copy of the message that the transaction owns.
 */
#ifndef SLUICE_APP_SNMP_H
#define SLUICE_APP_SNMP_H

#include "app/parser.h"
#include "base/buf.h"
#include "base/cursor.h"

enum { SNMP_TRAP_V1 = 4, SNMP_GET_BULK = 5 };

struct snmp_message {
    uint8_t version; /* 1, 2 or 3 */
    bool encrypted;  /* there is no PDU to be read */
    bool has_usm;
    bool other_model;            /* of security */
    uint8_t pdu;                 /* the number of its tag */
    uint32_t error, trap_type;   /* the latter of a trap of version 1 */
    struct slice community, usm; /* the name of a user */
    struct slice trap_oid, trap_address;
    struct slice bindings; /* the list of variables */
};

struct snmp_tx {
    struct app_tx tx;
    uint8_t version; /* of the flow: that of its first message */
    struct snmp_message message;
    struct buf bytes;
};

/* Reads a message. False: broken, or of no version that is followed. */
bool snmp_message_read(struct slice bytes, struct snmp_message *out);

/* The name of the next variable, from a cursor over snmp_message.bindings: an encoded object identifier. */
bool snmp_binding_next(struct cursor *c, struct slice *name);

#endif
