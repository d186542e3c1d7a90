"""Which slips a machine could see: the written rule the benchmark judges by, apart from the checks themselves.

1. A form can always be seen: a name that is in no register, an empty cell that must not be empty, another type, a date that
   does not exist or lies after today, a word of another list.
2. A number can be seen when it leaves what its likes have: for a level three times the largest or a third of the smallest figure
   of the same indicator and kind of territory (a percentage no further than 100), for a rate ten points beyond them; for an
   assumption or a fact a factor of ten, or another sign where the likes have one sign.
3. A number inside that can be seen when something speaks against it: both neighbouring years of a level lie more than 30 % away on
   the same side; the growth printed for that year says another step (more than 5 points); the name of a target prints another number.
4. A target turned about (`at_most` for a floor) can be seen beside its likes or its unit. A date of a document can be seen when
   the document's name prints it, or its year; the years of a target when its own baseline or date of issue contradicts them.
5. What is left nobody can see without the source: a plausible number without any like, an earlier day, one more word such as
   'about', the status of a figure, an edition left out, the range of a lever, a push of a scenario inside that range.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from mutations import FACTORS, Mutation

from forecast.evidence.content import OBSERVATIONS, TARGETS, Content

FORMS = ("misspelt", "misspelt key", "emptied", "another type", "malformed", "future date", "far date")
MAY_BE_EMPTY = {"value_high", "measure", "baseline", "baseline_year", "edition", "superseded_by", "pillar", "note", "issued"}
MAY_BE_EMPTY |= {"source", "view", "central", "history", "parent", "price_basis"}  # in the YAML files
JUDGED = {"low", "high", "step", "limits", "control", "rating", "history"}  # a choice of the kit, no measured number


class Likes:
    """The figures a number can be held against."""

    def __init__(self, content: Content) -> None:
        self.content, self.spans = content, defaultdict(list)
        self.rows = {figure.row: figure for figure in content.observations}
        for figure in content.observations:
            kind = content.territories[figure.key.territory].kind
            self.spans[figure.key.indicator, figure.kind, kind].append(figure)
        for target in content.targets:
            self.spans[target.indicator, "target", ""].append(target)

    def beyond(self, name: tuple[str, str, str], value: float, row: int, rate: bool) -> bool:
        """Whether a number leaves what its likes have."""
        values = [like.value for like in self.spans[name] if like.value is not None]  # its own old value is one of them
        if not values:
            return False
        low, high = min(values), max(values)
        if rate:
            return not low - 10 <= value <= high + 10
        top = 100.0 if self.content.indicators[name[0]].support[1] == 100 else high * 3
        return not low / 3 <= value <= min(top, high * 3)

    def against_neighbours(self, row: int, value: float) -> bool:
        """Whether both neighbouring years of a level lie more than 30 % away on one side."""
        figure = self.rows[row]
        around = [
            [like.value for like in self.spans[figure.key.indicator, figure.kind, self.content.territories[figure.key.territory].kind]
             if like.key == figure.key and like.period.is_year and like.period.first == figure.period.first + step and not like.edition]
            for step in (-1, 1)
        ]
        if figure.kind != "level" or not figure.period.is_year or not all(around) or value <= 0 or figure.edition:
            return False
        ratios = [value / like for side in around for like in side if like]
        return all(ratio > 1.3 for ratio in ratios) or all(ratio < 1 / 1.3 for ratio in ratios)


def could_be_seen(mutation: Mutation, likes: Likes) -> bool:
    """Whether the rule above says that a machine could see this slip."""
    column = next(part for part in reversed(mutation.column.split("/")) if not part.isdigit())
    if mutation.kind in FORMS:
        return not (mutation.kind == "emptied" and column in MAY_BE_EMPTY)
    if column in JUDGED:
        return False
    if mutation.file == OBSERVATIONS:
        return column == "value" and _figure(mutation, likes)
    if mutation.file == TARGETS:
        return _target(mutation, column, likes)
    if mutation.file.startswith("scenarios/"):
        return False  # a push inside its lever's range is the adviser's to choose
    if mutation.kind in FACTORS:
        return True
    return mutation.kind == "sign" and not mutation.column.split("/")[0].endswith("_mean")


def _figure(mutation: Mutation, likes: Likes) -> bool:
    figure, value = likes.rows[mutation.position], float(mutation.new)
    kind = likes.content.territories[figure.key.territory].kind
    rate = figure.kind.startswith("growth")
    if likes.beyond((figure.key.indicator, figure.kind, kind), value, mutation.position, rate):
        return True
    return likes.against_neighbours(mutation.position, value)


def _target(mutation: Mutation, column: str, likes: Likes) -> bool:
    target = next(target for target in likes.content.targets if target.row == mutation.position)
    if column == "direction":
        return True
    if column in ("first", "last"):
        return mutation.kind in FACTORS or mutation.kind == "sign" or int(mutation.new) < int(target.issued[:4] or 0) or int(mutation.new) > 2060
    if column in ("value", "value_high", "baseline"):
        if column != "baseline" and _printed(target.name.vi, mutation.old) and not _printed(target.name.vi, mutation.new):
            return True
        rate = target.kind != "level"
        return likes.beyond((target.indicator, "target", ""), float(mutation.new), mutation.position, rate) or (rate and 0 < float(mutation.new) < 1)
    if column == "issued":
        return _dates(target.document) not in ("", mutation.new)
    return False


def _printed(text: str, number: str) -> bool:
    return number.replace(".", ",") in re.findall(r"\d+(?:,\d+)?", text)


def _dates(text: str) -> Any:
    days = re.findall(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    return f"{days[-1][2]}-{int(days[-1][1]):02}-{int(days[-1][0]):02}" if days else ""
