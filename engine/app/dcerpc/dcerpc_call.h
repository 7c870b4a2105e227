/*
 * A call of DCE/RPC, as part of a transaction of dcerpc or smb, and the interfaces that are bound on a
 * connection or pipe. A call is a request and its response, or a BIND (ALTER_CONTEXT) and its answer; the
 * fragments of one go into the same.
 *
 * A call belongs to its transaction, the contexts to the session's state; bytes are accounted to the session.
 */
#ifndef SLUICE_APP_DCERPC_CALL_H
#define SLUICE_APP_DCERPC_CALL_H

#include "app/dcerpc/dcerpc_pdu.h"
#include "app/session.h"

enum {
    DCERPC_STUB_MOST = 1 << 20, /* bytes of a call's stub data that are kept, of each direction */
    DCERPC_BOUND_MOST = 256     /* contexts of a connection; past it the oldest is forgotten */
};

struct dcerpc_bound {
    struct dcerpc_offer offer;
    uint64_t pipe;           /* the SMB file that it was bound over; 0 without one */
    uint32_t call_id;        /* of its BIND */
    uint16_t result, reason; /* 0: accepted */
    uint8_t index;           /* in that BIND */
    bool answered;
};

struct dcerpc_contexts {
    struct dcerpc_bound *list;
    uint32_t count, capacity, next; /* next: to be forgotten */
};

struct dcerpc_stub {
    struct buf bytes; /* kept when a rule asks for them */
    uint64_t size;
    uint32_t fragments;
    bool whole;  /* the last fragment has come */
    bool little; /* numbers have their least byte first */
};

struct dcerpc_call {
    uint8_t request, response; /* enum dcerpc_type; DCERPC_NONE: none has come (yet) */
    uint8_t major, minor;      /* of the protocol */
    bool has_bound;
    uint16_t opnum;
    uint32_t call_id;
    uint64_t pipe;
    struct dcerpc_bound bound;   /* the interface that a request is for */
    struct dcerpc_bound *offers; /* of a BIND */
    uint32_t offer_count;
    struct dcerpc_stub stubs[DIRECTIONS];
};

void dcerpc_call_begin(struct dcerpc_call *call, uint64_t pipe, const struct dcerpc_head *head);
void dcerpc_call_fini(struct app_session *session, struct dcerpc_call *call);
void dcerpc_contexts_fini(struct app_session *session, struct dcerpc_contexts *contexts);

/* Which types begin a call, and which answer a call of type `request`. */
bool dcerpc_begins_call(unsigned type);
bool dcerpc_answers_call(unsigned type);
bool dcerpc_answers(unsigned request, unsigned type);

/* Whether this PDU of the client's goes on with that call: a further fragment. */
bool dcerpc_continues(const struct dcerpc_call *call, const struct dcerpc_head *head);

/*
 * Takes a PDU into the call; false: its body is too short. What begins a call goes to TO_SERVER, what answers
 * it to TO_CLIENT. `*last`: nothing of it follows in that direction.
 */
bool dcerpc_call_take(struct app_session *session, struct dcerpc_contexts *contexts, struct dcerpc_call *call,
                      const struct dcerpc_head *head, struct slice body, bool *last);

/* Adds to the stub of one direction. */
void dcerpc_stub_add(struct app_session *session, struct dcerpc_stub *stub, struct slice bytes);

/* The answers of both parsers for the DCERPC_ buffers. `complete`: nothing follows in that direction. */
enum buffer_answer dcerpc_call_buffer(const struct dcerpc_call *call, enum direction direction, bool complete,
                                      enum buffer_id id, struct view_buffer *out);

#endif
