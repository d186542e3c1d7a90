"""What cannot be said from the figures of a run: read off its rows, never estimated."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.published import PublishedRun


def limits(run: PublishedRun) -> list[Text]:
    """Sentences: published years, where forecast ends and scenario begins, figures that differ, what cannot be decided."""
    history, summary = run.tables["history"], run.summary
    published = history[(history["ink"] == "published") & (history["territory"] == run.territory)]
    sentences = [_published_years(sorted({int(year) for year in published["period"]}))]
    if words.is_scenario(summary):
        limit = int(summary["forecast_to"]) if summary.get("forecast_to") else ""
        sentences.append(Text(
            f"Chỉ gọi là dự báo đến năm {limit}; xa hơn là kịch bản vì số liệu đã có quá ngắn.",
            f"Called a forecast up to {limit} only; beyond that it is a scenario, because the record is too short.",
        ))  # fmt: skip
    sentences += _differing(published)
    end = summary.get("territory_end")
    if not words.is_missing(end):
        day = words.date_text(end)
        sentences.append(Text(
            f"Địa bàn này không còn là một tỉnh sau ngày {day.vi}; các năm sau chỉ để đối chiếu với văn bản cũ.",
            f"This territory is no longer a province after {day.en}; later years serve the old documents only.",
        ))  # fmt: skip
    sentences += [Text(f"Chuỗi cả nước: {note['vi']}", f"The national series: {note['en']}") for note in summary.get("notes") or ()]
    undecided = [row for row in words.rows_of(run.tables.get("verdicts")) if row["verdict"] in ("undecidable", "no_value")]
    return sentences + [words.target_text(row) + ": " + words.verdict(row["verdict"]) + "." for row in undecided]


def _differing(published: pd.DataFrame) -> list[Text]:
    """A sentence for each year of which several figures were published."""
    counts = published.groupby(["indicator", "quantity", "period"])["value"].nunique()
    years = sorted({int(year) for (_, _, year), count in counts.items() if count > 1})
    return [Text(f"Năm {year} có nhiều con số công bố khác nhau; hình vẽ tất cả.",
                 f"There are differing published figures for {year}; the chart shows them all.") for year in years]  # fmt: skip


def _published_years(years: Sequence[int]) -> Text:
    if not years:
        vi = "Chưa có con số nào được công bố cho địa bàn này; mọi mức của tỉnh trong hình là dựng lại"
        en = "No figure has been published for this territory; every provincial level shown is rebuilt"
        return Text(f"{vi} từ số cả nước và số liệu liên quan.", f"{en} from the nation and related figures.")
    listed = ", ".join(str(year) for year in years)
    return Text(
        f"Số liệu công bố chỉ có cho: {listed}. Các năm khác là dựng lại, không phải số công bố.",
        f"Published figures exist for {listed} only. Other years are rebuilt, not published.",
    )
