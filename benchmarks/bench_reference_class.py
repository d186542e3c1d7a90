"""What the kit's chances and bands did on other countries' series like the headline ones: the reference class of each.

`python benchmarks/bench_reference_class.py --data FOLDER [--write]` with macro_dev.parquet and refclass.csv in the folder. Every
origin of every series that looks like the nation's (LIKE) is forecast three years on from its last twelve points. `--write` renews
the table the kit ships and prints beside its own record. Neighbouring origins share years, so the windows are fewer than they look.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import table

from forecast import headline
from forecast.evaluation.events import event_pairs
from forecast.evaluation.reference import COLUMNS, FILE
from forecast.models import predict

STEPS, LONGEST, PATHS, SEED = 3, 12, 1000, 20260101
NAMES = {  # what the series of a class are, in both languages, and their sources
    headline.PRODUCTIVITY: (
        "năng suất lao động của các nước tăng đều như Việt Nam",
        "productivity of countries that grew as steadily as Viet Nam",
        "pwt_10_01+ilo_gdp_per_employed",
    ),
    headline.DIGITAL: (
        "tỷ trọng kinh tế số và bán hàng trực tuyến của các nước",
        "digital and online sales shares of other countries",
        "eurostat_ecom_turnover+ecommerce_offices",
    ),
    headline.ECOMMERCE: ("doanh thu bán lẻ trực tuyến của các nước", "online retail revenue of other countries", "ecommerce_offices"),
}
STEADY_GROWTH, STEADY_SD, YEARS_JUDGED = 0.04, 0.025, 10


@dataclass(frozen=True)
class Window:
    """A past and the three years that followed; `place` is the country."""

    place: str
    past: np.ndarray
    came: np.ndarray


def windows(series: pd.Series, place: str, shortest: int) -> Iterator[Window]:
    """Every origin of one series of consecutive years (index: years, values positive)."""
    values = series.sort_index()
    runs = (values.index.to_series().diff() != 1).cumsum()
    for _, run in values.groupby(runs.to_numpy()):
        for end in range(shortest, len(run) - STEPS + 1):
            yield Window(place, run.to_numpy()[max(0, end - LONGEST) : end], run.to_numpy()[end : end + STEPS])


def is_steady(window: Window) -> bool:
    """Like Viet Nam's productivity: at least 4 % a year over the last ten years, by less than 2.5 points of deviation."""
    growth = np.diff(np.log(window.past))[-YEARS_JUDGED:]
    return len(growth) == YEARS_JUDGED and growth.mean() >= np.log1p(STEADY_GROWTH) and growth.std(ddof=1) < STEADY_SD


def productivity_windows(folder: Path) -> list[Window]:
    """GDP per person engaged (Penn World Table) and per employed person (ILO), of the countries that grew as Viet Nam does."""
    macro = pd.read_parquet(folder / "macro_dev.parquet")
    chosen = macro[macro["dataset"].isin(["GDPW_PWT", "GDPW_ILO"])]
    made = [
        window
        for _, group in chosen.groupby("unique_id")
        for window in windows(group.set_index(group["first_year"] + group["t"] - 1)["y"], group["geo"].iloc[0], YEARS_JUDGED + 1)
    ]
    return [window for window in made if is_steady(window)]


def reference_windows(folder: Path, kinds: tuple[str, ...], names: str, shortest: int) -> list[Window]:
    """Series of the reference class by kind and name."""
    rows = pd.read_csv(folder / "refclass.csv")
    rows = rows[rows["kind"].isin(kinds) & rows["series"].str.contains(names)]
    return [
        window
        for (_, country), group in rows.groupby(["series", "country"])
        for window in windows(group.groupby("year")["value"].last(), country, shortest)
    ]


def judged(found: list[Window], support: tuple[float, float | None]) -> dict[str, float]:
    """Coverage of the 80 % band, the median's bias a year, and the chance of growth in every year beside how often it came."""
    inside, bias, pairs = [], [], []
    for window in found:
        forecast = predict(window.past, STEPS, support=support, seed=SEED, n_paths=PATHS)
        low, middle, high = forecast.quantiles((0.1, 0.5, 0.9))
        inside.append(float(((low <= window.came) & (window.came <= high)).mean()))
        bias.append(float(np.log(middle[-1] / window.came[-1]) / STEPS))
        pairs += [(given, happened) for _, given, happened in event_pairs("growth_every_year", window.past, forecast.paths, window.came)]
    given, happened = np.array(pairs, float).mean(axis=0)
    held, away = float(np.mean(inside)), 100.0 * float(np.expm1(np.median(bias)))
    return {"held80": held, "bias": away, "given": float(given), "happened": float(happened)}


def main() -> None:
    """Measure each indicator's class, print, and write the shipped table where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "benchmarks")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    classes = {
        headline.PRODUCTIVITY: (productivity_windows(chosen.data), (0.0, None)),
        headline.DIGITAL: (reference_windows(chosen.data, ("share", "digital_share"), "eurostat|digital|share", 5), (0.0, 100.0)),
        headline.ECOMMERCE: (reference_windows(chosen.data, ("revenue", "index"), "", 5), (0.0, None)),
    }
    rows, bars = [], []
    for indicator, (found, support) in classes.items():
        places, figures = len({window.place for window in found}), judged(found, support)
        name = dict(zip(("name_vi", "name_en", "source"), NAMES[indicator], strict=True))
        rows.append({"indicator": indicator, "windows": len(found), "countries": places, "years": STEPS, **figures, **name})
        what = f"{indicator}, {len(found)} windows, {places} countries"
        chance = f"given {figures['given']:.2f}, came {figures['happened']:.2f}; median {figures['bias']:+.1f} % a year beside what came"
        bars.append(table.row(f"80 % band held, {what}", "0.77..0.83", figures["held80"]))
        bars.append(table.row(f"growth in every year, chance less frequency, {what}", "-0.10..0.10", figures["given"] - figures["happened"], chance))
    table.write("reference_class", bars)
    if chosen.write:
        pd.DataFrame(rows, columns=list(COLUMNS)).round(4).to_csv(FILE, index=False, lineterminator="\n")
        print(f"written: {FILE}")


if __name__ == "__main__":
    main()
