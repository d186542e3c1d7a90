"""What the kit's chances and bands did on other countries' series like the headline ones: the reference class of each.

`python benchmarks/bench_reference_class.py --data FOLDER [--write]` with macro_dev.parquet and refclass.csv in the folder. Every
origin of every series that looks like the nation's (LIKE) is forecast three years on from its last twelve points. `--write` renews
the table the kit ships and prints beside its own record. Neighbouring origins share years, so the windows are fewer than they look.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import revenue_pace
import table

from forecast import headline
from forecast.evaluation.events import event_pairs
from forecast.evaluation.reference import COLUMNS, FILE
from forecast.models import predict
from forecast.models.series.pace import Pace

STEPS, LONGEST, PATHS, SEED = 3, 12, 1000, 20260101
NAMES = {  # what the series of a class are, in both languages, and their sources
    headline.PRODUCTIVITY: (
        "Năng suất lao động của các nước tăng đều như Việt Nam",
        "Productivity of countries that grew as steadily as Viet Nam",
        "pwt_10_01+ilo_gdp_per_employed",
    ),
    headline.DIGITAL: (
        "Tỷ trọng kinh tế số và bán hàng trực tuyến của các nước",
        "Digital and online sales shares of other countries",
        "eurostat_ecom_turnover+ecommerce_offices",
    ),
    headline.ECOMMERCE: ("Doanh thu bán lẻ trực tuyến của các nước", "Online retail revenue of other countries", "ecommerce_offices"),
}
STEADY_GROWTH, STEADY_SD, YEARS_JUDGED = 0.04, 0.025, 10
FILES = ("macro_dev.parquet", "refclass.csv")
SHORTEST = 5  # years of past
CUT = 2013  # the pace is also learned on what was known by then, and tried from then on


@dataclass(frozen=True)
class Window:
    """A past that ends in `year` and the years that followed, three at least."""

    country: str
    year: int
    past: np.ndarray
    came: np.ndarray


def windows(series: pd.Series, country: str, shortest: int, steps: int = STEPS) -> Iterator[Window]:
    """Every origin of one series (index: years, values positive) with `steps` consecutive years after it at least."""
    values = series.sort_index()
    runs = (values.index.to_series().diff() != 1).cumsum()
    for _, run in values.groupby(runs.to_numpy()):
        for end in range(shortest, len(run) - steps + 1):
            yield Window(country, int(run.index[end - 1]), run.to_numpy()[max(0, end - LONGEST) : end], run.to_numpy()[end:])


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


def reference_windows(folder: Path, kinds: tuple[str, ...], names: str, shortest: int, steps: int = STEPS) -> list[Window]:
    """Series of the reference class by kind and name."""
    rows = pd.read_csv(folder / "refclass.csv")
    rows = rows[rows["kind"].isin(kinds) & rows["series"].str.contains(names)]
    return [
        window
        for (_, country), group in rows.groupby(["series", "country"])
        for window in windows(group.groupby("year")["value"].last(), country, shortest, steps)
    ]


def judged(chosen: list[Window], support: tuple[float, float | None], pace_for: Callable[[Window], Pace | None]) -> dict[str, float]:
    """Coverage of the 80 % band, the median's bias a year, and the chance of growth in every year beside how often it came."""
    inside, bias, pairs = [], [], []
    for window in chosen:
        came = window.came[:STEPS]
        forecast = predict(window.past, STEPS, support=support, pace=pace_for(window), seed=SEED, n_paths=PATHS)
        low, middle, high = forecast.quantiles((0.1, 0.5, 0.9))
        inside.append(float(((low <= came) & (came <= high)).mean()))
        bias.append(float(np.log(middle[-1] / came[-1]) / STEPS))
        pairs += [(given, happened) for _, given, happened in event_pairs("growth_every_year", window.past, forecast.paths, came)]
    given, happened = np.array(pairs, float).mean(axis=0)
    held, away = float(np.mean(inside)), 100.0 * float(np.expm1(np.median(bias)))
    return {"held80": held, "bias": away, "given": float(given), "happened": float(happened)}


def learn_paces(folder: Path) -> tuple[dict[str, Pace], list[dict[str, object]]]:
    """The pace of online revenue learned without each country, and rows that judge it against the default, later years left out too."""
    chosen = reference_windows(folder, ("revenue", "index"), "", SHORTEST, steps=1)
    origins = [revenue_pace.origin_of(window.country, window.year, window.past, window.came) for window in chosen]
    without = {country: [origin for origin in origins if origin.country != country] for country in sorted({origin.country for origin in origins})}
    paces = {country: revenue_pace.learned_pace(others) for country, others in without.items()}
    early = {country: [cut for origin in others if (cut := before(origin))] for country, others in without.items()}
    earlier = {country: revenue_pace.learned_pace(others) for country, others in early.items()}
    late = [origin for origin in origins if origin.year >= CUT]
    rows = []
    for what, tried, learned in (("countries left out", origins, paces), ("later years left out too", late, earlier)):
        own = np.concatenate([revenue_pace.scores(origin, learned[origin.country]) for origin in tried], axis=1)
        theirs = np.concatenate([revenue_pace.scores(origin, None) for origin in tried], axis=1)
        ratio = float(own[1].mean() / theirs[1].mean())
        biases = f"median {100 * own[0].mean():+.1f} % a year, the default's {100 * theirs[0].mean():+.1f}"
        rows.append(table.row(f"online revenue, WIS beside the default's, {len(tried)} origins, {what}", "<= 1", ratio, biases))
    print("learned on all:", revenue_pace.learned_pace(origins), "\nwithout:", paces, "\nearlier years:", earlier)
    return paces, rows


def before(origin: revenue_pace.Origin) -> revenue_pace.Origin | None:
    """What was known of an origin in the year CUT; None where nothing of what came was."""
    came = origin.came[: max(CUT - origin.year, 0)]
    return replace(origin, came=came) if len(came) else None


def main() -> None:
    """Measure each indicator's class, print, and write the shipped table where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "benchmarks")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if missing := [name for name in FILES if not (arguments.data / name).is_file()]:
        raise SystemExit(f"{', '.join(missing)} not found in {arguments.data}: make bench-reference DATA=FOLDER")
    shares = reference_windows(arguments.data, ("share", "digital_share"), "", SHORTEST)
    sales = reference_windows(arguments.data, ("revenue", "index"), "", SHORTEST)
    paces, bars = learn_paces(arguments.data)
    classes: dict[str, tuple[list[Window], tuple[float, float | None], Callable[[Window], Pace | None]]] = {
        headline.PRODUCTIVITY: (productivity_windows(arguments.data), (0.0, None), lambda _: None),
        headline.DIGITAL: (shares, (0.0, 100.0), lambda _: None),
        headline.ECOMMERCE: (sales, (0.0, None), lambda window: paces[window.country]),
    }
    rows = []
    for indicator, (chosen, support, pace_for) in classes.items():
        countries, figures = len({window.country for window in chosen}), judged(chosen, support, pace_for)
        name = dict(zip(("name_vi", "name_en", "source"), NAMES[indicator], strict=True))
        rows.append({"indicator": indicator, "windows": len(chosen), "countries": countries, "years": STEPS, **figures, **name})
        what = f"{indicator}, {len(chosen)} windows, {countries} countries"
        chance = f"given {figures['given']:.2f}, came {figures['happened']:.2f}; median {figures['bias']:+.1f} % a year beside what came"
        bars.append(table.row(f"80 % band held, {what}", "0.77..0.83", figures["held80"]))
        bars.append(table.row(f"growth in every year, chance less frequency, {what}", "-0.10..0.10", figures["given"] - figures["happened"], chance))
    table.write("reference_class", bars)
    if arguments.write:
        pd.DataFrame(rows, columns=list(COLUMNS)).round(4).to_csv(FILE, index=False, lineterminator="\n")
        print(f"written: {FILE}")


if __name__ == "__main__":
    main()
