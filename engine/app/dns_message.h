/*
 * One DNS message (RFC 1035, 4; RFC 6891): header, questions and records with their names uncompressed. Used
 * by DNS over UDP and TCP, mDNS, and DNS over HTTPS.
 *
 * The message is parsed once and owns what it keeps: names and rdata lie in `text`, referred to by offset.
 * Names are as on the wire, labels with dots between them, cut at DNS_NAME_MOST bytes.
 */
#ifndef SLUICE_APP_DNS_MESSAGE_H
#define SLUICE_APP_DNS_MESSAGE_H

#include "base/buf.h"

enum { DNS_NAME_MOST = 1025, DNS_POINTERS_MOST = 255, DNS_LABELS_MOST = 255 };

enum dns_section { DNS_ANSWERS, DNS_AUTHORITIES, DNS_ADDITIONALS, DNS_SECTIONS };

/* Types that the parser or the records look into (RFC 1035, 3.2.2, and those of the IANA registry). */
enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33,
    DNS_SSHFP = 44,
    DNS_OPT = 41,
};

struct dns_text { /* in message.text */
    uint32_t at, n;
};

struct dns_question {
    struct dns_text name;
    uint16_t type, class;
};

struct dns_record {
    struct dns_text name, data; /* data: of a name-like type the name; else the rdata as it is */
    struct dns_text mailbox;    /* of SOA: rname */
    uint16_t type, class;
    uint16_t number[3];   /* MX: preference; SRV: priority, weight, port; SSHFP: algorithm, kind */
    uint32_t ttl, soa[5]; /* of SOA: serial, refresh, retry, expire, minimum */
};

enum dns_oddity { /* bits of message.oddities */
                  DNS_MALFORMED = 1 << 0,
                  DNS_NAME_TOO_LONG = 1 << 1,
                  DNS_INFINITE_LOOP = 1 << 2,
                  DNS_TOO_MANY_LABELS = 1 << 3,
                  DNS_BAD_AUTHORITIES = 1 << 4,
                  DNS_BAD_ADDITIONALS = 1 << 5,
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

enum { DNS_QR = 0x8000, DNS_AA = 0x0400, DNS_TC = 0x0200, DNS_RD = 0x0100, DNS_RA = 0x0080, DNS_Z = 0x0040 };

static inline unsigned dns_opcode(const struct dns_message *m)
{
    return m->flags >> 11 & 0xf;
}

static inline unsigned dns_rcode(const struct dns_message *m)
{
    return m->flags & 0xf;
}

static inline struct slice dns_text(const struct dns_message *m, struct dns_text t)
{
    return slice_of(m->text.p ? m->text.p + t.at : (const uint8_t *)"", t.n);
}

/*
 * Parses into a zeroed message. 0; -EBADMSG when it is none (what was read before is kept); -ENOMEM. Call
 * dns_message_fini either way.
 */
int dns_message_parse(struct slice bytes, struct dns_message *m);
void dns_message_fini(struct dns_message *m);

#endif
