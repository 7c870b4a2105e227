"""Messages of SMB 1 ([MS-CIFS]) and 2 ([MS-SMB2]) in the records of RFC 1002."""
import struct

from . import rpc

NEGOTIATE, SESSION, LOGOFF, TREE, UNTREE, CREATE, CLOSE, FLUSH, READ, WRITE, LOCK, IOCTL, CANCEL, ECHO, FIND, NOTIFY, QUERY, SET = range(18)
FILE = struct.pack("<QQ", 0x11, 0x22)
SAME = b"\xff" * 16
PENDING = 0x103


def record(*messages, kind=0, length=None):
    data = b"".join(messages)
    return struct.pack(">I", kind << 24 | (len(data) if length is None else length)) + data


def message(command, number, body, answer=False, status=0, tree=1, session=5, flags=0, follows=0):
    """SMB 2: a head and its body; `follows`: bytes to the next message of the record."""
    return b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 0, status, command, 1, flags | answer, follows, number, 0, tree, session) + \
        bytes(16) + body


def wide(text):
    return text.encode("utf-16-le")


def negotiate(number=0, dialects=(0x202, 0x311)):
    return message(NEGOTIATE, number, struct.pack("<HHHHI", 36, len(dialects), 1, 0, 0) + b"C" * 16 + bytes(8) +
                   b"".join(struct.pack("<H", d) for d in dialects), tree=0, session=0)


def negotiated(number=0, dialect=0x311):
    return message(NEGOTIATE, number, struct.pack("<HHHH", 65, 1, dialect, 0) + b"S" * 16 + struct.pack("<IIII", 0, 1 << 20, 1 << 20, 1 << 20) +
                   bytes(16) + struct.pack("<HHI", 128, 0, 0), answer=True, tree=0, session=0)


def ntlmssp(domain, user, host, flags=0x02000001):
    texts = [wide(t) for t in (domain, user, host)]
    at, fields = 72, b""
    for t in texts:
        fields += struct.pack("<HHI", len(t), len(t), at)
        at += len(t)
    return b"NTLMSSP\0" + struct.pack("<I", 3) + struct.pack("<HHI", 0, 0, 72) * 2 + fields + struct.pack("<HHI", 0, 0, 72) + \
        struct.pack("<I", flags) + b"\x0a\x00\x39\x38\0\0\0\x0f" + b"".join(texts)


def session(number, token):
    return message(SESSION, number, struct.pack("<HBBIIHHQ", 25, 0, 1, 0, 0, 88, len(token), 0) + token, tree=0)


def answered(command, number, status=0, body=b"\x09\0\0\0\0\0\0\0", **rest):
    return message(command, number, body, answer=True, status=status, **rest)


def tree(number, path):
    return message(TREE, number, struct.pack("<HHHH", 9, 0, 72, len(wide(path))) + wide(path), tree=0)


def treed(number, kind=1):
    return answered(TREE, number, body=struct.pack("<HBBIII", 16, kind, 0, 0, 0, 0))


def create(number, name, **rest):
    text = wide(name)
    return message(CREATE, number, struct.pack("<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, 3, 0, 7, 1, 0, 120, len(text), 0, 0) + text, **rest)


def created(number, file=FILE, size=0, **rest):
    return answered(CREATE, number, body=struct.pack("<HBBI", 89, 0, 0, 1) + bytes(32) + struct.pack("<QQII", 0, size, 0, 0) + file + bytes(8), **rest)


def write(number, offset, data, file=FILE, length=None, **rest):
    return message(WRITE, number, struct.pack("<HHIQ", 49, 112, len(data) if length is None else length, offset) + file + bytes(16) + data, **rest)


def read(number, offset, length, file=FILE, **rest):
    return message(READ, number, struct.pack("<HBBIQ", 49, 80, 0, length, offset) + file + bytes(17), **rest)


def data(number, bytes_, **rest):
    return answered(READ, number, body=struct.pack("<HBBIII", 17, 80, 0, len(bytes_), 0, 0) + bytes_, **rest)


def close(number, file=FILE, **rest):
    return message(CLOSE, number, struct.pack("<HHI", 24, 0, 0) + file, **rest)


def closed(number):
    return answered(CLOSE, number, body=struct.pack("<H", 60) + bytes(58))


def ioctl(number, pdu, file=FILE, function=0x11c017):
    return message(IOCTL, number, struct.pack("<HHI", 57, 0, function) + file + struct.pack("<IIIIIIII", 120, len(pdu), 0, 120, 0, 1024, 1, 0) + pdu)


def ioctled(number, pdu, file=FILE, function=0x11c017, **rest):
    return answered(IOCTL, number, body=struct.pack("<HHI", 49, 0, function) + file + struct.pack("<IIIIII", 112, 0, 112, len(pdu), 0, 0) + pdu, **rest)


def old(command, number, words, data_=b"", answer=False, status=0, tree=9, user=7, flags2=0xc001, chained=b""):
    """SMB 1: a head, words and bytes."""
    return b"\xffSMB" + struct.pack("<BIBH", command, status, 0x98 if answer else 0x18, flags2) + bytes(12) + \
        struct.pack("<HHHH", tree, 3, user, number) + part(words, data_) + chained


def part(words, data_):
    return bytes([len(words) // 2]) + words + struct.pack("<H", len(data_)) + data_


ANDX = b"\xff\0\0\0"


def old_write(number, file, offset, bytes_, length=None):
    return old(0x2f, number, ANDX + struct.pack("<HIIHHHHHI", file, offset, 0, 0, 0, 0, len(bytes_) if length is None else length, 64, 0), b"\0" + bytes_)


def old_create(number, name):
    text = b"\0" + wide(name) + b"\0\0"
    return old(0xa2, number, ANDX + struct.pack("<BHIIIQIIIIIB", 0, len(wide(name)), 0, 0, 0, 0, 0, 0, 1, 0, 0, 0), text)


def old_created(number, file):
    return old(0xa2, number, ANDX + struct.pack("<BHI", 0, file, 1) + bytes(32) + bytes(4 + 8 + 8 + 2 + 2 + 1), answer=True)


def old_close(number, file):
    return old(4, number, struct.pack("<HI", file, 0))


def old_trans(number, file, pdu):
    name = b"\0" + wide("\\PIPE\\") + b"\0\0"
    words = struct.pack("<HHHHBBHIHHHHHBBHH", 0, len(pdu), 0, 1024, 0, 0, 0, 0, 0, 0, 84, len(pdu), 84, 2, 0, 0x26, file)
    return old(0x25, number, words, name + bytes(84 - 32 - 1 - len(words) - 2 - len(name)) + pdu)


def old_transed(number, pdu):
    words = struct.pack("<HHHHHHHHHBB", 0, len(pdu), 0, 0, 56, 0, len(pdu), 56, 0, 0, 0)
    return old(0x25, number, words, bytes(1) + pdu, answer=True)


def service_call(number=5, opnum=12, stub=b"stub data"):
    """What binds to the service manager over a pipe and asks it something: the client's and the server's messages."""
    return [(0, record(write(number, 0, rpc.bind(1, [(0, rpc.SVCCTL, (2, 0))])))), (1, record(answered(WRITE, number))),
            (0, record(read(number + 1, 0, 1024))), (1, record(data(number + 1, rpc.bind_ack(1, [0])))),
            (0, record(ioctl(number + 2, rpc.request(2, 0, opnum, stub)))), (1, record(ioctled(number + 2, rpc.response(2, 0, b"answer"))))]
