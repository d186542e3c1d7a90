"""What each named method had said of the nation in the runs that the ledger holds, beside the national figures that came since.

A run records the medians of every method for the nation's level (`methods`) and the level it started from (`nation`). Of an indicator
whose national figures are growth rates, a year's growth is taken from those medians: a level's base may be revised, its growth is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from forecast import ledger
from forecast.domain import Observation, Series, Text
from forecast.evaluation import scores
from forecast.evidence import Evidence
from forecast.headline import studies
from forecast.publish import words
from forecast.publish.exhibits import Exhibit, table
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import phrase
from forecast.runs import folders
from forecast.runs.publication import ledger as ledger_file

NOT_PUBLISHED = ("derived", "assumption")
GROUP = ["indicator", "measure", "unit", "ahead", "method"]


def outcomes(root: Path, store: Evidence, year: int) -> pd.DataFrame:
    """One row for each method, national year and day of forecast whose figure became known in `year`: what was said, what came.

    Columns: those of GROUP (`ahead` counts from the last national figure known then), as_of, period, said, observed. Runs of one day on
    one national series say the same and count once.
    """
    entered = {row["run_id"]: row for row in ledger.read(ledger_file.read(root))}
    rows = [row for run_id, entry in entered.items() for row in _of_run(folders.out_folder(root) / run_id, entry, store, year)]
    columns = [*GROUP, "as_of", "period", "said", "observed"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates([*GROUP, "as_of", "period"], ignore_index=True)


def _of_run(folder: Path, entry: dict[str, str], store: Evidence, year: int) -> Iterator[dict[str, Any]]:
    tables = {name: folder / folders.table_file(name) for name in ("methods", "nation")}
    study, day = studies(store).get(entry["indicator"]), date.fromisoformat(entry["as_of"])
    if study is None or not all(path.exists() for path in tables.values()):  # pruned, or a record of something else
        return
    key, kind = study.of_nation(entry["measure"])
    arrived = _arrived(store.series(key, as_of=day, kind=kind), store.series(key, kind=kind))
    came = {figure.period.first: figure for figure in arrived if figure.vintage.year == year}
    levels = pd.read_csv(tables["nation"])
    levels = levels[levels["quantity"] == "level"].set_index("period")["value"]
    for method, rows in pd.read_csv(tables["methods"]).groupby("method"):
        medians = rows.set_index("period")["median"].sort_index()
        start = medians.index.min() - 1
        before = pd.concat([levels[levels.index == start], medians]).shift(1).loc[medians.index]
        spoken = 100 * (medians / before - 1) if kind == "growth" else medians
        for period, figure in came.items():
            if period in spoken.index and pd.notna(spoken[period]):
                about = {"indicator": entry["indicator"], "measure": entry["measure"], "unit": figure.unit, "ahead": period - start}
                yield about | {"method": method, "as_of": entry["as_of"], "period": period, "said": float(spoken[period]), "observed": figure.value}


def _arrived(before: Series, now: Series) -> Iterator[Observation]:
    """The published figures of years of which none was published then."""
    for figure in now.points:
        old = before.at(figure.period.first)
        if figure.status not in NOT_PUBLISHED and (old is None or old.status in NOT_PUBLISHED):
            yield figure


def measured(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each of GROUP: how often, bias (observed - said) and MAE in the unit, and the MAE over the last figure's repeated."""
    made = []
    for names, part in rows.groupby(GROUP, sort=True):
        off = scores.error(part["observed"], part["said"])
        counted = {"count": len(part), "bias": float(off.mean()), "mae": scores.mae(part["observed"], part["said"])}
        made.append(dict(zip(GROUP, names, strict=True)) | counted)
    table = pd.DataFrame(made, columns=[*GROUP, "count", "bias", "mae"])
    naive = table[table["method"] == "naive"].set_index(GROUP[:-1])["mae"]
    table["relative"] = [row["mae"] / naive.get(tuple(row[name] for name in GROUP[:-1]), float("nan")) for row in table.to_dict("records")]
    return table


def exhibits(rows: pd.DataFrame) -> Iterator[Exhibit]:
    """A table of `measured` for each indicator and measure, the best of each step first."""
    for (indicator, measure, unit), part in rows.groupby(GROUP[:3], sort=True):
        about = " (" + words.measure_text(measure) + "; " + words.unit_text(unit) + ")"
        title = words.indicator_text(indicator) + Text(", cả nước", ", the nation") + about
        yield table("evaluation_methods", title, map(_line, words.rows_of(part.sort_values(["ahead", "mae"], kind="stable"))))


def _line(row: dict[str, Any]) -> dict[Text, Text]:
    return {
        Text("Số năm sau số liệu cuối", "Years after the last figure"): Text.same(row["ahead"]),
        Text("Phương pháp", "Method"): phrase(vocabulary.METHODS, row["method"]),
        Text("Số lần", "Count"): Text.same(row["count"]),
        Text("Lệch", "Bias"): words.number(row["bias"], 2),
        Text.same("MAE"): words.number(row["mae"], 2),
        Text("So với giữ nguyên số cuối", "Against keeping"): words.number(row["relative"], 2),
    }
