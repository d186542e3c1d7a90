"""The work page over HTTP: who may do what, two people for a publication, a file looked at and taken in."""

import html
import io
import json
import re
import urllib.parse
import urllib.request

import openpyxl
import pytest
import tiny_project
from entering import PASSWORD, ask, intranet_root, log_in, served

from forecast import evidence, people
from forecast.errors import RunError
from forecast.evidence import intake
from forecast.runs.publication import pointer, signoff

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    root = intranet_root(tmp_path_factory.mktemp("intranet"))
    (root / "parameterized_runs" / "published.json").unlink()  # a run of the kit's own, so that every hash is right
    path = tiny_project.make(root, {tiny_project.EVALUATION: [tiny_project.RECORD]}, [tiny_project.run_of("one")])
    assert tiny_project.execute_plan(root, path)[0].published
    listed = people.People(root / "parameterized_runs" / "people.json")
    listed.add("hai_vai", "Hai Vai", ["tham_dinh", "cong_bo"], PASSWORD)
    with served(root, tmp_path_factory.mktemp("cwd"), "password", 'trusted_proxies = ["127.0.0.1"]') as (address, _):
        yield address, root


def step(address, jar, name, **fields):
    """(status, text) of one of the page's forms."""
    mark = re.search(r"_xsrf=([^;]+)", jar)[1]
    form = urllib.parse.urlencode({"step": name, "_xsrf": mark, "sure": "yes", **fields})
    status, _, text = ask(address, "bang_viec", "POST", form, Cookie=jar, Content_Type="application/x-www-form-urlencoded")
    return status, text


def test_a_publication_needs_two_people(work):
    """2B18: who reviewed a set cannot publish it; another can; the signatures carry the logins."""
    address, root = work
    _, _, reviewer = log_in(address, "hai_vai")
    assert pointer.peek(root)["state"] == pointer.DRAFT
    assert step(address, reviewer, "review", sure="")[0] == 200 and pointer.peek(root)["state"] == pointer.DRAFT  # nobody is sure
    assert "đã thẩm định" in step(address, reviewer, "review")[1]
    assert "người thứ hai" in step(address, reviewer, "publish")[1] and pointer.peek(root)["state"] == pointer.REVIEWED
    _, _, publisher = log_in(address, "cong_bo")
    assert step(address, publisher, "review")[0] == 403
    assert "đã công bố" in step(address, publisher, "publish")[1]
    content = pointer.peek(root)
    assert content["state"] == pointer.PUBLISHED and [signature["login"] for signature in content["signatures"]] == ["hai_vai", "cong_bo"]
    code = signoff.code_of(content)
    told = step(address, publisher, "code", code=code)[1]
    assert "Còn nguyên như khi ký" in told and "Người cong_bo" in told and "Hai Vai" in told
    assert "Không có bản công bố nào" in step(address, publisher, "code", code=code[::-1])[1]
    with pytest.raises(RunError, match="đăng nhập"):
        signoff.rollback(root, pointer.DEFAULT, "Ai đó", "2026-11-27T00:00:00Z")


def test_a_proxy_that_encrypts_makes_the_cookie_secure(work):
    """Behind nginx the cookie goes over TLS only, and wrong passwords are counted by who stands behind it."""
    address, _ = work
    forwarded = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "10.1.2.3"}
    [visitor] = [line for line in log_in(address, "xem", **forwarded)[1] if line.startswith("forecast-visitor=")]
    assert "Secure" in visitor
    [visitor] = [line for line in log_in(address, "xem")[1] if line.startswith("forecast-visitor=")]
    assert "Secure" not in visitor
    guesses = [log_in(address, f"ai{number}", "sai sai sai sai", X_Forwarded_For="10.9.9.9")[0] for number in range(21)]
    assert guesses[:20] == [401] * 20 and guesses[20] == 429
    assert log_in(address, "xem", X_Forwarded_For="10.1.2.3")[0] == 302


def test_a_reader_sees_no_work_page(work):
    address, _ = work
    _, _, jar = log_in(address, "xem")
    assert ask(address, "bang_viec", Cookie=jar)[0] == 403 and step(address, jar, "run")[0] == 403
    assert ask(address, "bang_viec/bao_cao?run=x-000000000000", Cookie=jar)[0] == 403


def test_a_report_opens_without_scripts_and_nothing_else_does(work):
    address, root = work
    _, _, jar = log_in(address, "phan_tich")
    run = pointer.peek(root)["runs"][0]["run_id"]
    (root / "parameterized_runs" / "out" / run / "report.html").exists() or pytest.fail("the fixture has no report")
    status, headers, _ = ask(address, f"bang_viec/bao_cao?run={run}", Cookie=jar)
    assert status == 200 and headers["Content-Security-Policy"].startswith("sandbox")
    for name in ("../published.json", "..", "", f"{run}/../{run}", "failed"):
        assert ask(address, f"bang_viec/bao_cao?run={urllib.parse.quote(name)}", Cookie=jar)[0] == 404


def test_a_file_is_looked_at_then_taken_in(work):
    """A file of more than a form's body goes in by the one door made for it, with the login under it."""
    address, root = work
    _, _, jar = log_in(address, "nhap_lieu")
    mark = re.search(r"_xsrf=([^;]+)", jar)[1]
    name, content = _one_figure(root)
    parts = [("_xsrf", None, mark.encode()), ("step", None, b"look"), ("file", name, content)]
    body = b"".join(_part(*part) for part in parts) + b"--xx--\r\n"
    where = f"bang_viec/tep?_xsrf={urllib.parse.quote(mark)}"
    kind = "multipart/form-data; boundary=xx"
    status, _, text = ask(address, where, "POST", body, Cookie=jar, Content_Type=kind)
    assert status == 200 and "Đã đọc tệp" in text and json.dumps(name)[1:-1] in text
    big = b"".join(_part(*part) for part in [*parts[:2], ("file", "to.csv", b"x" * 300_000)]) + b"--xx--\r\n"
    status, _, text = ask(address, where, "POST", big, Cookie=jar, Content_Type=kind)
    assert status == 200 and "Không đọc được tệp" in text and "Traceback" not in text
    _, _, other = log_in(address, "phan_tich")
    assert ask(address, where, "POST", big[:1000], Cookie=other, Content_Type=kind)[0] == 403


ONE = {
    **{"series": "ecommerce_revenue/province", "place": "hung_yen_2025", "period": "2024", "value": "2.345,5", "unit": "tỷ đồng"},
    **{"status": "preliminary", "document": "Báo cáo số 12/BC-SCT của Sở Công Thương", "day": "3/11/2026"},
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"unit": "nghìn người"}, "nghìn người&#39; không đổi được sang tỷ đồng"),
        ({"unit": ""}, "ghi đơn vị"),
        ({"series": "ecommerce_revenue/khong_co"}, "có trong danh mục"),
        ({"document": ""}, "Văn bản nguồn"),
        ({"day": "2999-01-01"}, "không sau hôm nay"),
        ({"day": "hôm qua"}, "không sau hôm nay"),
        ({"period": "tháng tới"}, "tiêu đề không nói số liệu của năm, kỳ nào"),
        ({"period": "kế hoạch 2026"}, "tệp không có số nào mới"),
        ({"value": "1.234"}, "có thể là 1,234 hoặc 1234"),
    ],
)
def test_one_figure_is_refused_as_a_file_is(work, changed, told):
    """What is wrong with a typed figure is said, nothing is taken in, and what was typed stays."""
    address, root = work
    _, _, jar = log_in(address, "nhap_lieu")
    before = evidence.digest(root / "data")
    status, text = step(address, jar, "one", **ONE | changed)
    assert status == 200 and told in text, re.findall(r"CHƯA NHẬP.*?</p>.*?</p>", text, re.DOTALL)
    assert "Chọn một lần" not in text
    assert "Nhập vào số liệu</button>" not in text and 'value="' + (changed.get("value") or ONE["value"]) in text
    assert evidence.digest(root / "data") == before


def test_one_figure_is_looked_at_taken_in_and_undone(work):
    """A figure copied from a document goes the way of the workbook, its document and day become its source; who may not is refused."""
    address, root = work
    for role in ("phan_tich", "tham_dinh", "cong_bo", "xem"):
        assert step(address, log_in(address, role)[2], "one", **ONE)[0] == 403
    _, _, jar = log_in(address, "nhap_lieu")
    status, text = step(address, jar, "one", **ONE | {"value": "2,3455", "unit": "nghìn tỷ đồng"}, sure="")
    assert status == 200 and "2.345,5 tỷ đồng" in text and "câu trả lời đổi thế nào" in text
    assert "Sở Công Thương (03/11/2026): 1 số mới" in text
    assert "Đã nhập vào số liệu" in step(address, jar, "take", reason="số thử nghiệm")[1]
    store = evidence.load(root / "data")
    [figure] = [figure for figure in store.observations if figure.source.startswith("intake_")]
    source = store.sources[figure.source]
    assert (figure.value, figure.status, str(figure.period)) == (2345.5, "preliminary", "2024")
    assert (source.title, source.published) == (ONE["document"], "2026-11-03") and "nhap_lieu" in source.publisher
    assert "Đã hoàn lại" in step(address, jar, "undo", source=figure.source, reason="chỉ là thử")[1]


def test_the_workbook_to_fill_in_is_handed_to_who_may_enter_figures(work, tmp_path):
    """Taken from the page, filled in and brought back, it says what it would change before anything is written."""
    address, _ = work
    _, _, jar = log_in(address, "nhap_lieu")
    request = urllib.request.Request(f"{address}bang_viec/mau", headers={"Cookie": jar})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert "mau_nhap_so_lieu_" in answer.headers["Content-Disposition"]
        book = openpyxl.load_workbook(io.BytesIO(answer.read()))
    code = "ecommerce_revenue/province/hung_yen_2025"
    sheet, row = next((sheet, row) for sheet in book for row in sheet.iter_rows() if row[0].value == code)
    next(cell for cell, head in zip(row, sheet[3], strict=True) if head.value == "2024").value = 2345.5
    book.save(tmp_path / "mau.xlsx")
    mark = re.search(r"_xsrf=([^;]+)", jar)[1]
    parts = [("_xsrf", None, mark.encode()), ("step", None, b"look"), ("file", "mau.xlsx", (tmp_path / "mau.xlsx").read_bytes())]
    body = b"".join(_part(*part) for part in parts) + b"--xx--\r\n"
    where = f"bang_viec/tep?_xsrf={urllib.parse.quote(mark)}"
    status, _, text = ask(address, where, "POST", body, Cookie=jar, Content_Type="multipart/form-data; boundary=xx")
    assert status == 200 and "2.345,5 tỷ đồng" in text and "câu trả lời đổi thế nào" in text and "giữa dải 2030" in text
    assert text.index("2.345,5 tỷ đồng") < text.index("số đã có, không đổi, hoặc không lấy")
    _, _, reader = log_in(address, "xem")
    assert ask(address, "bang_viec/mau", Cookie=reader)[0] == 403 and ask(address, "bang_viec/mau")[0] in (302, 403)


SPOILT = (
    *(b"{", b"\xff\xfe", b"[]", b"null", b'{"runs": []}', b'{"plan": "default", "runs": [1]}', b'{"plan": "other", "runs": []}'),
    b'{"plan": "default", "runs": [], "state": "x"}',
)
ENGLISH = re.compile(r"\b(?:not?|is|are|of|the|line|column|char|object|publication|such|state|must|error|missing|invalid|codec)\b")


@pytest.mark.parametrize("content", SPOILT)
def test_a_broken_publication_is_told_in_both_languages(work, content):
    """The Vietnamese half of what is wrong holds no word of Python's or ours in English."""
    address, root = work
    path = pointer.path_of(root)
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        _, _, text = ask(address, "bang_viec", Cookie=log_in(address, "phan_tich")[2])
    finally:
        path.write_bytes(before)
    told = html.unescape(re.search(r'<p class="bad">(Không đọc được.*?)<small', text, re.DOTALL)[1]).replace("published.json", "")
    assert "Traceback" not in text and not ENGLISH.search(told), told


def _part(name, file, content):
    named = f'; filename="{file}"' if file else ""
    return f'--xx\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"


def _one_figure(root):
    """A file of one line, for the newest figure's own series."""
    store = evidence.load(root / "data")
    newest = max((figure for figure in store.observations if figure.period.is_year), key=lambda figure: figure.vintage)
    return intake.form_file(f"{newest.key.indicator}/{newest.key.measure}/{newest.key.territory}", str(newest.period), "12,3", store)
