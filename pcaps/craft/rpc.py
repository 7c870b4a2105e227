"""PDUs of DCE/RPC: connection-oriented ones (C706, 12.6.4), and datagrams (12.5)."""
import struct
import uuid

SVCCTL = uuid.UUID("367abb81-9844-35f1-ad32-98f038001003")
SRVSVC = uuid.UUID("4b324fc8-1670-01d3-1278-5a47bf6ee188")
NDR = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860")
REQUEST, RESPONSE, FAULT, BIND, BINDACK, ALTER, ALTERED, AUTH3 = 0, 2, 3, 11, 12, 14, 15, 16
FIRST, LAST, WHOLE = 1, 2, 3


def order(little):
    return "<" if little else ">"


def uid(value, little):
    return value.bytes_le if little else value.bytes


def pdu(kind, call, body, flags=WHOLE, little=True, length=None):
    return struct.pack("BBBB", 5, 0, kind, flags) + (b"\x10\0\0\0" if little else b"\0\0\0\0") + \
        struct.pack(order(little) + "HHI", 16 + len(body) if length is None else length, 0, call) + body


def bind(call, contexts, little=True, kind=BIND):
    """contexts: (number, uuid, (major, minor))."""
    o = order(little)
    body = struct.pack(o + "HHIBBH", 4280, 4280, 0, len(contexts), 0, 0)
    for number, interface, version in contexts:
        body += struct.pack(o + "HBB", number, 1, 0) + uid(interface, little) + struct.pack(o + "HH", *version)
        body += uid(NDR, little) + struct.pack(o + "I", 2)
    return pdu(kind, call, body, little=little)


def bind_ack(call, results, little=True, kind=BINDACK):
    o = order(little)
    body = struct.pack(o + "HHIH", 4280, 4280, 1, 4) + b"135\0"
    body += b"\0" * (-len(body) % 4) + struct.pack("<BBH", len(results), 0, 0)
    for result in results:
        body += struct.pack(o + "HH", result, 0) + uid(NDR, little) + struct.pack(o + "I", 2)
    return pdu(kind, call, body, little=little)


def request(call, context, opnum, stub, little=True, **rest):
    return pdu(REQUEST, call, struct.pack(order(little) + "IHH", len(stub), context, opnum) + stub, little=little, **rest)


def response(call, context, stub, little=True, kind=RESPONSE, **rest):
    return pdu(kind, call, struct.pack(order(little) + "IHBB", len(stub), context, 0, 0) + stub, little=little, **rest)


def datagram(kind, interface, opnum, stub, sequence=1, fragment=0, flags=0, little=True, version=4):
    o = order(little)
    return struct.pack("BBBB", version, kind, flags, 0) + (b"\x10\0\0\0" if little else b"\0\0\0\0") + bytes(16) + \
        uid(interface, little) + uid(SRVSVC, little) + \
        struct.pack(o + "IIIHHHHHBB", 0, 2, sequence, opnum, 0xffff, 0xffff, len(stub), fragment, 0, 0) + stub
