"""Golden results: what every scenario file gives, kept beside it, so that a change of the numbers is always seen and meant."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from forecast import evidence, files, policy
from forecast.domain import Text
from forecast.evidence import Evidence
from forecast.policy.scenarios.baselines import Baseline, outcome, simulate

AS_OF, PATHS = "2026-10-05", 1000  # a fixed day: figures that arrive later do not move a golden result
TERRITORIES = (("hung_yen_pre2025", "nso"), ("hung_yen_2025", "nso"), ("hung_yen_2025", "mic"))
COLUMNS = ("territory", "measure", "indicator", "quantity", "year", "low", "median", "high")
CLOSE = 1e-6


def results(store: Evidence) -> dict[str, list[tuple]]:
    """The rows of every scenario by id: quantiles (10, 50, 90 %) of the level by year, and of the outcome at the horizon."""
    results: dict[str, list[tuple]] = {name: [] for name in store.scenarios if "@" not in name}
    for territory, measure in TERRITORIES:
        base = policy.baseline(store, territory, measure=measure, as_of=AS_OF, n_paths=PATHS)
        for name, rows in results.items():
            if store.scenarios[name].territory in ("", territory):
                rows += _rows(base, name, territory, measure)
    return results


def _rows(base: Baseline, scenario: str, territory: str, measure: str) -> list[tuple]:
    rows = []
    for indicator, levels in simulate(base, scenario).items():
        by = base.outlooks[indicator].measure
        if measure != "nso" and by != measure:
            continue  # the other two indicators are the same under either measure of the digital economy
        years = base.grounds[indicator].years
        start, end = years.index(2020) if 2020 in years else 0, years.index(base.horizon_year)
        for column in range(start, end + 1):
            ends = np.quantile(levels[:, column], (0.1, 0.5, 0.9))
            rows.append((territory, by, indicator, "level", years[column], *ends))
        ends = np.quantile(outcome(base, indicator, levels), (0.1, 0.5, 0.9))
        rows.append((territory, by, indicator, "outcome", base.horizon_year, *ends))
    return rows


def path_of(root: Path, scenario: str) -> Path:
    """The golden result of a scenario, beside its file."""
    return root / "data" / evidence.SCENARIOS / f"{scenario}.golden.csv"


def write(root: Path) -> list[Path]:
    """Write the golden result of every scenario beside its file; the paths."""
    written = []
    for name, rows in results(evidence.load(root / "data")).items():
        buffer = io.StringIO()
        out = csv.writer(buffer, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows([*row[:5], *(f"{value:.10g}" for value in row[5:])] for row in rows)
        files.write_whole(path_of(root, name), buffer.getvalue())
        written.append(path_of(root, name))
    return written


def differences(root: Path) -> list[Text]:
    """Every scenario whose numbers are not those of its golden result, with the largest difference."""
    texts = []
    for name, rows in results(evidence.load(root / "data")).items():
        path = path_of(root, name)
        if not path.exists():
            texts.append(Text(f"{name}: chưa có kết quả chuẩn.", f"{name}: there is no golden result."))
            continue
        golden = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))[1:]
        if [tuple(row[:5]) for row in golden] != [tuple(map(str, row[:5])) for row in rows]:
            texts.append(Text(f"{name}: các dòng khác nhau.", f"{name}: the rows differ."))
            continue
        now, then = (np.array([row[5:] for row in table], dtype=float) for table in (rows, golden))
        worst = float(np.max(np.abs(now - then) / np.maximum(1.0, np.abs(then))))
        if worst > CLOSE:
            texts.append(Text(f"{name}: lệch {worst:.2g}.", f"{name}: differs by {worst:.2g}."))
    return texts
