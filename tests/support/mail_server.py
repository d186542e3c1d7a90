"""A mail server on this machine that speaks STARTTLS and wants a login, for the tests only; its certificate is no secret."""

from __future__ import annotations

import base64
import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("mail_test.pem")
USER, PASSWORD = "du_bao", "mật khẩu thử"


class _Session(socketserver.StreamRequestHandler):
    """One conversation, as far as a client that sends one letter needs it."""

    def handle(self) -> None:
        self.safe = self.known = False
        self._say("220 localhost")
        while line := self.rfile.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            if verb.upper() == "QUIT":
                return self._say("221 bye")
            getattr(self, f"_{verb.lower()}", self._unknown)(rest)

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.connection.close()

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _unknown(self, rest: str) -> None:
        self._say("502 no such command")

    def _ehlo(self, rest: str) -> None:
        self._say("250-localhost\r\n250 AUTH PLAIN" if self.safe else "250-localhost\r\n250 STARTTLS")

    def _starttls(self, rest: str) -> None:
        self._say("220 go ahead")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        self.rfile.close()
        self.wfile.close()
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.safe = True

    def _auth(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.split()[-1]).decode().split("\0")
        self.known = self.safe and (user, password) == (USER, PASSWORD)
        self._say("235 welcome" if self.known else "535 no")

    def _mail(self, rest: str) -> None:
        self._say("250 ok" if self.known else "530 5.7.0 Authentication required")

    def _rcpt(self, rest: str) -> None:
        self._say("250 ok")

    _rset = _rcpt

    def _data(self, rest: str) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.server.letters.append(message_from_bytes(b"".join(lines)))
        self._say("250 taken")


@contextlib.contextmanager
def mail_server() -> Iterator[tuple[int, list[Message]]]:
    """The port it listens on and the letters it took."""
    with socketserver.ThreadingTCPServer(("localhost", 0), _Session) as server:
        server.letters = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], server.letters
        server.shutdown()
