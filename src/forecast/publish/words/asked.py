"""The sentence a reader asks for first: how it stands or what the asked years were, what lies ahead, the chance of what is asked."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.domain import Text
from forecast.publish.words import vocabulary
from forecast.publish.words.numbers import (
    NOTHING,
    Row,
    amount,
    chance,
    entered,
    indicator_text,
    number,
    percent,
    short_document,
    span_text,
    territory_text,
)
from forecast.publish.words.vocabulary import phrase, sentence

SURE, DOUBT = 0.95, 0.05  # a chance of these is said as what happened


def answer_said(summary: Row) -> Text:
    """How every sentence aloud begins: how it stands, what lies ahead, the chance of the rates the programme asks for."""
    start = indicator_text(summary["indicator"]) + ", " + territory_text(summary["territory"]) + ": "
    asked = summary.get("asked") or {}
    return start + standing(summary) + _ahead(summary) + Text.joined(map(_asked_chance, asked.get("ahead") or ()), "")


def standing(summary: Row) -> Text:
    """What the asked years were, or the level of the last year figures speak of; nothing where neither is known."""
    asked = summary.get("asked") or {}
    if past := asked.get("past"):
        return sentence(
            "stood", span=span_text(past["first"], past["last"]), middle=number(past["median"], 1), low=number(past["low"], 1),
            high=number(past["high"], 1), word=_past_word(past),
        )  # fmt: skip
    if now := asked.get("now"):
        band = in_band(now, str(now["unit"]))
        return sentence("stands", year=now["year"], band=band, grounds=_grounds(now["printed"]), asked=_level_asked(now.get("asked")))
    return NOTHING


def _level_asked(asked: Row | None) -> Text:
    """The chance that the level a document asked for in that year was reached, by the rebuilt draws."""
    if not asked:
        return NOTHING
    value, document = entered(asked["value"], str(asked["unit"])), short_document(asked["document"])
    return sentence("level_asked", year=asked["year"], value=value, document=document, likely=chance(asked["probability"]))


def routes_said(summary: Row) -> Text | None:
    """The band of the last year heard by each of the two routes to e-commerce revenue; None for another indicator."""
    now = (summary.get("asked") or {}).get("now") or {}
    if not now.get("routes"):
        return None
    each = (phrase(vocabulary.ROUTES, row["route"]) + " " + in_band(row, str(now["unit"])) for row in now["routes"])
    return sentence("routes_now", year=now["year"], each=Text.joined(each, "; "))


def _past_word(past: Row) -> Text:
    """What became of the asked rate, on average and in every year."""
    rate = percent(past["value"], 0 if float(past["value"]).is_integer() else 1) + f" ({short_document(past['document'])})"
    mean, every = float(past["average"]), float(past["every"])
    told = {"rate": rate, "likely": chance(mean)}
    average = sentence("average_met" if mean >= SURE else "average_missed" if mean <= DOUBT else "average_open", **told)
    if mean <= DOUBT:
        return average
    told = {"likely": chance(every)}
    return average + ", " + sentence("every_met" if every >= SURE else "every_missed" if every <= DOUBT else "every_open", **told)


def _grounds(printed: Sequence[Row]) -> Text:
    """What was printed of the indicator, territory by territory, or that nothing was."""
    if not printed:
        return sentence("nothing_printed")
    bounds = (phrase(vocabulary.BOUNDS, row.get("bound") or "exact") for row in printed)
    told = [
        territory_text(row["territory"]) + " " + bound + entered(row["value"], str(row["unit"])) + f" ({row['period']})"
        for row, bound in zip(printed, bounds, strict=True)
    ]
    return sentence("printed", figures=Text.joined(told, "; "))


def _ahead(summary: Row) -> Text:
    """The middle and the band of the years ahead, in as few words as there are."""
    first = summary.get("start_period") if summary.get("quantity") == "growth_average" else summary["end_period"]
    return sentence("ahead", span=span_text(first, summary["end_period"]), band=in_band(summary, str(summary["unit"])))


def in_band(row: Row, unit: str) -> Text:
    """A middle with its unit and the ends of its band, which share the unit where they can: 6,9 nghìn tỷ đồng (4,9–9,4)."""
    low, middle, high = (amount(row[name], unit) for name in ("low", "median", "high"))
    shared = Text(*(_unit_of(side) for side in (middle.vi, middle.en)))
    ends = [Text(end.vi.removesuffix(shared.vi), end.en.removesuffix(shared.en)) for end in (low, high)]
    return middle + " (" + ends[0] + "–" + ends[1] + ")"


def _unit_of(text: str) -> str:
    return text.lstrip("0123456789.,−-")


def _asked_chance(asked: Row) -> Text:
    rate = percent(asked["value"], 0 if float(asked["value"]).is_integer() else 1)
    return sentence("asked_chance", rate=rate, average=chance(asked["average"]), every=chance(asked["every"]))
