"""The attacks of the acceptance list, replayed by the server against itself on loopback before it accepts anybody.

Each attack is a function that returns what went wrong, an empty text where the door is closed. They are tried through real sockets,
with visitors that only the audit can let in, against the very application that will serve.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tornado.websocket import websocket_connect

from forecast.people import ROLES
from forecast.publish.serving import attack_lists, environment
from forecast.publish.serving.attacker import (
    ANSWER_SECONDS,
    APP,
    Target,
    connected,
    ended,
    heard,
    is_answer,
    message,
    status,
)
from forecast.publish.serving.connections import V1

STEPS = {"review": "review", "publish": "publish", "rollback": "publish", "deliver": "publish"}
STEPS |= {"code": "work", "look": "take_in", "one": "take_in", "map": "take_in", "take": "take_in", "undo": "take_in", "run": "run"}
Attack = Callable[[Target], str]


def runs_code(target: Target) -> str:
    """B01 B03: requests to run, complete, inspect or debug."""
    cookie = target.enter("xem")
    kinds = ("execute_request", "complete_request", "inspect_request", "history_request", "debug_request", "interrupt_request")
    code = {"code": "1", "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False, "cursor_pos": 1}
    sent = [message(kind, code, channel) for kind in kinds for channel in ("shell", "control")]
    answers = asyncio.run(heard(target.channels(target.kernel(cookie), cookie), [*sent, message("kernel_info_request", {})]))
    told = {json.loads(text)["msg_type"] for text in answers if isinstance(text, str)}
    answered = {kind.replace("request", "reply") for kind in kinds} & told
    return ", ".join(sorted(answered)) or ("" if "kernel_info_reply" in told else "the socket does not answer at all")


def unsound_frames(target: Target) -> str:
    """2B01 2B02: frames whose length fields lie, in both protocols."""
    cookie = target.enter("xem")
    kernel = target.kernel(cookie)
    for protocol, frame in attack_lists.frames():
        begun = time.monotonic()
        headers = {"Sec-WebSocket-Protocol": V1} if protocol else {}
        answers = asyncio.run(heard(target.channels(kernel, cookie, **headers), [frame], until_closed=True))
        if None not in answers:
            return f"{frame[:16]!r}: the connection stays"
        if time.monotonic() - begun > 5 or target.ask("trang_thai")[0] not in (200, 503):
            return f"{frame[:16]!r}: others had to wait"
    return ""


def anothers_kernel(target: Target) -> str:
    """2B14: a kernel's id in another visitor's hand."""
    own, other = target.enter("xem"), target.enter("cong_bo")
    kernel = target.kernel(own)
    if not kernel:
        return "the app did not open"
    for cookie in (other, ""):
        if asyncio.run(status(target.channels(kernel, cookie))) == 101:
            return "listened to"
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/interrupt"), ("POST", "/restart")):
            if target.ask(f"api/kernels/{kernel}{path}", method, b"{}", Cookie=cookie)[0] in (200, 201, 204):
                return f"{method} {path}"
        if target.ask(f"voila/api/shutdown/{kernel}", "POST", b"", Cookie=cookie)[0] == 204:
            return "ended"
    return "" if asyncio.run(status(target.channels(kernel, own))) == 101 else "its owner cannot use it"


def closed_addresses(target: Target) -> str:
    """B12 B18 B19 B20: files, lists and the library's own addresses."""
    cookie = target.enter("cong_bo")
    for path in attack_lists.PATHS:
        status, _, text = target.ask(path, Cookie=cookie)
        if status not in (0, 302, 400, 403, 404, 405, 500) or "Traceback" in text or "root:" in text:
            return f"{path}: {status}"
    return ""


def reflected(target: Target) -> str:
    """B09 B11: what stands in the address is written into no page."""
    mark = "%22%3E%3Cscript%3Ealert(77)%3C/script%3E"
    for path in ("", "login", APP, "khong_co"):
        if "alert(77)</script>" in target.ask(f"{path}?theme={mark}&template={mark}&next={mark}", Cookie=target.enter("xem"))[2]:
            return path or "/"
    return ""


def other_sites(target: Target) -> str:
    """B14 B15 B16 B17: another site's name, origin, picture and form."""
    cookie = target.enter("xem")
    for host in ("evil.example", "evil.example:8866", "10.0.0.1"):
        for path in ("", APP, "trang_thai"):
            if target.ask(path, Cookie=cookie, Host=host)[0] not in (0, 400, 403):
                return f"Host: {host}"
    for host in target.told.serve.hosts:
        if target.ask("", Cookie=cookie, Host=host)[0] != 200:
            return f"Host: {host} refused"
    if target.ask(APP, Cookie=cookie, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="image")[0] != 403:
        return "Sec-Fetch-Site"
    if asyncio.run(status(target.channels(target.kernel(cookie), cookie, Origin="https://evil.example"))) == 101:
        return "Origin"
    return "" if target.ask("api/kernels", "POST", b"{}", Cookie=cookie)[0] in (0, 403, 404, 405) else "POST"


def large_bodies(target: Target) -> str:
    """2B08: a body that says it is large, and one that grows in pieces."""
    with connected(target) as door:
        door.sendall(f"POST {target.base} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99614720\r\n\r\n".encode() + b"x" * 1000)
        if not ended(door, 5):
            return "Content-Length"
    with connected(target) as door, contextlib.suppress(OSError):
        door.sendall(f"POST {target.base} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for _ in range(target.told.limits.body_kb // 16 + 8):
            door.sendall(b"4000\r\n" + b"x" * 16384 + b"\r\n")
        if not ended(door, 5):
            return "chunked"
    return ""


def half_requests(target: Target) -> str:
    """2B09: requests that never end are cut, and keep nobody waiting meanwhile."""
    left = target.told.limits.request_seconds + 3
    begun = time.monotonic()
    if target.ask("trang_thai")[0] not in (200, 503) or time.monotonic() - begun > 2:
        return "others wait"
    for door in target.halves:
        if not ended(door, max(begun + left - time.monotonic(), 0.1)):
            return "a half request is never cut"
    return ""


def one_visitors_share(target: Target) -> str:
    """2B07: what one visitor opens and holds keeps no other out."""
    cookie, other = target.enter("xem"), target.enter("phan_tich")

    async def hold() -> str:
        held = []
        for _ in range(target.told.limits.kernels_per_visitor + 2):
            if kernel := await asyncio.to_thread(target.kernel, cookie):
                held.append(await websocket_connect(target.channels(kernel, cookie)))
        more = len(held) > target.told.limits.kernels_per_visitor
        came = await asyncio.to_thread(target.kernel, other)
        for channel in held:
            channel.close()
        return "more than a share" if more else "" if came else "a newcomer was kept out"

    return asyncio.run(hold())


def spoilt_names(target: Target) -> str:
    """2B03 2B04: names that would end the drawing engine, or never end, by link and by saving."""
    cookie = target.enter("phan_tich")
    kernel = target.kernel(cookie)
    channel = uuid.uuid4().hex
    asks: list[dict[str, Any]] = [{"ask": "reopen", "text": link} for link in attack_lists.links(_question(target.told.root))]
    asks += [{"ask": "save", "name": name, "author": name, "reason": name, "state": {}} for name in attack_lists.SENT]
    sent: list[str | bytes] = [message("comm_open", {"comm_id": channel, "target_name": "kich_ban", "data": {}})]
    sent += [message("comm_msg", {"comm_id": channel, "data": {**ask, "number": number}}) for number, ask in enumerate(asks)]
    begun = time.monotonic()
    answers = asyncio.run(heard(target.channels(kernel, cookie), sent, answers=len(asks)))
    given = [json.loads(text)["content"]["data"] for text in answers if is_answer(text)]
    if len(given) < len(asks) or time.monotonic() - begun > 20:
        return f"{len(given)} of {len(asks)} answers in {time.monotonic() - begun:.0f} s"
    if "error" in given[0]:
        return f"not tried: a sound link is refused ({given[0]['error']['en']})"
    taken = [ask for ask, answer in zip(asks[1:], given[1:], strict=False) if "error" not in answer]
    return f"{len(taken)} taken, as {taken[0]['ask']}" if taken else ""


def without_login(target: Target) -> str:
    """B33: no page, app or kernel without a login, and no name from a header that no trusted proxy sent."""
    if target.told.login.way == "none":
        return "" if target.told.serve.address in ("127.0.0.1", "::1") or target.told.serve.socket else "open without a login"
    by_proxy = target.told.login.way == "proxy"  # which may stand on this very machine
    forged: dict[str, Any] = {} if by_proxy else {target.told.login.user_header.replace("-", "_"): "lan"}
    for path in ("", APP, "voila/render/so_lieu.ipynb", "bang_viec"):
        tries: list[dict[str, Any]] = [{}, forged, {"Cookie": "forecast-visitor=x"}]
        for headers in tries:
            if target.ask(path, **headers)[0] == 200:
                return path or "/"
    return "" if asyncio.run(status(target.channels(str(uuid.uuid4()), ""))) != 101 else "socket"


def heads_and_tokens(target: Target) -> str:
    """2B21 B33: a page has a head, and no token opens anything."""
    cookie = target.enter("xem")
    if {target.ask(path, "HEAD", Cookie=cookie)[0] for path in ("", APP)} != {200}:
        return "HEAD"
    return "token" if target.told.login.way != "none" and target.ask("?token=", Authorization="token ")[0] == 200 else ""


def stray_environment(_target: Target) -> str:
    """2B12: nothing in the environment says which code runs."""
    return ", ".join(environment.stray(os.environ))


def roles(target: Target) -> str:
    """Every role at every door, over HTTP and the socket."""
    for role, allowed in ROLES.items():
        cookie = target.enter(role)
        expected = 200 if target.told.login.way != "none" and "work" in allowed else 403
        if target.ask("bang_viec", Cookie=cookie)[0] != expected or target.ask("giay_to", Cookie=cookie)[0] != 200:
            return f"{role}: bang_viec, giay_to"
        for step, right in STEPS.items():
            if target.ask("bang_viec", "POST", f"step={step}".encode(), Cookie=cookie)[0] != 403:  # without its own mark
                return f"{role}: {step} from another site"
            may = right in allowed and expected == 200
            if not (may and step == "run") and (status := _step(target, cookie, step)) != (200 if may else 403):  # a run would begin
                return f"{role}: {step}: {status}"
        opened = bool(target.kernel(cookie))
        if opened != ("try" in allowed) or target.ask("", Cookie=cookie)[0] != 200:
            return f"{role}: kich_ban"
    return ""


ATTACKS: tuple[Attack, ...] = (
    *(runs_code, unsound_frames, anothers_kernel, closed_addresses, reflected, other_sites, large_bodies, one_visitors_share),
    *(spoilt_names, without_login, heads_and_tokens, stray_environment, roles, half_requests),
)


def run(target: Target) -> list[tuple[str, str]]:
    """Each attack's name and what went wrong, in order; half requests lie open from the first to the last."""
    for _ in range(40):
        door = socket.create_connection(("127.0.0.1", target.port), ANSWER_SECONDS)
        door.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        target.halves.append(door)
    told = []
    for attack in ATTACKS:
        try:
            wrong = attack(target)
        except Exception as error:  # an attack that cannot be tried closes nothing
            wrong = f"not tried: {type(error).__name__} {error}"
        told.append(((attack.__doc__ or "").rstrip("."), wrong))
    for door in target.halves:
        door.close()
    return told


def _step(target: Target, cookie: str, step: str) -> int:
    """What a form of the work page gets that says nobody is sure: nothing is done, the rights are asked."""
    mark = "a" * 32
    head = {"Cookie": f"{cookie}; _xsrf={mark}", "Content_Type": "application/x-www-form-urlencoded"}
    return target.ask("bang_viec", "POST", f"step={step}&_xsrf={mark}".encode(), **head)[0]


def _question(root: Path) -> dict[str, Any]:
    """A sound question of this project, as a link carries it."""
    from forecast import evidence, headline
    from forecast.policy.scenarios import codes
    from forecast.policy.scenarios.baselines import PATHS, SEED

    store = evidence.load(root / "data")
    registered = headline.registered()
    measure = next(name for study in registered.studies.values() for name in study.measures if len(study.measures) > 1)
    scenario = next(scenario for scenario in store.scenarios.values() if scenario.pushes and not scenario.territory)
    settings = {"territory": registered.territories[0], "measure": measure, "horizon_year": 2030, "as_of": store.last_vintage.isoformat()}
    return {**settings, "method": "default", "seed": SEED, "n_paths": PATHS, "scenario": codes.form_of(scenario, store)}
