"""The places under parameterized_runs/ and the names of what lies in them."""

from __future__ import annotations

from pathlib import Path

TEMPORARY = ".tmp-"  # before the id of a run that is not finished
RUN_DIR = "FORECAST_RUN_DIR"  # the environment variable that tells a notebook where it records
TOKEN = "complete.json"  # in a run's folder: the notebook came to its end
COMPRESSED = ("samples", "quantiles", "paths")


def home(root: Path) -> Path:
    """The folder of everything that runs leave."""
    return root / "parameterized_runs"


def out_folder(root: Path) -> Path:
    """The folder that holds one folder per finished run."""
    return home(root) / "out"


def table_file(name: str) -> str:
    """The file name of a recorded table."""
    return f"{name}.csv.gz" if name in COMPRESSED else f"{name}.csv"


def plans_folder(root: Path) -> Path:
    """Where the plans lie."""
    return home(root) / "plans"


def ledger_path(root: Path) -> Path:
    """The file that keeps every published forecast."""
    return home(root) / "ledger.csv"


def pointers(root: Path) -> list[Path]:
    """The pointers of every plan of which something was published, that of the plan 'default' included."""
    return sorted(home(root).glob("published*.json"))


def scenarios_folder(root: Path) -> Path:
    """Where saved scenarios lie: <code>.json, and the figures behind them as data-<digest>.zip."""
    return home(root) / "scenarios"


def draws_folder(root: Path) -> Path:
    """Where the draws lie that are kept for an app."""
    return home(root) / "drawn"
