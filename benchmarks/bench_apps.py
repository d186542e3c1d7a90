"""How fast the published page opens and answers, beside a plain Voila notebook with ipywidgets and Altair in the same run.

`python benchmarks/bench_apps.py`. Headless Chromium, every outside address refused and counted. Needs something published
(`make run`). Times are wall times on a machine that may be shared; medians of 10, of 3 for the peer's openings.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import apps_advisers
import table
from apps_advisers import held, private_mb

from forecast.errors import PublishError
from forecast.files import find_root
from forecast.publish.leaders import page

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from browser import chromium, page_at, visit

CARD = ".card .big"
PEER = Path(__file__).parent / "apps_peer" / "plain.ipynb"
SIZE, REPEATS, FEW, VISITORS, SPAN = (1024, 768), 10, 3, 50, 10.0
MOVES = """async (count) => {
  const took = [];
  for (const box of document.querySelectorAll('[data-tryout]')) {
    if (!box.offsetParent) continue;
    const slider = box.querySelector('[data-lever] input'), low = Number(slider.min), high = Number(slider.max);
    for (let k = 0; k < count; k += 1) {
      slider.value = low + (high - low) * ((k * 7) % count) / count;
      const start = performance.now();
      slider.dispatchEvent(new Event('input', {bubbles: true}));
      document.body.getBoundingClientRect();
      took.push(performance.now() - start);
      await new Promise(after => requestAnimationFrame(after));
    }
  }
  return took;
}"""
PAINTED = """() => new Promise(tell => {
  new PerformanceObserver(list => tell(performance.timeOrigin + list.getEntries()[0].renderTime)).observe({type: 'element', buffered: true});
  setTimeout(() => tell(0), 20000);
})"""  # when the browser itself says the number of the first card was on the screen, ms since 1970
WATCH = """() => {
  window.took = [];
  document.addEventListener('keydown', () => { window.pressed = performance.now(); }, true);
  new MutationObserver(() => { if (window.pressed) { window.took.push(performance.now() - window.pressed); window.pressed = 0; } })
    .observe(document.querySelector('#chance').closest('.widget-html, .jupyter-widgets') || document.body, {childList: true, subtree: true});
}"""


@contextmanager
def served(command: list[str], port: int, root: Path) -> Iterator[subprocess.Popen]:
    """A server started by `command`, ready to be asked."""
    environment = os.environ | {"FORECAST_HOME": str(root), "PYTHONUTF8": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 180
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def opened(browser, address: str, selector: str, outside: list[str]) -> float:
    """Seconds from asking for the address to the first readable card, in a profile of its own."""
    with page_at(browser, SIZE, outside=outside) as tab:
        begin, start = time.time(), time.perf_counter()
        tab.goto(address, wait_until="commit", timeout=120_000)
        tab.wait_for_selector(selector, timeout=120_000)
        waited = time.perf_counter() - start
        painted = tab.evaluate(PAINTED) / 1000 - begin if selector == CARD else 0.0
        return painted if painted > 0 else waited


def kernels(pid: int) -> list[int]:
    """The processes directly below a server."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(text) for text in listed.split()]


def crowd(address: str, browser, outside: list[str]) -> list[float]:
    """Seconds for each of many visitors who come within ten seconds, whole page received; infinite where refused.

    Visitors bring machines of their own, so most are plain downloads; every tenth is a real browser up to its first card.
    """
    begin = time.monotonic()

    def download(visitor: int) -> float:
        time.sleep(max(0.0, begin + SPAN * visitor / VISITORS - time.monotonic()))
        start = time.perf_counter()
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return time.perf_counter() - start if answer.status == 200 and b'class="big"' in answer.read() else float("inf")
        except OSError:
            return float("inf")

    with ThreadPoolExecutor(VISITORS) as pool:
        plain = [pool.submit(download, visitor) for visitor in range(VISITORS) if visitor % 10]
        real = [opened(browser, address, CARD, outside) for visitor in range(VISITORS) if not visitor % 10]
        return [future.result() for future in plain] + real


def ours(root: Path) -> dict[str, object]:
    """Every figure of the kit's own page."""
    port, outside = free_port(), []
    command = [sys.executable, "-m", "forecast", "serve", "--port", str(port)]
    address, figures = f"http://127.0.0.1:{port}/", {}
    with tempfile.TemporaryDirectory() as folder, served(command, port, root) as process, chromium() as browser:
        figures["first"] = opened(browser, address, CARD, outside)
        figures["warm"] = statistics.median(opened(browser, address, CARD, outside) for _ in range(REPEATS))
        before = private_mb(process.pid)
        for _ in range(REPEATS):
            opened(browser, address, CARD, outside)
        figures["static_visitor"] = max(0.0, private_mb(process.pid) - before) / REPEATS + sum(held(process.pid))
        with page_at(browser, SIZE, outside=outside) as tab:
            visit(tab, address)
            figures["moves"] = tab.evaluate(MOVES, 40)
        path = page.write_static(root, folder)
        figures["size"] = path.stat().st_size / 1e6
        figures["static"] = statistics.median(opened(browser, path.as_uri(), CARD, outside) for _ in range(REPEATS))
        figures["kernel_open"] = opened(browser, address + "voila/render/bang_dieu_hanh.ipynb", CARD, outside)
        figures["kernel_memory"] = statistics.median(held(process.pid))
        figures["crowd"] = crowd(address, browser, outside)
        figures |= apps_advisers.measured(browser, address, opened, REPEATS, outside, process.pid)
    with served(command, port, root):
        time.sleep(10)  # a server that has been up for a while
        figures["advisers"] = apps_advisers.crowd(address, VISITORS, SPAN)
    return figures | {"outside": outside}


def peer(root: Path) -> dict[str, object]:
    """The same figures of a plain notebook under Voila's own template, as it comes."""
    port, outside = free_port(), []
    command = [sys.executable, "-m", "voila", str(PEER), "--no-browser", f"--port={port}"]
    address, figures = f"http://127.0.0.1:{port}/", {}
    with served(command, port, root) as process, chromium() as browser:
        figures["first"] = opened(browser, address, "#chance", outside)
        figures["warm"] = statistics.median(opened(browser, address, "#chance", outside) for _ in range(FEW))
        with page_at(browser, SIZE, outside=outside) as tab:
            tab.goto(address, timeout=120_000)
            tab.wait_for_selector("#chance", timeout=120_000)
            tab.evaluate(WATCH)
            tab.locator(".noUi-handle").first.focus()
            for _ in range(20):
                tab.keyboard.press("ArrowRight")
                tab.wait_for_timeout(250)
            figures["moves"] = tab.evaluate("window.took")
        figures["memory"] = statistics.median(map(private_mb, kernels(process.pid)))
    return figures | {"outside": outside}


def main() -> None:
    """Measure the kit's page and the plain notebook in turn, print and write the table."""
    root = find_root()
    try:
        page.digest(root)
    except PublishError as problem:
        sys.exit(f"{problem.vi} / {problem.en}")
    page.leave_static(root)
    mine = ours(root)
    try:
        other = peer(root)
    except Exception as problem:  # the peer is not ours to mend: its cells say that it did not open
        print(f"plain Voila: {type(problem).__name__}", file=sys.stderr)
        other = {"first": float("nan"), "warm": float("nan"), "moves": [], "memory": float("nan"), "outside": []}
    moves, theirs = mine["moves"], other["moves"] or [float("nan")]
    memory, hers = "private memory of a further", f"plain Voila {other['memory']:.0f} MB"
    plain = f"plain Voila: median {statistics.median(theirs):.0f} ms, worst {max(theirs):.0f} ms"
    slow = f"median {statistics.median(mine['advisers']):.2f} s"
    rows = [
        table.row("slider to chart and chance, in the page, median of 120, ms", "<= 16", statistics.median(moves), plain),
        table.row("slider to chart and chance, worst of 120, ms", "<= 50", max(moves), plain),
        table.row("first readable card, warm server, median of 10, s", "<= 0.7", mine["warm"], f"plain Voila {other['warm']:.2f} s"),
        table.row("first readable card, first visitor after start, s", "<= 1.5", mine["first"], f"plain Voila {other['first']:.2f} s"),
        table.row("the page through a kernel of its own, first card, s", "<= 4", mine["kernel_open"], "the same page at /voila/render"),
        table.row("static file: open to first card, median of 10, s", "<= 0.5", mine["static"], "-"),
        table.row("static file, MB", "<= 2", mine["size"], "-"),
        table.row(f"{memory} visitor of the page, MB", "<= 0.5", mine["static_visitor"], hers),
        table.row(f"{memory} kernel (leadership page), MB", "<= 45", mine["kernel_memory"], hers),
        table.row("50 visitors in 10 s: slowest first card, s", "<= 5", max(mine["crowd"]), f"median {statistics.median(mine['crowd']):.2f} s"),
        table.row("'Kịch bản': first cards, first visitor, s", "<= 1.5", mine["adviser_first"], "bar of the page; a kernel of its own"),
        table.row("'Kịch bản': first cards, warm server, median of 10, s", "<= 0.7", mine["adviser_warm"], f"plain Voila {other['warm']:.2f} s"),
        table.row("'Kịch bản': charts drawn, warm server, median of 3, s", "<= 2", mine["charts_warm"], "bar of ours"),
        table.row(f"{memory} kernel ('Kịch bản', all drawn), MB", "<= 45", mine["adviser_memory"], hers),
        table.row("50 advisers in 10 s, each a kernel: slowest first cards, s", "<= 5", max(mine["advisers"]), slow),
        table.row("'Số liệu': first row, first visitor, s", "<= 1.5", mine["register_first"], "no kernel"),
        table.row("'Số liệu': first row, warm server, median of 10, s", "<= 0.7", mine["register_warm"], "no kernel"),
        table.row("requests that leave the machine", "<= 0", len(mine["outside"]), f"plain Voila {len(other['outside'])}"),
    ]
    table.write("apps", rows)


if __name__ == "__main__":
    main()
