"""A small HTTP server in a namespace and a client for it: one request a connection, plain sockets."""
import socket
import struct
import threading


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class Web:
    """Answers every request with the same body, until closed; `seen` holds the requests."""

    def __init__(self, namespace, address, port, body):
        self.body, self.seen = body, []
        with namespace:
            self.socket = socket.socket(family(address))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        self.socket.listen(16)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer = self.socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.answer, args=(peer,), daemon=True).start()

    def answer(self, peer):
        peer.settimeout(5)
        request = b""
        try:
            while b"\r\n\r\n" not in request:
                more = peer.recv(4096)
                if not more:
                    return
                request += more
            self.seen.append(request)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                         % len(self.body) + self.body)
        except OSError:
            pass
        finally:
            peer.close()

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def fetch(namespace, address, port, path, headers="", timeout=5.0):
    """The body of the answer; raises OSError where there is none."""
    with namespace:
        s = socket.socket(family(address))
    s.settimeout(timeout)
    try:
        s.connect((address, port))
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: test\r\n{headers}\r\n".encode())
        answer = bytearray()
        while more := s.recv(65536):
            answer += more
        return bytes(answer.split(b"\r\n\r\n", 1)[1])
    finally:
        s.close()


def pings(namespace, address, timeout=2.0):
    """Whether an ICMP echo is answered."""
    with namespace:
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    s.settimeout(timeout)
    body = struct.pack("!HH", 7, 1)
    check = 0xffff - sum(struct.unpack("!3H", b"\x08\0" + body))
    try:
        s.sendto(b"\x08\0" + struct.pack("!H", check) + body, (address, 0))
        while True:
            answer = s.recv(100)
            if answer[20] == 0 and answer[24:28] == body:
                return True
    except OSError:
        return False
    finally:
        s.close()
