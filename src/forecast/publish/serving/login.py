"""Who a visitor is and what they may do, on jupyter_server's own IdentityProvider and Authorizer; sessions are kept here, not in the cookie."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from forecast.domain import Text
from forecast.installation import Installation
from forecast.people import LOGIN, People, Person, checked_name
from forecast.publish import shell, templating
from forecast.publish.words.vocabulary import sentence

COOKIE = "forecast-visitor"
WITHOUT_LOGIN = ("read", "try", "save")  # what anybody on this machine may do where nobody logs in
ADDRESS_ATTEMPTS = 4  # wrong passwords from one address, as many times those for one login
MOST_SESSIONS = 4096
_checking = asyncio.Semaphore(2)  # each password costs 64 MB for a twentieth of a second


@dataclass
class Visitor(User):
    """jupyter_server's user; `person` is who logged in, None where nobody has to."""

    person: Person | None = None

    def may(self, action: str) -> bool:
        """Whether the visitor may do what ACTIONS names."""
        return self.person.may(action) if self.person else action in WITHOUT_LOGIN


@dataclass
class Session:
    """What a cookie of a logged-in visitor stands for."""

    login: str
    token: str
    begun: float = field(default_factory=time.monotonic)
    seen: float = field(default_factory=time.monotonic)


class Entrance(IdentityProvider):
    """Says who asks: anybody (by a cookie that tells browsers apart), a session of the password list, or a trusted proxy's header."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        assert self.parent is not None
        self.told: Installation = self.parent.told
        self.people = People(self.told.path(self.told.login.people_file) or self.told.root / "people.json")
        self.sessions: dict[str, Session] = {}
        self.wrong: dict[str, deque[float]] = defaultdict(deque)
        self.guests: dict[str, Visitor] = {}  # of the audit, before anybody else is let in
        self.cookie_name = COOKIE
        self.cookie_options = {"samesite": "Lax", "httponly": True, "expires_days": None}
        self.get_secure_cookie_kwargs = {"max_age_days": 7}

    @property
    def auth_enabled(self) -> bool:
        return self.told.login.way != "none"

    @property
    def login_available(self) -> bool:
        return self.told.login.way == "password"

    def get_handlers(self) -> list[tuple[str, object]]:
        """None from here: the server lists them below its own path."""
        return []

    async def get_user(self, handler: web.RequestHandler) -> User | None:
        """The visitor of a request; None where a login is needed and there is none."""
        self.secure_cookie = is_secure(handler.request, self.told)
        if self.guests and (guest := self.guests.get(str(handler.get_cookie(COOKIE)))):
            return guest
        if self.told.login.way == "proxy":
            return self.of_proxy(handler)
        if self.told.login.way == "password":
            return self.of_session(handler)
        user = await self._get_user(handler)
        return user and _visitor(user.username, user.name, None)

    def enter_guest(self, role: str) -> str:
        """The cookie of a visitor whom only the audit knows."""
        code = secrets.token_hex(16)
        person = Person(code, "-", (role,)) if self.auth_enabled else None
        self.guests[code] = _visitor(code, "-", person)
        return f"{COOKIE}={code}"

    def of_proxy(self, handler: Any) -> Visitor | None:
        """Who the proxy says it is, from its own address only; roles are those of the list, else those of a reader."""
        login = handler.request.headers.get(self.told.login.user_header, "").strip().lower()
        if not is_trusted(peer_of(handler.request), self.told) or not LOGIN.match(login):
            return None
        if listed := self.people.get(login):
            return _visitor(login, listed.name, listed)
        name = handler.request.headers.get(self.told.login.name_header, "")
        try:
            name = checked_name(name.encode("latin-1", "ignore").decode("utf-8", "ignore") or login)
        except Exception:
            name = login
        return _visitor(login, name, Person(login, name, ("xem",)))

    def still(self, handler: Any) -> bool:
        """Whether whoever opened a socket is still logged in."""
        if not self.login_available or str(handler.get_cookie(COOKIE)) in self.guests:
            return True
        return self.of_session(handler) is not None

    def of_session(self, handler: Any) -> Visitor | None:
        """Who the session of the cookie belongs to, while it lasts and its password and roles are those it began with."""
        code = handler.get_signed_cookie(COOKIE, max_age_days=7)
        session = self.sessions.get(code.decode()) if code else None
        if code is None or session is None:
            return None
        if not self.lasts(session):
            self.sessions.pop(code.decode(), None)
            return None
        if getattr(handler, "keeps_session", True):
            session.seen = time.monotonic()
        person = self.people.get(session.login)
        return _visitor(session.login, person.name, person) if person else None

    def lasts(self, session: Session) -> bool:
        """Whether a session still holds."""
        now, told = time.monotonic(), self.told.login
        young = now - session.begun < told.session_hours * 3600 and now - session.seen < told.idle_minutes * 60
        return young and self.people.get(session.login) is not None and self.people.token(session.login) == session.token

    def begin(self, handler: Any, person: Person) -> None:
        """A new session with a code of its own; the cookie carries that code only."""
        for code in [code for code, session in self.sessions.items() if not self.lasts(session)]:
            del self.sessions[code]
        while len(self.sessions) >= MOST_SESSIONS:
            del self.sessions[min(self.sessions, key=lambda code: self.sessions[code].seen)]
        code = secrets.token_urlsafe(32)
        self.sessions[code] = Session(person.login, self.people.token(person.login))
        options = {**self.cookie_options, "path": handler.base_url, "secure": is_secure(handler.request, self.told)}
        handler.set_signed_cookie(COOKIE, code, **options)

    def end(self, handler: Any) -> None:
        """End the session of a request."""
        if code := handler.get_signed_cookie(COOKIE, max_age_days=7):
            self.sessions.pop(code.decode(), None)
        handler.clear_cookie(COOKIE, path=handler.base_url)

    def wait_minutes(self, *names: str) -> int:
        """How long a login or address must wait after too many wrong passwords; 0 where it need not."""
        told, now = self.told.login, time.monotonic()
        waits = [0]
        for name in names:
            most = told.most_attempts * (ADDRESS_ATTEMPTS if name.startswith("@") else 1)
            times = self.wrong[name]
            while times and now - times[0] > told.attempt_minutes * 60:
                times.popleft()
            if len(times) >= most:
                waits.append(1 + int((told.attempt_minutes * 60 - (now - times[0])) // 60))
            if not times:
                del self.wrong[name]
        return max(waits)

    def note_wrong(self, *names: str) -> None:
        """Count a wrong password against a login and an address."""
        for name in names:
            self.wrong[name].append(time.monotonic())
        while len(self.wrong) > MOST_SESSIONS:
            del self.wrong[next(iter(self.wrong))]


class Rights(Authorizer):
    """Whether a visitor may do something: a kernel is its opener's alone, everything else is in the table of roles."""

    async def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        if resource == "kernels":
            kernel = str(handler.path_kwargs.get("kernel_id", ""))
            owner = getattr(handler.kernel_manager, "owners", {}).get(kernel)
            return owner is not None and owner[0] == getattr(user, "username", None) and may(user, "try")
        return resource == "forecast" and may(user, action)


class LoginHandler(LoginFormHandler):
    """The page where a name and a password are typed, and what comes of it."""

    def _render(self, message: Any = None) -> None:
        told = message if isinstance(message, Text) else None
        where = self.get_argument("next", default=self.base_url)
        _say(self, told=told, next=where, leaving=False)

    @allow_unauthenticated
    async def post(self) -> None:
        entrance: Entrance = self.identity_provider  # type: ignore[assignment]
        login, password = self.get_body_argument("login", "").strip().lower()[:64], self.get_body_argument("password", "")
        counted = (login, f"@{client_of(self.request, entrance.told)}")
        if minutes := entrance.wait_minutes(*counted):
            self.set_status(429)
            self._render(sentence("login_wait", minutes=minutes))
            return
        entrance.note_wrong(*counted)  # counted before it is known, so that many at once are counted too
        async with _checking:
            person = await asyncio.to_thread(entrance.people.check, login, password)
        if person is None:
            self.set_status(401)
            self._render(sentence("login_wrong"))
            return
        for name in counted:
            if entrance.wrong.get(name):
                entrance.wrong[name].pop()
        entrance.begin(self, person)
        self._redirect_safe(self.get_argument("next", default=self.base_url))


class LogoutHandler(JupyterHandler):
    """End a session; only by a form of ours, so that no other site can do it."""

    @allow_unauthenticated
    def get(self) -> None:
        _say(self, told=None, next="", leaving=True)

    @allow_unauthenticated
    def post(self) -> None:
        self.identity_provider.end(self)  # type: ignore[attr-defined]
        self.redirect(self.base_url)


def _say(handler: Any, **values: Any) -> None:
    """The page of logging in and out."""
    page = templating.render("shared/login.html.j2", base=handler.base_url, xsrf=handler.xsrf_token.decode(), **values)
    handler.set_header("Cache-Control", "no-store")
    handler.finish(shell.document(page, "vi"))


def doors(handler: Any) -> list[str]:
    """The addresses beside the board that stand open to a visitor, as the board's links name them."""
    user = handler.current_user
    person = isinstance(user, Visitor) and user.person is not None
    open_to = {"bang_viec": person and may(user, "work"), "giay_to": may(user, "read")}
    open_to["logout"] = person and handler.identity_provider.login_available
    return [name for name, is_open in open_to.items() if is_open]


def address_of(handler: Any) -> str:
    """The board's own address, as the visitor's browser knows it."""
    secure = is_secure(handler.request, handler.settings["voila"].told)
    return f"{'https' if secure else 'http'}://{handler.request.host}{handler.base_url}"


def may(user: Any, action: str) -> bool:
    """Whether a visitor may do an action of the table."""
    return isinstance(user, Visitor) and user.may(action)


def require(handler: Any, action: str) -> None:
    """HTTPError 403 for a visitor whose roles do not allow an action."""
    if not may(handler.current_user, action):
        raise web.HTTPError(403, "no role for this")


def peer_of(request: Any) -> str:
    """The address at the other end of the connection; empty for a unix socket, whatever headers say."""
    address = getattr(getattr(request.connection, "context", None), "address", None)
    return str(address[0]) if isinstance(address, tuple) else ""


def is_trusted(peer: str, told: Installation) -> bool:
    """Whether a connection comes from a proxy that forecast.toml names, by its address or through our own socket."""
    if not peer:
        return bool(told.serve.socket) and f"unix:{told.path(told.serve.socket)}" in told.serve.trusted_proxies
    networks = [text for text in told.serve.trusted_proxies if not text.startswith("unix:")]
    return any(ipaddress.ip_address(peer.split("%")[0]) in ipaddress.ip_network(text) for text in networks)


def client_of(request: Any, told: Installation) -> str:
    """Who is counted for limits: the connection's address, or what a trusted proxy says stands behind it."""
    peer = peer_of(request)
    if is_trusted(peer, told):
        for text in reversed(_listed(request.headers.get("X-Forwarded-For", ""))):
            if not is_trusted(text, told):
                return text
    return peer


def is_secure(request: Any, told: Installation) -> bool:
    """Whether the visitor's own connection is encrypted: ours, or the trusted proxy's."""
    forwarded = is_trusted(peer_of(request), told) and request.headers.get("X-Forwarded-Proto") == "https"
    return bool(told.serve.certificate) or forwarded


def _listed(header: str) -> Sequence[str]:
    addresses = []
    for text in header[:1000].split(","):
        try:
            addresses.append(str(ipaddress.ip_address(text.strip())))
        except ValueError:
            continue
    return addresses


def _visitor(login: str, name: str, person: Person | None) -> Visitor:
    return Visitor(login, name, name, None, None, None, person)
