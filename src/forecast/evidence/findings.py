"""One thing a reader of the data folder must know: where it is, what was found and what to do, in two languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "notice"]
SEVERITIES = ("error", "warning", "notice")


@dataclass(frozen=True)
class Finding:
    """`error` stops loading, `warning` wants a second look, `notice` is something a reader should know."""

    check: str
    severity: Severity
    file: str
    row: int  # line of the file, 0 for the file as a whole
    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """One line: place and text."""
        word, text = ("dòng", self.vi) if language == "vi" else ("line", self.en)
        return f"{self.file}, {word} {self.row}: {text}" if self.row else f"{self.file}: {text}"
