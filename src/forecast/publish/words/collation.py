"""Vietnamese order of names for display: a ă â b c d đ ..., tones after letters, capitals after small ones (TCVN, Unicode CLDR vi)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng


def in_order(things: Iterable[Thing], name: Callable[[Thing], str] = str) -> list[Thing]:
    """The things by their names in Vietnamese order."""
    return sorted(things, key=lambda thing: key(name(thing)))


def key(text: str) -> tuple[list[int], list[int], str]:
    """What to sort a name by: its letters, then its tones, then its capitals."""
    letters: list[int] = []
    tones: list[int] = []
    for letter in _whole_letters(text):
        tone = next((mark for mark in letter[1:] if mark in _TONES), "")
        bare = unicodedata.normalize("NFC", "".join(part for part in letter if part not in _TONES)).lower()
        letters.append(100 + _LETTERS.index(bare) if bare in _LETTERS else min(ord(bare[0]), 99))
        tones.append(_TONES.index(tone) + 1 if tone else 0)
    return letters, tones, text.swapcase()


def _whole_letters(text: str) -> list[str]:
    """Each letter with the marks that follow it."""
    letters: list[str] = []
    for part in unicodedata.normalize("NFD", text):
        if letters and unicodedata.combining(part):
            letters[-1] += part
        else:
            letters.append(part)
    return letters
