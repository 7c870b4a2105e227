"""Records of SMB and DCE/RPC, whole, in the form of Suricata 8.0.8; the file that is written over SMB in the store."""
import hashlib
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../pcaps"))

from craft import files, rpc, smb, talk  # noqa: E402
from harness import Harness  # noqa: E402

h = Harness()
CLIENT, SERVER = "10.1.0.5", "10.1.0.9"
R = smb.record
BEGIN = [(0, R(smb.negotiate())), (1, R(smb.negotiated())), (0, R(smb.session(1, smb.ntlmssp("LAB", "doe", "HOST")))),
         (1, R(smb.answered(smb.SESSION, 1, tree=0)))]
SHARE = [(0, R(smb.tree(2, "\\\\h\\share"))), (1, R(smb.treed(2))), (0, R(smb.create(3, "a.exe"))), (1, R(smb.created(3, size=17)))]
PIPES = [(0, R(smb.tree(2, "\\\\h\\IPC$"))), (1, R(smb.treed(2, 2))), (0, R(smb.create(3, "svcctl"))), (1, R(smb.created(3)))]
CLOSE = [(0, R(smb.close(9))), (1, R(smb.closed(9)))]
ID = "00000011-0000-0000-0022-000000000000"
DONE = {"status": "STATUS_SUCCESS", "status_code": "0x0"}


def capture(port, conversation):
    t = talk.Talk()
    c = t.connect(CLIENT, 40000, SERVER, port)
    for sender, data in conversation:
        (c.reply if sender else c.send)(data)
    c.close()
    h.write("c.pcap", files.pcap(t.packets))


def records(port, conversation, kind, *options):
    capture(port, conversation)
    h.write("r.rules", 'alert ip any any -> any any (msg:"none"; ip_proto:99; sid:1;)\n')
    p = h.replay("--records", kind + ",fileinfo", "--eve", "eve.json", *options, "c.pcap")
    h.exits("replayed", 0, p)
    with open("eve.json") as f:
        return [json.loads(line) for line in f]


def smb_record(number, command, session=5, tree=1, **more):
    return {"id": number, "dialect": "3.11", "command": "SMB2_COMMAND_" + command, **DONE, "session_id": session, "tree_id": tree, **more}


def created(number, name, size=0):
    return smb_record(number, "CREATE", filename=name, disposition="FILE_OPEN", access="normal", created=0, accessed=0, modified=0, changed=0,
                      size=size, fuid=ID)


def logon():
    return [smb_record(1, "NEGOTIATE_PROTOCOL", 0, 0, client_dialects=["2.02", "3.11"], client_guid="43434343-4343-4343-4343-434343434343",
                       server_guid="53535353-5353-5353-5353-535353535353", max_read_size=1 << 20, max_write_size=1 << 20),
            smb_record(2, "SESSION_SETUP", tree=0, ntlmssp={"domain": "LAB", "user": "doe", "host": "HOST", "version": "10.0 build 14393 rev 15"})]


def same(name, got, wanted):
    for i, pair in enumerate(zip(got, wanted)):
        h.check("%s: record %d" % (name, i + 1), json.dumps(pair[0]) == json.dumps(pair[1]), "%s\nnot %s" % pair)
    h.check(name + ": records", len(got) == len(wanted), [g["command"] for g in got if "command" in g])


def a_file():
    os.makedirs("store", exist_ok=True)
    write = [(0, R(smb.write(4, 0, b"hello "))), (1, R(smb.answered(smb.WRITE, 4))), (0, R(smb.write(5, 6, b"world again"))),
             (1, R(smb.answered(smb.WRITE, 5)))]
    capture(445, BEGIN + SHARE + write + CLOSE)
    h.write("r.rules", 'alert smb any any -> any any (fileext:"exe"; filestore; sid:1;)\n')
    p = h.replay("--records", "alert,smb,fileinfo", "--eve", "eve.json", "--file-store", "store", "c.pcap")
    h.exits("a file", 0, p)
    with open("eve.json") as f:
        eve = [json.loads(line) for line in f]
    told = smb_record(5, "WRITE", filename="a.exe", share="\\\\h\\share", fuid=ID)
    same("a file", [e["smb"] for e in eve if e["event_type"] == "smb"],
         logon() + [smb_record(3, "TREE_CONNECT", share="\\\\h\\share", share_type="FILE"), created(4, "a.exe", 17), told, smb_record(6, "CLOSE")])
    info = [e for e in eve if e["event_type"] == "fileinfo"][0]
    digest = hashlib.sha256(b"hello world again").hexdigest()
    h.check("of the file", info["smb"] == told and info["fileinfo"]["size"] == 17 and info["fileinfo"]["state"] == "CLOSED" and
            info["fileinfo"]["sha256"] == digest, info)
    with open("store/%s/%s" % (digest[:2], digest), "rb") as f:
        h.check("the file itself", f.read() == b"hello world again")


def a_pipe():
    eve = records(445, BEGIN + PIPES + smb.service_call() + CLOSE, "smb")
    bound = {"uuid": str(rpc.SVCCTL), "version": "2.0"}
    same("a pipe", [e["smb"] for e in eve if e["event_type"] == "smb"][2:],
         [smb_record(3, "TREE_CONNECT", named_pipe="\\\\h\\IPC$", share_type="PIPE"), created(4, "svcctl"),
          smb_record(5, "WRITE", dcerpc={"request": "BIND", "response": "BINDACK", "interfaces": [{**bound, "ack_result": 0, "ack_reason": 0}], "call_id": 1}),
          smb_record(6, "IOCTL", dcerpc={"request": "REQUEST", "response": "RESPONSE", "opnum": 12, "req": {"frag_cnt": 1, "stub_data_size": 9},
                                         "interfaces": [bound], "res": {"frag_cnt": 1, "stub_data_size": 6}, "call_id": 2}),
          smb_record(7, "CLOSE")])
    h.check("tx_id", [e["tx_id"] for e in eve] == list(range(7)), eve)


def calls():
    eve = records(135, [(0, rpc.bind(1, [(0, rpc.SVCCTL, (2, 0)), (1, rpc.SRVSVC, (3, 1))])), (1, rpc.bind_ack(1, [0, 2])),
                        (0, rpc.request(2, 0, 12, b"stub", flags=1) + rpc.request(2, 0, 12, b" data", flags=2)),
                        (1, rpc.response(2, 0, b"answer")), (0, rpc.request(3, 1, 2, b"")), (1, rpc.response(9, 1, b"x"))], "dcerpc")
    first = {"uuid": str(rpc.SVCCTL), "version": "2.0", "ack_result": 0}
    second = {"uuid": str(rpc.SRVSVC), "version": "3.1", "ack_result": 2}
    same("calls", [e["dcerpc"] for e in eve],
         [{"request": "BIND", "interfaces": [first, second], "response": "BINDACK", "call_id": 1, "rpc_version": "5.0"},
          {"request": "REQUEST", "req": {"opnum": 12, "frag_cnt": 2, "stub_data_size": 9}, "interfaces": [first], "response": "RESPONSE",
           "res": {"frag_cnt": 1, "stub_data_size": 14}, "call_id": 2, "rpc_version": "5.0"},
          {"request": "REQUEST_LOST", "response": "RESPONSE", "res": {"frag_cnt": 1, "stub_data_size": 9}, "call_id": 9, "rpc_version": "5.0"},
          {"request": "REQUEST", "req": {"opnum": 2, "frag_cnt": 1, "stub_data_size": 0}, "interfaces": [second], "response": "UNREPLIED",
           "call_id": 3, "rpc_version": "5.0"}])


def refused():
    """What Suricata 8.0.8 refuses, and what it takes."""
    uuid = str(rpc.SVCCTL)
    for text in ("dcerpc.opnum:>10", "dcerpc.opnum:!3", "dcerpc.opnum:5-1", "dcerpc.opnum:1, 2", "dcerpc.opnum:1-", "dcerpc.opnum:1,2,", "dcerpc.opnum:0x5",
                 "dcerpc.iface:%s,any_frag,=1" % uuid, "dcerpc.iface:%s" % uuid[:-1], "dcerpc.iface:%s,=65536" % uuid, "dcerpc.iface:%s,foo" % uuid,
                 "dcerpc.iface:%s,<>1" % uuid, "dce_stub_data; content:\"a\"; byte_test:1,=,1,0,dce,little",
                 "dce_stub_data; content:\"a\"; byte_test:1,=,1,0,dce,string,dec", "smb.version:3", "smb.version:>1"):
        h.write("r.rules", "alert smb any any -> any any (%s; sid:1;)\n" % text)
        h.check("refused: " + text, h.replay("--json", "c.pcap").returncode != 0)
    for text in ("dcerpc.opnum:1,2,5-9", "dcerpc.opnum:5-5", "dcerpc.iface:%s" % uuid.upper(), "dcerpc.iface:%s,=1,any_frag" % uuid, "dce_iface:%s,!10" % uuid,
                 "dce_stub_data; content:\"a\"; byte_extract:2,0,x,dce; byte_test:2,=,x,2", "smb.version:2", "smb_named_pipe; content:\"a\"",
                 "frame:smb2.pdu; content:\"a\"", "frame:smb.smb3.hdr; content:\"a\""):
        h.write("r.rules", "alert smb any any -> any any (%s; sid:1;)\n" % text)
        h.exits("taken: " + text, 0, h.replay("--json", "c.pcap"))


a_file()
a_pipe()
calls()
refused()
h.finish()
