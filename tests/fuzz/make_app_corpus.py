#!/usr/bin/env python3
"""make_app_corpus.py: the seeds of the application parsers' fuzz targets, from conversations of our own captures' making.

A seed is pieces: a byte (bit 0 the direction, bit 1 the end of it, bit 2 a gap), a length, the bytes.
"""
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "pcaps"))
from craft import rpc, smb, talk, tls  # noqa: E402


def pieces(*parts):
    out = bytearray()
    for direction, data in parts:
        for at in range(0, len(data), 200):
            chunk = data[at:at + 200]
            out += bytes([direction, len(chunk)]) + chunk
    return bytes(out)


def write(target, name, data):
    folder = os.path.join(HERE, "corpus", target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)


def frame(kind, flags, stream, payload):
    """RFC 9113, 4.1."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + struct.pack("!I", stream) + payload


def literal(name, value):
    """RFC 7541, 6.2.1: a field with a new name, without Huffman."""
    return b"\x40" + bytes([len(name)]) + name + bytes([len(value)]) + value


def http2_seeds():
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"\0\3\0\0\0\x64")
    request = b"\x82\x84\x86" + literal(b":authority", b"www.example.com") + literal(b"user-agent", b"x")
    post = b"\x83\x84\x86" + literal(b":authority", b"a") + literal(b"content-type", b"application/dns-message")
    answer = b"\x88" + literal(b"content-type", b"text/html")
    message = talk.query("www.example.com")
    write("http2", "get", pieces((0, preface + frame(1, 5, 1, request)), (1, frame(4, 0, 0, b"") + frame(1, 4, 1, answer) + frame(0, 1, 1, b"hello"))))
    write("http2", "continued", pieces((0, preface + frame(1, 1, 1, request[:9]) + frame(9, 4, 1, request[9:])),
                                       (1, frame(1, 0x2c, 1, b"\2\0\0\0\0\x10" + answer + b"\0\0") + frame(0, 9, 1, b"\1hi\0"))))
    write("http2", "control", pieces((0, preface + frame(6, 0, 0, b"12345678") + frame(8, 0, 0, b"\0\0\1\0") + frame(2, 0, 1, b"\0\0\0\0\x10")),
                                     (1, frame(4, 1, 0, b"") + frame(3, 0, 1, b"\0\0\0\x08") + frame(7, 0, 0, b"\0\0\0\1\0\0\0\1bye"))))
    write("http2", "table", pieces((0, preface + frame(1, 5, 1, b"\x3f\xe1\x1f" + request) + frame(1, 5, 3, b"\x20\xbe\x82"))))
    write("http2", "doh", pieces((0, preface + frame(1, 4, 1, post) + frame(0, 1, 1, message)), (1, frame(1, 5, 1, b"\x88"))))


def websocket_seeds():
    mask = b"\1\2\3\4"
    hidden = bytes(c ^ mask[i % 4] for i, c in enumerate(b"hello"))
    write("websocket", "text", pieces((0, b"\x81\x85" + mask + hidden), (1, b"\x81\x05hello")))
    write("websocket", "parts", pieces((1, b"\x01\x03hel\x89\x00\x80\x02lo\x88\x02\x03\xe8")))
    write("websocket", "long", pieces((1, b"\x82\x7e\x01\x00" + b"x" * 256), (0, b"\x82\xff\0\0\0\0\0\1\0\0" + mask + b"y" * 300)))


def ssh_seeds():
    names = b"".join(struct.pack("!I", len(n)) + n for n in (b"kex", b"key", b"c1", b"c2", b"m1", b"m2", b"none", b"zlib", b"", b""))
    lists = b"\x04\x14" + b"0123456789abcdef" + names + bytes(9)
    lists = struct.pack("!I", len(lists)) + lists
    keys = b"\0\0\0\x0c\x0a\x15" + bytes(10)
    write("ssh", "both", pieces((1, b"SSH-2.0-a_1 x\r\n" + lists), (0, b"SSH-2.0-b\r\n" + lists + keys), (1, keys)))
    write("ssh", "banner", pieces((0, b"SSH-1.99-\n"), (1, b"hello\r\n")))


def mqtt_seeds():
    hello, ok = b"\x10\x13\0\4MQTT\5\2\0\x3c\3\x21\0\x14\0\3abc", b"\x20\6\0\0\3\x22\0\x0a"
    write("mqtt", "five", pieces((0, hello), (1, ok), (0, b"\x82\x08\0\3\0\0\2t1\0"), (1, b"\x90\4\0\3\0\x11"), (0, b"\xe0\2\x8b\0")))
    will = b"\x10\x22\0\4MQTT\4\xee\0\x3c\0\1a\0\4last\0\4bye!\0\3usr\0\2pw"
    write("mqtt", "will", pieces((0, will), (1, b"\x20\2\1\0"), (0, b"\x35\x09\0\3t/x\0\2hi"), (1, b"\x50\2\0\2"), (0, b"\x62\2\0\2"), (1, b"\x70\2\0\2")))
    write("mqtt", "long", pieces((0, b"\x30\xff\xff\x7f\0\1txxxx"), (1, b"\x40\2\0\1")))


def sip_seeds():
    sdp = b"v=0\r\no=u 1 2 IN IP4 192.0.2.1\r\ns=n\r\nb=AS:1\r\nt=1 2\r\nr=7d 1h 0 25h\r\na=x:y\r\nm=audio 1 RTP/AVP 0\r\ni=i1\r\nc=IN IP4 192.0.2.3\r\nk=prompt\r\n"
    ask = b"INVITE sip:b@x SIP/2.0\r\nVia: v1\r\n v2\r\nf: f1\r\nContent-Length: %d\r\n\r\n" % len(sdp) + sdp
    ok = b"SIP/2.0 200 OK\r\nl: 0\r\n\r\n"
    write("sip", "stream", b"\0" + pieces((0, ask + ask), (1, ok + b"\r\n" + ok), (0, b"foo\r\n" + ask[:40]), (2, b"")))
    write("sip", "datagrams", b"\1" + pieces((0, ask), (1, ok), (0, b"\r\n\r\n"), (1, ask[:60])))
    write("sip", "gap", b"\0" + pieces((0, ask[:200]), (4, b"\0" * 9), (0, ask)))


def nfs_seeds():
    def u(*numbers):
        return b"".join(struct.pack("!I", n) for n in numbers)

    def opaque(data):
        return u(len(data)) + data + bytes(-len(data) % 4)

    def call(xid, version, procedure, body):
        return u(xid, 0, 2, 100003, version, procedure, 1, 24, 1, 1) + b"a\0\0\0" + u(0, 0, 0, 0, 0) + body

    def reply(xid, body):
        return u(xid, 1, 0, 0, 0, 0) + body

    def record(message):
        return u(len(message) | 1 << 31) + message

    folder, file, attributes, offset = opaque(b"\1\2\3\4" * 8), opaque(b"\5\6\7\x08" * 8), bytes(84), bytes(8)
    three = [(0, call(3, 3, 3, folder + opaque(b"name"))), (1, reply(3, u(0) + file + u(0, 0))),
             (0, call(4, 3, 6, file + offset + u(8))), (1, reply(4, u(0, 1) + attributes + u(5, 1) + opaque(b"bytes"))),
             (0, call(5, 3, 7, file + offset + u(5, 0) + opaque(b"bytes"))), (1, reply(5, u(0))),
             (0, call(6, 3, 21, file + offset + u(0))),
             (0, call(7, 3, 17, folder + bytes(16) + u(512, 4096))),
             (1, reply(7, u(0, 0) + offset + u(1) + offset + opaque(b"entry") + offset + u(0, 1) + file + u(0, 1)))]
    state = bytes(16)
    four = [(0, call(3, 4, 1, u(0, 0, 3, 22) + folder + u(18, 1, 1, 0) + offset + opaque(b"o") + u(0, 0) + opaque(b"name") + u(10))),
            (1, reply(3, u(0, 0, 3, 22, 0, 18, 0) + state + bytes(20) + u(0, 0, 0, 10, 0) + file)),
            (0, call(4, 4, 1, u(0, 1, 3, 53) + bytes(32) + u(22) + file + u(25) + state + offset + u(8))),
            (1, reply(4, u(0, 0, 3, 53, 0) + bytes(36) + u(22, 0, 25, 0, 1) + opaque(b"bytes"))),
            (0, call(5, 4, 1, u(0, 0, 2, 22) + file + u(38) + state + offset + u(2) + opaque(b"bytes")))]
    for name, messages in (("three", three), ("four", four)):
        write("nfs", name, b"\0" + pieces(*((side, record(message)) for side, message in messages)))
    write("nfs", "datagrams", b"\1" + pieces(*three))
    write("nfs", "gap", b"\0" + pieces((0, record(three[0][1])), (4, b"\0" * 20), (0, record(three[2][1])), (1, record(three[3][1])), (3, b"")))


def der_seeds():
    """Made with a BER writer: AS-REQ and AS-REP, KRB-ERROR; SNMP 1 and 3."""
    write("krb5", "as", pieces((0, bytes.fromhex("6a8183308180a103020105a20302010aa4743072a00703050040810010a1133011a003020101a10a30081b036465731b0178a20d1b0b4558414d504c452e434f4da320301ea003020102a11730151b066b72627467741b0b4558414d504c452e434f4da511180f32303337303931333032343830355aa70402023039a8083006020112020117")), (1, bytes.fromhex("6b7b3079a003020105a10302010ba3031b0152a410300ea003020101a10730051b03646573a53e613c303aa003020105a1031b0152a2163014a003020102a10d300b1b066b72627467741b0152a3163014a003020112a103020102a2080406636970686572a6163014a003020117a103020102a2080406636970686572"))))
    write("krb5", "error", pieces((1, bytes.fromhex("7e5b3059a003020105a10302011ea411180f32303230303130313030303030305aa503020101a603020119a7031b0143a80e300ca003020101a10530031b0161a9031b0152aa163014a003020102a10d300b1b066b72627467741b0152"))))
    write("snmp", "trap", pieces((0, bytes.fromhex("303402010004067075626c6963a42706062b060104016340040a000001020102020105430101300e300c06082b060102010101000500"))))
    write("snmp", "three", pieces((0, bytes.fromhex("3059020103300e02014d020300ffe30401040201030420301e0403656e67020101020102040561646d696e040461757468040470726976302204036374780400a019020105020100020100300e300c06082b060102010101000500")), (1, bytes.fromhex("303e020103300e02014d020300ffe30401030201030420301e0403656e67020101020102040561646d696e040461757468040470726976040778787878787878"))))


def ike_seeds():
    """Aggressive mode and IKE_SA_INIT, both with an encrypted message behind; the former behind non-ESP markers."""
    for name, marker, messages in (
            ("one", b"", ("e47a591fd057587f00000000000000000110040000000000000000700400003c00000001000000010000003001010001000000280101000080010007800e0080800200028004000280030001800b0001000c0004000151800a0000064b4b0d0000064e4e0000000c76656e646f723132", "e47a591fd057587fa00b8ef0902bb8ec0110040000000000000000700400003c00000001000000010000003001010001000000280101000080010007800e0080800200028004000280030001800b0001000c0004000151800a0000064b4b0d0000064e4e0000000c76656e646f723132", "e47a591fd057587fa00b8ef0902bb8ec0810040100000000000000240000000868617368")),
            ("two", b"", ("e47a591fd057587f0000000000000000212022080000000000000068220000300000002c010100040300000c0100000c800e00800300000802000005030000080300000c000000080400000e2800000a000e00004b4b2b0000064e4e0000000c76656e646f723132", "e47a591fd057587fa00b8ef0902bb8ec212022200000000000000070220000300000002c010100040300000c0100000c800e00800300000802000005030000080300000c000000080400000e2800000a000e00004b4b2b0000064e4e2900000c76656e646f7231320000000800004004", "e47a591fd057587fa00b8ef0902bb8ec2e20230800000000000000240000000878787878")),
            ("marked", bytes(4), ("e47a591fd057587f00000000000000000110040000000000000000700400003c00000001000000010000003001010001000000280101000080010007800e0080800200028004000280030001800b0001000c0004000151800a0000064b4b0d0000064e4e0000000c76656e646f723132",))):
        write("ike", name, pieces(*((i % 2, marker + bytes.fromhex(m)) for i, m in enumerate(messages))))


def rdp_seeds():
    """A connection sequence in clear text; one that goes on in TLS."""
    request, confirm = "0300002c27e00000000000436f6f6b69653a206d737473686173683d4137303036370d0a0101080003000000", "030000130ed000000000000201080001000000"
    connect = "0300018202f0807f658201760401010401010101ff30190201220201020201000201010201000201010202ffff020102301902010102010102010102010102010002010102020420020102301c0202ffff0202fc170202ffff0201010201000201010202ffff02010204820115000500147c0001810c000800100001c0004475636180fe01c0ea00040008008004600301ca03aa09040000280a00004800f6007300740000000000000000000000000000000000000000000000000004000000010000000c00000069006d0065000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001ca0700090000000f0007002100350035003200370034002d004f0045004d002d0030003000310031003900300033002d00300030003100300037000000000000000000000000000000000000000600030000002c010000c80000005a00960000008c00000003c01400010000006f6e650000000000000080c0"
    response = "0300005002f0807f66460a0100020100301a020122020103020100020101020100020101020300fff80201020422000500147c00012a14760a01010001c0004d63446e0c010c0c000400080000000000"
    write("rdp", "plain", pieces(*((i % 2, bytes.fromhex(m)) for i, m in enumerate((request, confirm, connect, response)))))
    write("rdp", "tls", pieces((0, bytes.fromhex(request)), (1, bytes.fromhex(confirm)), (0, tls.client_hello()),
                               (1, tls.server_flight(tls.certificate()))))


def ntp_seeds():
    question = bytes.fromhex("230206ec00000000000000007f000001000000000000000000000000000000000000000000000000e001020304050607")
    write("ntp", "plain", pieces((0, question), (1, question + bytes(20))))
    write("ntp", "fields", pieces((0, question + b"\0\1\0\5aaaaa" + bytes(20)), (1, b"\x1b" + question[1:] + b"more")))


def dht_seeds():
    name = b"abcdefghij0123456789"
    write("bittorrent_dht", "peers", pieces(
        (0, b"d1:ad2:id20:" + name + b"9:info_hash20:" + name + b"e1:q9:get_peers1:t2:aa1:v4:UT121:y1:qe"),
        (1, b"d1:rd2:id20:" + name + b"5:nodes26:" + name + b"123456" + b"5:token3:tok6:valuesl6:123456ee1:t2:aa1:y1:re")))
    write("bittorrent_dht", "error", pieces(
        (0, b"d1:ad2:id20:" + name + b"4:porti6881ee1:q4:ping1:t2:aa1:y1:qe"), (1, b"d1:eli201e5:Errore1:t2:aa1:y1:ee")))


def dhcp_seeds():
    head = bytes([1, 1, 6, 0]) + b"\x12\x34\x56\x78" + bytes(20) + bytes(6) + bytes(202) + b"\x63\x82\x53\x63"
    write("dhcp", "ack", pieces((0, head + b"\x35\1\5\x33\4\0\0\x0e\x10\x3a\4\0\0\7\x08\x01\4\xff\xff\xff\0\x37\3\1\3\6\x3d\3\1ab\xff")))


def ldap_seeds():
    """Made with a BER writer: a search with entries, an addition."""
    write("ldap", "search", pieces((0, bytes.fromhex("3030020101632b040464633d780a01020a0100020203e802011e010100870b6f626a656374436c617373300604012a04012b")), (1, bytes.fromhex("30360201016431040464633d783029301c040b6f626a656374436c617373310d0403746f700406646f6d61696e30090402646331030401783019020101731404086c6461703a2f2f6104086c6461703a2f2f62301502010165100a0104040464633d7a04056c696d6974"))))
    write("ldap", "add", pieces((0, bytes.fromhex("3023020104681e0404636e3d61301630090402636e310304016130090402736e3103040162")), (1, bytes.fromhex("301602010469110a01440404636e3d610406657869737473"))))


def dcerpc_seeds():
    bound = ((0, rpc.bind(1, [(0, rpc.SVCCTL, (2, 0))])), (1, rpc.bind_ack(1, [0])))
    stream = b"\0"
    write("dcerpc", "call", stream + pieces(*bound, (0, rpc.request(2, 0, 12, b"stub")), (1, rpc.response(2, 0, b"answer"))))
    write("dcerpc", "fragments", stream + pieces(*bound, (0, rpc.request(2, 0, 12, b"st", flags=1) + rpc.request(2, 0, 12, b"ub", flags=2)),
                                                 (1, rpc.response(2, 0, b"an", flags=1) + rpc.response(2, 0, b"swer", flags=2))))
    write("dcerpc", "big", stream + pieces((0, rpc.bind(1, [(0, rpc.SVCCTL, (2, 0)), (1, rpc.SRVSVC, (3, 0))], little=False)),
                                           (1, rpc.bind_ack(1, [0, 2], little=False)), (0, rpc.request(2, 1, 3, b"stub", little=False))))
    write("dcerpc", "altered", stream + pieces(*bound, (0, rpc.bind(2, [(1, rpc.SRVSVC, (3, 0))], kind=rpc.ALTER)),
                                               (1, rpc.bind_ack(2, [0], kind=rpc.ALTERED)), (0, rpc.request(3, 1, 1, b"x")),
                                               (1, rpc.response(3, 1, b"\5\0\0\0", kind=rpc.FAULT))))
    write("dcerpc", "datagrams", b"\1" + pieces((0, rpc.datagram(0, rpc.SVCCTL, 2, b"stub")), (1, rpc.datagram(2, rpc.SVCCTL, 2, b"answer"))))


def smb_seeds():
    begin = ((0, smb.record(smb.negotiate())), (1, smb.record(smb.negotiated())),
             (0, smb.record(smb.session(1, smb.ntlmssp("LAB", "doe", "HOST")))), (1, smb.record(smb.answered(smb.SESSION, 1))),
             (0, smb.record(smb.tree(2, "\\\\h\\s"))), (1, smb.record(smb.treed(2))),
             (0, smb.record(smb.create(3, "a.txt"))), (1, smb.record(smb.created(3))))
    write("smb", "write", pieces(*begin, (0, smb.record(smb.write(4, 0, b"hello "))), (0, smb.record(smb.write(5, 12, b"again"))),
                                 (0, smb.record(smb.write(6, 6, b"world "))), (0, smb.record(smb.close(7))), (1, smb.record(smb.closed(7)))))
    write("smb", "read", pieces(*begin, (0, smb.record(smb.read(4, 0, 99))), (1, smb.record(smb.data(4, b"hello"))), (0, smb.record(smb.close(7)))))
    write("smb", "pipe", pieces(*begin, *smb.service_call()))
    first = smb.create(8, "b.txt", follows=192)
    write("smb", "compound", pieces(*begin, (0, smb.record(first + bytes(192 - len(first)), smb.write(9, 0, b"data", file=smb.SAME, flags=4)))))
    write("smb", "old", pieces((0, smb.record(smb.old_create(1, "\\x"))), (1, smb.record(smb.old_created(1, 0x4000))),
                               (0, smb.record(smb.old_write(2, 0x4000, 0, b"hello"))), (0, smb.record(smb.old_close(3, 0x4000)))))
    write("smb", "old_pipe", pieces((0, smb.record(smb.old_trans(1, 1, rpc.bind(1, [(0, rpc.SVCCTL, (2, 0))])))),
                                    (1, smb.record(smb.old_transed(1, rpc.bind_ack(1, [0]))))))
    write("smb", "others", pieces((0, smb.record(b"x" * 68, kind=0x81)), (1, smb.record(kind=0x82)), (0, smb.record(b"\xfdSMB" + bytes(60)))))


def smtp_seeds():
    hello = ((1, b"220 mx.example ESMTP\r\n"), (0, b"EHLO me\r\n"), (1, b"250-mx\r\n250 PIPELINING\r\n"))
    envelope = ((0, b"MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n"), (1, b"250 a\r\n250 b\r\n354 c\r\n"))
    mixed = (b"Subject: s\r\n t\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/html\r\n\r\nhttp://u/ x\r\n"
             b"--B\r\nContent-Type: a/b; name*0=f; name*1*=%41\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--B--\r\n.\r\n")
    nested = (b"Content-Type: message/rfc822\r\n\r\nContent-Type: text/plain\r\nContent-Disposition: x; filename=\"q\"\r\n"
              b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=3Db=\r\nc\r\n.\r\n")
    write("smtp", "mixed", pieces(*hello, *envelope, (0, mixed), (1, b"250 q\r\n"), (0, b"QUIT\r\n"), (1, b"221 b\r\n")))
    write("smtp", "nested", pieces(*hello, *envelope, (0, nested), (1, b"250 q\r\n"), (0, b"RSET\r\n"), (1, b"250 r\r\n")))
    write("smtp", "chunks", pieces(*hello, (0, b"MAIL FROM:<a>\r\nBDAT 4\r\nabcdBDAT 0 LAST\r\n"), (1, b"250 a\r\n250 b\r\n250 c\r\n")))
    write("smtp", "starttls", pieces(*hello, (0, b"STARTTLS\r\n"), (1, b"454 no\r\n"), (0, b"STARTTLS\r\n"), (1, b"220 go\r\n")))


def ftp_seeds():
    login = ((1, b"220 ready\r\n"), (0, b"USER a\r\nPASS b\r\n"), (1, b"331 pw\r\n230-one\r\n230 two\r\n"))
    write("ftp", "passive", pieces(*login, (0, b"PASV\r\n"), (1, b"227 x (10,0,0,2,4,1)\r\n"), (0, b"RETR f\r\n"), (1, b"150 a\r\n226 b\r\n")))
    write("ftp", "active", pieces(*login, (0, b"PORT 10,0,0,9,4,1\r\nSTOR f\r\n"), (1, b"200 a\r\n150 b\r\n226 c\r\n"), (0, b"EPRT |2|::1|99|\r\nXCWD x\r\nQUIT\r\n")))
    write("ftp", "tls", pieces((1, b"220-a\r\n220 b\r\n"), (0, b"EPSV\r\nAUTH TLS\r\n"), (1, b"229 x (|||99|)\r\n234 go\r\n")))
    write("ftp_data", "retr", bytes([6, 14, 1]) + b"name" + bytes([1]) + b"nineteen bytes more" + bytes([5]))
    write("ftp_data", "stor", bytes([3, 15, 0]) + b"n" + bytes([0]) + b"nineteen bytes more" + bytes([2]))


def rfb_seeds():
    init = bytes.fromhex("032002582018000100ff00ff00ff100800000000") + struct.pack("!I", 4) + b"desk"
    write("rfb", "password", pieces((1, b"RFB 003.008\n"), (0, b"RFB 003.008\n"), (1, b"\2\1\2"), (0, b"\2"), (1, bytes(16)), (0, bytes(16)), (1, bytes(4)), (0, b"\1"), (1, init)))
    write("rfb", "old", pieces((1, b"RFB 003.003\n"), (0, b"RFB 003.003\n"), (1, b"\0\0\0\0\0\0\0\2no")))


def pgsql_seeds():
    def m(kind, body=b""):
        return kind + struct.pack("!I", len(body) + 4) + body
    start = struct.pack("!II", 8 + 11, 196608) + b"user\0bob\0\0"
    ok, ready = m(b"R", bytes(4)), m(b"Z", b"I")
    login = (0, start), (1, ok + m(b"S", b"a\0b\0") + m(b"K", bytes(8)) + ready)
    write("pgsql", "query", pieces(*login, (0, m(b"Q", b"select 1\0")), (1, m(b"T", b"\0\1a\0" + bytes(18)) + m(b"D", b"\0\1\0\0\0\1x") + m(b"C", b"SELECT 1\0") + ready), (0, m(b"X"))))
    write("pgsql", "sasl", pieces((0, start), (1, m(b"R", b"\0\0\0\x0aSCRAM-SHA-256\0\0")), (0, m(b"p", b"SCRAM-SHA-256\0\0\0\0\1n")), (1, m(b"R", b"\0\0\0\x0bx")), (0, m(b"p", b"c")), (1, m(b"R", b"\0\0\0\x0cv") + ok + ready)))
    write("pgsql", "copy", pieces(*login, (0, m(b"Q", b"copy\0")), (1, m(b"G", b"\0\0\1\0\0")), (0, m(b"d", b"xy") + m(b"f", b"no\0")), (1, m(b"E", b"SERROR\0Mno\0\0") + ready)))
    write("pgsql", "ssl", pieces((0, struct.pack("!II", 8, 80877103)), (1, b"N"), *login))
    write("pgsql", "extended", pieces(*login, (0, m(b"P", b"\0\0") + m(b"S") + m(b"Q", b"q\0")), (1, m(b"1") + ready + m(b"H", b"\0\0\0") + m(b"d", b"x") + m(b"c") + ready)))


def telnet_seeds():
    write("telnet", "login", pieces((1, b"\xff\xfd\1\xff\xfb\3"), (0, b"\xff\xfb\1"), (1, b"hi\r\nlogin: "), (0, b"bob\r\n"), (1, b"Password: "), (0, b"x\r\n"), (1, b"\r\n$ ")))
    write("telnet", "commands", pieces((0, b"\xff\xfa\x1f\0P\0\x18\xff\xf0a\xff\xff\r\n"), (1, b"\xff\xf9text")))


def pop3_seeds():
    write("pop3", "mail", pieces((1, b"+OK hi\r\n"), (0, b"USER a\r\n"), (1, b"+OK\r\n"), (0, b"RETR 1\r\n"), (1, b"+OK\r\na: b\r\n\r\n..x\r\n.\r\n"), (0, b"QUIT\r\n"), (1, b"-ERR no\r\n")))
    write("pop3", "auth", pieces((0, b"AUTH PLAIN\r\n"), (1, b"+ \r\n"), (0, b"AGE=\r\n"), (1, b"+OK\r\n"), (0, b"STLS\r\n"), (1, b"+OK\r\n")))


def dnp3_seeds():
    asks, says = bytes.fromhex("05640ec402000300efc7c0c0013c02063c03063b02"), bytes.fromhex("0564194403000200c269c0c08100001e010000010105000000010a22060000007deb")
    write("dnp3", "read", pieces((0, asks), (1, says)))
    write("dnp3", "select", pieces((0, bytes.fromhex("05641ac40200030040f2c0c0030c012801000100030164000000ef7d6400000000005b"))))
    write("dnp3", "reassembly", pieces((1, bytes.fromhex("0564ff4403000200674c40c08100001e0100004f0105000000014a2205000000010500000001050000000105e88a0000000105000000010500000001050089d4000001050000000105000000010500008a82000105000000010500000001050000003ed8010500000001050000000105000000013a0a05000000010500000001050000000105e88a0000000105000000010500000001050089d4000001050000000105000000010500008a82000105000000010500000001050000003ed8010500000001050000000105000000013a0a05000000010500000001050000000105e88a0000000105000000010500000001050089d4000001050000000105000000010500008a82000105000000010500000001050000003ed80105000000010500000016730564a64403000200e0b581010500000001050000000105000000bea2010500000001050000000105000000013a0a05000000010500000001050000000105e88a0000000105000000010500000001050089d4000001050000000105000000010500008a82000105000000010500000001050000003ed8010500000001050000000105000000013a0a05000000010500000001050000000105e88a0000000105000000010500000001050089d4000001050000000105000000010500008a8200ffff"))))
    write("dnp3", "unsolicited", pieces((1, bytes.fromhex("0564194403000200c269c0f38200001e0100000101050000000103d7060000007deb"))))
    write("dnp3", "broken", pieces((0, asks[:-1] + b"x"), (0, b"hello" + asks), (0, asks[:4] + asks)))


def enip_seeds():
    register = bytes.fromhex("65000400000000000000000000000000000000000000000001000000")
    asks = bytes.fromhex("6f0018001100000000000000000000000000000000000000000000000000020000000000b20008000e03200124023007")
    write("enip", "attribute", pieces((0, register), (1, register), (0, asks), (1, bytes.fromhex("6f0016001100000000000000000000000000000000000000000000000000020000000000b20006008e0001010001"))))
    write("enip", "multiple", pieces((0, bytes.fromhex("7000360011000000000000000000000000000000000000000000000000000200a10004000400010bb100220001000a0220022401020006000e000e03200124023007030220042402020007000900"))))
    write("enip", "identity", pieces((0, bytes.fromhex("630000001100000000000000000000000000000000000000")), (1, bytes.fromhex("63003300110000000000000000000000000000000000000001000c002d0001000002af120a000002000000000000000001000c003a00040330008e4d52000b313735362d454e42542f4103"))))
    write("enip", "services", pieces((1, bytes.fromhex("04001a00110000000000000000000000000000000000000001000001140001002000436f6d6d756e69636174696f6e730000"))))


def modbus_seeds():
    read = bytes.fromhex("000100000006010300040003")
    write_many = bytes.fromhex("00020000000b01100004000204") + bytes.fromhex("00070009")
    write("modbus", "read", pieces((0, read), (1, bytes.fromhex("000100000009010306000100020003"))))
    write("modbus", "exception", pieces((0, read), (1, bytes.fromhex("000100000003018302"))))
    write("modbus", "write", pieces((0, write_many), (1, bytes.fromhex("000200000006011000040002"))))
    write("modbus", "lost", pieces((0, read), (0, b"hello world, this is none"), (0, read)))


def main():
    dcerpc_seeds()
    smb_seeds()
    smtp_seeds()
    ftp_seeds()
    write("tftp", "read", pieces((0, b"\0\1boot.img\0octet\0blksize\x001428\0"), (1, b"\0\6blksize\x001428\0")))
    write("tftp", "write", pieces((0, b"\0\2a\0NetASCII\0")))
    http2_seeds()
    websocket_seeds()
    ssh_seeds()
    mqtt_seeds()
    sip_seeds()
    nfs_seeds()
    der_seeds()
    ike_seeds()
    rdp_seeds()
    ntp_seeds()
    dht_seeds()
    dhcp_seeds()
    ldap_seeds()
    rfb_seeds()
    pgsql_seeds()
    pop3_seeds()
    telnet_seeds()
    dnp3_seeds()
    enip_seeds()
    modbus_seeds()
    q, r = talk.request, talk.response
    form = (b"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\nfile\r\n--B\r\n"
            b"Content-Disposition: form-data; name=\"x\"\r\n\r\nvalue\r\n--B--\r\n")
    write("http", "get", pieces((0, q("/a%20b/../c?x=1")), (1, r())))
    write("http", "form", pieces((0, q("/up", "POST", headers=("Content-Type: multipart/form-data; boundary=B",), body=form)), (1, r())))
    write("http", "chunked", pieces((0, q()), (1, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")))
    write("http", "pipeline", pieces((0, q("/1") + q("/2")), (1, r(b"1") + r(b"2"))))
    import gzip
    body = gzip.compress(b"hello " * 50, mtime=0)
    write("http", "gzip", pieces((0, q()), (1, b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)))
    message = talk.query("www.example.com")
    answer = talk.query("www.example.com", flags=0x8180)[:6] + struct.pack("!HHH", 2, 0, 0) + message[12:] + \
        b"\xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x06\x03cdn\xc0\x10" + b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x01\x02\x03\x04"
    write("dns", "udp", pieces((0, message), (1, answer)))
    write("dns", "tcp", pieces((0, struct.pack("!H", len(message)) + message), (1, struct.pack("!H", len(answer)) + answer)))
    write("dns", "loop", pieces((0, message[:12] + b"\xc0\x0c\0\x01\0\x01")))
    write("mdns", "answer", pieces((0, answer)))
    versions = (0x0304, 0x0303)
    hello = tls.record(0x0303, tls.server_hello(extensions=b"\0\x10\0\5\0\3\2h2"))
    write("tls", "hello", pieces((0, tls.client_hello(versions=versions)), (1, hello)))
    write("tls", "certificate", pieces((0, tls.client_hello("a", versions=versions)), (1, hello + b"\x16\x03\x03\0\x12\x0b\0\0\x0e\0\0\x0b\0\0\x08" + b"\x30\x06\x30\x04\x02\x02\x01\x02")))
    write("tls", "ssl2", pieces((0, b"\x80\x2e\x01\0\x02\0\x15\0\0\0\x10" + bytes(0x29))))


if __name__ == "__main__":
    main()
