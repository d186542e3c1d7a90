"""Read a plan (YAML) and refuse, with every problem at once, whatever could not run as it was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from forecast.domain import Text
from forecast.errors import PlanError
from forecast.runs.plans import grid, notebook, rules, scenario_parameter, shape
from forecast.runs.plans import parameters as schema
from forecast.runs.plans.grid import MOST_RUNS
from forecast.runs.plans.parameters import Value, known_notebooks, known_parameters
from forecast.runs.plans.rules import Rule

LARGEST_PLAN = 64 * 1024
MOST_NESTED = 1000  # reading nested brackets takes time that grows with their square


@dataclass(frozen=True)
class PlannedRun:
    """One run: its name in the plan, the notebook's id, every parameter the notebook takes, its entry's name."""

    name: str
    notebook: str
    parameters: Mapping[str, Value]
    group: str = ""


@dataclass(frozen=True)
class Plan:
    """A plan that was checked whole; each run carries all its parameters. `rules` say when it runs by itself."""

    name: str
    title: Text
    runs: tuple[PlannedRun, ...]
    rules: tuple[Rule, ...] = ()


def load(path: Path, root: Path, *, today: date, as_of: str | None = None, only: Sequence[str] = ()) -> Plan:
    """Read the plan at `path` for the project at `root`; raise PlanError listing all problems before anything starts.

    `as_of` replaces the date of every run; `only` keeps the runs (or whole entries) of these names.
    """
    problems: list[Text] = []
    content = _read_yaml(path, problems)
    if problems:
        raise refusal(path.name, problems)
    overrides = {} if as_of is None else {"as_of": as_of}
    plan = _check(content, overrides, today, problems)
    for name in only:
        if name not in (known := {part for run in plan.runs for part in (run.name, run.group)}):
            hint = schema.nearest(name, known)
            problems.append(
                Text(f"--only: không có lượt chạy '{name}'; {hint.vi}", f"--only: there is no run '{name}'; {hint.en}")
            )
    books = known_notebooks()
    for notebook_id in dict.fromkeys(run.notebook for run in plan.runs if run.notebook in books):
        path_of = notebook.path_of(root, notebook_id)
        problems.extend(notebook.problems(path_of, books[notebook_id].accepts))
    problems.extend(scenario_parameter.problems(plan.runs, root))
    if problems:
        raise refusal(path.name, problems)
    kept = tuple(run for run in plan.runs if not only or run.name in only or run.group in only)
    return Plan(plan.name, plan.title, kept, plan.rules)


def refusal(where: str, problems: Sequence[Text]) -> PlanError:
    """One PlanError holding all problems of `where`, one a line."""
    vi = "\n".join(f"  - {problem.vi}" for problem in problems)
    en = "\n".join(f"  - {problem.en}" for problem in problems)
    return PlanError(
        f"Kế hoạch {where} bị từ chối, chưa chạy gì ({len(problems)} lỗi):\n{vi}",
        f"Plan {where} was refused, nothing was started ({len(problems)} problems):\n{en}",
    )


def _read_yaml(path: Path, problems: list[Text]) -> Any:
    """The YAML content as plain values; None, with problems added, when it cannot be read as data."""
    try:
        raw = path.read_bytes()
        if len(raw) > LARGEST_PLAN:
            problems.append(
                Text(
                    f"tệp quá lớn (hơn {LARGEST_PLAN // 1024} KB).",
                    f"the file is too large (over {LARGEST_PLAN // 1024} KB).",
                )
            )
            return None
        text = raw.decode("utf-8-sig")
        if text.count("[") + text.count("{") > MOST_NESTED:
            problems.append(Text("quá nhiều dấu [ và {.", "there are too many [ and {."))
            return None
        if any(isinstance(token, (yaml.AliasToken, yaml.AnchorToken)) for token in yaml.scan(text, yaml.SafeLoader)):
            problems.append(Text("không dùng neo YAML (& và *).", "YAML anchors (& and *) are not used."))
            return None
        problems.extend(_repeated_keys(yaml.compose(text, yaml.SafeLoader)))
        return None if problems else yaml.safe_load(text)
    except FileNotFoundError:
        problems.append(Text(f"không có tệp {path}.", f"there is no file {path}."))
    except UnicodeDecodeError:
        problems.append(Text("tệp không phải UTF-8.", "the file is not UTF-8."))
    except OSError as error:
        problems.append(Text(f"không đọc được tệp: {error.strerror}.", f"the file cannot be read: {error.strerror}."))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:300]
        problems.append(Text(f"không đọc được YAML: {reason}", f"the YAML cannot be read: {reason}"))
    return None


def _repeated_keys(node: yaml.Node | None) -> list[Text]:
    found: list[Text] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen if isinstance(key.value, str) else True:
                line = key.start_mark.line + 1
                name = key.value if isinstance(key.value, str) else "?"
                found.append(
                    Text(
                        f"dòng {line}: khóa '{name}' bị lặp hoặc không phải chữ.",
                        f"line {line}: key '{name}' is repeated or not a text.",
                    )
                )
            else:
                seen.add(key.value)
            found.extend(_repeated_keys(value))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            found.extend(_repeated_keys(item))
    return found


def _check(content: Any, overrides: Mapping[str, Value], today: date, problems: list[Text]) -> Plan:
    """The plan read from `content`, adding every problem found; incomplete when there are problems."""
    whole = shape.read_plan(content, problems)
    if not whole:
        return Plan("", Text("", ""), ())
    name = whole.get("name", "")
    if "name" in whole and not schema.IDENTIFIER.match(name):
        problems.append(
            Text(f"'name' phải là mã không dấu, không phải {name!r}.", f"'name' must be an ascii id, not {name!r}.")
        )
    defaults = {
        key: value
        for key, value in whole.get("defaults", {}).items()
        if not _bad(key, value, None, today, "defaults", problems)
    }
    planned = []
    for number, entry in enumerate(whole.get("runs", []), 1):
        for spec in _specs(entry, f"runs[{number}]", problems):
            planned.append(_check_run(spec, defaults, overrides, today, problems))
    names = Counter(run.name for run in planned)
    for repeated in sorted(one for one, count in names.items() if count > 1):
        problems.append(Text(f"tên lượt chạy '{repeated}' bị lặp.", f"the run name '{repeated}' is repeated."))
    if len(planned) > MOST_RUNS:
        problems.append(
            Text(f"kế hoạch có {len(planned)} lượt chạy, tối đa {MOST_RUNS}.", f"{len(planned)} runs, at most {MOST_RUNS}.")
        )
    title = whole.get("title", {"vi": "", "en": ""})
    return Plan(name, Text(title["vi"], title["en"]), tuple(planned), _rules(whole.get("schedule", []), problems))


def _rules(written: Sequence[str], problems: list[Text]) -> tuple[Rule, ...]:
    found = []
    for text in written:
        rule = rules.parse(text)
        if rule is None:
            problems.append(
                Text(
                    f"schedule: không hiểu '{text}'; ví dụ: {rules.EXAMPLES.vi}.",
                    f"schedule: '{text}' is not understood; examples: {rules.EXAMPLES.vi} ({rules.EXAMPLES.en}).",
                )
            )
        else:
            found.append(rule)
    return tuple(found)


def _specs(entry: Any, where: str, problems: list[Text]) -> list[grid.Spec]:
    """The runs an entry stands for; its name and notebooks are checked here, the values of its parameters later."""
    if isinstance(entry, dict) and isinstance(entry.get("name"), str) and schema.IDENTIFIER.match(entry["name"]):
        where = entry["name"]
    read = shape.read_entry(entry, where, problems)
    if "name" in read and where != read["name"]:
        name = read["name"]
        problems.append(
            Text(
                f"{where}: 'name' phải là mã không dấu, không phải {name!r}.",
                f"{where}: 'name' must be an ascii id, not {name!r}.",
            )
        )
    if not read:
        return []
    books = [read["notebook"]] if "notebook" in read else read.get("notebooks", [])
    if ("notebook" in read) == ("notebooks" in read):
        problems.append(
            Text(f"{where}: cần 'notebook' hoặc 'notebooks' (một trong hai).", f"{where}: needs 'notebook' or 'notebooks'.")
        )
    for book in books:
        if book not in known_notebooks():
            hint = schema.nearest(book, known_notebooks())
            problems.append(
                Text(f"{where}: không có sổ tính '{book}'; {hint.vi}", f"{where}: there is no notebook '{book}'; {hint.en}")
            )
    known = [book for book in dict.fromkeys(books) if book in known_notebooks()]
    wanted = {key: value for key, value in read.get("grid", {}).items() if not _unknown_in_all(key, known, where, problems)}
    return grid.expand(where, known, read.get("parameters", {}), wanted, read.get("exclude", []), problems)


def _unknown_in_all(name: Any, books: Sequence[str], where: str, problems: list[Text]) -> bool:
    """Whether a grid's parameter is one that no notebook of the entry takes; adds its problem."""
    problem = schema.name_problem(name, {key for book in books for key in known_notebooks()[book].accepts}) if books else None
    if problem:
        problems.append(Text(f"{where}: grid: {problem.vi}", f"{where}: grid: {problem.en}"))
    return problem is not None


def _check_run(
    spec: grid.Spec, defaults: Mapping[str, Value], overrides: Mapping[str, Value], today: date, problems: list[Text]
) -> PlannedRun:
    """One run with its values checked; all parameters of its notebook, in the notebook's order."""
    where, book = spec.name, known_notebooks()[spec.notebook]
    given = {**spec.parameters, **{key: value for key, value in overrides.items() if key in book.accepts}}
    merged = {**{key: value for key, value in defaults.items() if key in book.accepts}, **given}
    good = {
        key: schema.canonical(value)
        for key, value in merged.items()
        if not _bad(key, value, book, today, where, problems)
    }
    for key in book.accepts:
        if key not in merged:
            problems.append(Text(f"{where}: thiếu tham số '{key}'.", f"{where}: parameter '{key}' is missing."))
    _check_horizon(good, where, problems)
    return PlannedRun(
        where, spec.notebook, {key: good[key] for key in book.accepts if key in good}, spec.group
    )


def _bad(key: Any, value: Any, spec: schema.Notebook | None, today: date, where: str, problems: list[Text]) -> bool:
    """Whether a parameter is refused; adds its problem."""
    problem = schema.name_problem(key, spec.accepts if spec else known_parameters()) or schema.value_problem(
        key, value, spec, today
    )
    if problem:
        problems.append(Text(f"{where}: {problem.vi}", f"{where}: {problem.en}"))
    return problem is not None


def _check_horizon(good: Mapping[str, Value], where: str, problems: list[Text]) -> None:
    day = schema.read_date(good.get("as_of"))
    if day and "horizon_year" in good and int(good["horizon_year"]) < day.year:
        year = good["horizon_year"]
        problems.append(
            Text(
                f"{where}: horizon_year = {year} đã qua vào ngày {day} (as_of).",
                f"{where}: horizon_year = {year} lies before as_of {day}.",
            )
        )
