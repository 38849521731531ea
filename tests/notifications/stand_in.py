"""Providers of a test's own: a real SMS gateway over HTTP that does all that real ones have done to their customers.

    with Gateway() as gateway: gateway.mode = "lies"

It keeps a log of what it was given and when, which is what the tests believe. Modes: fast; slow (pause seconds each); lies
(answers that it has taken it, and has lost it); hangs (takes it and does not answer); late (hangs up, and takes it only pause
seconds later, or when taking is set); silent (takes it and answers when nobody waits any more); page (takes it and answers
HTML); busy (429); broken (500 after it has taken it); refuses; twice (delivers it a second time by itself and reports both, the
first before its answer); away (closes the door).
"""

import datetime as dt
import hashlib
import hmac
import http.client
import json
import random
import socket
import threading
import time
from collections import Counter, defaultdict
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from portal.calls import TIMEOUT


class Gateway:
    def __init__(self, port: int | None = None, isIdempotent: bool = True):
        self.mode = "fast"
        self.pause = 0.0
        self.taking = threading.Event()
        self.isIdempotent = isIdempotent
        self.lock = threading.Lock()
        #: (when, reference, text) of every request to send.
        self.requests = []
        #: References that people have got a message of, once for each time.
        self.delivered = []
        #: What it took when nobody was there any more.
        self.late = []
        #: What it said it had taken, and has not.
        self.lost = set()
        #: What it calls a message, by our reference.
        self.calls_it = "their-{}"
        #: What it knows when it is asked.
        self.known = {}
        self.asked = []
        self.headers = []
        #: Where its reports go, and what signs them.
        self.reports_to = None
        self.secret = "a secret of the tests"
        #: By reference (when, HTTP status, reason) of every report.
        self.told = defaultdict(list)
        self.port = port
        self.server = None

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *_):
        self.close()

    def open(self) -> None:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                gateway.get(self)

            def do_POST(self):
                gateway.post(self)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        while self.server is None:
            port = self.port or random.randrange(20000, 32000)
            with suppress(OSError):
                self.server = Server(("127.0.0.1", port), Handler)
                self.port = port
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Go away; what it knows it still knows when it comes back."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None
            self.thread.join()

    def settings(self, **more) -> dict:
        return {
            "url": f"http://127.0.0.1:{self.port}/send",
            "headers": {"Authorization": "Bearer {secret}", "Idempotency-Key": "{reference}"},
            "fields": {
                "to": "{to}",
                "message": {"text": "{text}", "from": "{sender}"},
                "reference": "{reference}",
            },
            "sender": "Portal",
            "idPath": "messages.0.id",
            "statePath": "messages.0.state",
            "okStates": ["queued"],
            "refusedStates": ["invalid"],
            "statusURL": f"http://127.0.0.1:{self.port}/status?reference={{reference}}",
            "statusPath": "state",
            "absentStates": ["unknown"],
        } | more

    def get(self, handler) -> None:
        reference = parse_qs(urlsplit(handler.path).query).get("reference", [""])[0]
        with self.lock:
            self.asked.append(reference)
            state = self.known.get(reference, "unknown")
        self.answer(handler, 200, {"state": state})

    def post(self, handler) -> None:
        at = time.monotonic()
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        given = json.loads(body)
        reference = given["reference"]
        mode = self.mode
        with self.lock:
            self.requests.append((at, reference, given))
            self.headers.append(dict(handler.headers))
        if mode == "late":
            handler.connection.shutdown(socket.SHUT_RDWR)
            self.taking.wait(self.pause)
            self.late.append(reference)
        with self.lock:
            takes = mode not in ("busy", "refuses", "lies")
            if takes and not (self.isIdempotent and reference in self.known):
                self.delivered.append(reference)
            if mode == "lies":
                self.lost.add(reference)
            if mode not in ("busy", "refuses"):
                self.known[reference] = "queued"
        if mode in ("slow", "hangs"):
            time.sleep(self.pause)
        if mode == "silent":
            time.sleep(TIMEOUT + 1)
        if mode == "twice":
            self.report(reference)
        if mode == "page":
            self.answer(handler, 200, "<html><body>Please sign in</body></html>", "text/html")
        elif mode == "busy":
            self.answer(handler, 429, {"error": "slow down"})
        elif mode == "broken":
            self.answer(handler, 500, {"error": "oops"})
        elif mode in ("hangs", "late"):
            with suppress(OSError):
                handler.connection.close()
        else:
            state = "invalid" if mode == "refuses" else "queued"
            number = self.calls_it.format(reference)
            self.answer(handler, 200, {"messages": [{"id": number, "state": state}]})
        if mode == "twice":
            self.report(reference)

    def report(self, reference: str) -> None:
        """Tell that it was delivered just now, as reports come: signed, over HTTP."""
        when = dt.datetime.now(dt.UTC)
        url = urlsplit(self.reports_to)
        body = json.dumps({"reference": reference, "state": "delivered", "occurredAt": when.isoformat()})
        timestamp = str(int(when.timestamp()))
        signature = hmac.new(self.secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=TIMEOUT)
        connection.request("POST", url.path, body, {"X-Timestamp": timestamp, "X-Signature": signature})
        answer = connection.getresponse()
        said = json.loads(answer.read())
        connection.close()
        with self.lock:
            self.told[reference].append((when, answer.status, said.get("reason")))

    @staticmethod
    def answer(handler, status: int, body, kind: str = "application/json") -> None:
        text = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        with suppress(OSError):
            handler.send_response(status)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(text)))
            handler.send_header("Connection", "close")
            handler.end_headers()
            handler.wfile.write(text)
        handler.close_connection = True

    def texts(self) -> list[str]:
        return [given["message"]["text"] for _, _, given in self.requests]

    def twice(self) -> list[str]:
        return [reference for reference, times in Counter(self.delivered).items() if times > 1]

    def fullest_second(self) -> int:
        """The most requests that came in any one second."""
        times = sorted(at for at, _, _ in self.requests)
        most, first = 0, 0
        for last, at in enumerate(times):
            while at - times[first] >= 1:
                first += 1
            most = max(most, last - first + 1)
        return most
