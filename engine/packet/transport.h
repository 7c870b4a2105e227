/*
 * Fields of the transports that the flow layer and the rules read. Host byte order. Part of packet.h.
 */
#ifndef SLUICE_PACKET_TRANSPORT_H
#define SLUICE_PACKET_TRANSPORT_H

#include "packet/address.h"

enum tcp_flag { /* RFC 9293, 3.1 */
                TCP_FIN = 0x01,
                TCP_SYN = 0x02,
                TCP_RST = 0x04,
                TCP_PSH = 0x08,
                TCP_ACK = 0x10,
                TCP_URG = 0x20,
                TCP_ECE = 0x40,
                TCP_CWR = 0x80,
};

enum { TCP_SACK_RANGES = 4 };

struct tcp_fields {
    uint32_t sequence, acknowledgment;
    uint16_t window, urgent;
    uint16_t mss; /* 0 without the option */
    uint8_t flags;
    uint8_t window_scale; /* as sent: 0 to 255; valid with has_window_scale */
    bool has_mss, has_window_scale, has_sack_permitted, has_timestamps, has_fast_open, has_md5, has_ao;
    uint32_t timestamp, timestamp_echo; /* RFC 7323 */
    uint8_t fast_open_length;           /* cookie bytes (RFC 7413) */
    uint8_t sack_count;
    struct {
        uint32_t left, right;
    } sack[TCP_SACK_RANGES];
};

struct icmp_fields {
    uint8_t type, code;
    bool has_echo; /* id and sequence are there: echo, timestamp, information, address mask */
    uint16_t id, sequence;
    bool has_mtu; /* ICMPv6 packet too big */
    uint32_t mtu;
    /* The packet that an error message quotes; version 0 when none could be read. */
    struct address quoted_source, quoted_destination;
    uint8_t quoted_protocol;
    uint16_t quoted_source_port, quoted_destination_port;
};

struct arp_fields { /* RFC 826, Ethernet and IPv4 only */
    uint16_t hardware_type, protocol_type, operation;
    uint8_t sender_hardware[6], target_hardware[6];
    uint8_t sender_ip[4], target_ip[4];
};

#endif
