"""What a notebook records, and what makes a record unsound."""

import gzip
import json
import subprocess
import sys
import threading

import numpy as np
import pandas as pd
import pytest
from tiny_project import forecast_table

from forecast.errors import DomainError, RunError
from forecast.runs import folders
from forecast.runs.publication import pointer
from forecast.runs.records import identity, manifest, record, render, validate


@pytest.fixture
def run_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(folders.RUN_DIR, str(tmp_path))
    return tmp_path


def problems_of(folder, table):
    record.save({"forecast": table})
    record.finish()
    return " ".join(problem.vi for problem in validate.problems(folder, ()))


def test_outside_a_run_nothing_is_written(monkeypatch, capsys):
    """Outside a run nothing is written and the notebook says so, once."""
    monkeypatch.delenv(folders.RUN_DIR, raising=False)
    record.save({"forecast": forecast_table()}, {"median": 1})
    record.finish()
    assert capsys.readouterr().out.count("thử nghiệm, chưa ghi") == 1


def test_the_same_tables_give_the_same_bytes(run_folder):
    contents = []
    for _ in range(2):
        record.save(
            {"samples": forecast_table(output_type="sample"), "forecast": forecast_table()},
            {"b": 1, "a": np.float64(2)},
        )
        contents.append([path.read_bytes() for path in sorted(run_folder.iterdir())])
        for path in run_folder.iterdir():
            path.unlink()
    assert contents[0] == contents[1] and len(contents[0]) == 3


def test_spreadsheet_formulas_are_disarmed(run_folder):  # C35
    """Text that a spreadsheet would run is disarmed and numbers are not."""
    cells = ["=1+1", "+84", "-x", "@a", "\tq", "\rq", "-5", "+1.5", "an toàn"]
    record.save({"notes": pd.DataFrame({"=h": cells, "n": [-1.5] * len(cells)})})
    header, rows = validate.read_rows(run_folder / "notes.csv")
    assert header == ["'=h", "n"]
    assert [row["'=h"] for row in rows] == ["'=1+1", "+84", "'-x", "'@a", "'\tq", "'\nq", "-5", "+1.5", "an toàn"]
    assert {row["n"] for row in rows} == {"-1.5"}


def test_samples_are_compressed_without_a_clock(run_folder):
    record.save({"samples": forecast_table(output_type="sample")})
    content = (run_folder / "samples.csv.gz").read_bytes()
    assert content[4:8] == b"\0\0\0\0" and gzip.decompress(content).startswith(b"origin,horizon")


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "A", "x.csv"])
def test_a_table_name_that_leaves_the_folder_is_refused(run_folder, name):  # A19
    with pytest.raises(DomainError):
        record.save({name: pd.DataFrame({"a": [1]})})
    assert not list(run_folder.iterdir())


def test_an_infinite_number_is_refused_when_it_is_recorded(run_folder):
    with pytest.raises(DomainError):
        record.save({"forecast": forecast_table(value=np.inf)})
    with pytest.raises(DomainError):
        record.save({}, {"median": float("nan")})


def test_a_table_is_recorded_once_and_nothing_after_the_end(run_folder):
    record.save({"notes": pd.DataFrame({"a": [1]})})
    with pytest.raises(RunError):
        record.save({"notes": pd.DataFrame({"a": [2]})})
    record.finish()
    with pytest.raises(RunError):
        record.save({"other": pd.DataFrame({"a": [2]})})


def test_an_end_without_a_table_is_refused(run_folder):
    with pytest.raises(RunError):
        record.finish()


def test_a_sound_forecast_has_no_problems(run_folder):
    assert problems_of(run_folder, forecast_table()) == ""


def test_crossing_quantiles_are_refused(run_folder):
    table = forecast_table()
    table.loc[[0, 1], "value"] = table.loc[[1, 0], "value"].to_numpy()
    assert "cắt nhau" in problems_of(run_folder, table)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (forecast_table().assign(value=np.nan), "không phải số hữu hạn"),
        (pd.concat([forecast_table(), forecast_table().head(1)]), "trùng"),
        (forecast_table().head(0), "rỗng"),
        (forecast_table().drop(columns="unit"), "thiếu cột: unit"),
        (forecast_table().iloc[1:], "mức phân vị"),
        (forecast_table(target_period=2031), "origin + horizon"),
        (forecast_table(output_type="sample"), "output_type"),
    ],
)
def test_an_unsound_forecast_is_named(run_folder, table, expected):
    assert expected in problems_of(run_folder, table)


def test_a_missing_token_table_or_summary_is_named(run_folder):  # A01, A06
    record.save({"forecast": forecast_table()})
    assert "bước cuối" in validate.problems(run_folder, ())[0].vi
    record.finish()
    texts = " ".join(problem.vi for problem in validate.problems(run_folder, ("forecast", "history")))
    assert "thiếu bảng history" in texts and "summary.json" in texts


def test_a_file_changed_after_it_was_recorded_is_named(run_folder):
    record.save({"forecast": forecast_table()})
    record.finish()
    (run_folder / "forecast.csv").write_text("half")
    assert "đã đổi" in validate.problems(run_folder, ())[0].vi


def test_summary_outside_its_band_is_refused(run_folder):
    """A summary whose middle lies outside its band is refused."""
    names = dict.fromkeys(validate.SUMMARY, "x")
    record.save({"notes": pd.DataFrame({"a": [1]})}, {**names, "low": 2.0, "median": 1.0, "high": 3.0})
    assert "không hợp lệ" in validate.summary_problems(run_folder / "summary.json")[0].vi


def stored_run(root, name, text="1"):
    """A finished run folder as the kit stores it."""
    digests = dict.fromkeys(("data", "code", "environment", "notebook"), "0" * 64)
    run_id = identity.run_id(name, {"seed": text}, digests)
    folder = folders.out_folder(root) / run_id
    folder.mkdir(parents=True)
    (folder / "forecast.csv").write_text(text)
    content = {"run_id": run_id, "plan": "default", "name": name, "notebook": "x", "parameters": {"seed": text}, "state": "succeeded",
               "digests": digests, "versions": {}, "seconds": {"total": 1.0}, "started_at": "", "finished_at": ""}  # fmt: skip
    manifest.write(folder, content)
    return run_id


@pytest.mark.parametrize("damage", ["change", "remove", "add", "manifest", "rename"])
def test_any_tampering_with_a_stored_run_is_found(tmp_path, damage):  # A48
    folder = folders.out_folder(tmp_path) / stored_run(tmp_path, "one")
    assert manifest.verify(folder) == []
    if damage == "change":
        (folder / "forecast.csv").write_text("2")
    elif damage == "remove":
        (folder / "forecast.csv").unlink()
    elif damage == "add":
        (folder / "extra.csv").write_text("2")
    elif damage == "manifest":
        path = folder / "manifest.json"
        path.write_text(path.read_text().replace('"seed": "1"', '"seed": "9"'))
    else:
        folder = folder.rename(folder.with_name("one-000000000000"))
    assert manifest.verify(folder)


def test_unsound_run_is_not_published(tmp_path):
    """A run that is not sound is not published and the old publication stays."""
    old, new = stored_run(tmp_path, "one"), stored_run(tmp_path, "two")
    pointer.switch(tmp_path, "default", [old], "2026-01-01T00:00:00Z")
    (folders.out_folder(tmp_path) / new / "forecast.csv").write_text("changed")
    with pytest.raises(RunError):
        pointer.switch(tmp_path, "default", [new], "2026-01-02T00:00:00Z")
    assert pointer.read(tmp_path)["runs"][0]["run_id"] == old


def test_a_manifest_rewritten_after_publication_is_found(tmp_path):
    run_id = stored_run(tmp_path, "one")
    pointer.switch(tmp_path, "default", [run_id], "2026-01-01T00:00:00Z")
    folder = folders.out_folder(tmp_path) / run_id
    content = manifest.read(folder)
    (folder / "forecast.csv").write_text("better news")
    manifest.write(folder, content)
    assert manifest.verify(folder) == []
    with pytest.raises(RunError, match="sau khi công bố"):
        pointer.read(tmp_path)


def test_a_pointer_that_names_a_path_is_refused(tmp_path):
    run_id = stored_run(tmp_path, "one")
    content = pointer.switch(tmp_path, "default", [run_id], "2026-01-01T00:00:00Z")
    content["runs"][0]["run_id"] = "../../out/" + run_id
    pointer.path_of(tmp_path).write_text(json.dumps(content))
    with pytest.raises(RunError):
        pointer.peek(tmp_path)


def test_reader_sees_old_or_new_publication(tmp_path):  # A22
    """A reader sees the old or the new publication at any moment."""
    pair = [stored_run(tmp_path, "one"), stored_run(tmp_path, "two")]
    pointer.switch(tmp_path, "default", pair[:1], "a")
    seen, stop = set(), threading.Event()

    def read():
        while not stop.is_set():
            seen.add(tuple(run["run_id"] for run in pointer.peek(tmp_path)["runs"]))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(100):
        pointer.switch(tmp_path, "default", pair if number % 2 else pair[:1], "b")
    stop.set()
    reader.join()
    assert seen <= {tuple(pair), tuple(pair[:1])} and seen


KILLED = """
import os, sys
from pathlib import Path
from forecast.runs.publication import pointer
left = int(sys.argv[2])
def deadly(real):
    def call(*arguments, **named):
        global left
        if left == 0:
            os._exit(9)
        left -= 1
        return real(*arguments, **named)
    return call
for name in ("replace", "fsync", "open"):
    setattr(os, name, deadly(getattr(os, name)))
pointer.switch(Path(sys.argv[1]), "default", [sys.argv[3]], "new")
"""


@pytest.mark.slow
def test_kill_leaves_old_or_new_publication(tmp_path):  # A27
    """A kill at any step of publishing leaves the old or the new."""
    old, new = stored_run(tmp_path, "one"), stored_run(tmp_path, "two")
    outcomes = []
    while not outcomes or outcomes[-1][0]:
        step = len(outcomes)
        pointer.switch(tmp_path, "default", [old], "old")
        ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(step), new], check=False)
        shown = pointer.read(tmp_path)
        assert (shown["published_at"], shown["runs"][0]["run_id"]) in {("old", old), ("new", new)}
        outcomes.append((ended.returncode, shown["published_at"]))
    assert outcomes[0] == (9, "old") and outcomes[-1] == (0, "new") and len(outcomes) > 6


@pytest.mark.parametrize(
    "html",
    ['<script src="https://x/y.js"></script>', "<script>1</script>", "<link rel=stylesheet href='http://x'>",
     '<img alt="" src="http://x/a.png">', '<img src="/a.png">', "<style>@import 'x'</style>", "<i style='background:url(//x/y)'>",
     '<iframe src="x">'],
)  # fmt: skip
def test_a_page_that_would_fetch_or_run_something_is_found(html):
    assert render.outside_references(f"<p>{html}</p>")


def test_inner_links_are_no_outside_references():
    """Links and drawings inside the page are no outside references."""
    html = '<a href="https://nso.gov.vn">x</a><img src="data:image/png;base64,AA"><style>a{fill:url(#g)}</style>'
    assert render.outside_references(html) == []
