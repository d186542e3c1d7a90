"""Kept draws: an app gets the very numbers of the models without loading them."""

import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scenario_base import NEW, OLD, base, store

from forecast import files, policy
from forecast.policy.recorded.forecasts import samples_table
from forecast.policy.scenarios import codes
from forecast.runs import folders
from forecast.runs.publication import pointer
from forecast.runs.scenarios import kept_draws


@pytest.mark.parametrize("territory", [NEW, OLD])
def test_kept_draws_give_every_number(territory, tmp_path):
    """A baseline from kept draws gives every number of the one that was drawn."""
    made = base(territory)
    path = tmp_path / "kept.npz"
    path.write_bytes(kept_draws.packed(made))
    again = policy.baseline(store(), territory, n_paths=400, kept=kept_draws.read(path, store()))
    assert set(again.outlooks) == set(made.outlooks) and again.refused == made.refused
    for name, outlook in made.outlooks.items():
        other = again.outlooks[name]
        assert np.array_equal(other.levels, outlook.levels) and other.known_to == outlook.known_to
        assert other.draws.readings == outlook.draws.readings and other.nation.series == outlook.nation.series
        assert other.assessments == outlook.assessments
    for scenario in ("baseline", "ambitious"):
        first, second = (codes.numbers(base, base.scenario(scenario)) for base in (made, again))
        assert codes.largest_difference(first, second) == 0.0
    assert policy.catalogue(again) == policy.catalogue(made)
    assert policy.joint(again, "ambitious") == policy.joint(made, "ambitious")


def test_kept_draws_told_from_other_runs(tmp_path):
    """Kept draws are told from a published run with other numbers."""
    made = base(NEW)
    runs = []
    for name, shift in (("labour_productivity_real", 0.0), ("digital_economy_share", 0.01)):
        run_id = f"{name}-0123456789ab"
        folder = folders.out_folder(tmp_path) / run_id
        folder.mkdir(parents=True)
        samples = samples_table(made.outlooks[name], store())
        samples.assign(value=samples["value"] + shift).to_csv(folder / "samples.csv.gz", index=False)
        runs.append({"name": name, "run_id": run_id, "state": "succeeded", "manifest": ""})
    pd.Series({"plan": "default", "runs": runs}).to_json(pointer.path_of(tmp_path))
    assert kept_draws.published(tmp_path, made) == {"labour_productivity_real": "labour_productivity_real-0123456789ab"}
    assert kept_draws.published(tmp_path / "nothing", made) == {}


@pytest.mark.slow
def test_kept_draws_load_no_models(tmp_path):
    """Loading kept draws brings no model package into the process."""
    (tmp_path / "parameterized_runs").mkdir()
    (tmp_path / "data").symlink_to(files.find_root() / "data")
    program = (
        "import sys; from pathlib import Path; from forecast import evidence; from forecast.runs.scenarios import kept_draws\n"
        f"root = Path({str(tmp_path)!r}); store = evidence.load(root / 'data')\n"
        "base = kept_draws.load(root, store, 'hung_yen_2025', 'mic'); print(sorted(base.outlooks))\n"
        "print([name for name in ('statsmodels', 'prophet', 'papermill', 'scipy') if name in sys.modules])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert printed == ["['digital_economy_share', 'ecommerce_revenue', 'labour_productivity_real']", "[]"]


def test_changed_figures_draw_anew(tmp_path, monkeypatch):
    """What is kept is not drawn again and a change of the figures is another file."""
    (tmp_path / "parameterized_runs").mkdir()
    shutil.copytree(files.find_root() / "data", tmp_path / "data")
    monkeypatch.setattr(policy, "baseline", lambda *_, **__: base(NEW))
    first = kept_draws.write(tmp_path, NEW, "nso")
    monkeypatch.setattr(policy, "baseline", lambda *_, **__: pytest.fail("drawn twice"))
    assert kept_draws.write(tmp_path, NEW, "nso") == first
    with (tmp_path / "data" / "assumptions.yml").open("a", encoding="utf-8") as stream:
        stream.write("\n# changed\n")
    monkeypatch.setattr(policy, "baseline", lambda *_, **__: base(NEW))
    assert kept_draws.write(tmp_path, NEW, "nso") != first
