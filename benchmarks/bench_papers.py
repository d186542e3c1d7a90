"""How long each paper takes from a published set with the network closed, and whether it opens again: medians of five (needs make run)."""

from __future__ import annotations

import io
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import table
from docx import Document
from pptx import Presentation
from pypdf import PdfReader

from forecast.publish.papers import briefing, paper, slides, typeset, word, workbook

TIMES = 5
SECONDS = "<= 2"
READ: dict[str, Callable[[io.BytesIO], object]] = {"docx": Document, "pdf": PdfReader, "xlsx": openpyxl.load_workbook, "pptx": Presentation}


def closed(*_: object) -> None:
    """What a paper that reached for the network would meet."""
    raise OSError("the network is closed")


def papers(root: Path) -> dict[str, Callable[[], bytes]]:
    """What makes each paper, from the published set on."""
    return {
        "docx": lambda: word.as_docx(briefing.briefing(root)),
        "pdf": lambda: typeset.as_pdf(briefing.briefing(root)),
        "xlsx": lambda: workbook.workbook(root),
        "pptx": lambda: slides.slides(root),
    }


def timed(make: Callable[[], bytes]) -> tuple[float, bytes]:
    """Seconds of one making, no chart drawn before."""
    paper._drawn.cache_clear()
    start = time.perf_counter()
    content = make()
    return time.perf_counter() - start, content


def opened_by_office(kind: str, content: bytes) -> bool:
    """Whether LibreOffice turns it into pages."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"paper.{kind}"
        path.write_bytes(content)
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(path)]
        subprocess.run(command, capture_output=True, check=False, timeout=120)
        return path.with_suffix(".pdf").exists()


def main() -> None:
    """Measure each paper and print the table."""
    socket.create_connection = closed  # type: ignore[assignment]
    rows = []
    for kind, make in papers(table.ROOT).items():
        make()
        seconds, contents = zip(*(timed(make) for _ in range(TIMES)), strict=True)
        READ[kind](io.BytesIO(contents[-1]))
        rows.append(table.row(f"seconds for the {kind}", SECONDS, statistics.median(seconds), f"{len(contents[-1]) // 1024} kB"))
        if kind != "pdf" and shutil.which("soffice"):
            rows.append(table.row(f"the {kind} opens in LibreOffice", ">= 1", opened_by_office(kind, contents[-1])))
    table.write("papers", rows)


if __name__ == "__main__":
    main()
