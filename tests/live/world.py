"""Network namespaces, veth pairs and traffic for the live tests. Everything is named slxPID... and is gone at the end."""
import ctypes
import json
import os
import socket
import struct
import subprocess
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


class Skip(Exception):
    pass


def sh(*command, check=True, **options):
    p = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if check and p.returncode:
        raise RuntimeError(f"{' '.join(command)}: {p.stderr.strip() or p.stdout.strip()}")
    return p


class Namespace:
    """Sockets made inside stay inside, so that one process can hold both ends of a connection."""

    def __init__(self, world, name):
        self.name = f"slx{os.getpid()}{name}"
        sh("ip", "netns", "add", self.name)
        world.namespaces.append(self)
        self.ip("link", "set", "lo", "up")
        self.path = f"/run/netns/{self.name}"

    def ip(self, *args):
        return sh("ip", "-n", self.name, *args)

    def __enter__(self):
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        fd = os.open(self.path, os.O_RDONLY)
        if LIBC.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        os.close(fd)
        return self

    def __exit__(self, *_):
        LIBC.setns(self.home, CLONE_NEWNET)
        os.close(self.home)

    def run(self, *command, check=True, **options):
        return sh("nsenter", f"--net={self.path}", *command, check=check, **options)

    def sent(self, interface):
        """(packets, bytes) that the interface has sent."""
        link = json.loads(self.ip("-j", "-s", "link", "show", "dev", interface).stdout)[0]
        return link["stats64"]["tx"]["packets"], link["stats64"]["tx"]["bytes"]


class World:
    def __init__(self):
        self.namespaces = []

    def namespace(self, name):
        return Namespace(self, name)

    def pair(self, a, name_a, address_a, b, name_b, address_b, queues=1, mtu=1500):
        shape = ("mtu", str(mtu), "numrxqueues", str(queues), "numtxqueues", str(queues))
        sh("ip", "link", "add", name_a, "netns", a.name, *shape, "type", "veth", "peer", "name", name_b, "netns", b.name,
           *shape)
        for ns, name, address in ((a, name_a, address_a), (b, name_b, address_b)):
            # No IPv6 chatter of the kernel's own: counts are exact. Neither offloads: a frame is a frame.
            ns.run("sh", "-c", f"echo 1 >/proc/sys/net/ipv6/conf/{name}/disable_ipv6", check=False)
            ns.run("ethtool", "-K", name, "tx", "off", "gro", "on", check=False)
            ns.ip("link", "set", name, "mtu", str(mtu))
            if address:
                ns.ip("addr", "add", address, "dev", name)
            ns.ip("link", "set", name, "up")

    def close(self):
        for ns in self.namespaces:
            sh("ip", "netns", "del", ns.name, check=False)


def listen(ns, address, port):
    with ns:
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((address, port))
        s.listen(16)
    s.settimeout(3)
    return s


def connect(ns, address, port, timeout=3.0):
    with ns:
        s = socket.socket()
    s.settimeout(timeout)
    s.connect((address, port))
    return s


def talks(ns, server, timeout=3.0):
    """Whether a new connection to the listening socket carries bytes there and back."""
    try:
        client = connect(ns, *server.getsockname(), timeout=timeout)
    except OSError:
        return False
    peer = server.accept()[0]
    peer.settimeout(timeout)
    try:
        client.sendall(b"there")
        there = peer.recv(100)
        peer.sendall(b"back")
        return there == b"there" and client.recv(100) == b"back"
    except OSError:
        return False
    finally:
        client.close()
        peer.close()


def datagram_arrives(ns, target, to, port):
    """Whether a UDP datagram from the namespace gets to a socket in the other."""
    with target:
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        receiver.bind((to, port))
    receiver.settimeout(0.5)
    with ns:
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sender.sendto(b"hello", (to, port))
        return receiver.recv(100) == b"hello"
    except OSError:
        return False
    finally:
        sender.close()
        receiver.close()


def sender(ns, interface):
    """A socket that sends frames out of the interface."""
    with ns:
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        s.bind((interface, 0))
    return s


def send_frames(ns, interface, frames, wait=0.05):
    with sender(ns, interface) as s:
        for frame in frames:
            s.send(frame)
    time.sleep(wait)


def ethernet(kind, payload, tags=()):
    frame = b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01"
    for tag in tags:
        frame += struct.pack("!HH", 0x8100, tag)
    return frame + struct.pack("!H", kind) + payload


def tcp(source, destination):
    return struct.pack("!HHIIBBHHH", source, destination, 1, 2, 0x50, 0x10, 8192, 0, 0)


def ipv4(protocol, payload, fragment=0, source="10.9.0.1", number=1):
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), number, fragment, 64, protocol, 0) + \
        socket.inet_aton(source) + socket.inet_aton("10.9.0.2") + payload


def datagram(port, text, source_port=4000, source="10.9.0.1"):
    return ethernet(0x0800, ipv4(17, struct.pack("!HHHH", source_port, port, 8 + len(text), 0) + text, source=source))


def ipv6(next_header, payload):
    return struct.pack("!IHBB", 0x60000000, len(payload), next_header, 64) + \
        socket.inet_pton(socket.AF_INET6, "2001:db8::1") + socket.inet_pton(socket.AF_INET6, "2001:db8::2") + payload


def udp(port, text):
    return struct.pack("!HHHH", 4000, port, 8 + len(text), 0) + text


def conversation(port, says):
    """(to the server, frame) of a TCP connection from `port` to 80; the client speaks first, then in turns."""
    numbers = [1000, 9000]  # what each end sends next
    client, server = socket.inet_aton("10.9.0.1"), socket.inet_aton("10.9.0.2")

    def frame(side, flags, text=b""):
        ports, addresses = ((port, 80), client + server) if side == 0 else ((80, port), server + client)
        head = struct.pack("!HHIIBBHHH", *ports, numbers[side], numbers[1 - side] if flags & 0x10 else 0, 0x50, flags,
                           8192, 0, 0)
        packet = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(text), 1, 0, 64, 6, 0) + addresses + head + text
        numbers[side] += len(text) + (flags & 3 != 0)
        return side == 0, ethernet(0x0800, packet)

    yield frame(0, 2)
    yield frame(1, 0x12)
    yield frame(0, 0x10)
    for i, text in enumerate(says):
        yield frame(i % 2, 0x18, text)
        yield frame(1 - i % 2, 0x10)
    for side in (0, 1):
        yield frame(side, 0x11)
        yield frame(1 - side, 0x10)


def write_capture(path, frames):
    """A pcap file of (nanoseconds, frame)."""
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 1 << 18, 1))
        for at, frame in frames:
            f.write(struct.pack("<IIII", at // 10**9, at % 10**9, len(frame), len(frame)) + frame)
