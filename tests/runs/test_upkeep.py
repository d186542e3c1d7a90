"""What keeps the kit running: reads traced, schedule installed, notices mailed, sign-off, backup, doctor, start page."""

import asyncio
import concurrent.futures
import csv
import dataclasses
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import threading
import time
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime

import pytest
import tiny_project
from places import PROJECT
from tiny_project import EVALUATION, RECORD, run_of

from forecast import evidence, files
from forecast.cli import main
from forecast.domain import Text
from forecast.errors import RunError
from forecast.evidence import journal
from forecast.publish import shell
from forecast.publish.notebooks import start
from forecast.runs import folders
from forecast.runs.execution import execute, executors, heartbeat, reuse, worker
from forecast.runs.plans import plan, rules
from forecast.runs.publication import pointer, signoff  # fmt: skip
from forecast.runs.records import identity, manifest
from forecast.runs.upkeep import backup, doctor, notice, schedule, status, timers

TODAY = date(2026, 11, 24)
READS_SERIES = (
    "from forecast import evidence\nfrom forecast.domain import Key\nstore = evidence.load()\n"
    "found = store.series(Key('ecommerce_revenue', 'province', 'hung_yen_pre2025'))"
)
MONTHLY = "ngày 6 hằng tháng 06:00"


def at(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def execute_plan(root, path, **options):
    report = execute.run(plan.load(path, root, today=TODAY), root, stream=io.StringIO(), **options)
    return report, {result.name: result for result in report.results}


def why(root, path):
    """By run, why it has to run, as `forecast plan show` says it before."""
    return {run.name: text.en for run, text, _ in execute.outlook(plan.load(path, root, today=TODAY), root)[0] if text}


def change_figure(root, indicator, measure, territory, period, value):
    path = root / "data" / "observations.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    chosen = [row for row in rows if (row["indicator"], row["measure"], row["territory"], row["period"]) == (indicator, measure, territory, period)]
    assert chosen
    chosen[0]["value"] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def data_project(tmp_path):
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    return tmp_path


@pytest.mark.slow
def test_a_changed_figure_reruns_only_what_read_it(data_project):
    root = data_project
    cell = f"if seed == 1:\n    {READS_SERIES.replace(chr(10), chr(10) + '    ')}\nelse:\n    from forecast import evidence\n    " \
        "store = evidence.load()\n    store.sources['hy_programme_summary_2023']"  # fmt: skip
    path = tiny_project.make(root, {EVALUATION: [cell, RECORD]}, [run_of("reads", seed=1), run_of("other", seed=2)])
    assert why(root, path) == {"reads": "never run", "other": "never run"}
    first = execute_plan(root, path)[1]
    assert why(root, path) == {}
    change_figure(root, "grdp_growth", "nso", "hoa_binh_pre2025", "2019", "0.87")
    report, second = execute_plan(root, path)
    assert report.published and all(result.skipped for result in second.values())
    change_figure(root, "ecommerce_revenue", "province", "hung_yen_pre2025", "2022", "1150")
    assert why(root, path) == {"reads": "figures it read have changed (ecommerce_revenue)"}
    third = execute_plan(root, path)[1]
    assert not third["reads"].skipped and third["other"].skipped
    assert third["reads"].run_id != first["reads"].run_id and third["other"].run_id == first["other"].run_id
    (third["reads"].folder / "reads.json").write_text('{"reads": []}')  # a trace edited to look as if it had read less
    assert not execute_plan(root, path)[1]["reads"].skipped


def watched(monkeypatch, tmp_path, folder=PROJECT / "data"):
    path = tmp_path / "reads.jsonl"
    monkeypatch.setenv(journal.READS, str(path))
    store = evidence.load(folder)
    monkeypatch.delenv(journal.READS)
    return store, path


def entries(path):
    return journal.collected(path.read_text(encoding="utf-8").splitlines())


def test_every_way_of_reading_is_written_down_once(monkeypatch, tmp_path):
    store, path = watched(monkeypatch, tmp_path)
    key = evidence.store.Key("grdp_growth", "nso", "hung_yen_pre2025")
    for _ in range(2):
        store.series(key, kind="growth")
        store.figures(indicator="grdp_growth")
        assert store.indicators["grdp_growth"] and "x" not in store.sources and store.sources.get("x") is None
        assert len(store.targets) and store.last_vintage and store.day("latest")
    asked = [(one["question"], *one["arguments"][:2]) for one in entries(path)]
    assert ("series", "grdp_growth", "nso") in asked and ("figures", "grdp_growth", None) in asked and ("whole", "targets") in asked
    assert ("entry", "sources", "x") in asked and ("last_vintage",) in asked and len(asked) == len(set(asked))
    assert journal.first_changed(entries(path), evidence.load(PROJECT / "data"), {}) is None


@pytest.mark.parametrize(
    ("figure", "same"),
    [
        (("dti_rank", "2026-11-20"), True),  # nobody asked for it
        (("grdp_growth", "2026-11-20"), False),
        (("dti_rank", "2027-01-02"), False),  # of another year: what is over and what is to come is another
    ],
)
def test_a_newer_day_alone_is_no_other_answer(monkeypatch, tmp_path, data_project, figure, same):
    """A run that asked as of the newest day depends on the figures it read, not on the day that another figure brought."""
    store, path = watched(monkeypatch, tmp_path, data_project / "data")
    day, key = store.day("latest"), evidence.store.Key("grdp_growth", "nso", "hung_yen_pre2025")
    assert day.isoformat() == "2026-10-05" and store.series(key, as_of=day, kind="growth").points
    assert store.figures(indicator="grdp_growth", as_of=day)
    plain = evidence.load(data_project / "data")
    other = next(row for row in plain.observations if row.key == key and row.kind == "growth")
    added = dataclasses.replace(other, key=dataclasses.replace(key, indicator=figure[0]), vintage=date.fromisoformat(figure[1]), value=1.0)
    changed = dataclasses.replace(plain, observations=(*plain.observations, added))
    assert (journal.first_changed(entries(path), changed, {}) is None) is same


@pytest.mark.parametrize("read", ["observations", "corrected", "findings", "targets", "assumptions", "sources"])
def test_reading_a_whole_table_depends_on_all_of_it(monkeypatch, tmp_path, data_project, read):
    store, path = watched(monkeypatch, tmp_path, data_project / "data")
    assert len(list(getattr(store, read)))
    changed = evidence.load(data_project / "data")
    content = getattr(changed, read)
    assert journal.first_changed(entries(path), changed, {}) is None
    smaller = dict(list(content.items())[1:]) if hasattr(content, "items") else tuple(content)[1:]
    name = "observations" if read == "corrected" else read
    if read == "corrected":
        smaller = changed.observations[1:]
    assert journal.first_changed(entries(path), dataclasses.replace(changed, **{name: smaller}), {}) is not None


def test_a_trace_that_cannot_be_read_counts_as_everything():
    store = evidence.load(PROJECT / "data")
    assert journal.first_changed([], store, {}) is None
    twice = [f'{{"question":"whole","arguments":["targets"],"digest":"{digest}"}}' for digest in (1, 2)]
    for lines in (["{"], ['{"question": "x"}'], twice):
        assert journal.first_changed(journal.collected(lines), store, {}) is not None
    for name in ("__class__", "folder.unlink", "observations.__len__"):
        assert journal.first_changed([{"question": "whole", "arguments": [name], "digest": ""}], store, {}) is not None


@pytest.mark.slow
def test_one_planned_run_can_be_run_whole_from_anywhere(tmp_path):
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    run = plan.load(path, tmp_path, today=TODAY).runs[0]
    files.require_room(folders.out_folder(tmp_path))
    shared = executors.Shared(tmp_path, "default", identity.digests(tmp_path), identity.versions(), executors.Limits())
    result = worker.run_once(run, shared)
    assert result.good and manifest.verify(result.folder) == [] and not heartbeat.activities(folders.out_folder(tmp_path))
    assert worker.run_once(run, shared).skipped
    shutil.rmtree(result.folder)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: worker.run_once(run, shared), range(2)))
    assert all(one.good for one in both) and sorted(one.skipped for one in both) == [False, True]
    assert reuse.names([(run, result.run_id)], shared.digests, tmp_path) == {"one"}


FAKE_CRONTAB = """#!/bin/sh
if [ "$1" = -l ]; then test -f "$CRON_FILE" && cat "$CRON_FILE" || { echo "no crontab for root" >&2; exit 1; }
else cat > "$CRON_FILE"; fi
"""


@pytest.fixture
def cron(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "crontab"
    program.write_text(FAKE_CRONTAB)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CRON_FILE", str(tmp_path / "crontab"))
    return tmp_path / "crontab"


def test_cron_gets_one_block_of_ours_and_loses_only_that(cron, tmp_path):
    cron.write_text("MAILTO=it@hungyen\n5 4 * * * other\n")
    timers.install(tmp_path / "Dự báo 100%", [rules.parse(MONTHLY)], "cron")
    timers.install(tmp_path / "Dự báo 100%", [rules.parse(MONTHLY)], "cron")
    text = cron.read_text()
    assert text.count(timers.BEGIN) == 1 and text.startswith("MAILTO=it@hungyen\n5 4 * * * other\n") and r"100\%" in text
    assert timers.installed("cron")
    timers.remove("cron")
    assert cron.read_text() == "MAILTO=it@hungyen\n5 4 * * * other\n" and not timers.installed("cron")


def test_the_cron_line_runs_as_a_shell_runs_it(tmp_path):
    root = tmp_path / "Dự báo của 'tỉnh' 100%"
    tiny_project.make(root, {EVALUATION: [RECORD]}, [run_of("one")])
    line = timers.cron_lines(root)[1].split(" ", 5)[5].replace(r"\%", "%")
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    assert subprocess.run(["/bin/sh", "-c", line], env=environment, cwd="/", check=False).returncode == 0
    assert (root / "parameterized_runs" / "schedule.log").read_text() == ""


@pytest.mark.parametrize("text", [MONTHLY, "ngày 31 hằng tháng 06:00", "ngày cuối hằng tháng 6h", "hằng ngày 23:59", "thứ hai hằng tuần 07:30",
                                  "ngày 10 tháng đầu quý 06:00"])  # fmt: skip
def test_systemd_understands_the_hours_and_means_the_same(text):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    rule, now = rules.parse(text), datetime.now(UTC)
    for line in timers.calendar(rule):
        said = subprocess.run(["systemd-analyze", "calendar", line], capture_output=True, text=True, check=False, env={**os.environ, "TZ": "UTC"})
        if said.returncode and "Asia" in said.stderr:
            pytest.skip("no time zones are installed here")
        assert said.returncode == 0, said.stderr
    if len(timers.calendar(rule)) == 1:
        assert f"{rules.following(rule, now).astimezone(UTC):%Y-%m-%d %H:%M}:00 UTC" in said.stdout


def test_the_units_name_the_project_and_watch_for_files(tmp_path):
    found = timers.units(tmp_path, [rules.parse(MONTHLY), rules.parse("khi có tệp mới")])
    assert set(found) == {f"{timers.NAME}.{kind}" for kind in ("service", "timer", "path")}
    assert "OnCalendar=*-*-06 06:00:00 Asia/Ho_Chi_Minh\n" in found[f"{timers.NAME}.timer"] and "Persistent=true" in found[f"{timers.NAME}.timer"]
    assert f"PathChanged={tmp_path}/data/incoming" in found[f"{timers.NAME}.path"]
    assert f"FORECAST_HOME={tmp_path}" in found[f"{timers.NAME}.service"]
    if shutil.which("systemd-analyze"):
        for name, text in found.items():
            (tmp_path / name).write_text(text)
        checked = subprocess.run(["systemd-analyze", "verify", str(tmp_path / f"{timers.NAME}.timer")], capture_output=True, text=True, check=False)
        assert timers.NAME not in checked.stderr, checked.stderr


def test_a_systemd_that_refuses_leaves_no_unit_behind(tmp_path, monkeypatch):
    program = tmp_path / "systemctl"
    program.write_text('#!/bin/sh\ntest "$(cat "$ANSWER")" = yes || { echo "Host is down" >&2; exit 1; }\n')
    program.chmod(0o755)
    answer, folder = tmp_path / "answer", tmp_path / "units"
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("ANSWER", str(answer))
    monkeypatch.setattr(timers, "_units_folder", lambda: folder)
    answer.write_text("no")
    with pytest.raises(RunError, match="Host is down"):
        timers.install(tmp_path, [rules.parse(MONTHLY)], "systemd")
    assert not list(folder.iterdir()) and not timers.installed("systemd")
    answer.write_text("yes")
    timers.install(tmp_path, [rules.parse(MONTHLY)], "systemd")
    assert timers.installed("systemd")
    answer.write_text("no")
    with pytest.raises(RunError, match="Host is down"):
        timers.remove("systemd")
    assert not list(folder.iterdir())


def test_windows_task_catches_up_once(tmp_path):
    """The windows task is xml that catches up and never starts two."""
    root = tmp_path / "Dự báo & co"
    (root / "parameterized_runs").mkdir(parents=True)
    timers.install(root, [rules.parse(MONTHLY)], "windows")
    tree = ET.fromstring((root / "parameterized_runs" / "schedule.xml").read_bytes())
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    assert tree.find(f".//{space}MultipleInstancesPolicy").text == "IgnoreNew" and tree.find(f".//{space}StartWhenAvailable").text == "true"
    assert tree.find(f".//{space}WorkingDirectory").text.endswith("Dự báo & co") and tree.find(f".//{space}Interval").text == "PT10M"


def test_a_file_taken_in_runs_the_plan_once(tmp_path):
    """A file that lies in data/incoming/ is told and starts nothing; taken in, and undone, each runs the plan once (2A11)."""
    tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    tiny_project.write_plan(tmp_path, [run_of("one")], schedule=["khi có tệp mới"])
    incoming = tmp_path / "data" / "incoming"
    incoming.mkdir(parents=True)
    for name in ("indicators.yml", "territories.yml"):
        shutil.copyfile(PROJECT / "data" / name, tmp_path / "data" / name)
    calls = []

    def run(path):
        calls.append(path.name)
        return True, Text("xong", "done")

    now = at("2026-11-06T06:00+07:00")
    schedule.run_due(tmp_path, now, run)
    (incoming / "~$tháng 10.xlsx").write_bytes(b"lock")
    (incoming / "tháng 10.xlsx").write_bytes(b"PK half a file")
    os.utime(incoming / "tháng 10.xlsx", (0, 0))
    for _ in range(3):
        schedule.run_due(tmp_path, now, run)
    assert calls == []
    told = [(given["plan"], given["vi"][:11]) for given in schedule.notice.read(tmp_path)]
    assert told == [("tháng 10.xlsx", "bị trả lại:")]
    sources = tmp_path / "data" / "sources.csv"
    line = "intake_20261106_0123abcd,Tệp tháng 10.xlsx,Tỉnh,2026-11-06,2026-11-06,,,,\n"
    sources.write_text((sources.read_text("utf-8") if sources.exists() else "source\n") + line, encoding="utf-8")
    for _ in range(3):
        schedule.run_due(tmp_path, now, run)
    assert len(calls) == 1
    (tmp_path / "data" / "corrections.yml").write_text("- id: undo_intake_20261106_0123abcd\n", encoding="utf-8")
    schedule.run_due(tmp_path, now, run)
    assert len(calls) == 2


def test_cut_off_period_is_resumed(tmp_path):
    """A period whose run was cut off is resumed but not for ever."""
    tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    tiny_project.write_plan(tmp_path, [run_of("one")], schedule=[MONTHLY])
    schedule.begin(tmp_path, at("2026-11-05T00:00+07:00"))
    calls = []

    def dies(_path):
        calls.append(1)
        raise KeyboardInterrupt

    for _ in range(schedule.MOST_BEGUN):
        with pytest.raises(KeyboardInterrupt):
            schedule.run_due(tmp_path, at("2026-11-06T07:00+07:00"), dies)
    for _ in range(2):
        schedule.run_due(tmp_path, at("2026-11-06T08:00+07:00"), dies)
    assert len(calls) == schedule.MOST_BEGUN and "cắt ngang 3 lần" in notice.read(tmp_path)[0]["vi"]
    schedule.run_due(tmp_path, at("2026-12-06T08:00+07:00"), lambda _path: (True, Text("xong", "done")))
    assert notice.read(tmp_path) == []


def test_a_scheduled_plan_that_cannot_be_read_gives_notice_once(tmp_path):
    tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one", sed=1)])
    tiny_project.write_plan(tmp_path, [run_of("one", sed=1)], schedule=[MONTHLY])
    for _ in range(2):
        assert schedule.run_due(tmp_path, at("2026-11-06T07:00+07:00"), lambda _path: (True, Text("", ""))) == []
    assert len(notice.read(tmp_path)) == 1 and "ý bạn là 'seed'?" in notice.read(tmp_path)[0]["vi"]


@pytest.fixture
def relay():
    """A mail relay of a few lines on this machine: host:port and the letters it took."""
    letters, ready = [], threading.Event()
    loop, place = asyncio.new_event_loop(), []

    async def serve(reader, writer):
        writer.write(b"220 relay\r\n")
        data = False
        while line := await reader.readline():
            if data:
                data = line != b".\r\n"
                letters[-1] += line
                writer.write(b"" if data else b"250 taken\r\n")
            elif line.upper().startswith(b"DATA"):
                letters.append(b"")
                data = True
                writer.write(b"354 go\r\n")
            elif line.upper().startswith(b"QUIT"):
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 fine\r\n")
        writer.close()

    def run():
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
        place.append(server.sockets[0].getsockname()[1])
        ready.set()
        loop.run_forever()
        server.close()
        loop.run_until_complete(server.wait_closed())
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(10)
    yield f"127.0.0.1:{place[0]}", letters
    time.sleep(0.1)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


def test_failure_is_mailed(tmp_path, relay):
    """A failure is mailed over the relay and a relay that is down stops nothing."""
    import email
    from email import policy

    address, letters = relay
    (tmp_path / "parameterized_runs").mkdir()
    environment = {notice.RELAY: address, notice.TO: "truc@hungyen.example", notice.SENDER: "du-bao@hungyen.example"}
    said = notice.give(tmp_path, "default", "2026-11-06T00:00:00Z", Text("Năng suất: hỏng", "failed"), environment)
    letter = email.message_from_bytes(letters[0].removesuffix(b".\r\n"), policy=policy.default)
    assert "Đã gửi thư" in said.vi and letter["To"] == "truc@hungyen.example"
    assert letter["Subject"] == "[Dự báo Hưng Yên] Kế hoạch default có lượt chạy hỏng" and "Năng suất: hỏng" in letter.get_content()
    down = {**environment, notice.RELAY: "127.0.0.1:1"}
    assert "Không gửi được" in notice.give(tmp_path, "default", "2026-11-06T01:00:00Z", Text("nữa", "again"), down).vi
    bad = {**environment, notice.TO: "a@b\nBcc: x@y"}
    assert "Không gửi được" in notice.mail("default", Text("x", "x"), bad).vi and len(letters) == 1
    assert len(notice.read(tmp_path)) == 2


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """Two sets of runs: the first published by name, the second waiting."""
    root = tmp_path_factory.mktemp("signed")
    path = tiny_project.make(root, {EVALUATION: [RECORD]}, [run_of("one", seed=1)])
    first = execute_plan(root, path)[0]
    return root, path, first


@pytest.mark.slow
def test_signed_publication_makes_runs_wait(signed):
    """A person reviews and publishes by name and later runs wait."""
    root, path, first = signed
    assert first.published and pointer.peek(root)["state"] == "draft"
    with pytest.raises(RunError, match="Chưa thẩm định"):
        signoff.publish(root, "default", "Trần B", "2026-11-06T01:00:00Z")
    for name in ("", " ", "x", "a" * 99, "tên\u0000"):
        with pytest.raises(RunError, match="họ tên người ký"):
            signoff.review(root, "default", name, "2026-11-06T01:00:00Z")
    signoff.review(root, "default", "Nguyễn  A", "2026-11-06T01:00:00Z")
    signoff.publish(root, "default", "Trần B", "2026-11-06T02:00:00Z")
    shown = pointer.read(root)
    assert [(one["by"], one["state"]) for one in shown["signatures"]] == [("Nguyễn A", "reviewed"), ("Trần B", "published")]
    tiny_project.write_plan(root, [run_of("one", seed=2)])
    second = execute_plan(root, path)[0]
    assert not second.published and second.waiting and "chờ thẩm định" in second.note.vi
    assert pointer.read(root)["runs"][0]["run_id"] == first.results[0].run_id and status.shown(root).waiting
    signoff.review(root, "default", "Nguyễn A", "2026-11-07T01:00:00Z")
    execute_plan(root, path)
    assert pointer.waiting(root, "default")["state"] == "reviewed"  # the same runs again lose no signature
    signoff.publish(root, "default", "Trần B", "2026-11-07T02:00:00Z")
    assert pointer.read(root)["runs"][0]["run_id"] == second.results[0].run_id
    signoff.rollback(root, "default", "Trần B", "2026-11-08T02:00:00Z")
    back = pointer.read(root)
    assert back["runs"][0]["run_id"] == first.results[0].run_id and back["signatures"][-1]["state"] == "rolled_back"
    with pytest.raises(RunError, match="Không có bản trước"):
        signoff.rollback(root, "default", "Trần B", "2026-11-08T03:00:00Z")


@pytest.mark.slow
def test_what_changed_after_its_review_is_not_published(signed, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(signed[0], root)
    pointer.path_of(root).unlink()
    run_id = signed[2].results[0].run_id
    pointer.switch(root, "default", [run_id], "2026-11-01T00:00:00Z")
    signoff.review(root, "default", "Nguyễn A", "2026-11-06T01:00:00Z")
    folder = folders.out_folder(root) / run_id
    content = manifest.read(folder)
    (folder / "report.html").write_text("đẹp hơn")
    manifest.write(folder, content)
    with pytest.raises(RunError, match="đã đổi từ khi ghi nhận"):
        signoff.publish(root, "default", "Trần B", "2026-11-06T02:00:00Z")


@pytest.mark.slow
def test_backup_restores_to_the_byte(signed, tmp_path, monkeypatch, capsys):
    """A backup restores to the byte and a damaged one leaves nothing."""
    root = signed[0]
    saved, new = tmp_path / "sao lưu.tar.gz", tmp_path / "mới"
    monkeypatch.setenv("FORECAST_HOME", str(root))
    assert main.main(["backup", str(saved)]) == 0 and main.main(["restore", str(saved), str(new)]) == 0
    assert "mọi mã băm khớp" in capsys.readouterr().out
    kept = {path.relative_to(new): path.read_bytes() for path in new.rglob("*") if path.is_file()}
    assert all((root / name).read_bytes() == content for name, content in kept.items()) and len(kept) >= 10
    assert pointer.read(new)["runs"] == pointer.read(root)["runs"]
    with pytest.raises(RunError, match="Đã có tệp"):
        backup.write(root, saved, "now")
    with pytest.raises(RunError, match="không trống"):
        backup.restore(saved, new)
    whole = saved.read_bytes()
    for place in (100, len(whole) // 2):
        saved.write_bytes(whole[:place])
        with pytest.raises(RunError, match="chưa khôi phục gì"):
            backup.restore(saved, tmp_path / "nữa")
    evil = tmp_path / "evil.tar.gz"
    with tarfile.open(evil, "w:gz") as archive:
        member = tarfile.TarInfo("../../outside")
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    with pytest.raises(RunError, match="chưa khôi phục gì"):
        backup.restore(evil, tmp_path / "nữa")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evil.tar.gz", "mới", "sao lưu.tar.gz"]


def test_the_doctor_says_for_each_red_line_how_to_mend_it(tmp_path, monkeypatch):
    tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    shutil.copy(PROJECT / "requirements.lock", tmp_path)
    found = {one.name.split(" /")[0]: one for one in doctor.examine(tmp_path, quick=True)}
    assert not [one for one in found.values() if one.state == "bad"], found
    monkeypatch.setattr(files, "LEAST_FREE", 2**60)
    monkeypatch.setenv("PATH", "/nowhere")
    future = folders.out_folder(tmp_path) / "one-1"
    future.mkdir(parents=True)
    (future / "manifest.json").write_text("{}")
    os.utime(future / "manifest.json", (time.time() + 9e5, time.time() + 9e5))
    (tmp_path / "data" / "observations.csv").write_text("x")
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = {one.name.split(" /")[0]: one for one in doctor.examine(tmp_path, port=taken.getsockname()[1], quick=True)}
    said = {name: one.text.vi for name, one in found.items() if one.state != "good"}
    assert {"Ổ đĩa", "Đồng hồ", "Số liệu", "Chromium", "Cổng", "Quyền ghi"} <= set(said)
    assert "apt-get install chromium" in said["Chromium"] and "--port" in said["Cổng"] and "timedatectl" in said["Đồng hồ"]


@pytest.mark.slow
def test_status_and_schedule_in_words(tmp_path, monkeypatch, capsys, cron):
    """Status and schedule speak of what failed and what comes."""
    monkeypatch.setenv("FORECAST_HOME", str(tmp_path))
    cell = f"import os\nif not os.path.exists({str(tmp_path / 'mended')!r}): raise ValueError('hỏng rồi')"
    tiny_project.make(tmp_path, {EVALUATION: [cell, RECORD]}, [run_of("one")])
    path = tiny_project.write_plan(tmp_path, [run_of("one")], schedule=[MONTHLY])
    assert main.main(["schedule", "install", "--kind", "cron"]) == 0 and MONTHLY in capsys.readouterr().out and cron.exists()
    state = schedule.read_state(tmp_path)
    state[f"default: {MONTHLY}"]["period"] = "2000-01"  # as if it had been off since then
    schedule.state_path(tmp_path).write_text(json.dumps(state))
    assert main.main(["schedule", "run-due"]) == 1 and "HỎNG" in capsys.readouterr().out
    assert main.main(["schedule", "run-due"]) == 0 and capsys.readouterr().out == ""
    assert main.main(["status"]) == 2  # nothing is shown yet
    (tmp_path / "mended").touch()
    assert "hỏng rồi" in start.failures(tmp_path).value and "log.txt" in start.failures(tmp_path).value
    assert main.main(["run", str(path)]) == 0 and main.main(["status"]) == 0
    assert "lần tới / next" in capsys.readouterr().out
    assert main.main(["schedule", "remove", "--kind", "cron"]) == 0 and timers.BEGIN not in cron.read_text()


@pytest.mark.slow
def test_stopped_schedule_goes_on(tmp_path):
    """A scheduled plan that was stopped goes on with what is left."""
    started, calm = tmp_path / "started", tmp_path / "calm"
    cell = f"import os, time\nif seed == 2:\n    open({str(started)!r}, 'w').close()\n    time.sleep(0 if os.path.exists({str(calm)!r}) else 60)"
    tiny_project.make(tmp_path, {EVALUATION: [cell, RECORD]}, [run_of("one")])
    tiny_project.write_plan(tmp_path, [run_of("one", seed=1), run_of("two", seed=2)], schedule=["hằng ngày 00:00"])
    schedule.begin(tmp_path, datetime.now(UTC))
    state = schedule.read_state(tmp_path)
    state["default: hằng ngày 00:00"]["period"] = "2000-01-01"
    schedule.state_path(tmp_path).write_text(json.dumps(state))
    command = [sys.executable, "-m", "forecast", "schedule", "run-due"]
    environment = {**os.environ, "FORECAST_HOME": str(tmp_path), "PYTHONPATH": str(PROJECT / "src")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (started.exists() and list(folders.out_folder(tmp_path).glob("one-*"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.terminate()
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 143 and "chạy tiếp phần còn lại" in said and "Traceback" not in said
    assert schedule.read_state(tmp_path)["default: hằng ngày 00:00"]["state"] == "begun"
    calm.touch()
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0 and "one: đã có, không chạy lại" in again.stderr and pointer.read(tmp_path)
    assert schedule.read_state(tmp_path)["default: hằng ngày 00:00"]["state"] == "done"


def buttons(widget):
    own = [widget] if hasattr(widget, "click") else []
    return own + [one for child in getattr(widget, "children", ()) for one in buttons(child)]


def press(widget, label):
    next(one for one in buttons(widget) if one.description == label).click()


@pytest.mark.slow
def test_the_start_page_shows_signs_publishes_and_opens_reports(signed, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(signed[0], root)
    pointer.path_of(root).unlink()
    pointer.draft_path(root, "default").unlink(missing_ok=True)
    pointer.switch(root, "default", [signed[2].results[0].run_id], "2026-11-01T00:00:00Z")
    assert "DỰ THẢO" in start.overview(root=root).value and "Không có gì hỏng" in start.failures(root).value
    actions = start.actions(root=root)
    press(actions, "Công bố")
    press(actions, "Thôi")
    press(actions, "Ký: đã thẩm định")
    press(actions, "Chắc chắn: ký: đã thẩm định")
    refused = actions.children[-1].value  # no name, nothing done
    assert "họ tên người ký" in refused and "--by" not in refused and pointer.peek(root)["state"] == "draft"
    next(one for one in actions.children[1].children if hasattr(one, "placeholder")).value = "Nguyễn <b>A</b>"
    press(actions, "Ký: đã thẩm định")
    press(actions, "Chắc chắn: ký: đã thẩm định")
    press(actions, "Công bố")
    press(actions, "Chắc chắn: công bố")
    assert "đã vẽ lại" in actions.children[-1].value
    assert shell.marked(shell.static_folder(root) / "index.html", shell.digest(root))
    page = start.overview(root=root).value
    assert "ĐÃ CÔNG BỐ" in page and "Nguyễn &lt;b&gt;A&lt;/b&gt;" in page and "<b>A</b>" not in page
    reports = start.reports(root=root)
    press(reports, "Mở báo cáo")
    assert "<iframe sandbox" in reports.children[-1].value and "Sổ tính thử" in reports.children[-1].value


@pytest.mark.slow
def test_the_start_page_runs_a_plan_and_writes_one(tmp_path, monkeypatch):
    tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    monkeypatch.setenv("FORECAST_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(PROJECT / "src"))
    actions = start.actions(root=tmp_path)
    run = next(one for one in buttons(actions) if one.description == "Chạy lại")
    run.click()
    deadline = time.monotonic() + 60
    while run.disabled and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "Đã đưa lên trang" in actions.children[-1].value and pointer.read(tmp_path)
    form = start.new_plan(tmp_path)
    named = {one.description: one for one in form.children if hasattr(one, "description")}
    named["Mã (không dấu)"].value, named["Tiêu đề"].value = "moi", "Kế hoạch mới"
    press(form, "Ghi kế hoạch")
    assert "chọn ít nhất một sổ tính" in form.children[-1].value and "runs" not in form.children[-1].value
    assert "Cục Thống kê" in dict(named["Nguồn đo"].options) and "Hưng Yên hợp nhất" in dict(named["Địa bàn"].options)
    named["Sổ tính"].value = (EVALUATION,)
    press(form, "Ghi kế hoạch")
    assert "Đã ghi" in form.children[-1].value and (tmp_path / "parameterized_runs" / "plans" / "moi.yml").exists()


@pytest.mark.slow
def test_the_start_notebook_runs_from_end_to_end(signed):
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(PROJECT / "notebooks" / "00_start.ipynb", as_version=4)
    environment = {**os.environ, "FORECAST_HOME": str(signed[0]), "PYTHONPATH": str(PROJECT / "src")}
    client = NotebookClient(book, timeout=60, kernel_name="python3")
    client.execute(env=environment)
    assert sys.executable and all(not [out for out in cell.outputs if out.output_type == "error"] for cell in book.cells if cell.cell_type == "code")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")  # jupyter-scheduler's own import
def test_jupyterlab_job_is_a_recorded_run(tmp_path, monkeypatch):
    """A job made in jupyterlab is a recorded run and a bad one is a failed job."""
    from jupyter_scheduler.models import JobFeature

    from forecast.errors import PlanError
    from forecast.runs.execution import jupyter_jobs

    tiny_project.make(tmp_path, {EVALUATION: [f"if seed == 3: raise ValueError('hỏng')\n{RECORD}"]}, [run_of("one")])
    handed = tmp_path / "staging" / f"{EVALUATION}.ipynb"
    handed.parent.mkdir()
    shutil.copy(tmp_path / "notebooks" / handed.name, handed)
    manager = jupyter_jobs.RecordedJob
    assert manager.validate(manager, str(handed)) and not manager.validate(manager, "x.ipynb")
    assert manager.supported_features(manager)[JobFeature.parameters]
    folder = jupyter_jobs.run_recorded(tmp_path, handed, {"seed": "2", "n_paths": 100})
    assert manifest.read(folder)["parameters"] == {"as_of": "latest", "seed": 2, "n_paths": 100}
    assert not pointer.path_of(tmp_path).exists()
    with pytest.raises(RunError, match="hỏng"):
        jupyter_jobs.run_recorded(tmp_path, handed, {"seed": "3"})
    with pytest.raises(PlanError, match="ý bạn là 'seed'"):
        jupyter_jobs.run_recorded(tmp_path, handed, {"sed": "3"})
    tiny_project.write_notebook(tmp_path, EVALUATION, [RECORD])
    with pytest.raises(RunError, match="khác bản trong notebooks"):
        jupyter_jobs.run_recorded(tmp_path, handed, {})


def test_writers_at_the_same_time_do_not_meet(tmp_path):
    """Threads that ask for room and write one file at once: none fails, and the file is one of theirs, to the end."""
    contents = [letter * 200_000 for letter in "abcdefgh"]

    def written(content):
        files.require_room(tmp_path / "shared", 1)
        files.write_whole(tmp_path / "shared" / "file", content)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(written, contents * 20))
    assert (tmp_path / "shared" / "file").read_text() in contents and [path.name for path in (tmp_path / "shared").iterdir()] == ["file"]
