"""sluice run while it runs: rules read anew under load, sets that are refused, the control socket, EVE elsewhere, privileges."""
import json
import os
import signal
import socket
import struct
import subprocess
import time

from live_run import Engine
from world import Skip, ethernet, ipv4, send_frames

PROBE = 'alert udp any any -> any 53 (msg:"probe"; content:"probe"; sid:{sid};)\n'


def datagram(text, source=4000, port=53):
    return ethernet(0x0800, ipv4(17, struct.pack("!HHHH", source, port, 8 + len(text), 0) + text))


def pair(world):
    """The namespace that sends on slxa, and the one of the engine, on slxb."""
    out, sensor = world.namespace("a"), world.namespace("b")
    world.pair(out, "slxa", "10.9.0.1/24", sensor, "slxb", "10.9.0.2/24")
    return out, sensor


def rewrite(engine, rules):
    with open(os.path.join(engine.folder, "rules", "test-own.rules"), "w") as f:
        f.write(rules)


def sids(engine):
    return [r["alert"]["signature_id"] for r in engine.records()]


def reload_and_wait(engine, word):
    """SIGHUP, until the log says `word` once more."""
    before = engine.said().count(word)
    engine.process.send_signal(signal.SIGHUP)
    engine.wait_for(lambda: engine.said().count(word) > before, 20)


def slxi_reload_changes_rules(world, sluice):
    out, sensor = pair(world)
    engine = Engine(sluice, sensor, PROBE.format(sid=1))
    try:
        send_frames(out, "slxa", [datagram(b"probe")])
        engine.wait_for(lambda: sids(engine) == [1])
        rewrite(engine, PROBE.format(sid=2) + PROBE.format(sid=3))
        reload_and_wait(engine, "2 rules are in use now")
        send_frames(out, "slxa", [datagram(b"probe")])  # of the same flow
        engine.wait_for(lambda: sids(engine) == [1, 2, 3])
    finally:
        assert engine.stop() == 0, engine.said()


def slxi_reload_refuses_a_bad_set(world, sluice):
    out, sensor = pair(world)
    engine = Engine(sluice, sensor, PROBE.format(sid=1))
    try:
        rewrite(engine, PROBE.format(sid=2) + "alert udp any any -> any 53 (contnet:\"x\"; sid:4;)\n")
        reload_and_wait(engine, "the rules in use stay: 1 rules are wrong")
        assert 'no such keyword: "contnet"' in engine.said()
        os.rename(os.path.join(engine.folder, "rules", "test-own.rules"), os.path.join(engine.folder, "gone"))
        reload_and_wait(engine, "the rules in use stay")
        with open(engine.config, "a") as f:
            f.write("  nonsense: 1\n")
        reload_and_wait(engine, "the rules in use stay")
        send_frames(out, "slxa", [datagram(b"probe")])
        engine.wait_for(lambda: sids(engine) == [1])
    finally:
        assert engine.stop() == 0, engine.said()


def slxi_reload_rereads_steering(world, sluice):
    out, sensor = pair(world)
    engine = Engine(sluice, sensor, 'alert udp any any -> any any (content:"probe"; sid:1;)\n')
    try:
        send_frames(out, "slxa", [datagram(b"probe", port=5353)])
        with open(engine.config) as f:
            text = f.read()
        with open(engine.config, "w") as f:
            f.write(text.replace("udp: 53\n", "udp: 5353\n"))
        reload_and_wait(engine, "rules are in use now")
        send_frames(out, "slxa", [datagram(b"probe"), datagram(b"probe", port=5353)])
        engine.wait_for(lambda: engine.records())
        assert [r["dest_port"] for r in engine.records()] == [5353], engine.records()
    finally:
        assert engine.stop() == 0, engine.said()


def slxi_reload_loses_nothing(world, sluice):
    """Every frame alerts, before and after: what the kernel steered is what was alerted."""
    out, sensor = pair(world)
    rules = PROBE.format(sid=1) + "".join(
        f'alert tcp any any -> any 80 (content:"needle{i}"; content:"more{i}"; distance:2; sid:{i};)\n' for i in range(100, 2100))
    engine = Engine(sluice, sensor, rules)
    frames = [datagram(b"probe %d" % i, 1024 + i % 5000) for i in range(400)]
    sent = 0
    try:
        deadline = time.time() + 5
        reloads = 0
        while time.time() < deadline:
            if sent % 4000 == 0:
                engine.process.send_signal(signal.SIGHUP)
                reloads += 1
            for at in range(0, len(frames), 50):
                send_frames(out, "slxa", frames[at:at + 50], wait=0.002)
            sent += len(frames)
        engine.wait_for(lambda: len(engine.records()) >= sent, 10)
        done = engine.said().count("are in use now")
    finally:
        code = engine.stop()
    assert code == 0, engine.said()
    assert f"sluice: {sent} frames, {sent} alerts" in engine.said(), (sent, engine.said())
    assert done >= 2, (reloads, engine.said())
    print(f"  {sent} frames, {done} reloads of 2,001 rules, {sent} alerts", flush=True)


TESTS = [f for name, f in list(globals().items()) if name.startswith("slxi_")]
