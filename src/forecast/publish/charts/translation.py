"""One drawing in two languages: where two specifications differ in texts only, the drawn picture gets the other's texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

Differing = Iterator[tuple[Any, Any]]

_TEXT = re.compile(r"(?<=>)[^<>]+(?=</text>)")
_NUMBER = re.compile(r"[-\u2212]?[\d.,]+")  # as an axis prints it
_MARKS = str.maketrans(".,", ",.")
_NOT_DRAWN = ("locale",)


def texts(first: Any, second: Any) -> dict[str, str] | None:
    """By text of `first` that of `second`; None where anything else differs, or names beside an axis decide how wide it is."""
    pairs: dict[str, str] = {}
    for ours, theirs in _leaves(first, second):
        if isinstance(ours, str) and isinstance(theirs, str):
            if pairs.setdefault(ours, theirs) != theirs:
                return None
        elif ours != theirs or type(ours) is not type(theirs):
            return None
    return pairs


def translated(svg: str, pairs: dict[str, str]) -> str:
    """The picture with each text of `pairs` replaced, and the numbers of its axes with the other language's marks."""

    def other(match: re.Match[str]) -> str:
        text = unescape(match[0])
        return escape(pairs.get(text) or (text.translate(_MARKS) if _NUMBER.fullmatch(text) else text), quote=False)

    return _TEXT.sub(other, svg)


def _leaves(first: Any, second: Any) -> Differing:
    """The ends of two trees side by side; a pair that cannot be equal where the trees part, or where names stand on an axis."""
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        if first.get("type") == "nominal" and first.get("axis"):
            yield first, None
        for key in first:
            if key not in _NOT_DRAWN:
                yield from _leaves(first[key], second[key])
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for ours, theirs in zip(first, second, strict=True):
            yield from _leaves(ours, theirs)
    else:
        yield first, second
