"""The typed schema of notebook parameters: the one truth, kept outside the notebooks."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from forecast import headline
from forecast.domain import Text

Value = str | int | float | bool
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_SECRET = re.compile(r"token|password|passwd|secret|api_?key|credential|mat_khau", re.IGNORECASE)
_LOCAL_NUMBER = re.compile(r"[-+]?[\d.,]+\s*%?\Z")
_SCENARIO = re.compile(r"[a-z][a-z0-9_]{0,63}(@[1-9]\d{0,3})?\Z")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@dataclass(frozen=True)
class Parameter:
    """What one parameter may be: a whole number in a range, a date, one of named choices, the id of a scenario file, a typed target."""

    kind: Literal["integer", "date", "choice", "scenario", "target"]
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notebook:
    """Which parameters a notebook takes (with its own choices where they are narrower) and what it must record."""

    accepts: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]
    tables: tuple[str, ...]


OPTIONAL = frozenset({"own_target"})  # a plan need not give it, nor a notebook of one's own take it
METHODS = (
    *("default", "naive", "drift", "damped_log_drift", "median"),
    *("ets", "theta", "local_linear_trend", "arima", "prophet"),
)
_PROVINCE = ("territory", "measure", "horizon_year", "as_of", "scenario", "method", "own_target", "n_paths", "seed")
_SCENARIOS = (*(name for name in _PROVINCE if name != "method"), "chance")
_PROVINCE_TABLES = ("forecast", "samples", "history", "nation", "verdicts", "methods", "assumptions")


def known_parameters(root: Path | None = None) -> dict[str, Parameter]:
    """Every parameter by name; territories and measures as the project's registers name them."""
    registers = headline.registered(root)
    measures = dict.fromkeys(measure for study in registers.studies.values() for measure in study.measures)
    elsewhere = (name for study in registers.studies.values() for name in study.territories)
    return {
        "territory": Parameter("choice", choices=tuple(dict.fromkeys((*registers.provinces, *elsewhere)))),
        "measure": Parameter("choice", choices=tuple(measures)),
        "horizon_year": Parameter("integer", 2015, 2050),
        "as_of": Parameter("date"),
        "scenario": Parameter("scenario"),  # which files there are is known only for a project: see scenario_parameter
        "chance": Parameter("integer", 5, 95),
        "method": Parameter("choice", choices=METHODS),
        "own_target": Parameter("target"),
        "n_paths": Parameter("integer", 100, 100_000),
        "seed": Parameter("integer", 0, 2**32 - 1),
    }


def known_notebooks(root: Path | None = None) -> dict[str, Notebook]:
    """Every notebook that can be run by its id: one for each headline indicator, scenarios, the evaluation."""
    registers = headline.registered(root)
    documents = {
        study.notebook: Notebook(
            _PROVINCE, {"territory": study.territories or registers.provinces, "measure": study.measures}, _PROVINCE_TABLES
        )
        for study in registers.studies.values()
    }
    several = next((study.measures for study in registers.studies.values() if len(study.measures) > 1), ())
    scenarios = Notebook(_SCENARIOS, {"territory": registers.choices, "measure": several}, ())
    return {**documents, "05_scenarios": scenarios, "04_evaluation": Notebook(("as_of", "seed", "n_paths"), {}, ())}


MOST_LISTED = 12  # names a sentence lists


def nearest(name: str, names: Iterable[str]) -> Text:
    """' ý bạn là ...?' for the one of `names` nearest to `name`, or their list when none is near."""
    options = list(names)  # a long list in its own order: the project's own names stand first there
    near = difflib.get_close_matches(str(name), options, n=1, cutoff=0.6)
    if near:
        return Text(f"ý bạn là '{near[0]}'?", f"did you mean '{near[0]}'?")
    listed = ", ".join(options[:MOST_LISTED]) + ", ..." if len(options) > MOST_LISTED else ", ".join(sorted(options))
    return Text(f"có thể dùng: {listed}.", f"known: {listed}.")


def name_problem(name: Any, names: Iterable[str]) -> Text | None:
    """Why `name` cannot be one of the parameters `names` (A09, A16, A46), or None."""
    if not isinstance(name, str) or not IDENTIFIER.match(name):
        return Text(
            f"tên tham số {name!r} không hợp lệ (chỉ chữ thường không dấu, số, gạch dưới).",
            f"parameter name {name!r} is not valid (lower-case ascii letters, digits, underscore).",
        )
    if _SECRET.search(name):
        return Text(
            f"'{name}': không đặt mật khẩu hay khóa bí mật trong tham số (chúng được ghi lại nguyên văn).",
            f"'{name}': never pass a secret as a parameter (parameters are recorded in clear).",
        )
    if name not in names:
        hint = nearest(name, names)
        return Text(f"không có tham số '{name}'; {hint.vi}", f"there is no parameter '{name}'; {hint.en}")
    return None


def value_problem(name: str, value: Any, notebook: Notebook | None, today: date) -> Text | None:
    """Why `value` is not a value of the parameter `name` (A10, A11, range, choice, future date), or None."""
    parameter = known_parameters()[name]
    if isinstance(value, (dict, list, tuple, set)) or value is None:
        return Text(
            f"'{name}' phải là một giá trị đơn, không phải {value!r}.",
            f"'{name}' must be a single value, not {value!r}.",
        )
    if parameter.kind == "date":
        return _date_problem(name, value, today)
    if parameter.kind == "integer":
        return _number_problem(name, value, parameter)
    if parameter.kind == "scenario":
        if isinstance(value, str) and _SCENARIO.match(value):
            return None
        return Text(f"'{name}' phải là mã kịch bản, không phải {value!r}.", f"'{name}' must be a scenario id, not {value!r}.")
    if parameter.kind == "target":
        return _target_problem(name, value)
    choices = (notebook.choices.get(name) if notebook else None) or parameter.choices
    if value in choices:
        return None
    hint = nearest(str(value), choices)
    return Text(f"'{name}' không nhận giá trị {value!r}; {hint.vi}", f"'{name}' cannot be {value!r}; {hint.en}")


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a parameter."""
    parameter = known_parameters()[name]
    if parameter.kind == "integer":
        return {"maximum": parameter.high, "minimum": parameter.low, "type": "integer"}
    if parameter.kind == "choice":
        return {"enum": list(parameter.choices), "type": "string"}
    return {"type": "string"} | ({"pattern": r"^(latest|\d{4}-\d{2}-\d{2})$"} if parameter.kind == "date" else {})


def _target_problem(name: str, value: Any) -> Text | None:
    """What no figures are needed for: whether it reads as a target; its years and bounds are judged where it is answered."""
    if value == "":
        return None
    from forecast.policy.outlooks import own_targets  # what computes is loaded for a target that was typed only

    if isinstance(value, str) and own_targets.readable(value):
        return None
    example = "'7 %/năm đến 2030', '30 % năm 2028'"
    return Text(f"'{name}' phải như {example}, không phải {value!r}.", f"'{name}' must be like {example}, not {value!r}.")


def _number_problem(name: str, value: Any, parameter: Parameter) -> Text | None:
    if isinstance(value, str) and _LOCAL_NUMBER.match(value.strip()):
        return Text(
            f"'{name}' nhận được chữ '{value}': hãy viết số trần, dấu chấm thập phân, không có % và dấu nháy "
            "(ví dụ 0.07 thay cho '7%' hay '0,07').",
            f"'{name}' is the text '{value}': write a bare number with a decimal point, no % and no quotes "
            "(0.07 instead of '7%' or '0,07').",
        )
    if isinstance(value, bool) or not isinstance(value, int):
        return Text(f"'{name}' phải là số nguyên, không phải {value!r}.", f"'{name}' must be a whole number, not {value!r}.")
    if parameter.low <= value <= parameter.high:
        return None
    return Text(
        f"'{name}' = {value} nằm ngoài khoảng {parameter.low} đến {parameter.high}.",
        f"'{name}' = {value} is outside {parameter.low} to {parameter.high}.",
    )


def _date_problem(name: str, value: Any, today: date) -> Text | None:
    if value == "latest":
        return None
    day = read_date(value)
    if day is None:
        return Text(
            f"'{name}' phải là 'latest' hoặc ngày dạng 2023-06-30, không phải {value!r}.",
            f"'{name}' must be 'latest' or a date such as 2023-06-30, not {value!r}.",
        )
    if day > today:
        return Text(
            f"'{name}' = {day.isoformat()} ở tương lai (hôm nay là {today.isoformat()}).",
            f"'{name}' = {day.isoformat()} is in the future (today is {today.isoformat()}).",
        )
    return None


def read_date(value: Any) -> date | None:
    """The date of an ISO text or of a date read from YAML; None for anything else, a moment with hours included."""
    if type(value) is date:
        return value
    if isinstance(value, str) and _ISO_DATE.match(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def canonical(value: Any) -> Value:
    """The value as it is handed to a notebook: dates as ISO text, everything else unchanged."""
    return value.isoformat() if isinstance(value, date) else value
