"""Workbooks as their packages hold them: xlsx and ods, one pass over the XML, after size and ratio were looked at.

openpyxl needs two passes (formulas, stored values) of ten seconds each for 100,000 rows, faster readers leave out number formats,
fonts and formulas that were never calculated, all of which decide here whether a figure may be read.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import IO, Any

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import from_excel

from forecast.evidence.intake.sheets import Cell, Merge, Sheet, UnreadableError, Value, spot

LARGEST, MOST_UNPACKED, MOST_RATIO = (
    50_000_000,
    400_000_000,
    200,
)  # bytes, bytes, unpacked to packed of files above a megabyte
_DIGITS_UP = re.compile(r"(m|km|dm|cm)\Z")  # the base of a unit whose exponent is written as superscript
_Styles = list[tuple[str, str, bool]]  # number format and font of each style, and whether it shows a date
_NO_STYLE = ("General", "", False)


def open_package(content: bytes) -> zipfile.ZipFile:
    """The zip directory of a workbook, refused where it would unpack to too much; nothing is unpacked here."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError) as error:
        vi = "tệp hỏng hoặc chưa chép xong, không mở được như một bảng tính; hãy gửi lại."
        raise UnreadableError(
            vi, "the file is broken or half copied and does not open as a workbook; send it again."
        ) from error
    entries = package.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableError(
            "tệp có mật khẩu; hãy bỏ mật khẩu rồi gửi lại.", "the file has a password; remove it, send again."
        )
    total = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if total > MOST_UNPACKED or (total > 1_000_000 and total / packed > MOST_RATIO) or len(entries) > 5_000:
        vi = f"tệp nén {packed / 1e6:.1f} MB bung ra {total / 1e6:.0f} MB, quá mức cho phép; không mở."
        raise UnreadableError(
            vi, f"{packed / 1e6:.1f} MB unpack to {total / 1e6:.0f} MB, more than is allowed; not opened."
        )
    return package


def part_of(package: zipfile.ZipFile, name: str) -> IO[bytes]:
    """A part of the package as a stream; a document type, where entities that explode would stand, is refused."""
    try:
        with package.open(name) as stream:
            start = stream.read(4096)
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise UnreadableError(
                "tệp chứa khai báo DTD lạ; không mở.", "the file declares a document type; not opened."
            )
        return package.open(name)
    except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise UnreadableError(
            f"bảng tính thiếu phần {name} hoặc phần đó hỏng.", f"part {name} is missing or broken."
        ) from error


def elements(package: zipfile.ZipFile, name: str, wanted: set[str]) -> Iterator[tuple[str, Any]]:
    """The elements of a part by local name, in the order they end; each is emptied after use, those before it are let go."""
    tags = [f"{{*}}{local}" for local in wanted]
    safe = {"resolve_entities": False, "no_network": True, "remove_comments": True, "remove_pis": True}
    try:
        for _, element in etree.iterparse(part_of(package, name), events=("end",), tag=tags, **safe):
            yield _local(element.tag), element
            element.clear(keep_tail=True)
            while (before := element.getprevious()) is not None:
                element.getparent().remove(before)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise UnreadableError(f"phần {name} của bảng tính hỏng.", f"part {name} of the workbook is broken.") from error


def read_xlsx(content: bytes) -> tuple[list[Sheet], int]:
    """The sheets in the order of their tabs, and which of them opens; hidden ones are marked."""
    package = open_package(content)
    names = set(package.namelist())
    if "xl/workbook.xml" not in names:
        raise UnreadableError("tệp không phải bảng tính .xlsx.", "the file is no .xlsx workbook.")
    targets = {
        element.get("Id"): posixpath.normpath(
            posixpath.join("xl", element.get("Target", "").lstrip("/").removeprefix("xl/"))
        )
        for _, element in elements(package, "xl/_rels/workbook.xml.rels", {"Relationship"})
    }
    strings = _strings(package) if "xl/sharedStrings.xml" in names else []
    styles = _styles(package) if "xl/styles.xml" in names else [_NO_STYLE]
    sheets, active, base_1904 = [], 0, False
    for local, element in elements(package, "xl/workbook.xml", {"sheet", "workbookView", "workbookPr"}):
        if local == "workbookView":
            active = int(element.get("activeTab", 0))
        elif local == "workbookPr":
            base_1904 = element.get("date1904") in ("1", "true")
        else:
            part = next((value for name, value in element.attrib.items() if name.endswith("}id")), None)
            sheet = Sheet(element.get("name", ""), hidden=element.get("state", "visible") != "visible")
            if targets.get(part) in names and "worksheets" in targets[part]:
                _fill(sheet, package, targets[part], strings, styles)
            sheets.append(sheet)
    if base_1904 and any(
        not isinstance(c.value, (str, float, int, bool, type(None))) for s in sheets for c in s.cells.values()
    ):
        raise UnreadableError(
            "bảng tính tính ngày từ năm 1904; hãy lưu lại với hệ 1900.", "days count from 1904; save with 1900."
        )
    return sheets, active


def _strings(package: zipfile.ZipFile) -> list[str]:
    return [_rich(element) for _, element in elements(package, "xl/sharedStrings.xml", {"si"})]


def _rich(element: Any) -> str:
    """The text of a string of one or several runs."""
    return joined(_runs(element))


def _runs(element: Any) -> Iterator[tuple[str, bool]]:
    for child in element:
        local = child.tag.rpartition("}")[2]
        if local == "t":
            yield child.text or "", False
        elif local == "r":
            run = "".join(part.text or "" for part in child if part.tag.rpartition("}")[2] == "t")
            yield run, any(part.get("val") == "superscript" for part in child.iter() if part.tag.endswith("vertAlign"))


def joined(runs: Iterable[tuple[str, bool]]) -> str:
    """Runs of text as one, of each whether it is raised: a raised number is a mark and put in brackets, except of m2, km2."""
    words = ""
    for run, raised in runs:
        is_mark = raised and not _DIGITS_UP.search(words) and run.strip().isdigit()
        words += f"({run.strip()})" if is_mark else run
    return words


def _styles(package: zipfile.ZipFile) -> _Styles:
    formats: dict[int, str] = dict(BUILTIN_FORMATS)
    fonts: list[str] = []
    styles: _Styles = []
    for local, element in elements(package, "xl/styles.xml", {"numFmt", "fonts", "cellXfs"}):
        if local == "numFmt":
            formats[int(element.get("numFmtId", 0))] = element.get("formatCode", "")
        elif local == "fonts":
            for font in element:
                named = [part.get("val", "") for part in font if part.tag.rpartition("}")[2] in ("name", "rFont")]
                fonts.append(named[0] if named else "")
        else:
            for style in element:
                font = int(style.get("fontId", 0))
                shown = formats.get(int(style.get("numFmtId", 0)), "")
                styles.append((shown, fonts[font] if font < len(fonts) else "", bool(is_date_format(shown))))
    return styles or [_NO_STYLE]


def _fill(sheet: Sheet, package: zipfile.ZipFile, part: str, strings: list[str], styles: _Styles) -> None:
    row_number = 0
    for local, element in elements(package, part, {"row", "col", "mergeCell"}):
        if local == "col":
            if element.get("hidden") in ("1", "true"):
                sheet.hidden_columns.update(
                    range(int(element.get("min", 1)), min(int(element.get("max", 1)), 16384) + 1)
                )
        elif local == "mergeCell":
            sheet.merges.append(merge_of(element.get("ref", "A1")))
        else:
            row_number = int(element.get("r", row_number + 1))
            if element.get("hidden") in ("1", "true"):
                sheet.hidden_rows.add(row_number)
            _fill_row(sheet, row_number, element, strings, styles)


@lru_cache(maxsize=1_024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


@lru_cache(maxsize=16_384)
def _column(letters: str) -> int:
    return spot(f"{letters}1")[1]


def _fill_row(sheet: Sheet, row: int, element: Any, strings: list[str], styles: _Styles) -> None:
    column = 0
    for entry in element:
        reference = entry.get("r")
        column = _column(reference.rstrip("0123456789")) if reference else column + 1
        stored, formula, inline = None, None, None
        for part in entry:
            local = _local(part.tag)
            if local == "v":
                stored = part.text
            elif local == "f":
                formula = part.text or "(công thức dùng chung)"
            elif local == "is":
                inline = _rich(part)
        if stored is None and formula is None and inline is None:
            continue
        style = int(entry.get("s", 0))
        shown, font, is_date = styles[style] if style < len(styles) else _NO_STYLE
        value = inline if inline is not None else _value(stored, entry.get("t", "n"), is_date, strings)
        if (value is not None and value != "") or formula:
            sheet.cells[row, column] = Cell(value, shown, formula or "", font, stored is not None)


def _value(stored: str | None, kind: str, is_date: bool, strings: list[str]) -> Value:
    if stored is None:
        return None
    if kind == "s":
        return strings[int(stored)]
    if kind == "b":
        return stored == "1"
    if kind in ("str", "e", "d"):
        return stored
    number = float(stored)
    if is_date:
        try:
            day: Any = from_excel(number)
            return day
        except (OverflowError, ValueError):
            return number
    return int(number) if number.is_integer() and "." not in stored and "E" not in stored.upper() else number


def merge_of(reference: str) -> Merge:
    """The corners of A1:B2."""
    first, _, last = reference.replace("$", "").partition(":")
    return (*spot(first), *spot(last or first))
