"""The stats records of sluice run: every so often and at the end, with every counter that there is."""
from live_run import Engine
from world import send_frames
from live_verdict import RULES, datagram


def stats_are_written(sluice, host):
    """What the interface received is the sum of the ways; engine, verdicts and program tell of the same packets."""
    engine = Engine(sluice, host.sensor, RULES, "records: alert,stats\nstats:\n  interval: 1\n",
                    source="interface: slxb\n  workers: 2")
    try:
        engine.wait_for(lambda: engine.records("stats"), 8)
        send_frames(host.out, "slxa", [datagram(b"exploit"), datagram(b"probe", port=4001)])
        engine.wait_for(lambda: len(engine.records()) == 2)
        send_frames(host.out, "slxa", [datagram(b"more")] * 3)
        before = len(engine.records("stats"))
        engine.wait_for(lambda: len(engine.records("stats")) >= before + 2, 8)
    finally:
        code = engine.stop()
    assert code == 0, engine.said()
    records = engine.records("stats")
    stats, final = records[-2]["stats"], records[-1]["stats"]
    for s in (stats, final):
        ways = sum(w["packets"] for w in s["xdp"]["ways"].values())
        assert s["capture"]["kernel_packets"] == s["xdp"]["received"]["packets"] == ways, s["xdp"]
        assert s["xdp"]["ways"]["steered"]["packets"] == s["decoder"]["pkts"] == 2, s["decoder"]
        assert s["xdp"]["ways"]["flow_blocked"]["packets"] == 3, s["xdp"]
        assert s["capture"]["frames"] == 2 and s["capture"]["kernel_drops"] == 0, s["capture"]
        assert s["detect"]["alert"] == 2 and s["detect"]["rules"] == 3, s["detect"]
        assert s["verdict"]["blocked_flows"] == 1 and s["flow"]["total"] == 2, s
    assert (stats["flow"]["active"], final["flow"]["active"]) == (2, 0), (stats["flow"], final["flow"])
    assert stats["uptime"] >= 1 and [r["stats"]["uptime"] for r in records] == sorted(r["stats"]["uptime"] for r in records)
    times = [r["timestamp"] for r in records]
    assert times == sorted(times), times


STATS_TESTS = (stats_are_written,)
