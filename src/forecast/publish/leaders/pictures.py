"""The pictures of an exhibit as the leaders' page carries them: SVG in both languages and every size, drawn while others are built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from forecast import memo
from forecast.publish.charts import canvas, svg
from forecast.publish.exhibits import Exhibit

Sizes = Mapping[str, tuple[int, int]]
Pictures = Mapping[tuple[str, str], str]  # SVG by (language, size)

MAIN: Sizes = {"wide": (640, 330), "narrow": (330, 330)}
BESIDE: Sizes = {"wide": (520, 300)}
SMALL: Sizes = {"wide": (420, 0)}
TORNADO: Sizes = {"wide": (330, 0)}


@dataclass(frozen=True)
class Pictured:
    """An exhibit with its pictures, which are waited for when they are asked for."""

    exhibit: Exhibit
    drawn: Callable[[], Pictures]

    @property
    def pictures(self) -> Pictures:
        """SVG by (language, size)."""
        return self.drawn()


def pictures(exhibit: Exhibit | None, name: str, sizes: Sizes, made_from: str) -> Pictured | None:
    """The exhibit with its chart begun in each language and size; None for no exhibit.

    `name` keeps ids of its pictures apart; `made_from` is the id of the run it shows: what was drawn of it before is not drawn again.
    """
    if exhibit is None or exhibit.chart is None:
        return None
    inputs = (dict(sizes), made_from)
    with suppress(LookupError):
        before = {(language, size): shape for language, size, shape in memo.kept(f"pictures-{name}", inputs)}
        return Pictured(exhibit, lambda: before)
    waiting = {}
    for size, (width, height) in sizes.items():
        for language, picture in canvas.svg_later(exhibit.chart(width, height), f"{name}-{size}").items():
            waiting[language, size] = picture

    @cache
    def drawn() -> Pictures:
        shapes = {key: svg.lighter(picture()) for key, picture in waiting.items()}
        for size in sizes:
            shapes["vi", size], shapes["en", size] = svg.shared(shapes["vi", size], shapes["en", size], f"{name}-{size}")
        memo.keep(f"pictures-{name}", inputs, [[*key, shape] for key, shape in shapes.items()])
        return shapes

    return Pictured(exhibit, drawn)
