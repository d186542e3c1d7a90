"""The bridge from the nation to a province where later years were hidden: coverage, width and error.

`python benchmarks/bench_bridge.py [--panels FOLDER]`: 61 provinces of the country, and the panels of other countries found in the
folder (panels.py names their sources). Settings learned on other members, beside the settings assumed before; both without the
hidden years of the member itself. `earlier` learns on the other members' years up to the origin alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
import panels
import table

from forecast import evaluation, evidence
from forecast.evaluation.hiding import GapPanel, learned_gap
from forecast.evaluation.measured import delta_difference, lag_table

SEED = 20260101
BAND = "0.77..0.83"
FIGURES = {
    "coverage80": "coverage of the 80 % band",
    "width": "its width, points a year",
    "error": "size of the error, points a year",
}


def main() -> None:
    """Hide, compare, and print the table; then what the figures measure of each assumption, and the delta."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panels", type=Path, help="folder with Produc.csv and gdpperemployee.csv (see panels.py)")
    folder = parser.parse_args().panels
    store = evidence.load()
    panel = evaluation.gap_panel(store)
    summary = summary_of(panel)
    others = dict(panels.read_panels(folder)) if folder else {}
    rows = rows_of("61 provinces", summary)
    for name, other in others.items():
        rows += rows_of(name, summary_of(other))
    table.write("bridge", rows)
    for name, other in others.items():
        model = learned_gap(other)
        print(f"{name}: drift's spread {model.drift_sd:.4f} log points a year, yearly noise {model.noise_sd:.4f}")
    print("\nby origin\n" + summary[summary["origin"] > 0].to_string(index=False))
    print("\nmeasured assumptions, log points\n" + evaluation.measured_assumptions(store).to_string(index=False))
    print("\ncorrelation of the gap's growth by lag\n" + lag_table(panel).to_string(index=False))
    faster, error, count = delta_difference(store, panel)
    print(f"\nRed River Delta ({count} provinces) against the others: {100 * faster:+.1f} points a year, standard error {100 * error:.1f}")


def summary_of(panel: GapPanel) -> pd.DataFrame:
    """What the bands of hidden years held, by settings, origin and years ahead."""
    return evaluation.hiding_summary(evaluation.hidden_cases(panel, seed=SEED, n_paths=2000))


def rows_of(name: str, summary: pd.DataFrame) -> list[dict[str, object]]:
    """Coverage, width and error over all origins, against the settings assumed before."""
    by = summary.set_index(["ahead", "origin", "settings"])
    rows = []
    for ahead in sorted(summary["ahead"].unique()):
        learned, before, earlier = (by.loc[(ahead, 0, settings)] for settings in ("learned", "before", "earlier"))
        what = f"{ahead} year{'s' if ahead > 1 else ''} ahead, {name}, {learned['cases']} cases"
        for key, figure in FIGURES.items():
            bar = BAND if key == "coverage80" else f"<= {before[key]:.2f}"
            peer = f"{before[key]:.3f} (assumed before), {earlier[key]:.3f} (earlier years only)"
            rows.append(table.row(f"{figure}, {what}", bar, learned[key], peer))
    return rows


if __name__ == "__main__":
    main()
