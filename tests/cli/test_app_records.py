"""Records of the application layer, whole, in the form of Suricata 8.0.8, of datagrams and segments as they stand here."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../pcaps"))

from craft import files, talk  # noqa: E402
from harness import Harness  # noqa: E402

h = Harness()
CLIENT, SERVER = "10.1.0.5", "10.1.0.9"


def records(kind, port, pieces, tcp):
    """`pieces`: (0 of the client or 1, bytes in hexadecimal)."""
    t = talk.Talk()
    c = t.connect(CLIENT, 40000, SERVER, port) if tcp else None
    for sender, data in pieces:
        ends = (SERVER, port, CLIENT, 40000) if sender else (CLIENT, 40000, SERVER, port)
        data = bytes.fromhex(data)
        if not tcp:
            t.udp(*ends, data)
        elif sender:
            c.reply(data)
        else:
            c.send(data)
    h.write("c.pcap", files.pcap(t.packets))
    h.write("r.rules", 'alert ip any any -> any any (msg:"none"; ip_proto:99; sid:1;)\n')
    p = h.replay("--records", kind, "--set", "app-layer.protocols.pgsql.enabled=yes", "--eve", "eve.json", "c.pcap")
    h.exits(kind + ": replayed", 0, p)
    with open("eve.json") as f:
        return [json.loads(line) for line in f]


def same(name, kind, port, pieces, wanted, tcp=False):
    got = records(kind, port, pieces, tcp)
    for i, (record, members) in enumerate(zip(got, wanted)):
        h.check("%s: record %d" % (name, i + 1), record[kind] == members, "%s\nnot %s" % (record[kind], members))
        if not tcp:
            h.check("%s: record %d: its side" % (name, i + 1), record["src_ip"] == (SERVER if pieces[i][0] else CLIENT), record)
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

RDP_PLAIN = [(0, "030000241fe00000000000436f6f6b69653a206d737473686173683d4137303036370d0a"),
             (1, "030000130ed00000000000021b080000000000"),
             (0, "0300019a02f0807f6582018e0401010401010101ff30190201220201020201000201010201000201010202ffff020102301902010102010102010102"
                 "010102010002010102020420020102301c0202ffff0202fc170202ffff0201010201000201010202ffff0201020482012d000500147c000181240008"
                 "00100001c00044756361811601c0d200040008008004600301ca03aa09040000280a000049005300440032002d004b004d0038003400310037003800"
                 "000000000000000004000000000000000c00000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
                 "00000000000000000000000000000000000000000000000001ca0100000000000f0007000100350035003200370034002d004f0045004d002d003000"
                 "3000310031003900300033002d003000300031003000370000000000000000000000000000000000000004c00c00090000000000000002c00c000b00"
                 "00000000000003c02c00030000007264706472000000000080c0636c697072647200000080c0726470736e640000000080c0"),
             (0, "0300018e02f0807f658201820401010401010101ff30190201220201020201000201010201000201010202ffff020102301902010102010102010102"
                 "010102010002010102020420020102301c0202ffff0202fc170202ffff0201010201000201010202ffff02010204820121000500147c000181180008"
                 "00100001c00044756361810a01c0ea00040008008004600301ca03aa09040000280a00004800f6007300740000000000000000000000000000000000"
                 "000000000000000004000000010000000c00000069006d00650000000000000000000000000000000000000000000000000000000000000000000000"
                 "00000000000000000000000000000000000000000000000001ca0700090000000f0007002100350035003200370034002d004f0045004d002d003000"
                 "3000310031003900300033002d00300030003100300037000000000000000000000000000000000000000600030000002c010000c80000005a009600"
                 "00008c00000003c02000020000006f6e650000000000000080c074776f0000000000000080c0"),
             (0, "0300010a02f0807f658200fe0401010401010101ff30190201220201020201000201010201000201010202ffff020102301902010102010102010102"
                 "010102010002010102020420020102301c0202ffff0202fc170202ffff0201010201000201010202ffff0201020482009d000500147c000180940008"
                 "00100001c00044756361808601c08600090000008004600301ca03aa563412000100000049005300440032002d004b004d0038003400310037003800"
                 "000000000000000063000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
                 "00000000000000000000000000000000000000000000000003ca"),
             (1, "0300005002f0807f66460a0100020100301a020122020103020100020101020100020101020300fff80201020422000500147c00012a14760a010100"
                 "01c0004d63446e0c010c0c000400080000000000")]
RDP_PLAIN_RECORDS = [
    {"tx_id": 1, "event_type": "initial_request", "cookie": "A70067"},
    {"tx_id": 2, "event_type": "initial_response", "server_supports": ["extended_client_data", "dynvc_gfx", "restricted_admin",
     "redirected_authentication"], "protocol": "rdp"},
    {"tx_id": 3, "event_type": "connect_request", "client": {"version": "v5", "desktop_width": 1152, "desktop_height": 864, "color_depth": 15,
     "keyboard_layout": "en-US", "build": "Windows XP", "client_name": "ISD2-KM84178", "keyboard_type": "enhanced", "function_keys": 12, "product_id":
     1, "capabilities": ["support_errinfo_pdf"], "id": "55274-OEM-0011903-00107"}, "channels": ["rdpdr", "cliprdr", "rdpsnd"]},
    {"tx_id": 4, "event_type": "connect_request", "client": {"version": "v5", "desktop_width": 1152, "desktop_height": 864, "color_depth": 15,
     "keyboard_layout": "en-US", "build": "Windows XP", "client_name": "H\u00f6st", "keyboard_type": "enhanced", "keyboard_subtype": 1,
     "function_keys": 12, "ime": "ime", "product_id": 7, "serial_number": 9, "capabilities": ["support_errinfo_pdf", "valid_connection_type"], "id":
     "55274-OEM-0011903-00107", "connection_hint": "lan", "physical_width": 300, "physical_height": 200, "desktop_orientation": 90, "scale_factor":
     150, "device_scale_factor": 140}, "channels": ["one", "two"]},
    {"tx_id": 5, "event_type": "connect_request", "client": {"version": "unknown", "desktop_width": 1152, "desktop_height": 864, "color_depth": 16,
     "keyboard_layout": "unknown", "build": "unknown", "client_name": "ISD2-KM84178"}},
    {"tx_id": 6, "event_type": "connect_response"},
]

RDP_TLS = [(0, "0300002c27e00000000000436f6f6b69653a206d737473686173683d4137303036370d0a0103080003000000"),
           (1, "030000130ed000000000000200080002000000"),
           (0, "160301007b010000770303000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f000008c02fc030009c002f010000460000"
               "0014001200000f7777772e6578616d706c652e636f6d000a00060004001d0017000b00020100000d000800060403080404010010000e000c02683208"
               "687474702f312e31"),
           (1, "16030300310200002d0303202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f00c02f000005ff01000100160303038e0b"
               "00038a0003870001c2308201be30820127a003020102020400aabbcc300d06092a864886f70d01010b0500302d31163014060355040a0c0d4578616d"
               "706c652054727573743113301106035504030c0a4578616d706c65204341301e170d3235303130313030303030305a170d3237313233313233353935"
               "395a301a3118301606035504030c0f7777772e6578616d706c652e636f6d30819f300d06092a864886f70d010101050003818d0030818902818100c1"
               "c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1"
               "c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1"
               "c1c1c1c1c1c1c10203010001300d06092a864886f70d01010b0500038181005555555555555555555555555555555555555555555555555555555555"
               "555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555"
               "5555555555555555555555555555555555555555555555555555555555555555555555555555550001bf308201bb30820124a003020102020101300d"
               "06092a864886f70d01010b0500302d31163014060355040a0c0d4578616d706c652054727573743113301106035504030c0a4578616d706c65204341"
               "301e170d3235303130313030303030305a170d3237313233313233353935395a301a3118301606035504030c0f7777772e6578616d706c652e636f6d"
               "30819f300d06092a864886f70d010101050003818d0030818902818100c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1"
               "c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1"
               "c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c10203010001300d06092a864886f70d01010b0500038181"
               "005555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555"
               "555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555"
               "55555555555555555516030300040e000000")]
RDP_TLS_RECORDS = [
    {"tx_id": 1, "event_type": "initial_request", "cookie": "A70067", "flags": ["restricted_admin_mode_required",
     "redirected_authentication_mode_required"]},
    {"tx_id": 2, "event_type": "initial_response", "protocol": "hybrid"},
    {"tx_id": 3, "event_type": "tls_handshake", "x509_serials": ["aabbcc", "1"]},
]

RDP_REFUSED = [(0, "0300000b06e00000000000"),
               (1, "030000130ed000000000000300080005000000")]
RDP_REFUSED_RECORDS = [
    {"tx_id": 1, "event_type": "initial_request"},
    {"tx_id": 2, "event_type": "initial_response", "error_code": 5, "reason": "hybrid required by server"},
]

NTP = [(0, "230206ec00000000000000007f000001000000000000000000000000000000000000000000000000e001020304050607"),
       (1, "1c0106ec000000000000000047505300000000000000000000000000000000000000000000000000e001020304050607")]
NTP_RECORDS = [{"version": 4, "mode": 3, "stratum": 2, "reference_id": "7f:00:00:01"}, {"version": 3, "mode": 4, "stratum": 1, "reference_id": "47:50:53:00"}]

DHT = [(0, "64313a6164323a696432303a6162636465666768696a3031323334353637383965313a71343a70696e67313a74323a6161313a79313a7165"),
       (1, "64313a7264323a696432303a6d6e6f707172737475767778797a31323334353665313a74323a6161313a79313a7265"),
       (0, "64313a6164323a696432303a6162636465666768696a30313233343536373839363a74617267657432303a6d6e6f707172737475767778797a3132333435366531"
           "3a71393a66696e645f6e6f6465313a74323a6161313a79313a7165"),
       (1, "64313a7264323a696432303a6d6e6f707172737475767778797a313233343536353a6e6f64657332363a6d6e6f707172737475767778797a313233343536010203"
           "041ae1363a6e6f6465733633383a6162636465666768696a30313233343536373839000102030405060708090a0b0c0d0e0f1ae265313a74323a6161313a79313a"
           "7265"),
       (0, "64313a6164323a696432303a6162636465666768696a3031323334353637383931323a696d706c6965645f706f7274693165393a696e666f5f6861736832303a6d"
           "6e6f707172737475767778797a313233343536343a706f7274693638383165353a746f6b656e333a746f6b65313a7131333a616e6e6f756e63655f70656572313a"
           "74323a6262313a76343a55540102313a79313a7165"),
       (1, "64313a7264323a696432303a6d6e6f707172737475767778797a313233343536353a746f6b656e333a746f6b363a76616c7565736c363a090807061ae131383a00"
           "0102030405060708090a0b0c0d0e0f00506565313a74323a6161313a79313a7265"),
       (1, "64313a656c693230316531353a412047656e65726963204572726f7265313a74323a6161313a79313a6565"),
       (0, "64313a6164323a6964333a61626365313a71343a70696e67313a79313a7165")]
DHT_RECORDS = [
    {"transaction_id": "6161", "request_type": "ping", "request": {"id": "6162636465666768696a30313233343536373839"}},
    {"transaction_id": "6161", "response": {"id": "6d6e6f707172737475767778797a313233343536"}},
    {"transaction_id": "6161", "request_type": "find_node", "request": {"id": "6162636465666768696a30313233343536373839", "target":
     "6d6e6f707172737475767778797a313233343536"}},
    {"transaction_id": "6161", "response": {"id": "6d6e6f707172737475767778797a313233343536", "nodes": [{"id":
     "6d6e6f707172737475767778797a313233343536", "ip": "1.2.3.4", "port": 6881}], "nodes6": [{"id": "6162636465666768696a30313233343536373839", "ip":
     "0001:0203:0405:0607:0809:0a0b:0c0d:0e0f", "port": 6882}]}},
    {"transaction_id": "6262", "client_version": "55540102", "request_type": "announce_peer", "request": {"id":
     "6162636465666768696a30313233343536373839", "info_hash": "6d6e6f707172737475767778797a313233343536", "token": "746f6b", "implied_port": 1,
     "port": 6881}},
    {"transaction_id": "6161", "response": {"id": "6d6e6f707172737475767778797a313233343536", "values": [{"ip": "9.8.7.6", "port": 6881}, {"ip":
     "0001:0203:0405:0607:0809:0a0b:0c0d:0e0f", "port": 80}], "token": "746f6b"}},
    {"transaction_id": "6161", "error": {"num": 201, "msg": "A Generic Error"}},
    {"transaction_id": "", "request_type": "ping", "request": {"id": "616263"}},
]

PGSQL_START = "0000002000030000" + b"user\0bob\0database\0shop\0\0".hex()
PGSQL_READY = "5a0000000549"
PGSQL = [(0, "0000000804d2162f"), (1, b"N".hex()), (0, PGSQL_START), (1, "520000000c00000005" + b"salt".hex()),
         (0, "700000000b" + b"secret\0".hex()),
         (1, "520000000800000000" + "5300000018" + b"server_version\0".hex() + b"14.1\0".hex() + "4b0000000c0000004d00000063" + PGSQL_READY),
         (0, "5100000014" + b"select * from t\0".hex()),
         (1, "540000001a0001" + b"a\0".hex() + "00" * 18 + "440000000b0001000000" + "0178" + "430000000d" + b"SELECT 1\0".hex() + PGSQL_READY),
         (0, "510000000a" + b"nope;\0".hex()),
         (1, "4500000024" + b"SERROR\0C42601\0Msyntax error\0P1\0\0".hex() + PGSQL_READY),
         (0, "5100000009" + b"copy\0".hex()), (1, "4700000009000001" + "0000"), (0, "6400000009" + b"row1\n".hex() + "6300000004"),
         (1, "430000000b" + b"COPY 1\0".hex() + PGSQL_READY), (0, "5800000004")]
PGSQL_RECORDS = [
    {"tx_id": 1, "request": {"message": "SSL Request"}, "response": {"ssl_accepted": False}},
    {"tx_id": 2, "request": {"protocol_version": "3.0", "startup_parameters": {"user": "bob", "optional_parameters": [{"database": "shop"}]}},
     "response": {"authentication_md5_password": "salt"}},
    {"tx_id": 3, "request": {"password_redacted": True}, "response": {"parameter_status": [{"server_version": "14.1"}], "process_id": 77, "secret_key": 99,
     "message": "authentication_ok"}},
    {"tx_id": 4, "request": {"simple_query": "select * from t"}, "response": {"row_description_malformed": False, "field_count": 1, "data_rows": 1, "data_size": 1,
     "command_completed": "SELECT 1"}},
    {"tx_id": 5, "request": {"simple_query": "nope;"}, "response": {"severity_localizable": "ERROR", "code": "42601", "message": "syntax error", "position": "1"}},
    {"tx_id": 6, "request": {"simple_query": "copy"}, "response": {"copy_in_response": {"malformed": False, "columns": 1}}},
    {"tx_id": 7, "request": {"copy_data_in": {"msg_count": 1, "data_size": 5}, "message": "copy_done"}, "response": {"data_rows": 1, "data_size": 5,
     "command_completed": "COPY 1"}},
    {"tx_id": 8, "request": {"message": "termination_message"}},
]

POP3 = [(1, b"+OK ready\r\n".hex()), (0, b"PASS secret\r\n".hex()), (1, b"-ERR no\r\n".hex()), (0, b"TOP 1 2\r\n".hex()),
        (1, b"+OK here\r\nFrom: a@b\r\n\r\n..x\r\n.\r\n".hex()), (0, b"AUTH PLAIN\r\n".hex()), (1, b"+ \r\n".hex()), (0, b"AGE=\r\n".hex()), (1, b"+OK\r\n".hex())]
POP3_RECORDS = [
    {"response": {"success": True, "status": "OK", "header": "ready", "data": []}},
    {"request": {"command": "PASS", "args": ["secret"]}, "response": {"success": False, "status": "ERR", "header": "no", "data": []}},
    {"request": {"command": "TOP", "args": ["1", "2"]}, "response": {"success": True, "status": "OK", "header": "here", "data": ["From: a@b", "", ".x"]}},
    {"request": {"command": "AUTH", "args": ["PLAIN"]}, "response": {"success": True, "status": "OK", "header": "", "data": []}},
    {"request": {"command": "<SASL DATA>", "args": []}, "response": {"success": True, "status": "OK", "header": "", "data": []}},
]

same("IKE version 1", "ike", 500, IKE_1, IKE_1_RECORDS)
same("IKE version 2", "ike", 500, IKE_2, IKE_2_RECORDS)
same("RDP", "rdp", 3389, RDP_PLAIN, RDP_PLAIN_RECORDS, True)
same("RDP in TLS", "rdp", 3389, RDP_TLS, RDP_TLS_RECORDS, True)
same("RDP refused", "rdp", 3389, RDP_REFUSED, RDP_REFUSED_RECORDS, True)
same("NTP", "ntp", 123, NTP, NTP_RECORDS)
same("DHT", "bittorrent_dht", 6881, DHT, DHT_RECORDS)
same("PostgreSQL", "pgsql", 5432, PGSQL, PGSQL_RECORDS, True)
same("POP3", "pop3", 110, POP3, POP3_RECORDS, True)
h.finish()
