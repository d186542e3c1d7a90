"""What the warm processes of a plan load before any run is forked from them."""

from __future__ import annotations

from pathlib import Path

from forecast.runs.execution.executors import Pairs
from forecast.runs.plans import notebook

LATE_MODULES = (  # what the rooms import only when they need it
    "altair",
    "cmdstanpy.model",
    "prophet",
    "scipy.stats",
    "statsmodels.tsa.arima.model",
    "statsmodels.tsa.exponential_smoothing.ets",
    "statsmodels.tsa.statespace.structural",
    "vl_convert",
)
ROOMS = ("forecast.models", "forecast.evaluation", "forecast.policy")  # notebooks that import these need LATE_MODULES
RUNNER_MODULES = (
    *("papermill", "nbclient", "nbconvert.exporters", "nbformat", "jupyter_client.manager", "psutil"),
    "forecast.runs.execution.capped",
    "forecast.runs.processes.provisioner",
)


def for_kernels(waiting: Pairs, root: Path) -> list[str]:
    """The modules that the notebooks of the waiting runs import, and what those load later."""
    paths = dict.fromkeys(notebook.path_of(root, run.notebook) for run, _ in waiting)
    found = list(dict.fromkeys(name for path in paths for name in notebook.imports(path)))
    return [*found, *LATE_MODULES] if any(name in ROOMS for name in found) else found
