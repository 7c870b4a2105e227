/*
 * DHCP (RFC 2131): a transaction is a message, of one direction. Shared with output/eve_dhcp.c; the
 * transaction owns a copy of the message.
 */
#ifndef SLUICE_APP_DHCP_H
#define SLUICE_APP_DHCP_H

#include "app/parser.h"
#include "base/buf.h"
#include "base/cursor.h"

enum { DHCP_HEAD = 240, DHCP_ADDRESS = 4 };

enum dhcp_option { /* RFC 2132 */
                   DHCP_PAD = 0,
                   DHCP_SUBNET_MASK = 1,
                   DHCP_ROUTERS = 3,
                   DHCP_DNS_SERVERS = 6,
                   DHCP_HOSTNAME = 12,
                   DHCP_REQUESTED_IP = 50,
                   DHCP_LEASE_TIME = 51,
                   DHCP_TYPE = 53,
                   DHCP_PARAMETERS = 55,
                   DHCP_RENEWAL_TIME = 58,
                   DHCP_REBINDING_TIME = 59,
                   DHCP_VENDOR_CLASS = 60,
                   DHCP_CLIENT_ID = 61,
                   DHCP_END = 255,
};

struct dhcp_tx {
    struct app_tx tx;
    struct buf bytes;
};

struct dhcp_option_value {
    uint8_t code;
    struct slice value;
};

enum dhcp_answer { DHCP_OPTION, DHCP_ENDED, DHCP_TRUNCATED, DHCP_MALFORMED };

/*
 * The next option that is no padding, from a cursor behind the head. MALFORMED: its length is none that it
 * may have, and as in Suricata the list ends there.
 */
enum dhcp_answer dhcp_option_next(struct cursor *c, struct dhcp_option_value *out);

/* Of an option of that length: a time in seconds. */
uint32_t dhcp_seconds(struct slice value);

#endif
