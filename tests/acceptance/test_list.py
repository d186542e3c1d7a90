"""The acceptance list (faults.csv: id, what is done, what must be seen, whether a test plays it) against the tests themselves."""

import csv
import re

from places import PROJECT

LIST = PROJECT / "tests" / "acceptance" / "faults.csv"


def rows():
    with LIST.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def played():
    """Every fault id that the name of a test or a word in a test file speaks of."""
    texts = [path.read_text("utf-8") for path in (PROJECT / "tests").rglob("test_*.py")]
    named = [part for text in texts for name in re.findall(r"def test_((?:2?[a-d]\d\d_)+)", text) for part in re.findall(r"2?[a-d]\d\d", name)]
    return {part.upper() for part in named} | {part for text in texts for part in re.findall(r"\b2?[A-D]\d\d\b", text)}


def test_every_fault_has_one_row_that_says_what_must_be_seen():
    ids = [row["id"] for row in rows()]
    assert len(ids) == len(set(ids)) and all(row["what_is_done"] and row["what_must_be_seen"] for row in rows())


def test_faults_marked_as_played_are_played():
    assert {row["id"] for row in rows() if row["played"] == "yes"} == played()
