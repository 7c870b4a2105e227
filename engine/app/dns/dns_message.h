/*
 * One DNS message (RFC 1035, 4.1): header, questions and records, each name spelled out. Pure: no flow, no
 * transaction; used by DNS, mDNS and DNS over HTTPS.
 *
 * A message owns what it keeps: names and data lie in `text`, referred to by offset. It may be parsed into
 * again and again, and keeps its memory for that until dns_message_fini. Names are as on the wire, a dot
 * between labels, cut at DNS_NAME_MOST bytes; the rest is as Suricata 8.0.8 takes it:
 *
 * 1. A message of broken questions or answers is none. Broken authorities, or additionals, are left out, all
 *    of that section and of what follows.
 * 2. A name may end with the bytes it is read from; data is bounded by its own length, pointers are not.
 * 3. DNS_STEPS_MOST labels and pointers are followed; then the name ends, which is allowed behind a pointer
 *    only.
 */
#ifndef SLUICE_APP_DNS_MESSAGE_H
#define SLUICE_APP_DNS_MESSAGE_H

#include "app/dns/dns_wire.h"
#include "base/buf.h"

enum { DNS_NAME_MOST = 1025, DNS_STEPS_MOST = 255 };

enum dns_section { DNS_ANSWERS, DNS_AUTHORITIES, DNS_ADDITIONALS, DNS_SECTIONS };

struct dns_text { /* in message.text */
    uint32_t at;
    uint16_t n;
    bool cut; /* the name is longer */
};

struct dns_question {
    struct dns_text name;
    uint16_t type, class;
};

/*
 * `data`: the name of NS, CNAME, PTR, MX, SRV and SOA (mname), else the data as it is. `more`: of SOA rname,
 * with the 20 bytes of its five numbers behind it; of SRV the 6 bytes of priority, weight and port.
 */
struct dns_record {
    struct dns_text name, data, more;
    uint16_t type, class;
    uint32_t ttl;
};

/* Bits of message.oddities. */
enum dns_oddity {
    DNS_NAME_TOO_LONG = 1,
    DNS_TOO_MANY_LABELS = 2,
    DNS_BAD_AUTHORITIES = 4,
    DNS_BAD_ADDITIONALS = 8
};

struct dns_message {
    uint16_t id, flags;
    struct dns_question *questions;
    struct dns_record *records[DNS_SECTIONS];
    uint32_t question_count, record_count[DNS_SECTIONS];
    uint32_t question_capacity, record_capacity[DNS_SECTIONS];
    struct buf text;
    unsigned oddities;
};

static inline unsigned dns_opcode(const struct dns_message *m)
{
    return m->flags >> 11 & 0xf;
}

static inline unsigned dns_rcode(const struct dns_message *m)
{
    return m->flags & 0xf;
}
struct slice dns_text(const struct dns_message *message, struct dns_text text);

/* 0; -EBADMSG: no message; -ENOMEM. `m` is zeroed, or was parsed into before. */
int dns_message_parse(struct slice bytes, struct dns_message *m);
void dns_message_fini(struct dns_message *message);

/* Whether dns_message_parse would take it. Keeps nothing, allocates nothing. */
bool dns_message_valid(struct slice bytes);

/*
 * Whether these bytes begin with the header of a message of that length: a request has a question, and there
 * is room for what is counted.
 */
bool dns_header_plausible(struct slice bytes, size_t length);

#endif
