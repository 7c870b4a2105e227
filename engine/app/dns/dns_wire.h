/* Numbers of DNS messages (RFC 1035, 3.2.2 and 4.1.1; the IANA registry). */
#ifndef SLUICE_APP_DNS_WIRE_H
#define SLUICE_APP_DNS_WIRE_H

enum { DNS_HEADER = 12, DNS_OPCODE_LAST = 6 };

/* Types that are looked into. */
enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_NULL = 10,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33,
    DNS_OPT = 41,
    DNS_SSHFP = 44,
};

/* Of flags (RFC 1035, 4.1.1). */
enum { DNS_QR = 0x8000, DNS_AA = 0x0400, DNS_TC = 0x0200, DNS_RD = 0x0100 };
enum { DNS_RA = 0x0080, DNS_Z = 0x0040, DNS_AD = 0x0020, DNS_CD = 0x0010 }; /* RFC 4035, 3: AD, CD */

#endif
