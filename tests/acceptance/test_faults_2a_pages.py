"""Section 2A of the acceptance list, by id: what a reader sees in a page that is open, and what a machine is called or lacks."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from browser import chromium, page_at
from entering import intranet_root
from places import SOURCE
from serving import running

APPS = ("", "voila/render/kich_ban.ipynb", "voila/render/so_lieu.ipynb")
HIDDEN = ("unshare", "-rm", "sh", "-c", 'mount -t tmpfs none /usr/share/fonts && exec "$@"', "sh")  # a machine without fonts
DRAW = (
    "from forecast.runs.processes import pictures\n"
    "axis = {'labelFont': 'Noto Sans', 'labelFontSize': 15, 'labelLimit': 600, 'labelFontWeight': 700}\n"
    "rows = [{'who': 'Năng suất lao động trước hợp nhất (giá so sánh 2010)', 'much': 1}]\n"
    "encoding = {'y': {'field': 'who', 'type': 'nominal', 'axis': axis}, 'x': {'field': 'much', 'type': 'quantitative'}}\n"
    "print(pictures.svg({'data': {'values': rows}, 'mark': 'bar', 'encoding': encoding}, ''))\n"
)


def drawn(*before):
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1"}
    environment.pop("FORECAST_DRAWING", None)
    return subprocess.run([*before, sys.executable, "-c", DRAW], env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_2a31_a_machine_without_fonts_draws_the_same_picture():
    """2A31: the font is shipped: names on an axis take the same room whatever fonts a machine has."""
    if subprocess.run([*HIDDEN, "true"], capture_output=True, check=False).returncode:
        pytest.skip("fonts cannot be hidden from a process here")
    assert drawn(*HIDDEN) == drawn()


def test_2a08_the_environment_works_in_a_folder_with_a_vietnamese_name(tmp_path):
    """2A08: the link from the environment to the code can be read in the C locale, whatever the folder is called."""
    [link] = Path(sys.prefix).glob("lib/python3*/site-packages/__editable__.hung_yen_forecast-*.pth")
    root = tmp_path / "dự án của tỉnh"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    [packages] = (root / ".venv").glob("lib/python3*/site-packages")
    (packages / link.name).write_bytes(link.read_bytes())
    (root / "src").symlink_to(SOURCE)
    command = [root / ".venv" / "bin" / "python", "-I", "-c", "import forecast; print(ascii(forecast.__file__))"]
    answer = subprocess.run(command, env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, capture_output=True, text=True, check=False)
    assert answer.returncode == 0 and "d\\u1ef1" in answer.stdout.replace("\\udce1\\udcbb\\udcb1", "\\u1ef1"), answer.stderr


@pytest.mark.slow
def test_2a29_an_open_page_says_that_something_newer_is_published(tmp_path):
    """2A29: board, scenarios and figures tell at once, and the scenarios ask again whether their draws are the published ones."""
    root, ready = intranet_root(tmp_path), "#part-why svg, .figures tbody tr, .hy .card"
    with running(root, root) as (address, _), chromium() as browser, ExitStack() as stack:
        tabs = [stack.enter_context(page_at(browser, (1366, 768), outside=[])) for _ in APPS]
        for tab, app in zip(tabs, APPS, strict=True):
            tab.goto(address + app, timeout=60_000)
            tab.wait_for_selector(ready, timeout=60_000)
            tab.wait_for_timeout(1000)
            assert not tab.locator("[data-kept]").is_visible()
        tabs[1].evaluate("document.querySelector('#part-origin').firstElementChild.id = 'before'")
        published = root / "parameterized_runs" / "published.json"
        published.write_text(published.read_text("utf-8").replace("2026-11-24", "2026-11-25"), "utf-8")
        for tab in tabs:
            for _ in range(60):
                tab.evaluate("window.dispatchEvent(new Event('focus'))")
                tab.wait_for_timeout(500)
                if tab.locator("[data-kept]").is_visible():
                    break
            assert "Đã có bản mới hơn" in tab.locator("[data-kept]").inner_text()
        tabs[1].wait_for_selector("#part-origin #before", state="detached", timeout=20_000)  # asked again what is published
