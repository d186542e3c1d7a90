"""Papers of a publication whose names, titles, codes, documents and signer were written by an enemy: opened, nothing runs, nothing breaks."""

import io
import json
import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from docx import Document
from pptx import Presentation
from publish_fixture import make_root
from publish_real import make_real_root
from pypdf import PdfReader

from forecast.publish.papers import briefing, html, slides, typeset, word, workbook
from forecast.publish.papers.paper import LONGEST

HOSTILE = "=cmd|'/C calc'!A0 \u202egnc\u200b\u2067 \x07\x1b]0;<b>#import</b><script>alert(1)</script>{{noi_dung}}#let x=1 $\\alpha$ " + "x" * 2000
MAKERS = {
    "docx": lambda root: word.as_docx(briefing.briefing(root)),
    "pdf": lambda root: typeset.as_pdf(briefing.briefing(root)),
    "html": lambda root: html.as_html(briefing.briefing(root)).encode(),
    "xlsx": workbook.workbook,
    "pptx": slides.slides,
}


def rewrite(path, facts):
    """A table with some cells of each row replaced."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    pd.DataFrame([row | facts(row) for row in table.to_dict("records")], columns=table.columns).to_csv(path, index=False)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A published root with the hostile text in every free text, document, run code, measure and signature."""
    root = make_root(tmp_path_factory.mktemp("hostile"), hostile=HOSTILE)
    for path in (root / "parameterized_runs" / "out").glob("*/verdicts.csv"):
        rewrite(path, lambda _: dict.fromkeys(("document", "name_vi", "name_en"), HOSTILE))
    pointer = root / "parameterized_runs" / "published.json"
    content = json.loads(pointer.read_text("utf-8"))
    content |= {"state": "published", "plan": HOSTILE, "ledger": {"hash": HOSTILE, "lines": HOSTILE}}
    content["signatures"] = [{"state": "published", "by": HOSTILE, "at": HOSTILE, "login": HOSTILE}]
    pointer.write_text(json.dumps(content), "utf-8")
    return root


def texts_of(kind, content):
    """Every text another program reads in a paper."""
    stream = io.BytesIO(content)
    if kind == "pdf":
        return [page.extract_text() for page in PdfReader(stream).pages]
    if kind == "docx":
        return [element.text or "" for element in Document(stream).element.body.iter() if element.tag.endswith("}t")]
    if kind == "pptx":
        return [shape.text_frame.text for slide in Presentation(stream).slides for shape in slide.shapes if shape.has_text_frame]
    if kind == "xlsx":
        cells = [cell for sheet in openpyxl.load_workbook(stream) for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
        return [str(cell.value) for cell in cells]
    return [content.decode()]


@pytest.mark.parametrize("kind", MAKERS)
def test_opened_and_nothing_runs(root, kind):
    """Other programs open it; no formula, script, macro, link outwards, control character or mark that turns the writing round."""
    content = MAKERS[kind](root)
    texts = texts_of(kind, content)
    assert "calc" in "".join(texts)
    assert not [text for text in texts if re.search("[\u200b\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f]", text)]
    assert kind in ("pdf", "html") or max(map(len, texts)) <= LONGEST * 6  # a line of a slide or cell is several texts
    if kind == "pdf":
        assert not re.search(rb"/(JavaScript|JS|Launch|URI|OpenAction|EmbeddedFiles)\b", content)
    elif kind == "html":
        assert "<script" not in texts[0] and "&lt;script" in texts[0] and "default-src 'none'" in texts[0]
    else:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = {name: archive.read(name) for name in archive.namelist()}
        assert not [name for name, part in parts.items() if "vbaProject" in name or b'TargetMode="External"' in part or b"<f>" in part]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_hostile_register_of_sources(tmp_path, kind):
    """Titles, publishers and addresses of sources that look like formulas stay texts; what no check refuses is printed."""
    root = make_real_root(tmp_path)
    rewrite(root / "data" / "sources.csv", lambda row: {"title": "=1+1 " + row["title"], "publisher": "@SUM(1)", "url": "javascript:alert(1)"})
    texts = texts_of(kind, MAKERS[kind](root))
    assert any("=1+1" in text for text in texts)
