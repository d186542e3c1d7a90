"""What a right answer holds, counted anew: draws are asked of the kit, every number of an answer is counted from them here."""

from __future__ import annotations

import csv
import json
import math
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import numpy as np

from forecast import evidence, policy
from forecast.files import find_root
from forecast.models.provincial.province import draw_others
from forecast.models.provincial.routes import follows_platforms

ROOT = find_root()
HOME = ROOT / "parameterized_runs"
PRODUCTIVITY, DIGITAL, SALES = "labour_productivity_real", "digital_economy_share", "ecommerce_revenue"
MERGED, BEFORE = "hung_yen_2025", "hung_yen_pre2025"


def number(value: float, digits: int = 1) -> str:
    """1.234,5 as a Vietnamese reader writes it, rounded half up."""
    text = f"{Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}"
    return text.translate(str.maketrans(",.-", ".,−"))


def money(value: float) -> str:
    """Thousand billion VND, a nought after the comma left out."""
    return number(value / 1000.0).removesuffix(",0")


def likely(chance: float) -> str:
    """A chance in words, to the nearest 5 %."""
    if chance < 0.05:
        return "dưới 5 %"
    return "trên 95 %" if chance > 0.95 else f"khoảng {5 * math.floor(chance * 20 + 0.5 + 1e-9)} %"


@cache
def published() -> dict[tuple[str, str, str], Path]:
    """The folder of each published run by indicator, territory and measure."""
    runs = json.loads((HOME / "published.json").read_text("utf-8"))["runs"]
    paths = [HOME / "out" / run["run_id"] for run in runs]
    folders = {}
    for path in paths:
        summary = json.loads((path / "summary.json").read_text("utf-8"))
        if "median" in summary:
            folders[summary["indicator"], summary["territory"], summary["measure"]] = path
    return folders


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a recorded table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def store() -> evidence.Evidence:
    """The figures as of the newest day."""
    return evidence.load(ROOT / "data")


@cache
def draws(indicator: str, territory: str, measure: str) -> tuple[dict[int, np.ndarray], policy.Outlook]:
    """Levels by year, per draw, of the published run's own question."""
    parameters = json.loads((published()[indicator, territory, measure] / "parameters.json").read_text("utf-8"))
    outlook = policy.outlook(store(), indicator, **{**parameters, "territory": territory, "measure": measure})
    return {year: outlook.levels[:, column] for column, year in enumerate(outlook.years)}, outlook


def average(levels: dict[int, np.ndarray], first: int, last: int) -> np.ndarray:
    """Average growth from `first` to `last`, % a year, per draw."""
    return 100 * ((levels[last] / levels[first - 1]) ** (1 / (last - first + 1)) - 1)


def slowest(levels: dict[int, np.ndarray], first: int, last: int) -> np.ndarray:
    """Growth of the slowest year from `first` to `last`, %, per draw."""
    return np.min([100 * (levels[year] / levels[year - 1] - 1) for year in range(first, last + 1)], axis=0)


def band(values: np.ndarray, say=number) -> tuple[str, str]:
    """The middle, and the ends of the 80 % band as a sentence joins them."""
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9))
    return say(middle), f"{say(low)}–{say(high)}"


def growth(territory: str) -> dict[str, list[str]]:
    """The programme's 7 % a year: the years that are over, the years ahead."""
    levels, _ = draws(PRODUCTIVITY, territory, "nso")
    past, ahead = average(levels, 2021, 2025), average(levels, 2026, 2030)
    met, every = (past >= 7).mean(), (slowest(levels, 2021, 2025) >= 7).mean()
    words = ["đạt 7 % (QĐ 571/QĐ-UBND) tính bình quân"] if met >= 0.95 else [likely(met)]
    words.append("nhưng không phải năm nào cũng đạt" if every <= 0.05 else f"năm nào cũng đạt: {likely(every)}")
    return {
        "past": [f"2021-2025 tăng bình quân {band(past)[0]} %/năm ({band(past)[1]})", *words],
        "ahead": [f"2026-2030: khoảng {band(ahead)[0]} %/năm ({band(ahead)[1]})",
                  f"khả năng đạt 7 % tính bình quân: {likely((ahead >= 7).mean())}",
                  f"năm nào cũng đạt: {likely((slowest(levels, 2026, 2030) >= 7).mean())}"],
    }  # fmt: skip


def share(territory: str, measure: str) -> list[str]:
    """The digital share of 2025 with its band, and the chance of 20 %."""
    levels, _ = draws(DIGITAL, territory, measure)
    middle, ends = band(levels[2025])
    met = f"khả năng năm 2025 đã đạt 20 % (QĐ 571/QĐ-UBND): {likely((levels[2025] >= 20).mean())}"
    return [f"năm 2025 khoảng {middle} % ({ends})", "tỉnh chưa công bố số nào", met]


def documents(territory: str, measure: str) -> list[str]:
    """Every document's share of 2030 with its chance, and the territory it was set for where that is another."""
    levels, outlook = draws(DIGITAL, territory, measure)
    wanted = []
    for held in outlook.assessments:
        target = held.target
        if target.last == 2030 and target.value is not None and target.kind == "level":
            document = target.document.split("(")[0].split(",")[0].strip()
            wanted += [document, f"{number(target.value, 0)} %", likely((levels[2030] >= target.value).mean())]
    return wanted


def sales(territory: str) -> dict[str, list[str]]:
    """Online revenue of 2025 with its band, and by each of its two routes."""
    levels, outlook = draws(SALES, territory, "moit")
    middle, ends = band(levels[2025], money)
    follows = follows_platforms(len(outlook.levels), float(store().assumptions["ecommerce_platform_weight"]["value"]))
    parts = [band(levels[2025][part], money) for part in (follows, ~follows)]
    return {"now": [f"năm 2025 khoảng {middle} nghìn tỷ đồng ({ends})", "1,1 nghìn tỷ đồng (2022)"],
            "routes": [f"{middle} nghìn tỷ đồng ({ends})" for middle, ends in parts]}  # fmt: skip


def best_chance(target_value: float) -> tuple[bool, float]:
    """Whether 80 % can be reached for a share of 2030 within the levers' ranges, and the best chance, counted on the moved draws."""
    base = policy.baseline(store(), MERGED)
    target = next(held.target for held in base.outlooks[DIGITAL].assessments if held.target.last == 2030 and held.target.value == target_value)
    solution = policy.solve(base, target.id, 0.8)
    levels = policy.simulate(base, solution.scenario)[DIGITAL]
    reached = float((levels[:, base.outlooks[DIGITAL].years.index(2030)] >= target_value - 1e-9).mean())
    return solution.possible, reached


def replayed(indicator: str, measure: str) -> tuple[int, int, int]:
    """Of the years ahead on earlier days: how many came, inside the band, above the middle (the newest figure of each year)."""
    newest: dict[tuple[str, ...], dict[str, str]] = {}
    for pointer in sorted(HOME.glob("published-replay*.json")):
        for run in json.loads(pointer.read_text("utf-8"))["runs"]:
            folder = HOME / "out" / run["run_id"]
            if not (folder / "later.csv").exists():
                continue
            summary = json.loads((folder / "summary.json").read_text("utf-8"))
            for row in rows(folder / "later.csv"):
                about = (pointer.stem, row["territory"], row["quantity"], row["period"])
                same = (summary["indicator"], summary["measure"]) == (indicator, measure) and int(row["period"]) >= int(summary["as_of"][:4])
                if same and row["published"] and row["vintage"] > newest.get(about, {"vintage": ""})["vintage"]:
                    newest[about] = row
    came = list(newest.values())
    inside = sum(float(row["forecast_low"]) <= float(row["published"]) <= float(row["forecast_high"]) for row in came)
    return len(came), inside, sum(float(row["published"]) > float(row["forecast_median"]) for row in came)


def before_and_now(indicator: str, territory: str, measure: str) -> tuple[float, float] | None:
    """The middle printed by the publication before and by this one; None where there was none."""
    history = sorted((HOME / "publications" / "default").glob("*.json"))
    now = published()[indicator, territory, measure]
    for path in reversed(history):
        for run in json.loads(path.read_text("utf-8"))["runs"]:
            folder = HOME / "out" / run["run_id"]
            summary = json.loads((folder / "summary.json").read_text("utf-8"))
            asked = tuple(summary.get(name) for name in ("indicator", "territory", "measure"))
            if folder != now and asked == (indicator, territory, measure):
                return summary["median"], json.loads((now / "summary.json").read_text("utf-8"))["median"]
    return None


def places(territory: str) -> list[str]:
    """The 80 % band of a province's place in growth ahead and in level now among those of its time, counted path by path."""
    _, outlook = draws(PRODUCTIVITY, territory, "nso")
    day = outlook.as_of
    names = [
        name
        for name, province in store().territories.items()
        if province.kind == "province" and (province.valid_from or day) <= day <= (province.valid_to or day)
    ]
    others = draw_others(store(), outlook.study, outlook.question, outlook.nation, [name for name in names if name != territory])
    spoken = []
    for first, last in ((None, 2025), (2025, 2030)):
        ends = [outlook.years.index(year) for year in (last, first or last)]
        pairs = [[drawn.levels[:, end] for end in ends] for drawn in (outlook.draws, *others.values())]
        values = [end / start if first else end for end, start in pairs]
        above = sorted(int(rank) for rank in 1 + sum((other > values[0]).astype(int) for other in values[1:]))
        low, high = (above[math.ceil(end * len(above) - 1e-9) - 1] for end in (0.1, 0.9))
        spoken.append(f"đứng thứ {low} đến {high} trên {len(names)}")
    return spoken


def helping(indicator: str, territory: str, measure: str) -> list[str]:
    """The missing figure that narrows the printed band most, by one percent or more; that none does where that is so."""
    told = rows(published()[indicator, territory, measure] / "information.csv")
    judged = [row for row in told if row["quantity"] == "growth_average"] or told
    seen = [row for row in judged if number(float(row["band_now"])) != number(float(row["band_with"])) and float(row["narrowing_percent"]) >= 1]
    best = max(seen, key=lambda row: float(row["narrowing_percent"]), default=None)
    return [best["name_vi"]] if best else ["Không một số liệu quá khứ nào"]
