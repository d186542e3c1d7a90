"""The web server's file of deploy/, as it stands, in front of the real server: TLS, another host name, /du-bao/, in a real browser."""

import contextlib
import re
import shutil
import signal
import ssl
import subprocess
import time
import urllib.request
from urllib.parse import urlsplit

import pytest
from browser import FLAGS, find
from entering import PASSWORD, intranet_root, served
from places import PROJECT
from playwright.sync_api import sync_playwright
from serving import free_port

from forecast import evidence
from forecast.evidence import intake
from forecast.runs.scenarios import saved

HOST = "dubao.hungyen.gov.vn"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
WAIT = 60_000
pytestmark = [pytest.mark.slow, pytest.mark.skipif(NGINX is None, reason="nginx is not installed here")]


def configured(folder, port, behind):
    """The two files of deploy/ with the places a person fills in, inside a main file of a test's own."""
    (folder / "logs").mkdir()
    shutil.copy(PROJECT / "deploy" / "forecast_proxy.conf", folder)
    text = (PROJECT / "deploy" / "nginx.conf").read_text("utf-8")
    filled = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/dubao/dubao.crt": str(PROJECT / "tests/support/mail_test.pem"),
        "/etc/ssl/dubao/dubao.key": str(PROJECT / "tests/support/mail_test.pem"),
        "/etc/nginx/forecast_proxy.conf": str(folder / "forecast_proxy.conf"),
        "/var/log/nginx/dubao.log": str(folder / "logs" / "access.log"),
        "127.0.0.1:8866": behind,
    }
    for old, new in filled.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "forecast.conf").write_text(text, "utf-8")
    kept = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    about = f"user root; pid {folder}/pid; error_log {folder}/logs/error.log; daemon off; events {{}}"
    main = f"{about} http {{ {kept} include {folder}/forecast.conf; }}"
    (folder / "main.conf").write_text(main, "utf-8")
    return folder / "main.conf"


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    """(address behind nginx, its folder, the project): a server with logins, and nginx in front of it."""
    root, folder, port = intranet_root(tmp_path_factory.mktemp("intranet")), tmp_path_factory.mktemp("nginx"), free_port()
    with served(root, tmp_path_factory.mktemp("cwd"), "password", 'trusted_proxies = ["127.0.0.1"]') as (address, _):
        conf = configured(folder, port, urlsplit(address).netloc)
        subprocess.run([NGINX, "-t", "-q", "-p", folder, "-c", conf], check=True)
        process = subprocess.Popen([NGINX, "-p", folder, "-c", conf])
        try:
            until = time.monotonic() + 20
            while time.monotonic() < until and not (folder / "pid").exists():
                time.sleep(0.1)
            yield f"https://{HOST}:{port}/du-bao/", folder, root
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(20)


@pytest.fixture(scope="module")
def browser(front):
    """Chromium that finds the host name here and nothing elsewhere."""
    rules = f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP * ~NOTFOUND"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=[*FLAGS, rules])
        yield chromium
        chromium.close()


@contextlib.contextmanager
def entered(browser, address, login):
    """A tab in which somebody has logged in, starting where anybody would."""
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1366, "height": 768}, locale="vi-VN", accept_downloads=True)
    try:
        tab = context.new_page()
        tab.goto(address.removesuffix("du-bao/"))
        assert tab.url.startswith(address + "login"), tab.url
        tab.fill("input[name=login]", login)
        tab.fill("input[name=password]", PASSWORD)
        tab.click("form button")
        tab.wait_for_url(address, timeout=WAIT)
        yield tab
    finally:
        context.close()


def curl(address, path="", *options):
    """(status, head) as curl sees it."""
    where = urlsplit(address)
    command = ["curl", "-sk", "-o", "/dev/null", "-D", "-", "--resolve", f"{where.hostname}:{where.port}:127.0.0.1", *options, address + path]
    head = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return int(head.split()[1]), head


def test_the_page_and_its_cookies(front, browser):
    """Page, tryout and another app below /du-bao/; every cookie over TLS only; who forges a login's header is nobody."""
    address, folder, _ = front
    with entered(browser, address, "xem") as tab:
        tab.wait_for_selector(".card .big", timeout=WAIT)
        before = tab.locator("[data-tryout] .result, [data-tryout] [data-result]").all_inner_texts()
        jar = {cookie["name"]: cookie for cookie in tab.context.cookies()}
        assert {"_xsrf", "forecast-visitor"} <= set(jar) and all(cookie["secure"] for cookie in jar.values()), jar
        assert all(cookie["path"] == "/du-bao/" for cookie in jar.values())
        tab.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        slider = "document.querySelector('[data-tryout] [data-lever] input')"
        tab.evaluate(f"() => {{ const s = {slider}; s.value = s.max; s.dispatchEvent(new Event('input', {{bubbles: true}})); }}")
        assert tab.locator("[data-tryout]").first.inner_text() and before is not None
        tab.goto(address + "voila/render/so_lieu.ipynb")
        tab.wait_for_selector("#figures tbody tr", timeout=WAIT)
    assert curl(address, "trang_thai")[0] == 200 and curl(address, "", "-H", "X-Forwarded-User: cong_bo")[0] == 302
    assert curl(address, "", "-H", "Host: evil.example")[0] in (403, 404)
    log = (folder / "logs" / "access.log").read_text("utf-8")
    assert " 302 GET /du-bao/ " in log and "127.0.0.1" not in log and "next=" not in log


def test_sliders_over_the_socket_save_and_open(front, browser):
    """'Kịch bản': the socket goes through, a slider moves the numbers, what is saved carries the login and opens again."""
    address, _, root = front
    with entered(browser, address, "phan_tich") as tab:
        tab.goto(address + "voila/render/kich_ban.ipynb")
        tab.wait_for_selector("#part-why svg", timeout=WAIT)
        move = "() => { const s = document.getElementById('lever-core_growth'); s.value = 4; s.dispatchEvent(new Event('input', {bubbles: true})); }"
        tab.evaluate(move)
        tab.wait_for_selector(".card .line:has-text('Của tôi')", timeout=WAIT)
        for field, text in (("#name", "Qua nginx"), ("#author", "x"), ("#reason", "thử qua máy chủ web")):
            tab.fill(field, text)
        tab.click("#save button")
        tab.wait_for_selector("#part-saved .code", timeout=WAIT)
        code = tab.locator("#part-saved .code").first.inner_text()
        assert "phan_tich" in str(saved.record_of(root, code))
        tab.goto(f"{address}voila/render/kich_ban.ipynb?kich_ban={code}")
        tab.wait_for_selector("#part-opened:has-text('Qua nginx')", timeout=WAIT)


def test_a_file_goes_in_by_its_own_door_only(front, browser):
    """Intake on the work page, also of a file larger than other bodies may be; elsewhere nginx refuses that size."""
    address, folder, root = front
    store = evidence.load(root / "data")
    newest = max((figure for figure in store.observations if figure.period.is_year), key=lambda figure: figure.vintage)
    key = f"{newest.key.indicator}/{newest.key.measure}/{newest.key.territory}"
    name, content = intake.form_file(key, str(newest.period), "12,3", store)
    with entered(browser, address, "nhap_lieu") as tab:
        tab.goto(address + "bang_viec")
        tab.set_input_files("input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": content})
        tab.click("form[enctype] button")
        tab.wait_for_selector("[role=status]", timeout=WAIT)
        assert "Đã đọc tệp" in tab.locator("[role=status]").inner_text()
        tab.set_input_files("input[type=file]", {"name": "to.csv", "mimeType": "text/csv", "buffer": b"x" * 300_000})
        tab.click("form[enctype] button")
        tab.wait_for_selector("[role=status]:has-text('Không đọc được tệp')", timeout=WAIT)
    (folder / "body").write_bytes(b"x" * 100_000)
    assert curl(address, "login", "--data-binary", f"@{folder / 'body'}")[0] == 413


def test_the_papers_of_the_page_can_be_taken(front, browser):
    """A chart and its table leave the page as files; nothing is asked of another machine."""
    address, _, _ = front
    with entered(browser, address, "xem") as tab:
        tab.wait_for_selector(".card .big", timeout=WAIT)
        tab.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        button = tab.locator("button[data-take]:visible").first
        with tab.expect_download(timeout=WAIT) as taken:
            button.click()
        assert taken.value.path().stat().st_size > 500


def test_guesses_are_slowed_before_they_reach_the_server(front):
    """After its burst nginx itself refuses further logins of one address, and says so."""
    address, _, _ = front
    statuses = [curl(address, "login", "-d", "x=1")[0] for _ in range(30)]
    assert 429 in statuses and statuses[0] in (400, 403), statuses


def test_plain_tls_clients_see_no_version(front):
    address, _, _ = front
    _, head = curl(address, "trang_thai")
    assert re.search(r"(?im)^server: nginx\r?$", head), head
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = address.replace(HOST, "127.0.0.1") + "trang_thai"
    assert urllib.request.urlopen(urllib.request.Request(plain, headers={"Host": HOST}), context=context, timeout=10).status == 200
