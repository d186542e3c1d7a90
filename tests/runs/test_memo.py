"""What several runs need is computed once, and never taken for what it is not."""

import os
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pytest

from forecast import memo


@pytest.fixture
def folder(tmp_path):
    with memo.kept_in(tmp_path / "memo" / "now"):
        yield tmp_path / "memo" / "now"


def counted(calls, value=1.5):
    def compute():
        calls.append(value)
        return {"value": value}

    return compute


def test_a_result_is_computed_once(folder):
    calls = []
    for _ in range(3):
        assert memo.once("study", ([1.0, 2.0], "a"), counted(calls)) == {"value": 1.5}
    assert len(calls) == 1
    memo.once("study", ([1.0, 2.5], "a"), counted(calls))
    memo.once("other", ([1.0, 2.0], "a"), counted(calls))
    assert len(calls) == 3


def test_without_a_folder_everything_is_computed(monkeypatch):
    monkeypatch.delenv(memo.FOLDER, raising=False)
    calls = []
    memo.once("study", 1, counted(calls))
    memo.once("study", 1, counted(calls))
    assert len(calls) == 2


def test_a_spoilt_result_is_computed_anew(folder):
    calls = []
    memo.once("study", 1, counted(calls))
    (path,) = [path for path in folder.iterdir() if path.is_file()]
    path.write_text(path.read_text().replace("1.5", "1.6"))
    assert memo.once("study", 1, counted(calls)) == {"value": 1.5} and len(calls) == 2
    path.write_bytes(b"\xff")
    assert memo.once("study", 1, counted(calls)) == {"value": 1.5} and len(calls) == 3
    assert memo.once("study", 1, counted(calls)) == {"value": 1.5} and len(calls) == 3


def test_a_failure_is_not_kept(folder):
    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError):
        memo.once("study", 1, fail)
    assert memo.once("study", 1, counted([])) == {"value": 1.5}


def slow(number):
    def compute():
        with open(f"{os.environ[memo.FOLDER]}/../calls", "a") as stream:
            stream.write(f"{number}\n")
        return [0, 1, 2, 3, 4]

    return memo.once("study", np.arange(3), compute)


def test_of_two_processes_one_computes(folder):
    with ProcessPoolExecutor(2) as pool:
        assert list(pool.map(slow, range(4))) == [[0, 1, 2, 3, 4]] * 4
    assert len((folder.parent / "calls").read_text().splitlines()) == 1


def test_a_table_comes_back_as_it_was(folder):
    made = pd.DataFrame([{"n": 1, "x": 0.1 + 0.2, "inside": True, "why": ""}, {"n": 2, "x": float("nan"), "why": "ngắn"}])
    first, again = (memo.table("rows", {"years": np.array([2020, 2021])}, made.copy) for _ in range(2))
    pd.testing.assert_frame_equal(first, made)
    pd.testing.assert_frame_equal(again, made)


def test_results_of_other_code_go(tmp_path):
    with memo.kept_in(tmp_path / "memo" / "old"):
        memo.keep("study", 1, 2)
    with memo.kept_in(tmp_path / "memo" / "new"), pytest.raises(LookupError):
        memo.kept("study", 1)
    assert [path.name for path in (tmp_path / "memo").iterdir()] == ["new"]
    assert memo.FOLDER not in os.environ


def test_the_oldest_of_many_go(tmp_path, monkeypatch):
    monkeypatch.setattr(memo, "MOST", 3)
    with memo.kept_in(tmp_path / "memo" / "now"):
        for number in range(6):
            memo.keep("study", number, number)
    with memo.kept_in(tmp_path / "memo" / "now"):
        assert len([path for path in (tmp_path / "memo" / "now").iterdir() if path.is_file()]) == 3
