"""Fifteen questions as users ask them, asked of the page, the advisers' app and the reports in headless Chromium.

`python benchmarks/bench_answers.py`. Needs something published (`make run`). A question is answered where the text is found with
the right number: equal to one counted anew from the published run's draws, tables or data (`answers_truth`). Bar: 15 of 15.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import answers_truth as truth
import table
from answers_truth import BEFORE, DIGITAL, MERGED, PRODUCTIVITY, SALES, likely, number
from bench_apps import free_port, served

from forecast import evidence
from forecast.publish.leaders import page as board

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from browser import chromium, page_at

WIDE, PHONE = (1366, 768), (390, 844)
KERNEL = 90_000
QUESTIONS = {
    1: "năng suất 2021-2025 có tăng 7 %/năm?", 2: "kinh tế số 2025, có đạt 20 %?", 3: "đến 2030 là 30 hay 35 %?",
    4: "doanh thu TMĐT bây giờ?", 5: "30 % năm 2030 với khả năng 80 % cần gì?", 6: "tỉnh hợp nhất tính thế nào, thiếu gì?",
    7: "năm nào cũng 7 % đến 2030?", 8: "vì sao con số đổi?", 9: "các lần trước sai bao nhiêu, về phía nào?",
    10: "đứng thứ mấy trong vùng?", 11: "số nào giúp được nhiều nhất, nhập ở đâu?", 12: "con số lấy ở đâu ra?",
    13: "số liệu có cũ không?", 14: "tỉnh khác muốn dùng thì sửa gì?", 15: "will productivity grow by 7% a year to 2030?",
}  # fmt: skip
LEADERS = (1, 2, 3, 4, 9, 10, 13, 15)  # who get one click


@dataclass
class Reader:
    """Someone before a tab who counts clicks and reads texts."""

    tab: object
    clicks: int = 0

    def click(self, selector: str) -> None:
        """Touch the first thing that is seen under a selector."""
        self.tab.locator(f"{selector}:visible").first.click()
        self.clicks += 1

    def text(self, selector: str) -> str:
        """What is seen under a selector, in one line."""
        return " ".join(" ".join(self.tab.locator(f"{selector}:visible").all_inner_texts()).split()).replace("\xa0", " ")

    def aloud(self, indicator: str) -> str:
        """The sentences of an indicator's card."""
        return self.text(f".aloud [data-indicator={indicator}]")


Answer = tuple[str, list[str]]  # what stands there, what a right answer holds


def productivity_past(reader: Reader) -> Answer:
    """Question 1, on the card of the province before July 2025."""
    reader.click("button[data-value=hung_yen_pre2025]")
    return reader.aloud(PRODUCTIVITY), truth.growth(BEFORE)["past"]


def digital_past(reader: Reader) -> Answer:
    """Question 2, in both measures, one after the other."""
    first = reader.aloud(DIGITAL)
    reader.click("button[data-value=mic]")
    return first + " | " + reader.aloud(DIGITAL), truth.share(MERGED, "nso") + truth.share(MERGED, "mic")


def digital_documents(reader: Reader) -> Answer:
    """Question 3, in the list of documents of the card."""
    reader.click(f".card[data-indicator={DIGITAL}] details.choose > summary")
    return reader.text(f".card[data-indicator={DIGITAL}] .choices"), truth.documents(MERGED, "nso")


def sales_now(reader: Reader) -> Answer:
    """Question 4, on the card and under its picture."""
    wanted = truth.sales(MERGED)
    return reader.aloud(SALES) + " | " + reader.text(f"#{SALES} .about"), wanted["now"] + wanted["routes"]


def what_it_takes(reader: Reader) -> Answer:
    """Question 5, in the try-out."""
    possible, reached = truth.best_chance(30.0)
    reader.click(f"#{DIGITAL} details[data-fold=tryout] > summary")
    wanted = ["Để khả năng đạt lên 80 %"] if possible else ["Không tới được 80 %", likely(reached)]
    return reader.text(f"#{DIGITAL} .needs"), wanted


def merging(reader: Reader) -> Answer:
    """Question 6: the weights among the assumptions, what is missing in the fold of helpful figures."""
    _, outlook = truth.draws(PRODUCTIVITY, MERGED, "nso")
    reader.click("#assumptions details > summary")
    reader.click(f"#{PRODUCTIVITY} details[data-fold=helpful] > summary")
    weights = [part for _, share, year in outlook.draws.weights for part in (number(round(share, 4), 3).rstrip("0"), str(year))]
    shown = reader.text("#assumptions li") + " | " + reader.text(f"#{PRODUCTIVITY} [data-fold=helpful]")
    return shown, weights + truth.helping(PRODUCTIVITY, MERGED, "nso")


def every_year(reader: Reader) -> Answer:
    """Question 7, on the card."""
    return reader.aloud(PRODUCTIVITY), truth.growth(MERGED)["ahead"]


def every_year_typed(reader: Reader) -> Answer:
    """Question 7, typed as an own target."""
    reader.click(f".card[data-indicator={PRODUCTIVITY}] details.choose > summary")
    reader.tab.locator(f".card[data-indicator={PRODUCTIVITY}] [data-own-form] input:visible").fill("năm nào cũng 7 %/năm đến 2030")
    reader.click(f".card[data-indicator={PRODUCTIVITY}] [data-own-form] button")
    levels, _ = truth.draws(PRODUCTIVITY, MERGED, "nso")
    chances = [likely((grown(levels, 2026, 2030) >= 7).mean()) for grown in (truth.average, truth.slowest)]
    return reader.text(f".card[data-indicator={PRODUCTIVITY}] .answer"), [f"Bình quân: {chances[0]}; năm nào cũng đạt: {chances[1]}."]


def what_changed(reader: Reader) -> Answer:
    """Question 8, beside the number."""
    ends = truth.before_and_now(DIGITAL, MERGED, "nso")
    shown = reader.text(f"#{DIGITAL} .changed")
    if ends is None:
        return shown, ["bản đầu tiên"]
    before, now = (number(value) for value in ends)
    return shown, [f"không đổi ({now} %)"] if before == now else [f"{before} % → {now} %", "Do: "]


def record(reader: Reader) -> Answer:
    """Question 9, on the cards of two indicators."""
    shown, wanted = "", []
    for indicator, measure in ((PRODUCTIVITY, "nso"), (SALES, "moit")):
        count, inside, above = truth.replayed(indicator, measure)
        shown += reader.text(f".card[data-indicator={indicator}] .last") + " | "
        wanted += [f"{inside} trên {count} số công bố sau đó nằm trong khoảng", f"{above} lần"]
    return shown, wanted


def rank(reader: Reader) -> Answer:
    """Question 10, in the fold of the neighbours."""
    reader.click("details[data-fold=neighbours] > summary")
    return reader.text("#neighbours"), truth.places(MERGED)


def most_helpful(reader: Reader) -> Answer:
    """Question 11, in the fold of helpful figures."""
    helps = truth.rows(truth.published()[SALES, MERGED, "moit"] / "information.csv")
    best = max(helps, key=lambda row: float(row["narrowing_percent"]))
    reader.click(f"#{SALES} details[data-fold=helpful] > summary")
    return reader.text(f"#{SALES} [data-fold=helpful]"), [best["name_vi"], "mẫu nhập"]


def origin(reader: Reader) -> Answer:
    """Question 12: from the last figure of the card to its source."""
    reader.click(f".card[data-indicator={SALES}] details.choose > summary")
    shown = reader.text(f".card[data-indicator={SALES}] details .last")
    reader.click("#sources details > summary")
    source = reader.tab.locator(f".card[data-indicator={SALES}] details .last[data-source]:visible").last.get_attribute("data-source").split("+")[0]
    held = truth.store().sources[source]
    return shown + " | " + reader.text(f"#source-{source}"), [held.title[:40], held.url[:60]]


def age(reader: Reader) -> Answer:
    """Question 13, at the top of the page."""
    newest = max(row.vintage for row in truth.store().observations)
    late = evidence.overdue(evidence.due(truth.store(), newest))
    return reader.text(".top"), [f"{newest:%d/%m/%Y}", *(["Quá hạn"] if late else [])]


def elsewhere(reader: Reader) -> Answer:
    """The command the README names, as it answers for another province: laid out, its check without an error, what comes next."""
    command = next((line for line in (truth.ROOT / "README.vi.md").read_text("utf-8").split("`") if line.startswith("forecast init")), "")
    with tempfile.TemporaryDirectory() as folder:
        words = shlex.split(command.replace("THƯ_MỤC", f"{folder}/moi").replace("TÊN", "'Bắc Ninh'"))
        ended = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False)
    return command + " → " + ended.stdout, ["forecast init", "Tỉnh Bắc Ninh", "forecast check: 0 lỗi", "forecast intake template"]


def english_phone(reader: Reader) -> Answer:
    """Question 15, in English on the first screen of a telephone."""
    reader.click("button[data-value=en]")
    levels, _ = truth.draws(PRODUCTIVITY, MERGED, "nso")
    chances = [likely((grown(levels, 2026, 2030) >= 7).mean()) for grown in (truth.average, truth.slowest)]
    english = [text.replace("khoảng", "about").replace("dưới", "below").replace("trên", "above").replace(" %", "%") for text in chances]
    box = reader.tab.locator(f".aloud [data-indicator={PRODUCTIVITY}] p:visible").bounding_box()
    seen = "on the first screen" if box["y"] + box["height"] <= PHONE[1] else "below the first screen"
    return reader.aloud(PRODUCTIVITY) + " " + seen, [f"chance of 7% on average: {english[0]}, in every year: {english[1]}", "on the first screen"]


PAGE: list[tuple[int, Callable[[Reader], Answer]]] = [
    (1, productivity_past), (2, digital_past), (3, digital_documents), (4, sales_now), (5, what_it_takes), (6, merging), (7, every_year),
    (7, every_year_typed), (8, what_changed), (9, record), (10, rank), (11, most_helpful), (12, origin), (13, age), (14, elsewhere),
    (15, english_phone),
]  # fmt: skip


def report(indicator: str, territory: str, measure: str, wanted: list[str]) -> Callable[[Reader], Answer]:
    """A question whose answer stands in a run's report."""
    address = (truth.published()[indicator, territory, measure] / "report.html").as_uri()

    def ask(reader: Reader) -> Answer:
        reader.tab.goto(address)
        return " ".join(reader.tab.locator("main").inner_text().split()).replace("\xa0", " "), wanted

    return ask


def reports() -> Iterator[tuple[int, Callable[[Reader], Answer]]]:
    """The questions whose answers stand in the reports, too."""
    levels, _ = truth.draws(PRODUCTIVITY, BEFORE, "nso")
    middle, ends = truth.band(truth.average(levels, 2021, 2025))
    yield 1, report(PRODUCTIVITY, BEFORE, "nso", [f"{middle} %/năm (khoảng 80 %: {ends})", "QĐ 571"])
    merged, _ = truth.draws(PRODUCTIVITY, MERGED, "nso")
    chances = [likely((grown(merged, 2026, 2030) >= 7).mean()) for grown in (truth.average, truth.slowest)]
    yield 7, report(PRODUCTIVITY, MERGED, "nso", [f"trong 2026–2030: {chances[0]}; năm nào cũng tăng ít nhất 7 %: {chances[1]}"])
    yield 3, report(DIGITAL, MERGED, "nso", truth.documents(MERGED, "nso"))
    best = max(truth.rows(truth.published()[SALES, MERGED, "moit"] / "information.csv"), key=lambda row: float(row["narrowing_percent"]))
    yield 11, report(SALES, MERGED, "moit", [best["name_vi"]])


def app(reader: Reader, address: str) -> Answer:
    """Question 5 in 'Kịch bản': the target is typed, 80 % is asked for."""
    possible, reached = truth.best_chance(30.0)
    reader.tab.goto(address + "voila/render/kich_ban.ipynb", timeout=KERNEL)
    reader.tab.wait_for_selector("#target option", state="attached", timeout=KERNEL)
    reader.tab.fill("#own-text", "30 % năm 2030")
    reader.click("#own button")
    reader.tab.wait_for_selector("#target option[value=own_target]", state="attached", timeout=KERNEL)
    reader.tab.wait_for_selector(".adviser:not(.busy)", timeout=KERNEL)
    reader.click("[data-solve='80']")
    reader.tab.wait_for_selector(".solution", timeout=KERNEL)
    wanted = ["để khả năng đạt là 80 %"] if possible else ["không thể đạt khả năng 80 %", f"tốt nhất được {number(100 * reached, 0)} %"]
    return reader.text("#part-solution"), wanted


def asked(browser: object, surface: str, question: int, ask: Callable[[Reader], Answer], where: str) -> tuple[dict[str, object], int, bool, int]:
    """One question in a tab of its own: its row, number, whether right, clicks."""
    phone = question == 15
    with page_at(browser, PHONE if phone else WIDE, outside=[]) as tab:
        start = time.perf_counter()
        if where:
            tab.goto(where)
        reader, problem = Reader(tab), ""
        try:
            shown, wanted = ask(reader)
        except Exception as error:  # what cannot be found is no answer; the row says so
            shown, wanted, problem = "", ["?"], type(error).__name__
        seconds = time.perf_counter() - start
    missing = [part for part in wanted if part not in shown]
    peer = f"{reader.clicks} clicks, {seconds:.2f} s" + (f"; {problem or 'missing: ' + '; '.join(missing)[:90]}" if missing else "")
    return table.row(f"{question:>2} {surface}: {QUESTIONS[question]}", ">= 1", not missing, peer), question, not missing, reader.clicks


def main() -> None:
    """Ask every question on page, reports and app; print and write the table."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        where = board.write_static(truth.ROOT, folder).as_uri()
        results = [asked(browser, "page", question, ask, where) for question, ask in PAGE]
        results += [asked(browser, "report", question, ask, "") for question, ask in reports()]
        port = free_port()
        with served([sys.executable, "-m", "forecast", "serve", "--port", str(port)], port, truth.ROOT):
            results.append(asked(browser, "app", 5, lambda reader: app(reader, f"http://127.0.0.1:{port}/"), ""))
    right = {question for _, question, good, _ in results if good} - {question for _, question, good, _ in results if not good}
    most = max(clicks for _, question, good, clicks in results if good and question in LEADERS)
    rows = [row for row, *_ in results]
    rows.append(table.row("questions answered right wherever asked, of 15", ">= 15", len(right)))
    rows.append(table.row("most clicks of a leader", "<= 1", most))
    table.write("answers", rows)


if __name__ == "__main__":
    main()
