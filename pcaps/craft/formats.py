"""pcaps/formats/: one short conversation in every kind of capture file and link type that replay reads.

Its client sends the output of the command id, so that sid 9000003 alerts once in each of them.
"""
import struct

from . import files, wire
from .registry import single
from .talk import INSIDE, OUTSIDE, Talk

ALERT = {9000003: 1}
LLC_SNAP = b"\xaa\xaa\x03\0\0\0"


def conversation():
    talk = Talk()
    text = b"uid=1000(alice) gid=1000(alice) groups=1000(alice),27(sudo)\n"
    talk.exchange(INSIDE, 49400, OUTSIDE, 4444, b"$ ", (b"id\n",), text)
    return talk.packets


def ip_packets():
    return [(when, frame[14:]) for when, frame in conversation()]


def wrapped(make):
    """The conversation with `make`(IP packet, is it from the client) in place of each Ethernet frame."""
    client = wire.address(INSIDE)
    return [(when, make(packet, packet[12:16] == client)) for when, packet in ip_packets()]


def sll(packet, from_client):
    """LINKTYPE_LINUX_SLL: packet type, ARPHRD type, address length, address, protocol."""
    return struct.pack("!HHH8sH", 4 if from_client else 0, 1, 6, b"\x02\0\x01\x02\x03\x04", 0x0800) + packet


def sll2(packet, from_client):
    """LINKTYPE_LINUX_SLL2: protocol, reserved, interface index, ARPHRD type, packet type, address length, address."""
    return struct.pack("!HHIHBB8s", 0x0800, 0, 2, 1, 4 if from_client else 0, 6, b"\x02\0\x01\x02\x03\x04") + packet


def wifi(packet, from_client):
    """An 802.11 data frame to the access point (or from it), unencrypted, with LLC and SNAP (RFC 1042)."""
    ap, station, other = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02", b"\x02\0\0\0\0\x03"
    addresses = ap + station + other if from_client else station + ap + other
    return struct.pack("<BBH", 0x08, 0x01 if from_client else 0x02, 0) + addresses + b"\x10\0" + LLC_SNAP + b"\x08\0" + packet


def radiotap(packet, from_client):
    """A radiotap header with one field (rate) in front of the 802.11 frame."""
    return struct.pack("<BBHIB", 0, 0, 9, 0x04, 2) + wifi(packet, from_client)


def null(packet, _):
    return struct.pack("<I", 2) + packet


def ppp(packet, _):
    return b"\xff\x03\0\x21" + packet


@single("formats/microseconds.pcap", "plain pcap, Ethernet", ALERT)
def microseconds():
    return files.pcap(conversation())


@single("formats/nanoseconds.pcap", "pcap with nanoseconds", ALERT)
def nanoseconds():
    return files.pcap([(when + 123, frame) for when, frame in conversation()], nanoseconds=True)


@single("formats/big-endian.pcap", "pcap in the other byte order", ALERT)
def big_endian():
    return files.pcap(conversation(), order=">")


@single("formats/two-interfaces.pcapng", "pcapng; the client on an interface in microseconds, the server on one in nanoseconds", ALERT)
def two_interfaces():
    client = wire.address(INSIDE)
    packets = [(when, int(frame[26:30] != client), frame) for when, frame in conversation()]
    return files.pcapng(packets, [files.ETHERNET, files.ETHERNET])


@single("formats/two-links.pcapng", "pcapng; the client on an Ethernet interface, the server on a raw IP one", ALERT)
def two_links():
    client = wire.address(INSIDE)
    packets = [(when, 0, frame) if frame[26:30] == client else (when, 1, frame[14:]) for when, frame in conversation()]
    return files.pcapng(packets, [files.ETHERNET, files.RAW_IP])


@single("formats/compressed.pcap.gz", "gzip", ALERT)
def gzip_file():
    return files.gzipped(files.pcap(conversation()))


@single("formats/compressed.pcap.xz", "xz", ALERT)
def xz_file():
    return files.xzed(files.pcap(conversation()))


@single("formats/compressed.pcap.zst", "Zstandard", ALERT)
def zstd_file():
    return files.zstded(files.pcap(conversation()))


@single("formats/truncated.pcap", "pcap cut in the middle of its last packet", ALERT)
def truncated():
    return files.pcap(conversation())[:-20]


@single("formats/linux-sll.pcap", "Linux cooked v1", ALERT)
def linux_sll():
    return files.pcap(wrapped(sll), files.LINUX_SLL)


@single("formats/linux-sll2.pcap", "Linux cooked v2", ALERT)
def linux_sll2():
    return files.pcap(wrapped(sll2), files.LINUX_SLL2)


@single("formats/raw-ip.pcap", "raw IP", ALERT)
def raw_ip():
    return files.pcap(ip_packets(), files.RAW_IP)


@single("formats/null.pcap", "BSD loopback", ALERT)
def bsd_null():
    return files.pcap(wrapped(null), files.NULL)


@single("formats/ppp.pcap", "PPP with address and control field", ALERT)
def ppp_link():
    return files.pcap(wrapped(ppp), files.PPP)


@single("formats/ieee802-11.pcap", "802.11", ALERT)
def ieee802_11():
    return files.pcap(wrapped(wifi), files.IEEE802_11)


@single("formats/radiotap.pcap", "802.11 with radiotap", ALERT)
def ieee802_11_radiotap():
    return files.pcap(wrapped(radiotap), files.RADIOTAP)
