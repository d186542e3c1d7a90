"""Tables as offices hand them over: every figure with its words, or its refusal at the cell."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from intake_shapes import SHAPES

from forecast import evidence
from forecast.evidence.intake.figures import Declared
from forecast.evidence.intake.reading import read

GIVEN = Path(__file__).parent / "given"
OPEN = Path(__file__).parent / "opendocument"  # saved by LibreOffice
EXPECTED = json.loads((GIVEN / "expected.json").read_text(encoding="utf-8"))
NAMES = tuple(facts["name"]["vi"] for facts in evidence.registers(evidence.find_folder())[1].values())
ASKED = {"g02_E02.35.csv": Declared(unit="Nghìn người"), "g03_Nien_giam_GRDP.xlsx": Declared(territory="Hưng Yên")}
FACTS = ("indicator", "territory", "period", "kind", "unit", "status")


@pytest.mark.parametrize("name", EXPECTED)
def test_given_table(name):
    """What the file says without help: its figures, or where either is right the refusal that asks for what is missing."""
    table = EXPECTED[name]
    received = read((GIVEN / name).read_bytes(), name, NAMES)
    refused = {(remark.sheet, remark.cell) for remark in received.refusals}
    asked = {(refusal["sheet"], refusal["cell"]) for refusal in table["refuse"]}
    if table["either"] and not refused:
        assert_read(received, table)
    else:
        assert refused == asked
        assert len(received.figures) == (0 if asked else len(table["read"]))
    if not asked:
        assert_read(received, table)


@pytest.mark.parametrize("name", ASKED)
def test_given_table_with_what_the_sender_says(name):
    assert_read(read((GIVEN / name).read_bytes(), name, NAMES, ASKED[name]), EXPECTED[name])


@pytest.mark.parametrize("path", sorted(OPEN.glob("g*.ods")), ids=lambda path: path.stem)
def test_given_table_saved_as_ods(path):
    """The given tables as LibreOffice saves them: the same figures (it writes 15 digits) and refusals at the same cells."""
    [name] = [name for name in EXPECTED if Path(name).stem == path.stem]
    table, declared = EXPECTED[name], ASKED.get(name, Declared())
    received = read(path.read_bytes(), path.name, NAMES, declared)
    one_sheet = {"": path.stem} if name.endswith(".csv") else {}
    if not table["either"]:
        cells = {(one_sheet.get(refusal["sheet"], refusal["sheet"]), refusal["cell"]) for refusal in table["refuse"]}
        assert {(remark.sheet, remark.cell) for remark in received.refusals} == cells
    read_lines = [line | {"sheet": one_sheet.get(line["sheet"], line["sheet"])} for line in table["read"]]
    assert_read(received, {"read": read_lines})


def test_raised_marks_blanks_and_breaks_of_an_ods():
    """A raised 1 beside a year is a mark, blanks before a label make it a part, a heading breaks over two lines."""
    received = read((OPEN / "marks.ods").read_bytes(), "marks.ods", NAMES)
    facts = [(figure.cell, figure.period, figure.status, float(figure.value)) for figure in received.figures]
    assert facts[:2] == [("B4", "2023", "official", 1300.5), ("C4", "2024", "preliminary", 1310.5)] and len(facts) == 6
    assert [figure.label.level for figure in received.figures][::2] == [(1, 0), (1, 1), (1, 1)]


def assert_read(received, table):
    figures = {(figure.sheet, figure.cell): figure for figure in received.figures}
    assert set(figures) == {(line["sheet"], line["cell"]) for line in table["read"]}
    for line in table["read"]:
        figure = figures[line["sheet"], line["cell"]]
        wanted = {fact: line[fact] if line[fact] is not None else figure.unit for fact in FACTS}
        assert {fact: getattr(figure, fact) for fact in FACTS} == wanted
        assert float(figure.value) == pytest.approx(line["value"], rel=1e-14)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_own_table(shape):
    received = read(shape.workbook(), "bieu.xlsx", NAMES)
    assert {remark.cell for remark in received.refusals} == set(shape.refused), [r.text.vi for r in received.refusals]
    figures = {figure.cell: figure for figure in received.figures}
    for cell, words in shape.expected.items():
        figure = figures[cell]
        facts = (
            figure.indicator,
            figure.territory,
            figure.period,
            figure.kind,
            figure.value,
            figure.unit,
            figure.status,
        )
        assert facts == (*words[:4], Decimal(words[4]), *words[5:])
