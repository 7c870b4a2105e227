"""Records of the application layer, whole, in the form of Suricata 8.0.8, of datagrams as they stand here."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../pcaps"))

from craft import files, talk  # noqa: E402
from harness import Harness  # noqa: E402

h = Harness()
CLIENT, SERVER = "10.1.0.5", "10.1.0.9"


def records(kind, port, datagrams):
    """`datagrams`: (0 of the client or 1, bytes in hexadecimal)."""
    t = talk.Talk()
    for sender, data in datagrams:
        ends = (SERVER, port, CLIENT, 40000) if sender else (CLIENT, 40000, SERVER, port)
        t.udp(*ends, bytes.fromhex(data))
    h.write("c.pcap", files.pcap(t.packets))
    h.write("r.rules", 'alert ip any any -> any any (msg:"none"; ip_proto:99; sid:1;)\n')
    p = h.replay("--records", kind, "--eve", "eve.json", "c.pcap")
    h.exits(kind + ": replayed", 0, p)
    with open("eve.json") as f:
        return [json.loads(line) for line in f]


def same(name, kind, port, datagrams, wanted):
    got = records(kind, port, datagrams)
    for i, (record, members) in enumerate(zip(got, wanted)):
        h.check("%s: record %d" % (name, i + 1), record[kind] == members, "%s\nnot %s" % (record[kind], members))
        h.check("%s: record %d: its side" % (name, i + 1), record["src_ip"] == (SERVER if datagrams[i][0] else CLIENT), record)
    h.check(name + ": records", len(got) == len(wanted), got)


IKE_CHOSEN = {"alg_enc": "EncAesCbc", "alg_enc_raw": 7, "sa_key_length": "Unknown", "sa_key_length_raw": 128, "alg_hash": "HashSha", "alg_hash_raw": 2, "alg_dh": "GroupAlternate1024BitModpGroup", "alg_dh_raw": 2, "alg_auth": "AuthPreSharedKey", "alg_auth_raw": 1, "sa_life_type": "LifeTypeSeconds", "sa_life_type_raw": 1, "sa_life_duration": "Unknown", "sa_life_duration_raw": 86400}

IKE_1 = [(0, "e47a591fd057587f00000000000000000110040000000000000000830400004f00000001000000010000004301010002030000280101000080010007800e008080"
             "0200028004000280030001800b0001000c000400015180000000130201000080010063001000036162630a0000064b4b0d0000064e4e0000000c76656e646f7231"
             "32"),
         (1, "e47a591fd057587fa00b8ef0902bb8ec01100400000000000000005e0a00003c00000001000000010000003001010001000000280101000080010007800e008080"
             "0200028004000280030001800b0001000c000400015180000000064d4d"),
         (0, "e47a591fd057587fa00b8ef0902bb8ec0810040100000000000000240000000868617368")]
IKE_1_RECORDS = [
    {"version_major": 1, "version_minor": 0, "init_spi": "e47a591fd057587f", "resp_spi": "0000000000000000", "message_id": 0, "exchange_type": 4,
     "payload": ["SecurityAssociation", "Proposal", "Transform", "KeyExchange", "Nonce", "VendorID"], "ikev1": {"doi": 1, "encrypted_payloads": False,
     "client": {"key_exchange_payload": "4b4b", "key_exchange_payload_length": 2, "nonce_payload": "4e4e", "nonce_payload_length": 2, "proposals":
     [IKE_CHOSEN, {"alg_enc": "Unknown", "alg_enc_raw": 99, "sa_group_order": "Unknown", "sa_group_order_raw": "616263"}]}, "server": {},
     "vendor_ids": ["76656e646f723132"]}},
    {"version_major": 1, "version_minor": 0, "init_spi": "e47a591fd057587f", "resp_spi": "a00b8ef0902bb8ec", "message_id": 0, "exchange_type": 4,
     **IKE_CHOSEN, "payload": ["SecurityAssociation", "Proposal", "Transform", "Nonce"], "ikev1": {"doi": 1, "encrypted_payloads": False, "client":
     {"key_exchange_payload": "4b4b", "key_exchange_payload_length": 2, "nonce_payload": "4e4e", "nonce_payload_length": 2}, "server":
     {"nonce_payload": "4d4d", "nonce_payload_length": 2}}},
    {"version_major": 1, "version_minor": 0, "init_spi": "e47a591fd057587f", "resp_spi": "a00b8ef0902bb8ec", "message_id": 0, "exchange_type": 4,
     **IKE_CHOSEN, "payload": ["Hash"], "ikev1": {"doi": 1, "encrypted_payloads": True}},
]

IKE_2 = [(0, "e47a591fd057587f0000000000000000212022080000000000000078220000300000002c010100040300000c0100000c800e008003000008020000050300000803"
             "00000c000000080400000e2800000a000e00004b4b2b0000064e4e2900000c76656e646f72313229000008000040040000000800001e61"),
         (1, "e47a591fd057587fa00b8ef0902bb8ec212022200000000000000070220000300000002c010100040300000c0100000c800e008003000008020000050300000803"
             "00000c000000080400000e2800000a000e00004b4b2b0000064e4e2900000c76656e646f723132000000080000000e"),
         (0, "e47a591fd057587fa00b8ef0902bb8ec2e20230800000000000000240000000878787878"),
         (0, "e47a591fd057587fa00b8ef0902bb8ec6320230800000000000000240000000878787878")]
IKE_2_RECORDS = [
    {"version_major": 2, "version_minor": 0, "init_spi": "e47a591fd057587f", "resp_spi": "0000000000000000", "message_id": 0, "exchange_type": 34,
     "role": "initiator", "payload": ["SecurityAssociation", "KeyExchange", "Nonce", "VendorID", "Notify", "Notify", "NoNextPayload"], "ikev2":
     {"errors": 1, "notify": ["NAT_DETECTION_SOURCE_IP", "NotifyType(7777 / 0x1e61)"]}},
    {"version_major": 2, "version_minor": 0, "init_spi": "e47a591fd057587f", "resp_spi": "a00b8ef0902bb8ec", "message_id": 0, "exchange_type": 34,
     "role": "responder", "alg_enc": "ENCR_AES_CBC", "alg_auth": "AUTH_HMAC_SHA2_256_128", "alg_prf": "PRF_HMAC_SHA2_256", "alg_dh": "Modp2048",
     "alg_esn": "NoESN", "payload": ["SecurityAssociation", "KeyExchange", "Nonce", "VendorID", "Notify", "NoNextPayload"], "ikev2": {"errors": 1,
     "notify": ["NO_PROPOSAL_CHOSEN"]}},
    {"version_major": 2, "version_minor": 0, "init_spi": "e47a591fd057587f", "resp_spi": "a00b8ef0902bb8ec", "message_id": 0, "exchange_type": 35,
     "role": "initiator", "payload": ["EncryptedAndAuthenticated", "NoNextPayload"], "ikev2": {"errors": 0}},
    {"version_major": 2, "version_minor": 0, "init_spi": "e47a591fd057587f", "resp_spi": "a00b8ef0902bb8ec", "message_id": 0, "exchange_type": 35,
     "role": "initiator", "payload": ["IkePayloadType(99 / 0x63)", "NoNextPayload"], "ikev2": {"errors": 0}},
]

same("IKE version 1", "ike", 500, IKE_1, IKE_1_RECORDS)
same("IKE version 2", "ike", 500, IKE_2, IKE_2_RECORDS)
h.finish()
