"""A text in both languages, and the ids that stand for things."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from forecast.errors import DomainError, ForecastError

_SYSTEM = {
    errno.ENOENT: "không có tệp hay thư mục này",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.ENOSPC: "đĩa đầy",
    errno.EROFS: "đĩa chỉ cho đọc",
    errno.EIO: "đĩa lỗi",
    errno.EISDIR: "là thư mục, không phải tệp",
    errno.ENOTDIR: "có tệp trùng tên thư mục",
    errno.EMFILE: "mở quá nhiều tệp",
    errno.EADDRINUSE: "đã có chương trình dùng",
    errno.ECONNREFUSED: "không ai trả lời ở đó",
    errno.ETIMEDOUT: "quá lâu không trả lời",
    -2: "không có máy nào tên này",  # EAI_NONAME
    -3: "không hỏi được tên máy",  # EAI_AGAIN
}
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


def because(error: BaseException) -> Text:
    """Why something failed, in words of both languages, without Python's own where we have a word for it."""
    if isinstance(error, ForecastError):
        return Text(error.vi, error.en)
    if isinstance(error, UnicodeError):
        return Text("không phải chữ UTF-8", "not UTF-8")
    if isinstance(error, json.JSONDecodeError):
        return Text(f"sai dạng JSON ở dòng {error.lineno}, cột {error.colno}", f"no JSON at line {error.lineno}, column {error.colno}")
    if isinstance(error, KeyError):
        return Text(f"thiếu mục '{error.args[0]}'", f"'{error.args[0]}' is missing") if error.args else Text("thiếu một mục", "something is missing")
    if isinstance(error, TimeoutError):
        return Text(_SYSTEM[errno.ETIMEDOUT], "no answer in time")
    if isinstance(error, OSError) and error.errno:
        return Text(_SYSTEM.get(error.errno, f"hệ thống báo lỗi số {error.errno}"), error.strerror or os.strerror(error.errno))
    if isinstance(error, OSError):
        return Text("bên kia từ chối", str(error) or type(error).__name__)
    named = ", ".join(re.findall(r"'[^']*'", str(error))) if isinstance(error, ValueError) else ""
    return Text("nội dung sai dạng" + (f": {named}" if named else ""), str(error) or type(error).__name__)
