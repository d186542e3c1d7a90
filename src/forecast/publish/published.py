"""Read what was published: the pointer, the records of its runs and their tables; nothing is computed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from forecast import headline
from forecast.errors import ForecastError, PublishError
from forecast.publish.shell import NOTHING
from forecast.runs.publication import pointer, signoff

TABLES = ("forecast", "history", "nation", "verdicts", "methods", "assumptions", "later", "target_paths", "information", "sensitivity", "reliability",
          "hiding", "reference", "neighbours", "paths", "levers", "presets", "solutions")  # fmt: skip


@dataclass(frozen=True)
class PublishedRun:
    """One published run: where it stands on the page, its summary and tables, or why it was refused."""

    run_id: str
    refused: bool
    indicator: str
    territory: str
    measure: str
    summary: Mapping[str, Any]
    manifest: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Publication:
    """What the pointer names: its plan, when it was published, and the runs in their order."""

    plan: str
    published_at: str
    runs: tuple[PublishedRun, ...]
    state: str = "draft"  # draft, reviewed or published (see runs.publication)
    signatures: tuple[Mapping[str, str], ...] = ()
    ledger: Mapping[str, Any] = field(default_factory=dict)  # its lines and last hash when this was entered
    code: str = ""  # what shows on paper that nothing of it was changed since (runs.publication.signoff)


def read(root: Path, plan: str = pointer.DEFAULT) -> Publication:
    """Read the pointer and every run it names; raise PublishError when nothing is published or a record is damaged."""
    path = pointer.path_of(Path(root), plan)
    if not path.exists():
        raise PublishError(NOTHING.vi, NOTHING.en)
    content = _json(path)
    runs = tuple(_run(path.parent / "out" / str(entry["run_id"]), entry) for entry in content.get("runs", ()))
    signatures = tuple(signature for signature in content.get("signatures", ()) if isinstance(signature, Mapping))
    state = str(content.get("state", "draft"))
    entered, code = content.get("ledger"), signoff.code_of(content) if runs else ""
    head = entered if isinstance(entered, Mapping) else {}
    return Publication(str(content.get("plan", "")), str(content.get("published_at", "")), runs, state, signatures, head, code)


def replays(root: Path) -> tuple[Publication, ...]:
    """Every other published plan that looks back from an earlier day, newest name last; damaged ones are left out."""
    replayed = []
    for plan in pointer.plans(Path(root)):
        with contextlib.suppress(ForecastError):
            replayed += [read(root, plan)] if plan != pointer.DEFAULT and _looks_back(Path(root), plan) else []
    return tuple(replayed)


def _looks_back(root: Path, plan: str) -> bool:
    """Whether a plan's runs ask as of a day gone by; the provinces' plan and the scenarios' ask as of now."""
    path = pointer.path_of(root, plan)
    first: Mapping[str, Any] = next(iter(_json(path).get("runs", ())), {})
    asked = _json(path.parent / "out" / str(first.get("run_id", "")) / "parameters.json", needed=False)
    return asked.get("parameters", asked).get("as_of", "latest") != "latest"


def _run(folder: Path, entry: Mapping[str, Any]) -> PublishedRun:
    if folder.resolve().parent != folder.parent.resolve():
        raise PublishError(
            f"Mã lượt chạy '{entry['run_id']}' không hợp lệ.", f"Run id '{entry['run_id']}' is not valid."
        )
    manifest, parameters = _json(folder / "manifest.json"), _json(folder / "parameters.json", needed=False)
    parameters = parameters.get("parameters", parameters)
    refused = str(entry.get("state") or manifest.get("state")) == "refused"
    summary = {} if refused else _json(folder / "summary.json", needed=False)
    facts = manifest | dict(entry)
    indicator = summary.get("indicator") or facts.get("indicator") or _indicator(facts)
    return PublishedRun(
        run_id=str(entry["run_id"]),
        refused=refused,
        indicator=str(indicator or ""),
        territory=str(summary.get("territory") or parameters.get("territory") or ""),
        measure=str(parameters.get("measure") or summary.get("measure") or ""),
        summary=summary,
        manifest=manifest,
        tables={} if refused else {name: table for name in TABLES if (table := _table(folder, name)) is not None},
    )


def indicators() -> tuple[str, ...]:
    """The headline indicators in the order a reader meets them."""
    return tuple(headline.registered().studies)


def _indicator(facts: Mapping[str, Any]) -> str:
    notebook = Path(str(facts.get("notebook") or facts.get("name") or "")).stem
    studies = headline.registered().studies.values()
    return next((study.indicator for study in studies if study.notebook == notebook), "")


def _json(path: Path, *, needed: bool = True) -> dict[str, Any]:
    if not needed and not path.exists():
        return {}
    try:
        return json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        raise _damaged(path) from None


def _table(folder: Path, name: str) -> pd.DataFrame | None:
    path = next((path for path in (folder / f"{name}.csv", folder / f"{name}.csv.gz") if path.exists()), None)
    if path is None:
        return None
    try:
        dtype: dict[str, type] = dict.fromkeys(("bound", "status", "source", "measure", "note_vi"), str)
        return pd.read_csv(path, dtype=dtype, keep_default_na=False, na_values=[""])  # a document may be called NA
    except (ValueError, OSError):
        raise _damaged(path) from None


def _damaged(path: Path) -> PublishError:
    where = f"{path.parent.name}/{path.name}"
    return PublishError(
        f"Kết quả đã công bố không đọc được ({where}): hãy chạy lại make run.",
        f"A published result cannot be read ({where}): run make run again.",
    )
