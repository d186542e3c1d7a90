"""What only one indicator has to tell: growth on average and every year, its accounting; two measures and the sectors of the digital share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from forecast.domain import Key, Text
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.publish import words
from forecast.publish.exhibits import Exhibit, table
from forecast.publish.exhibits.evidence import SOURCE, sources_of
from forecast.publish.exhibits.outlook import YEAR
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import DASH
from forecast.publish.words.vocabulary import phrase, sentence


def growth_chances(every: pd.DataFrame) -> Exhibit:
    """The chance of growing by each rate on average over the years ahead, in each of them, and in every single one of them."""
    years = every["year"].dropna()
    first, last = int(years.min()), int(years.max())
    lines = []
    for (part, year), rows in every.groupby(["part", "year"], sort=False, dropna=False):
        name = Text.same(year) if part == "year" else vocabulary.SPANS[part] + f" {first}–{last}"
        lines.append({Text("Kỳ", "Period"): name, **_chances(rows)})
    of = {part: words.rows_of(every[every["part"] == part])[0] for part in ("average", "every")}
    rate, (mean, single) = words.plain_number(of["average"]["rate"]), (words.chance(of[part]["probability"]) for part in of)
    chances = sentence("growth_chances", rate=rate, first=first, last=last, mean=mean, single=single)
    return table("growth_chances", Text("Bình quân và từng năm", "On average and in every year"), lines, chances)


def _chances(rows: pd.DataFrame) -> dict[Text, Text]:
    """The chance of at least each rate."""
    return {"≥ " + words.plain_number(row["rate"]) + Text(" %", "%"): words.chance(row["probability"]) for row in words.rows_of(rows)}


def growth_years(every: pd.DataFrame) -> Exhibit:
    """Productivity growth of each year that is over, and of this one from its months: what it was computed from, its band, and how sure that is."""
    lines = (
        {
            YEAR: Text.same(row["period"]),
            Text("GRDP, số đầu", "GRDP, first print"): words.percent(row["first_printed"]),
            Text("GRDP, số nay", "GRDP, today"): words.percent(row["output"]),
            Text("Lao động", "Employed"): words.percent(row["employed"]),
            Text("Năng suất (80 %)", "Productivity (80%)"): _middle(row),
            Text("Từ đâu", "From"): phrase(vocabulary.GROWTH_BASES, row["basis"]),
            SOURCE: sources_of(row),
        }
        for row in words.rows_of(every)
    )
    sentence = Text(
        "Tăng năng suất = tăng GRDP trừ tăng lao động cùng năm; không tính qua năm 2021, khi định nghĩa lao động đổi.",
        "Productivity growth = GRDP growth less growth of the employed of the year; never across 2021, when the definition changed.",
    )
    return table("growth_years", Text("Từng năm, và năm nay từ các tháng đã có", "Each year, and this one from its months"), lines, sentence)


def _middle(row: Mapping[str, Any], decimals: int = 1) -> Text:
    low, middle, high = (words.number(row[name], decimals) for name in ("low", "median", "high"))
    return middle + " (" + low + " – " + high + ")"


def routes(every: pd.DataFrame) -> Exhibit:
    """E-commerce revenue by the two routes and pooled: the weight of each, the middle and the band."""
    lines = (
        {
            YEAR: Text.same(row["period"]),
            Text("Con đường", "Route"): phrase(vocabulary.ROUTES, row["route"]),
            Text("Trọng số", "Weight"): words.percent(100 * row["weight"], 0),
            Text("Doanh thu, tỷ đồng (80 %)", "Revenue, billion VND (80%)"): _middle(row, 0),
        }
        for row in words.rows_of(every)
    )
    return table("routes", Text("Hai con đường đến doanh thu", "Two routes to revenue"), lines, sentence("routes"))


def accounting(store: Evidence, as_of: date) -> Exhibit:
    """What part of the nation's growth came from capital, from total factor productivity and (the rest) from labour, by year."""
    series = [store.series(Key(f"{part}_contribution_to_growth", "nso", NATION), as_of=as_of) for part in ("capital", "tfp")]
    lines = []
    for year in sorted(set(series[0].years) & set(series[1].years)):
        capital, tfp = (part.at(year) for part in series)
        assert capital and tfp
        source = "+".join(dict.fromkeys([capital.source, tfp.source]))
        lines.append(
            {
                YEAR: Text.same(year),
                Text("Vốn", "Capital"): words.percent(capital.value),
                Text("TFP", "TFP"): words.percent(tfp.value),
                Text("Lao động (phần còn lại)", "Labour (the rest)"): words.percent(100.0 - capital.value - tfp.value),
                SOURCE: sources_of({"source": source}),
            }
        )
    title = Text("Tăng trưởng của cả nước từ đâu", "Where the nation's growth came from")
    return table("accounting", title, lines, sentence("accounting"))


def measures(bands: dict[str, pd.DataFrame], store: Evidence, indicator: str, as_of: date) -> Exhibit:
    """The measures of a share side by side by year: the nation's published figures, and the territory's band under each.

    `bands` holds period, low, median, high by measure.
    """
    national = {measure: store.series(Key(indicator, measure, NATION), as_of=as_of) for measure in bands}
    years = sorted({year for series in national.values() for year in series.years} | {year for band in bands.values() for year in band["period"]})
    lines = []
    for year in years:
        line = {YEAR: Text.same(year)}
        for measure, series in national.items():
            point = series.at(year)
            line[Text("Cả nước, ", "Nation, ") + phrase(vocabulary.SWITCH_LABELS, measure)] = words.percent(point.value, 2) if point else DASH
        for measure, band in bands.items():
            line[Text("Địa bàn, ", "Territory, ") + phrase(vocabulary.SWITCH_LABELS, measure)] = _band(band[band["period"] == year])
        lines.append(line)
    return table("measures", Text("Hai cách đo cạnh nhau", "The two measures side by side"), lines, _apart(bands))


def _band(rows: pd.DataFrame) -> Text:
    if rows.empty:
        return DASH
    return _middle(rows.iloc[0])


def _apart(bands: dict[str, pd.DataFrame]) -> Text:
    """The middle of the last year under each measure."""
    if len(bands) < 2:
        return Text("Chỉ dự báo được theo một cách đo.", "A forecast can be given by one measure only.")
    last = {measure: band.iloc[-1] for measure, band in bands.items()}
    year = int(next(iter(last.values()))["period"])
    middles = (phrase(vocabulary.SWITCH_LABELS, measure) + ": " + words.percent(float(row["median"])) for measure, row in last.items())
    each = Text.joined(middles, "; ")
    return Text(f"Giữa dự báo năm {year} theo từng cách đo: ", f"The middle of {year} by each measure: ") + each + "."


def shares(store: Evidence, as_of: date) -> Exhibit:
    """How the nation's digital share divides, by the last published figure of each part, percent of GDP."""
    lines = []
    for part, name in vocabulary.SHARES.items():
        points = store.series(Key(f"digital_share_{part}", "nso", NATION), as_of=as_of).points
        if points:
            last = points[-1]
            lines.append(
                {
                    Text("Phần của kinh tế số cả nước", "Part of the nation's digital economy"): name,
                    YEAR: Text.same(last.period),
                    Text("% GDP", "% of GDP"): words.percent(last.value, 2),
                    SOURCE: sources_of({"source": last.source}),
                }
            )
    return table("shares", Text("Kinh tế số gồm những gì", "What the digital economy consists of"), lines)
