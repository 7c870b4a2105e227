/*
 * POP3 (RFC 1939, 2449): a transaction is a command with its answer, or what the server says by itself.
 * Internal to app/pop3 and output/eve_pop3.c; what it holds is the transaction's, and capped.
 */
#ifndef SLUICE_APP_POP3_H
#define SLUICE_APP_POP3_H

#include "app/line.h"
#include "app/parser.h"
#include "base/buf.h"

enum {
    POP3_REQUEST_MOST = 254,   /* of a command without its end (RFC 2449, 4): a longer one is an event */
    POP3_ANSWER_MOST = 510,    /* of the first line of an answer (RFC 2449, 4) */
    POP3_DATA_MOST = 16 << 10, /* of an answer's further lines that are kept */
    POP3_OPEN_MOST = 256,      /* transactions at a time: one more is an event */
};

enum pop3_request {
    POP3_NO_REQUEST,
    POP3_COMMAND,
    POP3_SASL, /* data of AUTH (RFC 5034) */
};

struct pop3_tx {
    struct app_tx tx;
    uint8_t kind; /* enum pop3_request */
    bool lines;   /* what it asks for comes in several, up to a dot */
    bool secure;  /* STLS (RFC 2595) */
    bool auth;    /* AUTH: what the client says next is its data */
    bool answered, succeeded;
    struct buf request; /* the line without its end */
    struct buf header;  /* of the answer, behind its status */
    struct buf data;    /* further lines, each with a newline */
    size_t memory;      /* accounted */
};

#endif
