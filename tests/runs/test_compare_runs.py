"""The command that compares the results of two folders of runs."""

import gzip
import json

import compare_runs
import pytest

TABLE = "a,b\n1,2\n3,4\n"


@pytest.fixture
def pair(tmp_path):
    """Two folders with the same three runs, under other hashes."""
    for side, digits in (("old", "0" * 12), ("new", "f" * 12)):
        for name, day in (("one", "2026-02-28"), ("replay", "2023-06-30"), ("replay", "2024-06-30")):
            run = tmp_path / side / "out" / f"{name}-{digits[:-4]}{day[:4]}"
            run.mkdir(parents=True)
            (run / "forecast.csv").write_text(TABLE)
            (run / "samples.csv.gz").write_bytes(gzip.compress(TABLE.encode(), mtime=int(side == "new")))
            (run / "summary.json").write_text(json.dumps({"median": 1.5, "run_id": run.name, "notes": [{"vi": "x", "seconds": len(side)}]}))
            (run / "manifest.json").write_text(json.dumps({"parameters": {"as_of": day}, "run_id": run.name}))
    return tmp_path / "old", tmp_path / "new"


def compared(pair, capsys):
    code = compare_runs.main([str(folder) for folder in pair])
    return code, capsys.readouterr().out


def one_run(folder):
    return next((folder / "out").glob("one-*"))


def test_other_ids_and_times_are_the_same(pair, capsys):
    """The same results under other ids and times are the same."""
    assert compared(pair, capsys) == (0, "3 runs, 6 tables, 0 differences\n")
    old, new = pair
    assert compared((old / "out", new), capsys) == (0, "3 runs, 6 tables, 0 differences\n")


def test_a_changed_table_or_summary_is_named_with_its_line(pair, capsys):
    run = one_run(pair[1])
    (run / "forecast.csv").write_text(TABLE.replace("3,4", "3,5"))
    (run / "samples.csv.gz").write_bytes(gzip.compress((TABLE + "5,6\n").encode()))
    (run / "summary.json").write_text(json.dumps({"median": 1.6, "notes": []}))
    code, text = compared(pair, capsys)
    assert code == 1 and "3 runs, 6 tables, 3 differences" in text
    assert "one as of 2026-02-28: forecast.csv differs from line 3: '3,4' is now '3,5'" in text
    assert "samples.csv differs in length: 3 lines, now 4" in text and "summary.json differs from line 2" in text


def test_a_missing_run_or_table_is_a_difference(pair, capsys):
    (one_run(pair[1]) / "forecast.csv").unlink()
    (pair[0] / "out" / f"two-{'0' * 12}").mkdir()
    code, text = compared(pair, capsys)
    assert code == 1 and f"two: only in {pair[0]}" in text and "forecast.csv is only in one-000000002026" in text


def test_two_folders_without_runs_in_common_are_no_success(tmp_path, capsys):
    assert compare_runs.main([str(tmp_path), str(tmp_path)]) == 2
    assert compare_runs.main([]) == 2 and "OLD NEW" in capsys.readouterr().out
