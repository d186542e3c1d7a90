"""A scenario question as a short code and as a link that carries the whole question; numbers and their names, to be given again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from forecast.domain import Scenario
from forecast.errors import EvidenceError
from forecast.evidence import Evidence
from forecast.policy.outlooks.targets import reached
from forecast.policy.scenarios.baseline import Baseline, baseline, outcome, simulate

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
MARK = "kich_ban="  # what stands before the whole question in a link
SHORT = "ma="  # what stands before a code in a short link
LARGEST = 64 * 1024
QUANTILES = (0.1, 0.5, 0.9)
SETTINGS = ("territory", "measure", "horizon_year", "as_of", "method", "seed", "n_paths")

Question = dict[str, Any]


def question(base: Baseline, scenario: str | Mapping[str, Any] | Scenario) -> Question:
    """Everything that determines the numbers beside data and code: the settings of the baseline and the scenario's form."""
    found = base.any
    settings = {
        "territory": base.territory,
        "measure": base.measure,
        "horizon_year": base.horizon_year,
        "as_of": found.as_of.isoformat(),
        "method": found.method,
        "seed": found.seed,
        "n_paths": len(found.levels),
    }
    return {**settings, "scenario": form_of(base.scenario(scenario), base.store)}


def form_of(scenario: Scenario, store: Evidence) -> dict[str, Any]:
    """The scenario as plain values, the way a file or a form gives it; `store.scenario` reads it back to the same hash."""
    plain = scenario.content()
    text = {name: dict(zip(("vi", "en"), plain[name], strict=True)) for name in ("name", "summary")}
    assumptions = []
    for item in plain["pushes"]:
        entry = {"lever": item["lever"], "unit": store.scenario_levers[item["lever"]].unit, "spans": item["spans"]}
        reason = dict(zip(("vi", "en"), item["reason"], strict=True))
        extra = {"territory": item["territory"]} if item["territory"] else {}
        assumptions.append({**entry, **extra, "reason": reason, "rating": item["rating"], "source": item["source"]})
    form = {**{name: plain[name] for name in ("id", "version", "author", "made")}, **text, "assumptions": assumptions}
    if plain["path"]:
        form.update(path=plain["path"], path_end=plain["path_end"])
    if plain["parent"]:
        form["parent"] = {"scenario": plain["parent"], "hash": plain["parent_hash"]}
    return {**form, **({"territory": plain["territory"]} if plain["territory"] else {})}


def code(asked: Question) -> str:
    """Ten letters and digits for a question ('7K3QX-M2A9B'): the first 50 bits of its sha256; no letter is mistaken for another."""
    number = int.from_bytes(hashlib.sha256(_canonical(asked)).digest()[:7]) >> 6
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(45, -1, -5))
    return f"{letters[:5]}-{letters[5:]}"


def tidy(text: str) -> str:
    """A code as a person may have typed it, made whole: small letters, O for 0, I or L for 1, no hyphen."""
    letters = text.strip().rsplit(SHORT, 1)[-1].upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))
    return f"{letters[:5]}-{letters[5:]}"


def short_link(asked: Question) -> str:
    """The code as the query of an address ('?ma=7K3QX-M2A9B'): for scenarios that were saved or are files of the kit."""
    return f"?{SHORT}{code(asked)}"


def link(asked: Question) -> str:
    """The question as the query of an address ('?kich_ban=...'): it can be opened where nothing was saved."""
    return f"?{MARK}{base64.urlsafe_b64encode(zlib.compress(_canonical(asked), 9)).decode().rstrip('=')}"


def read_link(text: str) -> Question:
    """The question of a link; raises EvidenceError for what is none. What is in it is checked when it is asked."""
    payload = text.strip().rsplit(MARK, 1)[-1]
    try:
        packed = base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True)
        plain = zlib.decompressobj()
        raw = plain.decompress(packed, LARGEST)
        asked = json.loads(raw)
        if plain.unconsumed_tail or not isinstance(asked, dict) or set(asked) != {*SETTINGS, "scenario"}:
            raise ValueError("keys")
    except (binascii.Error, zlib.error, ValueError) as error:
        raise EvidenceError(
            f"Liên kết kịch bản không đọc được ({error}).", f"The link cannot be read ({error})."
        ) from error
    return asked


def ask(store: Evidence, asked: Question) -> tuple[Baseline, Scenario]:
    """The baseline and the scenario of a question on `store`; raises what loading, checking or drawing raises."""
    settings = {name: asked[name] for name in SETTINGS}
    whole = ("horizon_year", "seed", "n_paths")
    if not all(type(settings[name]) is int for name in whole) or not 100 <= settings["n_paths"] <= 100_000:
        raise EvidenceError("Câu hỏi kịch bản sai tham số.", "The question's settings are wrong.")
    if settings["territory"] not in store.territories:
        raise EvidenceError(f"Không có địa bàn '{settings['territory']}'.", f"No territory '{settings['territory']}'.")
    scenario = store.scenario(asked["scenario"])
    return baseline(store, settings.pop("territory"), **settings), scenario


def numbers(base: Baseline, scenario: Scenario) -> dict[str, Any]:
    """The numbers of a scenario by indicator, in types JSON knows: quantiles of the level by year, the outcome's median, the
    chance of the headline target; what a reopened scenario must give again to 1e-9."""
    found = {}
    for name, levels in simulate(base, scenario).items():
        years = base.grounds[name].years
        head = base.outlooks[name].headline
        met = reached(head.target, levels, years) if head else None
        found[name] = {
            "years": list(years),
            "known_to": base.grounds[name].known_to,
            "quantiles": [[float(value) for value in row] for row in np.quantile(levels, QUANTILES, axis=0)],
            "mean": [float(value) for value in levels.mean(axis=0)],
            "outcome": float(np.median(outcome(base, name, levels))),
            "target": head.target.id if head else "",
            "probability": None if met is None else float(met.mean()),
        }
    return found


def largest_difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """The largest relative difference between two sets of `numbers`; infinite where they do not hold the same things."""
    if set(one) != set(other):
        return float("inf")
    worst = 0.0
    for name, item in one.items():
        mine, theirs = (_flat(values[name]) for values in (one, other))
        if (
            mine.shape != theirs.shape
            or item["years"] != other[name]["years"]
            or item["target"] != other[name]["target"]
        ):
            return float("inf")
        worst = max(worst, float(np.max(np.abs(mine - theirs) / np.maximum(1.0, np.abs(mine)))))
    return worst


def _flat(item: Mapping[str, Any]) -> np.ndarray:
    rest = [item["outcome"], -1.0 if item["probability"] is None else item["probability"]]
    return np.array([*(value for row in item["quantiles"] for value in row), *item["mean"], *rest], dtype=float)


def _canonical(asked: Question) -> bytes:
    return json.dumps(asked, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")).encode()
