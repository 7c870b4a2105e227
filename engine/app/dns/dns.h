/*
 * A DNS or mDNS transaction: one message. What rules see of a message is here for DNS over HTTPS too.
 * Internal to app/ and output/eve_dns.c; the flow's worker's.
 */
#ifndef SLUICE_APP_DNS_H
#define SLUICE_APP_DNS_H

#include "app/dns/dns_message.h"
#include "app/parser.h"

/* What is made of a message when rules ask for it: all names of a response, for dns.response.rrname. */
struct dns_names {
    struct dns_text *list;
    uint32_t count, capacity;
    bool made;
};

struct dns_tx {
    struct app_tx tx;
    struct dns_message message;
    struct dns_names names;
    struct buf pdu; /* as it came, for `frame` */
    bool response;  /* it came from the server's side (mDNS: it says that it is one) */
    size_t memory;  /* accounted */
};

/* The index-th instance of a dns.* or mdns.* buffer. `names` begins zeroed and is freed with its list. */
enum buffer_answer dns_message_buffer(const struct dns_message *message, bool response,
                                      struct dns_names *names, enum buffer_id id, unsigned index,
                                      struct view_buffer *out);

/* The same, of a struct dns_tx. */
enum buffer_answer dns_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
