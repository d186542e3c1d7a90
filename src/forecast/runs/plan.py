"""Read a plan (YAML) and refuse, with every problem at once, whatever could not run as it was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from forecast.domain import Text
from forecast.errors import PlanError
from forecast.runs import notebook, scenario_parameter, schema
from forecast.runs.schema import NOTEBOOKS, PARAMETERS, Value

LARGEST_PLAN = 64 * 1024
MOST_RUNS = 200
MOST_NESTED = 1000  # reading nested brackets takes time that grows with their square
_KEYS = ("name", "title", "defaults", "runs")
_RUN_KEYS = ("name", "notebook", "parameters")


@dataclass(frozen=True)
class PlannedRun:
    """One run: its name in the plan, the notebook's id and every parameter the notebook takes."""

    name: str
    notebook: str
    parameters: Mapping[str, Value]


@dataclass(frozen=True)
class Plan:
    """A plan that was checked whole; each run carries all its parameters."""

    name: str
    title: Text
    runs: tuple[PlannedRun, ...]


def load(path: Path, root: Path, *, today: date, as_of: str | None = None, only: Sequence[str] = ()) -> Plan:
    """Read the plan at `path` for the project at `root`; raise PlanError listing all problems before anything starts.

    `as_of` replaces the date of every run; `only` keeps the runs of these names.
    """
    problems: list[Text] = []
    content = _read_yaml(path, problems)
    if problems:
        raise refusal(path.name, problems)
    overrides = {} if as_of is None else {"as_of": as_of}
    plan = _check(content, overrides, today, problems)
    for name in only:
        if name not in (known := [run.name for run in plan.runs]):
            hint = schema.nearest(name, known)
            problems.append(
                Text(f"--only: không có lượt chạy '{name}'; {hint.vi}", f"--only: there is no run '{name}'; {hint.en}")
            )
    for notebook_id in dict.fromkeys(run.notebook for run in plan.runs if run.notebook in NOTEBOOKS):
        path_of = notebook.path_of(root, notebook_id)
        problems.extend(notebook.problems(path_of, NOTEBOOKS[notebook_id].accepts))
    problems.extend(scenario_parameter.problems(plan.runs, root))
    if problems:
        raise refusal(path.name, problems)
    return Plan(plan.name, plan.title, tuple(run for run in plan.runs if not only or run.name in only))


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
    if not isinstance(content, dict):
        problems.append(
            Text(
                "kế hoạch phải có các khóa name, title, defaults, runs.",
                "a plan has the keys name, title, defaults, runs.",
            )
        )
        return Plan("", Text("", ""), ())
    _unknown_keys(content, _KEYS, "", problems)
    name = content.get("name")
    if not isinstance(name, str) or not schema.IDENTIFIER.match(name):
        problems.append(
            Text(f"'name' phải là mã không dấu, không phải {name!r}.", f"'name' must be an ascii id, not {name!r}.")
        )
    title = content.get("title")
    if not isinstance(title, dict) or not all(isinstance(title.get(key), str) for key in ("vi", "en")):
        problems.append(Text("'title' cần cả vi và en.", "'title' needs both vi and en."))
        title = {"vi": "", "en": ""}
    defaults = _parameters(content.get("defaults", {}), "defaults", problems)
    defaults = {
        key: value for key, value in defaults.items() if not _bad(key, value, None, today, "defaults", problems)
    }
    runs = content.get("runs")
    if not isinstance(runs, list) or not 0 < len(runs) <= MOST_RUNS:
        problems.append(
            Text(f"'runs' phải là danh sách 1 đến {MOST_RUNS} lượt chạy.", f"'runs' must list 1 to {MOST_RUNS} runs.")
        )
        runs = []
    planned = [_check_run(run, index, defaults, overrides, today, problems) for index, run in enumerate(runs, 1)]
    names = [run.name for run in planned]
    for repeated in sorted({one for one in names if names.count(one) > 1}):
        problems.append(Text(f"tên lượt chạy '{repeated}' bị lặp.", f"the run name '{repeated}' is repeated."))
    return Plan(str(name), Text(title["vi"], title["en"]), tuple(planned))


def _check_run(
    run: Any,
    index: int,
    defaults: Mapping[str, Value],
    overrides: Mapping[str, Value],
    today: date,
    problems: list[Text],
) -> PlannedRun:
    where = f"runs[{index}]"
    if not isinstance(run, dict):
        problems.append(
            Text(f"{where}: phải có name, notebook, parameters.", f"{where}: needs name, notebook, parameters.")
        )
        return PlannedRun(where, "", {})
    name = run.get("name")
    if isinstance(name, str) and schema.IDENTIFIER.match(name):
        where = name
    else:
        problems.append(
            Text(
                f"{where}: 'name' phải là mã không dấu, không phải {name!r}.",
                f"{where}: 'name' must be an ascii id, not {name!r}.",
            )
        )
    _unknown_keys(run, _RUN_KEYS, f"{where}: ", problems)
    notebook_id = run.get("notebook")
    if notebook_id not in NOTEBOOKS:
        hint = schema.nearest(str(notebook_id), NOTEBOOKS)
        problems.append(
            Text(
                f"{where}: không có sổ tính '{notebook_id}'; {hint.vi}",
                f"{where}: there is no notebook '{notebook_id}'; {hint.en}",
            )
        )
        return PlannedRun(where, str(notebook_id), {})
    spec = NOTEBOOKS[notebook_id]
    given = _parameters(run.get("parameters", {}), where, problems)
    given = {**given, **{key: value for key, value in overrides.items() if key in spec.accepts}}
    merged = {**{key: value for key, value in defaults.items() if key in spec.accepts}, **given}
    good = {
        key: schema.canonical(value)
        for key, value in merged.items()
        if not _bad(key, value, spec, today, where, problems)
    }
    for key in spec.accepts:
        if key not in merged:
            problems.append(Text(f"{where}: thiếu tham số '{key}'.", f"{where}: parameter '{key}' is missing."))
    _check_horizon(good, where, problems)
    return PlannedRun(where, notebook_id, {key: good[key] for key in spec.accepts if key in good})


def _bad(key: Any, value: Any, spec: schema.Notebook | None, today: date, where: str, problems: list[Text]) -> bool:
    """Whether a parameter is refused; adds its problem."""
    problem = schema.name_problem(key, spec.accepts if spec else PARAMETERS) or schema.value_problem(
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


def _parameters(value: Any, where: str, problems: list[Text]) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    problems.append(
        Text(f"{where}: tham số phải là các cặp tên: giá trị.", f"{where}: parameters must be name: value pairs.")
    )
    return {}


def _unknown_keys(content: Mapping[Any, Any], known: Sequence[str], where: str, problems: list[Text]) -> None:
    for key in content:
        if key not in known:
            hint = schema.nearest(str(key), known)
            problems.append(
                Text(f"{where}không có khóa '{key}'; {hint.vi}", f"{where}there is no key '{key}'; {hint.en}")
            )
