"""Whole sentences about forecasts and targets, to be read aloud, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forecast.domain import Text
from forecast.headline import DIGITAL, PRODUCTIVITY
from forecast.publish.words import vocabulary
from forecast.publish.words.asked import answer_said
from forecast.publish.words.numbers import (
    NOTHING,
    Row,
    amount,
    chance,
    date_text,
    entered,
    indicator_text,
    is_missing,
    measure_text,
    number,
    percent,
    row_text,
    rows_of,
    short_document,
    span_text,
    territory_text,
    unit_text,
    verdict,
)
from forecast.publish.words.vocabulary import phrase, sentence

TOO_WIDE = 0.95  # share of outcomes inside the 80 % band from which the band is called too wide


def headline_row(summary: Row, verdicts: Any) -> dict[str, Any] | None:
    """The verdict row of the run's headline target, or None when it has none."""
    target = summary.get("headline_target")
    wanted = target.get("id") if isinstance(target, Mapping) else target
    return next((row for row in rows_of(verdicts) if not is_missing(wanted) and row["target"] == str(wanted)), None)


def subject(summary: Row) -> Text:
    """What the figure is: indicator, territory, who measures it and at whose prices."""
    name = indicator_text(summary["indicator"]) + Text(" của ", " of ") + territory_text(summary["territory"])
    if str(summary["indicator"]).startswith(PRODUCTIVITY):
        return name + Text(" (giá so sánh 2010)", " (constant 2010 prices)")
    if summary["indicator"] == DIGITAL:
        return name + Text(" (cách đo của ", " (as measured by ") + measure_text(summary.get("measure")) + ")"
    return name


def record_subject(summary: Row) -> Text:
    """The indicator as tested on the nation, naming who measures it where that matters."""
    name = indicator_text(summary["indicator"])
    if summary["indicator"] != DIGITAL:
        return name
    return name + " (" + measure_text(summary.get("measure")) + ")"


def is_scenario(summary: Row) -> bool:
    """Whether the end period lies beyond the last period the kit calls a forecast."""
    limit = summary.get("forecast_to")
    return is_missing(limit) or int(summary["end_period"]) > int(str(limit))


def outlook_text(summary: Row) -> Text:
    """The central value with its 80 % band, called a scenario where it is one; growth is the average of the years ahead."""
    low, middle, high = (amount(summary[name], str(summary["unit"])) for name in ("low", "median", "high"))
    kind = Text("kịch bản", "scenario") if is_scenario(summary) else Text("dự báo", "forecast")
    if summary.get("scenario_vi"):
        kind = kind + " “" + row_text(summary, "scenario") + "”"
    quantity, year = str(summary.get("quantity")), int(summary["end_period"])
    when = span_text(summary.get("start_period"), year) if quantity == "growth_average" else str(year)
    verbs = {"growth": Text("tăng", "growth of"), "growth_average": Text("tăng bình quân", "average growth of")}
    verb = verbs.get(quantity, Text("khoảng", "about"))
    return sentence("outlook", kind=kind, when=when, verb=verb, middle=middle, low=low, high=high)


def middle_text(summary: Row) -> Text:
    """The central value of the end period with its year, for a card that has no chance to show."""
    value, year = amount(summary["median"], str(summary["unit"])), int(summary["end_period"])
    return Text(f"khoảng {value.vi} (năm {year})", f"about {value.en} ({year})")


def target_text(row: Row) -> Text:
    """What the target asks for, by when, in which document."""
    document = short_document(row.get("document"))
    return "“" + row_text(row, "name") + (f"” ({document})" if document else "”")


def headline(summary: Row, verdicts: Any) -> Text:
    """One sentence to read aloud: forecast, 80 % band, chance of the headline target, its document and territory."""
    start = forecast_said(summary)
    row = headline_row(summary, verdicts)
    if row is None:
        return start + sentence("no_target_headline")
    own_path = summary.get("scenario_path")  # of a document: its chances are no forecast
    return start + target_sentence(row) + "." + (sentence("by_construction") if own_path else NOTHING)


def forecast_said(summary: Row) -> Text:
    """How every headline begins, whatever target it speaks of: what is forecast, with its band."""
    return subject(summary) + ", " + outlook_text(summary) + "; "


def has_chance(row: Row | None) -> bool:
    """Whether a chance can be said of the target: it was computed and the period is not over."""
    return row is not None and not is_missing(row.get("probability")) and row.get("state") != "over"


def aloud(summary: Row, verdicts: Any) -> Text:
    """What a reader asks first, shortly: how it stands or what the asked years were, what lies ahead, the chance of what is asked."""
    row, answer = headline_row(summary, verdicts), answer_said(summary)
    if row is None or is_missing(row.get("value")):
        return answer + "." + _unread_text(row)
    wanted = bounded(row) + f" ({span_text(row['first'], row['last'])}, {short_document(row['document'])}" + _scope(row) + ")"
    if has_chance(row):
        return answer + Text("; đạt ", "; ") + wanted + ": " + chance(row["probability"]) + ", " + verdict(str(row["verdict"])) + "."
    return answer + ". " + Text("Chỉ tiêu ", "The target of ") + wanted + ": " + verdict(str(row["verdict"])) + "."


def _unread_text(row: Row | None) -> Text:
    """Says that a document's figure could not be read; nothing where no document was asked for."""
    if row is None:
        return NOTHING
    unread = Text(": chưa đọc được con số của chỉ tiêu.", ": the figure of the target could not be read.")
    return f" {short_document(row.get('document'))}" + _scope(row) + unread


def target_sentence(row: Row) -> Text:
    """The chance and verdict of one target, or what is known when its period is over."""
    if row.get("state") == "over":
        return over_text(row)
    name, word = target_text(row), verdict(str(row["verdict"]))
    scoped = name + scope_text(row)
    if is_missing(row.get("probability")):
        return Text("chỉ tiêu ", "the target ") + scoped + ": " + word
    likely = chance(row["probability"])
    if row.get("applies") == "national_yardstick":
        return sentence("chance_of_yardstick", name=name, likely=likely, word=word)
    return sentence("chance_of_target", scoped=scoped, likely=likely, word=word)


def scope_text(row: Row) -> Text:
    """Says so when the target was set for another territory or for the nation, between commas."""
    scope = _scope(row)
    return scope + "," if scope.vi else scope


def _scope(row: Row) -> Text:
    if row.get("applies") in ("own", "asked"):
        return NOTHING
    if row.get("applies") == "national_yardstick":
        return Text(", là mức chung cả nước", ", a national yardstick")
    return Text(", đặt cho ", ", set for ") + territory_text(str(row.get("territory")))


def over_text(row: Row) -> Text:
    """What is known of a target whose period has ended: met, not met, or not decidable."""
    span, name, word = span_text(row["first"], row["last"]), target_text(row), verdict(str(row["verdict"]))
    several = row["first"] != row["last"]
    outcome = sentence("over" if several else "over_year", name=name, span=span, word=word)
    if row["verdict"] == "undecidable" and not is_missing(row.get("probability")):
        return outcome + sentence("over_rebuilt", likely=chance(row["probability"]))
    return outcome


def chance_of(row: Row) -> Text:
    """What the chance on a card is the chance of."""
    name = target_text(row)
    if row.get("applies") == "national_yardstick":
        return sentence("chance_of_yardstick_short", name=name)
    return Text("khả năng đạt ", "chance of meeting ") + name + _scope(row)


def bounded(row: Row) -> Text:
    """The value a target asks for with its direction: 'ít nhất 20 %'."""
    value = float(row["value"])
    asked = amount(value, str(row["unit"]), 0 if value.is_integer() else 1)
    return vocabulary.DIRECTIONS.get(str(row.get("direction")), NOTHING) + asked


def required_text(row: Row) -> Text:
    """The growth still required against the growth achieved in the last known years."""
    if is_missing(row.get("required_growth")):
        needed = Text("Chưa tính được mức còn phải tăng", "The growth still needed is not known")
    elif float(row["required_growth"]) <= 0:
        needed = Text("Không cần tăng thêm", "No further growth needed")
    else:
        rate = _rate(row["required_growth"], row)
        needed = Text(f"Còn phải tăng bình quân {rate.vi}", f"Still needed: {rate.en} on average")
    return needed + "; " + achieved_text(row) + "."


def achieved_text(row: Row) -> Text:
    """The growth achieved over the last known years, naming the years."""
    if is_missing(row.get("achieved_growth")):
        return Text("chưa có số liệu công bố về mức tăng đã đạt", "no published figure of the growth achieved")
    achieved = Text("ước đã đạt ", "estimated so far: ") + _rate(row["achieved_growth"], row)
    if is_missing(row.get("achieved_last")):
        return achieved
    return achieved + f" ({span_text(row.get('achieved_first'), row['achieved_last'])})"


def _rate(value: float, row: Row) -> Text:
    unit = str(row.get("required_unit") or "percent_per_year")
    return number(value, 1) + (Text(" ", "") if unit == "percent_per_year" else Text.same(" ")) + unit_text(unit)


def arrival_text(row: Row) -> Text:
    """The year in which the target is reached with its 80 % range; beyond the horizon when it is not seen."""
    middle, early, late = (row.get(f"arrival_{name}") for name in ("median", "early", "late"))
    if middle is None or is_missing(middle):
        return sentence("arrival_unseen")
    first = int(middle if early is None or is_missing(early) else early)
    if late is None or is_missing(late):
        return sentence("arrival_open", middle=int(middle), first=first)
    return sentence("arrival", middle=int(middle), first=first, after=int(late))


def last_figure(last: Row | None, source: Text) -> Text:
    """The last published figure with its year, the day it became known and the name of its source."""
    if not last or is_missing(last.get("value")):
        return sentence("no_last_figure")
    value = phrase(vocabulary.BOUNDS, last.get("bound") or "exact")
    value = value + entered(last["value"], str(last["unit"]), 2 if last["unit"] == "percent" else 1)
    if last.get("quantity") == "growth":
        value = Text("tăng ", "growth of ") + value
    details = [phrase(vocabulary.STATUSES, last.get("status") or "")]
    if str(last.get("indicator") or "") in vocabulary.BASES:
        details.insert(0, phrase(vocabulary.BASES, last["indicator"]))
    if last.get("territory"):
        details.insert(0, territory_text(str(last["territory"])))
    about, when = Text.joined(details), date_text(last.get("vintage"))
    return sentence("last_figure", value=value, period=last["period"], about=about, when=when, source=source)


def refusal(manifest: Row) -> Text:
    """Why the kit gives no forecast, from the record of a refused run."""
    opening = Text("Chưa thể dự báo một cách trung thực: ", "No honest forecast can be given: ")
    return opening + row_text(manifest, "reason", Text("lượt chạy không ghi lý do.", "the run gave no reason."))


def skill_text(row: Row) -> Text:
    """How the kit's own way did when tried on the past of the nation: error, beside naive, and whether its band held."""
    times, error = number(row["origins"], 0), number(row["mase"], 2)
    covered = float(row["coverage80"])
    held, expected, better = percent(100 * covered, 0), percent(80, 0), _beside_naive(row.get("wis"))
    wide = Text("; khoảng này rộng hơn mức cần đối với chuỗi đều như vậy", "; the band is wider than so smooth a series needs")
    skill = sentence("skill", times=times, error=error, better=better, held=held, expected=expected)
    return skill + (wide if covered >= TOO_WIDE else NOTHING)


def _beside_naive(relative: Any) -> Text:
    """Better, as good or worse than repeating the last value, by the weighted interval score; nothing when not measured."""
    if is_missing(relative):
        return NOTHING
    if float(relative) < 0.95:
        return Text(", tốt hơn cách giữ nguyên số cuối", ", better than repeating the last figure")
    if float(relative) <= 1.05:
        return Text(", ngang với cách giữ nguyên số cuối", ", as good as repeating the last figure")
    return Text(", kém hơn cách giữ nguyên số cuối", ", worse than repeating the last figure")
