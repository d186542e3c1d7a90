"""Take the pictures of the READMEs again: `make pictures`, after `make run`. They are quantised to keep the repository small."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from forecast.files import find_root
from forecast.publish import shell
from forecast.publish.leaders import page
from forecast.publish.register import page as register

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from browser import chromium, page_at, visit

DOCS = Path(__file__).parent
SIZES = {390: 844, 768: 1024, 1366: 768}
TOP = {390: 1500, 768: 1500, 1366: 1100}  # how much of the board is shown
STATE = "measure=mic&target.digital_economy_share=hy_digital_economy_share_qd489_2030"
INDICATOR = "digital_economy_share"
KERNEL = 60_000


def keep(shot: bytes, name: str, height: int = 0) -> None:
    """One picture in 256 colours, cut to `height`."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    if height:
        picture = picture.crop((0, 0, picture.width, min(height, picture.height)))
    picture.quantize(256).save(DOCS / f"{name}.png", optimize=True)


def board(browser: Browser, address: str, width: int, language: str) -> None:
    """The board with another document chosen, and its try-out with the ambitious preset on a screen so high that nothing scrolls."""
    where = f"{address}#language={language}&territory=hung_yen_2025&{STATE}"
    with page_at(browser, (width, TOP[width]), outside=[]) as tab:
        tab.goto(where)
        tab.wait_for_selector(".card .big")
        keep(tab.screenshot(), f"page_top_{width}_{language}")
    with page_at(browser, (width, 30_000), outside=[]) as tab:
        visit(tab, f"{where}&preset=ambitious")
        tab.wait_for_selector(".card .big")
        keep(tab.locator(f"#{INDICATOR} [data-tryout]:visible").screenshot(), f"page_tryout_{width}_{language}", TOP[width])


def scenarios(browser: Browser, address: str, width: int, language: str) -> None:
    """The advisers' app with one slider pushed beyond experience."""
    with page_at(browser, (width, SIZES[width]), outside=[]) as tab:
        tab.goto(address, timeout=KERNEL)
        tab.wait_for_selector("#part-why svg", timeout=KERNEL)
        tab.click(f"[data-switch=language][data-value={language}]")
        tab.locator("[data-lever=core_growth] input.one").first.evaluate(
            "slider => { slider.value = 3; slider.dispatchEvent(new Event('input', {bubbles: true})); }"
        )
        settled(tab)
        keep(tab.screenshot(), f"kich_ban_{width}_{language}")


def settled(tab: Page) -> None:
    """Wait until the app has answered, then scroll to its top."""
    tab.wait_for_timeout(600)
    tab.wait_for_selector(".adviser:not(.busy)", timeout=KERNEL)
    tab.evaluate("scrollTo(0, 0)")
    tab.wait_for_timeout(300)


def figures(browser: Browser, file: Path, width: int, language: str) -> None:
    """The data app as it opens."""
    with page_at(browser, (width, SIZES[width]), outside=[]) as tab:
        tab.goto(file.as_uri())
        tab.click(f"[data-language-of={language}]")
        keep(tab.screenshot(), f"so_lieu_{width}_{language}")


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The address of a server of the apps."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = os.environ | {"FORECAST_HOME": str(root)}
    process = subprocess.Popen([sys.executable, "-m", "forecast", "serve", "--port", str(port)], env=environment)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def main() -> None:
    """Draw the pages anew and take every picture in both languages and all sizes."""
    root = find_root()
    left = shell.static_folder(root)
    page.leave_static(root)
    register.leave_static(root)
    with served(root) as address, chromium() as browser:
        for language in ("vi", "en"):
            for width in SIZES:
                board(browser, address, width, language)
                scenarios(browser, f"{address}voila/render/kich_ban.ipynb", width, language)
                figures(browser, left / register.FILE, width, language)


if __name__ == "__main__":
    main()
