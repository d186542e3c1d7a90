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
