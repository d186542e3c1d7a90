"""What a reader of the leaders' page looks at: as its address, and as a short code that the page and `forecast open` find again."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from forecast.domain import Text
from forecast.errors import PublishError
from forecast.policy.scenarios.codes import ALPHABET, SHORT, tidy
from forecast.publish import words
from forecast.publish.published import Publication, PublishedRun, indicators

LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class View:
    """Territory, measure, language and, by indicator, the target whose chance is spoken of; every name is an ASCII id."""

    territory: str
    measure: str
    language: str = "vi"
    targets: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The state as the page keeps it behind the '#'."""
        parts = {"language": self.language, "territory": self.territory, "measure": self.measure}
        parts |= {f"target.{name}": target for name, target in sorted(self.targets.items()) if target}
        return "&".join(f"{name}={value}" for name, value in parts.items())

    @property
    def code(self) -> str:
        """Ten letters and digits, the first bits of two hashes of the address: page.js makes the same."""
        first, second = 0x811C9DC5, 0x9747B28C
        for letter in self.address.encode("ascii"):
            first = (first ^ letter) * 0x01000193 & 0xFFFFFFFF
            second = ((second ^ letter) * 0x5BD1E995 & 0xFFFFFFFF) ^ (second >> 13)
        return "-".join("".join(ALPHABET[number >> shift & 31] for shift in range(27, 6, -5)) for number in (first, second))

    def link(self, address: str) -> str:
        """Where the page opens at this view; `address` is the page's own ('' where none is known: the state alone)."""
        return f"{address.split('#')[0]}#{self.address}"


def answers(publication: Publication, view: View) -> list[PublishedRun]:
    """The run of each headline indicator that the page shows in a view, in their order."""
    chosen = []
    for indicator in indicators():
        runs = [run for run in publication.runs if (run.indicator, run.territory) == (indicator, view.territory)]
        measures = {run.measure for run in publication.runs if run.indicator == indicator}
        fitting = [run for run in runs if len(measures) < 2 or run.measure == view.measure]
        chosen += fitting[:1]
    return chosen


def usual(publication: Publication, language: str = "vi", territory: str = "", measure: str = "") -> View:
    """The view the page opens with, each indicator at its run's own target; PublishError for what was not published."""
    views = switches(publication)
    chosen = next((pair for pair in views if territory in ("", pair[0]) and measure in ("", pair[1])), None)
    if chosen is None or language not in LANGUAGES:
        listed = "; ".join(f"{first}, {second}" for first, second in views)
        raise PublishError(
            f"Không có kết quả công bố cho '{territory}', '{measure}', '{language}'; có: {listed}.",
            f"Nothing is published for '{territory}', '{measure}', '{language}'; there are: {listed}.",
        )
    view = View(*chosen, language)
    return View(*chosen, language, {run.indicator: _headline(run) for run in answers(publication, view)})


def switches(publication: Publication) -> list[tuple[str, str]]:
    """The territories and measures the page can be switched to, as it opens first."""
    runs = [run for run in publication.runs if run.indicator in indicators()]
    territories = dict.fromkeys(run.territory for run in runs)
    by_indicator = [list(dict.fromkeys(run.measure for run in runs if run.indicator == name)) for name in indicators()]
    measures = next((names for names in by_indicator if len(names) > 1), [""])
    return list(itertools.product(territories, measures))


def _headline(run: PublishedRun) -> str:
    row = words.headline_row(run.summary, run.tables.get("verdicts"))
    return str(row["target"]) if row else ""


def views(publication: Publication) -> Iterator[View]:
    """Every view of a publication: what a code can stand for."""
    for (territory, measure), language in itertools.product(switches(publication), LANGUAGES):
        runs = answers(publication, View(territory, measure))
        names = [run.indicator for run in runs]
        choices = [["", *(str(row["target"]) for row in words.rows_of(run.tables.get("verdicts")))] for run in runs]
        for targets in itertools.product(*choices):
            yield View(territory, measure, language, {name: target for name, target in zip(names, targets, strict=True) if target})


def find(publication: Publication, text: str) -> View:
    """The view of a code as a person pasted it, or of an address; PublishError where this publication has none such."""
    plain = unicodedata.normalize("NFKC", text).strip()
    asked = plain.rsplit("#", 1)[-1] if "territory=" in plain else tidy(plain)
    for view in views(publication):
        if asked in (view.code, view.address):
            return view
    raise PublishError(
        f"Mã '{tidy(text)[:40]}' không mở được cách xem nào của bản đang công bố: hãy xem lại mã trên giấy "
        f"(10 chữ và số sau '{SHORT}'), hay lập lại báo cáo từ bản mới.",
        f"The code '{tidy(text)[:40]}' opens no view of what is published now: look again at the paper "
        f"(ten letters and digits after '{SHORT}'), or make the paper anew.",
    )


def subject(publication: Publication, view: View) -> Text:
    """The territory and measure of a view in words."""
    measured = Text.joined(dict.fromkeys(words.measure_text(run.measure) for run in answers(publication, view)[1:2]), "; ")
    return words.territory_text(view.territory) + (Text("; kinh tế số theo ", "; digital share by ") + measured if measured.vi else "")
