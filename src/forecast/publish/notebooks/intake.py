"""The preview of a file, in a terminal and as a page: what is new, revised, conflicting or refused, cell by cell, and what it changes."""

from __future__ import annotations

import difflib
import html
from collections.abc import Iterable, Sequence
from datetime import date

from forecast import headline
from forecast.domain import Text
from forecast.evidence import Evidence
from forecast.evidence.intake import Kept, Line, Preview, State, keep_mapping, told
from forecast.policy.outlooks.effects import Effect
from forecast.publish.words.numbers import amount, chance, measure_text, number, unit_text

STATES: dict[State, Text] = {
    "new": Text("số mới", "new"),
    "revised": Text("điều chỉnh", "revised"),
    "conflicting": Text("mâu thuẫn", "conflicting"),
    "asked": Text("cần ghép một lần", "to be mapped once"),
    "refused": Text("bị từ chối", "refused"),
    "same": Text("đã có, không đổi", "known, unchanged"),
    "skipped": Text("không lấy", "not taken"),
}
HEAD = tuple(
    Text(vi, en)
    for vi, en in (
        ("Ô", "Cell"), ("Việc", "State"), ("Chuỗi", "Series"), ("Kỳ", "Period"), ("Đọc được", "As read"),
        ("Số nhập", "Value"), ("Số cũ", "Old"), ("Thay đổi", "Change"), ("Ghi chú", "Note"),
    )
)  # fmt: skip
MOST_LINES = 400
TO_LOOK_AT: tuple[State, ...] = ("conflicting", "asked", "refused", "revised", "new")  # in this order
KNOWN: tuple[State, ...] = ("same", "skipped")  # of which nothing comes
LEFT_OUT = ("không lấy / not taken", "")
POINTS = {"percent": "percentage_points", "percent_per_year": "percentage_points"}  # of a width


def sentences(shown: Preview) -> list[Text]:
    """What the file holds, in one line, and why it cannot be taken in."""
    counts = [(state, len(shown.of(state))) for state in STATES]
    counted = Text.joined(
        Text(f"{count} {STATES[state].vi}", f"{count} {STATES[state].en}") for state, count in counts if count
    )
    refused = len(shown.received.refusals)
    name, declared = shown.received.name, shown.declared
    head = Text(f"Tệp {name}: ", f"File {name}: ") + counted
    if declared.document:
        head = Text.same(f"{declared.document} ({declared.published:%d/%m/%Y}): ") + counted
    if refused:
        head += Text(f"; {refused} ô bị từ chối", f"; {refused} refused cells")
    verdict = (
        Text("CHƯA NHẬP ĐƯỢC, cần sửa:", "CANNOT BE TAKEN IN, to be mended:")
        if shown.problems
        else Text("Có thể nhập. Chưa ghi gì vào số liệu.", "Can be taken in. Nothing is written yet.")
    )
    return [head + ".", verdict, *("  - " + problem for problem in shown.problems)]


def doubts(shown: Preview) -> list[Text]:
    """What wants a second look: warnings of the checks, remarks of the reader."""
    warned = [finding.text for finding in shown.findings if finding.severity == "warning"]
    told = [
        f"{remark.sheet}{'!' if remark.cell else ''}{remark.cell}: " + remark.text
        for remark in shown.remarks
        if not remark.refused
    ]
    return [*warned, *told]


def rows(shown: Preview, store: Evidence, states: Sequence[State]) -> list[tuple[Text, ...]]:
    """One row a figure, what has to be looked at first."""
    lines = sorted((line for line in shown.lines if line.state in states), key=lambda line: states.index(line.state))
    return [_row(line, store) for line in lines[:MOST_LINES]]


def _row(line: Line, store: Evidence) -> tuple[Text, ...]:
    figure, mapped = line.mapped.figure, line.mapped
    indicator, territory = store.indicators.get(mapped.indicator), store.territories.get(mapped.territory)
    series = (
        indicator.name + " · " + (territory.name if territory else Text.same(mapped.territory))
        if indicator
        else Text.same(f"{figure.indicator} · {figure.territory}")
    )
    value = (
        Text("", "")
        if not indicator or line.state in ("asked", "skipped")
        else _amount(float(mapped.value), mapped.unit)
    )
    old = _amount(line.old.value, line.old.unit) if line.old else Text("", "")
    jump = Text("", "") if line.jump is None or line.state == "same" else number(line.jump, 1) + Text(" %", "%")
    cell = f"{figure.sheet.strip()}!{figure.cell}".lstrip("!")
    read = (
        f"{figure.raw} {figure.unit}".replace(".", ",")
        if isinstance(figure.raw, float)
        else f"{figure.raw} {figure.unit}"
    )
    return (
        Text.same(cell),
        STATES[line.state],
        series,
        Text.same(figure.period),
        Text.same(read),
        value,
        old,
        jump,
        line.reason,
    )


def _amount(value: float, unit: str) -> Text:
    places = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return number(value, places) + " " + unit_text(unit)


def changes(effects: Iterable[Effect], store: Evidence) -> list[Text]:
    """What taking the file in changes in each headline answer; one sentence where nothing moves."""
    told = []
    for effect in effects:
        if not effect.moves:
            continue
        indicator, territory = store.indicators[effect.indicator].name, store.territories[effect.territory].name
        parts = [_change(Text(f"giữa dải {effect.year}", f"middle of {effect.year}"), effect.median, effect.unit)]
        parts.append(
            _change(
                Text(f"dải 80 % năm {effect.year} rộng", f"80% band of {effect.year}, width"),
                effect.band,
                POINTS.get(effect.unit, effect.unit),
            )
        )
        if effect.target:
            name = next(target.name for target in store.targets if target.id == effect.target)
            before, after = map(chance, effect.chance)
            moved = before + (Text(", không đổi", ", unchanged") if before == after else " → " + after)
            parts.append(Text(f"khả năng đạt “{name.vi}”: ", f"chance of “{name.en}”: ") + moved)
        told.append(
            indicator + " (" + measure_text(effect.measure) + "), " + territory + ": " + Text.joined(parts, "; ") + "."
        )
    return told or [Text("Không câu trả lời nào ở trang lãnh đạo thay đổi.", "No headline answer changes.")]


def _change(what: Text, values: tuple[float | None, float | None], unit: str) -> Text:
    return what + ": " + amount(values[0], unit) + " → " + amount(values[1], unit)


def series_by_name(store: Evidence) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What a person chooses a series from, as names and values: indicators with who measures them, and territories, the province's own first."""
    series = [(indicator, measure) for indicator in store.indicators.values() for measure in indicator.measures]
    named = [(f"{indicator.name.vi} ({measure_text(measure).vi})", f"{indicator.id}/{measure}") for indicator, measure in series]
    own = headline.territories(store)
    places = [*own, *(name for name in store.territories if name not in own)]
    return named, [(store.territories[name].name.vi, name) for name in places]


def asks(shown: Preview, store: Evidence) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What a person still has to tell: ('row' or 'place', as printed, options as label and value, the nearest words first)."""
    named, places = series_by_name(store)
    options = {"row": [LEFT_OUT, *named], "place": places}
    figures = [(line.mapped.asks, line.mapped.figure) for line in shown.of("asked") if not line.mapped.figure.code]
    asked = [("row", figure.indicator) for kind, figure in figures if kind == "row"]
    asked += [("place", figure.territory) for kind, figure in figures if kind == "place"]
    return [(kind, printed, _nearest(printed, options[kind])) for kind, printed in dict.fromkeys(asked)]


def _nearest(printed: str, options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    near = difflib.get_close_matches(printed, [label for label, _ in options], n=5, cutoff=0.3)
    return sorted(options, key=lambda option: near.index(option[0]) if option[0] in near else len(near))


def tell(shown: Preview, store: Evidence, choices: Iterable[tuple[str, str, str]], *, by: str, on: date) -> Kept:
    """The mapping with what a person chose (kind, printed, value), kept for the next file of this shape."""
    lines = [(kind, f"{printed}={value}") for kind, printed, value in choices]
    rows_, places = ([text for kind, text in lines if kind == wanted] for wanted in ("row", "place"))
    figures = shown.received.figures
    mapping = told(shown.mapping, rows_, places, False, figures, by=by, on=on)
    keep_mapping(store.folder, mapping, figures, shown.received.name)
    return mapping


def as_text(shown: Preview, store: Evidence, told: Sequence[Text] = ()) -> str:
    """The preview for a terminal, Vietnamese first."""
    lines = [f"{text.vi}\n    {text.en.strip()}" for text in sentences(shown)]
    for row in rows(shown, store, TO_LOOK_AT):
        lines.append(" | ".join(part.vi for part in row if part.vi))
    lines += [f"Xem lại / look again: {text.vi}\n    {text.en}" for text in doubts(shown)]
    lines += [f"Sẽ đổi / will change: {text.vi}\n    {text.en}" for text in told]
    return "\n".join(lines)


def as_page(shown: Preview, store: Evidence, told: Sequence[Text] = ()) -> str:
    """The preview as HTML without any script, every text of the file escaped; what is known already is folded away."""
    headed = (
        (Text("Nhập vào thì câu trả lời đổi thế nào", "What taking it in changes"), told),
        (Text("Nên xem lại", "Look again"), doubts(shown)),
    )
    parts = [_paragraphs(sentences(shown))]
    parts += [f"<h4>{_both(head)}</h4>{_paragraphs(texts)}" for head, texts in headed if texts]
    parts.append(_table(rows(shown, store, TO_LOOK_AT)))
    if unchanged := rows(shown, store, KNOWN):
        name = Text(f"{len(unchanged)} số đã có, không đổi, hoặc không lấy", f"{len(unchanged)} known or not taken")
        parts.append(f"<details><summary>{_both(name)}</summary>{_table(unchanged)}</details>")
    style = "font:15px/1.5 'Noto Sans','Segoe UI',sans-serif;color:#16222e"
    return f'<div style="{style}">{"".join(parts)}</div>'


def _table(lines: Sequence[tuple[Text, ...]]) -> str:
    style = "text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid #d5dde3;vertical-align:top"
    head = "".join(f'<th scope="col" style="{style}">{_both(text)}</th>' for text in HEAD)
    body = "".join(
        "<tr>" + "".join(f'<td style="{style}">{html.escape(text.vi)}</td>' for text in row) + "</tr>" for row in lines
    )
    table = f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return table if lines else ""


def _paragraphs(texts: Iterable[Text]) -> str:
    return "".join(f'<p style="margin:4px 0">{_both(text)}</p>' for text in texts)


def _both(text: Text) -> str:
    return f'{html.escape(text.vi.strip())} <small style="color:#4a5a68">{html.escape(text.en.strip())}</small>'
