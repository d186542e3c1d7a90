"""The year that is not over, said from the months that are counted."""

from __future__ import annotations

from forecast.domain import Text
from forecast.publish.words.numbers import Row, entered, percent, short_document
from forecast.publish.words.vocabulary import sentence


def this_year_texts(summary: Row) -> list[Text]:
    """The year not yet over: what its months grew by, the whole year with its band, and what each target of it still takes."""
    facts = summary.get("this_year")
    if not facts:
        return []
    told = {name: percent(facts[name], 1) for name in ("median", "low", "high")}
    sentences = [sentence("this_year", year=facts["year"], months=facts["months"], counted=entered(facts["counted"], "percent", 2), **told)]
    for target in facts["targets"]:
        asked = {"value": entered(target["value"], "percent", 2), "document": short_document(target["document"]), "rest": 12 - int(facts["months"])}
        sentences.append(sentence("rest_needed", year=facts["year"], needed=percent(target["needed"], 1), **asked))
    return sentences
