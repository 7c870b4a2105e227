/*
 * Every buffer that a rule can look into: BUFFER(ID, "sticky buffer name or description").
 *
 * The application parsers fill these, the rules read them; this list is all that the two share.
 * "payload" and "stream" are what a rule without a sticky buffer looks at.
 */
/* clang-format off */
BUFFER(PAYLOAD,        "payload")        /* the packet's transport payload, or the stream: see view.h */
BUFFER(BASE64_DATA,    "base64_data")    /* what base64_decode of the same rule produced */
BUFFER(IPV4_HDR,       "ipv4.hdr")
BUFFER(IPV6_HDR,       "ipv6.hdr")
BUFFER(TCP_HDR,        "tcp.hdr")
BUFFER(UDP_HDR,        "udp.hdr")
BUFFER(ICMPV4_HDR,     "icmpv4.hdr")
BUFFER(ICMPV6_HDR,     "icmpv6.hdr")
BUFFER(IP_SRC,         "ip.src")         /* 4 or 16 bytes, for datasets */
BUFFER(IP_DST,         "ip.dst")
/* clang-format on */
