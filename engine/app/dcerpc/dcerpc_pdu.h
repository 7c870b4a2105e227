/*
 * The PDUs of connection-oriented DCE/RPC (C706, chapter 12, and [MS-RPCE] 2.2.2): their head, and what the
 * parsers of dcerpc and smb read of their bodies. Pure; all is borrowed from the bytes given.
 */
#ifndef SLUICE_APP_DCERPC_PDU_H
#define SLUICE_APP_DCERPC_PDU_H

#include "base/cursor.h"
#include "base/dcerpc_interface.h"

enum { DCERPC_HEAD = 16 };

enum dcerpc_type {
    DCERPC_REQUEST,
    DCERPC_PING,
    DCERPC_RESPONSE,
    DCERPC_FAULT,
    DCERPC_WORKING,
    DCERPC_NOCALL,
    DCERPC_REJECT,
    DCERPC_ACK,
    DCERPC_CL_CANCEL,
    DCERPC_FACK,
    DCERPC_CANCEL_ACK,
    DCERPC_BIND,
    DCERPC_BINDACK,
    DCERPC_BINDNAK,
    DCERPC_ALTER_CONTEXT,
    DCERPC_ALTER_CONTEXT_RESP,
    DCERPC_AUTH3,
    DCERPC_SHUTDOWN,
    DCERPC_CO_CANCEL,
    DCERPC_ORPHANED,
    DCERPC_TYPES,
    DCERPC_NONE = 255
};

/* "REQUEST", as EVE has it; never NULL. */
const char *dcerpc_type_name(unsigned type);

enum { DCERPC_FIRST_FRAGMENT = 1, DCERPC_LAST_FRAGMENT = 2 };

struct dcerpc_head {
    uint8_t major, minor, type, flags;
    bool little;     /* the least byte first */
    uint16_t length; /* of the fragment with its head */
    uint32_t call_id;
};

/* False: fewer than DCERPC_HEAD bytes. Nothing of it is checked. */
bool dcerpc_head_read(struct slice bytes, struct dcerpc_head *head);

/* Whether it can be one: version 5, a known type, a length that holds its head. */
bool dcerpc_head_valid(const struct dcerpc_head *head);

/* Numbers in the byte order of the PDU. */
bool dcerpc_u16(struct cursor *c, bool little, uint16_t *v);
bool dcerpc_u32(struct cursor *c, bool little, uint32_t *v);
bool dcerpc_uuid(struct cursor *c, bool little, uint8_t uuid[DCERPC_UUID]);

/* A request's body, behind its head. */
struct dcerpc_request {
    uint16_t context, opnum;
    struct slice stub; /* with the object's UUID and what authenticates it, as in Suricata */
};
bool dcerpc_request_read(const struct dcerpc_head *head, struct slice body, struct dcerpc_request *out);

/* A presentation context of a BIND or ALTER_CONTEXT: the interface that it offers under a number. */
struct dcerpc_offer {
    uint16_t context;
    struct dcerpc_interface interface;
};

/* Before the first context: how many there are. Then one after another; false: no (whole) one is left. */
bool dcerpc_offers_begin(const struct dcerpc_head *head, struct slice body, struct cursor *c, uint8_t *count);
bool dcerpc_offer_next(const struct dcerpc_head *head, struct cursor *c, struct dcerpc_offer *out);

/* The same of the results of their acknowledgments: 0 accepted, 1 to 3 not. */
bool dcerpc_results_begin(const struct dcerpc_head *head, struct slice body, struct cursor *c,
                          uint8_t *count);
struct dcerpc_result {
    uint16_t result, reason;
};
bool dcerpc_result_next(const struct dcerpc_head *head, struct cursor *c, struct dcerpc_result *out);

#endif
