"""The pictures of the page with a sentence and a table each, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts import nation as charts
from forecast.publish.charts.fan import fan_table, of_quantity, own_history, plain, unit_of
from forecast.publish.charts.sensitivity import sensitivity_chart
from forecast.publish.exhibits import Figure, draw
from forecast.publish.published import ShownRun
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import both
from forecast.publish.words.vocabulary import phrase

WIDE, NARROW, BESIDE = (640, 330), (330, 330), (520, 300)


def fan_figure(run: ShownRun, quantity: str, name: str, *, narrow: bool) -> Figure | None:
    """The fan chart of one quantity of a run, or None when the run holds no rows of it."""
    forecast, history = run.tables["forecast"], run.tables["history"]
    if forecast[forecast["quantity"] == plain(quantity)].empty:
        return None
    make = partial(charts.fan_chart, forecast, history, run.tables.get("verdicts"), quantity=quantity)
    switch = tuple(str(row["target"]) for row in words.rows_of(run.tables.get("verdicts")))
    make = partial(make, paths=run.tables.get("target_paths"), switch=switch)
    sizes = {"wide": WIDE, "narrow": NARROW} if narrow else {"wide": BESIDE}
    unit = unit_of(forecast, quantity)
    growth = plain(quantity) == "growth"
    title = Text("Mức tăng mỗi năm", "Growth each year") if growth else Text("Mức từng năm", "Level each year")
    return Figure(title, _fan_caption(run, quantity, unit), draw(make, name, sizes), _fan_head(unit), _fan_rows(run, quantity))


def _fan_caption(run: ShownRun, quantity: str, unit: str) -> Text:
    fan = fan_table(run.tables["forecast"], quantity)
    last = fan.iloc[-1]

    def say(language: str) -> str:
        low, middle, high = (words.amount(float(last[name]), unit, language) for name in ("low80", "middle", "high80"))
        kind = phrase(vocabulary.INKS, str(last["ink"]), language)
        if language == "vi":
            return f"Năm {int(last['period'])} ({kind}): giữa là {middle}; 8 phần 10 khả năng nằm từ {low} đến {high}."
        return f"{int(last['period'])} ({kind}): middle {middle}; 8 chances in 10 between {low} and {high}."

    return both(say)


def _fan_head(unit: str) -> tuple[Text, ...]:
    unit_name = both(lambda language: words.unit_text(unit, language))
    return (
        Text("Năm", "Year"),
        Text("Loại số", "Kind"),
        Text(f"Thấp ({unit_name.vi})", f"Low ({unit_name.en})"),
        Text("Giữa", "Middle"),
        Text("Cao", "High"),
    )


def _fan_rows(run: ShownRun, quantity: str) -> tuple[tuple[Text, ...], ...]:
    known = own_history(run.tables["forecast"], run.tables["history"], plain(quantity)).sort_values("period")
    fan = fan_table(run.tables["forecast"], quantity)
    rows = [(row["period"], _ink(row), row["low"], row["value"], row["high"]) for row in known.to_dict("records")]
    rows += [(row["period"], row["ink"], row["low80"], row["middle"], row["high80"]) for row in fan.to_dict("records")]
    return tuple(_number_row(*row) for row in rows)


def _ink(row: Mapping[str, Any]) -> str:
    if row["ink"] == "rebuilt" and words.is_missing(row["low"]):
        return "derived"
    return "set_aside" if row["ink"] == "published" and str(row["used"]).lower() == "false" else str(row["ink"])


def _number_row(period: Any, ink: str, *values: Any) -> tuple[Text, ...]:
    numbers = tuple(both(partial(_number, value)) for value in values)
    return (Text(str(int(period)), str(int(period))), both(lambda language: phrase(vocabulary.INKS, ink, language)), *numbers)


def _number(value: Any, language: str) -> str:
    if words.is_missing(value):
        return "–"
    return words.number(float(value), 0 if abs(float(value)) >= 1000 else 1, language)


def nation_figure(run: ShownRun, name: str) -> Figure | None:
    """The national counterpart with its forecast."""
    nation = run.tables.get("nation")
    quantity = str(run.summary.get("quantity", "level"))
    if nation is None or nation[nation["quantity"] == plain(quantity)].empty:
        return None
    rows = of_quantity(nation, quantity).sort_values("period")
    unit = str(rows["unit"].iloc[0])
    make = partial(charts.nation_chart, nation, run.tables.get("methods"), quantity=quantity)
    head = (*_fan_head(unit)[:2], Text("Giữa", "Middle"), *(_fan_head(unit)[i] for i in (2, 4)))
    body = [_number_row(row["period"], _ink(row | {"used": True}), row["value"], row["low"], row["high"]) for row in rows.to_dict("records")]
    caption = Text(
        "Cả nước: chỗ dựa của dự báo cho tỉnh, vì số liệu cả nước đủ dài để thử lại.",
        "The nation: what the province's forecast leans on, because national figures are long enough to be tested.",
    )
    title = Text("Cả nước", "The nation")
    return Figure(title, caption, draw(make, name, {"wide": BESIDE}), head, tuple(body))


def methods_figure(run: ShownRun, name: str) -> Figure | None:
    """What each method says for the nation in the last year, with how each did in the past."""
    methods = run.tables.get("methods")
    if methods is None or methods.empty:
        return None
    nation = run.tables.get("nation")
    levels = nation[nation["quantity"] == "level"] if nation is not None else pd.DataFrame()
    unit = str(levels["unit"].iloc[0]) if len(levels) else "index"
    last = methods[methods["period"] == methods["period"].max()]
    body = [_method_row(row) for row in last.to_dict("records")]
    year = int(last["period"].iloc[0])
    caption = Text(
        f"Mỗi cách dự báo nói gì về cả nước năm {year}. Các cách càng lệch nhau, càng nên thận trọng.",
        f"What each way of forecasting says of the nation in {year}. The further apart, the more caution.",
    )

    def make(language: str, width: int, height: int) -> Any:
        return charts.methods_chart(methods, language, unit=unit, width=width)

    pictures = draw(make, name, {"wide": (420, 0)})
    return Figure(Text("Mỗi cách dự báo nói gì", "What each method says"), caption, pictures, _METHOD_HEAD, tuple(body))


_METHOD_HEAD = (
    Text("Cách dự báo", "Method"),
    Text("Thấp", "Low"),
    Text("Giữa", "Middle"),
    Text("Cao", "High"),
    Text("Sai số khi thử lại (dưới 1 là tốt)", "Error when tried on the past (below 1 is good)"),
    Text("Số lần thử", "Times tried"),
)


def _method_row(row: Mapping[str, Any]) -> tuple[Text, ...]:
    name = both(lambda language: phrase(vocabulary.METHODS, row["method"], language))
    numbers = tuple(both(partial(_number, row[column])) for column in ("low", "median", "high"))
    error = both(lambda language: words.number(row.get("mase"), 2, language))
    return (name, *numbers, error, both(lambda language: words.number(row.get("origins"), 0, language)))


def later_figure(run: ShownRun, name: str) -> Figure | None:
    """What an earlier run forecast beside what was published afterwards, one territory per picture."""
    later = run.tables.get("later")
    if later is None or later.empty:
        return None
    territory = run.territory if (later["territory"] == run.territory).any() else str(later["territory"].iloc[0])
    rows = later[later["territory"] == territory].sort_values("period")
    growth = str(rows["quantity"].iloc[0]) == "growth"
    nation = run.tables.get("nation")
    table = nation if territory == "viet_nam" and nation is not None else run.tables["forecast"]
    unit = "percent_per_year" if growth else unit_of(table, "level")

    def make(language: str, width: int, height: int) -> Any:
        return charts.later_chart(rows, language, unit=unit, width=width)

    def title(language: str) -> str:
        where = words.territory_text(territory, language)
        return f"{words.record_subject(run.summary, language)}, {where}"

    def caption(language: str) -> str:
        when = words.date_text(run.summary.get("as_of"), language)
        if language == "vi":
            return f"Dự báo chỉ với số liệu có đến {when} (cột) và số công bố sau đó (chấm)."
        return f"Forecast with only what was known on {when} (bars) and what was published afterwards (dots)."

    columns = ("forecast_low", "forecast_median", "forecast_high", "published")
    body = [(Text(*(str(int(row["period"])),) * 2), *(both(partial(_number, row[c])) for c in columns)) for row in rows.to_dict("records")]
    head = (Text("Năm", "Year"), Text("Thấp", "Low"), Text("Giữa", "Middle"), Text("Cao", "High"), Text("Công bố sau", "Published later"))
    return Figure(both(title), both(caption), draw(make, name, {"wide": (420, 0)}), head, tuple(body))


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
