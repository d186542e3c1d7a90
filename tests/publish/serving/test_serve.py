"""The real Voila server, started as the kit starts it, opened in a real Chromium with the network closed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid

import pytest
from browser import chromium, page_at, visit
from publish_real import make_real_root
from serving import PROJECT, fetch, free_port, kernels_of, prepared, running

from forecast import installation
from forecast.errors import InstallationError, PublishError
from forecast.publish import static
from forecast.publish.serving import serve, settings


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One running server; a stray voila.json lies in the folder it was started from (B31)."""
    root = prepared(tmp_path_factory.mktemp("served"))
    stray = tmp_path_factory.mktemp("stray")
    (stray / "voila.json").write_text(json.dumps({"VoilaConfiguration": {"strip_sources": False, "theme": "dark"}}))
    with running(root, stray) as (address, process), chromium() as browser:
        yield address, process, browser, root


@pytest.mark.slow
def test_page_opens_alone(server):
    """The page opens without a kernel and without outside requests."""
    address, process, browser, _ = server
    outside, errors = [], []
    with page_at(browser, (1024, 768), outside=outside, errors=errors) as tab:
        tab.goto(address, timeout=60_000)
        tab.wait_for_selector(".hy .card", timeout=60_000)
        assert not kernels_of(process.pid)
        assert not tab.locator("[data-kept]").is_visible()
        tab.click("button[data-value=hung_yen_2025]")
        tab.click("button[data-value=en]")
        assert "merged Hưng Yên" in tab.locator("#labour_productivity_real .about:visible").inner_text()
        assert tab.locator("#labour_productivity_real svg:visible").count() >= 1
    assert outside == [] and errors == []


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A server of the real figures; the tests that read from it come before the one that stops it."""
    root = make_real_root(prepared(tmp_path_factory.mktemp("real"), published=False), data=False, pages=True)
    shutil.copy(PROJECT / serve.APPS / "so_lieu.ipynb", root / serve.APPS)
    with running(root, tmp_path_factory.mktemp("start")) as (address, process):
        yield address, process


@pytest.mark.slow
def test_page_of_figures_opens_alone(server, real):
    """The page of figures opens without a kernel and without outside requests."""
    browser, (address, process) = server[2], real
    outside, errors = [], []
    with page_at(browser, (1024, 768), outside=outside, errors=errors) as tab:
        tab.goto(address + "voila/render/so_lieu.ipynb", timeout=60_000)
        tab.wait_for_selector(".figures tbody tr")
        assert not kernels_of(process.pid)
        tab.click("a:has-text('Bảng điều hành')")
        tab.wait_for_selector(".hy .card")
    assert fetch(address + "voila/render/so_lieu.ipynb")[1]["Content-Security-Policy"] == settings.POLICY
    assert outside == [] and errors == []


@pytest.mark.slow
@pytest.mark.parametrize("path", ["khong_co", "voila/render/khong_co.ipynb", "voila/tree"])
def test_an_address_that_is_no_page_says_so_and_leads_back(server, path):
    status, _, text = fetch(server[0] + path)
    assert status == 404 and "Không có trang này" in text and "There is no such page" in text and 'href="/"' in text


@pytest.mark.slow
def test_a_refusal_of_the_library_is_said_on_our_page(server):
    """The notebook server's own handlers refuse on a page of ours; theirs cannot be drawn here."""
    visitor = fetch(server[0])[1]["Set-Cookie"].split(";")[0]
    status, _, text = fetch(f"{server[0]}api/kernels/{uuid.UUID(int=1)}/channels", Cookie=visitor)
    assert status == 403 and "không được phép" in text and "may not be opened" in text


@pytest.mark.slow
def test_through_a_kernel_the_page_is_the_same_and_outlives_it(server):
    address, process, browser, _ = server
    outside, errors = [], []
    with page_at(browser, (1024, 768), outside=outside, errors=errors) as tab:
        tab.goto(address + "voila/render/bang_dieu_hanh.ipynb", timeout=90_000)
        tab.wait_for_selector(".hy .card", timeout=60_000)
        assert tab.locator("#loading").count() == 0 and tab.locator("#failed").count() == 0
        source = tab.content()
        assert "page.show" not in source and "import page" not in source
        kernels = kernels_of(process.pid)
        assert kernels
        for pid in kernels:
            os.kill(pid, signal.SIGKILL)
        tab.click("button[data-value=hung_yen_2025]")
        assert "hợp nhất" in tab.locator("#labour_productivity_real .about:visible").inner_text()
    assert outside == [] and errors == []


@pytest.mark.slow
def test_slider_answers_with_everything_stopped(server, real):
    """With kernels killed server stopped and network closed a slider still answers."""
    outside, errors = [], []
    browser, (address, process) = server[2], real
    with page_at(browser, (1024, 768), outside=outside, errors=errors) as tab:
        visit(tab, address, timeout=60_000)
        assert fetch(address + "voila/render/bang_dieu_hanh.ipynb")[0] == 200
        for pid in kernels_of(process.pid):
            os.kill(pid, signal.SIGKILL)
        tab.context.set_offline(True)
        os.kill(process.pid, signal.SIGSTOP)
        try:
            box = tab.locator("#labour_productivity_real [data-tryout]:visible")
            before = box.locator("[data-out=chance]").inner_text()
            tab.wait_for_selector("[data-kept]:visible", timeout=10_000)
            assert "Bản lưu 24/11/2026" in tab.locator("[data-kept]").inner_text()
            slider = box.locator("[data-lever=tfp] input")
            slider.fill("3")
            assert box.locator("[data-out=chance]").inner_text() != before
            assert box.locator("[data-lever=tfp] .seen").get_attribute("data-colour") == "red"
            tab.click("button[data-value=en]")
            assert "Copy of 24/11/2026" in tab.locator("[data-kept]").inner_text()
        finally:
            os.kill(process.pid, signal.SIGCONT)
    assert outside == [] and errors == []


@pytest.mark.slow
def test_what_is_published_meanwhile_is_announced_and_shown(tmp_path):
    root = prepared(tmp_path, pages=True)
    with running(root, tmp_path) as (address, _):
        first = json.loads(fetch(address + "trang_thai")[2])
        pointer = root / "parameterized_runs" / "published.json"
        pointer.write_text(pointer.read_text("utf-8").replace("2026-11-24", "2026-11-25"), "utf-8")
        assert fetch(address)[0] == 200  # the old page, at once; the new one is drawn beside it
        for _ in range(600):
            now = json.loads(fetch(address + "trang_thai")[2])
            if now["page"] != first["page"]:
                break
            time.sleep(0.1)
        assert now["sound"] and now["page"] != first["page"]
        assert "25/11/2026" in fetch(address)[2]


@pytest.mark.slow
def test_first_visitor_after_a_publication_sees_it(tmp_path):
    """Where the publication has left its page as a file, nobody is shown what was published before it (2A14)."""
    root = prepared(tmp_path, pages=True)
    with running(root, tmp_path) as (address, _):
        assert "25/11/2026" not in fetch(address)[2]
        pointer = root / "parameterized_runs" / "published.json"
        pointer.write_text(pointer.read_text("utf-8").replace("2026-11-24", "2026-11-25"), "utf-8")
        static.leave_pages(root)
        assert "25/11/2026" in fetch(address)[2]


@pytest.mark.slow
def test_address_theme_and_template_not_reflected(server):
    """The theme and template in the address are not reflected."""
    address, *_ = server
    status, headers, text = fetch(address + "?theme=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&template=lab")
    assert status == 200
    assert "<script>alert(1)" not in text and "data-jp-theme-name" not in text
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.slow
@pytest.mark.parametrize("path", ["bang_dieu_hanh.ipynb", "secret.csv", ".hidden.png", "../../data/sources.csv",
                                  "%2e%2e/%2e%2e/published.json"])  # fmt: skip
def test_files_of_the_app_folder_are_not_served(server, path):
    address, *_ = server
    assert fetch(f"{address}voila/files/{path}")[0] in (403, 404)


@pytest.mark.slow
def test_foreign_host_and_site_are_refused(server):
    """A foreign host and a page pulled in by another site are refused."""
    address, *_ = server
    assert fetch(address, Host="evil.example")[0] == 403
    assert fetch(address, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"})[0] == 403


@pytest.mark.slow
def test_the_server_does_not_list_or_run_anything_else(server):
    address, *_ = server
    for path in ("voila/tree", "api/kernels", "api/contents", "api/terminals", "metrics", "voila/api/contents"):
        status, _, text = fetch(address + path)
        assert status in (403, 404), path
        assert "Traceback" not in text


@pytest.mark.slow
def test_nothing_published_is_said_on_the_page(tmp_path):
    root = prepared(tmp_path, published=False)
    with running(root, tmp_path) as (address, _):
        status, _, text = fetch(address)
        assert fetch(address + "trang_thai")[0] == 503
    assert status == 503
    assert "Chưa có kết quả nào được công bố: hãy chạy make run." in text
    assert "Traceback" not in text and str(tmp_path) not in text


@pytest.fixture
def kept_environment(monkeypatch, tmp_path):
    """Whatever the launcher sets in this process is undone."""
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "FORECAST_HOME", "FORECAST_PAGES"):
        monkeypatch.setenv(name, str(tmp_path))
    before, handler = os.getcwd(), signal.getsignal(signal.SIGTERM)
    yield
    os.chdir(before)
    signal.signal(signal.SIGTERM, handler)


def test_a_misspelt_setting_stops_the_start(tmp_path, kept_environment):
    root = prepared(tmp_path)
    with pytest.raises(PublishError, match="allow_theme_overide"):
        serve.serve(root, port=free_port(), extra={"VoilaConfiguration": {"allow_theme_overide": "NO"}})
    with pytest.raises(PublishError, match=r"Voilla\.port"):
        serve.serve(root, port=free_port(), extra={"Voilla": {"port": 1}})


def test_the_effective_settings_are_read_back(tmp_path, kept_environment):
    told = installation.read(prepared(tmp_path), {"FORECAST_SERVE_PORT": "18999"})
    wanted = settings.wanted(told)
    app = settings.application(wanted, told)
    assert settings.differences(app, wanted) == []
    app.voila_configuration.allow_theme_override = "YES"
    app.ip = "0.0.0.0"
    problems = settings.differences(app, wanted)
    assert len(problems) == 2 and any("allow_theme_override" in problem for problem in problems)


@pytest.mark.parametrize("ip", ["0.0.0.0", "10.0.0.5", "::", "may-chu"])
def test_only_this_machine_is_served(tmp_path, ip):
    with pytest.raises(InstallationError, match=r"\[login\] way|127\.0\.0\.1"):
        serve.serve(prepared(tmp_path), ip=ip)


def test_the_app_notebook_is_tiny_and_light():
    content = json.loads((PROJECT / serve.APP).read_text("utf-8"))
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert len(cells) <= 3 and all(not cell["outputs"] and cell["execution_count"] is None for cell in cells)
    assert content["metadata"]["kernelspec"]["name"] == "python3"
    imports = "import sys; from forecast.publish.leaders import page; print([m for m in sys.modules])"
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
    listed = subprocess.run([sys.executable, "-c", imports], capture_output=True, text=True, check=True, env=environment)
    for heavy in ("statsmodels", "prophet", "papermill", "pandas", "altair"):
        assert f"'{heavy}'" not in listed.stdout
