"""The server as others meet it: every known attack, roles at every door, and visitors who come over a minute, again and again.

`python benchmarks/bench_serve.py [--quick]` (three crowds instead of ten). The real server in a process of its own on loopback, in a
folder that is a copy of the project's figures and what is published (`make run` first). Each visitor opens the page and "Kịch bản",
asks one question over the socket and leaves. Wall times on a machine that may be shared.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator, Iterator
from pathlib import Path
from socket import socket

import table
from crowds import Held, crowd, halves, held, plain, quick, served
from psutil import Process

from forecast.files import find_root

VISITORS, SPAN, REST = 200, 60.0, 75.0  # seconds; kernels nobody is connected to end after 60 to 75
LATER, LATER_SPAN = 60, 20.0  # of the crowds after the second
KILLING = {  # by the crowd's number: what is killed meanwhile, in words, and the bar for the first answer
    1: ("", "in a minute", "<= 1"),
    2: ("kernels", "while kernels are killed", "<= 5"),
    3: ("all", "while warm parent, standby and drawing are killed too", "<= 30"),
}
TOLD = '[login]\nway = "{way}"\n[serve]\nallow_root = true\n{proxies}[limits]\nrequest_seconds = 5\n'
NAMED = {  # rows of the audit with a figure of their own
    "roles x actions: wrong": "Every role",
    "forged header, or no login: opened": "B33: no page",
    "another visitor's kernel: ways open": "2B14",
}
MARK = "import os\nopen({mark!r} + '/' + str(os.getpid()) + {name!r}, 'w').close()\n"
HOSTILE = {  # below the start folder or HOME: what Python, Jupyter, IPython or Voila would read by themselves
    "start": ("forecast.py", "voila.py", "sitecustomize.py", "json.py", "jupyter_server_config.py", "jupyter_config.py", "voila_config.py"),
    "home": (
        *(".jupyter/jupyter_server_config.py", ".jupyter/voila_config.py", ".ipython/profile_default/startup/00.py", ".pythonrc"),
        *(".ipython/profile_default/ipython_kernel_config.py", ".config/jupyter/jupyter_config.py"),
        f".local/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages/usercustomize.py",
    ),
}


def hostile(folder: Path) -> tuple[Path, dict[str, str]]:
    """A start folder and an environment in which every file leaves a mark where its code runs; marks lie in folder/marks."""
    marks = folder / "marks"
    marks.mkdir()
    for below, names in HOSTILE.items():
        for name in names:
            path = folder / below / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(MARK.format(mark=str(marks), name=name.replace("/", "-")), "utf-8")
    home, start = folder / "home", folder / "start"
    extra = {"HOME": str(home), "PYTHONSTARTUP": str(home / ".pythonrc"), "PYTHONPATH": str(start), "JUPYTER_CONFIG_PATH": str(start)}
    extra |= {"JUPYTER_CONFIG_DIR": str(start), "JUPYTER_PATH": str(start), "IPYTHONDIR": str(home / ".ipython"), "VOILA_CONFIG": str(start)}
    return start, extra | {"PYTHONWARNINGS": "error", "PYTHONINSPECT": "1", "JUPYTER_TOKEN": "x"}


def attacks(root: Path, folder: Path) -> Iterator[dict[str, object]]:
    """The server's own audit in each way of logging in, in a hostile start folder, HOME and environment."""
    start, extra = hostile(folder)
    told: list[tuple[str, bool]] = []
    for way in ("none", "password", "proxy"):
        (root / "forecast.toml").write_text(TOLD.format(way=way, proxies='trusted_proxies = ["127.0.0.9"]\n'), "utf-8")
        log = folder / f"{way}.log"
        with served(root, log, "--audit", cwd=start, **extra) as (_, address):
            opened = "Mở trang tại" in log.read_text("utf-8")
            if opened and way == "none":
                asyncio.run(quick(address, 1))  # a kernel too has read nothing
        lines = [line for line in log.read_text("utf-8").splitlines() if line[:1] in "✓✕" and line]
        told += [(f"{way}: {line}", line[0] == "✓") for line in lines] or [(f"{way}: not started: {log.read_text('utf-8')[-200:]}", False)]
        print(*(line for line in lines if line[0] == "✕"), sep="\n", end="")
    (root / "forecast.toml").unlink()
    ids = {name for line, _ in told for name in re.findall(r"\b2?B\d\d\b", line)}
    yield table.row("kinds of attack left open, three ways of login", "<= 0", sum(not good for _, good in told), f"{len(told)} tried, {len(ids)} ids")
    for figure, words in NAMED.items():
        rows = [good for line, good in told if words in line]
        yield table.row(figure, "<= 0", sum(not good for good in rows) if len(rows) == 3 else 3)
    ran = sorted({re.sub(r"^\d+", "", mark.name) for mark in (folder / "marks").iterdir()})
    yield table.row("hostile files that ran", "<= 0", len(ran), f"{sum(map(len, HOSTILE.values()))} laid {' '.join(ran)}")


def crowds(root: Path, folder: Path, times: int) -> Iterator[dict[str, object]]:
    """What each crowd met, and what the server held afterwards."""
    with served(root, folder / "crowds.log") as (process, address):
        asyncio.run(crowd(process, address, 5, 1.0))
        time.sleep(REST)
        before = held(process)
        for number in range(1, times + 1):
            kill, name, bar = KILLING.get(number, ("", "", ""))
            many, span = (VISITORS, SPAN) if number <= 2 else (LATER, LATER_SPAN)
            met = asyncio.run(crowd(process, address, many, span, kill))
            if name:
                median = statistics.median([*met.first, *met.again] or [SPAN])
                told = f"median {median:.2f} s, {met.killed} kernels killed, {met.cut_off} reloads {met.wrong[:2] or ''}"
                yield table.row(f"{many} visitors {name}: not served", "<= 0", len(met.wrong), told)
                yield table.row(f"{many} visitors {name}: cut off without a killed kernel", "<= 0", max(met.cut_off - met.killed, 0))
                yield table.row(f"{many} visitors {name}: first answer, 95 %, s", bar, met.late())
                yield table.row(f"{many} visitors {name}: kernels at once", "<= 64", met.kernels)
            elif met.wrong:
                yield table.row(f"crowd {number}: not served", "<= 0", len(met.wrong), str(met.wrong[:2]))
            if number == 1:
                time.sleep(REST)
                yield from back(before, held(process), "crowd 1")
        doors = yield from small_things(process, address)
        time.sleep(REST)
        yield from back(before, held(process), f"crowd {times}, 300 quick opens, 300 half requests")
        for door in doors:
            door.close()


def back(before: Held, after: Held, what: str) -> Iterator[dict[str, object]]:
    """What is held a while after something, against what was held at rest."""
    name = f"{REST:.0f} s after {what}"
    yield table.row(f"{name}: kernels", "<= 0", after.kernels)
    told = f"{before.memory:.0f} -> {after.memory:.0f} MB"
    yield table.row(f"{name}: memory of that at rest", "<= 1.15", after.memory / before.memory, told)
    yield table.row(f"{name}: more descriptors", "<= 4", after.descriptors - before.descriptors, f"{before.descriptors} at rest")


def small_things(process: Process, address: str) -> Generator[dict[str, object], None, list[socket]]:
    """Plain requests, quick opens and closes, half requests, which stay open on our side."""
    before, begun = held(process), time.monotonic()
    asyncio.run(plain(address, 10_000))
    yield table.row("10,000 plain GETs: more kernels", "<= 0", held(process).kernels - before.kernels, f"{time.monotonic() - begun:.0f} s")
    asyncio.run(quick(address, 300))
    doors, begun = halves(address, 300), time.monotonic()
    urllib.request.urlopen(address, timeout=30).close()
    yield table.row("behind 300 half requests: the page, s", "<= 1", time.monotonic() - begun)
    return doors


def main() -> None:
    """Print what was met."""
    source, rows = find_root(), []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        root = folder / "root"
        for name in ("data", "notebooks/apps", "parameterized_runs"):
            shutil.copytree(source / name, root / name, ignore=shutil.ignore_patterns(".*"))
        (root / "parameterized_runs" / "people.json").unlink(missing_ok=True)
        for row in (*attacks(root, folder), *crowds(root, folder, 3 if "--quick" in sys.argv else 10)):
            rows.append(row)
        table.write("serve", rows)


if __name__ == "__main__":
    main()
