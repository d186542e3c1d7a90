"""One thing a reader of the data folder must know: where it is, what was found and what to do, in two languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from forecast.domain import Text

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

    @property
    def text(self) -> Text:
        """One line: place and what is wrong."""
        row = Text(f", dòng {self.row}", f", line {self.row}") if self.row else Text("", "")
        return self.file + row + ": " + Text(self.vi, self.en)
