"""One visitor's work in the adviser's app: the baselines in use, the scenarios known, and the scenario on the sliders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, product
from pathlib import Path
from typing import Any

from forecast import evidence, people
from forecast.domain import Scenario, Text
from forecast.errors import EvidenceError, RunError
from forecast.evidence import Evidence
from forecast.policy.scenarios import codes
from forecast.policy.scenarios.baselines import PATHS, SEED, Baseline, with_own_targets
from forecast.policy.scenarios.comparisons import Comparison
from forecast.publish.advisers import questions
from forecast.publish.advisers.questions import MEASURES, MINE, OWN_REASON, TERRITORIES, Asked
from forecast.runs.publication import pointer
from forecast.runs.scenarios import kept_draws, saved

USUAL = ("baseline", "cautious", "ambitious")  # shown first
OWN_NAME = Text("Của tôi", "Mine")
BY_LINK = Text("theo liên kết, chưa kiểm", "by a link, not checked")
_warm: dict[tuple[Path, str], Session] = {}  # loaded before the fork, by folder and digest of its figures; read, never written


@dataclass
class Session:
    """What one open page holds in the kernel; nothing in it outlives the page but what is saved."""

    root: Path
    store: Evidence
    bases: dict[tuple[str, ...], Baseline] = field(default_factory=dict)
    opened: dict[str, Scenario] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # what the last answer showed, ready to be taken away
    language: str = "vi"  # in which it showed that
    runs: dict[tuple[str, str, bytes], dict[str, str]] = field(default_factory=dict)
    compared: tuple[Any, Comparison, list[Scenario]] | None = None  # what was asked, the comparison, the scenarios as they were saved
    opening: dict[tuple[str, bytes], dict[str, Any]] = field(default_factory=dict)  # answers given before the fork, by question and publication


def start(root: Path) -> Session:
    """A session on the figures of a project folder, as the process before the fork loaded them where they are still those."""
    ready = _warm.get((root, evidence.digest(root / "data"))) if _warm else None
    if ready is None:
        return Session(root, evidence.load(root / "data"))
    return Session(root, ready.store, dict(ready.bases), runs=dict(ready.runs), compared=ready.compared, opening=ready.opening)


def warm_up(root: Path) -> Session:
    """Load the figures and every baseline a page can ask for, for all sessions that start after it; what this one is asked is theirs too."""
    digest = evidence.digest(root / "data")
    ready = Session(root, evidence.load(root / "data"))
    kept_draws.complete(root, ready.store)
    for territory, measure in kept_draws.usual(ready.store):
        published(ready, base_of(ready, territory, measure))
    _warm.clear()
    _warm[root, digest] = ready
    return ready


def base_of(session: Session, territory: str, measure: str, own: Mapping[str, str] | None = None) -> Baseline:
    """The baseline of a territory and measure, loaded once; held against typed targets too where there are any, by indicator."""
    key = (territory, measure, *chain.from_iterable(sorted((own or {}).items())))
    if key not in session.bases:
        loaded = base_of(session, territory, measure) if own else kept_draws.load(session.root, session.store, territory, measure)
        session.bases[key] = with_own_targets(loaded, own) if own else loaded
    return session.bases[key]


def published(session: Session, base: Baseline) -> dict[str, str]:
    """The published run of each indicator that holds this baseline's very draws, looked up once for what is published."""
    key = (base.territory, base.measure, pointer.raw(session.root))
    if key not in session.runs:
        session.runs[key] = kept_draws.published(session.root, base)
    return session.runs[key]


def scenarios_of(session: Session, base: Baseline) -> dict[str, Scenario]:
    """The scenarios that fit a territory by id: the kit's files and what was opened."""
    filed = {name: scenario for name, scenario in session.store.scenarios.items() if "@" not in name}
    every = {**{name: filed[name] for name in USUAL if name in filed}, **filed, **session.opened}
    return {name: scenario for name, scenario in every.items() if scenario.territory in ("", base.territory) and _fits(scenario, base)}


def _fits(scenario: Scenario, base: Baseline) -> bool:
    return all(push.territory in ("", *base.components) for push in scenario.pushes)


def with_version(scenario: Scenario) -> Text:
    """The name of one of several versions of a scenario."""
    return scenario.name + Text(f" (bản {scenario.version})", f" (version {scenario.version})")


def mine(session: Session, base: Baseline, asked: Asked, **saved_as: Any) -> Scenario:
    """The scenario on the sliders; `saved_as` holds id, name, author, reason, made and perhaps version and parent of a saved one."""
    origin = scenarios_of(session, base)[asked.start]
    name = Text.same(saved_as["name"]) if saved_as else OWN_NAME
    reason = Text.same(saved_as["reason"]) if saved_as else OWN_REASON
    return session.store.scenario(
        {
            "id": saved_as.get("id", MINE),
            "version": saved_as.get("version", 1),
            "name": {"vi": name.vi, "en": name.en},
            "summary": {"vi": reason.vi, "en": reason.en},
            "author": saved_as.get("author", OWN_NAME.vi),
            "made": saved_as.get("made", base.any.as_of.isoformat()),
            "parent": saved_as.get("parent", {"scenario": origin.id, "hash": origin.hash}),
            "assumptions": questions.assumptions(base, asked.pushes, origin, reason),
        }
    )


def chosen(session: Session, base: Baseline, asked: Asked) -> list[Scenario]:
    """The scenarios to compare, the baseline where nothing is named; the one on the sliders where it pushes anything."""
    scenarios = scenarios_of(session, base)
    named = [name for name in asked.compare if name != MINE or asked.pushes]
    return [mine(session, base, asked) if name == MINE else scenarios[name] for name in named]


def slug(name: str) -> str:
    """An id from a name: 'Số hóa công nghiệp' gives so_hoa_cong_nghiep."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    joined = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:48].strip("_")
    return joined if re.match(r"[a-z]", joined) else f"kich_ban_{joined}".strip("_")


def save(session: Session, base: Baseline, asked: Asked, name: str, author: str, reason: str) -> tuple[str, Scenario]:
    """Save the scenario on the sliders; its code. A name used before gives the next version, its parent the version before."""
    person = people.present()
    if person and not person.may("save"):
        raise EvidenceError("Tài khoản này không có quyền lưu kịch bản.", "This account may not save scenarios.")
    author = person.name if person else author
    if not asked.pushes:
        raise EvidenceError("Chưa có đòn bẩy nào khác 0 để lưu.", "No lever differs from 0: nothing to save.")
    with saved.locked(session.root):
        return _saved(session, base, asked, name, author, reason, person.login if person else "")


def _saved(session: Session, base: Baseline, asked: Asked, name: str, author: str, reason: str, login: str) -> tuple[str, Scenario]:
    """The save itself, while no other goes on: two at once would both be the same version."""
    moment, own = datetime.now(UTC), slug(name)
    if own in session.store.scenarios:
        own = f"{own}_rieng"
    earlier = [form for record in saved.saved_records(session.root) if (form := record["question"]["scenario"])["id"] == own]
    saved_as: dict[str, Any] = {"id": own, "name": name, "author": author, "reason": reason, "made": moment.date().isoformat()}
    if earlier:
        newest = session.store.scenario(max(earlier, key=lambda form: form["version"]))
        saved_as |= {"version": newest.version + 1, "parent": {"scenario": newest.id, "hash": newest.hash}}
    scenario = mine(session, base, asked, **saved_as)
    code = saved.save(base, scenario, root=session.root, author=author, note=reason, moment=moment, login=login)
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
    if codes.WRITTEN.match(codes.tidy(payload)):
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
    session.opened[key_of(code)] = scenario if record else session.store.scenario(_doubted(asked["scenario"], session.store))
    return asked, key_of(code), record


def _doubted(form: Mapping[str, Any], store: Evidence) -> dict[str, Any]:
    """A form that came by a link and was never saved here: an assumption is red and without a source unless a file of the kit holds it."""
    held = {(push.lever, push.spans, push.reason, push.rating, push.source) for scenario in store.scenarios.values() for push in scenario.pushes}
    pushes = store.scenario(form).pushes
    entries = [
        entry if (push.lever, push.spans, push.reason, push.rating, push.source) in held else {**entry, "rating": "red", "source": ""}
        for entry, push in zip(form.get("assumptions") or [], pushes, strict=True)
    ]
    return {**form, "author": BY_LINK.vi, **({"assumptions": entries} if entries else {})}


def _usual(session: Session, code: str) -> dict[str, Any]:
    """The question of a scenario file with the usual settings that has this code."""
    files = [scenario for name, scenario in session.store.scenarios.items() if "@" not in name]
    day = session.store.last_vintage.isoformat()
    settings = {"horizon_year": 2030, "as_of": day, "method": "default", "seed": SEED, "n_paths": PATHS}
    for territory, measure, scenario in product(TERRITORIES, MEASURES, files):
        form = codes.form_of(scenario, session.store)
        usual = {"territory": territory, "measure": measure, **settings, "scenario": form}
        if codes.code(usual) == code:
            return usual
    raise RunError(f"Không có kịch bản mang mã {code}.", f"No scenario has the code {code}.")
