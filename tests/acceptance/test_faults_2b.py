"""Section 2B of the acceptance list, by id: what the audit (tests/publish/serving/test_login.py) does not play by itself."""

import contextlib
import gzip
import io
import json
import os
import signal
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from adviser_fixture import asking, make_project
from entering import intranet_root
from serving import below, fetch, forked_below, kernels_of, running, warm_parents

from forecast import ledger
from forecast.cli import main as cli
from forecast.errors import RunError
from forecast.policy.scenarios import codes
from forecast.publish.advisers import session as adviser_session
from forecast.runs import folders
from forecast.runs.processes import pictures
from forecast.runs.publication import ledger as kept_ledger
from forecast.runs.publication import pointer, signoff
from forecast.runs.scenarios import saved
from forecast.runs.upkeep import backup

PUSHED = {"pushes": {"tfp": 1.0}}
SPOILT = ("a\x00b", "a\x1bb", "a\uffffb", "a\ufffeb", "a\ud800b")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("faults_2b"))


@pytest.mark.parametrize("name", SPOILT)
def test_2b03_letters_that_cannot_be_drawn_do_not_end_the_engine(name):
    """2B03: a title with letters the drawing engine dies of is drawn with a mark in their place."""
    specification = {"title": name, "data": {"values": [{"a": 1, name: 2}]}, "mark": "point"}
    assert pictures.svg(specification, "").startswith("<svg")


def sound_link(root):
    """A link that a page of the kit gave, and the question in it."""
    ask = asking(root)
    told = ask("save", PUSHED, name="Thử liên kết", author="Lan", reason="thử")
    asked = saved.record_of(root, told["code"])["question"]
    return asked, {**asked, "scenario": {**asked["scenario"], "author": "UBND tỉnh"}}


def test_2b04_a_link_is_bounded_like_a_save(project):
    """2B04: a short link that unpacks to a name of 30,000 letters is refused at once."""
    asked, _ = sound_link(project)
    long = {**asked, "scenario": {**asked["scenario"], "name": {"vi": "x" * 30_000, "en": "x"}}}
    begun = time.monotonic()
    answer = asking(project)("reopen", text=codes.link(long))
    assert "200" in answer["error"]["vi"] and time.monotonic() - begun < 10


def test_2b05_a_forged_link_is_doubted(project):
    """2B05: rating and source of a link do not count, nor its author, and the page says so."""
    _, forged = sound_link(project)
    session = adviser_session.start(project)
    source = next(iter(session.store.sources))
    entries = [{**entry, "rating": "green", "source": source} for entry in forged["scenario"]["assumptions"]]
    forged = {**forged, "scenario": {**forged["scenario"], "assumptions": entries}}
    _, name, record = adviser_session.reopen(session, codes.link(forged))
    opened = session.opened[name]
    assert record is None and {(push.rating, push.source) for push in opened.pushes} == {("red", "")}
    assert opened.author != "UBND tỉnh" and "chưa lưu, chưa kiểm" in str(asking(project)("reopen", text=codes.link(forged)))


def test_2b10_ten_saves_at_once_are_ten_versions(project):
    """2B10: saves wait for each other; a torn record is set aside; there is an end to saving."""
    with ThreadPoolExecutor(5) as pool:
        pushes = [{"pushes": {"tfp": round(0.1 * number, 1)}} for number in range(1, 6)]
        told = list(pool.map(lambda push: asking(project)("save", push, name="Cùng lúc", author="Lan", reason="thử"), pushes))
    records = [saved.record_of(project, answer["code"])["question"]["scenario"]["version"] for answer in told]
    assert sorted(records) == [1, 2, 3, 4, 5]
    torn = project / "parameterized_runs" / "scenarios" / "AAAAA-BBBBB.json"
    torn.write_text("{", "utf-8")
    assert "error" not in asking(project)("save", {"pushes": {"tfp": 0.7}}, name="Sau đó", author="Lan", reason="thử")
    assert not torn.exists() and torn.with_suffix(".torn").exists()
    (project / "forecast.toml").write_text("[limits]\nsaved_per_day = 1\n", "utf-8")
    answer = asking(project)("save", {"pushes": {"tfp": 0.8}}, name="Nữa", author="Lan", reason="thử")
    (project / "forecast.toml").unlink()
    assert "giới hạn" in answer["error"]["vi"]


@pytest.mark.slow
def test_2b06_2b11_the_server_recovers(tmp_path):
    """2B06 2B11 2B21: the pulse is sound again at once; a killed drawing process and warm parent come back; a page has a head."""
    root = intranet_root(tmp_path)
    with running(root, root) as (address, process):
        pointer = root / "parameterized_runs" / "published.json"
        before = pointer.read_bytes()
        pointer.write_bytes(b"{")
        until = time.monotonic() + 20
        while fetch(f"{address}trang_thai")[0] == 200 and time.monotonic() < until:
            time.sleep(0.2)
        assert fetch(f"{address}trang_thai")[0] == 503
        pointer.write_bytes(before)
        assert fetch(f"{address}trang_thai")[0] == 200 and fetch(address)[0] == 200
        assert opened_app(address)  # everything is loaded
        ours = {child.pid for child in below(process.pid, "forecast.runs.processes", recursive=True)}
        assert len(ours) >= 3  # drawing, warm parent, standby
        for pid in ours:
            os.kill(pid, signal.SIGKILL)
        until, back = time.monotonic() + 40, set()
        while len(back) < 2 and time.monotonic() < until:
            time.sleep(0.1)
            back = {child.pid for child in below(process.pid, "processes")} - ours
        assert len(back) >= 2 and 'class="shown"' in fetch(f"{address}voila/render/kich_ban.ipynb")[2]


@pytest.mark.slow
def test_2b11_a_killed_warm_parent_keeps_nobody_waiting(tmp_path):
    """2B11: who opens an app while the warm parent is killed, or its standby, waits no longer than others; three times in a row."""
    root = intranet_root(tmp_path)
    with running(root, root) as (address, process):

        def opening():
            begun = time.monotonic()
            assert opened_app(address)
            return time.monotonic() - begun

        opening()  # the modules are loaded then
        usual = max(opening() for _ in range(2))
        [standby] = warm_parents(process.pid)
        for _ in range(3):
            [parent] = below(standby)
            parent.kill()
            assert opening() < 2 * usual + 2 and list(warm_parents(process.pid)) == [standby]
        os.kill(standby, signal.SIGKILL)
        assert opening() < 2 * usual + 2
        until = time.monotonic() + 60
        while not (warm_parents(process.pid).keys() - {standby}) and time.monotonic() < until:
            time.sleep(0.5)
        assert warm_parents(process.pid).keys() - {standby} and opening() < 2 * usual + 20


def opened_app(address):
    """The kernel of a visitor who opens the app and comes back where many are there; empty where the page says that it failed."""
    until = time.monotonic() + 120
    while (answer := fetch(f"{address}voila/render/kich_ban.ipynb"))[0] == 503 and time.monotonic() < until:
        time.sleep(0.5)
    assert answer[0] == 200
    return answer[2].partition('data-kernel="')[2].partition('"')[0]


def test_2b17_a_ledger_rewritten_whole_contradicts_the_publications(tmp_path):
    """2B17: the head beside each publication is missed in a ledger that holds in itself, and a code on paper in a publication that was changed."""
    home = folders.home(tmp_path)
    home.mkdir(parents=True)
    facts = dict.fromkeys(ledger.FACTS, "1") | {"run_id": "one-000000000000"}
    text = ledger.extended("", [facts])
    folders.ledger_path(tmp_path).write_text(text, "utf-8")
    head = ledger.read(text)[-1]["hash"]
    signature = {"state": "published", "by": "Trần B", "at": "2026-11-07T02:00:00Z", "login": "b"}
    run = {"name": "one", "run_id": facts["run_id"], "state": "succeeded", "notebook": "x", "manifest": "0" * 64}
    content = {"plan": "default", "published_at": "2026-11-07T02:00:00Z", "runs": [run], "state": "published", "signatures": [signature]}
    pointer.path_of(tmp_path).write_text(json.dumps(content | {"ledger": {"lines": 1, "hash": head}}), "utf-8")
    code = signoff.code_of(pointer.peek(tmp_path))
    assert kept_ledger.problems(tmp_path) == [] and signoff.of_code(tmp_path, "default", f"{code[:8]} {code[8:].upper()}")
    rewritten = ledger.extended("", [facts | {"q50": "2"}])
    folders.ledger_path(tmp_path).write_text(rewritten, "utf-8")
    assert ledger.broken(rewritten) is None and "published.json" in kept_ledger.problems(tmp_path)[0].vi
    content["ledger"] = {"lines": 1, "hash": ledger.read(rewritten)[-1]["hash"]}  # the forger thinks of this too
    for forged in (content, content | {"ledger": {"lines": 1, "hash": head}, "signatures": [signature | {"by": "Lê C"}]}):
        pointer.path_of(tmp_path).write_text(json.dumps(forged), "utf-8")
        assert signoff.of_code(tmp_path, "default", code) is None


@pytest.mark.slow
def test_2b23_a_crowd_whose_kernels_are_killed_is_served(tmp_path):
    """2B23: kernels are killed while others come: each page ends, only those whose kernel died say so, and there are never more than the limit."""
    root = intranet_root(tmp_path)
    (root / "forecast.toml").write_text("[limits]\nkernels = 6\nkernels_per_visitor = 6\n", "utf-8")
    with running(root, root) as (address, process), ThreadPoolExecutor(4) as pool:
        visits = [pool.submit(opened_app, address) for _ in range(14)]
        most, killed = 0, 0
        while not all(visit.done() for visit in visits):
            kernels = kernels_of(process.pid)
            most = max(most, len(kernels))
            if kernels and killed < 8:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(kernels[0], signal.SIGKILL)
                killed += 1
            time.sleep(0.4)
        failed = [visit for visit in visits if not visit.result()]
        assert most <= 6 and killed and len(failed) <= killed, (most, killed, len(failed))


@pytest.mark.slow
def test_2b24_figures_changed_under_a_running_server_are_read_once(tmp_path):
    """2B24: other figures are read by a new warm parent, once; the old one and its draws go with its last kernel."""
    root = intranet_root(tmp_path)
    with running(root, root) as (address, process):
        [before] = warm_parents(process.pid)
        assert opened_app(address)
        figures = root / "data" / "observations.csv"
        text = figures.read_text("utf-8")
        figures.write_text(text[: text.rindex("\n", 0, -1) + 1], "utf-8")  # without its last line
        until = time.monotonic() + 120
        while len(parents := warm_parents(process.pid)) < 2 and time.monotonic() < until:  # the new one loads; kernels come from the old
            time.sleep(0.2)
        while before in parents and time.monotonic() < until:
            with contextlib.suppress(ProcessLookupError):
                for kernel in forked_below(before):
                    os.kill(kernel, signal.SIGKILL)
            time.sleep(0.2)
            parents = warm_parents(process.pid)
        [after] = parents
        assert after != before and opened_app(address) and warm_parents(process.pid)[after]


def test_2b13_documented_commands_have_a_safe_path():
    """2B13: no document tells anybody to run `python -m forecast` where a forecast.py may lie."""
    project = Path(__file__).resolve().parents[2]
    papers = [*project.glob("*.md"), *project.glob("docs/*.md"), *project.glob("deploy/*"), project / "Makefile"]
    assert [path.name for path in papers if "python -m forecast" in path.read_text("utf-8") and path.name != "DECISIONS.md"] == []


@pytest.mark.parametrize("path", ["/dev/zero", "/etc/passwd_link", "/nowhere"])
def test_2b15_only_plain_bounded_files_are_read(project, tmp_path, monkeypatch, capsys, path):
    """2B15: no device, link or file without end is read as a plan or a scenario, and nothing of it is printed."""
    if path == "/etc/passwd_link":
        path = str(tmp_path / "kich_ban.yml")
        os.symlink("/etc/passwd", path)
    monkeypatch.setenv("FORECAST_HOME", str(project))
    assert cli.main(["scenario", "new", path]) == 2
    assert cli.main(["plan", "show", path]) == 2
    printed = capsys.readouterr()
    assert "root:" not in printed.out + printed.err and "Traceback" not in printed.err


def test_2b15_nested_yaml_is_refused(project, tmp_path, monkeypatch, capsys):
    path = tmp_path / "sau.yml"
    path.write_text("a: " + "[" * 20_000, "utf-8")
    monkeypatch.setenv("FORECAST_HOME", str(project))
    assert cli.main(["scenario", "new", str(path)]) == 2 and cli.main(["plan", "show", str(path)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_2b16_a_backup_is_counted_while_unpacking(tmp_path):
    """2B16: a small archive that unpacks to far more is refused before it is written."""
    bomb = tmp_path / "b.tar.gz"
    with gzip.open(bomb, "wb", 9) as packed, tarfile.open(fileobj=packed, mode="w|") as archive:
        entry = tarfile.TarInfo("data/x.csv")
        entry.size = 300 * 2**20
        archive.addfile(entry, io.BytesIO(bytes(entry.size)))
    assert bomb.stat().st_size < 2**20
    with pytest.raises(RunError, match="more than fits"):
        backup.restore(bomb, tmp_path / "new")
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) < 2 * 2**20
