"""A virtual machine with a newer kernel, for what no device of this one can do: virtio-net has AF_XDP zero copy from
Linux 6.16 on. QEMU emulates the processor: no KVM, no module, no interface of the host. The guest runs out of memory
(an initramfs made here) and obeys its serial line; frames go in through a socket.
"""
import glob
import lzma
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import time

MODULES = ("failover", "net_failover", "virtio_net", "xsk_diag")  # in this order
QEMU = "qemu-system-x86_64"
PACKAGES = {QEMU: "qemu-system-x86", "busybox": "busybox-static", "ss": "iproute2", "dpkg-deb": "dpkg"}
INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin PS1=
mount -t proc p /proc; mount -t sysfs s /sys; mount -t devtmpfs d /dev; mount -t tmpfs t /tmp
mount -t bpf b /sys/fs/bpf
stty -echo
for m in /modules/*.ko; do insmod $m; done
ip link set lo up; ip link set eth0 up
echo READY
exec sh
"""


def missing_packages():
    return [package for tool, package in PACKAGES.items() if not shutil.which(tool)]


def apt(folder, *arguments):
    """apt on lists of its own: the machine's are left as they are."""
    options = [f"-oDir::Etc::SourceList={folder}/sources.list", "-oDir::Etc::SourceParts=/dev/null",
               f"-oDir::State::Lists={folder}/lists", f"-oDir::Cache={folder}/cache", "-oAPT::Sandbox::User=root"]
    p = subprocess.run([arguments[0], *options, *arguments[1:]], cwd=folder, text=True, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE)
    if p.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {p.stderr.strip()}")
    return p.stdout


def mirror():
    """Where this machine gets Debian from. Its keys are those that apt trusts anyway."""
    out = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(COMPONENT) $(RELEASE)",
                          "Created-By: Packages"], check=True, text=True, stdout=subprocess.PIPE).stdout
    with open("/etc/os-release") as f:
        name = re.search(r"VERSION_CODENAME=(\w+)", f.read()).group(1)
    for line in out.splitlines():
        where, component, release = line.split(" ")
        if component == "main" and release in (name, "stable"):
            return where
    raise RuntimeError(f"apt knows of no main archive of {name}")


def fetch_kernel(into, suite="trixie-backports", flavour="cloud-amd64"):
    """The newest kernel of the suite, unpacked and not installed. Later ones are cut into several packages."""
    with tempfile.TemporaryDirectory() as folder:
        for part in ("lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(folder, part))
        with open(os.path.join(folder, "sources.list"), "w") as f:
            f.write(f"deb {mirror()} {suite} main\n")
        apt(folder, "apt-get", "-qq", "update")
        depends = lambda package: re.findall(r"linux-[^ ,|\n]+", "".join(
            re.findall(r"^Depends: (.*)$", apt(folder, "apt-cache", "show", package), re.M)))
        image = next(p for p in depends(f"linux-image-{flavour}") if p.startswith("linux-image-"))
        parts = [p for p in depends(image) if p.startswith(("linux-binary-", "linux-modules-"))]
        apt(folder, "apt-get", "-qq", "download", *(sorted(set(parts)) or [image]))
        shutil.rmtree(into, ignore_errors=True)
        os.makedirs(into + ".part", exist_ok=True)
        for package in glob.glob(os.path.join(folder, "*.deb")):
            subprocess.run(["dpkg-deb", "-x", package, into + ".part"], check=True)
        os.rename(into + ".part", into)


def kernel_files(folder):
    """(the image, its modules in order)"""
    find = lambda name: glob.glob(os.path.join(folder, "**", name), recursive=True)
    return find("vmlinuz*")[0], [find(f"{m}.ko*")[0] for m in MODULES]


def libraries(program):
    """Paths of what the program is linked with, the loader included."""
    out = subprocess.run(["ldd", program], check=True, text=True, stdout=subprocess.PIPE).stdout
    return re.findall(r"(/\S+) \(0x", out)


def archive(entries):
    """A cpio archive (newc) of {path: content}; None is a folder."""
    out = bytearray()
    folders = {p[:i]: None for p in entries for i, letter in enumerate(p) if letter == "/"}
    entries = {**dict(sorted(folders.items())), **entries}
    for number, (path, content) in enumerate([*entries.items(), ("TRAILER!!!", b"")], 1):
        mode = 0o40755 if content is None else 0o100755
        fields = (number, mode, 0, 0, 1, 0, len(content or b""), 0, 0, 0, 0, len(path) + 1, 0)
        out += b"070701" + b"".join(b"%08X" % f for f in fields) + path.encode() + b"\0"
        out += b"\0" * (-len(out) % 4) + (content or b"")
        out += b"\0" * (-len(out) % 4)
    return bytes(out)


def initramfs(kernel, programs, files):
    """Busybox, the programs with their libraries, the files {path in the guest: bytes}, the kernel's modules."""
    def read(path):
        with open(path, "rb") as f:
            return f.read()
    entries = {"init": INIT.encode(), "bin/busybox": read(shutil.which("busybox"))}
    entries.update({folder: None for folder in ("proc", "sys", "dev", "tmp")})
    for program in programs:
        entries["bin/" + os.path.basename(program)] = read(program)
        entries.update({path.lstrip("/"): read(path) for path in libraries(program)})
    for number, path in enumerate(kernel_files(kernel)[1]):
        raw = read(path)
        entries[f"modules/{number}.ko"] = lzma.decompress(raw) if path.endswith(".xz") else raw
    return archive({**entries, **files})


class Guest:
    """A running machine. run() gives a command to its shell; send() gives a frame to its eth0."""

    def __init__(self, kernel, initial, folder, memory=768):
        disk, net = os.path.join(folder, "initramfs"), os.path.join(folder, "net")
        with open(disk, "wb") as f:
            f.write(initial)
        # -cx16 and one thread: QEMU 7.2 crashes guests without.
        self.process = subprocess.Popen(
            [QEMU, "-accel", "tcg,thread=single", "-cpu", "max,-cx16", "-smp", "2", "-m", str(memory), "-nodefaults",
             "-kernel", kernel_files(kernel)[0], "-initrd", disk, "-display", "none", "-serial", "stdio", "-no-reboot",
             "-append", "console=ttyS0 quiet panic=-1 ipv6.disable=1", "-netdev",
             f"stream,id=n0,server=on,addr.type=unix,addr.path={net}", "-device",
             "virtio-net-pci,netdev=n0,mac=02:00:00:00:00:02,disable-legacy=on,iommu_platform=on"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.console = ""
        self.read_until("READY", 120)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(net)

    def read_until(self, word, seconds):
        """What the serial line said before the word."""
        deadline, seen = time.time() + seconds, ""
        while word not in seen:
            if self.process.poll() is not None or time.time() > deadline:
                raise RuntimeError(f"the guest never said {word}; its console: {self.console[-3000:]}")
            part = (self.process.stdout.read() or b"").decode(errors="replace").replace("\r", "")
            self.console, seen = self.console + part, seen + part
            if not part:
                time.sleep(0.01)
        return seen[:seen.rindex(word)].strip()

    def run(self, command, seconds=60):
        self.process.stdin.write(f"{command}\necho =END=\n".encode())
        self.process.stdin.flush()
        return self.read_until("=END=", seconds)

    def wait_for(self, command, enough, seconds=60):
        """The command's output, once enough(output)."""
        deadline = time.time() + seconds
        while True:
            out = self.run(command)
            if enough(out):
                return out
            if time.time() > deadline:
                raise RuntimeError(f"waited in vain for {command}: {out}")

    def send(self, frame):
        """Waits while the guest takes none: nothing is lost on the way."""
        self.socket.sendall(struct.pack("!I", len(frame)) + frame)

    def close(self):
        """The socket goes last: QEMU crashes when its peer leaves while frames wait."""
        if self.process.poll() is None:
            self.process.stdin.write(b"poweroff -f\n")
            self.process.stdin.flush()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.socket.close()
