/* A DNS transaction: one message. Internal to app/dns*.c, app/mdns.c and output/eve_dns.c. */
#ifndef SLUICE_APP_DNS_H
#define SLUICE_APP_DNS_H

#include "app/dns_message.h"
#include "app/parser.h"

struct dns_tx {
    struct app_tx tx;
    struct dns_message message;
    bool response;
};

/* Makes a transaction of one message. False when memory is short. */
enum parse_status dns_take_message(struct app_session *session, enum direction direction, struct slice bytes);

void dns_tx_free(struct app_session *session, struct app_tx *tx);

/* dns.* and mdns.* buffers. */
enum buffer_answer dns_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
