"""Browsers that stay connected and ask for one page again and again; started as a process by test_page.py.

    python -m tests.bench.visitors 127.0.0.1 20001 3.0 'what the page says' 'portal=token' 'portal=token' …

One connection a cookie. Prints pages a second; anything but a 200 that says what it should ends it with status 1.
"""

import socket
import sys
import time
from threading import Thread


class Visitor(Thread):
    """Sockets without a library, so that little of the machine goes to asking."""

    def __init__(self, host: str, port: int, seconds: float, expected: str, cookie: str):
        super().__init__(daemon=True)
        self.connection = socket.create_connection((host, port), timeout=10)
        self.request = f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\nUser-Agent: bench\r\nCookie: {cookie}\r\n\r\n".encode()
        self.seconds = seconds
        self.expected = expected.encode()
        self.pages = 0
        self.wrong = None

    def run(self) -> None:
        try:
            until = time.monotonic() + self.seconds
            while time.monotonic() < until:
                self.connection.sendall(self.request)
                head, body = self.answer()
                assert head.startswith(b"HTTP/1.1 200 ") and self.expected in body, head + body
                self.pages += 1
        except (OSError, ValueError, AssertionError) as error:
            self.wrong = error

    def answer(self) -> tuple[bytes, bytes]:
        received = self.more()
        while b"\r\n\r\n" not in received:
            received += self.more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self.more()
        return head, body

    def more(self) -> bytes:
        received = self.connection.recv(65536)
        assert received, "the server closed the connection"
        return received


def main(host: str, port: str, seconds: str, expected: str, *cookies: str) -> None:
    visitors = [Visitor(host, int(port), float(seconds), expected, cookie) for cookie in cookies]
    began = time.monotonic()
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    wrong = [visitor.wrong for visitor in visitors if visitor.wrong]
    if wrong:
        sys.exit(f"{len(wrong)} of {len(visitors)} visitors: {wrong[0]!r:.2000}")
    print(sum(visitor.pages for visitor in visitors) / (time.monotonic() - began))


if __name__ == "__main__":
    main(*sys.argv[1:])
