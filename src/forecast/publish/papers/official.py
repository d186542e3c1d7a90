"""What Nghị định 30/2020/NĐ-CP puts around a text: issuing body and number, quốc hiệu and tiêu ngữ, title, recipients, signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from forecast import headline
from forecast.domain import Text
from forecast.publish.papers.paper import Paper

Line = tuple[str, float, str]  # its text, size in points, style: b bold, i italic, u underlined, l from the left instead of in the middle
RULE: Line = ("—" * 8, 6, "")  # the short line below an issuing body and a subject

NATION = Text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM")
MOTTO = Text("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness")
ISSUER = Text("ỦY BAN NHÂN DÂN", "PEOPLE'S COMMITTEE OF")
UNIT, NUMBER = Text("……………………", "……………………"), Text("Số:        /BC-……", "No.:        /BC-……")
RECIPIENTS, FILED = Text("Nơi nhận:", "Recipients:"), Text("- Lưu: VT.", "- File.")
DRAFT = Text("DỰ THẢO", "DRAFT")


def head(language: str) -> tuple[tuple[Line, ...], ...]:
    """The left and the right column above the text, with marks where a paper fills in."""
    issuer = ISSUER.in_language(language), headline.ranked().in_language(language).upper()
    left = (*((line, 12, "") for line in issuer), ("{{don_vi}}", 12, "b"), RULE, ("{{so}}", 13, ""), ("{{du_thao}}", 13, "b"))
    right = ((NATION.in_language(language), 12, "b"), (MOTTO.in_language(language), 13, "bu"), ("{{noi_ngay}}", 13, "i"))
    return left, right


def title() -> tuple[Line, ...]:
    """Kind and subject, in the middle."""
    return ("{{loai}}", 14, "b"), ("{{trich_yeu}}", 14, "b"), RULE


def foot(language: str) -> tuple[tuple[Line, ...], ...]:
    """Recipients on the left, signature on the right."""
    left = ((RECIPIENTS.in_language(language), 12, "bil"), ("- ……;", 11, "l"), (FILED.in_language(language), 11, "l"))
    return left, (("{{quyen_han}}", 13, "b"), ("", 13, ""), ("", 13, ""), ("{{nguoi_ky}}", 13, "b"))


def fields(paper: Paper) -> dict[str, str]:
    """What stands for each mark of a layout."""
    return {
        "don_vi": paper.say(UNIT),
        "so": paper.say(NUMBER),
        "du_thao": paper.say(DRAFT) if paper.is_draft else "",
        "noi_ngay": paper.say(_place_and_day(paper)),
        "loai": paper.say(paper.kind),
        "trich_yeu": paper.say(paper.subject),
        "quyen_han": paper.say(Text("NGƯỜI CÔNG BỐ", "PUBLISHED BY") if paper.signer else Text("NGƯỜI KÝ", "SIGNED BY")),
        "nguoi_ky": paper.say(Text.same(paper.signer[:80])),
    }


def filled(text: str, values: Mapping[str, str]) -> str:
    """A line with what stands for its marks."""
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def _place_and_day(paper: Paper) -> Text:
    """The day of the publication once it is signed; a draft leaves day and month open."""
    if paper.is_draft or not paper.day:
        year = paper.day[:4] or "……"
        return headline.home() + Text(f", ngày      tháng      năm {year}", f",                {year}")
    day = date.fromisoformat(paper.day)
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return headline.home() + Text(f", ngày {day.day:02d} tháng {month} năm {day.year}", f", {day.day}/{day.month}/{day.year}")
