"""Pieces of HTML from our templates, every value escaped; the one place apps render them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parent / "templates"
MINUS = re.compile(r"(?<![\w.,)/%-])-(?=\d)")  # a hyphen before a number, not between two
SPACED = re.compile(r"(?<=\d)[ \u00a0]%")  # English writes 80%, whatever a source's note does


def render(name: str, /, *, typeset: bool = False, **values: Any) -> str:
    """A template of ours with `values`; texts are escaped, a missing value is an error; `typeset` minds signs."""
    return _environment(typeset).get_template(name).render(**values)


@cache
def _environment(typeset: bool) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_typeset if typeset else None,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tight"] = lambda text: SPACED.sub("%", text)
    environment.filters["drawn"] = Markup  # pictures drawn by our own charts
    environment.filters["facts"] = lambda value: Markup(as_script(value))
    environment.globals["file"] = lambda name: Markup((TEMPLATES / name).read_text("utf-8"))
    return environment


def _typeset(value: Any) -> Any:
    """A text whose per cent signs stay beside their numbers, with a minus that is one; markup of ours as it is."""
    return minus(value.replace(" %", "\u00a0%")) if type(value) is str else value


def minus(text: str) -> str:
    """The text with a minus sign before its negative numbers."""
    return MINUS.sub("\u2212", text)


def as_script(value: Any) -> str:
    """JSON that may stand inside a <script> element: no '<', '>', '&' or separator of lines is left in it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "&<>\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text
