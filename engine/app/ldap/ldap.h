/*
 * LDAP (RFC 4511): a transaction is a request with the responses of its number, or responses without a
 * request; or a frame: a message as it is on the wire, for rules that look into it. Internal to app/ldap*.c
 * and output/eve_ldap.c.
 */
#ifndef SLUICE_APP_LDAP_H
#define SLUICE_APP_LDAP_H

#include "app/ldap/ldap_message.h"
#include "app/parser.h"
#include "base/buf.h"

enum {
    LDAP_RESPONSES_MOST = 1024, /* of a transaction */
    LDAP_NAMES_MOST = 256,      /* attributes of a direction that rules look at */
};

struct ldap_tx {
    struct app_tx tx;
    struct ldap_message *request; /* or NULL */
    struct ldap_message *first, *last;
    struct ldap_message
        *asked; /* the response that was asked for last, and its index: rules go through them */
    unsigned asked_index;
    uint32_t count;
    struct buf operations; /* of the responses: a byte each */
    struct buf codes;      /* two bytes each, LDAP_NO_CODE: none */
    struct buf frame;      /* instead of all the above */
    size_t memory;         /* accounted */
};

enum { LDAP_NO_CODE = 0xffff };

#endif
