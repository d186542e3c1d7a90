"""Login, roles and kernels over HTTP and websockets, against the real server; the audit; a list of people."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from entering import APP, PASSWORD, PROXY, TOLD, ask, intranet_root, log_in, served
from serving import PROJECT, SOURCE, free_port

from forecast import installation, people
from forecast.errors import InstallationError
from forecast.publish.serving import attack_lists, connections, environment


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The real figures published, the three apps, and somebody in each role."""
    return intranet_root(tmp_path_factory.mktemp("intranet"))


@pytest.fixture(scope="module")
def password(root, tmp_path_factory):
    with served(root, tmp_path_factory.mktemp("cwd"), "password") as (address, _):
        yield address


@pytest.mark.slow
def test_nothing_opens_without_a_login(password):
    for path in ("", APP, "voila/render/so_lieu.ipynb"):
        status, headers, text = ask(password, path)
        assert status == 302 and headers["Location"].startswith("/du-bao/login?next=") and "card" not in text
    assert ask(password, "trang_thai")[0] == 200  # what a monitor asks
    assert ask(password, "", X_Forwarded_User="tham_dinh")[0] == 302
    assert ask(password, "", Host="dubao.hungyen.gov.vn")[0] == 302 and ask(password, "", Host="evil.example")[0] == 403


@pytest.mark.slow
def test_a_password_opens_and_a_wrong_one_does_not(password):
    status, set_cookies, jar = log_in(password, "phan_tich")
    [visitor] = [line for line in set_cookies if line.startswith("forecast-visitor=")]
    assert status == 302 and "HttpOnly" in visitor and "SameSite=Lax" in visitor and "Path=/du-bao/" in visitor
    assert ask(password, "", Cookie=jar)[0] == 200
    assert log_in(password, "phan_tich", "mat khau rat dai 2")[0] == 401
    assert log_in(password, "khong_co", PASSWORD)[0] == 401
    xsrf = re.search(r"_xsrf=([^;]+)", jar)[1]
    assert ask(password, "logout", "POST", f"_xsrf={xsrf}", Cookie=jar, Content_Type="application/x-www-form-urlencoded")[0] == 302
    assert ask(password, "", Cookie=jar)[0] == 302  # the session ended on the server, not only in the browser


@pytest.mark.slow
def test_guessing_is_slowed(password):
    statuses = [log_in(password, "cong_bo", f"sai {number} sai sai")[0] for number in range(7)]
    assert statuses[:5] == [401] * 5 and set(statuses[5:]) == {429}
    assert log_in(password, "cong_bo")[0] == 429  # also with the right one, for a while
    assert log_in(password, "xem")[0] == 302  # nobody else is kept out


@pytest.mark.slow
def test_a_changed_role_ends_the_session(password, root):
    _, _, jar = log_in(password, "nhap_lieu")
    assert ask(password, "", Cookie=jar)[0] == 200
    people.People(root / "parameterized_runs" / "people.json").change("nhap_lieu", roles=["xem", "nhap_lieu"])
    assert ask(password, "", Cookie=jar)[0] == 302


@pytest.mark.slow
@pytest.mark.parametrize("role", ["xem", "phan_tich", "tham_dinh"])
def test_a_role_that_may_try_opens_the_app(password, role):
    _, _, jar = log_in(password, role)
    status, _, text = ask(password, APP, Cookie=jar)
    assert status == 200 and 'data-kernel="' in text


@pytest.mark.slow
@pytest.mark.parametrize("way", ["none", "password", "proxy"])
def test_the_audit_opens_the_door_only_when_all_is_closed(root, tmp_path, way):
    """2B01 2B02 2B03 2B04 2B07 2B08 2B09 2B12 2B14 2B21 2B22: every role at every door too, in each way of logging in."""
    told = audited(root, tmp_path, TOLD.format(way=way, serve=PROXY))
    assert told.count("✓") >= 14 and "✕" not in told and "Mở trang tại" in told
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", told)  # no kernel's id in the log


@pytest.mark.slow
def test_the_audit_names_an_open_door_and_stops(root, tmp_path):
    code = "from forecast.publish.serving import login; login.Rights.is_authorized = opened; serve.serve(root, port, audit=True)"
    told = audited(root, tmp_path, "[limits]\nrequest_seconds = 3\n", f"exec('async def opened(*_): return True'); {code}")
    assert "✕ 2B14" in told and "2B14" in told.rsplit("Không mở cửa", 1)[1] and "Mở trang tại" not in told


def audited(root, cwd, text, code=""):
    """What `forecast serve --audit` prints until it opens or refuses."""
    (root / "forecast.toml").write_text(text, "utf-8")
    kept = os.environ | {"PYTHONPATH": str(SOURCE), "FORECAST_HOME": str(root)}
    command = [sys.executable, "-m", "forecast", "serve", "--audit", "--port", str(free_port())]
    if code:
        command = [sys.executable, "-c", f"from forecast.publish.serving import serve; root, port = {str(root)!r}, {free_port()}; {code}"]
    with open(cwd / "log", "w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=cwd, env=kept, stdout=log, stderr=subprocess.STDOUT)
        until = time.monotonic() + 170
        while process.poll() is None and time.monotonic() < until and "Mở trang tại" not in (cwd / "log").read_text("utf-8"):
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    (root / "forecast.toml").unlink()
    return (cwd / "log").read_text("utf-8")


@pytest.mark.slow
def test_a_proxys_header_counts_from_its_address_only(root, tmp_path):
    with served(root, tmp_path, "proxy", PROXY) as (address, _):
        assert ask(address, "", X_Forwarded_User="tham_dinh")[0] in (302, 403)
    with served(root, tmp_path, "proxy", 'trusted_proxies = ["127.0.0.1"]') as (address, _):
        assert ask(address, "", X_Forwarded_User="tham_dinh")[0] == 200
        for forged in ("", "a b", "x" * 80, "tham_dinh, cong_bo", "../x"):
            assert ask(address, "", X_Forwarded_User=forged)[0] in (302, 403), forged


@pytest.mark.slow
def test_who_serves_others_as_root_is_refused(root, tmp_path):
    """2B19: root's rights are refused where others are let in; without a login the start says that names are typed."""
    (root / "forecast.toml").write_text('[login]\nway = "password"\n', "utf-8")
    kept = os.environ | {"PYTHONPATH": str(SOURCE), "FORECAST_HOME": str(root)}
    as_root = "import os\nos.geteuid = lambda: 0\nfrom forecast.cli.main import main\nraise SystemExit(main())"
    command = [sys.executable, "-c", as_root, "serve", "--port", str(free_port())]
    ended = subprocess.run(command, cwd=tmp_path, env=kept, capture_output=True, text=True, timeout=60, check=False)
    (root / "forecast.toml").unlink()
    assert ended.returncode == 2 and "root" in ended.stderr and "Mở trang" not in ended.stdout


@pytest.mark.slow
def test_a_taken_port_is_one_sentence(password, root, tmp_path):
    """2B20: the address is printed once it answers, and a taken port is said before anything else."""
    port = re.search(r":(\d+)/", password)[1]
    kept = os.environ | {"PYTHONPATH": str(SOURCE), "FORECAST_HOME": str(root)}
    command = [sys.executable, "-m", "forecast", "serve", "--port", port]
    ended = subprocess.run(command, cwd=tmp_path, env=kept, capture_output=True, text=True, timeout=90, check=False)
    assert ended.returncode == 2 and port in ended.stderr and "Mở trang" not in ended.stdout
    assert ask(password, "trang_thai")[0] == 200


@pytest.mark.parametrize(("newer", "frame"), tuple(attack_lists.frames()))
def test_frames_whose_length_fields_lie_are_seen(newer, frame):
    assert not connections.is_sound(frame, connections.V1 if newer else "")


def test_frames_that_are_sound_pass():
    from jupyter_server.services.kernels.connection.base import serialize_binary_message, serialize_msg_to_ws_v1

    message = {"header": {}, "parent_header": {}, "metadata": {}, "content": {"a": "é"}, "buffers": [b"x" * 9, b""]}
    assert connections.is_sound(serialize_binary_message(message), "")
    assert connections.is_sound(serialize_msg_to_ws_v1([b"{}", b"{}", b"{}", b"{}", b"xy"], "shell"), connections.V1)
    assert connections.is_sound(json.dumps(message, default=str), "") and not connections.is_sound("{}", connections.V1)


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("Notebook kich_ban.ipynb is not trusted", False),
        ("No session ID specified", False),
        ("The websocket_ping_timeout (90000) cannot be longer than the websocket_ping_interval (30000).", False),
        ("Kernel 0b5f3c1e-11d2-4a63-9d1b-1f3f5c3f2a10 died, removing from map.", "Kernel … died, removing from map."),
        ("buffering for 0b5f3c1e-11d2-4a63-9d1b-1f3f5c3f2a10:4ac69652-fd88b562d79c26aab628033c", "buffering for …:…"),
        ("500 GET /bang_viec?series=x (10.1.2.3)", "500 GET /bang_viec"),
    ],
)
def test_the_log_tells_of_trouble_and_names_nobody(told, written):
    record = logging.LogRecord("server", logging.WARNING, "", 0, told, (), None)
    assert (connections.QuietLog().filter(record) and record.getMessage()) == written


def test_the_environment_is_cleaned():
    """What says which code runs is dropped; a kernel gets no setting of the server."""
    given = {"PATH": "/bin", "LD_PRELOAD": "x", "PYTHONSTARTUP": "x", "JUPYTER_CONFIG_PATH": "x", "PYTHONPATH": "/evil"}
    given |= {"FORECAST_MAIL_PASSWORD": "x", "FORECAST_HOME": "/srv"}
    clean = environment.cleaned(given)
    assert environment.stray(clean) == [] and "LD_PRELOAD" not in clean and clean.get("PYTHONPATH") != "/evil"
    assert "FORECAST_MAIL_PASSWORD" not in environment.of_kernel(clean) and "FORECAST_HOME" in environment.of_kernel(clean)


def test_a_list_of_people(tmp_path):
    """Passwords are hashed, the file is its owner's, what cannot be is refused by name."""
    listed = people.People(tmp_path / "x" / "people.json")
    lan = listed.add("lan", "Nguyễn Thị  Lan", ["xem", "tham_dinh"], PASSWORD)
    assert lan.name == "Nguyễn Thị Lan" and lan.may("review") and not lan.may("publish") and not lan.may("bất kỳ")
    assert listed.check("lan", PASSWORD) == lan and listed.check("lan", PASSWORD + "x") is None and listed.check("ai", PASSWORD) is None
    text = listed.path.read_text("utf-8")
    assert PASSWORD not in text and "$argon2id$" in text and listed.path.stat().st_mode & 0o077 == 0
    before = listed.token("lan")
    assert listed.change("lan", roles=["xem"]).roles == ("xem",) and listed.token("lan") != before
    for login, name, roles, typed in [("lan", "Ai", ["xem"], PASSWORD), ("Lan!", "Ai", ["xem"], PASSWORD), ("mai", "A", ["xem"], PASSWORD),
                                      ("mai", "Mai", ["vua"], PASSWORD), ("mai", "Mai", [], PASSWORD), ("mai", "Mai", ["xem"], "ngan"),
                                      ("mai", "Mai\x00x", ["xem"], PASSWORD)]:  # fmt: skip
        with pytest.raises(InstallationError):
            listed.add(login, name, roles, typed)
    listed.remove("lan")
    assert listed.all() == [] and listed.check("lan", PASSWORD) is None


@pytest.mark.parametrize(("paper", "language"), [("DEPLOY.md", "en"), ("DEPLOY.vi.md", "vi")])
def test_the_papers_hold_the_table_of_roles(paper, language):
    text = (PROJECT / "deploy" / paper).read_text("utf-8")
    for action, allowed in people.table():
        cells = [people.ACTIONS[action].in_language(language), *("✓" if may else "–" for may in allowed)]
        assert f"| {' | '.join(cells)} |" in text
    assert f"| | {' | '.join(name.in_language(language) for name in people.NAMES.values())} |" in text


def test_the_settings_that_are_shipped_are_sound(tmp_path):
    """The file that DEPLOY.md copies is read without a word."""
    (tmp_path / installation.NAME).write_bytes((PROJECT / "deploy" / "forecast.toml").read_bytes())
    told = installation.read(tmp_path, {})
    assert told.login.way == "password" and told.serve.base_path == "/du-bao/"


def test_rights_are_those_of_the_roles():
    assert set(people.ROLES) == set(people.NAMES)
    given = {action for allowed in people.ROLES.values() for action in allowed}
    assert given == set(people.ACTIONS)
    for action, allowed in people.table():
        for role, may in zip(people.ROLES, allowed, strict=True):
            assert people.Person("a1", "A", (role,)).may(action) is may
