"""The place of most live tests: a sender, and a sensor whose interface our program or engine is on."""
import json
import os

from harness import SLUICE


class Host:
    """Two namespaces and one pair: `out` sends, `sensor` has the program on slxb."""

    def __init__(self, world):
        self.out, self.sensor = world.namespace("a"), world.namespace("b")
        world.pair(self.out, "slxa", "10.9.0.1/24", self.sensor, "slxb", "10.9.0.2/24")

    def xdp(self, *args, check=True):
        return self.sensor.run(SLUICE, "xdp", *args, check=check)

    def json(self, *args):
        return json.loads(self.xdp(*args, "--json").stdout)

    def counters(self, name="slxb"):
        return next(i for i in self.json("status")["interfaces"] if i["interface"] == name)["counters"]

    def ways(self, name="slxb"):
        return {k: v["packets"] for k, v in self.counters(name)["ways"].items() if v["packets"]}


def leaves_nothing(host):
    assert host.xdp("detach", "--all").returncode == 0
    assert not os.path.exists("/sys/fs/bpf/sluice"), os.listdir("/sys/fs/bpf/sluice")
    assert "xdp" not in host.sensor.ip("link", "show", "dev", "slxb").stdout.split()
