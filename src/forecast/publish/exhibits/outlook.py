"""The charts of an answer with a sentence and a table each: made from the recorded tables and the summary of a run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.charts import nation as charts
from forecast.publish.charts.fan import fan_chart, fan_table, of_quantity, own_history, plain, unit_of
from forecast.publish.charts.sensitivity import sensitivity_chart
from forecast.publish.exhibits import Exhibit
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import both
from forecast.publish.words.vocabulary import phrase

Tables = Mapping[str, pd.DataFrame]
Summary = Mapping[str, Any]


def fan(tables: Tables, summary: Summary, quantity: str) -> Exhibit | None:
    """The fan chart of one quantity ('level', 'growth'), every year known and ahead as rows; None where there are no rows of it."""
    forecast, history, verdicts = tables["forecast"], tables["history"], tables.get("verdicts")
    if forecast[forecast["quantity"] == plain(quantity)].empty:
        return None
    switch = tuple(str(row["target"]) for row in words.rows_of(verdicts))

    def chart(language: str, width: int, height: int) -> Any:
        size = {"width": width, "height": height}
        paths = tables.get("target_paths")
        return fan_chart(forecast, history, verdicts, quantity=quantity, language=language, paths=paths, switch=switch, **size)

    unit, growth = unit_of(forecast, quantity), plain(quantity) == "growth"
    title = Text("Mức tăng mỗi năm", "Growth each year") if growth else Text("Mức từng năm", "Level each year")
    return Exhibit("fan", title, _fan_sentence(forecast, quantity, unit), _fan_head(unit), _fan_rows(tables, quantity), chart=chart, size=(880, 400))


def _fan_sentence(forecast: pd.DataFrame, quantity: str, unit: str) -> Text:
    last = fan_table(forecast, quantity).iloc[-1]

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


def _fan_rows(tables: Tables, quantity: str) -> tuple[tuple[Text, ...], ...]:
    past = own_history(tables["forecast"], tables["history"], plain(quantity)).sort_values("period")
    ahead = fan_table(tables["forecast"], quantity)
    rows = [(row["period"], _ink(row), row["low"], row["value"], row["high"]) for row in past.to_dict("records")]
    rows += [(row["period"], row["ink"], row["low80"], row["middle"], row["high80"]) for row in ahead.to_dict("records")]
    return tuple(_number_row(*row) for row in rows)


def _ink(row: Mapping[str, Any]) -> str:
    if row["ink"] == "rebuilt" and words.is_missing(row["low"]):
        return "derived"
    return "set_aside" if row["ink"] == "published" and str(row["used"]).lower() == "false" else str(row["ink"])


def _number_row(period: Any, ink: str, *values: Any) -> tuple[Text, ...]:
    numbers = tuple(both(partial(_number, value)) for value in values)
    return (Text.same(int(period)), both(lambda language: phrase(vocabulary.INKS, ink, language)), *numbers)


def _number(value: Any, language: str) -> str:
    if words.is_missing(value):
        return "–"
    return words.number(float(value), 0 if abs(float(value)) >= 1000 else 1, language)


def nation(tables: Tables, summary: Summary) -> Exhibit | None:
    """The national counterpart with its forecast and what each method says."""
    table, quantity = tables.get("nation"), str(summary.get("quantity", "level"))
    if table is None or table[table["quantity"] == plain(quantity)].empty:
        return None
    rows = of_quantity(table, quantity).sort_values("period")

    def chart(language: str, width: int, height: int) -> Any:
        return charts.nation_chart(table, tables.get("methods"), language, quantity=quantity, width=width, height=height)

    year, kind, low, middle, high = _fan_head(str(rows["unit"].iloc[0]))
    body = [_number_row(row["period"], _ink(row | {"used": True}), row["value"], row["low"], row["high"]) for row in rows.to_dict("records")]
    sentence = Text(
        "Cả nước: chỗ dựa của dự báo cho tỉnh, vì số liệu cả nước đủ dài để thử lại.",
        "The nation: what the province's forecast leans on, because national figures are long enough to be tested.",
    )
    return Exhibit("nation", Text("Cả nước", "The nation"), sentence, (year, kind, middle, low, high), tuple(body), chart=chart)


def methods(tables: Tables) -> Exhibit | None:
    """What each method says for the nation in the last year, with how each did in the past."""
    table = tables.get("methods")
    if table is None or table.empty:
        return None
    unit = nation_unit(tables) or "index"
    last = table[table["period"] == table["period"].max()]
    year = int(last["period"].iloc[0])
    sentence = Text(
        f"Mỗi cách dự báo nói gì về cả nước năm {year}. Các cách càng lệch nhau, càng nên thận trọng.",
        f"What each way of forecasting says of the nation in {year}. The further apart, the more caution.",
    )

    def chart(language: str, width: int, height: int) -> Any:
        return charts.methods_chart(table, language, unit=unit, width=width)

    body = tuple(_method_row(row) for row in last.to_dict("records"))
    return Exhibit("methods", Text("Mỗi cách dự báo nói gì", "What each method says"), sentence, _METHOD_HEAD, body, chart=chart, size=(420, 0))


def nation_unit(tables: Tables) -> str:
    """The unit of the national level; empty where no level is known."""
    table = tables.get("nation")
    units = table.loc[table["quantity"] == "level", "unit"].dropna() if table is not None else ()
    return str(units.iloc[0]) if len(units) else ""


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


def later(tables: Tables, summary: Summary) -> Exhibit | None:
    """What an earlier run forecast beside what was published afterwards: of its own territory, else of the first there is."""
    table = tables.get("later")
    if table is None or table.empty:
        return None
    own = str(summary["territory"])
    territory = own if (table["territory"] == own).any() else str(table["territory"].iloc[0])
    rows = table[table["territory"] == territory].sort_values("period")
    growth = str(rows["quantity"].iloc[0]) == "growth"
    of_nation = territory == "viet_nam" and tables.get("nation") is not None
    unit = "percent_per_year" if growth else unit_of(tables["nation" if of_nation else "forecast"], "level")

    def chart(language: str, width: int, height: int) -> Any:
        return charts.later_chart(rows, language, unit=unit, width=width)

    def title(language: str) -> str:
        where = words.territory_text(territory, language)
        return f"{words.record_subject(summary, language)}, {where}"

    def sentence(language: str) -> str:
        when = words.date_text(summary.get("as_of"), language)
        if language == "vi":
            return f"Dự báo chỉ với số liệu có đến {when} (cột) và số công bố sau đó (chấm)."
        return f"Forecast with only what was known on {when} (bars) and what was published afterwards (dots)."

    columns = ("forecast_low", "forecast_median", "forecast_high", "published")
    body = [(Text.same(int(row["period"])), *(both(partial(_number, row[c])) for c in columns)) for row in rows.to_dict("records")]
    head = (Text("Năm", "Year"), Text("Thấp", "Low"), Text("Giữa", "Middle"), Text("Cao", "High"), Text("Công bố sau", "Published later"))
    return Exhibit("later", both(title), both(sentence), head, tuple(body), chart=chart, size=(420, 0))


def sensitivity(tables: Tables) -> Exhibit | None:
    """The tornado of a run with every row as a table; None where the run recorded none."""
    table = tables.get("sensitivity")
    if table is None or table.empty:
        return None

    def chart(language: str, width: int, height: int) -> Any:
        return sensitivity_chart(table, language, width=width)

    sentence = Text(
        "Khả năng đạt chỉ tiêu đổi bao nhiêu khi mỗi giả định chưa chắc được giảm (xám) hay tăng (xanh): độ phân tán giảm nửa "
        "và gấp đôi, số trung bình lùi và tiến một độ lệch chuẩn, tỷ lệ hợp nhất ít nhất 5 điểm.",
        "How the chance moves when each unsure assumption is lowered (grey) or raised (blue): spreads halved and doubled, means "
        "moved by one standard deviation, weights of a merger by 5 points or more.",
    )
    head = (Text("Giả định", "Assumption"), Text("Mức tin", "Rating"), Text("Thấp", "Low"), Text("Cao", "High"),
            Text("Khả năng khi thấp", "Chance when low"), Text("Khả năng khi cao", "Chance when high"))  # fmt: skip
    body = tuple(_row(row) for row in words.rows_of(table))
    title = Text("Khả năng đạt chỉ tiêu phụ thuộc vào giả định nào", "On which assumption the chance depends")
    return Exhibit("sensitivity", title, sentence, head, body, chart=chart, size=(420, 0))


def _row(row: Any) -> tuple[Text, ...]:
    ends = (both(partial(words.plain_number, row[name])) for name in ("low_value", "high_value"))
    chances = (both(lambda language, n=name: words.chance(row[n], language)) for name in ("probability_low", "probability_high"))
    rating = both(lambda language: phrase(vocabulary.RATINGS, row["rating"], language))
    return (Text(str(row["name_vi"]), str(row["name_en"])), rating, *ends, *chances)
