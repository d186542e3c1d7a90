"""The shape of a plan file, as pydantic types; what is wrong with it is said in our words, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, NotRequired

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from forecast.domain import Text
from forecast.runs.plans import parameters as schema
from forecast.runs.plans.grid import MOST_RUNS
from forecast.runs.plans.problems import Problems

_STRICT = {"extra": "forbid", "strict": True}


def _require_id(name: str) -> str:
    if not schema.IDENTIFIER.match(name):
        raise ValueError("no ascii id")
    return name


Name = Annotated[str, AfterValidator(_require_id)]


class Title(TypedDict):
    """The plan's title in both languages."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    vi: str
    en: str


class Entry(TypedDict):
    """One entry of `runs`: a notebook (or several) with parameters and, where wanted, a grid of values."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    name: Name
    notebook: NotRequired[str]
    notebooks: NotRequired[list[str]]
    parameters: NotRequired[dict[str, Any]]
    grid: NotRequired[dict[str, Any]]
    exclude: NotRequired[list[dict[str, Any]]]


class PlanFile(TypedDict):
    """A whole plan; `schedule` holds rules such as 'ngày 6 hằng tháng 06:00'."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    name: Name
    title: Title
    defaults: NotRequired[dict[str, Any]]
    schedule: NotRequired[list[str]]
    runs: Annotated[list[Any], Field(min_length=1, max_length=MOST_RUNS)]


_PLAN: TypeAdapter[Any] = TypeAdapter(PlanFile)
_ENTRY: TypeAdapter[Any] = TypeAdapter(Entry)


def read_plan(content: Any, problems: Problems) -> dict[str, Any]:
    """The plan's keys with everything of a wrong shape taken out and named in `problems`; empty where it is no plan."""
    keys = Text("kế hoạch phải có các khóa name, title, defaults, runs.", "a plan has the keys name, title, defaults, runs.")
    return _sound(_PLAN, PlanFile, content, problems, keys)


def read_entry(content: Any, problems: Problems) -> dict[str, Any]:
    """The same for one entry of `runs`."""
    keys = Text("phải có name, notebook, parameters.", "needs name, notebook, parameters.")
    return _sound(_ENTRY, Entry, content, problems, keys)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a plan file, for editors that check while one types."""
    plan, entry = _PLAN.json_schema(), _ENTRY.json_schema()
    values = {name: schema.json_schema(name) for name in schema.known_parameters()}
    lists = {name: {"anyOf": [{"type": "array", "items": value}, {"type": "object"}]} for name, value in values.items()}
    entry["properties"]["parameters"] = {"type": "object", "properties": values, "additionalProperties": False}
    entry["properties"]["grid"] = {"type": "object", "properties": lists, "additionalProperties": False}
    entry["properties"]["notebook"] = {"enum": list(schema.known_notebooks())}
    plan["properties"]["defaults"] = {"type": "object", "properties": values, "additionalProperties": False}
    plan["properties"]["runs"] = {"type": "array", "items": entry, "minItems": 1, "maxItems": MOST_RUNS}
    return plan


def _sound(shape: TypeAdapter[Any], typed: type, content: Any, problems: Problems, needed: Text) -> dict[str, Any]:
    if not isinstance(content, dict):
        problems.extend([needed])
        return {}
    try:
        shape.validate_python(content)
        return dict(content)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
    problems.extend({_place(detail["loc"]): _worded(detail, content, typed.__annotations__) for detail in details}.values())
    wrong = {detail["loc"][0] for detail in details}
    return {key: value for key, value in content.items() if key not in wrong}


def _place(path: Sequence[Any]) -> str:
    """One message for each place; the two languages of a title share theirs."""
    return "title" if path[0] == "title" else ".".join(map(str, path))


def _worded(detail: Mapping[str, Any], content: Mapping[str, Any], keys: Iterable[str]) -> Text:
    key = str(detail["loc"][0])
    if detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1:
        hint = schema.nearest(key, keys)
        return Text(f"không có khóa '{key}'; {hint.vi}", f"there is no key '{key}'; {hint.en}")
    value = content.get(key)
    vi, en = {
        "title": ("'title' cần cả vi và en, đều là chữ.", "'title' needs both vi and en as text."),
        "name": (f"'name' phải là mã không dấu, không phải {value!r}.", f"'name' must be an ascii id, not {value!r}."),
        "runs": (f"'runs' phải là danh sách 1 đến {MOST_RUNS} lượt chạy.", f"'runs' must list 1 to {MOST_RUNS} runs."),
        "defaults": ("'defaults': tham số phải là các cặp tên: giá trị.", "'defaults' must be name: value pairs."),
        "parameters": ("tham số phải là các cặp tên: giá trị.", "parameters must be name: value pairs."),
        "grid": ("'grid' phải là các cặp tên: danh sách.", "'grid' must be name: list pairs."),
        "exclude": ("'exclude' phải là danh sách các cặp tên: giá trị.", "'exclude' must list name: value pairs."),
        "schedule": ("'schedule' phải là danh sách quy tắc bằng chữ.", "'schedule' must list rules as text."),
    }.get(key, (f"'{key}' không đúng dạng: {value!r}.", f"'{key}' has the wrong form: {value!r}."))
    return Text(vi, en)
