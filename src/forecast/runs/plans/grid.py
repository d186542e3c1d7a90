"""From one entry of a plan with a grid to the runs it stands for: every notebook with every combination of values."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forecast import files
from forecast.runs.plans.problems import Problems

MOST_RUNS = 10_000
LONGEST_NAME = 64
_NOT_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Spec:
    """One run as the plan wrote it, its values not checked yet; `group` is the name of its entry."""

    name: str
    group: str
    notebook: str
    parameters: Mapping[str, Any]


def expand(
    name: str,
    notebooks: Sequence[str],
    parameters: Mapping[str, Any],
    grid: Mapping[str, Any],
    exclude: Sequence[Mapping[str, Any]],
    problems: Problems,
) -> list[Spec]:
    """The runs of one entry, in the order in which the grid is written; adds what is wrong with the grid to `problems`.

    `exclude` leaves out combinations: each names some of 'notebook' and the grid's parameters with a value.
    """
    values = {key: _values(key, written, problems) for key, written in grid.items()}
    for key in sorted(set(values) & set(parameters)):
        problems.add(f"'{key}' có cả trong parameters và grid.", f"'{key}' is in parameters and grid.")
    size = len(notebooks) * math.prod(map(len, values.values()))
    if size > MOST_RUNS:
        problems.add(f"lưới có {size} lượt chạy, tối đa {MOST_RUNS}.", f"the grid has {size} runs, at most {MOST_RUNS}.")
        return []
    specs, used = [], set()
    for notebook, *chosen in itertools.product(notebooks, *values.values()):
        cell = dict(zip(values, chosen, strict=True))
        excluded = {number for number, pattern in enumerate(exclude, 1) if _matches(pattern, {"notebook": notebook, **cell})}
        used |= excluded
        if not excluded:
            marks = [*([notebook[:2]] if len(notebooks) > 1 else []), *map(str, chosen)]
            specs.append(Spec(_name(name, marks), name, notebook, {**parameters, **cell}))
    for number, pattern in enumerate(exclude, 1):
        if number not in used:
            problems.add(
                f"exclude[{number}] không loại lượt nào: {dict(pattern)}.",
                f"exclude[{number}] leaves out no run: {dict(pattern)}.",
            )
    return specs


def _values(key: str, written: Any, problems: Problems) -> list[Any]:
    """The list of values of one parameter; {from, to, step} stands for whole numbers."""
    if isinstance(written, list) and written and len({repr(value) for value in written}) == len(written):
        return list(written)
    if isinstance(written, dict) and set(written) <= {"from", "to", "step"} and {"from", "to"} <= set(written):
        first, last, step = written["from"], written["to"], written.get("step", 1)
        numbers = all(isinstance(value, int) and not isinstance(value, bool) for value in (first, last, step))
        if numbers and step >= 1 and first <= last and (last - first) // step < MOST_RUNS:
            return list(range(first, last + 1, step))
    problems.add(
        f"grid '{key}' phải là danh sách giá trị không trùng nhau, hay {{from: 2026, to: 2030}}, không phải {written!r}.",
        f"grid '{key}' must be a list of different values, or {{from: 2026, to: 2030}}, not {written!r}.",
    )
    return []


def _matches(pattern: Mapping[str, Any], cell: Mapping[str, Any]) -> bool:
    return bool(pattern) and all(key in cell and str(cell[key]) == str(value) for key, value in pattern.items())


def _name(entry: str, marks: Sequence[str]) -> str:
    """An id from the entry's name and the values; one that would be too long ends with a hash of all of it."""
    name = "_".join(filter(None, [entry, *(_NOT_NAME.sub("_", mark.lower()).strip("_") for mark in marks)]))
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 9]}_{files.sha256_of(name)[:8]}"
