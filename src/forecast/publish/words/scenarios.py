"""Sentences and names of scenarios: what they push, what it adds up to, whether it ever happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from forecast.publish import words
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import POINTS, signed
from forecast.publish.words.vocabulary import phrase

Frame = pd.DataFrame


HEADLINE = {
    "labour_productivity_real": "growth",
    "digital_economy_share": "level",
    "ecommerce_revenue": "level",
}


def scenario_names(store: Any, ids: Iterable[str], language: str) -> dict[str, str]:
    """The names of scenarios by id; one that is no file keeps its id."""
    known = store.scenarios
    return {name: known[name].name.in_language(language) if name in known else name for name in ids}


def lever_names(store: Any, language: str, rows: Frame) -> dict[str, str]:
    """The names of the levers in a table, with the component a push is about; the path of a document has its own name."""
    found = {}
    for row in rows.to_dict("records"):
        lever = store.scenario_levers.get(row["lever"])
        fact = store.lever_facts.get(row["lever"])
        named = lever.name.in_language(language) if lever else fact["name"][language] if fact else ""
        text = named.split(" (")[0] or phrase(vocabulary.CHANGES, row["lever"], language)
        where = f", {words.territory_text(row['territory'], language)}" if row.get("territory") else ""
        found[row["lever"]] = text + where
    return found


def difference_sentence(row: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
    """How far a scenario is from the first in the last year, and the chance that it comes out higher."""
    vi = language == "vi"
    unit = POINTS.get(row["unit"], row["unit"])
    middle, low, high = (f"{signed(row[name], language)}" for name in ("median", "low", "high"))
    what = words.unit_text(unit, language)
    chance = _plain_chance(row["chance"], language)
    apart = _plain_chance(row["chance_independent"], language)
    one, other = names[row["scenario"]], names[row["against"]]
    if vi:
        when = f"bình quân đến {row['year']}" if row["quantity"] == "growth_average" else f"năm {row['year']}"
        return (
            f"**{one}** so với {other}, {when}: {middle} {what} (8 phần 10 khả năng từ {low} đến {high}). Trong cùng một tương lai, "
            f"khả năng cao hơn là {chance}; nếu mỗi kịch bản gặp một tương lai riêng: {apart}."
        )
    when = f"on average to {row['year']}" if row["quantity"] == "growth_average" else f"in {row['year']}"
    return (
        f"**{one}** against {other}, {when}: {middle} {what} (8 chances in 10 from {low} to {high}). In the same future the chance "
        f"to be higher is {chance}; if each meets a future of its own: {apart}."
    )


def _plain_chance(value: float, language: str) -> str:
    if value in (0.0, 1.0):
        return ("chắc chắn" if value else "chắc chắn không") if language == "vi" else ("certain" if value else "none")
    return words.chance(value, language)


FEW = 8  # years under which a record has extremes only


_WHERE = "viet_nam"  # whose record a push is held against


def before_text(found: Mapping[str, Any], language: str) -> str:
    """Whether a push has happened before, in a sentence: 'đã từng xảy ra chưa?'."""
    vi, word = language == "vi", phrase(vocabulary.EXPERIENCE, found["colour"], language)
    if found["colour"] == "none" or found["extreme"] is None:
        return word
    reach, extreme = (words.number(found[name], 1, language) for name in ("reach", "extreme"))
    side = {"high": ("cao nhất", "highest"), "low": ("thấp nhất", "lowest")}[found["side"]][0 if vi else 1]
    parts = [f"cộng với cơ sở là {reach}" if vi else f"with the baseline {reach}"]
    if found["last"] and found["last"] != found["extreme_year"]:
        parts.append(f"gần đây nhất năm {found['last']}" if vi else f"last in {found['last']}")
    parts.append(f"{side} {extreme} năm {found['extreme_year']}" if vi else f"{side} {extreme} in {found['extreme_year']}")
    if found["years"] < FEW:
        parts.append(f"chỉ có {found['years']} năm số liệu" if vi else f"years known: {found['years']}")
    return f"{word}: {'; '.join(parts)} ({words.territory_text(_WHERE, language)})"


def joint_sentences(found: Any, language: str) -> tuple[str, str]:
    """The joint chance beside each target's own, independence and the widest bounds; the correlations it rests on."""
    each = ", ".join(words.chance(value, language) for value in found.each)
    pairs = "; ".join(_pair(*item, language) for item in found.correlations)
    count, ends = len(found.targets), _between(found.lowest, found.highest, language)
    together, product = words.chance(found.probability, language), words.chance(found.product, language)
    if language == "vi":
        said = (
            f"Đạt cùng lúc {count} chỉ tiêu: {together} (từng chỉ tiêu: {each}). Nếu độc lập với nhau: {product}; "
            f"bất kể liên hệ thế nào, {ends}."
        )
        return said, f"Các chỉ tiêu đi cùng nhau đến đâu, theo cả nước (tương quan hạng, từ −1 đến 1): {pairs}."
    said = (
        f"All {count} targets together: {together} (each: {each}). If independent: {product}; whatever the dependence, "
        f"{ends}."
    )
    return said, f"How far the indicators move together in the nation (rank correlation, −1 to 1): {pairs}."


def _between(low: float, high: float, language: str) -> str:
    """The widest bounds of a chance in words; whole percents, never nought or certain."""
    vi, ends = language == "vi", (words.percent(100 * end, language, 0) for end in (low, high))
    least, most = ends
    if high < 0.01:
        return "không tới 1 %" if vi else "below 1%"
    if low < 0.01:
        return f"không quá {most}" if vi else f"at most {most}"
    return f"từ {least} đến {most}" if vi else f"between {least} and {most}"


def _pair(one: str, other: str, value: float, years: int, language: str) -> str:
    names = f"{words.indicator_text(one, language)} – {words.indicator_text(other, language)}"
    size, vi = words.number(value, 2, language), language == "vi"
    if years < 8:
        return f"{names}: {years} năm chung, quá ít: coi là độc lập" if vi else f"{names}: {years} common years, too few: independent"
    return f"{names}: {size} ({years} năm)" if vi else f"{names}: {size} ({years} years)"


def solution_sentences(found: Any, store: Any, language: str) -> list[str]:
    """A solution in words: what it takes, how far from experience, or that the allowed range does not reach the chance."""
    vi, name = language == "vi", words.short_document(found.document)
    asked, reached = words.percent(100 * found.chance, language, 0), words.percent(100 * found.reached, language, 0)
    before = words.chance(found.before, language)
    if not found.possible:
        head = (
            f"{name}: không thể đạt khả năng {asked} trong khoảng cho phép; tốt nhất được {reached}; hiện nay {before}."
            if vi
            else f"{name}: a chance of {asked} is impossible within the allowed range; at best {reached}; now {before}."
        )
    else:
        head = (
            f"{name}: để khả năng đạt là {asked} – hiện nay {before} – mỗi năm {found.first}–{found.last} cần đẩy thêm:"
            if vi
            else f"{name}: for a chance of {asked} – now {before} – each year {found.first}-{found.last} takes a push of:"
        )
    lines = [head]
    for lever_id, value in found.pushes.items():
        lever = store.scenario_levers[lever_id]
        said = before_text(found.experience[lever_id], language)
        lines.append(f"{lever.name.in_language(language)}: {signed(value, language)} {words.unit_text(lever.unit, language)} – {said}")
    if len(found.pushes) > 1:
        lines.append(_effort(found, vi))
    if found.unmeasured:
        names = ", ".join(store.scenario_levers[name].name.in_language(language).split(" (")[0] for name in found.unmeasured)
        lines.append(
            f"Lịch sử chưa có hoặc dưới ba năm để đo nỗ lực của: {names}; lấy một phần tư khoảng cho phép (phán đoán)."
            if vi
            else f"No record of three years to measure the effort of: {names}; a quarter of the range is used (judgement)."
        )
    return lines


def _effort(found: Any, vi: bool) -> str:
    size = words.number(found.effort, 1, "vi" if vi else "en")
    if set(found.unmeasured) == set(found.pushes):
        return f"Tổng nỗ lực: {size} đơn vị quy ước." if vi else f"Effort: {size} units of our own."
    return f"Tổng nỗ lực: {size} độ lệch chuẩn lịch sử." if vi else f"Effort: {size} historical standard deviations."
