"""A scenario question as a short code and as a link that carries the whole question; numbers and their names, to be given again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from forecast.domain import Scenario, because
from forecast.errors import EvidenceError
from forecast.evidence import Evidence
from forecast.policy.outlooks.targets import reached
from forecast.policy.scenarios.baselines import Baseline, Wanted, baseline, outcome, simulate

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
MARK = "kich_ban="  # what stands before the whole question in a link
SHORT = "ma="  # what stands before a code in a short link
LARGEST = 64 * 1024
QUANTILES = (0.1, 0.5, 0.9)
WRITTEN = re.compile(rf"[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}\Z")  # a code
_AMONG_WORDS = re.compile(r"(?<![\w-])[0-9A-Z]{5}\s*[-\u2010-\u2015\u2212]\s*[0-9A-Z]{5}(?![\w-])")  # never inside a link
SETTINGS = ("territory", "measure", "horizon_year", "as_of", "method", "seed", "n_paths")
Asked = dict[str, Any]  # a domain.Question in types JSON knows, and the form of its scenario


def question(base: Baseline, scenario: Wanted) -> Asked:
    """Everything that determines the numbers beside data and code: the question of the baseline and the scenario's form."""
    plain = {**asdict(base.question), "as_of": base.as_of.isoformat()}
    return {**plain, "scenario": form_of(base.scenario(scenario), base.store)}


def form_of(scenario: Scenario, store: Evidence) -> dict[str, Any]:
    """The scenario as plain values, the way a file or a form gives it; `store.scenario` reads it back to the same hash."""
    plain = scenario.content()
    text = {name: dict(zip(("vi", "en"), plain[name], strict=True)) for name in ("name", "summary")}
    assumptions = []
    for push in plain["pushes"]:
        entry = {"lever": push["lever"], "unit": store.scenario_levers[push["lever"]].unit, "spans": push["spans"]}
        reason = dict(zip(("vi", "en"), push["reason"], strict=True))
        extra = {"territory": push["territory"]} if push["territory"] else {}
        assumptions.append({**entry, **extra, "reason": reason, "rating": push["rating"], "source": push["source"]})
    form = {**{name: plain[name] for name in ("id", "version", "author", "made")}, **text, "assumptions": assumptions}
    if plain["path"]:
        form.update(path=plain["path"], path_end=plain["path_end"])
    if plain["parent"]:
        form["parent"] = {"scenario": plain["parent"], "hash": plain["parent_hash"]}
    return {**form, **({"territory": plain["territory"]} if plain["territory"] else {})}


def code(asked: Asked) -> str:
    """Ten letters and digits for a question ('7K3QX-M2A9B'): the first 50 bits of its sha256; no letter is mistaken for another."""
    number = int.from_bytes(hashlib.sha256(_canonical(asked)).digest()[:7]) >> 6
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(45, -1, -5))
    return f"{letters[:5]}-{letters[5:]}"


def tidy(text: str) -> str:
    """A code as a person may have typed it, made whole: small letters, O for 0, I or L for 1; hyphens, dashes, spaces and marks without
    width, whatever Word or Zalo made of them, do not count, nor words around a code with its dash."""
    plain = unicodedata.normalize("NFKC", "".join(letter for letter in text if unicodedata.category(letter) != "Cf"))
    plain = plain.rsplit(SHORT, 1)[-1].upper()
    plain = among.group() if (among := _AMONG_WORDS.search(plain)) else plain
    letters = re.sub("[^0-9A-Z]", "", plain).translate(str.maketrans("OIL", "011"))
    return f"{letters[:5]}-{letters[5:]}"


def short_link(asked: Asked) -> str:
    """The code as the query of an address ('?ma=7K3QX-M2A9B'): for scenarios that were saved or are files of the kit."""
    return f"?{SHORT}{code(asked)}"


def link(asked: Asked) -> str:
    """The question as the query of an address ('?kich_ban=...'): it can be opened where nothing was saved."""
    return f"?{MARK}{base64.urlsafe_b64encode(zlib.compress(_canonical(asked), 9)).decode().rstrip('=')}"


def read_link(text: str) -> Asked:
    """The question of a link; raises EvidenceError for what is none. What is in it is checked when it is asked."""
    payload = _unbroken(text).rsplit(MARK, 1)[-1]
    try:
        packed = base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True)
        plain = zlib.decompressobj()
        raw = plain.decompress(packed, LARGEST)
        asked = json.loads(raw)
        if plain.unconsumed_tail or not isinstance(asked, dict) or set(asked) != {*SETTINGS, "scenario"}:
            raise ValueError("keys")
        _canonical(asked)  # what no code can be made of: half a letter, a number that is none
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        why = because(error)
        raise EvidenceError(
            f"Liên kết kịch bản không đọc được ({why.vi}).", f"The link cannot be read ({why.en})."
        ) from error
    return asked


def _unbroken(text: str) -> str:
    """A link without the spaces and marks without width that a letter or a chat put into it, its dashes hyphens again."""
    plain = "".join("-" if unicodedata.category(letter) == "Pd" else letter for letter in text)
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] not in "CZ")


def ask(store: Evidence, asked: Asked) -> tuple[Baseline, Scenario]:
    """The baseline and the scenario of a question on `store`; raises what loading, checking or drawing raises."""
    settings = {name: asked[name] for name in SETTINGS}
    integers = ("horizon_year", "seed", "n_paths")
    kinds = all(type(value) is (int if name in integers else str) and len(str(value)) <= 64 for name, value in settings.items())
    if not kinds or not 100 <= settings["n_paths"] <= 100_000 or not isinstance(asked["scenario"], dict):
        raise EvidenceError("Câu hỏi kịch bản sai tham số.", "The question's settings are wrong.")
    if settings["territory"] not in store.territories:
        raise EvidenceError(f"Không có địa bàn '{settings['territory']}'.", f"No territory '{settings['territory']}'.")
    scenario = store.scenario(asked["scenario"])
    return baseline(store, settings.pop("territory"), **settings), scenario


def numbers(base: Baseline, scenario: Scenario) -> dict[str, Any]:
    """The numbers of a scenario by indicator, in types JSON knows: quantiles of the level by year, the outcome's median, the
    chance of the headline target; what a reopened scenario must give again to 1e-9."""
    by_indicator = {}
    for name, levels in simulate(base, scenario).items():
        years = base.grounds[name].years
        held = base.outlooks[name].headline
        met = reached(held.target, levels, years) if held else None
        by_indicator[name] = {
            "years": list(years),
            "known_to": base.grounds[name].known_to,
            "quantiles": [[float(value) for value in row] for row in np.quantile(levels, QUANTILES, axis=0)],
            "mean": [float(value) for value in levels.mean(axis=0)],
            "outcome": float(np.median(outcome(base, name, levels))),
            "target": held.target.id if held else "",
            "probability": None if met is None else float(met.mean()),
        }
    return by_indicator


def largest_difference(saved: Mapping[str, Any], now: Mapping[str, Any]) -> float:
    """The largest relative difference between two sets of `numbers`; infinite where they do not hold the same things."""
    if set(saved) != set(now):
        return float("inf")
    worst = 0.0
    for name, before in saved.items():
        after = now[name]
        old, new = _flat(before), _flat(after)
        if old.shape != new.shape or before["years"] != after["years"] or before["target"] != after["target"]:
            return float("inf")
        worst = max(worst, float(np.max(np.abs(old - new) / np.maximum(1.0, np.abs(old)))))
    return worst


def _flat(numbers_of: Mapping[str, Any]) -> np.ndarray:
    rest = [numbers_of["outcome"], -1.0 if numbers_of["probability"] is None else numbers_of["probability"]]
    quantiles = [value for row in numbers_of["quantiles"] for value in row]
    return np.array([*quantiles, *numbers_of["mean"], *rest], dtype=float)


def _canonical(asked: Asked) -> bytes:
    return json.dumps(asked, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")).encode()
