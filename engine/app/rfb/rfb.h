/*
 * RFB (RFC 6143), as VNC speaks it: one transaction a connection, its handshake. Internal to app/rfb/rfb.c
 * and output/eve_rfb.c; what it holds is the transaction's, and capped.
 */
#ifndef SLUICE_APP_RFB_H
#define SLUICE_APP_RFB_H

#include "app/parser.h"
#include "base/buf.h"

enum {
    RFB_VERSION = 12, /* "RFB 003.008\n" */
    RFB_CHALLENGE = 16,
    RFB_SERVER_INIT = 24,
    RFB_TEXT_MOST = 4096, /* of a name or a reason: what is longer is cut */
    RFB_PIECES_MOST = 8,  /* messages of a side that are kept for `frame` */
};

enum { RFB_NO_PASSWORD = 1, RFB_VNC = 2 };

struct rfb_side {
    char version[RFB_VERSION + 1]; /* empty until it has come */
    struct buf pieces;             /* messages as they came, for `frame` */
    uint32_t ends[RFB_PIECES_MOST];
    uint32_t count;
};

struct rfb_tx {
    struct app_tx tx;
    struct rfb_side sides[DIRECTIONS];
    bool has_type, has_challenge, has_response, succeeded, has_shared, has_init;
    bool has_reason;
    uint32_t type; /* of security */
    uint8_t challenge[RFB_CHALLENGE], response[RFB_CHALLENGE];
    bool shared;
    uint8_t init[RFB_SERVER_INIT]; /* size and format of the pixels (7.3.2) */
    struct buf text;               /* the desktop's name, or the reason of a refusal */
    size_t memory;                 /* accounted */
};

#endif
