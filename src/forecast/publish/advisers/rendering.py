"""The renderer of the app: the one place where the language of a question turns texts into strings, for HTML and for files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from forecast.domain import Text
from forecast.publish import templating
from forecast.publish.charts import canvas, layers
from forecast.publish.exhibits import Exhibit

_INNER_ROLES = re.compile(r' (?:role|aria-roledescription)="[^"]*"')  # the figure around a picture is one image with a name
_SPOKEN = ("name", "title", "sentence", "head", "rows", "columns", "values")  # of an exhibit


def spoken(content: Any, language: str) -> Any:
    """The content with a string for each Text in it; an exhibit becomes a mapping of what it holds but its chart."""
    if isinstance(content, Text):
        return content.in_language(language)
    if isinstance(content, Exhibit):
        return {name: spoken(getattr(content, name), language) for name in _SPOKEN}
    if isinstance(content, Mapping):
        return {key: spoken(value, language) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [spoken(value, language) for value in content]
    return content


def html(template: str, language: str, **content: Any) -> str:
    """A template of the app in one language; texts in `content` may be Text."""
    return templating.render(f"advisers/{template}.html.j2", language=language, **spoken(content, language))


def shown(exhibit: Exhibit, language: str, width: int) -> dict[str, Any]:
    """An exhibit in one language as the page shows it and hands it out as a file: its chart as `svg` and as `spec`, if it has one."""
    content = spoken(exhibit, language)
    if exhibit.chart is not None:
        chart = exhibit.chart(width, 0)
        content["spec"] = layers.in_language(chart, language)
        content["svg"] = _INNER_ROLES.sub("", canvas.as_svg(chart, language, exhibit.name))
    return content
