"""Section B of the acceptance list, by id: what can be done to the served apps, done to the real server."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import nbformat
import pytest
from browser import UNFOLD, chromium, page_at, visit
from publish_real import make_real_root
from serving import PROJECT, fetch, free_port, kernels_of, prepared, running
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from forecast.publish import templating
from forecast.publish.leaders import page
from forecast.publish.serving import serve

APP = "voila/render/bang_dieu_hanh.ipynb"
pytestmark = pytest.mark.slow


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def notebook(folder, name, *cells):
    """An app of one's own under `folder`, for what our apps never do."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, folder / serve.APPS / f"{name}.ipynb")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The server as `make serve` starts it, the real figures published, two odd apps beside ours, and a browser."""
    root = make_real_root(prepared(tmp_path_factory.mktemp("faults"), published=False), data=False, pages=True)
    page.leave_static(root)
    notebook(root, "hong", "print('before')", "secret = 'MAT-KHAU-123'\nraise ValueError(secret + __file__)")
    with running(root, root) as (address, process), chromium() as browser:
        yield address, process, root, browser


@pytest.fixture(scope="module")
def small(server, tmp_path_factory):
    """A server with two kernels at most, a cell limit of two seconds and quick culling."""
    root = server[2]
    notebook(root, "cham", "import time\ntime.sleep(300)")
    code = (
        "visitors.MOST_KERNELS = 2; serve.serve(root, port, extra={'VoilaExecutor': {'timeout': 2}, 'MappingKernelManager': "
        "{'cull_idle_timeout': 2, 'cull_interval': 1}})"
    )
    with running(root, tmp_path_factory.mktemp("small"), code) as (address, process):
        yield address, process
    (root / serve.APPS / "cham.ipynb").unlink()


def asked(address, process, messages, seconds=4.0):
    """What a kernel's own socket answers to `messages` (channel, type, content) from a page that has just been opened."""
    _, headers, text = fetch(address + APP)
    assert 'class="shown"' in text
    return run_apart(_asked(address, newest_kernel(process), messages, seconds, visitor(headers)))


@asynccontextmanager
async def knocked(where, **headers):
    """A websocket that is open, and closed on both sides afterwards: what is left half-closed is found in some later test."""
    socket = await websocket_connect(HTTPRequest(where, headers=headers))
    try:
        yield socket
    finally:
        socket.close()
        while await asyncio.wait_for(socket.read_message(), 10) is not None:
            pass


def channels(address, kernel):
    return f"{address.replace('http', 'ws', 1)}api/kernels/{kernel}/channels"


def visitor(headers):
    """The cookie by which a browser stays the visitor who opened a kernel."""
    return headers["Set-Cookie"].split(";")[0]


async def _asked(address, kernel, messages, seconds, cookie):
    async with knocked(channels(address, kernel), Cookie=cookie) as socket:
        return await _answers(socket, messages, seconds)


async def _answers(socket, messages, seconds):
    for channel, kind, content in messages:
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "x", "session": uuid.uuid4().hex, "version": "5.3", "date": ""}
        body = {"channel": channel, "header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": []}
        await socket.write_message(json.dumps(body))
    answers, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            read = await asyncio.wait_for(socket.read_message(), max(0.1, until - time.monotonic()))
        except TimeoutError:
            break
        if read is None:
            break
        answers.append(json.loads(read))
    return answers


def newest_kernel(process):
    """The id, as its connection file has it, of the kernel this server started last."""
    folder = Path(f"/proc/{process.pid}/cwd").resolve().parent  # the server's own, made at its start
    newest = max(folder.rglob("kernel-*.json"), key=lambda path: path.stat().st_mtime)
    return newest.stem.removeprefix("kernel-")


def run_apart(coroutine):
    """What a coroutine gives, in a thread of its own: the browser holds this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


CODE = "open('/tmp/forecast_fault_b01', 'w').write('x')"


def test_b01_b03_socket_runs_nothing(server):
    """B01 B03: a visitors socket cannot run complete inspect or read anything."""
    address, process, *_ = server
    marker = Path("/tmp/forecast_fault_b01")
    marker.unlink(missing_ok=True)
    execute = {"code": CODE, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    tries = [(channel, "execute_request", execute) for channel in ("shell", "control", "stdin", "iopub")]
    tries += [("shell", "complete_request", {"code": "o", "cursor_pos": 1}), ("shell", "inspect_request", {"code": "open", "cursor_pos": 1}),
              ("shell", "history_request", {"hist_access_type": "tail", "n": 5}), ("control", "debug_request", {}),
              ("control", "interrupt_request", {})]  # fmt: skip
    answers = asked(address, process, [*tries, ("shell", "kernel_info_request", {})])
    kinds = {answer["msg_type"] for answer in answers}
    assert "kernel_info_reply" in kinds  # the socket works
    assert not kinds & {"execute_reply", "execute_result", "complete_reply", "inspect_reply", "history_reply", "debug_reply", "interrupt_reply"}
    assert not marker.exists()


def test_b02_jupyterlab_never_serves_the_apps():
    settings = PROJECT / "src/forecast/runs/processes/jupyter/etc/jupyter/jupyter_server_config.d/voila_apart.json"
    assert json.loads(settings.read_text("utf-8"))["ServerApp"]["jpserver_extensions"]["voila.server_extension"] is False
    serving = list((PROJECT / "src/forecast/publish/serving").glob("*.py"))
    assert serving and not [path for path in serving if "server_extension" in path.read_text("utf-8")]


def test_b04_b27_dead_kernel_leaves_its_page(server):
    """B04 B27: a kernel shut down or killed leaves its page working."""
    address, process, _, browser = server
    with page_at(browser, (1024, 768), outside=[]) as tab:
        tab.goto(address + APP, timeout=60_000)
        tab.wait_for_selector(".card .big", timeout=60_000)
        tab.evaluate(UNFOLD)
        for pid in kernels_of(process.pid):
            os.kill(pid, signal.SIGKILL)
        box = tab.locator("#labour_productivity_real [data-tryout]:visible")
        box.locator("[data-lever=tfp] input").fill("2")
        assert box.locator("[data-lever=tfp] .seen").get_attribute("data-colour") == "red"


def test_b06_b08_out_of_range_is_cut(server):
    """B06 B08: a slider or an address beyond its range is cut to it."""
    address, _, _, browser = server
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, address + "#territory=sao_hoa&measure=7&language=xx")
        assert tab.locator(".card:visible").count() == 3
        box = tab.locator("#labour_productivity_real [data-tryout]:visible")
        slider = box.locator("[data-lever=tfp] input")
        slider.evaluate("one => { one.max = 1e12; one.value = 999999999999; one.dispatchEvent(new Event('input', {bubbles: true})); }")
        pushes = box.evaluate("one => one.tryout.pushes.tfp")
        assert pushes == [[2026, 2030, 3]]
        slider.evaluate("one => { one.min = -1e12; one.value = -1e11; one.dispatchEvent(new Event('input', {bubbles: true})); }")
        assert all(-4 <= span[2] <= 3 for span in box.evaluate("one => one.tryout.pushes.tfp || []"))


def test_b06_a_comm_nobody_asked_for_is_answered_by_nobody(server):
    address, process, *_ = server
    wide = {"comm_id": "1" * 32, "target_name": "jupyter.widget", "data": {"state": {"max": 1e12, "value": 999999999999}}}
    answers = asked(address, process, [("shell", "comm_open", wide), ("shell", "comm_msg", {"comm_id": "1" * 32, "data": {"value": 1e12}})])
    assert not [one for one in answers if one["msg_type"] == "comm_msg"]
    assert "Traceback" not in json.dumps(answers)


@pytest.mark.parametrize("path", ["", APP])
def test_b09_b11_address_is_not_written(server, path):
    """B09 B11: nothing of the address is written into the page."""
    address, *_ = server
    mark = "%22%3E%3Cscript%3Ealert(77)%3C/script%3E"
    status, _, text = fetch(f"{address}{path}?theme={mark}&template={mark}&q={mark}")
    assert status == 200 and "alert(77)" not in text and "data-jp-theme-name" not in text


def test_b11_html_is_built_in_two_known_places_only():
    made = [path.name for path in (PROJECT / "src/forecast").rglob("*.py") if re.search(r"\bHTML\(", path.read_text("utf-8"))]
    scripts = [path.name for path in templating.folders()["leaders"].glob("*.js") if "innerHTML" in path.read_text("utf-8")]
    notebooks_own = {"printing.py", "start.py", "entry.py", "waiting.py"}  # shown in JupyterLab only, every text escaped there
    assert set(made) <= {"shell.py", "app.py"} | notebooks_own and scripts == ["picture.js"]


@pytest.mark.parametrize("path", ["api/kernels", "api/contents", "api/sessions", "api/terminals", "metrics", "api/kernelspecs", "voila/tree",
                                  "voila/api/contents", "voila/render/khong_co.ipynb", "voila/render/../../secret.ipynb",
                                  "voila/render/secret.csv", "voila"])  # fmt: skip
def test_b12_nothing_but_the_apps_is_served(server, path):
    address, *_ = server
    status, _, text = fetch(address + path)
    assert status in (403, 404) and "Traceback" not in text and str(server[2]) not in text


def test_b13_b14_outside_kernel_control_refused(server):
    """B13 B14: starting and stopping kernels from outside is refused."""
    address, process, *_ = server
    fetch(address + APP)
    kernel = newest_kernel(process)
    for method, path in (("POST", "api/kernels"), ("POST", f"voila/api/shutdown/{kernel}"), ("DELETE", f"api/kernels/{kernel}")):
        request = urllib.request.Request(address + path, method=method, data=b"{}", headers={"Origin": "https://evil.example"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=20)
        refused.value.close()
        assert refused.value.code in (403, 404, 405)


@pytest.mark.parametrize("path", ["", APP])
def test_b15_what_another_site_pulls_in_starts_nothing(server, path):
    address, process, *_ = server
    before = len(kernels_of(process.pid))
    assert fetch(address + path, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"})[0] == 403
    assert len(kernels_of(process.pid)) <= before


@pytest.mark.parametrize("path", ["", APP, "trang_thai"])
def test_b16_a_foreign_host_is_refused(server, path):
    assert fetch(server[0] + path, Host="evil.example")[0] == 403


@pytest.mark.parametrize(("origin", "status"), [("https://evil.example", 403), (None, 101)])
def test_b17_a_foreign_origin_gets_no_socket(server, origin, status):
    address, process, *_ = server
    cookie = visitor(fetch(address + APP)[1])
    where = channels(address, newest_kernel(process))

    async def knock():
        try:
            async with knocked(where, Cookie=cookie, Origin=origin or address.rstrip("/")):
                return 101
        except HTTPClientError as refused:
            return refused.code

    assert run_apart(knock()) == status


@pytest.mark.parametrize("path", ["bang_dieu_hanh.ipynb", "secret.csv", "x.py", ".hidden.png", "../../data/sources.csv",
                                  "%2e%2e/%2e%2e/published.json",
                                  "..%2f..%2fdata/sources.csv", "//etc/passwd", "/etc/passwd"])  # fmt: skip
@pytest.mark.parametrize("door", ["voila/files/", "voila/static/", "voila/templates/hung_yen/static/", "static/", "voila/render/"])
def test_b18_b19_b20_no_file_is_given_out(server, door, path):
    if door + path == APP:
        return
    status, _, text = fetch(server[0] + door + path)
    assert status in (400, 403, 404, 500) and "root:" not in text and "a,b\n1,2" not in text and "Traceback" not in text


def test_b22_b23_cell_error_is_a_plain_sentence(server):
    """B22 B23: an error in a cell is a plain sentence without secret source or path."""
    status, _, text = fetch(server[0] + "voila/render/hong.ipynb")
    assert status == 200 and "Trang chưa hiển thị được" in text
    assert not re.search(r"MAT-KHAU|ValueError|Traceback|ipykernel|raise |/tmp/", text)
    assert json.loads(fetch(server[0] + "trang_thai")[2])["sound"]  # what a monitor asks does not look at the 200


def test_b24_page_costs_no_kernel(small):
    """B24: visitors of the page cost no kernel and those of an app are cleared away."""
    address, process = small
    for _ in range(10):
        assert fetch(address)[0] == 200
    assert kernels_of(process.pid) == []
    fetch(address + APP)
    assert kernels_of(process.pid)
    until = time.monotonic() + 30
    while kernels_of(process.pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert kernels_of(process.pid) == []


def test_b25_b26_full_server_says_so(small):
    """B25 B26: a full server says so and a cell without end is stopped."""
    address, _ = small
    waiting = [subprocess.Popen([sys.executable, "-c", f"import urllib.request as u; u.urlopen('{address}voila/render/cham.ipynb').read()"])
               for _ in range(2)]  # fmt: skip
    time.sleep(1.5)
    status, _, text = 200, {}, ""
    for _ in range(8):
        status, _, text = fetch(address + APP)
        if status == 503:
            break
    assert status == 503 and "Đang có nhiều người dùng phần này" in text and "bảng điều hành vẫn xem được" in text
    assert fetch(address)[0] == 200  # the page itself is never full
    for one in waiting:
        assert one.wait(60) == 0


def test_b25_newcomer_replaces_who_left(server, tmp_path):
    """B25: who comes when all is full takes the place of one who left never of one who stays."""
    code = "visitors.MOST_KERNELS = 2; visitors.LEFT_SECONDS = 0.5; serve.serve(root, port)"
    with running(server[2], tmp_path, code) as (address, process):
        cookie = visitor(fetch(address + APP)[1])
        [stays] = kernels_of(process.pid)
        came = run_apart(_come_while_one_stays(address, newest_kernel(process), cookie))
        assert came == [200, 200, 200, 200] and alive(stays) and len(kernels_of(process.pid)) == 2
        time.sleep(1)
        with ThreadPoolExecutor(12) as pool:  # some while others' kernels are only starting
            together = list(pool.map(lambda _: fetch(address + APP)[0], range(24)))
        assert set(together) <= {200, 503} and 200 in together and len(kernels_of(process.pid)) <= 2


async def _come_while_one_stays(address, kernel, cookie):
    came = []
    async with knocked(channels(address, kernel), Cookie=cookie):
        for _ in range(4):
            came.append((await asyncio.to_thread(fetch, address + APP))[0])
            await asyncio.sleep(1)
    return came


def test_b28_a_killed_server_leaves_no_kernel_behind(server, tmp_path):
    with running(server[2], tmp_path) as (address, process):
        fetch(address + APP)
        kernels = kernels_of(process.pid)
        assert kernels
        process.kill()
        until = time.monotonic() + 20
        while any(map(alive, kernels)) and time.monotonic() < until:
            time.sleep(0.05)
        assert not any(map(alive, kernels))


def test_b29_b30_an_unknown_option_stops_the_start(server, tmp_path):
    environment = os.environ | {"FORECAST_HOME": str(server[2])}
    for option in ("--config=hardened.py", "--VoilaConfiguration.allow_theme_overide=NO"):
        command = [sys.executable, "-m", "forecast", "serve", "--port", str(free_port()), option]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, cwd=tmp_path, check=False)
        assert ended.returncode != 0 and "no such option" in ended.stderr.lower()


def test_b31_stray_configuration_beside_the_start_is_not_read(server, tmp_path):
    shutil.rmtree(tmp_path / "x", ignore_errors=True)
    (tmp_path / "voila.py").write_text("open('/tmp/forecast_fault_b31', 'w')\nc.VoilaConfiguration.strip_sources = False\n")
    (tmp_path / "jupyter_config.py").write_text("c.Voila.ip = '0.0.0.0'\n")
    Path("/tmp/forecast_fault_b31").unlink(missing_ok=True)
    with running(server[2], tmp_path) as (address, _):
        assert fetch(address)[0] == 200
    assert not Path("/tmp/forecast_fault_b31").exists()
