"""An intranet server with somebody in each role, and how a browser logs in there."""

from __future__ import annotations

import http.client
import re
import urllib.parse
from contextlib import contextmanager

from made_once import copied, made_once, with_draws
from publish_real import make_real_root
from serving import PROJECT, prepare, running

from forecast import people

APP = "voila/render/kich_ban.ipynb"
PASSWORD = "mat khau rat dai 1"
TOLD = """[serve]
allow_root = true
hosts = ["dubao.hungyen.gov.vn"]
base_path = "/du-bao/"
{serve}
[login]
way = "{way}"
[limits]
request_seconds = 3
kernels_per_visitor = 2
"""

PROXY = 'trusted_proxies = ["127.0.0.9"]'


def intranet_root(folder):
    """The real figures published, the three apps, and somebody in each role; the kit's draws kept."""
    return with_draws(copied(made_once("intranet", _intranet), folder))


def _intranet(folder):
    make_real_root(prepare(folder), data=False, pages=True)
    for path in (PROJECT / "notebooks" / "apps").glob("*.ipynb"):
        (folder / "notebooks" / "apps" / path.name).write_bytes(path.read_bytes())
    listed = people.People(folder / "parameterized_runs" / "people.json")
    for role in people.ROLES:
        listed.add(role, f"Người {role}", [role], PASSWORD)


@contextmanager
def served(root, cwd, way, serve=""):
    (root / "forecast.toml").write_text(TOLD.format(way=way, serve=serve), "utf-8")
    try:
        with running(root, cwd) as (address, process):
            yield f"{address}du-bao/", process
    finally:
        (root / "forecast.toml").unlink(missing_ok=True)


def ask(address, path="", method="GET", body=None, **headers):
    """(status, headers, text) without following a redirect."""
    where = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(where.netloc, timeout=60)
    try:
        connection.request(method, where.path + path, body, {name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8")
    finally:
        connection.close()


def cookies(headers):
    return "; ".join(line.split(";")[0] for line in headers.get_all("Set-Cookie", []))


def log_in(address, login, password=PASSWORD, **more):
    """(status, cookies) of typing a name and a password into the page."""
    _, headers, text = ask(address, "login")
    mark = re.search(r'name="_xsrf" value="([^"]+)"', text)[1]
    form = urllib.parse.urlencode({"login": login, "password": password, "_xsrf": mark})
    kind = "application/x-www-form-urlencoded"
    status, answered, _ = ask(address, "login", "POST", form, Cookie=cookies(headers), Content_Type=kind, **more)
    return status, answered.get_all("Set-Cookie", []), "; ".join(filter(None, [cookies(answered), cookies(headers)]))
