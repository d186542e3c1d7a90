"""Levers and scenarios as typed records; a scenario from a file or a form is refused by name for whatever cannot be."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from forecast.domain import Lever, Push, Rating, Scenario, Text, because
from forecast.errors import DomainError
from forecast.evidence.findings import Finding, Severity
from forecast.evidence.records import bilingual
from forecast.evidence.tables import read_yaml

FILE, FOLDER = "levers.yml", "scenarios"
RATINGS = get_args(Rating)
YEARS = range(2000, 2101)
MOST_PUSHES = 40
LONGEST = {"id": 64, "name": 200, "author": 120, "summary": 2000, "reason": 2000}  # letters of a text, from a file, a form or a link
_LEVER = ("indicator", "part", "name", "unit", "low", "high", "step", "helps", "control", "history", "rating", "reason")
_LEVER_MORE = ("source", "view", "central", "off_by_default")
_NEEDED = ("id", "name", "summary", "author", "made")
_KEYS = (*_NEEDED, "version", "parent", "territory", "assumptions", "path", "path_end")
_PUSH = ("lever", "unit", "value", "values", "spans", "from", "to", "territory", "reason", "rating", "source")
_SPACES = "\n\t\u00a0"
Span = tuple[int, int | None, float]


@dataclass(frozen=True)
class Ids:
    """The ids a scenario may use: levers, targets (id -> whether its value is readable), territories and sources."""

    levers: Mapping[str, Lever]
    targets: Mapping[str, bool]
    territories: Mapping[str, Any]
    sources: frozenset[str]


def read_levers(tree: Any, sources: Iterable[str]) -> tuple[dict[str, Lever], dict[str, Mapping], list[Finding]]:
    """The levers and the facts they rest on from levers.yml, and a finding for every entry that cannot be one."""
    findings: list[Finding] = []
    levers: dict[str, Lever] = {}
    parts = [tree.get(part) if isinstance(tree, Mapping) else None for part in ("levers", "facts")]
    entries, facts = (dict(part) if isinstance(part, Mapping) else {} for part in parts)
    for name, entry in entries.items():
        try:
            levers[name] = _lever(name, entry)
        except (KeyError, TypeError, ValueError, DomainError) as error:
            why = because(error)
            findings.append(_finding(FILE, f"{name}: đòn bẩy thiếu hoặc sai ({why.vi}).", f"{name}: wrong lever ({why.en})."))
    listed = set(sources)
    facts = {name: fact if isinstance(fact, Mapping) else {} for name, fact in facts.items()}
    cited = [(name, lever.source) for name, lever in levers.items()]
    for name, source in [*cited, *((name, str(fact.get("source") or "")) for name, fact in facts.items())]:
        for part in filter(None, source.split("+")):
            if part not in listed:
                findings.append(_finding(FILE, f"{name}: nguồn '{part}' không có.", f"{name}: no source '{part}'."))
    for name, fact in facts.items():
        if fact.get("rating") not in RATINGS or not isinstance(fact.get("value"), (int, float)):
            findings.append(_finding(FILE, f"{name}: cần value và rating.", f"{name}: value and rating are needed."))
    return levers, facts, findings


def _lever(name: str, entry: Mapping) -> Lever:
    wrong = [key for key in _LEVER if key not in entry] + [key for key in entry if key not in (*_LEVER, *_LEVER_MORE)]
    if wrong:
        raise KeyError(", ".join(map(str, wrong)))
    if entry["rating"] not in RATINGS or entry["helps"] not in ("up", "down"):
        raise ValueError("rating, helps")
    facts: dict[str, Any] = {key: str(entry[key]) for key in ("indicator", "part", "unit", "helps", "control", "history", "rating")}
    numbers = [entry[key] for key in ("low", "high", "step", "central") if entry.get(key) is not None]
    if any(type(number) not in (int, float) for number in numbers) or entry.get("off_by_default", False) not in (True, False):
        raise ValueError("low, high, step, central: 1.5; off_by_default: true")
    facts |= {key: float(entry[key]) for key in ("low", "high", "step")}
    facts |= {key: bilingual(entry[key]) for key in ("name", "reason")}
    central = None if entry.get("central") is None else float(entry["central"])
    on, view, source = not entry.get("off_by_default", False), entry.get("view", ""), str(entry.get("source", ""))
    return Lever(name, **facts, source=source, view=view, central=central, on=on)


def _finding(file: str, vi: str, en: str, severity: Severity = "error") -> Finding:
    return Finding("scenarios_sound", severity, file, 0, vi, en)


def read_scenarios(folder: Path, ids: Ids) -> tuple[dict[str, Scenario], list[Finding]]:
    """The newest version of every scenario in data/scenarios, older ones as 'id@version'; findings for what is refused."""
    findings: list[Finding] = []
    read: dict[tuple[str, int], Scenario] = {}
    for path in sorted((folder / FOLDER).glob("*.yml")):
        file = f"{FOLDER}/{path.name}"
        content, unreadable = read_yaml(path)
        findings += [Finding("scenarios_sound", "error", file, finding.row, finding.vi, finding.en) for finding in unreadable]
        scenario, problems = to_scenario(content, ids) if not unreadable else (None, [])
        findings += [_finding(file, problem.vi, problem.en) for problem in problems]
        if scenario and (scenario.id, scenario.version) in read:
            vi = f"'{scenario.id}' bản {scenario.version} đã có ở tệp khác."
            findings.append(_finding(file, vi, f"'{scenario.id}' is there twice."))
        elif scenario:
            read[scenario.id, scenario.version] = scenario
    scenarios = {f"{name}@{version}": scenario for (name, version), scenario in read.items()}
    scenarios |= {name: scenario for (name, _), scenario in sorted(read.items())}
    return scenarios, findings + _lineage(read.values(), scenarios)


def _lineage(read: Iterable[Scenario], scenarios: Mapping[str, Scenario]) -> list[Finding]:
    findings = []
    for scenario in read:
        file, parent = f"{FOLDER}/{scenario.id}", scenario.parent
        hashes = {other.hash for key, other in scenarios.items() if key.split("@")[0] == parent}
        if parent and not hashes:
            findings.append(_finding(file, f"không có kịch bản gốc '{parent}'.", f"no parent '{parent}'."))
        elif scenario.parent_hash and scenario.parent_hash not in hashes:
            vi = f"kịch bản gốc '{parent}' đã đổi từ khi {scenario.id} được viết ({scenario.parent_hash})."
            en = f"the parent '{parent}' changed since {scenario.id} was written ({scenario.parent_hash})."
            findings.append(_finding(file, vi, en, "notice"))
    return findings


def to_scenario(content: Any, ids: Ids) -> tuple[Scenario | None, list[Text]]:
    """A scenario from plain values (a YAML file or a form), or every reason why it is refused, each by name."""
    if not isinstance(content, Mapping):
        needed = ", ".join(_NEEDED)
        return None, [Text(f"kịch bản phải có {needed}.", f"a scenario has {needed}.")]
    problems = [_unknown(str(key), _KEYS, "khóa", "key") for key in content if key not in _KEYS]
    problems += [Text(f"thiếu '{key}'.", f"'{key}' is missing.") for key in _NEEDED if not content.get(key)]
    problems += [problem for key in ("id", "name", "author", "summary") for problem in _unfit(key, content.get(key))]
    entries = _listed(content, "assumptions", problems)
    pushes = [push for entry in entries if (push := _push(entry, ids, problems))]
    path = [str(name) for name in _listed(content, "path", problems)]
    if not isinstance(content.get("parent") or {}, Mapping):
        problems.append(Text("parent: viết {scenario: ..., hash: ...}.", "parent: write {scenario: ..., hash: ...}."))
    for name in path:
        if name not in ids.targets:
            problems.append(_unknown(name, ids.targets, "chỉ tiêu", "target"))
        elif not ids.targets[name]:
            vi = f"chỉ tiêu '{name}' chưa đọc được giá trị."
            problems.append(Text(vi, f"the value of target '{name}' is not readable."))
    territory = str(content.get("territory") or "")
    if territory and territory not in ids.territories:
        problems.append(_unknown(territory, ids.territories, "địa bàn", "territory"))
    if path and entries:
        vi = "path (đạt đúng chỉ tiêu) và assumptions (đẩy thêm) không đi cùng nhau; tách thành hai kịch bản."
        problems.append(Text(vi, "path (targets met exactly) and assumptions (pushes) do not go together; write two scenarios."))
    problems += _together(pushes, ids)
    if problems:
        return None, problems
    try:
        return _scenario(content, tuple(pushes), tuple(path), territory), []
    except (DomainError, AttributeError, KeyError, TypeError, ValueError) as error:
        why = because(error)
        return None, [Text(f"kịch bản sai dạng: {why.vi}.", f"malformed scenario: {why.en}.")]


def _unfit(key: str, value: Any) -> list[Text]:
    """Why a text, or a side of one in two languages, is no name or sentence: too long, or letters that cannot be shown."""
    problems = []
    for text in map(str, value.values() if isinstance(value, Mapping) else [value]):
        if len(text) > LONGEST[key]:
            vi = f"{key}: dài {len(text)} ký tự, tối đa {LONGEST[key]}."
            problems.append(Text(vi, f"{key}: {len(text)} letters, at most {LONGEST[key]}."))
        elif wrong := next((letter for letter in text if not (letter.isprintable() or letter in _SPACES)), ""):
            problems.append(Text(f"{key}: có ký tự không hiển thị được ({wrong!r}).", f"{key}: holds a letter that cannot be shown ({wrong!r})."))
    return problems


def _listed(content: Mapping, key: str, problems: list[Text]) -> list[Any]:
    """The list under a key, empty where there is none; a problem where it is something else or too long."""
    entries = content.get(key) or []
    if isinstance(entries, list) and len(entries) <= MOST_PUSHES:
        return entries
    vi = f"{key} phải là danh sách, tối đa {MOST_PUSHES}."
    problems.append(Text(vi, f"{key} must be a list of at most {MOST_PUSHES}."))
    return []


def _scenario(content: Mapping, pushes: tuple[Push, ...], path: tuple[str, ...], territory: str) -> Scenario:
    parent = content.get("parent") or {}
    if content.get("path_end", "low") not in ("low", "high"):
        raise ValueError("path_end: low | high")
    made = content["made"] if isinstance(content["made"], date) else date.fromisoformat(str(content["made"]))
    return Scenario(
        id=str(content["id"]),
        version=int(content.get("version", 1)),
        name=bilingual(content["name"]),
        summary=bilingual(content["summary"]),
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
    hint = Text(f"ý bạn là '{near[0]}'?", f"did you mean '{near[0]}'?") if near else Text("có: ", "there are: ") + f"{', '.join(sorted(options))}."
    return Text(f"không có {vi} '{name}'; ", f"there is no {en} '{name}'; ") + hint


def _push(entry: Any, ids: Ids, problems: list[Text]) -> Push | None:
    """One assumption; adds every problem of it and returns None when there is one."""
    if not isinstance(entry, Mapping) or "lever" not in entry:
        problems.append(Text("mỗi giả định cần 'lever'.", "each assumption needs 'lever'."))
        return None
    name = str(entry["lever"])
    if name not in ids.levers:
        problems.append(_unknown(name, ids.levers, "đòn bẩy", "lever"))
        return None
    lever = ids.levers[name]
    wrong = [_stray(name, key, entry) for key in entry if key not in _PUSH]
    if entry.get("unit") != lever.unit:
        unit = entry.get("unit", "")
        wrong.append(Text(f"{name}: đơn vị '{unit}' sai, phải là '{lever.unit}'.", f"{name}: the unit '{unit}' is wrong, '{lever.unit}' is needed."))
    spans = _spans(name, entry, lever, wrong)
    rating: Any = str(entry.get("rating", ""))
    source, reason, territory = str(entry.get("source") or ""), entry.get("reason"), str(entry.get("territory") or "")
    if rating not in RATINGS:
        wrong.append(Text(f"{name}: rating phải là green, amber hoặc red.", f"{name}: rating must be green, amber or red."))
    wrong += _unfit("reason", reason)
    if not isinstance(reason, Mapping) or not reason.get("vi") or not reason.get("en"):
        wrong.append(Text(f"{name}: thiếu lý do (reason: vi, en).", f"{name}: a reason (vi, en) is missing."))
        reason = {}
    if not source and rating in ("green", "amber"):
        wrong.append(Text(f"{name}: không có nguồn thì rating phải là red.", f"{name}: without a source the rating must be red."))
    unlisted = [part for part in source.split("+") if part and part not in ids.sources]
    wrong += [_unknown(part, ids.sources, f"{name}: nguồn", f"{name}: source") for part in unlisted]
    if territory and territory not in ids.territories:
        wrong.append(_unknown(territory, ids.territories, f"{name}: địa bàn", f"{name}: territory"))
    problems += wrong
    return None if wrong else Push(name, spans, bilingual(reason), rating, source, territory)


def _stray(name: str, key: Any, entry: Mapping) -> Text:
    """A key that is none; a number is the decimals of 0,8 written between braces."""
    before = entry.get("value")
    if isinstance(key, int) and entry[key] is None and isinstance(before, int):
        vi = f"{name}: value {before},{key}: viết {before}.{key} (dấu chấm thập phân)."
        return Text(vi, f"{name}: value {before},{key}: write {before}.{key} (decimal point).")
    return _unknown(str(key), _PUSH, f"{name}: khóa", f"{name}: key")


def _spans(name: str, entry: Mapping, lever: Lever, wrong: list[Text]) -> tuple[Span, ...]:
    """The spans of an assumption written as value (from, to), as values by year, or as spans [from, to, value]."""
    given = [key for key in ("value", "values", "spans") if key in entry]
    if len(given) != 1:
        vi = f"{name}: cần đúng một trong value, values, spans."
        wrong.append(Text(vi, f"{name}: one of value, values, spans is needed."))
        return ()
    raw = _raw_spans(entry, given[0])
    if not raw:
        wrong.append(Text(f"{name}: {given[0]} sai dạng.", f"{name}: malformed {given[0]}."))
    spans: list[Span] = []
    for first, last, value in raw:
        if isinstance(value, str) and re.fullmatch(r"\s*-?\d+(?:[.,]\d+)?\s*", value):
            number = value.strip().replace(",", ".")
            vi = f"{name}: '{value}' là chữ, không phải số; viết {number} (dấu chấm thập phân, không đặt trong ngoặc kép)."
            wrong.append(Text(vi, f"{name}: '{value}' is a text, no number; write {number} (decimal point, no quotes)."))
        elif type(value) not in (int, float) or not lever.low <= value <= lever.high:  # a nan fails this too
            wrong.append(_outside(name, value, lever))
        elif not _is_year(first) or (last is not None and (not _is_year(last) or last < first)):
            vi = f"{name}: cần from (và to) là năm, from không sau to."
            wrong.append(Text(vi, f"{name}: from (and to) must be years, from not after to."))
        else:
            spans.append((first, last, float(value)))
    wrong += _summed(name, tuple(spans), lever)
    return tuple(spans)


def _raw_spans(entry: Mapping, given: str) -> list[tuple[Any, Any, Any]]:
    if given == "value":
        return [(entry.get("from"), entry.get("to"), entry["value"])]
    content = entry[given]
    if given == "values" and isinstance(content, Mapping):
        return [(year, year, value) for year, value in sorted(content.items(), key=lambda pair: str(pair[0]))]
    if given == "spans" and isinstance(content, (list, tuple)):
        triples = [span for span in content if isinstance(span, (list, tuple)) and len(span) == 3]
        return [(first, last, value) for first, last, value in triples]
    return []


def _is_year(value: Any) -> bool:
    return type(value) is int and value in YEARS


def _outside(name: str, value: Any, lever: Lever) -> Text:
    low, high = f"{lever.low:g}", f"{lever.high:g}"
    vi = f"{name} = {value}: ngoài khoảng cho phép {low} đến {high} ({lever.unit})."
    return Text(vi, f"{name} = {value}: outside the allowed range {low} to {high} ({lever.unit}).")


def _summed(name: str, spans: tuple[Span, ...], lever: Lever) -> list[Text]:
    """Overlapping spans that add up to more than the range allows, once."""
    total = Push(name, spans, Text("", ""), "red").values(YEARS)
    beyond = [value for value in total if not lever.low - 1e-9 <= value <= lever.high + 1e-9]
    return [_outside(name, f"{beyond[0]:g}", lever)] if beyond else []


def _together(pushes: list[Push], ids: Ids) -> list[Text]:
    """What is wrong with the pushes together: one lever twice for one territory, both views of e-commerce at once."""
    wrong = []
    counts = Counter((push.lever, push.territory) for push in pushes)
    for lever, _ in sorted(pushed for pushed, count in counts.items() if count > 1):
        wrong.append(Text(f"{lever}: có hai giả định; gộp thành một.", f"{lever}: two assumptions; make them one."))
    if len({ids.levers[push.lever].view for push in pushes} - {""}) > 1:
        names = "sellers, orders_per_seller, order_value | market, province_share"
        vi = f"người bán x đơn x giá trị, thị trường x phần của tỉnh: hai cách nhìn một doanh thu; chỉ đẩy một bên ({names})."
        en = f"sellers x orders x value, market x share: two views of one revenue; push one side only ({names})."
        wrong.append(Text(vi, en))
    return wrong
