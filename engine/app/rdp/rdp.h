/*
 * RDP: a transaction is a message of the connection sequence ([MS-RDPBCGR] 1.3.1.1), of one direction, or the
 * server's certificates where TLS follows. What comes after that is not read. Internal to app/rdp/ and
 * output/eve_rdp.c.
 */
#ifndef SLUICE_APP_RDP_H
#define SLUICE_APP_RDP_H

#include "app/parser.h"
#include "app/rdp/rdp_message.h"
#include "base/buf.h"

enum rdp_kind {
    RDP_INITIAL_REQUEST,
    RDP_INITIAL_RESPONSE,
    RDP_CONNECT_REQUEST,
    RDP_CONNECT_RESPONSE,
    RDP_TLS_HANDSHAKE,
};

struct rdp_tx {
    struct app_tx tx;
    uint8_t kind;                       /* enum rdp_kind */
    bool has_cookie;                    /* of an initial request; `bytes` */
    struct rdp_negotiation negotiation; /* of an initial request or response */
    struct buf
        bytes; /* the cookie, the blocks of a connect request, or the serials, a zero byte behind each */
};

#endif
