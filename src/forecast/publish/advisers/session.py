"""One visitor's work in the adviser's app: the baselines in use, the scenarios known, and the scenario on the sliders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forecast import evidence, policy
from forecast.domain import Scenario, Text
from forecast.errors import EvidenceError, RunError
from forecast.evidence import Evidence
from forecast.policy.scenarios import codes
from forecast.policy.scenarios.baseline import PATHS, SEED, Baseline
from forecast.publish.advisers import spans
from forecast.publish.advisers.questions import MEASURES, MINE, TERRITORIES, Asked
from forecast.publish.advisers.spans import OWN_REASON
from forecast.runs.publication import pointer
from forecast.runs.scenarios import kept_draws, saved

USUAL = ("baseline", "cautious", "ambitious")  # shown first
NAMES = {MINE: Text("Của tôi", "Mine")}
_warm: dict[tuple[Path, str], Session] = {}  # loaded before the fork, by folder and digest of its figures; read, never written
_CODE = re.compile(r"[0-9A-Za-z]{5}-?[0-9A-Za-z]{5}")


@dataclass
class Session:
    """What one open page holds in the kernel; nothing in it outlives the page but what is saved."""

    root: Path
    store: Evidence
    bases: dict[tuple[str, str], Baseline] = field(default_factory=dict)
    opened: dict[str, Scenario] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)  # what the last answer showed, ready to be taken away
    runs: dict[tuple[str, str, bytes], dict[str, str]] = field(default_factory=dict)
    compared: tuple[Any, Any, list[Scenario]] | None = None  # what was asked, the comparison, the scenarios as they were saved


def start(root: Path) -> Session:
    """A session on the figures of a project folder, as the process before the fork loaded them where they are still those."""
    ready = _warm.get((root, evidence.digest(root / "data"))) if _warm else None
    if ready is None:
        return Session(root, evidence.load(root / "data"))
    return Session(root, ready.store, dict(ready.bases), runs=dict(ready.runs))


def warm_up(root: Path) -> Session:
    """Load the figures and every baseline a page can ask for, for all sessions that start after it."""
    digest = evidence.digest(root / "data")
    ready = Session(root, evidence.load(root / "data"))
    kept_draws.complete(root, ready.store)
    for territory, measure in kept_draws.USUAL:
        published(ready, base_of(ready, territory, measure))
    _warm.clear()
    _warm[root, digest] = ready
    return start(root)


def base_of(session: Session, territory: str, measure: str) -> Baseline:
    """The baseline of a territory and measure, loaded once."""
    key = (territory, measure)
    if key not in session.bases:
        session.bases[key] = kept_draws.load(session.root, session.store, territory, measure)
    return session.bases[key]


def published(session: Session, base: Baseline) -> dict[str, str]:
    """The published run of each indicator that holds this baseline's very draws, looked up once for what is published."""
    key = (base.territory, base.measure, pointer.raw(session.root))
    if key not in session.runs:
        session.runs[key] = kept_draws.published(session.root, base)
    return session.runs[key]


def known(session: Session, base: Baseline) -> dict[str, Scenario]:
    """The scenarios that fit a territory by id: the kit's files and what was opened."""
    files = {name: item for name, item in session.store.scenarios.items() if "@" not in name}
    every = {**{name: files[name] for name in USUAL if name in files}, **files, **session.opened}
    return {name: item for name, item in every.items() if item.territory in ("", base.territory) and _fits(item, base)}


def _fits(scenario: Scenario, base: Baseline) -> bool:
    return all(item.territory in ("", *base.components) for item in scenario.pushes)


def mine(session: Session, base: Baseline, asked: Asked, **named: Any) -> Scenario:
    """The scenario on the sliders; `named` holds id, name, author, reason and version where it is to be saved."""
    origin = known(session, base)[asked.start]
    own = named.get("reason") or OWN_REASON.vi
    rows = spans.assumptions(base, asked.pushes, origin, own)
    name = named.get("name") or NAMES[MINE].vi
    form = {
        "id": named.get("id", MINE),
        "version": named.get("version", 1),
        "name": {"vi": name, "en": named.get("name") or NAMES[MINE].en},
        "summary": {"vi": own, "en": named.get("reason") or OWN_REASON.en},
        "author": named.get("author") or NAMES[MINE].vi,
        "made": named.get("made") or base.any.as_of.isoformat(),
        "parent": named.get("parent") or {"scenario": origin.id, "hash": origin.hash},
        "assumptions": rows,
    }
    return session.store.scenario(form)


def chosen(session: Session, base: Baseline, asked: Asked) -> list[Scenario]:
    """The scenarios to compare, the baseline where nothing is named; the one on the sliders where it pushes anything."""
    found = known(session, base)
    named = [name for name in asked.compare if name != MINE or asked.pushes]
    return [mine(session, base, asked) if name == MINE else found[name] for name in named]


def slug(name: str) -> str:
    """An id from a name: 'Số hóa công nghiệp' gives so_hoa_cong_nghiep."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:48].strip("_")
    return found if re.match(r"[a-z]", found) else f"kich_ban_{found}".strip("_")


def save(session: Session, base: Baseline, asked: Asked, name: str, author: str, reason: str) -> tuple[str, Scenario]:
    """Save the scenario on the sliders; its code. A name used before gives the next version, its parent the version before."""
    if not asked.pushes:
        raise EvidenceError("Chưa có đòn bẩy nào khác 0 để lưu.", "No lever differs from 0: nothing to save.")
    moment, own = datetime.now(UTC), slug(name)
    taken = [item["question"]["scenario"] for item in saved.saved_records(session.root)]
    versions = [item for item in taken if item["id"] == own]
    if own in session.store.scenarios:
        own = f"{own}_rieng"
        versions = [item for item in taken if item["id"] == own]
    fixed = {"id": own, "name": name, "author": author, "reason": reason, "made": moment.date().isoformat()}
    if versions:
        newest = session.store.scenario(max(versions, key=lambda item: item["version"]))
        fixed |= {"version": newest.version + 1, "parent": {"scenario": newest.id, "hash": newest.hash}}
    scenario = mine(session, base, asked, **fixed)
    code = saved.save(base, scenario, root=session.root, author=author, note=reason, moment=moment)
    session.opened[key_of(code)] = scenario
    return code, scenario


def key_of(code: str) -> str:
    """The id a saved scenario goes by on the page."""
    return f"ma_{code.replace('-', '_').lower()}"


def reopen(session: Session, text: str) -> tuple[dict[str, Any], str, dict[str, Any] | None]:
    """The question of a code or link, the id its scenario goes by, and the record where it was saved.

    The scenario is checked like a form; it is applied to today's baseline (`forecast open` gives the saved figures again).
    """
    payload = text.strip().removeprefix("?").removeprefix(codes.SHORT).removeprefix(codes.MARK)
    if _CODE.fullmatch(payload):
        code = codes.tidy(payload)
        record = saved.record_of(session.root, code)
        asked = record["question"] if record else _usual(session, code)
    else:
        asked = codes.read_link(f"{codes.MARK}{payload}")
        code, record = codes.code(asked), None
    for name, allowed in (("territory", TERRITORIES), ("measure", MEASURES)):
        if asked[name] not in allowed:
            raise EvidenceError(f"Liên kết: {name} không dùng được ở đây.", f"Link: this {name} cannot be shown here.")
    scenario = session.store.scenario(asked["scenario"])
    filed = session.store.scenarios.get(scenario.id)
    if filed is not None and filed.hash == scenario.hash:
        return asked, scenario.id, record
    session.opened[key_of(code)] = scenario
    return asked, key_of(code), record


def _usual(session: Session, code: str) -> dict[str, Any]:
    for territory in TERRITORIES:
        for measure in MEASURES:
            for name, item in session.store.scenarios.items():
                if "@" not in name and codes.code(question(session, territory, measure, item)) == code:
                    return question(session, territory, measure, item)
    raise RunError(f"Không có kịch bản mang mã {code}.", f"No scenario has the code {code}.")


def question(session: Session, territory: str, measure: str, scenario: Scenario) -> Mapping[str, Any]:
    """The question of a scenario with the usual settings, as `codes.question` gives it, without drawing."""
    day = session.store.last_vintage.isoformat()
    settings = {"territory": territory, "measure": measure, "horizon_year": 2030, "as_of": day, "method": "default"}
    return {**settings, "seed": SEED, "n_paths": PATHS, "scenario": codes.form_of(scenario, session.store)}


def names(scenarios: list[Scenario], language: str) -> dict[str, str]:
    """The names of scenarios by id."""
    return {item.id: item.name.in_language(language) for item in scenarios}


def solution(base: Baseline, target: str, chance: float, lever: str, scenario: Scenario) -> policy.Solution:
    """What reaches a chance on top of a scenario: one lever, or the least-effort mix where none is named."""
    return policy.solve(base, target, chance, lever or (), scenario=scenario)
