/*
 * TFTP (RFC 1350): a transaction is a request to read or write a file; what is transferred goes over ports of
 * its own, and is not followed. Shared with output/eve_tftp.c; texts are the transaction's.
 */
#ifndef SLUICE_APP_TFTP_H
#define SLUICE_APP_TFTP_H

#include "app/parser.h"
#include "base/buf.h"

enum tftp_mode { TFTP_NETASCII, TFTP_OCTET, TFTP_MAIL, TFTP_MODES };

struct tftp_tx {
    struct app_tx tx;
    bool write;
    uint8_t mode;    /* enum tftp_mode */
    struct buf file; /* as asked for; UTF-8, at most a datagram long */
};

const char *tftp_mode_name(enum tftp_mode mode);

#endif
