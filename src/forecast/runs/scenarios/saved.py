"""Scenarios kept for later: saved with their figures, reopened by code or link with the same numbers, written as a notebook."""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from forecast import evidence, files, installation
from forecast.domain import Scenario, Text, because
from forecast.errors import EvidenceError, RunError
from forecast.evidence import Evidence
from forecast.evidence.tables import as_yaml
from forecast.headline import choices_of_measure, territories
from forecast.policy.scenarios import codes
from forecast.policy.scenarios.baselines import PATHS, SEED, Baseline
from forecast.policy.scenarios.revisions import waterfall
from forecast.runs import folders
from forecast.runs.records import identity

SAME = 1e-9
EVERYBODY = 10  # times what one person may save in a day
LOG = logging.getLogger("forecast.runs")
_KINDS = {"question": dict, "numbers": dict, "digests": dict, **dict.fromkeys(("code", "snapshot", "saved_at", "author", "note"), str)}


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


def save(
    base: Baseline, scenario: str | Mapping[str, Any] | Scenario, *, root: Path | None = None, author: str, note: str = "",
    moment: datetime, login: str = "",
) -> str:  # fmt: skip
    """Save a scenario with its question, numbers and figures; its code. Saving the same again changes nothing.

    Raises EvidenceError for a scenario that could not be opened again, RunError where the same question was saved with other
    numbers: a saved answer is never overwritten.
    """
    root = root or files.find_root()
    chosen = base.store.scenario(codes.form_of(base.scenario(scenario), base.store))  # what could not be opened again is refused
    question, numbers = codes.question(base, chosen), codes.numbers(base, chosen)
    code, folder = codes.code(question), folders.scenarios_folder(root)
    if before := record_of(root, code):
        if codes.largest_difference(before["numbers"], numbers) > SAME:
            raise RunError(
                f"{code} đã được lưu ngày {before['saved_at'][:10]} với số khác (số liệu hay mã chương trình đã đổi cùng ngày); "
                "hãy mở lại nó để xem điều gì đã đổi.",
                f"{code} was saved on {before['saved_at'][:10]} with other numbers (figures or code changed under the same day); "
                "open it to see what changed.",
            )
        return code
    folder.mkdir(parents=True, exist_ok=True)
    _require_quota(root, login or author, moment)
    snapshot = _keep_figures(base.store, folder)
    digests = identity.digests(root)
    record = {
        "code": code,
        "question": question,
        "numbers": numbers,
        "snapshot": snapshot,
        "digests": {"data": digests.data, "code": digests.code, "environment": digests.environment},
        "saved_at": moment.isoformat(timespec="seconds"),
        "author": author,
        "note": note,
        **({"login": login} if login else {}),
    }
    files.write_whole(folder / f"{code}.json", files.as_json(record))
    return code


def _keep_figures(store: Evidence, folder: Path) -> str:
    """Store the figures a scenario is saved with, once; the file's name."""
    packed = evidence.pack(store)
    snapshot = f"data-{files.sha256_of(packed)[:12]}.zip"
    if not (folder / snapshot).exists():
        files.write_whole(folder / snapshot, packed)
    return snapshot


def saved_records(root: Path) -> list[dict[str, Any]]:
    """The records of every saved scenario, oldest first; one that cannot be read is set aside under the ending .torn, and told."""
    records = []
    for path in sorted(folders.scenarios_folder(root).glob("*-*.json")):
        try:
            record = _read(path)
            if codes.code(record["question"]) != path.stem:
                raise _damaged(path.stem, ValueError("not the record of its name"))
            records.append(record)
        except RunError:
            path.replace(path.with_suffix(".torn"))
            LOG.warning("%s: bản lưu không đọc được, để riêng thành .torn / a record that cannot be read, set aside as .torn", path.name)
    return sorted(records, key=lambda record: record["saved_at"])


def locked(root: Path) -> AbstractContextManager[None]:
    """Hold the folder of saved scenarios, as the runs hold theirs."""
    folder = folders.scenarios_folder(root)
    files.require_room(folder)
    return files.locked(folder, wait_seconds=20.0, say=lambda _text: None)


def _require_quota(root: Path, who: str, moment: datetime) -> None:
    """RunError where one person, or everybody together, has saved as many scenarios today as the installation allows."""
    most, today = installation.read(root).limits.saved_per_day, moment.isoformat()[:10]
    saved_today = [record.get("login") or record["author"] for record in saved_records(root) if record["saved_at"][:10] == today]
    if saved_today.count(who) >= most or len(saved_today) >= most * EVERYBODY:
        raise RunError(
            f"Hôm nay đã lưu {len(saved_today)} kịch bản, tới giới hạn ({most} mỗi người). Hãy lưu tiếp vào ngày mai.",
            f"{len(saved_today)} scenarios were saved today, which is the limit ({most} a person). Save the next one tomorrow.",
        )


def reopen(text: str, *, root: Path | None = None) -> Opened:
    """Open a code (of a saved scenario or of a scenario file with usual settings) or a link; raises RunError for neither.

    A saved scenario is computed from the figures it was saved with, whatever has been published since.
    """
    root = root or files.find_root()
    link = codes.read_link(text) if codes.MARK in text else None
    code = codes.code(link) if link else codes.tidy(text)
    record = record_of(root, code)
    question = link or (record["question"] if record else _preset(root, code))
    store = _figures(root, record) if record else evidence.load(root / "data")
    base, scenario = codes.ask(store, question)
    numbers = codes.numbers(base, scenario)
    try:
        difference = codes.largest_difference(record["numbers"], numbers) if record else None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(code, error) from error
    reasons = _reasons(root, record) if record and difference is not None and difference > SAME else ()
    return Opened(codes.code(question), question, base, scenario, numbers, record, difference, reasons)


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
    path = folders.scenarios_folder(root) / f"{code}.json"
    if not codes.WRITTEN.match(code) or not path.exists():
        return None
    record = _read(path)
    if codes.code(record["question"]) != code:
        raise RunError(f"{code}: bản lưu đã bị sửa (mã không khớp).", f"{code}: the record was changed (its code differs).")
    return record


def _read(path: Path) -> dict[str, Any]:
    """A record as it was saved; RunError for a file that is none."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        kinds = {name: type(record[name]) for name in _KINDS}
        if kinds != _KINDS or set(record["question"]) != {*codes.SETTINGS, "scenario"}:
            raise ValueError("keys")
        codes.code(record["question"])
        return record
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path.stem, error) from error


def _damaged(code: str, error: Exception) -> RunError:
    why = because(error)
    return RunError(
        f"{code}: bản lưu hỏng, không đọc được ({why.vi[:80]}); lấy lại từ bản sao lưu.",
        f"{code}: the record is damaged and cannot be read ({why.en[:80]}); take it from a backup.",
    )


def _figures(root: Path, record: Mapping[str, Any]) -> Evidence:
    path = folders.scenarios_folder(root) / Path(str(record["snapshot"])).name
    if not path.exists():
        raise RunError(f"Thiếu bản lưu số liệu {path.name}.", f"The stored figures {path.name} are missing.")
    content = path.read_bytes()
    if not path.stem.endswith(files.sha256_of(content)[:12]):
        raise RunError(f"{path.name} đã bị sửa.", f"{path.name} was changed.")
    return evidence.unpack(content)


def _preset(root: Path, code: str) -> codes.Asked:
    """The question of a code nobody saved: a scenario file, a territory, a measure and a day, all other settings as usual."""
    store = evidence.load(root / "data")
    days = sorted({observation.vintage for observation in store.observations}, reverse=True)
    every = itertools.product(days, territories(store), choices_of_measure(store), store.scenarios.values())
    for day, territory, measure, scenario in every:
        settings = {"territory": territory, "measure": measure, "horizon_year": 2030, "as_of": day.isoformat()}
        usual = {"method": "default", "seed": SEED, "n_paths": PATHS, "scenario": codes.form_of(scenario, store)}
        if codes.code({**settings, **usual}) == code:
            return {**settings, **usual}
    raise RunError(
        f"Không có kịch bản mang mã '{code[:24]}' trên máy này; hãy mở bằng liên kết, hoặc 'forecast scenario' để xem các mã.",
        f"No scenario has the code '{code[:24]}' here; open it by its link, or list the codes with 'forecast scenario'.",
    )


def _reasons(root: Path, record: Mapping[str, Any]) -> tuple[Text, ...]:
    now = identity.digests(root)
    named = {
        "code": Text("mã chương trình đã đổi", "the code has changed"),
        "environment": Text("phiên bản thư viện hay Python đã đổi", "versions of libraries or Python have changed"),
    }
    changed = tuple(text for name, text in named.items() if getattr(now, name) != record["digests"][name])
    return changed or (Text("không rõ; máy tính khác?", "unknown; another machine?"),)


def keep(content: Mapping[str, Any], *, root: Path | None = None) -> Scenario:
    """Write a new scenario (plain values of a form) as a file of data/scenarios; an id that is there becomes its next version.

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
    written = {key: value for key, value in form.items() if value not in (None, {}, [])}
    files.write_whole(path, as_yaml(written, width=80))
    return scenario


def write_notebook(opened: Opened, path: Path) -> Path:
    """A notebook that gives the scenario's numbers again and compares them with what was saved; refuses to overwrite."""
    if path.exists():
        raise RunError(f"{path} đã có, không ghi đè.", f"{path} exists and is not overwritten.")
    name, summary = opened.scenario.name, opened.scenario.summary
    scenario = opened.code if opened.record else codes.link(opened.question)
    contents = [
        f"# {name.vi} ({opened.code})\n*{name.en}*\n\n{summary.vi}\n\n*{summary.en}*",
        nbformat.v4.new_code_cell(f"scenario = {scenario!r}", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(_OPEN),
        "## Các con số / The numbers",
        nbformat.v4.new_code_cell("scenario_document.show_numbers(opened)"),
        "## So với cơ sở / Against the baseline",
        nbformat.v4.new_code_cell(_COMPARE),
        "## Từ khi lưu, điều gì đã đổi / What changed since it was saved",
        nbformat.v4.new_code_cell(_CHANGES),
    ]
    cells = [nbformat.v4.new_markdown_cell(content) if isinstance(content, str) else content for content in contents]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
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
    comparison = policy.compare(base, "baseline", opened.scenario)
    scenario_document.show_comparison(comparison)
    scenario_document.show_contributions(comparison.contributions, base)
    scenario_document.show_targets(comparison.targets)"""
_CHANGES = """if opened.record:
    scenario_document.show_waterfall(saved.changes(opened))"""
