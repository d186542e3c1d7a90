"""The small notebook of the baselines, as a project of its own: exponential smoothing of 15 points and one chart.

It is short on purpose: what it takes is what a run costs besides its own computing.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

from forecast.domain import Text
from forecast.runs.plans.plan import Plan, PlannedRun

NOTEBOOK = "04_evaluation"  # the document whose parameters it takes
PARAMETERS = {"as_of": "latest", "seed": 1, "n_paths": 200}
CELLS = (
    "import altair as alt\nimport numpy as np\nimport pandas as pd\nfrom forecast.runs import record\n"
    "from statsmodels.tsa.exponential_smoothing.ets import ETSModel",
    "noise = np.random.default_rng(seed).standard_normal(15)\n"
    "series = pd.Series(100 * 1.07 ** np.arange(15) * (1 + 0.02 * noise))\n"
    "fit = ETSModel(series, error='add', trend='add', damped_trend=True).fit(disp=False)\n"
    "ahead = fit.forecast(5)",
    "points = pd.DataFrame({'year': range(2010, 2030), 'value': [*series, *ahead]})\n"
    "alt.Chart(points).mark_line().encode(x='year', y='value')",
    "record.save({'points': points}, {'as_of': '2026-01-31', 'seed': seed})\nrecord.finish()",
)


def make(root: Path, count: int, name: str = "many") -> Plan:
    """Write the project at `root`; a plan of `count` runs that differ in their seed."""
    literals = "\n".join(f"{key} = {value!r}" for key, value in PARAMETERS.items())
    cells = [nbformat.v4.new_code_cell(source) for source in (literals, *CELLS)]
    cells[0].metadata["tags"] = ["parameters"]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (root / "parameterized_runs").mkdir(parents=True, exist_ok=True)
    (root / "notebooks").mkdir(exist_ok=True)
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    nbformat.write(book, root / "notebooks" / f"{NOTEBOOK}.ipynb")
    runs = tuple(PlannedRun(f"run_{seed}", NOTEBOOK, {**PARAMETERS, "seed": seed}) for seed in range(1, count + 1))
    return Plan(name, Text("Nhiều lượt", "Many runs"), runs)
