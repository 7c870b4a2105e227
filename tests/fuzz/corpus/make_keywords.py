#!/usr/bin/env python3
"""Writes the corpus of fuzz_keywords: packets of three kinds, each with lines of options."""
import os
import struct

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keywords")

OPTIONS = {
    "tcp": ["flags:S,12", "flags:+SA", "flags:!0", "seq:5", "ack:0", "window:!100", "tcp.mss:>5", "tcp.wscale:3<>9",
            "stream_size:both,>,5", "flow:established,to_server", "flow.pkts:either,>1", "flow.bytes:both,<1kb",
            "flow.age:>1", "app-layer-protocol:!http|tls,final", "tcpv4-csum:valid"],
    "icmp": ["itype:8", "icode:0<>5", "icmp_id:5", "icmp_seq:7", "icmpv6.mtu:<1300", "ttl:&6!=4", "tos:!x10", "id:5",
             "ipopts:rr", "fragbits:!MD", "fragoffset:>5", "ip_proto:!tcp", "sameip", "l3_proto:ipv4", "ipv4-csum:invalid",
             "vlan.id:5,-1", "vlan.layers:>0", "decode-event:ipv4.trunc_pkt", "stream-event:pkt_invalid_ack"],
    "state": ["flowbits:set,a", "flowbits:isset,a|b", "flowbits:toggle,a", "flowint:ab,+,1", "flowint:ab,>,cd",
              "xbits:set,a,track ip_pair,expire 5", "xbits:isset,a,track ip_src", "hostbits:set,a,dst",
              "threshold:type limit,track by_src,count 1,seconds 60", "threshold:type backoff,track by_flow,count 1,multiplier 2",
              "detection_filter:track by_dst,count 2,seconds 9", "tag:host,10,packets,src",
              "ip.src; dataset:set,a,type ip", "ip.src; dataset:isset,a", "ip.src; datarep:r,>,5,type string"],
}
LAYERS = {"tcp": 0x14, "icmp": 0x84, "state": 0x24}

os.makedirs(HERE, exist_ok=True)
for name, options in OPTIONS.items():
    packet = struct.pack(">BBHHBBHHHBIHBBBIB", 1, 2, 100, LAYERS[name], 0, 1, 5, 6, 7, 0, 5, 0, 6, 64, 1, 1, 31)
    body = packet.ljust(96, b"\x01") + b"".join(o.encode() + b"\n" for o in options for _ in range(2))
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(body)
