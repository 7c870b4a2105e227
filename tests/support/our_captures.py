"""The captures of our own rules: what signatures/tests describes, written by `sluice rule test --captures`."""
import glob
import os
import subprocess

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def make(sluice, folder):
    """Writes SID-alert.pcap, SID-miss.pcap, ... and manifest.tsv into the folder; its absolute path."""
    done = subprocess.run([os.path.abspath(sluice), "rule", "test", "signatures", "--captures", os.path.abspath(folder)], cwd=ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120)
    if done.returncode:
        raise RuntimeError("the captures could not be made: " + done.stdout.decode(errors="replace"))
    return os.path.abspath(folder)


def every(sluice, folder):
    """These and demo.pcap, in one order."""
    return sorted(glob.glob(os.path.join(make(sluice, folder), "*.pcap"))) + [os.path.join(ROOT, "pcaps", "demo.pcap")]
