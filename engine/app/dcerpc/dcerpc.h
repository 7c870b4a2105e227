/*
 * DCE/RPC over TCP (C706, 12, version 5) and UDP (version 4): a transaction is a call, or a
 * frame: a PDU as it is on the wire, for rules that look into it. Shared with output/eve_dcerpc.c; over SMB
 * see app/smb/smb.h.
 */
#ifndef SLUICE_APP_DCERPC_H
#define SLUICE_APP_DCERPC_H

#include "app/dcerpc/dcerpc_call.h"

struct dcerpc_tx {
    struct app_tx tx;
    struct dcerpc_call call;
    bool datagram;
    uint8_t activity[DCERPC_UUID]; /* of a datagram, with its number: which call it belongs to */
    uint32_t sequence;
    struct buf frame; /* instead of all the above; accounted */
};

/* datagrams: app/dcerpc/dcerpc_datagram.c. 0, or -ENOMEM. */
int dcerpc_datagram(struct app_session *session, enum direction direction, struct slice bytes);

#endif
