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


def datagram(text, source=4000, port=53, address="10.9.0.1"):
    return ethernet(0x0800, ipv4(17, struct.pack("!HHHH", source, port, 8 + len(text), 0) + text, source=address))


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


def reload_and_wait(engine, word, number=signal.SIGHUP):
    """A signal, until the log says `word` once more."""
    before = engine.said().count(word)
    engine.process.send_signal(number)
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
        rewrite(engine, PROBE.format(sid=4))
        reload_and_wait(engine, "1 rules are in use now", signal.SIGUSR2)
        send_frames(out, "slxa", [datagram(b"probe")])
        engine.wait_for(lambda: sids(engine) == [1, 2, 3, 4])
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


def slxi_wrong_rules_by_choice(world, sluice):
    """`keep` takes a set in which no more are wrong than in the one in use, `skip` any, `refuse` none."""
    out, sensor = pair(world)
    wrong = 'alert udp any any -> any 53 (contnet:"x"; sid:9;)\n'
    engine = Engine(sluice, sensor, PROBE.format(sid=1) + wrong)
    try:
        assert "running, 1 rules in use, 1 refused" in engine.said()
        rewrite(engine, PROBE.format(sid=7) + wrong)
        reload_and_wait(engine, "1 rules are in use now, 1 refused")
        rewrite(engine, PROBE.format(sid=2) + 2 * wrong)
        reload_and_wait(engine, "the rules in use stay: 2 rules are wrong, 1 in the set in use")
        assert "skip takes the others" in engine.said()
        assert "1 rules are in use now, 2 refused" in engine.reconfigure("run:\n", "run:\n  wrong-rules: skip\n")
        send_frames(out, "slxa", [datagram(b"probe")])
        engine.wait_for(lambda: sids(engine) == [2])
        rewrite(engine, wrong)
        reload_and_wait(engine, "the rules in use stay: no rule is left")
        rewrite(engine, PROBE.format(sid=3) + wrong)
        assert "the rules in use stay" in engine.reconfigure("wrong-rules: skip", "wrong-rules: refuse")
    finally:
        assert engine.stop() == 0, engine.said()
    p = sensor.run(sluice, "run", "-c", engine.config, check=False)
    assert p.returncode == 3 and "1 rules are wrong" in p.stderr and "contnet" in p.stderr, p
    assert not os.path.exists("/sys/fs/bpf/sluice")


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


def slxi_reload_keeps_what_rules_learn(world, sluice):
    """A dataset with a state file: saved by a reload and at the end, never forgotten in between; two workers."""
    out, sensor = pair(world)
    folder = os.path.join(os.environ["SLX_TEMP"], "datasets")
    os.mkdir(folder)
    file = os.path.join(folder, "seen")
    rule = 'alert udp any any -> any 53 (ip.src; dataset:set,seen,type ip,state seen; sid:{};)\n'
    start = lambda sid: Engine(sluice, sensor, rule.format(sid), f"dataset-directory: {folder}\n", options={"workers": 2})
    come = lambda *hosts: send_frames(out, "slxa", [datagram(b"x", source=4000 + i, address=f"10.9.0.{h}") for i, h in enumerate(hosts)])

    def saved():
        with open(file) as f:
            return f.read().split()

    engine = start(1)
    try:
        come(11, 12, 11)
        engine.wait_for(lambda: sids(engine) == [1, 1])
        assert not os.path.exists(file)
        rewrite(engine, rule.format(2))
        reload_and_wait(engine, "1 rules are in use now")
        assert saved() == ["10.9.0.11", "10.9.0.12"]
        come(11, 12, 13)
        engine.wait_for(lambda: sids(engine) == [1, 1, 2])
        rewrite(engine, rule.format(3) + "alert nonsense\n")
        reload_and_wait(engine, "the rules in use stay")
        come(12, 13, 14)
        engine.wait_for(lambda: sids(engine) == [1, 1, 2, 2])
    finally:
        assert engine.stop() == 0, engine.said()
    assert saved() == [f"10.9.0.{n}" for n in (11, 12, 13, 14)]
    engine = start(4)
    try:
        come(11, 14, 15)
        engine.wait_for(lambda: sids(engine) == [4])
        os.rename(folder, folder + ".gone")
    finally:
        assert engine.stop() == 1 and "seen" in engine.said().splitlines()[-1], engine.said()
    engine = start(5)
    assert "warning: dataset seen: no file may be written beside" in engine.said(), engine.said()
    engine.stop()


def pour(out, count, wait):
    """So many probes, 50 at a time."""
    frames = [datagram(b"probe %d" % i, 1024 + i) for i in range(50)]
    for _ in range(count // 50):
        send_frames(out, "slxa", frames, wait=wait)


def slxi_reload_loses_nothing(world, sluice):
    """At half the rate that the engine bears without reloads (a build with sanitizers bears little): each frame alerts, so that what
    the kernel has steered is what was alerted."""
    out, sensor = pair(world)
    rules = PROBE.format(sid=1) + "".join(
        f'alert tcp any any -> any 80 (content:"needle{i}"; content:"more{i}"; distance:2; sid:{i};)\n' for i in range(100, 2100))
    engine = Engine(sluice, sensor, rules)
    lost = lambda: ctl(sluice, engine, "stats")["capture"]["ring_full"]
    try:
        wait, before, sent = 0.001, -1, 0
        while (now := lost()) != before:
            wait, before, sent = wait * 2, now, sent + 8000
            pour(out, 8000, wait)
        start, base, first = time.time(), before, sent
        while time.time() < start + 6:
            engine.process.send_signal(signal.SIGHUP)
            pour(out, 4000, wait * 2)
            sent += 4000
        for _ in range(100):
            with open(engine.eve, "rb") as f:
                alerts = sum(b'"event_type":"alert"' in line for line in f)
            if alerts >= sent - base:
                break
            time.sleep(0.1)
        stats = ctl(sluice, engine, "stats")
        assert alerts == sent - base and lost() == base, (sent, base, alerts, stats["capture"])
        assert stats["interfaces"]["slxb"]["ways"]["steered"]["packets"] == sent, (sent, stats["interfaces"])
        done = engine.said().count("are in use now")
    finally:
        code = engine.stop()
    assert code == 0 and done >= 2, engine.said()
    print(f"  {sent - first} frames at {1 / (2 * wait) * 50:.0f} a second at most, {done} reloads of 2,001 rules, none lost", flush=True)


def slxi_eve_to_a_socket(world, sluice):
    """The reader comes late, goes, and comes again."""
    out, sensor = pair(world)
    path = os.path.join(os.environ["SLX_TEMP"], "eve.socket")
    engine = Engine(sluice, sensor, PROBE.format(sid=1), eve=f"unix:{path}")
    listener = socket.socket(socket.AF_UNIX)
    try:
        send_frames(out, "slxa", [datagram(b"probe")] * 3)
        engine.wait_for(lambda: "nobody reads" in engine.said())
        listener.bind(path)
        listener.listen()
        listener.settimeout(5)
        for _ in range(2):
            reader = listener.accept()[0]
            reader.settimeout(5)
            lines = reader.makefile()
            if _:
                send_frames(out, "slxa", [datagram(b"probe")] * 3)
            assert [json.loads(lines.readline())["alert"]["signature_id"] for _ in range(3)] == [1, 1, 1]
            reader.close()
            lines.close()
            if not _:
                send_frames(out, "slxa", [datagram(b"probe")] * 3)  # wait for the next reader
        assert ctl(sluice, engine, "stats")["eve"]["lost_records"] == 0
        assert "writing again, 0 records were lost" in engine.said()
    finally:
        listener.close()
        os.unlink(path)
        engine.stop()


def slxi_eve_disk_full(world, sluice):
    """A file system of 64 KiB: the run goes on, says what is lost, and writes again once there is room."""
    out, sensor = pair(world)
    folder = os.path.join(os.environ["SLX_TEMP"], "small")
    os.mkdir(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], check=True)
    eve = os.path.join(folder, "eve.json")
    try:
        engine = Engine(sluice, sensor, PROBE.format(sid=1), eve=eve, options={"eve-buffer": "32kb"})  # what waits must fit with room to spare
        engine.eve = eve
        try:
            for _ in range(20):
                send_frames(out, "slxa", [datagram(b"probe")] * 50)
            engine.wait_for(lambda: "records are lost from here on" in engine.said())
            assert "No space left on device" in engine.said()
            os.unlink(eve)
            ctl(sluice, engine, "reopen")
            engine.wait_for(lambda: "writing again" in engine.said())
            waiting = len(engine.records())
            send_frames(out, "slxa", [datagram(b"probe")] * 3)
            engine.wait_for(lambda: len(engine.records()) == waiting + 3)
            stats = ctl(sluice, engine, "stats")
            assert stats["detect"]["alert"] == 1003 and stats["eve"]["lost_records"] > 0, stats["eve"]
        finally:
            engine.stop()
    finally:
        subprocess.run(["umount", "-l", folder])


KEPT = {"run.user": (1 << 12 | 1 << 13 | 1 << 38 | 1 << 39 | 1 << 2), "root": (1 << 12 | 1 << 13 | 1 << 38 | 1 << 39 | 1 << 1)}


def capabilities(pid):
    """Of every thread: user, the capability sets, no_new_privs."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status") as f:
            lines = dict(line.strip("\n").split(":\t", 1) for line in f if ":\t" in line)
        found.append((lines["Uid"].split()[0], {k: int(lines[k], 16) for k in ("CapPrm", "CapEff", "CapInh", "CapBnd", "CapAmb")},
                      lines["NoNewPrivs"]))
    return found


def slxi_privileges_are_given_up(world, sluice):
    """Every thread: a few capabilities, another user, no new privileges. Alerts, reload, reopen, control and the end still work."""
    out, sensor = pair(world)
    for options, user, kept in (({}, "0", KEPT["root"]), ({"user": "nobody"}, "65534", KEPT["run.user"])):
        os.chmod(os.environ["SLX_TEMP"], 0o755)
        engine = Engine(sluice, sensor, PROBE.format(sid=1), options={"workers": 2, **options}, folder_mode=0o777)
        try:
            engine.wait_for(lambda: len(os.listdir(f"/proc/{engine.process.pid}/task")) == 5)  # main, which receives, two of the crew, reload, control
            threads = capabilities(engine.process.pid)
            for uid, sets, no_new in threads:
                assert (uid, no_new) == (user, "1"), threads
                assert sets["CapPrm"] == sets["CapEff"] == kept and sets["CapBnd"] & ~kept == 0 and not sets["CapAmb"], \
                    {k: hex(v) for k, v in sets.items()}
            print("  " + user, {k: hex(v) for k, v in threads[0][1].items()}, flush=True)
            rewrite(engine, PROBE.format(sid=2))
            os.rename(engine.eve, engine.eve + ".1")
            reload_and_wait(engine, "1 rules are in use now")
            send_frames(out, "slxa", [datagram(b"probe")])
            engine.wait_for(lambda: os.path.exists(engine.eve) and sids(engine) == [2])
            ctl(sluice, engine, "blocks", "add", "192.0.2.1")
            assert ctl(sluice, engine, "stats")["detect"]["alert"] == 1
        finally:
            assert engine.stop() == 0, engine.said()
        assert "warning" not in engine.said(), engine.said()
        assert "xdp" not in sensor.ip("link", "show", "dev", "slxb").stdout.split()


def slxi_service_manager_is_told(world, sluice):
    """Type=notify: ready, alive, reloading, ready again, stopping; lines with levels for the journal."""
    _, sensor = pair(world)
    path = os.path.join(os.environ["SLX_TEMP"], "notify")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    listener.settimeout(5)
    journal = 'JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2) exec "$@"'
    engine = Engine(sluice, sensor, PROBE.format(sid=1), before=["env", f"NOTIFY_SOCKET={path}", "sh", "-c", journal, "sh"])

    def next_state(but=()):
        while (state := listener.recv(200).decode()) in but:
            pass
        return state

    try:
        assert next_state(but=["WATCHDOG=1"]) == "READY=1"
        assert next_state() == "WATCHDOG=1"
        engine.process.send_signal(signal.SIGHUP)
        assert next_state(but=["WATCHDOG=1"]).startswith("RELOADING=1\nMONOTONIC_USEC=")
        assert next_state(but=["WATCHDOG=1"]) == "READY=1"
        rewrite(engine, "alert nonsense\n")
        reload_and_wait(engine, "<3>the rules in use stay")
        assert "<5>1 rules are in use now" in engine.said() and "<4>" in engine.said(), engine.said()
        assert next_state(but=["WATCHDOG=1"]).startswith("RELOADING=1")
        assert next_state(but=["WATCHDOG=1"]) == "READY=1"  # with the old ones
    finally:
        assert engine.stop() == 0
    assert next_state(but=["WATCHDOG=1"]) == "STOPPING=1"
    listener.close()


TESTS = [f for name, f in list(globals().items()) if name.startswith("slxi_")]


def ctl(sluice, engine, *args, code=0):
    """What the command says, as JSON."""
    p = subprocess.run([sluice, "ctl", "-s", engine.socket, *args, "--json"], capture_output=True, text=True, timeout=30)
    assert p.returncode == code, (args, p.returncode, p.stdout, p.stderr)
    return json.loads(p.stdout) if code == 0 else p.stderr


def slxi_ctl_asks_and_tells(world, sluice):
    out, sensor = pair(world)
    engine = Engine(sluice, sensor, PROBE.format(sid=1), options={"workers": 2})
    ask = lambda *args, code=0: ctl(sluice, engine, *args, code=code)
    try:
        send_frames(out, "slxa", [datagram(b"probe %d" % i, 4000 + i % 3) for i in range(30)])
        engine.wait_for(lambda: len(engine.records()) == 30)
        status = ask("status")
        assert (status["pid"], status["rules"], status["interfaces"]) == (engine.process.pid, 1, ["slxb"]), status
        stats = ask("stats")
        assert stats["decoder"]["pkts"] == 30 and stats["detect"]["alert"] == 30, stats
        assert stats["interfaces"]["slxb"]["ways"]["steered"]["packets"] == 30, stats["interfaces"]
        flows = ask("flows", "-n", "2")
        assert len(flows) == 2 and flows[0]["server_port"] == 53 and flows[0]["packets_to_server"] == 10, flows
        assert ask("blocks") == [] and ask("bypass") == []
        ask("blocks", "add", "10.9.0.1", "--for", "90s", "--sid", "7")
        (block,) = ask("blocks")
        assert block["target"] == "10.9.0.1" and 80 < block["expires_in"] <= 90 and block["sid"] == 7, block
        send_frames(out, "slxa", [datagram(b"probe")] * 5)
        assert ask("stats")["interfaces"]["slxb"]["ways"]["host_blocked"]["packets"] == 5
        ask("blocks", "remove", "10.9.0.1")
        assert ask("steering")["udp"] == "53"
        assert ask("steering", "set", "--udp", "53,5353", "--tcp", "none")["udp"] == "53,5353"
        assert "no such command" in ask("nonsense", code=1)
        for words in (["status"], ["stats"], ["flows"], ["blocks"], ["steering"]):
            p = subprocess.run([sluice, "ctl", "-s", engine.socket, *words], capture_output=True, text=True)
            assert p.returncode == 0, p.stderr
        p = subprocess.run([sluice, "ctl", "-s", "/nonexistent"], capture_output=True, text=True)
        assert p.returncode == 2, p
        p = subprocess.run([sluice, "ctl", "-s", "/nonexistent", "status"], capture_output=True, text=True)
        assert p.returncode == 1 and "does sluice run run there" in p.stderr, p
        ask("shutdown")
        assert engine.process.wait(10) == 0 and not os.path.exists(engine.socket)
    finally:
        engine.stop()


def slxi_ctl_reloads_and_reopens(world, sluice):
    out, sensor = pair(world)
    engine = Engine(sluice, sensor, PROBE.format(sid=1))
    try:
        rewrite(engine, PROBE.format(sid=2))
        assert ctl(sluice, engine, "reload")["rules"] == 1
        rewrite(engine, "alert udp any any -> any 53 (contnet:\"x\"; sid:4;)\n")
        p = subprocess.run([sluice, "ctl", "-s", engine.socket, "reload"], capture_output=True, text=True)
        assert p.returncode == 3 and "contnet" in p.stderr and "stay: no rule is left" in p.stderr, p
        assert ctl(sluice, engine, "status")["reload"]["refused_sets"] == 1
        with open(os.path.join(engine.folder, "rules", "latin.rules"), "wb") as f:  # no UTF-8, and more than is kept
            f.write(b"".join(b'alert udp any any -> any any (msg:"\xe9t\xe9 %s"; contnet\xe9:"x"; sid:%d;)\n' % (b"x" * 200, i)
                             for i in range(50, 100)))
        p = subprocess.run([sluice, "ctl", "-s", engine.socket, "reload"], capture_output=True, text=True)
        assert p.returncode == 3 and 'keyword: "contnet."' in p.stderr and "stay: " in p.stderr, p
        assert ctl(sluice, engine, "status")["reload"]["refused_sets"] == 2
        os.unlink(os.path.join(engine.folder, "rules", "latin.rules"))
        os.rename(engine.eve, engine.eve + ".1")
        ctl(sluice, engine, "reopen")
        engine.wait_for(lambda: os.path.exists(engine.eve))
        send_frames(out, "slxa", [datagram(b"probe")])
        engine.wait_for(lambda: sids(engine) == [2])
    finally:
        assert engine.stop() == 0, engine.said()


def slxi_ctl_bears_bad_clients(world, sluice):
    """Rubbish, endless lines, clients that do not read, more than fit: the socket answers the next one."""
    _, sensor = pair(world)
    engine = Engine(sluice, sensor, PROBE.format(sid=1))

    def client():
        s = socket.socket(socket.AF_UNIX)
        s.connect(engine.socket)
        s.settimeout(5)
        return s

    try:
        assert os.stat(engine.socket).st_mode & 0o7777 == 0o660
        for bad in (b"{\n", b"[]\n", b"\0\xff\n", b'{"command":7}\n', b'{"command":"flows","number":-1}\n', b"[" * 5000 + b"\n"):
            with client() as s:
                s.sendall(bad)
                answer = json.loads(s.makefile().readline())
                assert answer["ok"] is False and answer["error"], (bad, answer)
        with client() as s:  # more than a request may have
            try:
                for _ in range(64):
                    s.sendall(b"x" * 4096)
                assert s.recv(100) == b""
            except (BrokenPipeError, ConnectionResetError, ConnectionError):
                pass
        crowd = [client() for _ in range(40)]
        unread = client()
        unread.setblocking(False)
        try:
            for _ in range(20000):
                unread.send(b'{"command":"steering"}\n')
        except BlockingIOError:
            pass
        assert ctl(sluice, engine, "status")["rules"] == 1
        for s in crowd + [unread]:
            s.close()
        with client() as s:  # two requests at once, with ids
            s.sendall(b'{"id":1,"command":"reopen"}\n{"id":"b","command":"bypass"}\n')
            lines = s.makefile()
            assert [json.loads(lines.readline())["id"] for _ in range(2)] == [1, "b"]
    finally:
        assert engine.stop() == 0, engine.said()


def slxi_ctl_socket_is_taken_over(world, sluice):
    _, sensor = pair(world)
    engine = Engine(sluice, sensor, PROBE.format(sid=1))
    engine.process.kill()
    engine.process.wait()
    second = Engine(sluice, sensor, PROBE.format(sid=1), options={"control": engine.socket})
    try:
        second.socket = engine.socket
        assert ctl(sluice, second, "status")["pid"] == second.process.pid
    finally:
        assert second.stop() == 0
        engine.log.close()


TESTS = [f for name, f in list(globals().items()) if name.startswith("slxi_")]
