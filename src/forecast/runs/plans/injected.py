"""The parameters of a notebook that is run by hand or by another tool: refused as a plan would refuse them."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from forecast.runs.plans import parameters
from forecast.runs.plans.problems import Problems

_HEAD = "# Parameters"  # the first line of the cell that papermill puts behind the notebook's own parameters


def require(cells: Sequence[str], values: Mapping[str, Any], today: date) -> None:
    """Refuse names a notebook does not know and values it does not take; PlanError names them all.

    `cells` are the sources run so far, the notebook's own parameters cell before the injected one; `values` is what the names
    now hold. A notebook into which nothing was put has its values checked alone.
    """
    injected = max((number for number, source in enumerate(cells) if source.lstrip().startswith(_HEAD)), default=0)
    own = _names(cells[injected - 1]) if injected else set()
    problems, names = Problems(), parameters.known_parameters()
    for name in sorted(_names(cells[injected]) - own) if injected else []:
        problems.extend([problem for problem in [parameters.name_problem(name, own)] if problem])
    for name in [name for name in names if name in values]:
        problem = parameters.value_problem(name, values[name], None, today)
        problems.extend([problem] if problem else [])
    problems.refuse("notebook")


def _names(source: str) -> set[str]:
    """The names a cell assigns; none of a cell that is no Python."""
    try:
        nodes = ast.walk(ast.parse(source))
    except SyntaxError:
        return set()
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
