"""The ledger: chained, appended once, scored when a figure arrives."""

import csv
import dataclasses
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import tiny_project

from forecast import evidence
from forecast import ledger as chained
from forecast.domain import Key, Observation, Period
from forecast.errors import DomainError, RunError
from forecast.evaluation import ledger_scores
from forecast.runs import folders
from forecast.runs.execution import execute
from forecast.runs.plans import plan
from forecast.runs.publication import ledger, pointer

TODAY = date(2026, 11, 24)
FACTS = {"run_id": "a-000000000001", "plan": "default", "published": "2026-11-24", "as_of": "2026-02-28", "data": "d" * 64}
GROWTH = Key("labour_productivity_growth", "nso", "hung_yen_pre2025")


def entries(**changes):
    table = tiny_project.forecast_table(**changes)
    return chained.entries(table.to_dict("records"), FACTS)


def test_a_run_gives_one_line_for_each_quantity_and_period():
    text = chained.extended("", entries())
    rows = chained.read(text)
    assert [row["period"] for row in rows] == ["2025", "2026"]
    assert [float(rows[0][name]) for name in chained.QUANTILES] == pytest.approx([101.25, 102, 103.5, 106, 108.5, 110, 110.75])
    assert rows[0]["prev_hash"] == "0" * 64 and rows[1]["prev_hash"] == rows[0]["hash"]
    line = text.splitlines()[1]
    assert hashlib.sha256(line.rpartition(",")[0].encode()).hexdigest() == rows[0]["hash"]
    assert chained.broken(text) is None


def test_same_runs_append_nothing():
    """The same runs append nothing and another run keeps every old byte."""
    text = chained.extended("", entries())
    assert chained.extended(text, entries()) == text
    other = [{**entry, "run_id": "b-000000000002"} for entry in entries()]
    longer = chained.extended(text, other)
    assert longer.startswith(text) and len(chained.read(longer)) == 4 and chained.broken(longer) is None


def test_a_changed_removed_or_cut_line_is_named():
    text = chained.extended("", entries())
    text = chained.extended(text, [{**entry, "run_id": "b-000000000002"} for entry in entries()])
    lines = text.splitlines(keepends=True)
    assert "dòng 3 " in chained.broken(text.replace(lines[2], lines[2].replace(",2026,", ",2027,"))).vi
    assert "line 3 " in chained.broken("".join(lines[:2] + lines[3:])).en
    assert "last line" in chained.broken(text[:-1]).en
    with pytest.raises(DomainError, match="dòng 2 "):
        chained.extended(text.replace("102.0", "99.0", 1), [{**entry, "run_id": "c-000000000003"} for entry in entries()])


def with_figure(store, **changes):
    given = {"value": 7.4, "vintage": date(2027, 1, 20), "status": "official", **changes}
    figure = Observation(
        GROWTH, Period(2026, 2026), "growth", unit="percent_per_year", bound="exact", source="test_source", locator="t", **given
    )
    return dataclasses.replace(store, observations=(*store.observations, figure))


def growth_rows():
    facts = {"indicator": "labour_productivity_real", "territory": "hung_yen_pre2025", "quantity": "growth", "unit": "percent_per_year"}
    table = tiny_project.forecast_table(**facts)
    table["value"] = 6.0 + 8.0 * (table["output_type_id"] - 0.5)
    return chained.read(chained.extended("", chained.entries(table.to_dict("records"), FACTS)))


def test_later_figure_scores_the_line():
    """A figure added later is scored and until then the line waits."""
    store = evidence.load()
    waiting = ledger_scores.scored(growth_rows(), store)
    assert waiting["observed"].isna().all()
    score = ledger_scores.scored(growth_rows(), with_figure(store)).set_index("period").loc[2026]
    assert score["observed"] == 7.4 and score["source"] == "test_source" and score["inside80"]
    assert score["error"] == pytest.approx(1.4)
    assert score["pit"] == pytest.approx(0.675)  # 6 + 8 (p - 0.5) = 7.4
    by_hand = 0.5 * 1.4 + 0.25 * 4.0 + 0.1 * 6.4 + 0.025 * 7.6  # half |error|, then alpha/2 times each width: inside all
    assert score["wis"] == pytest.approx(by_hand / 3.5)


def test_known_or_derived_figure_is_no_score():
    """A figure known on the day of the forecast or derived is no score."""
    store = evidence.load()
    assert ledger_scores.scored(growth_rows(), with_figure(store, status="derived"))["observed"].isna().all()
    rows = [{**row, "as_of": "2027-06-30"} for row in growth_rows()]
    assert ledger_scores.scored(rows, with_figure(store))["observed"].isna().all()


def record(table: pd.DataFrame) -> str:
    text = table.to_csv(index=False)
    summary = "{'as_of': '2026-01-31', 'seed': seed, 'indicator': 'labour_productivity_real'}"
    return (
        "import io, pandas as pd\nfrom forecast.runs import record\n"
        f"record.save({{'forecast': pd.read_csv(io.StringIO({text!r}))}}, {summary})\nrecord.finish()"
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("ledger")
    path = tiny_project.make(root, {tiny_project.EVALUATION: [record(tiny_project.forecast_table())]}, [tiny_project.run_of("one")])
    chosen = plan.load(path, root, today=TODAY)
    return root, lambda: execute.run(chosen, root, stream=io.StringIO())


def test_tampered_ledger_stops_publication(project):
    """Publication appends once and a tampered ledger stops the next one."""
    root, run = project
    assert run().published
    before = folders.ledger_path(root).read_bytes()
    assert len(list(csv.DictReader(io.StringIO(before.decode())))) == 2
    assert pointer.peek(root)["ledger"]["lines"] == 2
    assert run().published
    assert folders.ledger_path(root).read_bytes() == before
    assert ledger.problems(root) == []
    folders.ledger_path(root).write_bytes(before[: before.rindex(b"labour")])
    problems = ledger.problems(root)
    assert len(problems) == 2 and "line 3" in problems[0].en and "published.json" in problems[1].en
    folders.ledger_path(root).write_bytes(before.replace(b"102.0", b"98.0"))
    with pytest.raises(RunError, match="line 2"):
        pointer.switch(root, "default", [pointer.peek(root)["runs"][0]["run_id"]], "2026-12-01T00:00:00Z")
    assert pointer.peek(root)["published_at"] != "2026-12-01T00:00:00Z"


KILLED_AT_EVERY_STEP = """
import json, os, signal, sys
from pathlib import Path
from forecast.ledger import broken
from forecast.runs import folders
from forecast.runs.publication import pointer

root, run_id = Path(sys.argv[1]), sys.argv[2]
path, shown = folders.ledger_path(root), pointer.path_of(root)
old = path.read_text("utf-8")
WATCHED = ("write_whole", "flush_folder", "enter", "switch")


def killed_at(step):
    left = [step]

    def lines(frame, event, argument):
        if event in ("line", "return"):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return lines

    sys.settrace(lambda frame, event, argument: lines if frame.f_code.co_name in WATCHED else None)
    pointer.switch(root, "default", [run_id], "2026-12-01T00:00:00Z")


def attempt(step):
    child = os.fork()
    if child == 0:
        killed_at(step)
        os._exit(0)
    return os.waitpid(child, 0)[1]


seen, step, status = [], 0, 1
while status != 0:
    step += 1
    path.write_text(old, "utf-8")
    shown.unlink(missing_ok=True)
    status = attempt(step)
    text = path.read_text("utf-8")
    seen.append({"killed": status != 0, "text": text, "shown": shown.exists(), "broken": str(broken(text) or "")})
    if shown.exists():
        pointer.read(root)
    pointer.switch(root, "default", [run_id], "2026-12-01T00:00:00Z")
    seen[-1]["after"] = path.read_text("utf-8")
print(json.dumps({"old": old, "seen": seen}))
"""


@pytest.mark.slow
def test_kill_leaves_old_or_new_ledger(project, tmp_path):
    """A process killed at any step of the write leaves the old or the new ledger and never a forecast off the record."""
    root, run = project
    folders.ledger_path(root).unlink(missing_ok=True)
    pointer.path_of(root).unlink(missing_ok=True)
    assert run().published
    run_id = pointer.peek(root)["runs"][0]["run_id"]
    before = chained.extended("", [{**entry, "run_id": "z-000000000009"} for entry in entries()])
    folders.ledger_path(root).write_text(before, encoding="utf-8")
    script = tmp_path / "killed.py"
    script.write_text(KILLED_AT_EVERY_STEP, encoding="utf-8")
    source = str(Path(ledger_scores.__file__).parents[2])
    command = [sys.executable, str(script), str(root), run_id]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": source})
    seen = json.loads(done.stdout)["seen"]
    new = seen[-1]["text"]
    assert new.startswith(before) and len(chained.read(new)) == 4
    assert sum(attempt["killed"] for attempt in seen) == len(seen) - 1 >= 25
    assert {attempt["text"] for attempt in seen} == {before, new}
    assert all(attempt["broken"] == "" for attempt in seen)
    assert all(attempt["text"] == new for attempt in seen if attempt["shown"])  # what is shown is on the record
    assert all(attempt["after"] == new for attempt in seen)  # trying again finishes it, once
    assert {attempt["shown"] for attempt in seen if attempt["killed"]} == {True, False}


def test_verify_names_a_ledger_edit(tmp_path, monkeypatch, capsys):
    """Verify names an edit of the ledger and the exit code says so."""
    from forecast.cli.main import main

    root = tmp_path / "kit"
    (root / "parameterized_runs").mkdir(parents=True)
    shutil.copytree(evidence.load().folder, root / "data")
    text = chained.extended("", entries())
    folders.ledger_path(root).write_text(text, encoding="utf-8")
    monkeypatch.setenv("FORECAST_HOME", str(root))
    assert main(["ledger", "--verify"]) == 0
    capsys.readouterr()
    folders.ledger_path(root).write_text(text.replace("102.0", "99.0", 1), encoding="utf-8")
    assert main(["ledger", "--verify"]) != 0
    printed = "".join(capsys.readouterr())
    assert "dòng 2 " in printed and "line 2 " in printed


def test_a_papers_head_against_a_rewritten_ledger(tmp_path, monkeypatch, capsys):
    """2B17: a ledger rewritten whole holds in itself, and no longer holds the line a paper printed; too short a code is refused."""
    from forecast.cli.main import main

    root = tmp_path / "kit"
    (root / "parameterized_runs").mkdir(parents=True)
    shutil.copytree(evidence.load().folder, root / "data")
    monkeypatch.setenv("FORECAST_HOME", str(root))
    text = chained.extended("", entries())
    folders.ledger_path(root).write_text(text, encoding="utf-8")
    head = chained.read(text)[-1]["hash"][:16]
    assert main(["ledger", "--head", head.upper()]) == 0 and "còn nguyên" in capsys.readouterr().out
    folders.ledger_path(root).write_text(chained.extended("", [entry | {"q50": "99.0"} for entry in entries()]), encoding="utf-8")
    assert main(["ledger", "--verify"]) == 0
    assert main(["ledger", "--head", head]) == 1 and "viết lại" in capsys.readouterr().out
    assert main(["ledger", "--head", "xyz"]) == 2
