/*
 * One LDAP message (RFC 4511): its operation and fields, borrowed from the bytes it owns. Internal to
 * app/ldap*.c and output/eve_ldap.c.
 */
#ifndef SLUICE_APP_LDAP_MESSAGE_H
#define SLUICE_APP_LDAP_MESSAGE_H

#include "base/cursor.h"

enum ldap_operation { /* the numbers of their tags */
                      LDAP_BIND_REQUEST = 0,
                      LDAP_BIND_RESPONSE = 1,
                      LDAP_UNBIND_REQUEST = 2,
                      LDAP_SEARCH_REQUEST = 3,
                      LDAP_SEARCH_ENTRY = 4,
                      LDAP_SEARCH_DONE = 5,
                      LDAP_MODIFY_REQUEST = 6,
                      LDAP_MODIFY_RESPONSE = 7,
                      LDAP_ADD_REQUEST = 8,
                      LDAP_ADD_RESPONSE = 9,
                      LDAP_DEL_REQUEST = 10,
                      LDAP_DEL_RESPONSE = 11,
                      LDAP_MOD_DN_REQUEST = 12,
                      LDAP_MOD_DN_RESPONSE = 13,
                      LDAP_COMPARE_REQUEST = 14,
                      LDAP_COMPARE_RESPONSE = 15,
                      LDAP_ABANDON_REQUEST = 16,
                      LDAP_SEARCH_REFERENCE = 19,
                      LDAP_EXTENDED_REQUEST = 23,
                      LDAP_EXTENDED_RESPONSE = 24,
                      LDAP_INTERMEDIATE = 25,
};

enum { LDAP_ENUMERATED = 0x0a };

struct ldap_message {
    struct ldap_message *next;
    uint32_t id;
    uint8_t operation;
    bool has_code;
    uint32_t code;
    struct slice dn;   /* the name that it is about, or matchedDN; .p NULL: it has none */
    struct slice text; /* diagnosticMessage */
    struct slice
        attributes; /* asked for, changed, added, compared, or an entry's: ldap_attribute_next reads them */
    struct slice body; /* of the operation */
    struct slice controls;
    size_t n;
    uint8_t bytes[];
};

/* A message with a copy of its bytes, of which nothing is read yet; the caller frees it. NULL: no memory. */
struct ldap_message *ldap_message_new(struct slice bytes);

/* False: broken. */
bool ldap_message_read(struct ldap_message *message);

/* Whether it is the client that says so. */
bool ldap_is_request(uint8_t operation);

/* The type of the next attribute of a message that has them; one that is no text is passed over. */
bool ldap_attribute_next(const struct ldap_message *message, struct cursor *c, struct slice *type);

/* Such an integer of any tag, of up to four bytes and not negative. */
bool ldap_number(struct cursor *c, uint8_t tag, uint32_t *out);

#endif
