"""TLS handshakes: hellos (RFC 8446, 4.1), certificates (RFC 5280) that are DER throughout but signed by nobody."""
import struct

CHANGE_CIPHER_SPEC = b"\x14\x03\x03\0\1\1"
APPLICATION_DATA = b"\x17\x03\x03\0\x20" + bytes(range(32))


def vector(length_bytes, data):
    return len(data).to_bytes(length_bytes, "big") + data


def record(version, message):
    return b"\x16" + struct.pack("!H", version) + vector(2, message)


def client_hello(name="www.example.com", alpn=("h2", "http/1.1"), version=0x0303, versions=()):
    """A ClientHello in its record; without a server name where `name` is None. `versions`: those of supported_versions."""
    extensions = []
    if name is not None:
        extensions.append((0, vector(2, b"\0" + vector(2, name.encode()))))
    extensions += [(10, vector(2, b"\0\x1d\0\x17")), (11, vector(1, b"\0")), (13, vector(2, b"\x04\x03\x08\x04\x04\x01"))]
    if alpn:
        extensions.append((16, vector(2, b"".join(vector(1, a.encode()) for a in alpn))))
    if versions:
        extensions.append((43, vector(1, b"".join(struct.pack("!H", v) for v in versions))))
    body = struct.pack("!H", version) + bytes(range(32)) + vector(1, b"") + vector(2, b"\xc0\x2f\xc0\x30\0\x9c\0\x2f") + vector(1, b"\0")
    body += vector(2, b"".join(struct.pack("!H", kind) + vector(2, data) for kind, data in extensions))
    return record(0x0301, b"\x01" + vector(3, body))


def server_hello(version=0x0303, extensions=b"\xff\x01\0\1\0"):
    body = struct.pack("!H", version) + bytes(range(32, 64)) + vector(1, b"") + b"\xc0\x2f\0" + vector(2, extensions)
    return b"\x02" + vector(3, body)


def element(tag, *content):
    """A DER element (X.690, 8.1)."""
    data = b"".join(content)
    if len(data) < 128:
        return bytes([tag, len(data)]) + data
    length = len(data).to_bytes((len(data).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + data


def sequence(*content):
    return element(0x30, *content)


NAMES = {"C": b"\x55\x04\x06", "O": b"\x55\x04\x0a", "OU": b"\x55\x04\x0b", "CN": b"\x55\x04\x03", "ST": b"\x55\x04\x08"}


def name(text):
    """"O=Example, CN=www" as a Name (RFC 5280, 4.1.2.4)."""
    parts = [part.split("=", 1) for part in text.split(", ")]
    return sequence(*(element(0x31, sequence(element(6, NAMES[kind]), element(0x0c, value.encode()))) for kind, value in parts))


def certificate(subject="CN=www.example.com", issuer="O=Example Trust, CN=Example CA", serial=b"\x4a\x31", until="271231235959Z", names=()):
    algorithm = sequence(element(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"), element(5))
    key = sequence(sequence(element(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"), element(5)),
                   element(3, b"\0" + sequence(element(2, b"\0" + b"\xc1" * 128), element(2, b"\1\0\1"))))
    extensions = b""
    if names:
        alternative = sequence(*(element(0x82, n.encode()) for n in names))
        extensions = element(0xa3, sequence(sequence(element(6, b"\x55\x1d\x11"), element(4, alternative))))
    signed = sequence(element(0xa0, element(2, b"\2")), element(2, serial), algorithm, name(issuer),
                      sequence(element(0x17, b"250101000000Z"), element(0x17, until.encode())), name(subject), key, extensions)
    return sequence(signed, algorithm, element(3, b"\0" + b"\x55" * 128))


def server_flight(*certificates, version=0x0303):
    """ServerHello, Certificate, ServerHelloDone, a record each (RFC 5246, 7.4)."""
    chain = b"".join(vector(3, c) for c in certificates)
    messages = (server_hello(version), b"\x0b" + vector(3, vector(3, chain)), b"\x0e\0\0\0")
    return b"".join(record(min(version, 0x0303), m) for m in messages)
