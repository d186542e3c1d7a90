"""Read a plan (YAML) and refuse, with every problem at once, whatever could not run as it was meant."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from forecast import evidence, files
from forecast.domain import Text
from forecast.errors import EvidenceError, RunError
from forecast.evidence import tables
from forecast.runs.plans import grid, notebook, rules, shape
from forecast.runs.plans import parameters as schema
from forecast.runs.plans.grid import MOST_RUNS
from forecast.runs.plans.parameters import Value, known_notebooks, known_parameters
from forecast.runs.plans.problems import Problems
from forecast.runs.plans.rules import Rule

LARGEST_PLAN = 64 * 1024
MOST_NESTED = 1000  # reading nested brackets takes time that grows with their square
BASELINE = "baseline"  # the scenario that needs no file


@dataclass(frozen=True)
class PlannedRun:
    """One run: its name in the plan, the notebook's id, every parameter the notebook takes, its entry's name."""

    name: str
    notebook: str
    parameters: Mapping[str, Value]
    group: str = ""


@dataclass(frozen=True)
class Plan:
    """A plan that was checked in full; each run carries all its parameters. `rules` say when it runs by itself."""

    name: str
    title: Text
    runs: tuple[PlannedRun, ...]
    rules: tuple[Rule, ...] = ()


def load(path: Path, root: Path, *, today: date, as_of: str | None = None, only: Sequence[str] = ()) -> Plan:
    """Read the plan at `path` for the project at `root`; raise PlanError listing all problems before anything starts.

    `as_of` replaces the date of every run; `only` keeps the runs (or all runs of the entries) of these names.
    """
    problems = Problems()
    wrong = None if as_of is None else schema.value_problem("as_of", as_of, None, today)
    problems.extend(["--as-of: " + wrong] if wrong else [])
    content = _read_yaml(path, problems)
    problems.refuse(path.name)
    plan = _check(content, {} if as_of is None else {"as_of": as_of}, today, problems)
    names = {name for run in plan.runs for name in (run.name, run.group)}
    for name in only:
        if name not in names:
            hint = schema.nearest(name, names)
            problems.add(f"--only: không có lượt chạy '{name}'; {hint.vi}", f"--only: there is no run '{name}'; {hint.en}")
    books = known_notebooks()
    for book in dict.fromkeys(run.notebook for run in plan.runs if run.notebook in books):
        problems.extend(notebook.problems(notebook.path_of(root, book), books[book].accepts))
    _check_scenarios(plan.runs, root, problems)
    problems.refuse(path.name)
    chosen = tuple(run for run in plan.runs if not only or run.name in only or run.group in only)
    return dataclasses.replace(plan, runs=chosen)


def _read_yaml(path: Path, problems: Problems) -> Any:
    """The YAML content as plain values; None, with problems added, when it cannot be read as data."""
    try:
        text = files.read_bounded(path.resolve(), LARGEST_PLAN).decode("utf-8-sig")
        if text.count("[") + text.count("{") > MOST_NESTED:
            problems.add("quá nhiều dấu [ và {.", "there are too many [ and {.")
        elif any(isinstance(token, (yaml.AliasToken, yaml.AnchorToken)) for token in yaml.scan(text, yaml.SafeLoader)):
            problems.add("không dùng neo YAML (& và *).", "YAML anchors (& and *) are not used.")
        else:
            _check_keys(yaml.compose(text, yaml.SafeLoader), problems)
        return None if problems.texts else yaml.load(text, tables.Loader)
    except RunError as error:
        problems.add(error.vi, error.en)
    except UnicodeDecodeError:
        problems.add("tệp không phải UTF-8.", "the file is not UTF-8.")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:300]
        problems.add(f"không đọc được YAML: {reason}", f"the YAML cannot be read: {reason}")
    return None


def _check_keys(node: yaml.Node | None, problems: Problems) -> None:
    """Every key of a mapping is a text and stands there once."""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _check_keys(child, problems)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key.value, str) else "?"
            if name in seen or not isinstance(key.value, str):
                line = key.start_mark.line + 1
                problems.add(
                    f"dòng {line}: khóa '{name}' bị lặp hoặc không phải chữ.",
                    f"line {line}: key '{name}' is repeated or not a text.",
                )
            seen.add(name)
            _check_keys(value, problems)


def _check(content: Any, overrides: Mapping[str, Value], today: date, problems: Problems) -> Plan:
    """The plan read from `content`, adding every problem; incomplete when there are problems."""
    written = shape.read_plan(content, problems)
    defaults = written.get("defaults", {})
    flawed = {key for key, value in defaults.items() if not _fits(key, value, None, today, problems.under("defaults"))}
    runs = tuple(
        _check_run(spec, defaults, flawed, overrides, today, problems.under(spec.name))
        for number, entry in enumerate(written.get("runs", []), 1)
        for spec in _specs(entry, number, problems)
    )
    names = Counter(run.name for run in runs)
    for name in sorted(name for name, count in names.items() if count > 1):
        problems.add(f"tên lượt chạy '{name}' bị lặp.", f"the run name '{name}' is repeated.")
    if len(runs) > MOST_RUNS:
        problems.add(f"kế hoạch có {len(runs)} lượt chạy, tối đa {MOST_RUNS}.", f"{len(runs)} runs, at most {MOST_RUNS}.")
    title = Text(**written.get("title", {"vi": "", "en": ""}))
    return Plan(written.get("name", ""), title, runs, _rules(written.get("schedule", []), problems))


def _rules(texts: Sequence[str], problems: Problems) -> tuple[Rule, ...]:
    parsed = [(text, rules.parse(text)) for text in texts]
    for text in (text for text, rule in parsed if rule is None):
        problems.add(
            f"schedule: không hiểu '{text}'; ví dụ: {rules.EXAMPLES.vi}.",
            f"schedule: '{text}' is not understood; examples: {rules.EXAMPLES.vi} ({rules.EXAMPLES.en}).",
        )
    return tuple(rule for _, rule in parsed if rule)


def _specs(entry: Any, number: int, problems: Problems) -> list[grid.Spec]:
    """The runs an entry stands for; its name and notebooks are checked here, the values of its parameters later."""
    name = entry.get("name") if isinstance(entry, dict) else None
    where = name if isinstance(name, str) and schema.IDENTIFIER.match(name) else f"runs[{number}]"
    problems = problems.under(where)
    written = shape.read_entry(entry, problems)
    if not written:
        return []
    if ("notebook" in written) == ("notebooks" in written):
        problems.add("cần 'notebook' hoặc 'notebooks' (một trong hai).", "needs 'notebook' or 'notebooks'.")
    named, by_name = [written["notebook"]] if "notebook" in written else written.get("notebooks", []), known_notebooks()
    for book in named:
        if book not in by_name:
            hint = schema.nearest(book, by_name)
            problems.add(f"không có sổ tính '{book}'; {hint.vi}", f"there is no notebook '{book}'; {hint.en}")
    books = [book for book in dict.fromkeys(named) if book in by_name]
    accepted = {key for book in books for key in by_name[book].accepts}
    values = {}
    for key, value in written.get("grid", {}).items():
        if problem := schema.name_problem(key, accepted) if books else None:
            problems.add(f"grid: {problem.vi}", f"grid: {problem.en}")
        else:
            values[key] = value
    return grid.expand(where, books, written.get("parameters", {}), values, written.get("exclude", []), problems)


def _check_run(
    spec: grid.Spec,
    defaults: Mapping[str, Value],
    flawed: Collection[str],
    overrides: Mapping[str, Value],
    today: date,
    problems: Problems,
) -> PlannedRun:
    """One run with its values checked; all parameters of its notebook, in the notebook's order.

    What is `flawed` of the defaults was told once already.
    """
    book = known_notebooks()[spec.notebook]
    shared, forced = ({key: values[key] for key in values if key in book.accepts} for values in (defaults, overrides))
    own = {**spec.parameters, **forced}
    given = {**shared, **own}
    asked = {key: value for key, value in given.items() if key in own or key not in flawed}
    sound = {key: schema.canonical(value) for key, value in asked.items() if _fits(key, value, book, today, problems)}
    for key in book.accepts:
        if key not in given and key not in schema.OPTIONAL:
            problems.add(f"thiếu tham số '{key}'.", f"parameter '{key}' is missing.")
    day, year = schema.read_date(sound.get("as_of")), sound.get("horizon_year")
    if day and year is not None and int(year) < day.year:
        problems.add(f"horizon_year = {year} đã qua vào ngày {day} (as_of).", f"horizon_year = {year} lies before as_of {day}.")
    return PlannedRun(spec.name, spec.notebook, {key: sound[key] for key in book.accepts if key in sound}, spec.group)


def _fits(key: Any, value: Any, book: schema.Notebook | None, today: date, problems: Problems) -> bool:
    """Whether a parameter is taken with this value; adds its problem where it is not."""
    names = book.accepts if book else known_parameters()
    if problem := schema.name_problem(key, names) or schema.value_problem(key, value, book, today):
        problems.add(problem.vi, problem.en)
    return problem is None


def _check_scenarios(runs: Sequence[PlannedRun], root: Path, problems: Problems) -> None:
    """A scenario is a file of data/scenarios, for every territory or for that of the run."""
    chosen = [run for run in runs if run.parameters.get("scenario", BASELINE) != BASELINE]
    try:
        scenarios = evidence.load(root / "data").scenarios if chosen else {}
    except EvidenceError as error:
        problems.add(error.vi, error.en)
        return
    for run in chosen:
        name, territory = str(run.parameters["scenario"]), run.parameters.get("territory")
        if name not in scenarios:
            hint = schema.nearest(name, [other for other in scenarios if "@" not in other])
            problems.add(f"{run.name}: không có kịch bản '{name}'; {hint.vi}", f"{run.name}: no scenario '{name}'; {hint.en}")
        elif territory and scenarios[name].territory not in ("", territory):
            only = scenarios[name].territory
            problems.add(
                f"{run.name}: kịch bản '{name}' chỉ dành cho '{only}', không phải '{territory}'.",
                f"{run.name}: scenario '{name}' speaks of '{only}' only, not of '{territory}'.",
            )
