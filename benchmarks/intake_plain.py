"""One plain table of the template as csv, and fourteen ways to spoil it, each with the cells of which one must be named.

Plain, so that a schema can be written for it: this is what validators of tables are made for.
"""

from __future__ import annotations

from collections.abc import Callable

from forecast.evidence.intake import Preview

SHARE, REVENUE = "digital_economy_share/nso", "ecommerce_revenue/province"
TERRITORIES = ("hung_yen_2025", "hung_yen_pre2025", "thai_binh_pre2025")
YEARS = tuple(range(2020, 2026))
LINES = [
    ["Mã", "Chỉ tiêu", "ĐVT", *map(str, YEARS)],
    *(
        [f"{SHARE}/{territory}", "Tỷ trọng kinh tế số", "%", *(f"{6.4 + at / 5 + 0.4 * (year - 2020):.1f}" for year in YEARS)]
        for at, territory in enumerate(TERRITORIES)
    ),
    *(
        [f"{REVENUE}/{territory}", "Doanh thu thương mại điện tử", "tỷ đồng", *(f"{820.5 + 310 * at + 140 * (year - 2020):.1f}" for year in YEARS)]
        for at, territory in enumerate(TERRITORIES)
    ),
]  # trial figures of nobody
Table = list[list[str]]


def _put(row: int, column: int, text: str) -> Callable[[Table], None]:
    """Another text in a cell of the table, rows and columns from 1."""

    def put(lines: Table) -> None:
        lines[row - 1][column - 1] = text

    return put


def _twice(lines: Table) -> None:
    lines.append([*lines[1][:3], *lines[2][3:]])


def _thousands(lines: Table) -> None:
    lines[4][3:] = ["1.012", "1.105", "1.234", "1.310", "1.402", "1.480"]


def _emptied(lines: Table) -> None:
    del lines[1:]


def _repeated(lines: Table) -> None:
    lines[0][7] = lines[0][6]


FAULTS: dict[str, tuple[Callable[[Table], None], tuple[str, ...]]] = {
    "words where a number should stand": (_put(3, 6, "khoảng 8"), ("F3",)),
    "a decimal comma among points": (_put(2, 6, '"7,2"'), ("F2",)),
    "a decimal comma that shifts the row": (_put(2, 6, "7,2"), ("F2", "J2", "A2")),
    "one year twice in the heading": (_repeated, ("G1", "H1", *(f"{column}{row}" for column in "GH" for row in range(2, 8)))),
    "one series twice, other figures": (_twice, tuple(f"{column}8" for column in "DEFGHI")),
    "an infinite number": (_put(5, 7, "inf"), ("G5",)),
    "a negative revenue": (_put(5, 7, "-1240.5"), ("G5",)),
    "a year to come": (_put(1, 9, "2031"), ("I1", *(f"I{row}" for row in range(2, 8)))),
    "a figure in another unit": (_put(5, 7, "1240500"), ("G5",)),
    "a fraction among percentages": (_put(2, 6, "0.072"), ("F2",)),
    "a heading and nothing below": (_emptied, ("A1",)),
    "letters in a wrong encoding": (_put(4, 2, "Tá»· trá»ng kinh táº¿ sá»‘"), ("B4",)),
    "a unit that is none of the indicator's": (_put(3, 3, "triệu đồng/lao động"), ("C3", "A3", *(f"{column}3" for column in "DEFGHI"))),
    "thousands that may be decimals": (_thousands, tuple(f"{column}5" for column in "DEFGHI")),
}


def cells_of(shown: Preview) -> set[str]:
    """The cells a preview refuses: by the reader, by the register of series, by the checks of the evidence."""
    refused = {remark.cell for remark in shown.remarks if remark.refused}
    unknown = {line.mapped.figure.cell for line in shown.of("conflicting", "asked", "refused")}
    checked = {finding.file.rpartition("!")[2] for finding in shown.findings if finding.severity == "error"}
    return refused | unknown | checked


def text(lines: Table) -> str:
    """The table as csv with commas; a cell that needs quotes brings them."""
    return "\r\n".join(",".join(line) for line in lines) + "\r\n"


def spoilt() -> dict[str, str]:
    """The csv of every fault by its name."""
    made = {}
    for name, (spoil, _) in FAULTS.items():
        lines = [list(line) for line in LINES]
        spoil(lines)
        made[name] = text(lines)
    return made
