"""Pieces of HTML from our templates, every value escaped; the one place apps render them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from forecast import headline
from forecast.domain import Text
from forecast.publish.words.numbers import minus

FOLDER = Path(__file__).parent
READERS = ("leaders", "advisers", "register", "papers")  # whose templates lie beside the code that prints them
SPACED = re.compile(r"(?<=\d)[ \u00a0]%")  # English writes 80%, whatever a source's note does


def folders() -> dict[str, Path]:
    """Where templates, scripts and styles lie, by the first part of their names; 'shared' are those of every page."""
    return {"shared": FOLDER / "templates"} | {name: FOLDER / name / "templates" for name in READERS}


def path_of(name: str) -> Path:
    """The file of a template, script or style: 'leaders/page.js'."""
    reader, file = name.split("/")
    return folders()[reader] / file


def render(name: str, /, *, typeset: bool = False, **values: Any) -> str:
    """A template of ours with `values`; texts are escaped, a missing value is an error; `typeset` minds signs."""
    return _environment(typeset).get_template(name).render(**values)


@cache
def _environment(typeset: bool) -> Any:
    from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
    from markupsafe import Markup

    class Honest(Environment):
        """Jinja calls a name missing where the property of that name fails; it is there, and what went wrong in it is told."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            return getattr(obj, attribute) if hasattr(type(obj), attribute) else super().getattr(obj, attribute)

    environment = Honest(
        loader=PrefixLoader({name: FileSystemLoader(path) for name, path in folders().items()}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_typeset if typeset else None,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tight"] = lambda text: SPACED.sub("%", text)
    environment.filters["drawn"] = Markup  # pictures drawn by our own charts
    environment.filters["facts"] = lambda value: Markup(as_script(value))
    environment.globals["home"], environment.globals["ranked"] = headline.home, headline.ranked
    environment.globals["file"] = lambda name: Markup(path_of(name).read_text("utf-8"))
    return environment


def _typeset(value: Any) -> Any:
    """A text whose per cent signs stay beside their numbers, with a minus that is one; markup of ours as it is."""
    return minus(value.replace(" %", "\u00a0%")) if type(value) is str else value


def as_script(value: Any) -> str:
    """JSON that may stand inside a <script> element, each Text a pair: no '<', '>', '&' or separator of lines is left in it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_pair)
    for letter in "&<>\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _pair(value: Any) -> list[str]:
    if not isinstance(value, Text):
        raise TypeError(f"{type(value).__name__} has no place in a page")
    return [value.vi, value.en]
