"""What this installation is told: `forecast.toml` in the project folder, each value replaced by an environment variable where one is set.

The variable of `[serve] port` is FORECAST_SERVE_PORT; a list is written with commas. Nothing is guessed: a name nobody knows is refused
with the nearest one, a value of another kind with what is expected.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from forecast.domain import Text, because
from forecast.errors import InstallationError

NAME = "forecast.toml"
MOST_BYTES = 64 * 1024
DEFAULT, FILE = Text("mặc định", "default"), Text.same(NAME)
SECRET = Text("(đã đặt)", "(set)")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\Z")
_BASE = re.compile(r"/([a-z0-9-]+/)*\Z")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}\Z")


def _require(pattern: re.Pattern[str]) -> AfterValidator:
    def check(text: str) -> str:
        if not pattern.match(text):
            raise ValueError(text)
        return text

    return AfterValidator(check)


def _require_network(text: str) -> str:
    if not (text.startswith("unix:/") or ipaddress.ip_network(text)):
        raise ValueError(text)
    return text


Address = Annotated[str, AfterValidator(lambda text: str(ipaddress.ip_address(text)))]
Host = Annotated[str, _require(_HOST)]
Header = Annotated[str, _require(_HEADER)]
Network = Annotated[str, AfterValidator(_require_network)]
Base = Annotated[str, _require(_BASE)]
Port = Annotated[int, Field(ge=1, le=65535)]


class Section(BaseModel):
    """One table of the file: every field has a value of its own where the file says nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Serve(Section):
    """Where the apps answer. Paths are of the machine, or relative to the project folder; an empty one is not set."""

    address: Address = "127.0.0.1"
    port: Port = 8866
    socket: str = ""  # a unix socket instead of address and port
    hosts: list[Host] = []  # names the apps may be asked for by, beside localhost
    base_path: Base = "/"
    certificate: str = ""  # TLS, PEM files
    key: str = ""
    allow_root: bool = False
    trusted_proxies: list[Network] = []  # addresses, networks, or unix:/path of our own socket
    static_folder: str = ""  # where the pages are left as files for the web server


class Login(Section):
    """Who may enter: nobody asks (loopback only), a password file of the kit, or the headers of a trusted proxy."""

    way: Literal["none", "password", "proxy"] = "none"
    people_file: str = "parameterized_runs/people.json"
    user_header: Header = "X-Forwarded-User"
    name_header: Header = "X-Forwarded-Name"
    session_hours: Annotated[int, Field(ge=1, le=168)] = 10
    idle_minutes: Annotated[int, Field(ge=5, le=1440)] = 120
    most_attempts: Annotated[int, Field(ge=3, le=100)] = 5  # wrong passwords in `attempt_minutes`, for a name and for an address
    attempt_minutes: Annotated[int, Field(ge=1, le=1440)] = 15


class Limits(Section):
    """What one visitor and all together may take."""

    kernels: Annotated[int, Field(ge=1, le=512)] = 64
    kernels_per_visitor: Annotated[int, Field(ge=1, le=512)] = 8
    kernels_per_address: Annotated[int, Field(ge=1, le=512)] = 48
    connections: Annotated[int, Field(ge=16, le=65536)] = 1024
    connections_per_address: Annotated[int, Field(ge=4, le=65536)] = 256
    body_kb: Annotated[int, Field(ge=16, le=65536)] = 64
    upload_mb: Annotated[int, Field(ge=1, le=256)] = 32  # a file of figures on the work page
    request_seconds: Annotated[int, Field(ge=2, le=600)] = 15  # for the head and the body of a request to come in
    saved_per_day: Annotated[int, Field(ge=1, le=100000)] = 200  # scenarios saved by one visitor


class Mail(Section):
    """Where mail is handed over; without a host none is sent."""

    host: Annotated[str, _require(_HOST)] | Literal[""] = ""
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = Field(default="", repr=False)
    sender: str = ""


class Share(Section):
    """The folder papers are laid into for others; an empty one is not set."""

    folder: str = ""


class Papers(Section):
    """The office's own Word layouts, as `forecast brief --write-template` writes one and Word changes it; an empty one is the kit's."""

    layout: str = ""
    layout_en: str = ""


class Retention(Section):
    """What `forecast prune` leaves beside everything published, signed, ledgered or saved."""

    keep: Annotated[int, Field(ge=1, le=10000)] = 24  # newest runs of each name
    months: Annotated[int, Field(ge=1, le=1200)] = 18


EXPECTED = {
    "serve.address": Text("một địa chỉ IP, ví dụ 127.0.0.1", "an IP address, such as 127.0.0.1"),
    "serve.hosts": Text("danh sách tên máy, ví dụ [\"dubao.hungyen.gov.vn\"]", 'a list of host names, such as ["dubao.hungyen.gov.vn"]'),
    "serve.base_path": Text("đường dẫn bắt đầu và kết thúc bằng /, ví dụ /du-bao/", "a path that begins and ends with /, such as /du-bao/"),
    "serve.trusted_proxies": Text(
        'danh sách địa chỉ hay mạng, ví dụ ["127.0.0.1", "10.1.0.0/16"], hoặc "unix:/đường/dẫn"',
        'a list of addresses or networks, such as ["127.0.0.1", "10.1.0.0/16"], or "unix:/path"',
    ),
    "serve.allow_root": Text("true hoặc false", "true or false"),
    "login.way": Text("none, password hoặc proxy", "none, password or proxy"),
    "login.user_header": Text("tên một trường đầu thư HTTP", "the name of an HTTP header"),
    "login.name_header": Text("tên một trường đầu thư HTTP", "the name of an HTTP header"),
    "mail.host": Text("tên máy chủ thư, ví dụ mail.hungyen.gov.vn", "a mail server's name, such as mail.hungyen.gov.vn"),
    "mail.security": Text("starttls, tls hoặc none", "starttls, tls or none"),
}  # of the fields whose kind or range does not say it
SECRETS = ("mail.password",)


@dataclass(frozen=True)
class Installation:
    """The sections, and for each 'section.field' where its value comes from: default, file, or the variable's name."""

    root: Path
    serve: Serve
    login: Login
    limits: Limits
    mail: Mail
    share: Share
    papers: Papers
    retention: Retention
    origins: Mapping[str, Text]

    def path(self, text: str) -> Path | None:
        """A path as a field gives it, taken from the project folder; None for an empty one."""
        return (self.root / text).absolute() if text else None

    def rows(self) -> list[tuple[str, Text, Text]]:
        """(section.field, its value as it may be shown, where it comes from) in the file's order."""
        listed = []
        for section in SECTIONS:
            for field, value in getattr(self, section):
                name = f"{section}.{field}"
                shown = SECRET if name in SECRETS and value else Text.same(", ".join(value) if isinstance(value, list) else value)
                listed.append((name, shown, self.origins[name]))
        return listed


SECTIONS: dict[str, type[Section]] = {
    "serve": Serve,
    "login": Login,
    "limits": Limits,
    "mail": Mail,
    "share": Share,
    "papers": Papers,
    "retention": Retention,
}


def read(root: Path, environment: Mapping[str, str] | None = None) -> Installation:
    """The installation of a project folder; InstallationError names everything wrong with file and environment at once."""
    environment = os.environ if environment is None else environment
    content, problems = _content(Path(root) / NAME), []
    problems += [_unknown(f"{NAME}: [{name}]", name, SECTIONS) for name in content if name not in SECTIONS]
    origins, sections = {}, {}
    for name, kind in SECTIONS.items():
        table = content.get(name, {})
        if not isinstance(table, dict):
            problems.append(Text(f"{NAME}: viết [{name}] thành một bảng.", f"{NAME}: write [{name}] as a table."))
            continue
        from_environment = {key: text for key, text in environment.items() if key.startswith(f"FORECAST_{name.upper()}_")}
        variables = {_variable(name, field): field for field in kind.model_fields}
        problems += [_unknown(key, key, variables) for key in from_environment if key not in variables]
        replaced = {variables[key]: _typed(text, kind, variables[key]) for key, text in from_environment.items() if key in variables}
        for field in kind.model_fields:
            set_here = Text.same(_variable(name, field)) if field in replaced else FILE if field in table else DEFAULT
            origins[f"{name}.{field}"] = set_here
        sections[name] = _section(name, {**table, **replaced}, origins, problems)
    if not problems:
        problems += _together(sections)
    if problems:
        text = Text.joined(problems, "\n")
        raise InstallationError(text.vi, text.en)
    return Installation(Path(root), origins=origins, **sections)  # type: ignore[arg-type]


def _content(path: Path) -> dict[str, Any]:
    if not path.exists() and not path.is_symlink():
        return {}
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise ValueError(f"> {MOST_BYTES // 1024} kB")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = because(error)
        raise InstallationError(
            f"{path}: không đọc được ({why.vi}); cần một tệp TOML, UTF-8, không quá {MOST_BYTES // 1024} kB.",
            f"{path} cannot be read ({why.en}); a TOML file in UTF-8 of at most {MOST_BYTES // 1024} kB is needed.",
        ) from None


def _variable(section: str, field: str) -> str:
    return f"FORECAST_{section}_{field}".upper()


def _typed(text: str, kind: type[Section], field: str) -> Any:
    """What a variable's text says, of the kind of the field; a text that is not stays one and is refused with the rest."""
    default = getattr(kind(), field)
    if isinstance(default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(default, bool):
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    return int(text) if isinstance(default, int) and re.fullmatch(r"[0-9]{1,9}", text) else text


def _section(name: str, table: Mapping[str, Any], origins: Mapping[str, Text], problems: list[Text]) -> Section:
    kind = SECTIONS[name]
    try:
        return kind(**table)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True, include_input=True)
    for field, detail in {str(detail["loc"][0]): detail for detail in details}.items():
        if detail["type"] == "extra_forbidden":
            problems.append(_unknown(f"{NAME}: [{name}] {field}", field, kind.model_fields))
        else:
            origin = origins[f"{name}.{field}"]
            where = Text.same(f"{NAME}: [{name}] {field}") if origin == FILE else origin
            shown = "***" if f"{name}.{field}" in SECRETS else repr(table[field])[:80]
            expected = EXPECTED.get(f"{name}.{field}") or _kind_of(detail)
            problems.append(Text(f"{where.vi} = {shown}: cần {expected.vi}.", f"{where.en} = {shown}: {expected.en} is needed."))
    return kind()


def _kind_of(detail: Mapping[str, Any]) -> Text:
    limits = detail.get("ctx", {})
    if "ge" in limits:
        return Text(f"số nguyên từ {limits['ge']} trở lên", f"a whole number of at least {limits['ge']}")
    if "le" in limits:
        return Text(f"số nguyên không quá {limits['le']}", f"a whole number of at most {limits['le']}")
    if str(detail["type"]).startswith("int"):
        return Text("một số nguyên", "a whole number")
    return Text("chữ trong dấu nháy", "text in quotes")


def _together(sections: Mapping[str, Any]) -> list[Text]:
    """What no field can say alone."""
    serve, login = sections["serve"], sections["login"]
    open_door = not serve.socket and not ipaddress.ip_address(serve.address).is_loopback
    problems = []
    if bool(serve.certificate) != bool(serve.key):
        problems.append(Text("[serve] certificate và key phải đi cùng nhau.", "[serve] certificate and key go together."))
    if open_door and login.way == "none":
        problems.append(
            Text(
                f"[serve] address = {serve.address} mở ra ngoài máy này: cần [login] way = \"password\" hoặc \"proxy\".",
                f'[serve] address = {serve.address} is open beyond this machine: [login] way = "password" or "proxy" is needed.',
            )
        )
    if open_door and not serve.hosts:
        problems.append(
            Text(
                f"[serve] address = {serve.address}: cần [serve] hosts, tên mà trình duyệt gọi.",
                f"[serve] address = {serve.address}: [serve] hosts is needed, the name browsers ask for.",
            )
        )
    if open_door and login.way == "password" and not serve.certificate:
        problems.append(
            Text(
                "Mật khẩu không đi qua mạng khi chưa mã hóa: đặt [serve] certificate và key, hoặc để 127.0.0.1 sau nginx.",
                "Passwords do not cross the network in the open: set [serve] certificate and key, or stay on 127.0.0.1 behind nginx.",
            )
        )
    if login.way == "proxy" and not serve.trusted_proxies:
        problems.append(
            Text(
                '[login] way = "proxy" cần [serve] trusted_proxies: địa chỉ của máy chủ đứng trước.',
                '[login] way = "proxy" needs [serve] trusted_proxies: the address of the server in front.',
            )
        )
    return problems


def _unknown(where: str, name: str, names: Mapping[str, Any]) -> Text:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = Text(f"có phải '{near[0]}'?", f"is it '{near[0]}'?") if near else Text("có: ", "there are: ") + ", ".join(names) + "."
    return Text(f"{where}: không có tên này; ", f"{where}: there is no such name; ") + hint
