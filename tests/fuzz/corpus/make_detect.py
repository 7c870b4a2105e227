#!/usr/bin/env python3
"""Makes the corpus of fuzz_detect: one conversation for each file (see its comment for the layout)."""
import os
import struct

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "detect")
CONVERSATIONS = {
    "http": (80, 0x1C, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"),
    "smtp": (25, 0x0E, b"EHLO a\r\n", b"220 mail.example.com ESMTP\r\n"),
    "pop3": (110, 0x02, b"USER a\r\n", b"+OK ready\r\n"),
    "tls": (443, 0x08, b"\x16\x03\x01\x00\x05\x01\0\0\1\0", b"\x15\x03\x03\x00\x02\x02\x28"),
    "dns_udp": (53, 0xFD, b"\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", b"\x12\x34\x81\x80\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"),
    "dns_tcp": (53, 0x00, b"\0\x13\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", b"\0\2ab"),
    "nfs": (2049, 0x10, b"\x80\0\0\x18\0\0\0\1\0\0\0\0\0\0\0\2\0\1\x86\xa3\0\0\0\3\0\0\0\0", b"\x80\0\0\x18\0\0\0\1\0\0\0\1" + bytes(16)),
    "mqtt": (1883, 0x00, b"\x10\xff\xff\xff\x7f", b"\x20\2\0\0"),
    "ldap": (389, 0x04, b"\x30\x0c\2\1\1\x60\7\2\1\3\4\0\x80\0", b"\x30\x84\xff\xff\xff\xff\2\4"),
    "garbage": (9999, 0x20, b"hello there, whoever", b"nothing to tell"),
}

os.makedirs(HERE, exist_ok=True)
for name, (port, kind, client, server) in CONVERSATIONS.items():
    total = len(client) + len(server)
    share = -(-len(client) * 255 // total)
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(struct.pack(">HBB", port, kind, min(share, 255)) + client + server)
