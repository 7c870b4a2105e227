"""The place of inline mode: an engine as a bridge between a client and a server."""
import contextlib
import json
import socket
import subprocess
import sys

from harness import SLUICE
from live_run import Engine


INLINE_RULES = 'alert http any any -> any 80 (msg:"request"; http.uri; content:"/index"; sid:2000021;)\n' \
    'drop http any any -> any 80 (msg:"exploit"; http.uri; content:"/exploit"; sid:2000022;)\n' \
    'reject tcp any any -> any 80 (msg:"reset"; flow:to_server; content:"/reject"; sid:2000023;)\n' \
    'reject udp any any -> any 53 (msg:"no"; content:"refuse"; sid:2000024;)\n' \
    'drop udp any any -> any 53 (msg:"quietly"; dsize:5; content:"lose"; sid:2000025;)\n'
SO_RCVBUFFORCE = 33
POUR = """
import ctypes, os, select, socket, sys, time
ctypes.CDLL(None).setns(os.open(sys.argv[1], os.O_RDONLY), 0x40000000)
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("slxa", 0))
frame, pause, sent = eval(sys.argv[2]), float(sys.argv[3]), 0
print("begun", flush=True)
while not select.select([0], [], [], 0)[0]:
    for _ in range(30):
        sent += s.send(frame) > 0
    time.sleep(pause)
print(sent)
"""


class Bridge:
    """A client (`a`) and a server (`c`) with the engine between them (`m`): slxl is the client's side, slxr the server's."""

    def __init__(self, world):
        self.a, self.m, self.c = world.namespace("ya"), world.namespace("yb"), world.namespace("yc")
        world.pair(self.a, "slxa", "10.9.0.1/24", self.m, "slxl", None)
        world.pair(self.c, "slxc", "10.9.0.2/24", self.m, "slxr", None)

    def run(self, settings="", rules=None, verdict="", **options):
        return Engine(SLUICE, self.m, rules or INLINE_RULES, f"{settings}{verdict}checksums: auto\n",
                      source="mode: inline\n  pairs: [[slxl, slxr]]", **options)

    def counted(self, interface="slxc"):
        """A function that says how many IPv4 frames have come to the server by now, a moment of silence included."""
        with self.c:
            receiver = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
            receiver.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 256 << 20)
            receiver.bind((interface, 0x0800))
        receiver.settimeout(0.3)

        def count():
            came = 0
            try:
                while receiver.recv(2000):
                    came += 1
            except TimeoutError:
                return came
        return count

    @contextlib.contextmanager
    def pour(self, frame, pause=0.002):
        """Frames without end from the client, until the block is left; then `sent` of what it yields says how many."""
        process = subprocess.Popen([sys.executable, "-c", POUR, self.a.path, repr(frame), str(pause)], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        try:
            yield process
        finally:
            process.sent = int(process.communicate("stop")[0])

    def ways(self, name):
        interfaces = json.loads(self.m.run(SLUICE, "xdp", "status", "--json").stdout)["interfaces"]
        counters = next(i for i in interfaces if i["interface"] == name)["counters"]
        return {k: v["packets"] for k, v in counters["ways"].items() if v["packets"]}
