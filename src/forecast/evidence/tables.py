"""Strict reading of the kit's own files: plain text in, rows of text out, and a finding for everything that is not plain."""

from __future__ import annotations

import csv
import functools
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from forecast.evidence import letters
from forecast.evidence.findings import Finding

Problem = Callable[[int, str, str], None]  # notes a problem: line, Vietnamese, English
MAX_BYTES, MAX_DEPTH = 20_000_000, 40
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Row:
    """One line of a table: the line number in the file and its cells as text, by column name."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def number(text: str) -> float:
    """Read '1234.5'; raise ValueError for thousands separators, decimal commas, percent signs, exponents, inf and nan.

    A point is always the decimal sign in our own files, so '1.234' is one and a quarter, never 1,234.
    """
    if not _NUMBER.match(text):
        raise ValueError(text)
    return float(text)


def day(text: str) -> date:
    """Read an ISO date 'YYYY-MM-DD'; raise ValueError for any other order or a day that does not exist."""
    if not _DATE.match(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def broken_text(text: str) -> bool:
    """True if `text` shows traces of a wrong encoding: UTF-8 read as Latin-1, TCVN3 or VNI. Proper Vietnamese never does."""
    return letters.is_garbled(text) or bool(letters.old_encoding(text))


def read_table(path: Path, columns: Sequence[str]) -> tuple[list[Row], list[Finding]]:
    """Rows of a comma-separated UTF-8 file (BOM allowed) whose header is exactly `columns`; ragged lines are left out."""
    findings: list[Finding] = []

    def problem(line: int, vi: str, en: str) -> None:
        findings.append(Finding("readable", "error", path.name, line, vi, en))

    text = _text_of(path, problem)
    if text is None:
        return [], findings
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    try:
        header = next(reader, [])
        if not _header_fits(header, columns, problem):
            return [], findings
        for cells in reader:
            if row := _row_of(path.name, reader.line_num, cells, header, problem):
                rows.append(row)
    except csv.Error as error:
        vi = f"không đọc được ({error}); kiểm tra dấu ngoặc kép."
        problem(reader.line_num, vi, f"unreadable ({error}); check the quotes.")
    if not rows and not findings:
        problem(1, "tệp chỉ có dòng tiêu đề, không có số liệu nào.", "the file holds a header and no row.")
    return rows, findings


def _text_of(path: Path, problem: Problem) -> str | None:
    if path.is_symlink():
        problem(0, "là một liên kết; cần chính tệp đó trong thư mục số liệu.", "a link; the file itself is needed in the data folder.")
        return None
    if not path.is_file():
        problem(0, "thiếu tệp này trong thư mục số liệu.", "this file is missing from the data folder.")
        return None
    if path.stat().st_size > MAX_BYTES:
        problem(0, "tệp quá lớn (trên 20 MB).", "the file is too large (over 20 MB).")
        return None
    raw = path.read_bytes()
    try:
        if raw[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\0" in raw:
            problem(0, "tệp không phải văn bản thuần.", "the file is not plain text.")
            return None
        text, encoding = letters.decode(raw)
    except letters.EncodingError as error:
        problem(error.line, error.text.vi, error.text.en)
        return None
    if encoding != "UTF-8":
        vi = f"bảng mã {encoding}, không phải UTF-8; lưu lại tệp với bảng mã UTF-8."
        problem(1, vi, f"{encoding}, not UTF-8; save the file as UTF-8.")
        return None
    return text


def _header_fits(header: Sequence[str], columns: Sequence[str], problem: Problem) -> bool:
    if len(header) == 1 and (sign := next((sign for sign in ";\t" if header[0].count(sign) >= len(columns) // 2), "")):
        named = ("dấu chấm phẩy", "semicolons") if sign == ";" else ("dấu tab", "tabs")
        vi = f"các cột ngăn bằng {named[0]} (Excel tiếng Việt lưu như vậy); cần dấu phẩy giữa các cột và dấu chấm thập phân. "
        en = f"the columns are separated by {named[1]} (as Vietnamese Excel saves them); commas and decimal points are needed. "
        advice = ("Lưu lại dạng CSV UTF-8 (dấu phẩy), hoặc nhập bằng forecast intake.", "Save as CSV UTF-8 (commas), or use forecast intake.")
        problem(1, vi + advice[0], en + advice[1])
        return False
    twice = [name for name, count in Counter(header).items() if count > 1]
    missing = [name for name in columns if name not in header]
    unknown = [name for name in header if name not in columns]
    if twice:
        problem(1, f"cột trùng tên: {', '.join(twice)}.", f"duplicate columns: {', '.join(twice)}.")
    if missing:
        problem(1, f"thiếu cột: {', '.join(missing)}.", f"missing columns: {', '.join(missing)}.")
    if unknown:
        problem(1, f"cột lạ: {', '.join(map(repr, unknown))}.", f"unknown columns: {', '.join(map(repr, unknown))}.")
    return not (twice or missing or unknown)


def _row_of(file: str, line: int, cells: list[str], header: list[str], problem: Problem) -> Row | None:
    if not any(cell.strip() for cell in cells):
        return None
    if len(cells) != len(header):
        vi = f"có {len(cells)} ô, cần đúng {len(header)}; số thập phân dùng dấu chấm, ô có dấu phẩy phải đặt trong ngoặc kép."
        en = f"has {len(cells)} cells, {len(header)} are needed; decimals use a point, a cell with a comma needs quotes."
        problem(line, vi, en)
        return None
    for name, cell in zip(header, cells, strict=True):
        if signs := letters.control_characters(cell):
            named = ", ".join(signs)
            problem(line, f"cột {name}: ký tự điều khiển {named}; gõ lại ô này.", f"column {name}: control characters {named}; type the cell again.")
            return None
    bad = ", ".join(name for name, cell in zip(header, cells, strict=True) if broken_text(cell))
    if bad:
        vi = f"chữ bị lỗi bảng mã ở cột {bad}; nhập lại bằng Unicode (UTF-8)."
        problem(line, vi, f"text in a wrong encoding in {bad}; enter it again as Unicode (UTF-8).")
        return None
    return Row(file, line, dict(zip(header, (letters.with_marks_joined(cell.strip()) for cell in cells), strict=True)))


def _scalar(loader: Any, node: yaml.ScalarNode, build: Callable[[Any, yaml.ScalarNode], Any]) -> Any:
    """A number or a date; a day that does not exist or a number of thousands of digits names its line."""
    try:
        return build(loader, node)
    except (ValueError, OverflowError) as error:
        reason = f"'{node.value[:40]}': {str(error)[:80]}"
        raise yaml.constructor.ConstructorError(None, None, reason, node.start_mark) from error


class Loader(_LOADER):
    """YAML whose numbers and yes/no are those of YAML 1.2, as a person reads them (033 is 33; 3:20, 0x10 and 1_000 are texts).

    Refuses a key given twice, which would silently lose the first.
    """


class _Dumper(yaml.SafeDumper):
    """Sets in quotes every text that either version of YAML would read as something else."""


def as_yaml(content: Any, width: int = 120) -> str:
    """Plain values as YAML text that `Loader` reads back to the same values, keys in their order."""
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=width)


def _mapping(loader: yaml.Loader, node: yaml.MappingNode) -> dict:
    keys = [loader.construct_object(key) for key, _ in node.value]
    twice = [str(key) for key, count in Counter(map(str, keys)).items() if count > 1]
    if twice:
        raise yaml.constructor.ConstructorError(None, None, f"duplicate key: {', '.join(twice)}", node.start_mark)
    return loader.construct_mapping(node, deep=True)


def _float(_loader: Any, node: yaml.ScalarNode) -> float:
    return float(re.sub(r"\.(?=inf|nan)", "", node.value.lower()).replace("_", " "))


_TAG = "tag:yaml.org,2002:"
_SCALARS = {  # of YAML 1.2's core schema: how it is written, with which letters it may begin, and what it becomes
    "bool": (r"(?:true|True|TRUE|false|False|FALSE)\Z", "tTfF", _LOADER.yaml_constructors[f"{_TAG}bool"]),
    "int": (r"[-+]?[0-9]+\Z", "-+0123456789", lambda _, node: int(node.value.replace("_", " "))),
    "float": (
        r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z",
        "-+.0123456789",
        _float,
    ),
}
Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag.removeprefix(_TAG) not in _SCALARS]
    for letter, resolvers in _LOADER.yaml_implicit_resolvers.items()
}
Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
Loader.add_constructor(f"{_TAG}timestamp", functools.partial(_scalar, build=_LOADER.yaml_constructors[f"{_TAG}timestamp"]))
for _name, (_pattern, _first, _build) in _SCALARS.items():
    Loader.add_constructor(_TAG + _name, functools.partial(_scalar, build=_build))
    for _kind in (Loader, _Dumper):
        _kind.add_implicit_resolver(_TAG + _name, re.compile(_pattern), list(_first))


def read_yaml(path: Path, required: bool = True) -> tuple[Any, list[Finding]]:
    """The content of a YAML file (None if it is absent and not required); a duplicate key is a finding."""
    if not path.is_file() and not required:
        return None, []
    findings: list[Finding] = []
    text = _text_of(path, lambda *what: findings.append(Finding("readable", "error", path.name, *what)))
    return (None, findings) if text is None else parse_yaml(text, path.name)


def parse_yaml(text: str, name: str) -> tuple[Any, list[Finding]]:
    """The content of YAML text; whatever cannot be read is a finding with its line, never an exception."""
    try:
        _flat(text)
        return yaml.load(text, Loader=Loader), []
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or " ".join(str(error).split())
        told = (f"không đọc được YAML: {reason}.", f"unreadable YAML: {reason}.")
        return None, [Finding("readable", "error", name, mark.line + 1 if mark else 0, *told)]


def _flat(text: str) -> None:
    """Refuse deep nesting and aliases before anything is built of them: no file of the kit has either."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or isinstance(event, yaml.AliasEvent):
            reason = "aliases are not used here" if depth <= MAX_DEPTH else f"more than {MAX_DEPTH} levels of nesting"
            mark: Any = event.start_mark
            raise yaml.constructor.ConstructorError(None, None, reason, mark)
