"""Whole sentences about forecasts and targets, to be read aloud, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import (
    Row,
    amount,
    chance,
    date_text,
    indicator_text,
    is_missing,
    measure_text,
    number,
    percent,
    rows_of,
    short_document,
    territory_text,
    unit_text,
    verdict,
)
from forecast.publish.words.vocabulary import phrase


def target_id(summary: Row) -> str:
    """The id of the run's headline target, or an empty text."""
    found = summary.get("headline_target")
    found = found.get("id") if isinstance(found, Mapping) else found
    return "" if is_missing(found) else str(found)


def headline_row(summary: Row, verdicts: Any) -> dict[str, Any] | None:
    """The verdict row of the run's headline target, or None when it has none."""
    wanted = target_id(summary)
    return next((row for row in rows_of(verdicts) if wanted and row["target"] == wanted), None)


def subject(summary: Row, language: str) -> str:
    """What the figure is: indicator, territory, who measures it and at whose prices."""
    name = indicator_text(summary["indicator"], language)
    place = territory_text(summary["territory"], language)
    extra = []
    if str(summary["indicator"]).startswith("labour_productivity_real"):
        extra.append("giá so sánh 2010" if language == "vi" else "constant 2010 prices")
    if summary["indicator"] == "digital_economy_share":
        by = measure_text(summary.get("measure"), language)
        extra.append(f"cách đo của {by}" if language == "vi" else f"as measured by {by}")
    return f"{name} {'của' if language == 'vi' else 'of'} {place}" + (f" ({', '.join(extra)})" if extra else "")


def is_scenario(summary: Row) -> bool:
    """Whether the end period lies beyond the last period the kit calls a forecast."""
    limit = summary.get("forecast_to")
    return is_missing(limit) or int(summary["end_period"]) > int(limit)


def outlook_text(summary: Row, language: str) -> str:
    """The central value with its 80 % band, called a scenario where it is one; growth is the average of the years ahead."""
    unit, vi = str(summary["unit"]), language == "vi"
    low, middle, high = (amount(summary[name], unit, language) for name in ("low", "median", "high"))
    kind = ("kịch bản" if vi else "scenario") if is_scenario(summary) else ("dự báo" if vi else "forecast")
    if named := summary.get("scenario_vi" if vi else "scenario_en"):
        kind = f"{kind} “{named}”"
    quantity, year = str(summary.get("quantity")), int(summary["end_period"])
    when = span_text(summary.get("start_period"), year) if quantity == "growth_average" else str(year)
    verbs = {"growth": ("tăng", "growth of"), "growth_average": ("tăng bình quân", "average growth of")}
    verb = verbs.get(quantity, ("khoảng", "about"))[0 if vi else 1]
    if vi:
        return f"{kind} {when}: {verb} {middle}, 8 phần 10 khả năng nằm từ {low} đến {high}"
    return f"{kind} for {when}: {verb} {middle}, with 8 chances in 10 between {low} and {high}"


def target_text(row: Row, language: str) -> str:
    """What the target asks for, by when, in which document."""
    document = short_document(row.get("document"))
    name = row.get("name_vi" if language == "vi" else "name_en") or ""
    return f"“{name}” ({document})" if document else f"“{name}”"


def headline(summary: Row, verdicts: Any, language: str) -> str:
    """One sentence to read aloud: forecast, 80 % band, chance of the headline target, its document and territory."""
    start = f"{subject(summary, language)}, {outlook_text(summary, language)}; "
    row = headline_row(summary, verdicts)
    if row is None:
        vi = "chưa tìm thấy chỉ tiêu của tỉnh, nên chỉ so với mức chung cả nước."
        en = "no target of the province was found, so it is compared with the nation only."
        return start + (vi if language == "vi" else en)
    return start + target_sentence(row, language) + "." + _by_construction(summary, language)


def _by_construction(summary: Row, language: str) -> str:
    """Says so where the scenario is a document's own path: its chances are no forecast."""
    if not summary.get("scenario_path"):
        return ""
    vi = " Kịch bản này đặt sẵn con số của văn bản, không phải dự báo."
    return vi if language == "vi" else " This scenario sets the document's figures by construction; it is no forecast."


def has_chance(row: Row | None) -> bool:
    """Whether a chance can be said of the target: it was computed and the period is not over."""
    return row is not None and not is_missing(row.get("probability")) and row.get("state") != "over"


def aloud(summary: Row, verdicts: Any, language: str) -> str:
    """The shortest true sentence on an indicator: the verdict, what was asked for in which document, the chance."""
    place = f"{indicator_text(summary['indicator'], language)}, {territory_text(summary['territory'], language)}"
    row = headline_row(summary, verdicts)
    if row is None or is_missing(row.get("value")):
        return f"{place}: {outlook_text(summary, language)}.{_unread_text(row, language)}"
    asked, when = bounded(row, language), span_text(row["first"], row["last"])
    word, document, vi = verdict(str(row["verdict"]), language), short_document(row["document"]), language == "vi"
    scope = "" if row.get("applies") == "own" else scope_text(row, language).rstrip(",")
    what = f"{asked} ({when}, {document}{scope})"
    if has_chance(row):
        likely = chance(row["probability"], language)
        return f"{place}: {word}. Khả năng đạt {what} là {likely}." if vi else f"{place}: {word}. The chance of {what} is {likely}."
    if row.get("state") == "over":
        return f"{place}: {word}. Chỉ tiêu {what} đã qua." if vi else f"{place}: {word}. The target of {what} is over."
    return f"{place}: {word}. Chỉ tiêu {what} chưa tính được khả năng." if vi else f"{place}: {word}. No chance is known for {what}."


def _unread_text(row: Row | None, language: str) -> str:
    """Says that a document's figure could not be read; nothing where no document was asked for."""
    if row is None:
        return ""
    document, scope = short_document(row.get("document")), scope_text(row, language).rstrip(",")
    if language == "vi":
        return f" {document}{scope}: chưa đọc được con số của chỉ tiêu."
    return f" {document}{scope}: the figure of the target could not be read."


def target_sentence(row: Row, language: str) -> str:
    """The chance and verdict of one target, or what is known when its period is over."""
    if row.get("state") == "over":
        return over_text(row, language)
    name, code = target_text(row, language), str(row["verdict"])
    scope = scope_text(row, language)
    if is_missing(row.get("probability")):
        return f"{'chỉ tiêu' if language == 'vi' else 'the target'} {name}{scope}: {verdict(code, language)}"
    likely = chance(row["probability"], language)
    if row.get("applies") == "national_yardstick":
        return _yardstick_sentence(name, likely, verdict(code, language), language)
    if language == "vi":
        return f"khả năng đạt chỉ tiêu {name}{scope} là {likely}: {verdict(code, language)}"
    return f"the chance of meeting the target {name}{scope} is {likely}: {verdict(code, language)}"


def _yardstick_sentence(name: str, likely: str, word: str, language: str) -> str:
    if language == "vi":
        return f"chưa tìm thấy chỉ tiêu của tỉnh; so với mức chung cả nước {name}, khả năng đạt là {likely}: {word}"
    start = "no target of the province was found; against the national yardstick"
    return f"{start} {name}, the chance is {likely}: {word}"


def scope_text(row: Row, language: str) -> str:
    """Says so when the target was set for another territory or for the nation."""
    if row.get("applies") == "own":
        return ""
    if row.get("applies") == "national_yardstick":
        return ", là mức chung cả nước," if language == "vi" else ", a national yardstick,"
    place = territory_text(str(row.get("territory")), language)
    return f", đặt cho {place}," if language == "vi" else f", set for {place},"


def over_text(row: Row, language: str) -> str:
    """What is known of a target whose period has ended: met, not met, or not decidable."""
    span = span_text(row["first"], row["last"])
    name, word = target_text(row, language), verdict(str(row["verdict"]), language)
    if language == "vi":
        return f"chỉ tiêu {name}, giai đoạn {span} đã qua: {word}"
    return f"the target {name}, period {span} now over: {word}"


def span_text(first: Any, last: Any) -> str:
    """A year, or a span of years such as 2021-2025."""
    return str(int(last)) if is_missing(first) or int(first) == int(last) else f"{int(first)}-{int(last)}"


def required_text(row: Row, language: str) -> str:
    """The growth still required against the growth achieved in the last known years."""
    unit = str(row.get("required_unit") or "percent_per_year")
    if is_missing(row.get("required_growth")):
        needed = "Chưa tính được mức còn phải tăng" if language == "vi" else "The growth still needed is not known"
    elif float(row["required_growth"]) <= 0:
        needed = "Không cần tăng thêm" if language == "vi" else "No further growth needed"
    else:
        value = _rate(row["required_growth"], unit, language)
        needed = f"Còn phải tăng bình quân {value}" if language == "vi" else f"Still needed: {value} on average"
    return f"{needed}; {achieved_text(row, language)}."


def achieved_text(row: Row, language: str) -> str:
    """The growth achieved over the last known years, naming the years."""
    if is_missing(row.get("achieved_growth")):
        vi, en = "chưa có số liệu công bố về mức tăng đã đạt", "no published figure of the growth achieved"
        return vi if language == "vi" else en
    value = _rate(row["achieved_growth"], str(row.get("required_unit") or "percent_per_year"), language)
    if is_missing(row.get("achieved_last")):
        return f"ước đã đạt {value}" if language == "vi" else f"estimated so far: {value}"
    span = span_text(row.get("achieved_first"), row["achieved_last"])
    return f"ước đã đạt {value} ({span})" if language == "vi" else f"estimated so far: {value} ({span})"


def _rate(value: float, unit: str, language: str) -> str:
    text = number(value, 1, language)
    tight = unit == "percent_per_year" and language == "en"
    return f"{text}{'' if tight else ' '}{unit_text(unit, language)}"


def arrival_text(row: Row, language: str) -> str:
    """The year in which the target is reached with its 80 % range; beyond the horizon when it is not seen."""
    middle, early, late = (row.get(f"arrival_{name}") for name in ("median", "early", "late"))
    if is_missing(middle):
        return "chưa thấy năm đạt trong tầm nhìn" if language == "vi" else "no year of arrival within the horizon"
    after = "muộn hơn" if language == "vi" else "later"
    span = f"{'?' if is_missing(early) else int(early)}-{after if is_missing(late) else int(late)}"
    if language == "vi":
        return f"dự kiến đạt năm {int(middle)} (có thể {span})"
    return f"expected in {int(middle)} (may be {span})"


def last_figure(last: Row | None, source_name: str, language: str) -> str:
    """The last published figure with its year, the day it became known and its source."""
    if not last or is_missing(last.get("value")):
        vi = "số liệu cuối cùng: chưa có số liệu nào của tỉnh được công bố"
        return vi if language == "vi" else "last figure: none has been published for the province"
    value = amount(last["value"], str(last["unit"]), language, 2 if last["unit"] == "percent" else 1)
    value = phrase(vocabulary.BOUNDS, str(last.get("bound") or "exact"), language) + value
    status = phrase(vocabulary.STATUSES, str(last.get("status") or ""), language)
    grew = last.get("quantity") == "growth"
    when, place = date_text(last.get("vintage"), language), str(last.get("territory") or "")
    where = f", {territory_text(place, language)}" if place else ""
    if str(last.get("indicator") or "") in vocabulary.BASES:
        where += f", {phrase(vocabulary.BASES, str(last['indicator']), language)}"
    if language == "vi":
        lead = "tăng " if grew else ""
        return f"số liệu cuối cùng: {lead}{value} (năm {last['period']}{where}, {status}); công bố {when}; nguồn: {source_name}"
    lead = "growth of " if grew else ""
    return f"last figure: {lead}{value} ({last['period']}{where}, {status}); published {when}; source: {source_name}"


def refusal(manifest: Row, language: str) -> str:
    """Why the kit gives no forecast, from the record of a refused run."""
    reason = manifest.get("reason_vi" if language == "vi" else "reason_en")
    if is_missing(reason):
        reason = "lượt chạy không ghi lý do." if language == "vi" else "the run gave no reason."
    opening = "Chưa thể dự báo một cách trung thực: " if language == "vi" else "No honest forecast can be given: "
    return opening + str(reason)


def middle_text(summary: Row, language: str) -> str:
    """The central value of the end period with its year, for a card that has no chance to show."""
    value, year = amount(summary["median"], str(summary["unit"]), language), int(summary["end_period"])
    about = "khoảng" if language == "vi" else "about"
    return f"{about} {value} ({'năm ' if language == 'vi' else ''}{year})"


def no_target_text(language: str) -> str:
    """What a card says when no document sets a target."""
    vi = "Chưa tìm thấy chỉ tiêu của tỉnh; so với mức chung cả nước."
    return vi if language == "vi" else "No target of the province was found; compared with the nation."


def chance_of(row: Row, language: str) -> str:
    """What the chance on a card is the chance of."""
    lead = "khả năng đạt" if language == "vi" else "chance of meeting"
    if row.get("applies") == "national_yardstick":
        common, none = ("mức chung cả nước", "chưa tìm thấy chỉ tiêu của tỉnh")
        if language != "vi":
            common, none = ("the national yardstick", "no target of the province was found")
        return f"{lead} {common} {target_text(row, language)}; {none}"
    return f"{lead} {target_text(row, language)}{scope_text(row, language).rstrip(',')}"


def bounded(row: Row, language: str) -> str:
    """The value a target asks for with its direction: 'ít nhất 20 %'."""
    words_of = {
        "at_least": ("ít nhất ", "at least "),
        "at_most": ("nhiều nhất ", "at most "),
        "above": ("trên ", "above "),
        "about": ("khoảng ", "about "),
    }
    lead = phrase(words_of, str(row.get("direction")), language) if row.get("direction") in words_of else ""
    value = float(row["value"])
    return lead + amount(value, str(row["unit"]), language, 0 if value.is_integer() else 1)


def plain_number(value: Any, language: str) -> str:
    """A number with as many decimals as its size needs, none of them a nought at the end: 8,5; 0,558; 1.234."""
    if is_missing(value):
        return "–"
    size = abs(float(value))
    if size >= 100 or float(value).is_integer():
        return number(value, 0, language)
    return number(value, 1 if size >= 10 else 3, language).rstrip("0").rstrip(",.")


def record_subject(summary: Row, language: str) -> str:
    """The indicator as tested on the nation, naming who measures it where that matters."""
    name = indicator_text(summary["indicator"], language)
    if summary["indicator"] != "digital_economy_share":
        return name
    return f"{name} ({measure_text(summary.get('measure'), language)})"


def skill_text(row: Row, language: str) -> str:
    """How the kit's own way did when tried on the past of the nation: error, beside naive, and whether its band held."""
    times, error = number(row["origins"], 0, language), number(row["mase"], 2, language)
    covered = float(row["coverage80"])
    held, expected = percent(100 * covered, language, 0), percent(80, language, 0)
    wide, (better_vi, better_en) = covered >= TOO_WIDE, _beside_naive(row.get("wis"))
    if language == "vi":
        tried = f"thử lại {times} lần trên số liệu cả nước: sai bằng {error} lần mức thay đổi bình quân một năm{better_vi}"
        warning = "; khoảng này rộng hơn mức cần đối với chuỗi đều như vậy" if wide else ""
        return f"{tried}; {held} số lần số thật nằm trong khoảng đã nói (mong đợi {expected}){warning}"
    tried = f"tried {times} times on national figures: off by {error} of an average yearly change{better_en}"
    warning = "; the band is wider than so smooth a series needs" if wide else ""
    return f"{tried}; {held} of the outcomes fell inside the band (expected {expected}){warning}"


TOO_WIDE = 0.95  # share of outcomes inside the 80 % band from which the band is called too wide


def _beside_naive(relative: Any) -> tuple[str, str]:
    """Better, as good or worse than repeating the last value, by the weighted interval score; nothing when not measured."""
    if is_missing(relative):
        return "", ""
    if float(relative) < 0.95:
        return ", tốt hơn cách giữ nguyên số cuối", ", better than repeating the last figure"
    if float(relative) <= 1.05:
        return ", ngang với cách giữ nguyên số cuối", ", as good as repeating the last figure"
    return ", kém hơn cách giữ nguyên số cuối", ", worse than repeating the last figure"
