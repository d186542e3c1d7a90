"""The shape of a plan file, as pydantic types; what is wrong with it is said in our words, all of it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NotRequired

from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from forecast.domain import Text
from forecast.runs.plans import parameters as schema
from forecast.runs.plans.grid import MOST_RUNS

_STRICT = {"extra": "forbid", "strict": True}


class Title(TypedDict):
    """The plan's title in both languages."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    vi: str
    en: str


class Entry(TypedDict):
    """One entry of `runs`: a notebook (or several) with parameters and, where wanted, a grid of values."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    name: str
    notebook: NotRequired[str]
    notebooks: NotRequired[list[str]]
    parameters: NotRequired[dict[str, Any]]
    grid: NotRequired[dict[str, Any]]
    exclude: NotRequired[list[dict[str, Any]]]


class PlanFile(TypedDict):
    """A whole plan; `schedule` holds rules such as 'ngày 6 hằng tháng 06:00'."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    name: str
    title: Title
    defaults: NotRequired[dict[str, Any]]
    schedule: NotRequired[list[str]]
    runs: Annotated[list[Any], Field(min_length=1, max_length=MOST_RUNS)]


KEYS = tuple(PlanFile.__annotations__)
ENTRY_KEYS = tuple(Entry.__annotations__)
_TYPES = {"plan": TypeAdapter(PlanFile), "entry": TypeAdapter(Entry)}


def read_plan(content: Any, problems: list[Text]) -> dict[str, Any]:
    """The plan's keys with everything of a wrong shape taken out and named in `problems`."""
    return _read("plan", content, "", problems)


def read_entry(content: Any, where: str, problems: list[Text]) -> dict[str, Any]:
    """The same for one entry of `runs`."""
    return _read("entry", content, where, problems)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a plan file, for editors that check while one types."""
    found = _TYPES["plan"].json_schema()
    entry = _TYPES["entry"].json_schema()
    one = {name: schema.json_schema(name) for name in schema.known_parameters()}
    several = {name: {"anyOf": [{"type": "array", "items": part}, {"type": "object"}]} for name, part in one.items()}
    entry["properties"]["parameters"] = {"type": "object", "properties": one, "additionalProperties": False}
    entry["properties"]["grid"] = {"type": "object", "properties": several, "additionalProperties": False}
    entry["properties"]["notebook"] = {"enum": list(schema.known_notebooks())}
    found["properties"]["defaults"] = {"type": "object", "properties": one, "additionalProperties": False}
    found["properties"]["runs"] = {"type": "array", "items": entry, "minItems": 1, "maxItems": MOST_RUNS}
    return found


def _read(kind: str, content: Any, where: str, problems: list[Text]) -> dict[str, Any]:
    if not isinstance(content, dict):
        problems.append(_not_a_mapping(kind, where))
        return {}
    try:
        _TYPES[kind].validate_python(content)
        return dict(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
    known = KEYS if kind == "plan" else ENTRY_KEYS
    problems.extend({_key(one["loc"]): _worded(one, content, where, known) for one in found}.values())
    bad = {one["loc"][0] for one in found if one["loc"]}
    return {key: value for key, value in content.items() if key not in bad}


def _key(place: Sequence[Any]) -> str:
    """One message for each key; the two languages of a title share theirs."""
    return "title" if place and place[0] == "title" else ".".join(map(str, place))


def _worded(error: Mapping[str, Any], content: Mapping[str, Any], where: str, known: Sequence[str]) -> Text:
    key, before = str(error["loc"][0]), f"{where}: " if where else ""
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        hint = schema.nearest(key, known)
        return Text(f"{before}không có khóa '{key}'; {hint.vi}", f"{before}there is no key '{key}'; {hint.en}")
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
    return Text(before + vi, before + en)


def _not_a_mapping(kind: str, where: str) -> Text:
    if kind == "entry":
        return Text(f"{where}: phải có name, notebook, parameters.", f"{where}: needs name, notebook, parameters.")
    return Text(
        "kế hoạch phải có các khóa name, title, defaults, runs.", "a plan has the keys name, title, defaults, runs."
    )
