"""The pages of those with a login in a real browser: logging in and out, papers, a file whose names are told once, no ids, no commands."""

import json
import re
import shutil

import pytest
from browser import chromium, page_at
from entering import PASSWORD, intranet_root, served
from places import DATA

from forecast import evidence
from forecast.domain import Key
from forecast.runs import folders
from forecast.runs.publication import pointer

pytestmark = pytest.mark.slow
SIZES = ((1366, 768), (768, 1024))
REVENUE = Key("ecommerce_revenue", "province", "hung_yen_pre2025")
TABLE = "Thương mại điện tử tỉnh Hưng Yên\nTT\tChỉ tiêu\tĐVT\t2023\t2024\n1\tDoanh thu TMĐT\tTỷ đồng\t1402,5\t1650,25\n"
MACHINE = re.compile(r"[a-z_0-9]+-[0-9a-f]{12}\b|\bforecast \w+|--\w+|make run|\.yml|parameterized_runs|Traceback")  # what no staff member is told


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = intranet_root(tmp_path_factory.mktemp("intranet"))
    shutil.rmtree(root / "data", ignore_errors=True)
    shutil.copytree(DATA, root / "data")
    publish(root)
    share = f'[share]\nfolder = "{root / "chung"}"'
    with served(root, tmp_path_factory.mktemp("cwd"), "password", share) as (address, _), chromium() as browser:
        yield address, browser, root


def publish(root):
    """The fixture's set with names as the kit gives them, signed as published."""
    path = pointer.path_of(root)
    content = json.loads(path.read_text("utf-8"))
    for number, run in enumerate(content["runs"]):
        before, run["run_id"] = run["run_id"], f"answer-{number:012x}"
        (folders.out_folder(root) / before).rename(folders.out_folder(root) / run["run_id"])
        run |= {"name": "answer", "notebook": "01_labour_productivity", "manifest": "0" * 64}
    path.write_text(json.dumps(content | {"state": pointer.PUBLISHED}), "utf-8")
    assert len(pointer.peek(root)["runs"]) == len(content["runs"])


def enter(tab, address, login, password=PASSWORD):
    """Open an address, log in as asked, arrive there."""
    tab.goto(address)
    tab.fill("#login", login)
    tab.fill("#password", password)
    with tab.expect_navigation():
        tab.click("main button")


@pytest.mark.parametrize("size", SIZES)
def test_a_browser_logs_in_and_out(project, size):
    """A browser sends with a form where it comes from; the page it came for opens, and its doors are those of the role."""
    address, browser, _ = project
    with page_at(browser, size, outside=[]) as tab:
        enter(tab, address, "xem", "sai sai sai sai")
        assert "không đúng" in tab.inner_text("[role=alert]")
        enter(tab, address, "xem")
        tab.wait_for_selector("[data-door=logout]:visible")
        assert tab.is_visible("[data-door=giay_to]") and not tab.is_visible("[data-door=bang_viec]")
        tab.click("[data-door=logout]")
        with tab.expect_navigation():
            tab.click("main button")
        assert tab.is_visible("#password")
    with page_at(browser, size, outside=[]) as tab:
        enter(tab, address, "phan_tich")
        tab.click("[data-door=bang_viec]")
        assert "Người phan_tich" in tab.inner_text(".top") and tab.is_visible("text=Chạy lại dự báo")
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("role", ["nhap_lieu", "phan_tich", "tham_dinh", "cong_bo"])
def test_the_page_speaks_the_words_of_staff(project, role):
    address, browser, _ = project
    with page_at(browser, SIZES[0], outside=[]) as tab:
        enter(tab, f"{address}bang_viec", role)
        text = tab.inner_text("body")
        assert "Bảng việc" in text and not MACHINE.search(text), MACHINE.search(text)


def test_papers_are_made_and_sent(project):
    address, browser, root = project
    with page_at(browser, SIZES[0], outside=[]) as tab:
        enter(tab, f"{address}giay_to", "xem")
        for kind, ending, head in (("word", "docx", b"PK"), ("pdf", "pdf", b"%PDF"), ("slides", "pptx", b"PK"), ("workbook", "xlsx", b"PK")):
            with tab.expect_download() as waiting:
                tab.click(f"button[value={kind}]")
            content = waiting.value.path().read_bytes()
            assert waiting.value.suggested_filename.endswith(ending) and content.startswith(head) and len(content) > 10_000
    with page_at(browser, SIZES[0], outside=[]) as tab:
        enter(tab, f"{address}bang_viec", "cong_bo")
        tab.click("form:has(input[value=deliver]) input[type=checkbox]")
        with tab.expect_navigation():
            tab.click("text=Gửi giấy tờ")
        assert len(list((root / "chung").iterdir())) == 4 and "good" in tab.get_attribute("[role=status]", "class")


@pytest.mark.parametrize("size", [*SIZES, (390, 844)])
def test_one_figure_is_typed(project, size):
    """Chosen by names and typed, refused with what was typed still there, then looked at, taken in and undone; nothing leaves the screen."""
    address, browser, root = project
    before = list(evidence.load(root / "data").series(REVENUE).values)
    with page_at(browser, size, outside=[]) as tab:
        enter(tab, f"{address}bang_viec", "nhap_lieu")

        def press(label):
            with tab.expect_navigation():
                tab.click(f"button:has-text('{label}')")

        tab.click("summary:has-text('Nhập một số')")
        tab.select_option("#series", label="Doanh thu thương mại điện tử trên các sàn (số liệu của tỉnh)")
        tab.select_option("#place", label="Hưng Yên (trước 7/2025)")
        typed = {"period": "2024", "value": "1,65025", "unit": "người", "document": "Báo cáo số 12/BC-SCT của Sở Công Thương", "day": "3/11/2026"}
        for name, text in typed.items():
            tab.fill(f"#{name}", text)
        press("Xem trước một số")
        assert "không đổi được sang tỷ đồng" in tab.inner_text("main") and tab.input_value("#value") == "1,65025"
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = "[...document.querySelectorAll('main button, main select, main input:not([type=checkbox]):not([type=hidden]), summary, a.button')]"
        assert tab.evaluate(f"{small}.filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).length") == 0
        tab.fill("#unit", "nghìn tỷ đồng")
        press("Xem trước một số")
        assert "1.650,25 tỷ đồng" in tab.inner_text("main")
        tab.fill("#reason", "số thử nghiệm")
        tab.check("form:has(input[value=take]) input[type=checkbox]")
        press("Nhập vào số liệu")
        assert evidence.load(root / "data").series(REVENUE).years == (2022, 2024)
        tab.click("summary:has-text('Hoàn lại')")
        assert "Báo cáo số 12/BC-SCT" in tab.inner_text("select[name=source]")
        tab.fill("[aria-label='Lý do hoàn lại']", "chỉ là thử")
        tab.check("form:has(input[value=undo]) input[type=checkbox]")
        press("Hoàn lại")
        assert list(evidence.load(root / "data").series(REVENUE).values) == before


def test_a_files_names_are_told_once(project, tmp_path):
    """A printed name is chosen from a list, kept for later files, and the file goes in and comes out again."""
    address, browser, root = project
    file = tmp_path / "thuong_mai.txt"
    file.write_text(TABLE, "utf-8")
    before = list(evidence.load(root / "data").series(REVENUE).values)
    with page_at(browser, SIZES[0], outside=[]) as tab:
        enter(tab, f"{address}bang_viec", "nhap_lieu")

        def press(label):
            with tab.expect_navigation():
                tab.click(f"button:has-text('{label}')")

        def tell(value):
            choices = tab.query_selector_all("select[name^=choice]")
            fitting = [choice for choice in choices if value in [option.get_attribute("value") for option in choice.query_selector_all("option")]]
            fitting[0].select_option(value)
            press("Ghi nhớ và xem lại")

        tab.set_input_files("#file", file)
        press("Xem trước")
        assert not tab.is_visible("button:has-text('Nhập vào số liệu')")
        tell("ecommerce_revenue/province")
        if tab.is_visible("select[name^=choice]"):
            tell("hung_yen_pre2025")
        assert "1.402,5 tỷ đồng" in tab.inner_text("main")
        tab.fill("#reason", "số thử nghiệm")
        tab.click("form:has(input[value=take]) input[type=checkbox]")
        press("Nhập vào số liệu")
        assert evidence.load(root / "data").series(REVENUE).years == (2022, 2023, 2024)
        tab.click("summary:has-text('Hoàn lại')")
        tab.fill("[aria-label='Lý do hoàn lại']", "chỉ là thử")
        tab.click("form:has(input[value=undo]) input[type=checkbox]")
        press("Hoàn lại")
        assert list(evidence.load(root / "data").series(REVENUE).values) == before
