"""How old the figures are: one line in the head when something is late, nothing when nothing is, a list always."""

import json
import re
import shutil
from datetime import UTC, datetime

import pytest
from places import DATA
from publish_fixture import make_root

from forecast import evidence
from forecast.publish.leaders import ages, page
from forecast.runs.upkeep import doctor, status

LINE = re.compile(r'<p class="meta overdue"><i lang=vi>(.*?)</i><i lang=en>(.*?)</i></p>')
GROWTH = re.compile(r"productivity_growth_of_the_nation:.*?\n\n", re.S)  # its year 2025 is late in the data of 2026


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A published root whose calendar has nothing late in November 2026."""
    root = make_root(tmp_path_factory.mktemp("ages"))
    shutil.copytree(DATA, root / "data")
    path = root / "data" / "calendar.yml"
    path.write_text(GROWTH.sub("", path.read_text("utf-8"), count=1), "utf-8")
    return root


@pytest.fixture(scope="module")
def store(root):
    return evidence.load(root / "data")


def line(store, at):
    return ages.overdue_text(ages.standing(store, at))


def test_nothing_overdue_shows_nothing_in_the_head_and_the_list_all_the_same(root):
    html = page.build(root)
    assert "Quá hạn" not in html and "Overdue" not in html and 'class="meta overdue"' not in html
    assert "số mới nhất: năm 2025; kỳ tới: năm 2026, thường công bố tháng 9/2027" in html
    assert "newest figure: 2025; next: 2026, usually published in September 2027" in html
    assert "chưa có số nào công bố; chưa thành nếp công bố" in html and "Tính đến ngày 24/11/2026." in html


def test_overdue_is_one_line_in_both_languages_and_said_in_the_list(root, tmp_path):
    shutil.copytree(root, tmp_path / "late")
    path = tmp_path / "late" / "parameterized_runs" / "published.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"published_at": "2027-11-30T08:00:00+07:00"}), "utf-8")
    html = page.build(tmp_path / "late")
    (said,) = LINE.findall(html)
    assert said[0].startswith("Quá hạn: tỷ trọng kinh tế số (Bộ TT&amp;TT) cả nước năm 2025, thường có vào tháng 11/2026, chậm 12 tháng; ")
    assert said[0].endswith("thường có vào ngày 6/1/2027, chậm 10 tháng; và 5 số liệu khác") and said[1].endswith("; and 5 more")
    assert "thường công bố tháng 9/2027, chậm 2 tháng" in html and "usually published in September 2027, 2 months late" in html


def test_the_line_of_one_late_figure(store):
    said = line(store, "2026-12-11T08:00:00+07:00")
    assert said.vi == "Quá hạn: tỷ trọng kinh tế số (Bộ TT&TT) cả nước năm 2025, thường có vào tháng 11/2026, chậm 11 ngày"
    assert said.en == "Overdue: digital economy share (ministry) of the nation for 2025, usually out in November 2026, 11 days late"


def test_the_day_is_that_of_the_publication_in_viet_nam(store):
    assert line(store, "2026-11-30T16:59:00+00:00") is None
    assert line(store, "2026-11-30T17:00:00+00:00").vi.endswith("chậm 1 ngày")
    assert ages.note("2026-11-30T17:00:00+00:00").vi.startswith("Tính đến ngày 01/12/2026.")


def test_a_changed_calendar_is_another_page(root, tmp_path):
    before = page.digest(root)
    shutil.copytree(root, tmp_path / "other")
    root = tmp_path / "other"
    path = root / "data" / "calendar.yml"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert page.digest(root) != before


def test_no_figures_or_no_day_say_nothing(store):
    assert ages.standing(None, "2026-11-24T07:30:00+07:00") == ages.standing(store, "") == ()
    assert ages.overdue_text(()) is None and ages.rows(()) == []


def test_status_and_doctor_say_what_is_late_and_what_comes(root, tmp_path, monkeypatch):
    (coming,) = status._figures_lines(root, datetime(2026, 11, 24, tzinfo=UTC))
    assert coming.startswith("Số liệu kỳ tới / next figures: tỷ trọng kinh tế số (Bộ TT&TT) cả nước năm 2025: tháng 11/2026 | ")
    late, coming = status._figures_lines(root, datetime(2026, 11, 30, 17, 30, tzinfo=UTC))  # the first of December in Việt Nam
    assert late.startswith("QUÁ HẠN / OVERDUE: tỷ trọng") and late.endswith("for 2025, usually out in November 2026, 1 day late")
    assert coming.endswith("of the nation for 2026: by 6 January 2027")

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 12, 1, 8, tzinfo=tz)

    monkeypatch.setattr(doctor, "datetime", Clock)
    found = doctor._ages(root, 0)
    assert found.state == "warning" and "chậm 1 ngày; tìm số và thêm vào data/" in found.text.vi and "1 day late" in found.text.en
    assert doctor._ages(tmp_path, 0).state == "good" and status._figures_lines(tmp_path, Clock.now(UTC)) == []  # no figures to read
