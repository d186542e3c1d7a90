"""How far a headline chance moves with each assumption, and which missing figure would help: pictures of recorded tables."""

from __future__ import annotations

from functools import partial
from typing import Any

import altair as alt
import pandas as pd

from forecast.domain import Text
from forecast.publish import vocabulary, words
from forecast.publish.canvas import DARK, FORECAST, REBUILT, finish, label, plot
from forecast.publish.figures import Figure, both, draw
from forecast.publish.reading import ShownRun
from forecast.publish.vocabulary import phrase

MOST = 6  # bars of a picture; the table holds every row
NOISE = 1.0  # a narrowing below one percent is within the noise of the draws


def sensitivity_chart(
    table: pd.DataFrame, language: str, *, title: str = "", width: int = 420, height: int = 0
) -> alt.LayerChart:
    """A tornado: the chance of the target (percent) with each assumption low and high, around the chance as published."""
    rows = table.head(MOST).copy()
    rows["who"] = [_short(row[f"name_{language}"]) for row in rows.to_dict("records")]
    for name in ("probability", "probability_low", "probability_high"):
        rows[name] = 100.0 * pd.to_numeric(rows[name])
    axis = alt.Axis(labelLimit=330, labelFontSize=14, domain=False, ticks=False)
    y = alt.Y("who:N", sort=None, title=None, axis=axis)
    said = "khả năng đạt chỉ tiêu (%)" if language == "vi" else "chance of the target (%)"
    ends = pd.concat([rows["probability_low"], rows["probability_high"], rows["probability"]])
    low, high = max(0.0, float(ends.min()) - 6.0), min(100.0, float(ends.max()) + 6.0)
    scale = alt.Scale(domain=[low, high], nice=False)
    x = partial(alt.X, axis=alt.Axis(format="d", title=said, tickCount=5), scale=scale)
    base = plot(rows)
    bars = [
        base.mark_bar(color=colour, height=16, opacity=0.85).encode(x("probability:Q"), y, alt.X2(f"{end}:Q"))
        for end, colour in (("probability_low", REBUILT), ("probability_high", FORECAST))
    ]
    middle = plot(rows.head(1)).mark_rule(color=DARK, strokeWidth=2).encode(x("probability:Q"))
    marks = []
    for end, dy in (("probability_low", 0), ("probability_high", 0)):
        named = rows.assign(label=[words.number(value, 0, language) for value in rows[end]])
        named = named[(named[end] - named["probability"]).abs() >= 1.0]
        for side, dx, align in ((1, 6, "left"), (-1, -6, "right")):
            part = named[((named[end] - named["probability"]) * side) > 0]
            marks += label(part, x(f"{end}:Q"), y, dx=dx, dy=dy, align=align) if len(part) else []
    return finish([*bars, middle, *marks], language, title, width, 40 * max(1, len(rows)))


def _short(name: str) -> str:
    text = str(name).split(" (")[0]
    return text if len(text) <= 46 else text[:45].rsplit(" ", 1)[0] + "…"


def sensitivity_figure(run: ShownRun, name: str) -> Figure | None:
    """The tornado of a run with every row as a table; None where the run recorded none."""
    table = run.tables.get("sensitivity")
    if table is None or table.empty:
        return None

    def make(language: str, width: int, height: int) -> Any:
        return sensitivity_chart(table, language, width=width)

    caption = Text(
        "Khả năng đạt chỉ tiêu đổi bao nhiêu khi mỗi giả định chưa chắc được giảm (xám) hay tăng (xanh): độ phân tán giảm nửa "
        "và gấp đôi, số trung bình lùi và tiến một độ lệch chuẩn, tỷ lệ hợp nhất ít nhất 5 điểm.",
        "How the chance moves when each unsure assumption is lowered (grey) or raised (blue): spreads halved and doubled, means "
        "moved by one standard deviation, weights of a merger by 5 points or more.",
    )
    head = (Text("Giả định", "Assumption"), Text("Mức tin", "Rating"), Text("Thấp", "Low"), Text("Cao", "High"),
            Text("Khả năng khi thấp", "Chance when low"), Text("Khả năng khi cao", "Chance when high"))  # fmt: skip
    body = [_row(row) for row in words.rows_of(table)]
    title = Text("Khả năng đạt chỉ tiêu phụ thuộc vào giả định nào", "On which assumption the chance depends")
    return Figure(title, caption, draw(make, name, {"wide": (330, 0)}), head, tuple(body))


def _row(row: Any) -> tuple[Text, ...]:
    ends = (both(partial(words.plain_number, row[name])) for name in ("low_value", "high_value"))
    chances = (both(lambda language, n=name: words.chance(row[n], language)) for name in ("probability_low", "probability_high"))
    rating = both(lambda language: phrase(vocabulary.RATINGS, row["rating"], language))
    return (Text(str(row["name_vi"]), str(row["name_en"])), rating, *ends, *chances)


def helpful(table: pd.DataFrame | None, language: str, most: int = 3) -> list[str]:
    """Sentences: the figures that would narrow the band of the answer most; those within the noise are left out."""
    if table is None or table.empty:
        return []
    quantity = "growth_average" if (table["quantity"] == "growth_average").any() else "level"
    rows = table[table["quantity"] == quantity].sort_values("narrowing_percent", ascending=False)
    found = [row for row in words.rows_of(rows[rows["narrowing_percent"] >= NOISE]) if _ends(row, "vi")[0] != _ends(row, "vi")[1]]
    if not found:  # nothing that the printed digits would show
        vi = "Không một số liệu quá khứ nào trong danh sách thu hẹp dải dự báo đáng kể: điều chưa chắc nằm ở tương lai."
        en = "No past figure on the list narrows the band noticeably: what is unsure lies in the future."
        return [vi if language == "vi" else en]
    return [_helps(row, language) for row in found[:most]]


def _ends(row: Any, language: str) -> list[str]:
    return [words.amount(row[name], row["unit"], language) for name in ("band_now", "band_with")]


def _helps(row: Any, language: str) -> str:
    ends = _ends(row, language)
    share = words.percent(row["narrowing_percent"], language, 0)
    if language == "vi":
        return f"{row['name_vi']}: dải 80 % hẹp lại {share} (từ {ends[0]} còn {ends[1]})."
    return f"{row['name_en']}: the 80% band narrows by {share} (from {ends[0]} to {ends[1]})."
