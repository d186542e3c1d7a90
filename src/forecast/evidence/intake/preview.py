"""What taking a file in would do, before anything is written: new, revised, conflicting, refused figures, each with its cell.

The figures are tried on a copy of the data folder, so every named check looks at them beside all others.
"""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Literal

from forecast.domain import Key, Observation, Text
from forecast.domain.figures import STATUS_WORDS
from forecast.evidence import store as folder_store
from forecast.evidence.content import COLUMNS, OBSERVATIONS, SOURCES
from forecast.evidence.findings import Finding
from forecast.evidence.intake.figures import Declared
from forecast.evidence.intake.mapping import Kept, Mapped, map_figures, read_mapping
from forecast.evidence.intake.reading import NOTHING_DECLARED, Received, read
from forecast.evidence.intake.sheets import Remark
from forecast.evidence.records import ranked_name
from forecast.evidence.store import Evidence

State = Literal["new", "revised", "same", "conflicting", "asked", "skipped", "refused"]
_SURENESS = ("assumption", "derived", "press", "estimate", "preliminary", "official")


@dataclass(frozen=True)
class Line:
    """One figure of a file: what it would do, the figure it stands beside, and why it cannot be taken."""

    mapped: Mapped
    state: State
    old: Observation | None = None
    reason: Text = Text("", "")

    @property
    def jump(self) -> float | None:
        """The change from the old figure, per cent of it."""
        return 100.0 * (float(self.mapped.value) / self.old.value - 1.0) if self.old and self.old.value else None


@dataclass(frozen=True)
class Preview:
    """A file beside the evidence: its lines, remarks of its cells, findings of the checks that are new with it."""

    received: Received
    mapping: Kept
    lines: tuple[Line, ...]
    declared: Declared
    findings: tuple[Finding, ...]  # new with the file; those that name one of its figures name its cell
    source: str  # the id it would be taken in under

    def of(self, *states: State) -> list[Line]:
        return [line for line in self.lines if line.state in states]

    @property
    def remarks(self) -> tuple[Remark, ...]:
        return self.received.remarks

    @property
    def problems(self) -> list[Text]:
        """Why the file cannot be taken in, each with sheet and cell; empty when it can."""
        by_reason = {line.reason: line.mapped.figure for line in reversed(self.of("conflicting", "asked", "refused"))}
        cells = [f"{figure.sheet}!{figure.cell}: " + reason for reason, figure in reversed(by_reason.items())]
        refused = [
            f"{remark.sheet}!{remark.cell}: ".replace("!:", ":") + remark.text for remark in self.received.refusals
        ]
        errors = [finding.text for finding in self.findings if finding.severity == "error"]
        nothing = (
            [] if self.of("new", "revised") else [Text("tệp không có số nào mới.", "the file holds no new figure.")]
        )
        return [*refused, *cells, *errors, *nothing]


def preview(
    content: bytes,
    name: str,
    store: Evidence,
    *,
    on: date,
    declared: Declared = NOTHING_DECLARED,
    mapping: Kept | None = None,
) -> Preview:
    """Read a file and set it beside the evidence as known on `on`; writes nothing. `mapping`: instead of the one kept."""
    received = read(content, name, [territory.name.vi for territory in store.territories.values()], declared)
    kept = mapping or read_mapping(store.folder, received.shape)
    mapped = map_figures(received.figures, kept, store.indicators, store.territories)
    lines = _without_twins([_line(entry, store) for entry in mapped])
    shown = Preview(received, kept, tuple(lines), declared, (), source_id(received, on, store))
    entered = [line for line in lines if line.state in ("new", "revised")]
    if received.refusals or not entered:
        return shown
    findings = _tried(store, shown, on)
    return replace(shown, findings=tuple(findings))


def _line(mapped: Mapped, store: Evidence) -> Line:
    if mapped.skipped:
        return Line(mapped, "skipped")
    if mapped.problem:
        return Line(mapped, "asked", reason=mapped.problem)
    held = [
        figure
        for figure in store.figures(mapped.indicator, mapped.measure, mapped.territory, annual=False)
        if str(figure.period) == mapped.figure.period and figure.kind == mapped.kind
    ]
    if not held:
        return Line(mapped, "new")
    used = _used(mapped, store)
    old = used or max(held, key=lambda figure: (figure.vintage, _SURENESS.index(figure.status)))
    if abs(float(mapped.value) - old.value) <= 1e-9 * max(1.0, abs(old.value)) and (
        old.status == mapped.figure.status or mapped.figure.code
    ):
        return Line(mapped, "same", old)
    if _SURENESS.index(mapped.figure.status) < _SURENESS.index(old.status):
        source = store.sources.get(old.source.split("+")[0])
        title, value = source.title if source else old.source, f"{old.value:.10g}".replace(".", ",")
        was, now = STATUS_WORDS[old.status].vi, STATUS_WORDS[mapped.figure.status].vi
        vi = f"đã có số {was} {value} ({title}); số {now} không thay số chắc hơn."
        en = f"an {old.status} figure {old.value:.10g} is there ({old.source}); an {mapped.figure.status} one does not replace a surer one."
        return Line(mapped, "conflicting", old, Text(vi, en))
    return Line(mapped, "revised", old)


def _used(mapped: Mapped, store: Evidence) -> Observation | None:
    """The figure that the series of the kit has for the year, None for parts of years and averages."""
    if mapped.kind not in ("level", "growth") or not mapped.figure.period.isdigit():
        return None
    key = Key(mapped.indicator, mapped.measure, mapped.territory)
    return store.series(key, kind="growth" if mapped.kind == "growth" else "level").at(int(mapped.figure.period))


def _without_twins(lines: Sequence[Line]) -> list[Line]:
    """Two cells for one series and period: the second conflicts where it says another value, else it says the same."""
    seen: dict[tuple[str, ...], Line] = {}
    judged = []
    for line in lines:
        mapped = line.mapped
        key = (mapped.indicator, mapped.measure, mapped.territory, mapped.figure.period, mapped.kind)
        first = seen.setdefault(key, line) if line.state in ("new", "revised") else line
        if first is line:
            judged.append(line)
        elif first.mapped.value == mapped.value:
            judged.append(Line(mapped, "same", line.old))
        else:
            vi = f"ô {first.mapped.figure.cell} của tệp ghi {first.mapped.value:f} cho cùng chuỗi và kỳ."
            judged.append(
                Line(
                    mapped,
                    "conflicting",
                    line.old,
                    Text(vi, f"cell {first.mapped.figure.cell} of the file says {first.mapped.value:f} for the same."),
                )
            )
    return judged


def source_id(received: Received, on: date, store: Evidence) -> str:
    """The id of a file taken in: its day and the start of its digest; undone that day, it comes again with a number behind."""
    undone = {rule.match.get("source") for rule in store.corrections}
    first = f"intake_{on:%Y%m%d}_{received.digest[:8]}"
    return next(name for nth in count(1) if (name := first if nth == 1 else f"{first}_{nth}") not in undone)


def observation_rows(shown: Preview, on: date) -> list[dict[str, str]]:
    """The lines of observations.csv of the new and revised figures."""
    rows = []
    for line in shown.of("new", "revised"):
        mapped, figure = line.mapped, line.mapped.figure
        printed = "" if figure.unit == mapped.unit else f'"{figure.raw} {figure.unit}"'
        rows.append(
            {
                **dict.fromkeys(COLUMNS[OBSERVATIONS].split(), ""),
                **{"indicator": mapped.indicator, "measure": mapped.measure, "territory": mapped.territory},
                **{
                    "period": figure.period,
                    "kind": mapped.kind,
                    "value": as_written(mapped.value),
                    "unit": mapped.unit,
                },
                **{
                    "vintage": on.isoformat(),
                    "status": figure.status,
                    "bound": "exact",
                    "source": shown.source,
                },
                **{"locator": f"{figure.sheet.strip() or '-'}!{figure.cell}", "note": printed},
            }
        )
    return rows


def as_written(value: Decimal) -> str:
    """Digits and a decimal point only, as our own files are written."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def csv_lines(rows: Sequence[Mapping[str, str]], columns: str) -> str:
    """Rows as our own csv files hold them."""
    stream = io.StringIO()
    csv.DictWriter(stream, columns.split(), lineterminator="\n").writerows(rows)
    return stream.getvalue()


def source_row(shown: Preview, on: date, who: str, reason: str, home: str) -> dict[str, str]:
    """The line of sources.csv that signs a file."""
    return {
        **dict.fromkeys(COLUMNS[SOURCES].split(), ""),
        **{
            "source": shown.source,
            "title": shown.declared.document or f"Tệp {shown.received.name}",
            "publisher": f"{home}; người nhập: {who}",
        },
        **{"published": (shown.declared.published or on).isoformat(), "vintage": on.isoformat()},
        **{"summary": f"{reason} (sha256 {shown.received.digest})"},
    }


def _home(data: Path) -> str:
    """The province whose figures these are, with its rank."""
    _, places = folder_store.registers(data)
    own = next((name for name, facts in places.items() if facts.get("headline") and "valid_to" not in facts), "")
    name = ranked_name(own, Text(**places[own]["name"])).vi if own else "tỉnh"
    return name[:1].upper() + name[1:]


def with_file(data: Path, shown: Preview, on: date, who: str = "", reason: str = "") -> dict[str, str]:
    """The two tables of the data folder with the file's lines at their ends; what was there stays byte for byte."""
    added = {
        OBSERVATIONS: csv_lines(observation_rows(shown, on), COLUMNS[OBSERVATIONS]),
        SOURCES: csv_lines([source_row(shown, on, who, reason, _home(data))], COLUMNS[SOURCES]),
    }
    texts = {name: (data / name).read_bytes().decode("utf-8-sig") for name in added}
    return {name: text + ("" if text.endswith("\n") else "\n") + added[name] for name, text in texts.items()}


@contextlib.contextmanager
def copy_with(data: Path, contents: Mapping[str, str]) -> Iterator[Path]:
    """A copy of the data folder in which these files are others."""
    with tempfile.TemporaryDirectory(prefix="forecast-intake-") as folder:
        copy = Path(folder) / "data"
        for path in folder_store.data_files(data):
            target = copy / path.relative_to(data)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.is_file():
                shutil.copyfile(path, target)
        for name, text in contents.items():
            (copy / name).write_text(text, encoding="utf-8")
        yield copy


def _tried(store: Evidence, shown: Preview, on: date) -> list[Finding]:
    """The findings that are new when the file is in; a finding on one of its lines names its cell and the series in words."""
    data = store.folder
    before = {(finding.check, finding.en) for finding in folder_store.check(data)}
    first = len((data / OBSERVATIONS).read_text(encoding="utf-8-sig").splitlines()) + 1
    entered = [line.mapped for line in shown.of("new", "revised")]
    with copy_with(data, with_file(data, shown, on, "-", "-")) as copy:
        after = folder_store.check(copy)
    new = [finding for finding in after if (finding.check, finding.en) not in before and finding.severity != "notice"]
    return [_at_cell(finding, entered, first, store) for finding in new]


def _at_cell(finding: Finding, entered: list[Mapped], first: int, store: Evidence) -> Finding:
    nth = finding.row - first
    if finding.file != OBSERVATIONS or not 0 <= nth < len(entered):
        return finding
    mapped = entered[nth]
    key = str(Key(mapped.indicator, mapped.measure, mapped.territory))
    indicator, territory = store.indicators[mapped.indicator].name, store.territories[mapped.territory].name
    vi, en = (
        text.replace(key, f"{name}, {where}")
        for text, name, where in ((finding.vi, indicator.vi, territory.vi), (finding.en, indicator.en, territory.en))
    )
    return Finding(finding.check, finding.severity, f"{mapped.figure.sheet}!{mapped.figure.cell}", 0, vi, en)
