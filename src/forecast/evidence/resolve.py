"""The written rule by which several figures for one year become one point of a series.

In this order, for the figures of one key and kind known on `as_of`:

1. Corrections have been applied (corrections.yml); a year counts once it is over on `as_of`; only whole years count.
2. Expectations are set aside: edition 'expected' marks forecasts, projections and plans announced before the outturn.
3. One edition per series. An edition whose name begins with 'before_' is closed; all other rows, also those without an
   edition, form the current one. The newest edition that covers at least 8 years is used (the current one is the newest,
   then the closed ones by their newest vintage); if none does, the one with most years, ties to the newest.
4. Class: a figure of the statistics office or a ministry (official, preliminary, estimate) before a press figure, before
   a derived one, before an assumption.
5. Vintage: within a class the newest vintage, so that an office's revision replaces what it said before.
6. Status: of one vintage, official before preliminary before estimate; then an exact figure before 'about' before a bound.
7. Bounds that do not contradict: of 'over x' figures of one class known within 31 days of each other the highest is used
   (of 'nearly x' the lowest), for it says more.
8. Otherwise the first in the file, and the conflict says that no rule separates them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from forecast.domain import Conflict, Key, Kind, Observation, Series, Text

ENOUGH_YEARS = 8
CLOSED, EXPECTED = "before_", "expected"
SAME_TIME = timedelta(days=31)
_CLASS = {"official": 0, "preliminary": 0, "estimate": 0, "press": 1, "derived": 2, "assumption": 3}
_STATUS = {"official": 0, "preliminary": 1, "estimate": 2, "press": 3, "derived": 4, "assumption": 5}
_BOUND = {"exact": 0, "about": 1, "at_least": 2, "at_most": 2}
RULES = {
    "expected": Text("số dự kiến nhường cho số thực hiện", "an expectation gives way to an outturn"),
    "edition": Text("chuỗi chỉ dùng một đợt số liệu, không trộn", "a series uses one edition only"),
    "class": Text(
        "số của cơ quan thống kê/bộ dùng trước số báo chí, rồi đến số suy ra, rồi giả định",
        "the statistics office or ministry before the press, before derived figures, before assumptions",
    ),
    "vintage": Text("cùng loại thì dùng số công bố sau", "within a class the newest vintage"),
    "status": Text(
        "cùng ngày thì chính thức trước sơ bộ trước ước tính, số chính xác trước số 'khoảng', 'trên'",
        "of one vintage official before preliminary before estimate, exact before 'about' and 'over'",
    ),
    "bound": Text(
        "các số 'trên ...' không mâu thuẫn: dùng mức chặt hơn", "'over' figures that do not contradict: the tighter one"
    ),
    "order": Text(
        "không quy tắc nào phân định, tạm dùng dòng đứng trước; cần kiểm tra lại nguồn",
        "no rule separates them, the first in the file is used; check the sources",
    ),
}


def resolve(figures: Iterable[Observation], key: Key, kind: Kind, unit: str, as_of: date) -> Series:
    """One point per year of `key` and `kind` as known on `as_of`, by the rule above; `figures` have corrections applied."""
    published = [
        figure
        for figure in figures
        if figure.key == key
        and figure.kind == kind
        and figure.period.is_year
        and figure.vintage <= as_of
        and date(figure.period.first, 12, 31) <= as_of
    ]
    measured = [figure for figure in published if figure.edition != EXPECTED]
    chosen = choose_edition(measured)
    points, conflicts = [], []
    for year in sorted({figure.period.first for figure in chosen}):
        used = pick([figure for figure in chosen if figure.period.first == year])
        points.append(used)
        others = _others(used, published, measured)
        if others:
            conflicts.append(Conflict(year, used, others, _rule(used, others)))
    return Series(key, kind, unit, as_of, tuple(points), tuple(conflicts))


def edition_of(figure: Observation) -> str:
    """The closed edition a figure belongs to ('before_...'), or '' for the current one."""
    return figure.edition if figure.edition.startswith(CLOSED) else ""


def choose_edition(figures: Sequence[Observation]) -> list[Observation]:
    """The figures of the one edition a series uses (step 3)."""
    groups: dict[str, list[Observation]] = {}
    for figure in figures:
        groups.setdefault(edition_of(figure), []).append(figure)
    newest_first = sorted(
        groups, key=lambda name: (name == "", max(figure.vintage for figure in groups[name])), reverse=True
    )
    lengths = {name: len({figure.period.first for figure in groups[name]}) for name in newest_first}
    long_enough = [name for name in newest_first if lengths[name] >= ENOUGH_YEARS]
    if long_enough:
        return groups[long_enough[0]]
    return groups[max(newest_first, key=lengths.__getitem__)] if groups else []


def pick(candidates: Sequence[Observation]) -> Observation:
    """The figure used among those of one year and edition (steps 4 to 8)."""
    best = min(candidates, key=_rank)
    if best.bound in ("at_least", "at_most"):
        peers = [
            figure
            for figure in candidates
            if figure.bound == best.bound and _tier(figure) == _tier(best) and best.vintage - figure.vintage <= SAME_TIME
        ]
        tightest = max if best.bound == "at_least" else min
        best = tightest(peers, key=lambda figure: figure.value)
    return best


def agree(a: Observation, b: Observation) -> bool:
    """True if two figures are equal at the precision of the coarser one (46,811.2 and 46,811.173)."""
    coarser = max(last_decimal(a.value), last_decimal(b.value))
    return abs(Decimal(repr(a.value)) - Decimal(repr(b.value))) <= coarser / 2


def last_decimal(value: float) -> Decimal:
    """One unit of the last decimal of a printed value, at most 1."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return Decimal(1).scaleb(min(int(exponent), 0))


def _tier(figure: Observation) -> int:
    return _CLASS[figure.status]


def _rank(figure: Observation) -> tuple:
    return (_tier(figure), -figure.vintage.toordinal(), _STATUS[figure.status], _BOUND[figure.bound], figure.row)


def _others(
    used: Observation, published: Sequence[Observation], measured: Sequence[Observation]
) -> tuple[Observation, ...]:
    """Figures of the year that say something else; of other editions only those that are no series of their own."""
    years: dict[str, set[int]] = {}
    for figure in measured:
        years.setdefault(edition_of(figure), set()).add(figure.period.first)
    return tuple(
        figure
        for figure in published
        if figure.period == used.period
        and figure is not used
        and not agree(figure, used)
        and (figure.edition == EXPECTED or edition_of(figure) == edition_of(used) or len(years[edition_of(figure)]) == 1)
    )


def _reason(used: Observation, other: Observation) -> str:
    if other.edition == EXPECTED:
        return "expected"
    if edition_of(used) != edition_of(other):
        return "edition"
    if _tier(used) != _tier(other):
        return "class"
    if (
        used.bound == other.bound
        and used.bound in ("at_least", "at_most")
        and abs(used.vintage - other.vintage) <= SAME_TIME
    ):
        return "bound"
    if used.vintage != other.vintage:
        return "vintage"
    return "status" if _rank(used)[2:4] != _rank(other)[2:4] else "order"


def _rule(used: Observation, others: Sequence[Observation]) -> Text:
    reasons = dict.fromkeys(_reason(used, other) for other in others)
    return Text("; ".join(RULES[name].vi for name in reasons), "; ".join(RULES[name].en for name in reasons))
