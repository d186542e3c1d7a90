"""The year that is not over, said from the months that are counted."""

from __future__ import annotations

from forecast.domain import Text
from forecast.publish.words.numbers import Row, percent, plain_number, short_document
from forecast.publish.words.vocabulary import sentence


def this_year_texts(summary: Row) -> list[Text]:
    """The year not yet over: what its months grew by, the whole year with its band, and what each target of it still takes."""
    facts = summary.get("this_year")
    if not facts:
        return []
    told = {name: percent(facts[name], 1) for name in ("median", "low", "high")}
    said = [sentence("this_year", year=facts["year"], months=facts["months"], counted=_as_printed(facts["counted"]), **told)]
    for target in facts["targets"]:
        asked = {"value": _as_printed(target["value"]), "document": short_document(target["document"]), "rest": 12 - int(facts["months"])}
        said.append(sentence("rest_needed", year=facts["year"], needed=percent(target["needed"], 1), **asked))
    return said


def _as_printed(rate: float) -> Text:
    """Percent with the digits it was published with."""
    return plain_number(rate) + Text(" %", "%")
