"""A server in trouble: killed and started again, a disk that is full, a clock that is set, a publication and figures changed while readers read."""

import contextlib
import json
import os
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from entering import APP, ask, intranet_root, log_in, served
from serving import below, fetch, kernels_of, running

from forecast import files
from forecast.runs.publication import pointer

pytestmark = pytest.mark.slow
TIMES = ("2026-11-24T07:30:00+07:00", "2026-11-25T08:45:00+07:00")
SAID = ("24/11/2026 07:30", "25/11/2026 08:45")
CARD = re.compile(r'<p class="big"[^>]*>.*?</p>', re.DOTALL)


@pytest.fixture
def root(tmp_path):
    return intranet_root(tmp_path / "project")


@pytest.fixture
def small(tmp_path):
    """A project on a disk of its own with little room."""
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture(scope="module", autouse=True)
def before():
    """The warm parents that were there before these tests."""
    return {parent.pid for parent in below(os.getpid(), "forking", recursive=True)}


def board_of(address):
    """(status, the numbers of the cards) of the board."""
    status, _, text = fetch(address)
    return status, CARD.findall(text)


def show(root, at):
    """Readers see the set as published at another time."""
    path = pointer.path_of(root)
    files.write_whole(path, json.dumps(json.loads(path.read_text("utf-8")) | {"published_at": at}))


def test_a_killed_server_leaves_nothing_and_starts_again(root, tmp_path):
    """Nothing of a killed server lives on, its page lies in its file, and the next one shows the same numbers."""
    with running(root, tmp_path) as (address, process):
        before = board_of(address)
        assert before[0] == 200 and before[1] and fetch(address + APP)[0] == 200 and kernels_of(process.pid)
        family = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait(20)
        _, alive = psutil.wait_procs(family, timeout=20)
        assert [child for child in alive if child.status() != psutil.STATUS_ZOMBIE] == []
    with running(root, tmp_path) as (address, _):
        assert board_of(address) == before


def test_visitors_who_left_leave_no_log_behind(root, tmp_path):
    """The library makes a log for each kernel, which Python keeps for ever: ours have one together."""
    count = tmp_path / "count"
    look = f"open({str(count)!r}, 'w').write(str(sum('jupyter_events' in name for name in logging.root.manager.loggerDict)))"
    code = f"import logging, threading, time; watch = lambda: [({look}, time.sleep(0.3)) for _ in range(400)]; "
    with running(root, tmp_path, code + "threading.Thread(target=watch, daemon=True).start(); serve.serve(root, port)") as (address, _):
        time.sleep(1)
        before = int(count.read_text() or 0)
        for _ in range(3):
            assert fetch(address + APP)[0] == 200
        time.sleep(1)
        assert int(count.read_text()) == before > 0


def test_readers_of_a_full_disk_see_the_page(small, tmp_path):
    """Where the disk is full the page and its numbers stay, nothing is signed by half, and a step says why it failed."""
    root = intranet_root(small / "project")
    with served(root, tmp_path, "password") as (address, _):
        _, _, jar = log_in(address, "tham_dinh")
        status, _, text = ask(address, "", Cookie=jar)
        numbers, shown = CARD.findall(text), pointer.raw(root)
        with contextlib.suppress(OSError), (small / "full").open("wb") as full:
            while True:
                full.write(bytes(65536))
                full.flush()
        for _ in range(3):
            status, _, text = ask(address, "", Cookie=jar)
            assert status == 200 and CARD.findall(text) == numbers
        mark = re.search(r"_xsrf=([^;]+)", jar)[1]
        form = f"step=review&sure=yes&_xsrf={mark}"
        status, _, text = ask(address, "bang_viec", "POST", form, Cookie=jar, Content_Type="application/x-www-form-urlencoded")
        assert status == 200 and "Traceback" not in text and pointer.raw(root) == shown
        assert ask(address, APP, Cookie=jar)[0] == 200 and ask(address, "trang_thai")[0] == 200
        (small / "full").unlink()
        assert ask(address, "", Cookie=jar)[0] == 200


def test_a_clock_that_is_set_ends_no_session_and_keeps_nobody_out(root, tmp_path):
    """Sessions and limits go by a clock that nobody sets."""
    moved = tmp_path / "moved"
    (root / "forecast.toml").write_text('[serve]\nallow_root = true\n[login]\nway = "password"\n[limits]\nkernels = 2\n', "utf-8")
    code = f"import os, time; real = time.time; time.time = lambda: real() - (3 * 86400 if os.path.exists({str(moved)!r}) else 0); "
    with running(root, tmp_path, code + "serve.serve(root, port)") as (address, _):
        _, _, jar = log_in(address, "phan_tich")
        assert ask(address, APP, Cookie=jar)[0] == 200
        moved.touch()
        assert ask(address, "", Cookie=jar)[0] == 200 and ask(address, APP, Cookie=jar)[0] == 200
        assert log_in(address, "xem")[0] == 302


def test_readers_during_publications_see_one_set_each(root, tmp_path):
    """Every reader meets the whole page of one publication or the other, its numbers as they are."""
    with running(root, tmp_path) as (address, _), ThreadPoolExecutor(3) as readers:
        numbers, ended = board_of(address)[1], time.monotonic() + 20
        assert numbers

        def read():
            met = []
            while time.monotonic() < ended:
                status, _, text = fetch(address)
                met.append((status, sum(said in text for said in SAID), CARD.findall(text) == numbers))
            return met

        reading = [readers.submit(read) for _ in range(3)]
        for number in range(8):
            show(root, TIMES[number % 2])
            time.sleep(2)
        met = [each for reader in reading for each in reader.result()]
        assert len(met) > 10 and set(met) == {(200, 1, True)}
        show(root, TIMES[1])
        until = time.monotonic() + 30
        while SAID[1] not in fetch(address)[2] and time.monotonic() < until:
            time.sleep(0.1)
        assert SAID[1] in fetch(address)[2]


def test_figures_changed_under_a_server_change_no_shown_number(root, tmp_path):
    """What is shown is what was published: figures that change, or break, move none of it."""
    with running(root, tmp_path) as (address, _):
        before = board_of(address)
        figures = root / "data" / "observations.csv"
        text = figures.read_text("utf-8")
        for spoilt in (text[: text.rindex("\n", 0, -1) + 1], text[: len(text) // 2], ""):
            figures.write_text(spoilt, "utf-8")
            for _ in range(3):
                assert board_of(address) == before
                time.sleep(0.5)
        assert fetch(address + "trang_thai")[0] in (200, 503)
        figures.write_text(text, "utf-8")
        until = time.monotonic() + 30
        while fetch(address + "trang_thai")[0] != 200 and time.monotonic() < until:
            time.sleep(0.1)
        assert board_of(address) == before and fetch(address + APP)[0] == 200


def test_nobody_is_left_after_the_tests(before):
    """The tests of this file leave no server behind."""
    assert {parent.pid for parent in below(os.getpid(), "forking", recursive=True)} <= before
