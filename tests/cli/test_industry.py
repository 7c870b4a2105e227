"""Protocols of plants: off as they are by default, on when a setting says so, and what their records hold."""
import json

from harness import Harness

h = Harness()

FLOWS = """flows:
  - client: 192.0.2.10:40001
    server: 198.51.100.5:502
    steps:
      - client: "|00 01 00 00 00 06 01 06 00 04 00 07|"
      - server: "|00 01 00 00 00 06 01 06 00 04 00 07|"
  - client: 192.0.2.10:40002
    server: 198.51.100.5:20000
    steps:
      - client: "|05 64 1a c4 02 00 03 00 40 f2 c0 c0 03 0c 01 28 01 00 01 00 03 01 64 00 00 00 ef 7d 64 00 00 00 00 00 5b|"
      - server: "|05 64 14 44 03 00 02 00 97 0b c0 c0 81 80 00 1e 01 00 00 00 01 05 00 00 00 c7 b4|"
  - client: 192.0.2.10:40003
    server: 198.51.100.5:44818
    steps:
      - client: "|65 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00|"
      - server: "|65 00 04 00 11 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00|"
      - client: "|6f 00 18 00 11 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02 00 00 00 00 00 b2 00 08 00 0e 03 20 01 24 02 30 07|"
      - server: "|6f 00 16 00 11 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02 00 00 00 00 00 b2 00 06 00 8e 00 01 01 06 01|"
"""
RULES = """alert modbus any any -> any any (modbus:access write holding, address 5, value 7; sid:1;)
alert dnp3 any any -> any any (dnp3_func:select; dnp3_obj:12,1; sid:2;)
alert enip any any -> any any (cip_service:14,1,7; sid:3;)
"""
h.write("plant.yaml", FLOWS)
h.write("plant.rules", RULES)
h.exits("a capture", 0, h.run("pcap", "make", "plant.yaml", "-o", "plant.pcap"))


def replay(*settings):
    p = h.run("replay", "--rules", "plant.rules", "--no-cache", "--json", "--eve", "-", "--records", "alert,flow,modbus,dnp3,enip",
              *(word for setting in settings for word in ("--set", "app-layer.protocols.%s" % setting)), "plant.pcap")
    lines = p.stdout.decode().splitlines()
    return p, [json.loads(line) for line in lines if line.startswith("{\"timestamp")]


def of(records, kind):
    return [r for r in records if r["event_type"] == kind]


p, records = replay()
h.exits("rules about what is off load", 0, p, "3 rules are about protocols that are off: app-layer.protocols.modbus.enabled")
h.check("... and nothing is told", not of(records, "alert") and not any("app_proto" in r for r in of(records, "flow") if r.get("app_proto") != "failed"), records)

p, records = replay("modbus.enabled=yes", "dnp3.enabled=yes", "enip.enabled=yes")
h.check("on, they alert", sorted(r["alert"]["signature_id"] for r in of(records, "alert")) == [1, 2, 3], records)
h.check("... and are told", sorted(r.get("app_proto") for r in of(records, "flow")) == ["dnp3", "enip", "modbus"], records)
h.check("no warning", b"are off" not in p.stderr, p.stderr)

modbus = of(records, "modbus")[0]["modbus"]
h.check("modbus", modbus["request"]["write"] == {"address": 4, "data": 7} and modbus["response"]["function_code"] == "WrSingleReg" and
        modbus["request"]["access_type"] == "WRITE | HOLDING | SINGLE | WRITE_SINGLE" and modbus["request"]["error_flags"] == "NONE", modbus)

select, response = (r["dnp3"] for r in of(records, "dnp3"))
h.check("dnp3, a request", select["type"] == "request" and select["application"]["objects"][0]["points"] == [
    {"prefix": 1, "index": 1, "op_type": 3, "qu": 0, "cr": 0, "tcc": 0, "count": 1, "ontime": 100, "offtime": 100, "status_code": 0, "reserved": 0}], select)
h.check("dnp3, a response", response["iin"] == {"indicators": ["device_restart"]} and response["application"]["objects"][0]["points"][0]["value"] == 5, response)

registered, asked = (r["enip"] for r in of(records, "enip"))
h.check("enip, a session", registered["request"] == {"command": "register_session", "status": "success", "register_session": {"protocol_version": 1, "options": 0}}, registered)
h.check("enip, a service", asked["request"]["cip"] == {"service": "Get Attributes Single", "path": [
    {"segment_type": "class", "value": 1}, {"segment_type": "instance", "value": 2}, {"segment_type": "attribute", "value": 7}], "class_name": "Identity"} and
        asked["response"]["cip"]["status_extended_meaning"] == "Ownership conflict", asked)

p, records = replay("modbus.enabled=detection-only")
h.check("told, and not parsed", not of(records, "alert") and not of(records, "modbus") and
        any(r.get("app_proto") == "modbus" for r in of(records, "flow")), records)
h.exits("no such choice", 2, replay("modbus.enabled=perhaps")[0], "yes, no or detection-only")

h.finish()
