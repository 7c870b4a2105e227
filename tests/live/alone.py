"""A mount namespace of our own around a live test, for a BPF file system of our own; skips with a reason where that may not be."""
import os
import shutil
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


# Where a run notes what it has changed of interfaces (setup_state.h) is another one than the machine's, too.
MOUNTS = 'mount -t bpf bpf /sys/fs/bpf && mkdir -p /run/sluice && mount -t tmpfs tmpfs /run/sluice && exec "$@"'


def skip(reason):
    print(f"skipped: {reason}\n0 passed, 0 failed")
    sys.exit(0)


def alone(*tools):
    """Starts the program again, in there; returns when it is."""
    if "SLX_MOUNTS" in os.environ:
        return
    if os.geteuid() != 0:
        skip("the live tests need root")
    missing = [t for t in ("ip", "ethtool", "nsenter", "unshare", *tools) if not shutil.which(t)]
    if missing:
        skip(f"not installed: {' '.join(missing)}")
    if subprocess.run(["unshare", "-m", "mount", "-t", "bpf", "bpf", "/sys/fs/bpf"], capture_output=True).returncode:
        skip("no BPF file system may be mounted here")
    os.environ["SLX_MOUNTS"] = "1"
    os.execvp("unshare", ["unshare", "-m", "sh", "-c", MOUNTS, "sh",
                          sys.executable, os.path.abspath(sys.argv[0])] + sys.argv[1:])


def program(*flavours):
    """The sluice to test: $SLUICE, or the first flavour that is built."""
    paths = (os.path.join(ROOT, "build", flavour, "sluice") for flavour in flavours or ("asan", "release"))
    return os.environ.get("SLUICE") or next((os.path.abspath(p) for p in paths if os.path.exists(p)), "sluice")
