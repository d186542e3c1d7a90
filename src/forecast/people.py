"""Who may do what: the roles, what each allows, and the list of people with their passwords (argon2) in one file.

The table ROLES is the only one: server, commands and documents read it. Nobody holds a right that no role gives.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast import files
from forecast.domain import Text, because
from forecast.errors import InstallationError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}\Z")
LONGEST_NAME = 80
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 256
MOST_BYTES = 4 * 1024 * 1024
PERSON = "FORECAST_PERSON"  # in the environment of a kernel: who opened it

ACTIONS = {
    "read": Text("xem các trang và tài liệu", "read the pages and papers"),
    "try": Text("thử kịch bản, không lưu", "try scenarios, without saving"),
    "save": Text("lưu kịch bản", "save scenarios"),
    "work": Text("mở Bảng việc", "open the work page"),
    "take_in": Text("nhập số liệu và hoàn lại", "take figures in and undo it"),
    "run": Text("chạy lại dự báo", "run the forecasts again"),
    "review": Text("ký thẩm định", "sign a review"),
    "publish": Text("công bố và cho hiện lại bản trước", "publish and roll back"),
}
_READER = ("read", "try")
ROLES = {
    "xem": _READER,
    "nhap_lieu": (*_READER, "work", "take_in"),
    "phan_tich": (*_READER, "save", "work", "run"),
    "tham_dinh": (*_READER, "save", "work", "review"),
    "cong_bo": (*_READER, "work", "publish"),
}
NAMES = {
    "xem": Text("xem", "reader"),
    "nhap_lieu": Text("nhập liệu", "data entry"),
    "phan_tich": Text("phân tích", "analyst"),
    "tham_dinh": Text("thẩm định", "reviewer"),
    "cong_bo": Text("công bố", "publisher"),
}


@dataclass(frozen=True)
class Person:
    """Somebody who has logged in, or may: `login` is unique, `name` stands under signatures."""

    login: str
    name: str
    roles: tuple[str, ...]

    def may(self, action: str) -> bool:
        """Whether one of the roles allows an action."""
        return any(action in ROLES.get(role, ()) for role in self.roles)


class People:
    """The list in its file: read anew when the file changes, written whole, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_at: tuple[int, int] | None = None
        self._listed: dict[str, dict[str, Any]] = {}

    def all(self) -> list[Person]:
        """Everybody, by login."""
        return [self._person(login) for login in sorted(self._content())]

    def get(self, login: str) -> Person | None:
        """The person of a login; None where there is none."""
        return self._person(login) if login in self._content() else None

    def add(self, login: str, name: str, roles: Iterable[str], password: str) -> Person:
        """Enter somebody; InstallationError for a login that is there, a short password or an unknown role."""
        content = self._content()
        if login in content:
            raise InstallationError(f"Đã có tài khoản '{login}'.", f"There is a login '{login}' already.")
        if not LOGIN.match(login):
            raise InstallationError(
                f"'{login}': tên đăng nhập cần 2 đến 64 chữ thường không dấu, số, . _ @ -",
                f"'{login}': a login has 2 to 64 lower-case letters, digits, . _ @ -",
            )
        entry = {"name": checked_name(name), "roles": _checked_roles(roles), "password": _hashed(password, login)}
        self._write({**content, login: entry})
        return self._person(login)

    def change(self, login: str, *, roles: Iterable[str] | None = None, password: str | None = None) -> Person:
        """Give other roles or a new password; what the person has open ends with it."""
        entry = dict(self._entry(login))
        if roles is not None:
            entry["roles"] = _checked_roles(roles)
        if password is not None:
            entry["password"] = _hashed(password, login)
        self._write({**self._content(), login: entry})
        return self._person(login)

    def remove(self, login: str) -> None:
        """Take somebody off the list; signatures keep the name."""
        self._entry(login)
        self._write({name: entry for name, entry in self._content().items() if name != login})

    def check(self, login: str, password: str) -> Person | None:
        """The person whose password this is; as slow for an unknown login as for a known one."""
        from argon2.exceptions import Argon2Error, InvalidHashError

        entry = self._content().get(login)
        try:
            _hasher().verify(str(entry["password"]) if entry else _nobodys(), password[:LONGEST_PASSWORD])
        except (Argon2Error, InvalidHashError, UnicodeError):
            return None
        return self._person(login) if entry else None

    def token(self, login: str) -> str:
        """What a session holds on to: it changes with password and roles, so that the session ends."""
        return files.sha256_of(json.dumps(self._content().get(login), sort_keys=True))

    def _person(self, login: str) -> Person:
        entry = self._entry(login)
        return Person(login, str(entry["name"]), tuple(entry["roles"]))

    def _entry(self, login: str) -> dict[str, Any]:
        if login not in self._content():
            raise InstallationError(f"Không có tài khoản '{login}'.", f"There is no login '{login}'.")
        return self._content()[login]

    def _content(self) -> dict[str, dict[str, Any]]:
        try:
            state = self.path.stat()
            if (state.st_mtime_ns, state.st_size) != self._read_at:
                if not self.path.is_file() or state.st_size > MOST_BYTES:
                    raise ValueError("not a list of people")
                self._listed, self._read_at = _listed(self.path), (state.st_mtime_ns, state.st_size)
        except FileNotFoundError:
            self._listed, self._read_at = {}, None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            why = because(error)
            raise InstallationError(
                f"{self.path}: không đọc được danh sách người dùng ({why.vi}).", f"{self.path} cannot be read ({why.en})."
            ) from None
        return self._listed

    def _write(self, content: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        before = os.umask(0o077)
        try:
            files.write_whole(self.path, files.as_json(content))
        finally:
            os.umask(before)


def checked_name(name: str) -> str:
    """A person's name as it may stand under a signature; InstallationError for one that is empty, too long or unprintable."""
    tidy = " ".join(name.split())
    if not 2 <= len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise InstallationError(f"Cần họ tên (2 đến {LONGEST_NAME} ký tự).", f"A name is needed (2 to {LONGEST_NAME} letters).")
    return tidy


def as_text(person: Person) -> str:
    """A person as the environment of a kernel carries it."""
    return json.dumps({"login": person.login, "name": person.name, "roles": person.roles})


def present() -> Person | None:
    """Who opened this kernel, as the server says; None where nobody had to log in."""
    if not (text := os.environ.get(PERSON)):
        return None
    content = json.loads(text)
    return Person(str(content["login"]), str(content["name"]), tuple(content["roles"]))


def table() -> list[tuple[str, list[bool]]]:
    """For each action, whether each role of ROLES allows it."""
    return [(action, [action in allowed for allowed in ROLES.values()]) for action in ACTIONS]


def _listed(path: Path) -> dict[str, dict[str, Any]]:
    content = json.loads(path.read_text(encoding="utf-8"))
    for login, entry in content.items():
        if not LOGIN.match(login) or not isinstance(entry["password"], str) or set(entry["roles"]) - set(ROLES):
            raise ValueError(login)
        checked_name(entry["name"])
    return dict(content)


def _checked_roles(roles: Iterable[str]) -> list[str]:
    chosen = list(dict.fromkeys(roles))
    unknown = [role for role in chosen if role not in ROLES]
    if unknown or not chosen:
        listed, named = ", ".join(ROLES), ", ".join(unknown) or "-"
        raise InstallationError(f"Không có vai trò '{named}': có {listed}.", f"There is no role '{named}': there are {listed}.")
    return chosen


def _hashed(password: str, login: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or login in password.lower():
        raise InstallationError(
            f"Mật khẩu cần {SHORTEST_PASSWORD} đến {LONGEST_PASSWORD} ký tự và không chứa tên đăng nhập.",
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} letters and does not hold the login.",
        )
    return _hasher().hash(password)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash(os.urandom(16).hex())
