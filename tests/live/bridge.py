"""The place of inline mode: an engine as a bridge between a client and a server."""
import json

from harness import SLUICE
from live_run import Engine


INLINE_RULES = 'alert http any any -> any 80 (msg:"request"; http.uri; content:"/index"; sid:2000021;)\n' \
    'drop http any any -> any 80 (msg:"exploit"; http.uri; content:"/exploit"; sid:2000022;)\n' \
    'reject tcp any any -> any 80 (msg:"reset"; flow:to_server; content:"/reject"; sid:2000023;)\n' \
    'reject udp any any -> any 53 (msg:"no"; content:"refuse"; sid:2000024;)\n' \
    'drop udp any any -> any 53 (msg:"quietly"; dsize:5; content:"lose"; sid:2000025;)\n'


class Bridge:
    """A client (`a`) and a server (`c`) with the engine between them (`m`): slxl is the client's side, slxr the server's."""

    def __init__(self, world):
        self.a, self.m, self.c = world.namespace("ya"), world.namespace("yb"), world.namespace("yc")
        world.pair(self.a, "slxa", "10.9.0.1/24", self.m, "slxl", None)
        world.pair(self.c, "slxc", "10.9.0.2/24", self.m, "slxr", None)

    def run(self, settings="", rules=None, verdict=""):
        return Engine(SLUICE, self.m, rules or INLINE_RULES, f"{settings}{verdict}checksums: auto\n",
                      source="mode: inline\n  pairs: [[slxl, slxr]]")

    def ways(self, name):
        interfaces = json.loads(self.m.run(SLUICE, "xdp", "status", "--json").stdout)["interfaces"]
        counters = next(i for i in interfaces if i["interface"] == name)["counters"]
        return {k: v["packets"] for k, v in counters["ways"].items() if v["packets"]}
