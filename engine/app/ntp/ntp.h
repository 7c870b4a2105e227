/*
 * NTP, versions 3 and 4 (RFC 5905): a transaction is a message, of one direction. Shared with
 * output/eve_ntp.c and detection.
 */
#ifndef SLUICE_APP_NTP_H
#define SLUICE_APP_NTP_H

#include "app/parser.h"

enum { NTP_REFERENCE = 4 };

struct ntp_message {
    uint8_t version, mode, stratum;
    uint8_t reference[NTP_REFERENCE]; /* the reference ID */
};

struct ntp_tx {
    struct app_tx tx;
    struct ntp_message message;
};

/* False: of another version, or what is behind its fixed part is neither extension fields nor a digest. */
bool ntp_message_read(struct slice datagram, struct ntp_message *out);

#endif
