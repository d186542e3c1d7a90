"""A text in both languages, and the ids that stand for things."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from forecast.errors import DomainError

_ID = re.compile(r"[a-z][a-z0-9_]*\Z")


def require_id(value: str, what: str) -> str:
    """Return `value` if it is an ascii snake_case identifier; raise DomainError otherwise."""
    if not _ID.match(value):
        raise DomainError(
            f"{what}: '{value}' không phải mã hợp lệ (chỉ chữ thường không dấu, số và dấu gạch dưới).",
            f"{what}: '{value}' is not a valid id (lower-case ascii letters, digits, underscore).",
        )
    return value


@dataclass(frozen=True)
class Text:
    """One text in both languages, Vietnamese first."""

    vi: str
    en: str

    @classmethod
    def same(cls, content: object) -> Text:
        """A text that reads the same in both languages: a name, a year, a code."""
        return cls(str(content), str(content))

    @classmethod
    def decimal(cls, value: float, places: int = 1) -> Text:
        """A small number with a decimal comma in Vietnamese and a point in English."""
        text = f"{value:.{places}f}"
        return cls(text.replace(".", ","), text)

    @classmethod
    def joined(cls, texts: Iterable[Text], between: str = ", ") -> Text:
        """The texts one after another, in each language."""
        parts = list(texts)
        return cls(between.join(part.vi for part in parts), between.join(part.en for part in parts))

    def __add__(self, other: Text | str) -> Text:
        return Text(self.vi + other, self.en + other) if isinstance(other, str) else Text(self.vi + other.vi, self.en + other.en)

    def __radd__(self, other: str) -> Text:
        return Text(other + self.vi, other + self.en)

    def in_language(self, language: str) -> str:
        """The side a renderer asks for; the only place where a language decides."""
        return self.vi if language == "vi" else self.en
