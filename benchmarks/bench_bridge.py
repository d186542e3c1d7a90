"""The bridge from the nation to a province on 61 provinces whose later years were hidden: coverage, width and error.

`python benchmarks/bench_bridge.py`. Settings learned on other provinces, beside the settings assumed before; both without the
hidden years of the province itself. `earlier` learns on the other provinces' years up to the origin alone.
"""

from __future__ import annotations

import table

from forecast import evaluation, evidence
from forecast.evaluation.hiding import gap_panel
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
    store = evidence.load()
    summary = evaluation.hiding_summary(evaluation.hidden_cases(store, seed=SEED, n_paths=2000))
    by = summary.set_index(["ahead", "origin", "settings"])
    rows = []
    for ahead in sorted(summary["ahead"].unique()):
        learned, before, earlier = (by.loc[(ahead, 0, settings)] for settings in ("learned", "before", "earlier"))
        what = f"{ahead} year{'s' if ahead > 1 else ''} ahead, {learned['cases']} cases"
        for name, figure in FIGURES.items():
            bar = BAND if name == "coverage80" else f"<= {before[name]:.2f}"
            peer = f"{before[name]:.3f} (assumed before), {earlier[name]:.3f} (earlier years only)"
            rows.append(table.row(f"{figure}, {what}", bar, learned[name], peer))
    table.write("bridge", rows)
    print("\nby origin\n" + summary[summary["origin"] > 0].to_string(index=False))
    print("\nmeasured assumptions, log points\n" + evaluation.measured_assumptions(store).to_string(index=False))
    panel = gap_panel(store)
    print("\ncorrelation of the gap's growth by lag\n" + lag_table(panel).to_string(index=False))
    faster, error, count = delta_difference(store, panel)
    print(f"\nRed River Delta ({count} provinces) against the others: {100 * faster:+.1f} points a year, standard error {100 * error:.1f}")


if __name__ == "__main__":
    main()
