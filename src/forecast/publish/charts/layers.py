"""The layers of a chart: a table's rows, a mark and Altair's channels, put together as one Vega-Lite specification in both languages.

Altair's own charts copy every row and channel at each step of their making, which took two thirds of a page's time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, TypeVar, cast

import pandas as pd
from altair.utils import schemapi

from forecast.domain import Text
from forecast.publish import words

Spec = dict[str, Any]  # Vega-Lite, its texts as Text until `in_language` chooses
_MOST_KEPT = 64  # answers of a `per_table` function: more than one page's chart needs

Function = TypeVar("Function", bound=Callable[..., Any])


def per_table(function: Function) -> Function:
    """The function with its last answers kept by the very tables it was asked with: a page draws each in several sizes.

    Its answers are shared, so nobody changes them.
    """
    answers: dict[tuple[Any, ...], tuple[tuple[Any, ...], Any]] = {}

    @wraps(function)
    def asked(*arguments: Any) -> Any:
        key = tuple(argument if isinstance(argument, Hashable) else id(argument) for argument in arguments)
        if key not in answers:
            if len(answers) >= _MOST_KEPT:
                del answers[next(iter(answers))]
            answers[key] = arguments, function(*arguments)  # the tables are held, so that no other takes their place
        return answers[key][1]

    return cast(Function, asked)


def chart(function: Function) -> Function:
    """The function that builds a chart; its channels are not held against Vega-Lite's schema one by one: the tests check whole charts."""

    @wraps(function)
    def built(*arguments: Any, **named: Any) -> Any:
        with schemapi.debug_mode(False):
            return function(*arguments, **named)

    return cast(Function, built)


def in_language(spec: Any, language: str) -> Any:
    """The specification with each Text in one language."""
    if isinstance(spec, Text):
        return spec.in_language(language)
    if isinstance(spec, dict):
        return {name: in_language(part, language) for name, part in spec.items()}
    return [in_language(part, language) for part in spec] if isinstance(spec, list | tuple) else spec


def letters(text: Text) -> int:
    """How long a text is in the language in which it is longer, so that it has one place in both."""
    return max(len(text.vi), len(text.en))


@dataclass(frozen=True)
class Layer:
    """What is drawn of a table; each step makes a new layer of the same table."""

    table: Any  # a DataFrame or a list of mappings
    style: Mapping[str, Any] = field(default_factory=dict)
    channels: tuple[Any, ...] = ()  # of Altair
    name: str = ""

    def mark(self, kind: str, **style: Any) -> Layer:
        """The same rows drawn with marks of a kind: area, bar, line, point, rect, rule, text, tick."""
        return replace(self, style={"type": kind, **style})

    def encode(self, *channels: Any) -> Layer:
        """With these channels (alt.X, alt.Y ...) beside those it has."""
        return replace(self, channels=self.channels + channels)

    def named(self, name: str) -> Layer:
        """With a name by which a page finds its marks."""
        return replace(self, name=name)


def plot(table: Any) -> Layer:
    """A table, or a list of mappings, to be drawn; empty cells are null."""
    return Layer(table)


def layered(layers: Sequence[Layer], data: dict[str, Any]) -> Spec:
    """The layers as a view of Vega-Lite, one over the other; their rows are put into `data` by name, for the whole to hold."""
    written: dict[int, Spec] = {}  # a channel that many layers share is written once
    tables: dict[int, Any] = {id(layer.table): layer.table for layer in layers}
    names = {key: f"rows{len(data) + number}" for number, key in enumerate(tables)}
    fields: dict[int, dict[str, None]] = {key: {} for key in tables}
    views = []
    for layer in layers:
        views.append(_view(layer, names[id(layer.table)], written))
        fields[id(layer.table)] |= {channel["field"]: None for channel in views[-1]["encoding"].values() if "field" in channel}
    data |= {names[key]: _rows(table, tuple(fields[key])) for key, table in tables.items()}
    return {"layer": views}


def _view(layer: Layer, data: str, written: dict[int, Spec]) -> Spec:
    for channel in layer.channels:
        if id(channel) not in written:
            written[id(channel)] = channel.to_dict(validate=False, context={})
    encoding = {channel._encoding_name: written[id(channel)] for channel in layer.channels}
    named = {"name": layer.name} if layer.name else {}
    return {**named, "data": {"name": data}, "mark": dict(layer.style), "encoding": encoding}


@per_table
def _rows(table: Any, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows with the fields that are drawn only."""
    if not isinstance(table, pd.DataFrame):
        return words.rows_of(table)
    columns = [table[name].tolist() for name in fields]
    if not fields:
        return [{} for _ in range(len(table))]
    return [{name: None if words.is_missing(value) else value for name, value in zip(fields, row, strict=True)} for row in zip(*columns, strict=True)]
