"""What one file says: every figure with indicator, territory, period, kind, unit, status and cell, or why it may not be read.

A sheet is read whole or not at all: one refused cell keeps all its figures out.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from forecast import files
from forecast.domain import Text
from forecast.evidence.intake import doubts, numbers
from forecast.evidence.intake.cells import figures_of
from forecast.evidence.intake.figures import Declared, SheetFigure
from forecast.evidence.intake.opendocument import read_ods
from forecast.evidence.intake.packages import LARGEST, read_xlsx
from forecast.evidence.intake.places import Places, places_of
from forecast.evidence.intake.sheets import Remark, Sheet, UnreadableError, address, column_letters
from forecast.evidence.intake.texts import read_text
from forecast.evidence.letters import control_characters, is_garbled, is_proper, lost_letters, old_encoding, to_unicode

NOTHING_DECLARED = Declared()
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Received:
    """A file as it was read: figures of the sheets nothing was refused in, and every remark with its cell."""

    name: str
    digest: str
    figures: tuple[SheetFigure, ...]
    remarks: tuple[Remark, ...]
    shape: str = ""  # the same for next month's file of the same tables

    @property
    def refusals(self) -> tuple[Remark, ...]:
        return tuple(remark for remark in self.remarks if remark.refused)


def read(content: bytes, name: str, provinces: Sequence[str], declared: Declared = NOTHING_DECLARED) -> Received:
    """Read a file's bytes; `provinces` are the Vietnamese names of the register. Never raises for what the file holds."""
    digest = files.sha256_of(content)
    try:
        sheets, active, encoding = sheets_of(content, name)
        remarks = (
            []
            if encoding in ("", "UTF-8")
            else [_told("", f"bảng mã {encoding}, đã chuyển sang Unicode", f"{encoding}, converted")]
        )
        with _without_collector():
            figures, told, subjects = _read_sheets(sheets, active, places_of(tuple(provinces)), declared)
    except UnreadableError as error:
        return Received(name, digest, (), (Remark("", error.cell, error.text),))
    return Received(name, digest, tuple(figures), tuple(remarks + told), files.sha256_of("\n".join(subjects))[:12])


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """No search for circles meanwhile: cells and figures make none, and there may be a million of them."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def as_facts(received: Received) -> dict[str, Any]:
    """What was read as plain values: figures, refusals and what else was said, each with sheet and cell."""
    names = ("indicator", "territory", "period", "kind", "unit", "status", "sheet", "cell")
    figures = [
        {**{name: getattr(f, name) for name in names}, "value": float(f.value), "raw": str(f.raw)}
        for f in received.figures
    ]
    told = [
        {"sheet": r.sheet, "cell": r.cell, "vi": r.text.vi, "en": r.text.en, "refused": r.refused}
        for r in received.remarks
    ]
    return {
        **{"file": received.name, "sha256": received.digest, "read": figures},
        **{
            "refuse": [line for line in told if line["refused"]],
            "warn": [line for line in told if not line["refused"]],
        },
    }


def sheets_of(content: bytes, name: str) -> tuple[list[Sheet], int, str]:
    """The sheets of a file by what its bytes are, not by its name; raises UnreadableError."""
    if not content:
        raise UnreadableError("tệp rỗng.", "the file is empty.")
    if len(content) > LARGEST:
        raise UnreadableError(f"tệp quá {LARGEST // 10**6} MB.", f"the file is over {LARGEST // 10**6} MB.")
    if content.startswith(_OLD_EXCEL):
        vi = "tệp .xls cũ (hoặc có mật khẩu); mở bằng Excel rồi lưu lại thành .xlsx, không đặt mật khẩu."
        raise UnreadableError(
            vi, "an old .xls (or with a password); open it in Excel and save it as .xlsx without a password."
        )
    if content.startswith(b"PK"):
        opendocument = b"opendocument.spreadsheet" in content[:300] or Path(name).suffix.lower() == ".ods"
        return (*(read_ods(content) if opendocument else read_xlsx(content)), "")
    if content.startswith(b"%PDF"):
        raise UnreadableError(
            "tệp PDF không đọc được; cần bảng tính .xlsx.", "a PDF cannot be read; a workbook (.xlsx) is needed."
        )
    return read_text(content)


def _read_sheets(
    sheets: list[Sheet], active: int, places: Places, declared: Declared
) -> tuple[list[SheetFigure], list[Remark], list[str]]:
    seen, remarks = _visible(sheets, active)
    own = [numbers.marks_of(_typed(sheet)) for sheet in seen]
    marks = numbers.Marks.added(own)
    cover = next((name for sheet in seen for name in [_cover(sheet, places)] if name), "")
    figures: list[SheetFigure] = []
    before, subjects = None, set[str]()
    for sheet, shown in zip(seen, own, strict=True):
        context = replace(_with_mark(declared, shown, marks), cover=cover)
        remarks += [] if declared.mark else _mixed(sheet, shown)
        part = figures_of(sheet, places, context, before)
        figures, before = figures + part.figures, part
        remarks += part.remarks
        subjects |= set(part.subjects)
    if not any(remark.refused for remark in remarks):
        remarks += doubts.across(figures)
    remarks = _once(remarks)
    refused = {remark.sheet for remark in remarks if remark.refused}
    accepted = [figure for figure in figures if figure.sheet not in refused]
    if not accepted and not refused:
        none = Text("không tìm thấy bảng số nào.", "no table of figures was found.")
        remarks.append(Remark(seen[0].name if seen else "", "A1", none))
    return accepted, remarks, sorted(subjects)


def _visible(sheets: list[Sheet], active: int) -> tuple[list[Sheet], list[Remark]]:
    """The sheets and cells their sender sees, their texts cleaned, and what is said of the others."""
    remarks: list[Remark] = []
    seen: list[Sheet] = []
    for nth, sheet in enumerate(sheets):
        if sheet.hidden and nth != active:
            if sheet.cells:
                remarks.append(_told(sheet.name, "trang tính ẩn, không đọc", "hidden sheet, not read"))
            continue
        remarks += _about_hidden(sheet)
        visible = sheet.without_hidden()
        remarks += _clean(visible)
        if visible.cells:
            seen.append(visible)
    return seen, remarks


def _once(remarks: list[Remark]) -> list[Remark]:
    """The first refusal of each cell, and every other remark once."""
    keyed = {(r.sheet, r.cell, r.refused, "" if r.cell else r.text.vi): r for r in reversed(remarks)}
    return list(keyed.values())[::-1]


def _with_mark(declared: Declared, own: numbers.Marks, of_file: numbers.Marks) -> Declared:
    """The decimal mark a sheet's numbers show, or the file's where they show none; what the sender declares goes first."""
    if declared.mark:
        return declared
    shown = own if own.comma or own.point else of_file
    return replace(declared, mark=shown.mark, thousandths=bool(own.thousandths or of_file.thousandths))


def _mixed(sheet: Sheet, own: numbers.Marks) -> list[Remark]:
    """Both decimal marks in one sheet: the cell of the rarer one, unless a cell of two readings is refused anyway."""
    if not (own.comma and own.point) or own.either:
        return []
    rare = "," if own.comma <= own.point else "."
    cells = (
        (spot, cell.value)
        for spot, cell in sheet.cells.items()
        if isinstance(cell.value, str) and numbers.is_typed(cell.value)
    )
    spot, text = next((spot, text) for spot, text in cells if numbers.mark_in(text) == rare)
    vi = f"'{text}': trong một bảng có cả dấu phẩy và dấu chấm thập phân; sửa cho thống nhất."
    return [
        Remark(
            sheet.name, address(*spot), Text(vi, f"'{text}': decimal commas and points in one table; make them one.")
        )
    ]


def _cover(sheet: Sheet, places: Places) -> str:
    """The territory that a sheet without figures (a cover, a letter) names."""
    if sum(cell.is_number for cell in sheet.cells.values()) > 2:
        return ""
    return next((name for cell in sheet.cells.values() if (name := places.within(cell.text))), "")


def _typed(sheet: Sheet) -> list[str]:
    return [cell.value for cell in sheet.cells.values() if isinstance(cell.value, str) and numbers.is_typed(cell.value)]


def _about_hidden(sheet: Sheet) -> list[Remark]:
    used = sorted({column for _, column in sheet.cells} & sheet.hidden_columns)
    rows = sorted({row for row, _ in sheet.cells} & sheet.hidden_rows)
    told = []
    if used:
        names = f"{column_letters(used[0])}:{column_letters(used[-1])}"
        told.append(
            _told(
                sheet.name,
                f"cột ẩn {names} là số phụ, không đọc",
                f"hidden columns {names} are working figures, not read",
            )
        )
    if rows:
        names = f"{rows[0]}-{rows[-1]}"
        told.append(_told(sheet.name, f"dòng ẩn {names}, không đọc", f"hidden rows {names}, not read"))
    if sheet.name != sheet.name.strip():
        told.append(_told(sheet.name, "tên trang tính có dấu cách thừa", "the sheet name has blanks at its ends"))
    return told


def _clean(sheet: Sheet) -> list[Remark]:
    """Turn the texts of a sheet into composed Unicode; refuse those whose letters are gone, name control characters."""
    remarks: list[Remark] = []
    converted = {name: 0 for name in ("TCVN3", "VNI")}
    for spot, cell in list(sheet.cells.items()):
        if not isinstance(cell.value, str) or is_proper(cell.value):
            continue
        if cell.value.isascii() and cell.value.isprintable() and "?" not in cell.value:
            continue
        where = address(*spot)
        if signs := control_characters(cell.value):
            named = ", ".join(signs)
            vi = f"ô có ký tự điều khiển {named}; gõ lại ô này."
            remarks.append(
                Remark(sheet.name, where, Text(vi, f"the cell holds control characters {named}; type it again."))
            )
        elif is_garbled(cell.value) or lost_letters(cell.value):
            vi = f"'{cell.value[:40]}': chữ bị hỏng bảng mã, không khôi phục được; lưu lại tệp gốc dạng .xlsx hoặc UTF-8."
            en = f"'{cell.value[:40]}': letters were lost in a wrong encoding; save the original as .xlsx or UTF-8."
            remarks.append(Remark(sheet.name, where, Text(vi, en)))
        else:
            text = to_unicode(cell.value, cell.font)
            if name := old_encoding(cell.value):
                converted[name] += 1
            if text != cell.value:
                sheet.cells[spot] = cell._replace(value=text)
    told = [(name, count) for name, count in converted.items() if count]
    return remarks + [
        _told(sheet.name, f"{count} ô gõ bằng {name}, đã chuyển sang Unicode", f"{count} cells in {name}, converted")
        for name, count in told
    ]


def _told(sheet: str, vi: str, en: str) -> Remark:
    return Remark(sheet, "", Text(vi, en), refused=False)
