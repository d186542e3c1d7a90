"""Golden results: what every scenario file gives, kept beside it, so that a change of the numbers is always seen and meant."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from forecast import evidence, files, headline, policy
from forecast.domain import Text, because
from forecast.errors import ForecastError
from forecast.evidence import Evidence
from forecast.policy.scenarios.baselines import Baseline, outcome, simulate

AS_OF, PATHS = "2026-10-05", 1000  # a fixed day: figures that arrive later do not move a golden result
OFFICE = "nso"
COLUMNS = ("territory", "measure", "indicator", "quantity", "year", "low", "median", "high")
CLOSE = 1e-6


def views(store: Evidence) -> list[tuple[str, str]]:
    """Territories and measures that have golden results: each of the province's by the statistics office, today's by every measure."""
    today, *before = headline.territories(store)
    others = [measure for measure in headline.choices_of_measure(store) if measure != OFFICE]
    return [*((territory, OFFICE) for territory in reversed(before)), (today, OFFICE), *((today, measure) for measure in others)]


def results(store: Evidence) -> tuple[dict[str, list[tuple]], dict[str, Text]]:
    """By scenario its rows, and why others have none here (a lever without figures to rest on).

    Rows are quantiles (10, 50, 90 %) of the level by year, and of the outcome at the horizon.
    """
    results: dict[str, list[tuple]] = {name: [] for name in store.scenarios if "@" not in name}
    refused: dict[str, Text] = {}
    for territory, measure in views(store):
        base = policy.baseline(store, territory, measure=measure, as_of=AS_OF, n_paths=PATHS)
        for name in [name for name in results if store.scenarios[name].territory in ("", territory) and name not in refused]:
            try:
                results[name] += _rows(base, name, territory, measure)
            except ForecastError as error:
                refused[name] = because(error)
    return {name: rows for name, rows in results.items() if name not in refused}, refused


def _rows(base: Baseline, scenario: str, territory: str, measure: str) -> list[tuple]:
    rows = []
    for indicator, levels in simulate(base, scenario).items():
        by = base.outlooks[indicator].measure
        if measure != OFFICE and by != measure:
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


def write(root: Path) -> tuple[list[Path], dict[str, Text]]:
    """Write the golden result of every scenario beside its file; the paths, and why some have none."""
    written = []
    answered, refused = results(evidence.load(root / "data"))
    for name, rows in answered.items():
        buffer = io.StringIO()
        out = csv.writer(buffer, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows([*row[:5], *(f"{value:.10g}" for value in row[5:])] for row in rows)
        files.write_whole(path_of(root, name), buffer.getvalue())
        written.append(path_of(root, name))
    return written, refused


def differences(root: Path) -> list[Text]:
    """Every scenario whose numbers are not those of its golden result, with the largest difference."""
    answered, refused = results(evidence.load(root / "data"))
    texts = [f"{name}: " + why for name, why in refused.items() if path_of(root, name).exists()]
    for name, rows in answered.items():
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
