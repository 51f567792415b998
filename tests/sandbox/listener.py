"""A webhook endpoint for tests: it keeps what it is sent and answers as it is told."""

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import stripe


class Listener:
    """`status` is what it answers from now on; while `pause` is cleared it does not answer at all."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.status = 200
        self.pause = threading.Event()
        self.pause.set()
        self.waiting = 0
        self.heard: list[tuple[bytes, str]] = []
        self.heard_at: list[float] = []
        self._server: ThreadingHTTPServer | None = None
        self.open()

    def open(self) -> None:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.waiting += 1
                listener.pause.wait(15)
                listener.heard_at.append(time.time())
                listener.heard.append((body, self.headers["Stripe-Signature"]))
                self.send_response(listener.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: object) -> None:
                """Keep the tests' output for the tests."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def events(self, secret: str) -> list[stripe.Event]:
        """Everything heard, each verified by the SDK as at the moment when it came."""
        return [
            stripe.Webhook.construct_event(body, mark, secret, tolerance=300 + round(time.time() - at))
            for (body, mark), at in zip(list(self.heard), list(self.heard_at), strict=False)
        ]


@dataclass
class Ear:
    """A listener and the endpoint that leads to it."""

    listener: Listener
    endpoint: stripe.WebhookEndpoint

    def events(self) -> list[stripe.Event]:
        return self.listener.events(str(self.endpoint.secret))
