"""From one entry of a plan with a grid to the runs it stands for: every notebook with every combination of values."""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forecast.domain import Text

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


def size(notebooks: Sequence[str], grid: Mapping[str, Sequence[Any]]) -> int:
    """How many combinations there are."""
    return len(notebooks) * math.prod(len(values) for values in grid.values())


def expand(
    name: str,
    notebooks: Sequence[str],
    parameters: Mapping[str, Any],
    grid: Mapping[str, Any],
    exclude: Sequence[Mapping[str, Any]],
    problems: list[Text],
) -> list[Spec]:
    """The runs of one entry, in the order in which the grid is written; adds what is wrong with the grid to `problems`.

    `exclude` leaves out combinations: each entry names some of 'notebook' and the grid's parameters with a value.
    """
    values = {key: _values(key, value, name, problems) for key, value in grid.items()}
    for key in sorted(set(values) & set(parameters)):
        problems.append(Text(f"{name}: '{key}' có cả trong parameters và grid.", f"{name}: '{key}' is in parameters and grid."))
    if size(notebooks, values) > MOST_RUNS:
        problems.append(Text(
            f"{name}: lưới có {size(notebooks, values)} lượt chạy, tối đa {MOST_RUNS}.",
            f"{name}: the grid has {size(notebooks, values)} runs, at most {MOST_RUNS}.",
        ))  # fmt: skip
        return []
    found, unused = [], set(range(len(exclude)))
    for notebook, *chosen in itertools.product(notebooks, *values.values()):
        cell = dict(zip(values, chosen, strict=True))
        out = {place for place, one in enumerate(exclude) if _matches(one, {"notebook": notebook, **cell})}
        unused -= out
        if not out:
            marks = [*([notebook[:2]] if len(notebooks) > 1 else []), *(str(value) for value in chosen)]
            found.append(Spec(_name(name, marks), name, notebook, {**parameters, **cell}))
    for place in sorted(unused):
        problems.append(Text(
            f"{name}: exclude[{place + 1}] không loại lượt nào: {dict(exclude[place])}.",
            f"{name}: exclude[{place + 1}] leaves out no run: {dict(exclude[place])}.",
        ))  # fmt: skip
    return found


def _values(key: str, written: Any, where: str, problems: list[Text]) -> list[Any]:
    """The list of values of one parameter; {from, to, step} stands for whole numbers."""
    if isinstance(written, list) and written and len({repr(one) for one in written}) == len(written):
        return list(written)
    if isinstance(written, dict) and set(written) <= {"from", "to", "step"} and {"from", "to"} <= set(written):
        first, end, step = written["from"], written["to"], written.get("step", 1)
        whole = all(isinstance(one, int) and not isinstance(one, bool) for one in (first, end, step))
        if whole and step >= 1 and first <= end and (end - first) // step < MOST_RUNS:
            return list(range(first, end + 1, step))
    problems.append(Text(
        f"{where}: grid '{key}' phải là danh sách giá trị không trùng nhau, hay {{from: 2026, to: 2030}}, không phải {written!r}.",
        f"{where}: grid '{key}' must be a list of different values, or {{from: 2026, to: 2030}}, not {written!r}.",
    ))  # fmt: skip
    return []


def _matches(pattern: Mapping[str, Any], cell: Mapping[str, Any]) -> bool:
    return bool(pattern) and all(key in cell and str(cell[key]) == str(value) for key, value in pattern.items())


def _name(name: str, marks: Sequence[str]) -> str:
    """An id from the entry's name and the values; one that would be too long ends with a hash of the whole."""
    whole = "_".join(filter(None, [name, *(_NOT_NAME.sub("_", mark.lower()).strip("_") for mark in marks)]))
    if len(whole) <= LONGEST_NAME:
        return whole
    return f"{whole[: LONGEST_NAME - 9]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
