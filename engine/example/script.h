/* What two hosts say to each other, before it is packets. A script owns its bytes. One thread. */
#ifndef SLUICE_EXAMPLE_SCRIPT_H
#define SLUICE_EXAMPLE_SCRIPT_H

#include "base/buf.h"
#include "base/err.h"
#include "craft/flow.h"

enum { SCRIPT_MOST = 24 };

struct said {
    bool from_server;
    bool whole; /* in one packet, whatever its size */
    struct buf bytes;
};

struct script { /* all zeroes at first: TCP, nothing said */
    enum craft_protocol protocol;
    struct said list[SCRIPT_MOST];
    unsigned count;
    bool probe; /* single segments as `tcp` says, without a connection */
    bool stays; /* the connection is not closed */
    struct craft_tcp tcp;
    struct craft_icmp icmp;
    struct craft_ip ip;
    uint8_t ip_protocol;
};

void script_fini(struct script *script);

/* Adds bytes, which it takes over. 0, -E2BIG, -ENOMEM with *err. */
int script_say(struct script *script, bool from_server, struct buf *bytes, struct err *err);

#endif
