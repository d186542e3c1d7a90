"""Scenarios kept for later: saved with their figures, reopened by code or link with the same numbers, written as a notebook."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import yaml

from forecast import evidence, files
from forecast.domain import Scenario, Text
from forecast.errors import EvidenceError, RunError
from forecast.evidence import Evidence
from forecast.headline import choices_of_measure, territories
from forecast.policy.scenarios import codes
from forecast.policy.scenarios.baselines import PATHS, SEED, Baseline
from forecast.policy.scenarios.revisions import waterfall
from forecast.runs.records import identity

SAME = 1e-9


@dataclass(frozen=True)
class Opened:
    """A reopened scenario: its baseline and numbers; `same` compares them with what was saved (None: nothing was saved).

    `reasons` name what differs from the day it was saved (code, data, environment) where the numbers are not the same.
    """

    code: str
    question: codes.Asked
    base: Baseline
    scenario: Scenario
    numbers: Mapping[str, Any]
    record: Mapping[str, Any] | None
    difference: float | None
    reasons: tuple[Text, ...]

    @property
    def same(self) -> bool | None:
        return None if self.difference is None else self.difference <= SAME


def folder(root: Path) -> Path:
    """Where saved scenarios lie: <code>.json, and the figures behind them as data-<digest>.zip."""
    return root / "parameterized_runs" / "scenarios"


def save(
    base: Baseline, scenario: str | Mapping[str, Any] | Scenario, *, root: Path | None = None, author: str, note: str = "",
    moment: datetime,
) -> str:  # fmt: skip
    """Save a scenario with its question, numbers and figures; its code. Saving the same again changes nothing.

    Raises RunError where the same question was saved with other numbers: a saved answer is never overwritten.
    """
    root = root or files.find_root()
    chosen = base.scenario(scenario)
    asked = codes.question(base, chosen)
    code, where = codes.code(asked), folder(root)
    if kept := _record(root, code):
        if codes.largest_difference(kept["numbers"], codes.numbers(base, chosen)) > SAME:
            raise RunError(
                f"{code} đã được lưu ngày {kept['saved_at'][:10]} với số khác (số liệu hay mã chương trình đã đổi cùng ngày); "
                "hãy mở lại nó để xem điều gì đã đổi.",
                f"{code} was saved on {kept['saved_at'][:10]} with other numbers (figures or code changed under the same day); "
                "open it to see what changed.",
            )
        return code
    where.mkdir(parents=True, exist_ok=True)
    packed = evidence.pack(base.store)
    snapshot = f"data-{hashlib.sha256(packed).hexdigest()[:12]}.zip"
    if not (where / snapshot).exists():
        files.write_whole(where / snapshot, packed)
    found = identity.digests(root)
    content = {
        "code": code,
        "question": asked,
        "numbers": codes.numbers(base, chosen),
        "snapshot": snapshot,
        "digests": {"data": found.data, "code": found.code, "environment": found.environment},
        "saved_at": moment.isoformat(timespec="seconds"),
        "author": author,
        "note": note,
    }
    files.write_whole(where / f"{code}.json", files.as_json(content))
    return code


def saved_codes(root: Path) -> list[dict[str, Any]]:
    """The records of every saved scenario, oldest first."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder(root).glob("*-*.json"))]
    return sorted(records, key=lambda item: item["saved_at"])


def reopen(text: str, *, root: Path | None = None) -> Opened:
    """Open a code (of a saved scenario or of a scenario file with usual settings) or a link; raises RunError for neither.

    A saved scenario is computed from the figures it was saved with, whatever has been published since.
    """
    root = root or files.find_root()
    if codes.MARK in text:
        asked = codes.read_link(text)
        record = _record(root, codes.code(asked))
    else:
        record = _record(root, codes.tidy(text))
        asked = record["question"] if record else _preset(root, codes.tidy(text))
    store = _figures(root, record) if record else evidence.load(root / "data")
    base, scenario = codes.ask(store, asked)
    numbers = codes.numbers(base, scenario)
    difference = codes.largest_difference(record["numbers"], numbers) if record else None
    reasons = _reasons(root, record) if record and difference is not None and difference > SAME else ()
    return Opened(codes.code(asked), asked, base, scenario, numbers, record, difference, reasons)


def changes(opened: Opened, *, root: Path | None = None, territory: str = "", scenario: Any = None) -> pd.DataFrame:
    """What changed since a saved scenario was saved: the waterfall from its numbers to today's (see policy.waterfall)."""
    if opened.record is None:
        raise RunError(
            "Kịch bản này chưa được lưu, không có số cũ để so.", "This scenario was not saved: nothing to compare with."
        )
    now = evidence.load((root or files.find_root()) / "data")
    form = codes.form_of(now.scenario(scenario), now) if scenario is not None else None
    saved = opened.record["numbers"]
    return waterfall(opened.base.store, now, opened.question, saved, territory=territory, scenario=form)


def record_of(root: Path, code: str) -> dict[str, Any] | None:
    """The record of a saved scenario by its code, None where there is none; raises RunError where it was changed."""
    return _record(root, code)


def _record(root: Path, code: str) -> dict[str, Any] | None:
    path = folder(root) / f"{Path(code).name}.json"
    if not path.exists():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    if codes.code(content["question"]) != code:
        raise RunError(
            f"{code}: bản lưu đã bị sửa (mã không khớp).", f"{code}: the record was changed (its code differs)."
        )
    return content


def _figures(root: Path, record: Mapping[str, Any]) -> Evidence:
    path = folder(root) / Path(str(record["snapshot"])).name
    if not path.exists():
        raise RunError(f"Thiếu bản lưu số liệu {path.name}.", f"The stored figures {path.name} are missing.")
    content = path.read_bytes()
    if not path.stem.endswith(hashlib.sha256(content).hexdigest()[:12]):
        raise RunError(f"{path.name} đã bị sửa.", f"{path.name} was changed.")
    return evidence.unpack(content)


def _preset(root: Path, code: str) -> codes.Asked:
    """The question of a code nobody saved: a scenario file, a territory, a measure and a day, all other settings as usual."""
    store = evidence.load(root / "data")
    days = sorted({item.vintage for item in store.observations}, reverse=True)
    every = itertools.product(days, territories(store), choices_of_measure(store), store.scenarios.values())
    for day, territory, measure, scenario in every:
        settings = {"territory": territory, "measure": measure, "horizon_year": 2030, "as_of": day.isoformat()}
        usual = {"method": "default", "seed": SEED, "n_paths": PATHS, "scenario": codes.form_of(scenario, store)}
        if codes.code({**settings, **usual}) == code:
            return {**settings, **usual}
    raise RunError(
        f"Không có kịch bản mang mã '{code}' trên máy này; hãy mở bằng liên kết, hoặc 'forecast scenario' để xem các mã.",
        f"No scenario has the code '{code}' here; open it by its link, or list the codes with 'forecast scenario'.",
    )


def _reasons(root: Path, record: Mapping[str, Any]) -> tuple[Text, ...]:
    now = identity.digests(root)
    named = {
        "code": Text("mã chương trình đã đổi", "the code has changed"),
        "environment": Text("phiên bản thư viện hay Python đã đổi", "versions of libraries or Python have changed"),
    }
    found = tuple(text for name, text in named.items() if getattr(now, name) != record["digests"][name])
    return found or (Text("không rõ; máy tính khác?", "unknown; another machine?"),)


def keep(content: Mapping[str, Any], *, root: Path | None = None) -> Scenario:
    """Write a new scenario (plain values of a form) as a file of data/scenarios; a known id becomes its next version.

    Parent and hash are filled in: the version before, else the scenario named as parent, else the baseline. Nothing is
    overwritten. Raises EvidenceError naming every problem.
    """
    root = root or files.find_root()
    store = evidence.load(root / "data")
    before = store.scenarios.get(str(content.get("id", "")))
    parent = content.get("parent") or {}
    origin = before or store.scenarios.get(str(parent.get("scenario", "")) or "baseline")
    if parent.get("scenario") and not before and parent["scenario"] not in store.scenarios:
        store.scenario(str(parent["scenario"]))  # raises with the nearest name
    form = {**content, "version": before.version + 1 if before else 1}
    form["parent"] = {"scenario": origin.id, "hash": origin.hash} if origin else {}
    scenario = store.scenario(form)
    name = scenario.id if scenario.version == 1 else f"{scenario.id}_v{scenario.version}"
    path = root / "data" / evidence.SCENARIOS / f"{name}.yml"
    if path.exists():
        raise EvidenceError(f"{path.name} đã có.", f"{path.name} already exists.")
    text = yaml.safe_dump(
        {key: value for key, value in form.items() if value not in (None, {}, [])}, allow_unicode=True, sort_keys=False
    )
    files.write_whole(path, text)
    return scenario


def write_notebook(opened: Opened, path: Path) -> Path:
    """A notebook that gives the scenario's numbers again and compares them with what was saved; refuses to overwrite."""
    if path.exists():
        raise RunError(f"{path} đã có, không ghi đè.", f"{path} exists and is not overwritten.")
    name, text = opened.scenario.name, nbformat.v4.new_markdown_cell
    asked = opened.code if opened.record else codes.link(opened.question)
    cells = [
        text(
            f"# {name.vi} ({opened.code})\n*{name.en}*\n\n{opened.scenario.summary.vi}\n\n*{opened.scenario.summary.en}*"
        ),
        nbformat.v4.new_code_cell(f"scenario = {asked!r}", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(_OPEN),
        text("## Các con số / The numbers"),
        nbformat.v4.new_code_cell("scenario_document.show_numbers(opened)"),
        text("## So với cơ sở / Against the baseline"),
        nbformat.v4.new_code_cell(_COMPARE),
        text("## Từ khi lưu, điều gì đã đổi / What changed since it was saved"),
        nbformat.v4.new_code_cell(_CHANGES),
    ]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec, "language_info": {"name": "python"}})
    for place, cell in enumerate(book.cells):
        cell["id"] = f"cell-{place}"
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_whole(path, nbformat.writes(book))
    return path


_OPEN = """from forecast import policy
from forecast.publish import scenario_document
from forecast.runs import saved
opened = saved.reopen(scenario)
scenario_document.show_opened(opened)
assert opened.same is not False, opened.reasons"""
_COMPARE = """base = opened.base
if opened.scenario.pushes or opened.scenario.path:
    found = policy.compare(base, "baseline", opened.scenario)
    scenario_document.show_comparison(found)
    scenario_document.show_contributions(found.contributions, base)
    scenario_document.show_targets(found.targets)"""
_CHANGES = """if opened.record:
    scenario_document.show_waterfall(saved.changes(opened))"""
