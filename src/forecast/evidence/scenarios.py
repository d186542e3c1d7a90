"""Levers and scenarios as typed records; a scenario from a file or a form is refused by name for whatever cannot be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from forecast.domain import Lever, Push, Scenario, Text
from forecast.errors import DomainError
from forecast.evidence.findings import Finding
from forecast.evidence.tables import read_yaml

FILE, FOLDER = "levers.yml", "scenarios"
RATINGS = ("green", "amber", "red")
YEARS = range(2000, 2101)
MOST_PUSHES = 40
_LEVER = ("indicator", "part", "name", "unit", "low", "high", "step", "helps", "control", "history", "rating", "reason")
_LEVER_MORE = ("source", "view", "central", "off_by_default")
_KEYS = (
    *("id", "version", "name", "summary", "author", "made", "parent", "territory", "assumptions", "path", "path_end"),
)
_PUSH = ("lever", "unit", "value", "values", "spans", "from", "to", "territory", "reason", "rating", "source")


@dataclass(frozen=True)
class Known:
    """The ids a scenario may use: levers, targets (id -> whether its value is readable), territories and sources."""

    levers: Mapping[str, Lever]
    targets: Mapping[str, bool]
    territories: Mapping[str, Any]
    sources: frozenset[str]


def read_levers(tree: Any, sources: Iterable[str]) -> tuple[dict[str, Lever], dict[str, Mapping], list[Finding]]:
    """The levers and the facts they rest on from levers.yml, and a finding for every entry that cannot be one."""
    found: list[Finding] = []
    levers: dict[str, Lever] = {}
    tree = tree if isinstance(tree, Mapping) else {}
    for name, item in (tree.get("levers") or {}).items():
        try:
            levers[name] = _lever(name, item)
        except (KeyError, TypeError, ValueError, DomainError) as error:
            found.append(
                _finding(FILE, f"{name}: đòn bẩy thiếu hoặc sai ({error}).", f"{name}: wrong lever ({error}).")
            )
    facts = dict(tree.get("facts") or {})
    known = set(sources)
    for name, source in [
        *((k, v.source) for k, v in levers.items()),
        *((k, v.get("source", "")) for k, v in facts.items()),
    ]:
        for part in filter(None, source.split("+")):
            if part not in known:
                found.append(_finding(FILE, f"{name}: nguồn '{part}' không có.", f"{name}: no source '{part}'."))
    for name, fact in facts.items():
        if fact.get("rating") not in RATINGS or not isinstance(fact.get("value"), (int, float)):
            found.append(_finding(FILE, f"{name}: cần value và rating.", f"{name}: value and rating are needed."))
    return levers, facts, found


def _lever(name: str, item: Mapping) -> Lever:
    wrong = [key for key in _LEVER if key not in item] + [key for key in item if key not in (*_LEVER, *_LEVER_MORE)]
    if wrong:
        raise KeyError(", ".join(map(str, wrong)))
    if item["rating"] not in RATINGS or item["helps"] not in ("up", "down"):
        raise ValueError("rating, helps")
    texts = {key: str(item[key]) for key in ("indicator", "part", "unit", "helps", "control", "history", "rating")}
    numbers = {key: float(item[key]) for key in ("low", "high", "step")}
    named = {"name": _text(item["name"]), "reason": _text(item["reason"]), "source": str(item.get("source", ""))}
    central = None if item.get("central") is None else float(item["central"])
    return Lever(
        name,
        **texts,
        **numbers,
        **named,
        view=item.get("view", ""),
        central=central,
        on=not item.get("off_by_default", False),
    )


def _text(value: Mapping[str, str]) -> Text:
    return Text(str(value["vi"]), str(value["en"]))


def _finding(file: str, vi: str, en: str) -> Finding:
    return Finding("scenarios_sound", "error", file, 0, vi, en)


def read_scenarios(folder: Path, known: Known) -> tuple[dict[str, Scenario], list[Finding]]:
    """The newest version of every scenario in data/scenarios, older ones as 'id@version'; findings for what is refused."""
    found: list[Finding] = []
    read: dict[tuple[str, int], Scenario] = {}
    for path in sorted((folder / FOLDER).glob("*.yml")):
        name = f"{FOLDER}/{path.name}"
        content, unreadable = read_yaml(path)
        found += [Finding("scenarios_sound", "error", name, item.row, item.vi, item.en) for item in unreadable]
        scenario, problems = to_scenario(content, known) if not unreadable else (None, [])
        found += [_finding(name, problem.vi, problem.en) for problem in problems]
        if scenario and (scenario.id, scenario.version) in read:
            text = (f"'{scenario.id}' bản {scenario.version} đã có ở tệp khác.", f"'{scenario.id}' is there twice.")
            found.append(_finding(name, *text))
        elif scenario:
            read[scenario.id, scenario.version] = scenario
    scenarios = {f"{name}@{version}": item for (name, version), item in read.items()}
    for (name, _), item in sorted(read.items()):
        scenarios[name] = item
    found += _lineage(read.values(), scenarios)
    return scenarios, found


def _lineage(read: Iterable[Scenario], scenarios: Mapping[str, Scenario]) -> list[Finding]:
    found = []
    for item in read:
        file = f"{FOLDER}/{item.id}"
        versions = [other for key, other in scenarios.items() if key.split("@")[0] == item.parent]
        if item.parent and not versions:
            found.append(_finding(file, f"không có kịch bản gốc '{item.parent}'.", f"no parent '{item.parent}'."))
        elif item.parent_hash and item.parent_hash not in {other.hash for other in versions}:
            vi = f"kịch bản gốc '{item.parent}' đã đổi từ khi {item.id} được viết ({item.parent_hash})."
            en = f"the parent '{item.parent}' changed since {item.id} was written ({item.parent_hash})."
            found.append(Finding("scenarios_sound", "notice", file, 0, vi, en))
    return found


def to_scenario(content: Any, known: Known) -> tuple[Scenario | None, list[Text]]:
    """A scenario from plain values (a YAML file or a form), or every reason why it is refused, each by name."""
    if not isinstance(content, Mapping):
        return None, [
            Text("kịch bản phải có id, name, summary, author, made.", "a scenario has id, name, summary, author, made.")
        ]
    problems = [_unknown(str(key), _KEYS, "khóa", "key") for key in content if key not in _KEYS]
    problems += [
        Text(f"thiếu '{key}'.", f"'{key}' is missing.")
        for key in ("id", "name", "summary", "author", "made")
        if not content.get(key)
    ]
    entries = content.get("assumptions") or []
    if not isinstance(entries, list) or len(entries) > MOST_PUSHES:
        problems.append(
            Text(
                f"assumptions phải là danh sách, tối đa {MOST_PUSHES}.",
                f"assumptions must be a list of at most {MOST_PUSHES}.",
            )
        )
        entries = []
    pushes = [_push(entry, known, problems) for entry in entries]
    path = [str(name) for name in content.get("path") or []]
    for name in path:
        if name not in known.targets:
            problems.append(_unknown(name, known.targets, "chỉ tiêu", "target"))
        elif not known.targets[name]:
            problems.append(
                Text(f"chỉ tiêu '{name}' chưa đọc được giá trị.", f"the value of target '{name}' is not readable.")
            )
    territory = str(content.get("territory") or "")
    if territory and territory not in known.territories:
        problems.append(_unknown(territory, known.territories, "địa bàn", "territory"))
    if path and pushes:
        vi = "path (đạt đúng chỉ tiêu) và assumptions (đẩy thêm) không đi cùng nhau; tách thành hai kịch bản."
        problems.append(
            Text(vi, "path (targets met exactly) and assumptions (pushes) do not go together; write two scenarios.")
        )
    problems += _whole([item for item in pushes if item], known)
    if problems:
        return None, problems
    try:
        return _scenario(content, tuple(pushes), tuple(path), territory), []
    except (DomainError, KeyError, TypeError, ValueError) as error:
        return None, [Text(f"kịch bản sai dạng: {error}.", f"malformed scenario: {error}.")]


def _scenario(content: Mapping, pushes: tuple[Push, ...], path: tuple[str, ...], territory: str) -> Scenario:
    parent = content.get("parent") or {}
    if content.get("path_end", "low") not in ("low", "high"):
        raise ValueError("path_end: low | high")
    made = content["made"] if isinstance(content["made"], date) else date.fromisoformat(str(content["made"]))
    return Scenario(
        id=str(content["id"]),
        version=int(content.get("version", 1)),
        name=_text(content["name"]),
        summary=_text(content["summary"]),
        author=str(content["author"]),
        made=made,
        pushes=pushes,
        path=path,
        path_end=content.get("path_end", "low"),
        parent=str(parent.get("scenario", "")),
        parent_hash=str(parent.get("hash", "")),
        territory=territory,
    )


def _unknown(name: str, options: Iterable[str], vi: str, en: str) -> Text:
    near = difflib.get_close_matches(name, list(options), n=1, cutoff=0.5)
    hint = (
        Text(f"ý bạn là '{near[0]}'?", f"did you mean '{near[0]}'?")
        if near
        else Text(f"có: {', '.join(sorted(options))}.", f"there are: {', '.join(sorted(options))}.")
    )
    return Text(f"không có {vi} '{name}'; {hint.vi}", f"there is no {en} '{name}'; {hint.en}")


def _push(entry: Any, known: Known, problems: list[Text]) -> Push | None:
    """One assumption; adds every problem of it and returns None when there is one."""
    if not isinstance(entry, Mapping) or "lever" not in entry:
        problems.append(Text("mỗi giả định cần 'lever'.", "each assumption needs 'lever'."))
        return None
    name = str(entry["lever"])
    if name not in known.levers:
        problems.append(_unknown(name, known.levers, "đòn bẩy", "lever"))
        return None
    lever, found = known.levers[name], []
    found += [_unknown(str(key), _PUSH, f"{name}: khóa", f"{name}: key") for key in entry if key not in _PUSH]
    if entry.get("unit") != lever.unit:
        found.append(Text(
            f"{name}: đơn vị '{entry.get('unit', '')}' sai, phải là '{lever.unit}'.",
            f"{name}: the unit '{entry.get('unit', '')}' is wrong, '{lever.unit}' is needed."))  # fmt: skip
    spans = _spans(name, entry, lever, found)
    rating, source = str(entry.get("rating", "")), str(entry.get("source") or "")
    reason = entry.get("reason")
    if rating not in RATINGS:
        found.append(
            Text(f"{name}: rating phải là green, amber hoặc red.", f"{name}: rating must be green, amber or red.")
        )
    if not isinstance(reason, Mapping) or not reason.get("vi") or not reason.get("en"):
        found.append(Text(f"{name}: thiếu lý do (reason: vi, en).", f"{name}: a reason (vi, en) is missing."))
    if not source and rating in ("green", "amber"):
        found.append(
            Text(f"{name}: không có nguồn thì rating phải là red.", f"{name}: without a source the rating must be red.")
        )
    found += [
        _unknown(one, known.sources, f"{name}: nguồn", f"{name}: source")
        for one in source.split("+")
        if one and one not in known.sources
    ]
    where = str(entry.get("territory") or "")
    if where and where not in known.territories:
        found.append(_unknown(where, known.territories, f"{name}: địa bàn", f"{name}: territory"))
    problems += found
    return None if found else Push(name, spans, _text(reason), rating, source, where)


def _spans(name: str, entry: Mapping, lever: Lever, found: list[Text]) -> tuple[tuple[int, int | None, float], ...]:
    """The spans of an assumption written as value (from, to), as values by year, or as spans [from, to, value]."""
    given = [key for key in ("value", "values", "spans") if key in entry]
    if len(given) != 1:
        text = (f"{name}: cần đúng một trong value, values, spans.", f"{name}: one of value, values, spans is needed.")
        found.append(Text(*text))
        return ()
    raw = _raw_spans(entry, given[0])
    if not raw:
        found.append(Text(f"{name}: {given[0]} sai dạng.", f"{name}: malformed {given[0]}."))
    spans = []
    for first, last, value in raw:
        if type(value) not in (int, float) or not lever.low <= value <= lever.high:  # a nan fails this too
            found.append(_outside(name, value, lever))
        elif not _is_year(first) or (last is not None and (not _is_year(last) or last < first)):
            vi = f"{name}: cần from (và to) là năm, from không sau to."
            found.append(Text(vi, f"{name}: from (and to) must be years, from not after to."))
        else:
            spans.append((first, last, float(value)))
    found += _summed(name, tuple(spans), lever)
    return tuple(spans)


def _raw_spans(entry: Mapping, given: str) -> list[tuple[Any, Any, Any]]:
    if given == "value":
        return [(entry.get("from"), entry.get("to"), entry["value"])]
    content = entry[given]
    if given == "values" and isinstance(content, Mapping):
        return [(year, year, value) for year, value in sorted(content.items(), key=lambda item: str(item[0]))]
    if given == "spans" and isinstance(content, (list, tuple)):
        return [tuple(item) for item in content if isinstance(item, (list, tuple)) and len(item) == 3]  # type: ignore[misc]
    return []


def _is_year(value: Any) -> bool:
    return type(value) is int and value in YEARS


def _outside(name: str, value: Any, lever: Lever) -> Text:
    place = f"{lever.low:g}", f"{lever.high:g}", lever.unit
    vi = f"{name} = {value}: ngoài khoảng cho phép {place[0]} đến {place[1]} ({place[2]})."
    return Text(vi, f"{name} = {value}: outside the allowed range {place[0]} to {place[1]} ({place[2]}).")


def _summed(name: str, spans: tuple[tuple[int, int | None, float], ...], lever: Lever) -> list[Text]:
    """Overlapping spans that add up to more than the range allows, once."""
    total = Push(name, spans, Text("", ""), "red").values(YEARS)
    beyond = [value for value in total if not lever.low - 1e-9 <= value <= lever.high + 1e-9]
    return [_outside(name, f"{beyond[0]:g}", lever)] if beyond else []


def _whole(pushes: list[Push], known: Known) -> list[Text]:
    """What is wrong with the pushes together: one lever twice for one place, both views of e-commerce at once."""
    found = []
    places = [(item.lever, item.territory) for item in pushes]
    for lever, _ in sorted({place for place in places if places.count(place) > 1}):
        found.append(Text(f"{lever}: có hai giả định; gộp thành một.", f"{lever}: two assumptions; make them one."))
    views = {known.levers[item.lever].view for item in pushes} - {""}
    if len(views) > 1:
        names = "sellers, orders_per_seller, order_value | market, province_share"
        vi = f"người bán x đơn x giá trị, thị trường x phần của tỉnh: hai cách nhìn một doanh thu; chỉ đẩy một bên ({names})."
        en = f"sellers x orders x value, market x share: two views of one revenue; push one side only ({names})."
        found.append(Text(vi, en))
    return found
