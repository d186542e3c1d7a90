"""What the province sends, by the thousand: read exactly, or refused at the cell that is wrong.

`python benchmarks/bench_intake.py [--quick]`. Files are made by `intake_files` from randomness that hypothesis draws, half of them
with one fault; what every cell says is known. The given tables are those of tests/evidence/intake/given. The peer is pandas, which
the kit has anyway, reading the same spoilt files: how many it complains of; for a plain csv pandera and frictionless with an
ordinary schema, in an environment of their own; for speed openpyxl, in the same run. --quick: 1,000 files and no large one.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import intake_files
import intake_plain
import openpyxl
import pandas as pd
import table
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from forecast import evidence
from forecast.evidence.intake import Declared, preview, read

ROOT = Path(__file__).parents[1]
GIVEN = ROOT / "tests" / "evidence" / "intake" / "given"
APART = ROOT / ".venv-peers" / "bin" / "python"
LARGE = 100_000
TODAY = date(2026, 11, 27)
NAMES = tuple(facts["name"]["vi"] for facts in evidence.registers(ROOT / "data")[1].values())
ASKED = {"g02": Declared(unit="Nghìn người"), "g03": Declared(territory="Hưng Yên")}


def main() -> None:
    """Read the files, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 files, no large one")
    parser.add_argument("--large", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.large:
        _read_large(asked.large)
        return
    counts, kinds = generated(1_000 if asked.quick else 10_000)
    for kind, (made, caught) in sorted(kinds.items()):
        print(f"  {kind}: {caught} of {made}")
    rows = [
        table.row("generated files with a wrong value accepted", "<= 0", counts["wrong"]),
        table.row("good files accepted without a person, share", ">= 0.95", counts["accepted"] / counts["good"]),
        table.row(
            "spoilt files refused, share",
            ">= 1.0",
            counts["refused"] / counts["spoilt"],
            f"pandas {counts['pandas'] / counts['spoilt']:.3f}",
        ),
        table.row("spoilt files refused at the right cell, share", ">= 1.0", counts["right"] / counts["spoilt"]),
        *of_plain(),
        *of_given(),
    ]
    if not asked.quick:
        rows += of_large()
    table.write("intake", rows)


def generated(count: int) -> tuple[Counter[str], dict[str, list[int]]]:
    """Counts over all files, and of each kind of fault how many were made and named at their cell."""
    counts, kinds = Counter[str](), dict[str, list[int]]()

    @seed(20261127)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**63), st.booleans())
    def judge(start: int, spoil: bool) -> None:
        made = intake_files.made(Random(start), spoil)
        received = read(made.content, made.name, NAMES)
        figures = {figure.cell: (figure.period, figure.kind, figure.value, figure.unit) for figure in received.figures}
        cells = {remark.cell for remark in received.refusals}
        if made.kind:
            right = bool(cells & set(made.spoilt)) and not figures
            counts.update(spoilt=1, refused=bool(cells) and not figures, right=right, pandas=_pandas_complains(made))
            tally = kinds.setdefault(made.kind, [0, 0])
            tally[0], tally[1] = tally[0] + 1, tally[1] + right
            counts.update(wrong=bool(figures))
        else:
            wrong = any(figures[cell] != made.truth.get(cell) for cell in figures)
            counts.update(good=1, wrong=wrong, accepted=not wrong and not cells and set(figures) == set(made.truth))

    judge()
    return counts, kinds


def _pandas_complains(made: intake_files.Made) -> bool:
    try:
        if made.name.endswith(".xlsx"):
            pd.read_excel(io.BytesIO(made.content), header=None, engine="openpyxl")
        else:
            pd.read_csv(io.BytesIO(made.content), header=None, sep=None, engine="python")
    except Exception:  # whatever it says, it complains
        return True
    return False


def of_plain() -> list[dict[str, object]]:
    """Fourteen faults of a plain csv, named at their cells; beside it how many an ordinary schema of pandera and frictionless sees."""
    store, made = evidence.load(ROOT / "data"), intake_plain.spoilt()
    named = sum(
        bool(intake_plain.cells_of(preview(text.encode(), "bang.csv", store, on=TODAY)) & set(intake_plain.FAULTS[name][1]))
        for name, text in made.items()
    )
    good = intake_plain.text(intake_plain.LINES)
    taken = not preview(good.encode(), "bang.csv", store, on=TODAY).problems
    return [
        table.row(f"faults of a plain csv named at their cell, of {len(made)}", f">= {len(made)}", named, _schemas({"": good} | made)),
        table.row("the same csv without a fault can be taken in", ">= 1", float(taken)),
    ]


def _schemas(texts: dict[str, str]) -> str:
    """How many of the spoilt texts (all but '') each validator complains of, or why none was asked."""
    if not APART.exists():
        return "pandera, frictionless: not measured, .venv-peers is not there"
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "asked.json", Path(folder) / "answered.json"
        asked.write_text(json.dumps(texts), encoding="utf-8")
        script = Path(__file__).with_name("intake_schemas.py")
        run = subprocess.run([APART, script, asked, answered], capture_output=True, text=True, timeout=300)
        if run.returncode:
            return f"pandera, frictionless: not measured, {run.stderr.strip()[-120:]}"
        answers = json.loads(answered.read_text(encoding="utf-8"))
    wrong = [f"{peer} refuses the good one" for peer, complains in answers.pop("").items() if complains]
    counts = [f"{peer} {sum(answer[peer] for answer in answers.values())}" for peer in ("pandera", "frictionless")]
    return ", ".join(counts + wrong)


def of_given() -> list[dict[str, object]]:
    """The given tables: figures read exactly (with unit or territory where the file lacks them), refusals at the named cell."""
    expected = json.loads((GIVEN / "expected.json").read_text(encoding="utf-8"))
    read_right = refused_right = figures = refusals = 0
    for name, facts in expected.items():
        content = (GIVEN / name).read_bytes()
        plain = read(content, name, NAMES)
        told = read(content, name, NAMES, ASKED.get(name[:3], Declared()))
        seen = {(figure.sheet, figure.cell): figure for figure in told.figures}
        for line in facts["read"]:
            figure = seen.get((line["sheet"], line["cell"]))
            same = figure and all(
                getattr(figure, fact) == line[fact] for fact in ("indicator", "territory", "period", "kind", "status")
            )
            read_right += bool(
                same and figure and abs(float(figure.value) - line["value"]) <= 1e-12 * abs(line["value"])
            )
        cells = {(remark.sheet, remark.cell) for remark in plain.refusals}
        if not facts["either"]:
            refused_right += sum((refusal["sheet"], refusal["cell"]) in cells for refusal in facts["refuse"])
            refusals += len(facts["refuse"])
        figures += len(facts["read"])
    return [
        table.row(f"given tables: figures read exactly, of {figures}", f">= {figures}", read_right),
        table.row(f"given tables: refusals at the named cell, of {refusals}", f">= {refusals}", refused_right),
    ]


def of_large() -> list[dict[str, object]]:
    """A table of 100,000 rows in a process of its own: seconds and the most memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Xa")
        for head in (
            ("Dân số trung bình tỉnh Hưng Yên phân theo xã",),
            (None, None, "Nghìn người"),
            ("Xã", "2023", "Sơ bộ 2024"),
        ):
            sheet.append(head)
        for number in range(LARGE):
            sheet.append((f"Xã Thử nghiệm {number}", 5 + number % 90 / 10, 5 + number % 95 / 10))
        book.save(path)
        run = subprocess.run([sys.executable, __file__, "--large", path], capture_output=True, text=True, check=True)
        seconds, busy, megabytes, peer = (float(part) for part in run.stdout.split())
    beside = f"{busy:.1f} s of processor time; openpyxl, formulas and values: {peer:.1f} s"
    return [
        table.row("100,000 rows, seconds", "<= 10", seconds, beside),
        table.row("100,000 rows, MB at the most", "<= 500", megabytes),
    ]


def _read_large(path: Path) -> None:
    begun, busy = time.perf_counter(), time.process_time()
    received = read(path.read_bytes(), path.name, NAMES)
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert len(received.figures) == 2 * LARGE, [remark.text.vi for remark in received.refusals[:3]]
    print(seconds, busy, most, _openpyxl_twice(path))


def _openpyxl_twice(path: Path) -> float:
    """Processor seconds of openpyxl for the same file: loaded with formulas and with values, every cell looked at once."""
    busy = time.process_time()
    for stored in (False, True):
        for row in openpyxl.load_workbook(path, data_only=stored).active.iter_rows(values_only=True):
            sum(cell is not None for cell in row)
    return time.process_time() - busy


if __name__ == "__main__":
    main()
