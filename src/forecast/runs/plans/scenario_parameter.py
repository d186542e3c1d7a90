"""The parameter `scenario` of a plan: the id of a file in data/scenarios that fits the territory of the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from forecast import evidence
from forecast.domain import Text
from forecast.errors import EvidenceError
from forecast.runs.plans.parameters import Value, nearest

PLAIN = "baseline"


class _Run(Protocol):
    name: str
    parameters: Mapping[str, Value]


def problems(runs: Iterable[_Run], root: Path) -> list[Text]:
    """Why the scenarios of some runs cannot be: no file of that id, or a file for another territory."""
    asked = [(run, str(run.parameters["scenario"])) for run in runs if run.parameters.get("scenario", PLAIN) != PLAIN]
    if not asked:
        return []
    try:
        known = evidence.load(root / "data").scenarios
    except EvidenceError as error:
        return [Text(error.vi, error.en)]
    found = []
    for run, name in asked:
        where = run.parameters.get("territory")
        if name not in known:
            hint = nearest(name, [one for one in known if "@" not in one])
            text = (f"{run.name}: không có kịch bản '{name}'; {hint.vi}", f"{run.name}: no scenario '{name}'; {hint.en}")
            found.append(Text(*text))
        elif where and known[name].territory not in ("", where):
            only = known[name].territory
            vi = f"{run.name}: kịch bản '{name}' chỉ dành cho '{only}', không phải '{where}'."
            found.append(Text(vi, f"{run.name}: scenario '{name}' speaks of '{only}' only, not of '{where}'."))
    return found
