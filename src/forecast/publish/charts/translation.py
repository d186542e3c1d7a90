"""One drawing in two languages: the picture drawn in Vietnamese gets the English texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

from forecast.domain import Text

_TEXT = re.compile(r"(?<=>)[^<>]+(?=</text>)")
_NUMBER = re.compile(r"[-\u2212]?[\d.,]+")  # as an axis prints it
_MARKS = str.maketrans(".,", ",.")
_NOT_DRAWN = ("locale",)


def texts(spec: Any) -> dict[str, str] | None:
    """By Vietnamese text of a specification the English; None where one has two, or names beside an axis decide how wide it is."""
    pairs: dict[str, str] = {}
    for vi, en in _texts(spec):
        if en is None or pairs.setdefault(vi, en) != en:
            return None
    return pairs


def translated(svg: str, pairs: dict[str, str]) -> str:
    """The picture with each text of `pairs` replaced, and the numbers of its axes with the other language's marks."""

    def other(match: re.Match[str]) -> str:
        text = unescape(match[0])
        return escape(pairs.get(text) or (text.translate(_MARKS) if _NUMBER.fullmatch(text) else text), quote=False)

    return _TEXT.sub(other, svg)


def _texts(spec: Any) -> Iterator[tuple[str, str | None]]:
    """The texts that may be drawn, in both languages; without the second where names stand on an axis."""
    if isinstance(spec, Text):
        yield spec.vi, spec.en
    elif isinstance(spec, str):
        yield spec, spec
    elif isinstance(spec, dict):
        if spec.get("type") == "nominal" and spec.get("axis"):
            yield "", None
        for name, part in spec.items():
            if name not in _NOT_DRAWN:
                yield from _texts(part)
    elif isinstance(spec, list):
        for part in spec:
            yield from _texts(part)
