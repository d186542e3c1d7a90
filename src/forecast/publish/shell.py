"""What every page is set in: its document, its mark, the messages it falls back on, and the digest of all it prints."""

from __future__ import annotations

import html
from pathlib import Path

from forecast import files
from forecast.runs import folders

BROKEN = (
    "Trang chưa hiển thị được. Hãy tải lại trang; nếu vẫn lỗi, báo bộ phận kỹ thuật của tỉnh.",
    "The page cannot be shown. Reload it; if that fails, tell the province's IT staff.",
)
LONGEST_HEAD = 2000  # letters of a page in which its mark stands
FOLDER_VARIABLE = "FORECAST_PAGES"  # where a server keeps pages it has drawn


def static_folder(root: Path | str) -> Path:
    """Where every published run leaves the page as one file."""
    return Path(root) / "parameterized_runs" / "static"


def marked(place: Path, now: str) -> str:
    """The text of a stored page where it shows what there is now, else nothing."""
    text = place.read_text("utf-8") if place.is_file() else ""
    return text if mark(now) in text[:LONGEST_HEAD] else ""


def message(vi: str, en: str) -> str:
    """A plain message in both languages as HTML, every character escaped."""
    style = "font:20px/1.5 'Noto Sans','Segoe UI',sans-serif;max-width:640px;margin:12vh auto;padding:24px;color:#16222e"
    return (
        f'<div class="hy-message" style="{style}"><p lang="vi"><b>{html.escape(vi)}</b></p>'
        f'<p lang="en" style="color:#4a5a68">{html.escape(en)}</p></div>'
    )


def whole(body: str, language: str, now: str = "") -> str:
    """A document around the page that asks no other machine for anything; `now` marks what was published when it was drawn."""
    title = "Bảng điều hành Hưng Yên" if language == "vi" else "Hưng Yên leadership board"
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; connect-src 'none'"
    return (
        f'<!doctype html>\n<html lang="{html.escape(language)}"><head><meta charset="utf-8">{mark(now)}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" '
        f'content="{policy}"><title>{title}</title><link rel="icon" href="data:,"></head><body>\n{body}\n</body></html>\n'
    )


def mark(now: str) -> str:
    """What a stored page carries in its head: what there was to show when it was drawn."""
    return f'<meta name="forecast-page" content="{now}">'


def digest(root: Path | str) -> str:
    """All that a page prints, in twenty letters: the figures, what is published, and the whole package that draws it."""
    root = Path(root)
    figures = sorted(path for path in (root / "data").rglob("*") if path.suffix in (".csv", ".yml"))
    return files.sha256_of(files.code_digest() + files.digest_of([*figures, *folders.pointers(root)], root))[:20]
