"""Baselines kept as plain arrays, so that an app shows and pushes draws without ever fitting a model.

A file belongs to one question (territory, measure, day, seed ...) on one state of figures, code and numerical packages; its name
is their digest. Where it is missing it is drawn in a process of its own, so that the app's process stays free of the models.
"""

from __future__ import annotations

import importlib.metadata
import io
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecast import evidence, files, policy
from forecast.domain import Text
from forecast.errors import RunError
from forecast.evidence import Evidence
from forecast.headline import choices_of_measure, studies, study_of, territories
from forecast.models.provincial.bridge import Reading
from forecast.models.provincial.national import Nation
from forecast.models.provincial.province import Draws, national_history
from forecast.policy.recorded.forecasts import samples_table
from forecast.policy.scenarios.baselines import PATHS, SEED, Baseline, KeptDraws
from forecast.runs import folders
from forecast.runs.publication import pointer
from forecast.units import transform_for

KEPT = 12  # files; the oldest go first
NUMERICAL = ("numpy", "scipy", "statsmodels", "pandas")
_COMMAND = (sys.executable, "-m", "forecast.runs.scenarios.kept_draws")
TOLERANCE = 1e-5  # samples are recorded with six decimals


def usual(store: Evidence) -> list[tuple[str, str]]:
    """What the advisers' app opens with: each territory of the province by each measure."""
    return list(itertools.product(territories(store), choices_of_measure(store)))


def load(root: Path, store: Evidence, territory: str, measure: str) -> Baseline:
    """The usual baseline of a territory from its kept draws; drawn first, in another process, where there are none.

    Raises RunError where they cannot be drawn, RefusedError where none of the three indicators can be forecast.
    """
    path = _path(root, store, territory, measure)
    if not path.exists():
        ended = subprocess.run([*_COMMAND, str(root), territory, measure], capture_output=True, text=True, timeout=300, check=False)
        if not path.exists():
            reason = ended.stderr.strip()[-300:]
            raise RunError(f"Không vẽ được các đường mô phỏng: {reason}", f"The paths could not be drawn: {reason}")
    return policy.baseline(store, territory, measure=measure, kept=read(path, store))


def complete(root: Path, store: Evidence) -> None:
    """Draw, in another process and behind everything else, whatever the advisers' app opens with and is not kept yet."""
    if not all(_path(root, store, *asked).exists() for asked in usual(store)):
        subprocess.run([*_COMMAND, str(root)], capture_output=True, timeout=600, check=False)


def write(root: Path, territory: str, measure: str) -> Path:
    """Draw the usual baseline and keep it, where that was not done yet; the path of the file."""
    store = evidence.load(root / "data")
    path = _path(root, store, territory, measure)
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.locked(path.parent, wait_seconds=240, say=lambda _text: None):  # visitors who come together wait for one drawing
        if not path.exists():
            files.write_whole(path, packed(policy.baseline(store, territory, measure=measure)))
    for old in sorted(path.parent.glob("*.npz"), key=lambda kept: kept.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def packed(base: Baseline) -> bytes:
    """A baseline's draws as the bytes of an .npz file; nothing in it is code."""
    arrays: dict[str, np.ndarray] = {}
    facts: dict[str, Any] = {"refused": {name: asdict(text) for name, text in base.refused.items()}, "indicators": {}}
    facts["as_of"] = base.any.as_of.isoformat()
    for name, outlook in base.outlooks.items():
        draws, nation = outlook.draws, outlook.nation
        arrays[f"{name}/levels"], arrays[f"{name}/nation"] = draws.levels, nation.draws
        arrays.update({f"{name}/part/{part}": levels for part, levels in draws.parts})
        facts["indicators"][name] = {
            "measure": outlook.measure,
            "years": nation.years,
            "known": nation.n_known,
            "edition": nation.edition,
            "readings": [asdict(reading) for reading in draws.readings],
            "nation_readings": [asdict(reading) for reading in nation.readings],
            "notes": [asdict(note) for note in nation.notes],
            "weights": draws.weights,
            "parts": [part for part, _ in draws.parts],
        }
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, facts=np.frombuffer(files.as_json(facts).encode(), np.uint8), **arrays)
    return stream.getvalue()


def read(path: Path, store: Evidence) -> KeptDraws:
    """The draws of a file, the nation's series behind them read again from the figures."""
    with np.load(path, allow_pickle=False) as archive:
        arrays = dict(archive)
    facts = json.loads(arrays["facts"].tobytes())
    day = store.day(facts["as_of"])
    draws = {name: _draws(store, name, fact, day, arrays) for name, fact in facts["indicators"].items()}
    return KeptDraws(draws, {name: Text(**text) for name, text in facts["refused"].items()})


def _draws(store: Evidence, name: str, fact: dict[str, Any], day: date, arrays: dict[str, np.ndarray]) -> Draws:
    study = study_of(store, name)
    series, _, based, pace = national_history(store, study, fact["measure"], day)
    own, nations = (tuple(Reading(**reading) for reading in fact[key]) for key in ("readings", "nation_readings"))
    notes = tuple(Text(**note) for note in fact["notes"])
    transform = transform_for(study.scale, study.support)
    nation = Nation(
        series, tuple(fact["years"]), fact["known"], arrays[f"{name}/nation"], transform, study.support,
        fact["edition"], based, nations, notes, pace,
    )  # fmt: skip
    parts = tuple((part, arrays[f"{name}/part/{part}"]) for part in fact["parts"])
    weights = tuple((territory, share, year) for territory, share, year in fact["weights"])
    return Draws(arrays[f"{name}/levels"], nation, own, weights, parts)


def _path(root: Path, store: Evidence, territory: str, measure: str) -> Path:
    question = {"territory": territory, "measure": measure, "seed": SEED, "n_paths": PATHS, "data": store.digest()}
    question |= {"code": files.code_digest(), "packages": {name: importlib.metadata.version(name) for name in NUMERICAL}}
    return folders.draws_folder(root) / f"{territory}-{measure}-{files.sha256_of(files.as_json(question))[:16]}.npz"


def published(root: Path, base: Baseline) -> dict[str, str]:
    """The published run of each indicator whose recorded samples are these very draws; an indicator without one is left out."""
    try:
        run_ids = pointer.run_ids(pointer.peek(root))
    except RunError:
        return {}
    measures = {name: study.measured_by(base.measure) for name, study in studies(base.store).items()}
    runs: dict[str, str] = {}
    for run_id in run_ids:
        try:
            samples = pd.read_csv(folders.out_folder(root) / run_id / "samples.csv.gz")
        except (OSError, ValueError):
            continue
        first: dict[Any, Any] = {} if samples.empty else samples.iloc[0].to_dict()
        name = str(first.get("indicator"))
        fits = name in base.outlooks and (first.get("territory"), first.get("measure")) == (base.territory, measures[name])
        if fits and _same(samples, base, name):
            runs[name] = run_id
    return runs


def _same(samples: pd.DataFrame, base: Baseline, indicator: str) -> bool:
    """Whether recorded samples equal the draws to the digits recorded."""
    draws = samples_table(base.outlooks[indicator], base.store)
    both = samples.merge(draws, on=["target_period", "output_type_id"], suffixes=("", "_drawn"), how="outer")
    apart = (both["value"] - both["value_drawn"]).abs() / both["value"].abs().clip(lower=1.0)
    return bool(len(both) == len(samples) and (apart <= TOLERANCE).all())


def main(arguments: Sequence[str]) -> int:
    """FOLDER [TERRITORY MEASURE]: keep one baseline, or all that the advisers' app opens with."""
    if len(arguments) not in (1, 3):
        raise RunError("Cần: thư mục [địa bàn, cách đo].", "Needed: folder [territory, measure].")
    root = Path(arguments[0])
    if len(arguments) == 1 and hasattr(os, "nice"):
        os.nice(19)  # in the background of a server
    asked = [tuple(arguments[1:])] if arguments[1:] else usual(evidence.load(root / "data"))
    for territory, measure in asked:
        write(root, territory, measure)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
