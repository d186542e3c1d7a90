"""Taking a file in: previewed, signed, whole or not at all, undone; cut off at any step the evidence is the old or the new."""

import io
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from intake_shapes import Shape

from forecast import evidence
from forecast.domain import Key
from forecast.errors import EvidenceError
from forecast.evidence import intake
from forecast.evidence.intake.mapping import map_figures
from forecast.evidence.intake.preview import observation_rows
from forecast.evidence.intake.template import STATUSES

DATA = evidence.find_folder()
TODAY = date(2026, 11, 27)
SIGNED = {"who": "Nguyễn Thị Thử", "reason": "số thử nghiệm", "on": TODAY}
REVENUE = Key("ecommerce_revenue", "province", "hung_yen_pre2025")
ROWS = ["Tỷ trọng kinh tế số=digital_economy_share/nso", "Doanh thu TMĐT=ecommerce_revenue/province"]
TRIAL = Shape(
    "trial",
    (
        ("Kinh tế số và thương mại điện tử tỉnh Hưng Yên",),
        ("TT", "Chỉ tiêu", "ĐVT", 2022, 2023, 2024, "Ước 2025"),
        (1, "Tỷ trọng kinh tế số", "%", 9.1, 9.8, 10.6, 11.5),
        (2, "Doanh thu TMĐT", "Nghìn tỷ đồng", 1.2, 1.4025, 1.65, 2.1),
    ),
).workbook()


@pytest.fixture
def data(tmp_path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def previewed(data, content=TRIAL, rows=ROWS, name="trial.xlsx"):
    store = evidence.load(data)
    shown = intake.preview(content, name, store, on=TODAY)
    mapping = intake.told(
        shown.mapping, rows, ["Hưng Yên=hung_yen_pre2025"], False, shown.received.figures, by="A", on=TODAY
    )
    intake.keep_mapping(data, mapping, shown.received.figures, name)
    return intake.preview(content, name, store, on=TODAY)


def values(data, key=REVENUE):
    return {point.period.first: point.value for point in evidence.load(data).series(key).points}


def test_a_preview_writes_nothing_and_asks_for_what_it_cannot_know(data):
    before = evidence.digest(data)
    shown = intake.preview(TRIAL, "trial.xlsx", evidence.load(data), on=TODAY)
    assert {line.state for line in shown.lines} == {"asked"}
    assert [problem.vi[:8] for problem in shown.problems[:2]] == ["Bieu!D3:", "Bieu!D4:"]
    assert evidence.digest(data) == before


def test_new_and_revised_figures_are_told_apart_and_converted(data):
    shown = previewed(data)
    assert [(line.state, str(line.mapped.figure.cell)) for line in shown.of("revised")] == [("revised", "D4")]
    assert shown.of("revised")[0].old.value == 1100 and shown.of("revised")[0].jump == pytest.approx(100 / 11)
    assert [float(line.mapped.value) for line in shown.of("new")] == [9.1, 9.8, 10.6, 11.5, 1402.5, 1650, 2100]
    assert shown.problems == []


def test_next_months_file_needs_nobody(data):
    previewed(data)
    later = Shape(
        "later",
        (
            ("Kinh tế số và thương mại điện tử tỉnh Hưng Yên",),
            ("TT", "Chỉ tiêu", "ĐVT", "2025"),
            (1, "Tỷ trọng kinh tế số", "%", 11.6),
            (2, "Doanh thu TMĐT", "Nghìn tỷ đồng", 2.2),
        ),
    )
    shown = intake.preview(later.workbook(), "thang_sau.xlsx", evidence.load(data), on=TODAY)
    assert [line.state for line in shown.lines] == ["new", "new"] and shown.problems == []


def test_taken_in_and_undone_the_old_numbers_come_back(data):
    before, text = values(data), (data / "observations.csv").read_bytes()
    source = intake.take(previewed(data), TRIAL, data, **SIGNED)
    assert (data / "observations.csv").read_bytes().startswith(text)
    assert values(data) == {2022: 1200, 2023: 1402.5, 2024: 1650, 2025: 2100}
    kept = [path for path in (data / "incoming" / "kept").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept] == [TRIAL]
    signature = evidence.load(data).sources[source]
    assert "Nguyễn Thị Thử" in signature.publisher and "số thử nghiệm" in signature.summary
    intake.undo(source, data, who="Nguyễn Thị Thử", reason="nhập thử xong", on=TODAY)
    assert values(data) == before
    assert (data / "observations.csv").read_bytes().startswith(text)
    assert intake.taken(evidence.load(data)) == [(source, "Tệp trial.xlsx, 2026-11-27", True)]
    assert [finding for finding in evidence.check(data) if finding.severity == "error"] == []


def test_a_file_undone_by_mistake_is_taken_in_again_the_same_day(data):
    """Under a source of its own, so that the undoing holds for the first time only; and it can be undone again."""
    before = values(data)
    first = intake.take(previewed(data), TRIAL, data, **SIGNED)
    intake.undo(first, data, **SIGNED)
    second = intake.take(previewed(data), TRIAL, data, **SIGNED)
    assert second == f"{first}_2" and values(data)[2025] == 2100 and second in intake.entered(data)
    with pytest.raises(EvidenceError, match="không có số nào mới"):
        intake.take(previewed(data), TRIAL, data, **SIGNED)
    intake.undo(second, data, **SIGNED)
    assert values(data) == before and [finding for finding in evidence.check(data) if finding.severity == "error"] == []


@pytest.mark.parametrize("who, reason", [("", "vì sao đó"), ("A B", ""), ("A", "x")])
def test_nothing_is_taken_in_unsigned(data, who, reason):
    with pytest.raises(EvidenceError, match="họ tên"):
        intake.take(previewed(data), TRIAL, data, who=who, reason=reason, on=TODAY)


def test_nothing_is_taken_in_twice_or_undone_twice(data):
    shown = previewed(data)
    source = intake.take(shown, TRIAL, data, **SIGNED)
    with pytest.raises(EvidenceError, match="nhập rồi"):
        intake.take(shown, TRIAL, data, **SIGNED)
    intake.undo(source, data, **SIGNED)
    with pytest.raises(EvidenceError, match="hoàn lại rồi"):
        intake.undo(source, data, **SIGNED)


def test_a_preview_of_other_figures_is_looked_at_again(data):
    shown = previewed(data)
    other = TRIAL.replace(b"PK", b"PK", 1) + b" "
    with pytest.raises(EvidenceError, match="đã đổi"):
        intake.take(shown, other, data, **SIGNED)


def test_one_wrong_figure_keeps_all_out(data):
    wrong = Shape(
        "wrong",
        (
            ("Kinh tế số và thương mại điện tử tỉnh Hưng Yên",),
            ("TT", "Chỉ tiêu", "ĐVT", 2022, 2023),
            (1, "Tỷ trọng kinh tế số", "%", 9.1, 112.5),
            (2, "Doanh thu TMĐT", "Nghìn tỷ đồng", 1.2, 1.4025),
        ),
    ).workbook()
    shown = previewed(data, wrong)
    assert any(problem.vi.startswith("Bieu!E3") for problem in shown.problems)
    before = evidence.digest(data)
    with pytest.raises(EvidenceError, match="Bieu!E3"):
        intake.take(shown, wrong, data, **SIGNED)
    assert evidence.digest(data) == before


def test_a_warning_names_its_series_in_words(data):
    """Who enters figures reads the name of the series beside the cell, never its code."""
    store = evidence.load(data)
    name, content = intake.form_file("ecommerce_revenue/province/hung_yen_2025", "2023", "4150", store)
    [finding] = [f for f in intake.preview(content, name, store, on=SIGNED["on"]).findings if f.check == "usual_range"]
    assert finding.file.endswith("!D2") and "Hưng Yên (hợp nhất với Thái Bình) 2023 = 4150" in finding.vi
    assert "ecommerce_revenue" not in finding.vi + finding.en and "merged" in finding.en


@pytest.mark.parametrize("status", ["official", "preliminary", "estimate"])
def test_one_figure_makes_the_rows_of_the_template(data, status):
    """A typed figure and the same figure in the workbook are the same line of the table; only the cell they stand in differs."""
    store = evidence.load(data)
    series, head = "ecommerce_revenue/province/hung_yen_2025", STATUSES[status] + "2024"
    book = openpyxl.load_workbook(io.BytesIO(intake.template(store, {}, {}, indicators=["ecommerce_revenue"], years=[2024], on=SIGNED["on"])))
    sheet, row = next((sheet, row) for sheet in book for row in sheet.iter_rows() if row[0].value == series)
    row[3].value, sheet["D3"].value = 2345.5, head
    stream = io.BytesIO()
    book.save(stream)
    by_book = intake.preview(stream.getvalue(), "mau.xlsx", store, on=SIGNED["on"])
    by_form = [
        intake.preview(content, name, store, on=SIGNED["on"])
        for unit, value in (("tỷ đồng", "2.345,5"), ("nghìn tỷ đồng", "2,3455"), ("", "2345,5"))
        for name, content in [intake.form_file(series, "2024", value, store, unit=unit, status=status)]
    ]
    expected = [{**row, "locator": "", "note": "", "source": ""} for row in observation_rows(by_book, SIGNED["on"])]
    assert len(expected) == 1 and expected[0]["status"] == status and not by_book.problems
    for shown in by_form:
        assert [{**row, "locator": "", "note": "", "source": ""} for row in observation_rows(shown, SIGNED["on"])] == expected
        assert not shown.problems


def test_every_series_can_be_typed_in_its_own_unit(data):
    """The unit the form offers for an indicator is one the reader takes for it."""
    store = evidence.load(data)
    for indicator in store.indicators.values():
        for measure in indicator.measures:
            name, content = intake.form_file(f"{indicator.id}/{measure}/hung_yen_2025", "2027", "12,5", store)
            received = intake.read(content, name, [territory.name.vi for territory in store.territories.values()])
            [mapped] = map_figures(received.figures, intake.read_mapping(store.folder, received.shape), store.indicators, store.territories)
            assert not mapped.problem and (mapped.indicator, mapped.measure, mapped.unit) == (indicator.id, measure, indicator.unit)


@pytest.mark.parametrize(
    ("document", "day"),
    [("", "3/11/2026"), ("Báo cáo 12/BC", ""), ("Báo cáo 12/BC", "28/11/2026"), ("Báo cáo 12/BC", "31/02/2026"), ("Báo cáo\x0712", "3/11/2026")],
)
def test_a_document_has_a_name_and_a_day_that_is_past(document, day):
    with pytest.raises(EvidenceError, match="không sau hôm nay 27/11/2026"):
        intake.documented(document, day, SIGNED["on"])
    assert intake.documented(" Báo cáo  12/BC ", "3/11/2026", SIGNED["on"]) == intake.documented("Báo cáo 12/BC", "2026-11-03", SIGNED["on"])


CUT_OFF = """
import os, shutil, signal, sys
from datetime import date
from pathlib import Path
from forecast import evidence
from forecast.evidence import intake
data, cut, file = map(Path, sys.argv[1:])
content = file.read_bytes()
shown = intake.preview(content, "trial.xlsx", evidence.load(data), on=date(2026, 11, 27))
steps, last, armed = 0, 0, False
def watch(event, arguments):
    global steps
    changing = event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir") or (event == "open" and set(str(arguments[1])) & set("wa+x"))
    if changing and armed and str(cut) in str(arguments[0]):
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
ended = None
while ended != 0:
    last += 1
    folder = cut / str(last)
    shutil.copytree(data, folder)
    child = os.fork()
    if not child:
        armed = True
        intake.take(shown, content, folder, who="Nguyễn Thị Thử", reason="số thử nghiệm", on=date(2026, 11, 27))
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, -signal.SIGKILL), ended
"""


def test_cut_off_at_every_step_the_evidence_is_old_or_new(data, tmp_path):
    previewed(data)
    file, cut, old = tmp_path / "trial.xlsx", tmp_path / "cut", evidence.digest(data)
    file.write_bytes(TRIAL)
    cut.mkdir()
    subprocess.run([sys.executable, "-c", CUT_OFF, data, cut, file], check=True)
    folders = sorted(cut.iterdir(), key=lambda folder: int(folder.name))
    assert len(folders) > 10
    new = evidence.digest(folders[-1])
    assert new != old and [finding for finding in evidence.check(folders[-1]) if finding.severity == "error"] == []
    states = [evidence.digest(folder) for folder in folders]
    assert set(states) == {old, new} and states == sorted(states, key=lambda state: state == new)
    undecided = folders[
        states.index(new) - 1
    ]  # the last one cut off before the step that decides: it can be done again
    intake.take(intake.preview(TRIAL, "trial.xlsx", evidence.load(undecided), on=TODAY), TRIAL, undecided, **SIGNED)
    assert evidence.digest(undecided) == new


def test_files_that_are_none_and_states_of_those_that_are(data):
    incoming = data / "incoming"
    for name in ("~$trial.xlsx", ".hidden.xlsx", "trial.xlsx.part", "README.md", ".~lock.trial.ods#"):
        (incoming / name).write_bytes(b"x")
    assert intake.arrived(data) == []
    (incoming / "trial.xlsx").write_bytes(TRIAL)
    later = (incoming / "trial.xlsx").stat().st_mtime + 60
    assert [entry.state for entry in intake.arrived(data)] == ["copying"]
    assert [entry.state for entry in intake.arrived(data, later)] == ["read"]
    (incoming / "half.xlsx").write_bytes(TRIAL[:2000])
    states = {entry.path.name: entry for entry in intake.arrived(data, later)}
    assert states["half.xlsx"].state == "returned" and "chưa chép xong" in states["half.xlsx"].reasons[0].vi
    (incoming / "half.xlsx").unlink()
    intake.take(previewed(data), TRIAL, data, **SIGNED)
    assert [entry.state for entry in intake.arrived(data, later)] == ["taken"]
