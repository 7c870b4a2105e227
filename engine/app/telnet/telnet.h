/*
 * Telnet (RFC 854): a transaction is a frame, a command with its option or a piece of text, and there are
 * none while no rule asks for frames. Internal to app/telnet.
 */
#ifndef SLUICE_APP_TELNET_H
#define SLUICE_APP_TELNET_H

#include "app/parser.h"
#include "base/buf.h"

struct telnet_tx {
    struct app_tx tx;
    bool control; /* a command; else text */
    struct buf frame;
};

#endif
