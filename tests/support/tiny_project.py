"""A small real project in a temporary folder: real notebooks and plans, real kernels, no figures."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import nbformat
import pandas as pd
import yaml

from forecast.columns import QUANTILE_LEVELS
from forecast.runs.execution import execute
from forecast.runs.plans import plan

EVALUATION = "04_evaluation"
PROVINCE = "01_labour_productivity"
SHARE, COMMERCE = "02_digital_economy_share", "03_ecommerce_revenue"
EVALUATION_DEFAULTS = {"as_of": "latest", "seed": 1, "n_paths": 200}
PROVINCE_DEFAULTS = {
    "territory": "hung_yen_pre2025",
    "measure": "nso",
    "horizon_year": 2030,
    "scenario": "baseline",
    "method": "default",
    **EVALUATION_DEFAULTS,
}
RECORD = "from forecast.runs import record\nrecord.save({}, {'as_of': '2026-01-31', 'seed': seed})\nrecord.finish()"


def make(root: Path, notebooks: Mapping[str, Sequence[str]], runs: Sequence[Mapping], name: str = "default") -> Path:
    """Write notebooks (id -> sources of its code cells after the parameters cell) and one plan; the plan's path."""
    (root / "parameterized_runs" / "plans").mkdir(parents=True, exist_ok=True)
    for notebook_id, sources in notebooks.items():
        write_notebook(root, notebook_id, sources)
    return write_plan(root, runs, name)


def write_notebook(root: Path, notebook_id: str, sources: Sequence[str], tagged: int | None = 0) -> None:
    """Write a notebook whose code cell number `tagged` carries the tag 'parameters'."""
    defaults = EVALUATION_DEFAULTS if notebook_id == EVALUATION else PROVINCE_DEFAULTS
    literals = "\n".join(f"{name} = {value!r}" for name, value in defaults.items())
    cells = [nbformat.v4.new_code_cell(source) for source in (literals, *sources)]
    if tagged is not None:
        cells[tagged].metadata["tags"] = ["parameters"]
    spec = {"name": "not_installed_here", "display_name": "?", "language": "python"}
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Sổ tính thử"), *cells], metadata={"kernelspec": spec}
    )
    (root / "notebooks").mkdir(exist_ok=True)
    nbformat.write(book, root / "notebooks" / f"{notebook_id}.ipynb")


def write_plan(root: Path, runs: Sequence[Mapping], name: str = "default", **changes: object) -> Path:
    """Write a plan with the defaults of the tiny notebooks; `changes` replace top-level keys."""
    content = {
        "name": name,
        "title": {"vi": "Thử", "en": "Trial"},
        "defaults": dict(EVALUATION_DEFAULTS),
        "runs": list(runs),
    }
    path = root / "parameterized_runs" / "plans" / f"{name}.yml"
    path.write_text(yaml.safe_dump({**content, **changes}, allow_unicode=True), encoding="utf-8")
    return path


def run_of(name: str, notebook: str = EVALUATION, **parameters: object) -> dict:
    """One entry of a plan's runs, province notebooks with all their parameters."""
    given = parameters if notebook == EVALUATION else {**PROVINCE_DEFAULTS, **parameters}
    return {"name": name, "notebook": notebook, "parameters": given}


def execute_plan(root: Path, path: Path, **options: object):
    """The report of running the plan at `path`, its results by name, and what was said meanwhile."""
    chosen = plan.load(path, root, today=date(2026, 11, 24))
    stream = io.StringIO()
    report = execute.run(chosen, root, stream=stream, **options)
    return report, {result.name: result for result in report.results}, stream.getvalue()


def forecast_table(**changes: object) -> pd.DataFrame:
    """A sound forecast table of two target periods."""
    rows = [
        {"origin": 2024, "horizon": h, "target_period": 2024 + h, "indicator": "labour_productivity_real", "measure": "nso",
         "territory": "hung_yen_pre2025", "quantity": "level", "unit": "vnd_mn_per_worker", "scenario": "baseline",
         "method": "default", "ink": "forecast", "output_type": "quantile", "output_type_id": level, "value": 100 + h + 10 * level}
        for h in (1, 2)
        for level in QUANTILE_LEVELS
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(**changes)
