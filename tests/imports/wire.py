"""What can happen between a worker and a source: a proxy that cuts, hangs or lies, and a server that means harm."""

import socket
import struct
import threading
from contextlib import suppress

from tests.mariadb import free_port

SSL = 0x0800


class Listener:
    """A server of one's own on a free port; every connection gets a thread.

    >>> with Proxy(mariadb.port, cut=5000) as proxy: source(port=proxy.port)
    """

    def __enter__(self):
        self.port = free_port()
        self.seen = b""
        self.connections = 0
        self.over = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", self.port))
        self.open = []
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for one in [self.listening, *self.open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def accept(self) -> None:
        while not self.over.is_set():
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(client)
            threading.Thread(target=self.serve, args=[client], daemon=True).start()

    def serve(self, client) -> None:
        raise NotImplementedError


class Silent(Listener):
    """Accepts, and says nothing."""

    def serve(self, client) -> None:
        self.over.wait()


class Web(Listener):
    """Not a database at all."""

    def serve(self, client) -> None:
        with suppress(OSError):
            client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" * 20)


class Proxy(Listener):
    """Passes on what a server says: so many bytes of it, then it cuts or hangs."""

    def __init__(self, port: int, cut: int | None = None, hang: int | None = None, strips_tls: bool = False):
        self.target = port
        self.cut = cut
        self.hang = hang
        self.strips_tls = strips_tls
        self.felt = 0
        self.passed = 0

    def serve(self, client) -> None:
        server = socket.create_connection(("127.0.0.1", self.target))
        self.open.append(server)
        threading.Thread(target=self.pump, args=[client, server], daemon=True).start()
        with suppress(OSError):
            if self.strips_tls:
                client.sendall(without_tls(server.recv(65536)))
            while data := server.recv(65536):
                for limit, act in ((self.cut, self.break_off), (self.hang, self.over.wait)):
                    if limit is not None and self.passed + len(data) >= limit:
                        client.sendall(data[: max(limit - self.passed, 0)])
                        self.felt += 1
                        act()
                        self.close(client, server)
                        return
                self.passed += len(data)
                client.sendall(data)
        self.close(client, server)

    def pump(self, client, server) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                self.seen += data[:4096]
                server.sendall(data)
        self.close(client, server)

    def break_off(self) -> None:
        """Nothing is said to either side."""

    @staticmethod
    def close(*ends) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Hostile(Listener):
    """Lets everybody in and then wants a file, or the password in clear."""

    def __init__(self, wants: str):
        self.wants = wants

    def serve(self, client) -> None:
        with suppress(OSError, IndexError, struct.error):
            self.send(client, 0, greeting())
            number = self.receive(client)
            if self.wants == "password":
                self.send(client, number + 1, b"\xfemysql_clear_password\0")
                self.receive(client)
                return
            self.send(client, number + 1, b"\x00\x00\x00\x02\x00\x00\x00")
            while True:
                self.receive(client)
                self.send(client, 1, b"\xfb/etc/passwd")

    def receive(self, client) -> int:
        header = client.recv(4, socket.MSG_WAITALL)
        size = header[0] | header[1] << 8 | header[2] << 16
        self.seen += client.recv(size, socket.MSG_WAITALL)
        return header[3]

    @staticmethod
    def send(client, number: int, payload: bytes) -> None:
        client.sendall(struct.pack("<I", len(payload))[:3] + bytes([number]) + payload)


def greeting() -> bytes:
    capabilities = 0x0200 | 0x8000 | 0x0008 | 0x00080000
    return (
        b"\x0a8.0.36\0" + struct.pack("<I", 7) + b"a" * 8 + b"\0" + struct.pack("<H", capabilities & 0xFFFF)
        + b"\x2d\x02\x00" + struct.pack("<H", capabilities >> 16) + b"\x15" + b"\0" * 10 + b"b" * 12 + b"\0"
        + b"mysql_native_password\0"
    )  # fmt: skip


def without_tls(packet: bytes) -> bytes:
    """A server's greeting that does not offer TLS."""
    end = packet.index(b"\0", 5)
    place = end + 1 + 4 + 8 + 1
    (flags,) = struct.unpack_from("<H", packet, place)
    return packet[:place] + struct.pack("<H", flags & ~SSL) + packet[place + 2 :]
