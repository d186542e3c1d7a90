"""Sentences and names of scenarios: what they push, what it adds up to, whether it ever happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from forecast import headline
from forecast.columns import ENOUGH_YEARS
from forecast.domain import Text
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import (
    Names,
    Row,
    chance,
    indicator_text,
    number,
    percent,
    short_document,
    signed,
    territory_text,
    unit_of_change,
    unit_text,
    without_brackets,
)
from forecast.publish.words.vocabulary import phrase, sentence


def judged_quantity(indicator: str) -> str:
    """What a headline indicator is compared by, year by year: 'growth' or 'level'."""
    return headline.registered().studies[indicator].judged.split("_")[0]


def scenario_names(store: Any, ids: Iterable[str]) -> dict[str, Text]:
    """The names of scenarios by id; one that is no file keeps its id."""
    scenarios = store.scenarios
    return {name: scenarios[name].name if name in scenarios else Text.same(name) for name in ids}


def lever_names(store: Any, rows: pd.DataFrame) -> dict[str, Text]:
    """The names of the levers in a table, with the component a push is about; the path of a document has its own name."""
    names = {}
    for row in rows.to_dict("records"):
        name = _lever_name(store, row["lever"])
        names[row["lever"]] = name + ", " + territory_text(row["territory"]) if row.get("territory") else name
    return names


def _lever_name(store: Any, lever_id: str) -> Text:
    if lever := store.scenario_levers.get(lever_id):
        return without_brackets(lever.name)
    if fact := store.lever_facts.get(lever_id):
        return without_brackets(Text(fact["name"]["vi"], fact["name"]["en"]))
    return phrase(vocabulary.CHANGES, lever_id)


def difference_sentence(row: Row, names: Names) -> Text:
    """How far a scenario is from the first in the last year, and the chance that it comes out higher."""
    year, average = row["year"], row["quantity"] == "growth_average"
    when = Text(f"bình quân đến {year}", f"on average to {year}") if average else Text(f"năm {year}", f"in {year}")
    return sentence(
        "difference",
        name=names[row["scenario"]],
        other=names[row["against"]],
        when=when,
        unit=unit_of_change(row["unit"]),
        higher=_plain_chance(row["chance"]),
        apart=_plain_chance(row["chance_independent"]),
        **{end: signed(row[end]) for end in ("median", "low", "high")},
    )


def _plain_chance(value: float) -> Text:
    if value in (0.0, 1.0):
        return Text("chắc chắn", "certain") if value else Text("chắc chắn không", "none")
    return chance(value)


def before_text(experience: Mapping[str, Any]) -> Text:
    """Whether a push has happened before, in a sentence: 'đã từng xảy ra chưa?'."""
    word = phrase(vocabulary.EXPERIENCE, experience["colour"])
    if experience["colour"] == "none" or experience["extreme"] is None:
        return word
    reach, extreme, record = number(experience["reach"], 1), number(experience["extreme"], 1), experience["extreme_year"]
    last, years = experience["last"], experience["years"]
    parts = [Text("cộng với cơ sở là ", "with the baseline ") + reach]
    if last and last != record:
        parts.append(Text(f"gần đây nhất năm {last}", f"last in {last}"))
    side = {"high": Text("cao nhất", "highest"), "low": Text("thấp nhất", "lowest")}[experience["side"]]
    parts.append(Text(f"{side.vi} {extreme.vi} năm {record}", f"{side.en} {extreme.en} in {record}"))
    if years < ENOUGH_YEARS:  # a record of extremes only
        parts.append(Text(f"chỉ có {years} năm số liệu", f"years known: {years}"))
    return word + ": " + Text.joined(parts, "; ") + " (" + territory_text(headline.NATION) + ")"


def joint_sentences(joint: Any) -> tuple[Text, Text]:
    """The joint chance beside each target's own, independence and the widest bounds; the correlations it rests on."""
    each = Text.joined(chance(value) for value in joint.each)
    pairs = Text.joined((_pair(*correlation) for correlation in joint.correlations), "; ")
    together, product = chance(joint.probability), chance(joint.product)
    ends, count = _between(joint.lowest, joint.highest), len(joint.targets)
    together_text = sentence("joint", count=count, together=together, each=each, product=product, ends=ends)
    return together_text, sentence("joint_pairs", pairs=pairs)


def _between(low: float, high: float) -> Text:
    """The widest bounds of a chance in words; whole percents, never nought or certain."""
    least, most = percent(100 * low, 0), percent(100 * high, 0)
    if high < 0.01:
        return Text("không tới 1 %", "below 1%")
    if low < 0.01:
        return Text("không quá ", "at most ") + most
    return Text(f"từ {least.vi} đến {most.vi}", f"between {least.en} and {most.en}")


def _pair(first: str, second: str, correlation: float, years: int) -> Text:
    names = indicator_text(first) + " – " + indicator_text(second) + ": "
    if years < ENOUGH_YEARS:
        return names + Text(f"{years} năm chung, quá ít: coi là độc lập", f"{years} common years, too few: independent")
    return names + number(correlation, 2) + Text(f" ({years} năm)", f" ({years} years)")


def solution_sentences(solution: Any, store: Any) -> list[Text]:
    """A solution in words: what it takes, how far from experience, or that the allowed range does not reach the chance."""
    levers = store.scenario_levers
    lines = [_solution_head(solution)]
    for lever_id, value in solution.pushes.items():
        push = levers[lever_id].name + ": " + signed(value) + " " + unit_text(levers[lever_id].unit)
        lines.append(push + " – " + before_text(solution.experience[lever_id]))
    if len(solution.pushes) > 1:
        lines.append(_effort(solution))
    if solution.unmeasured:
        names = Text.joined(without_brackets(levers[lever_id].name) for lever_id in solution.unmeasured)
        lines.append(sentence("unmeasured", names=names))
    return lines


def _solution_head(solution: Any) -> Text:
    asked, reached, before = percent(100 * solution.chance, 0), percent(100 * solution.reached, 0), chance(solution.before)
    start = f"{short_document(solution.document)}: "
    if not solution.possible:
        return start + sentence("solution_impossible", asked=asked, reached=reached, before=before)
    first, last = solution.first, solution.last
    return start + sentence("solution_takes", asked=asked, before=before, first=first, last=last)


def _effort(solution: Any) -> Text:
    size = Text("Tổng nỗ lực: ", "Effort: ") + number(solution.effort, 1)
    if set(solution.unmeasured) == set(solution.pushes):
        return size + Text(" (1 = một phần tư khoảng cho phép của một đòn bẩy).", " (1 = a quarter of a lever's allowed range).")
    usual = Text("mức dao động thường thấy trong quá khứ, một độ lệch chuẩn", "the usual swing of the past, one standard deviation")
    return size + " (1 = " + usual + ")."
