"""Which missing figure would help, in words; changes within the noise of the draws are not called help."""

from __future__ import annotations

from typing import Any

import pandas as pd

from forecast.publish import words

NOISE = 1.0  # a narrowing below one percent is within the noise of the draws


def helpful(table: pd.DataFrame | None, language: str, most: int = 3) -> list[str]:
    """Sentences: the figures that would narrow the band of the answer most; those within the noise are left out."""
    if table is None or table.empty:
        return []
    quantity = "growth_average" if (table["quantity"] == "growth_average").any() else "level"
    rows = table[table["quantity"] == quantity].sort_values("narrowing_percent", ascending=False)
    found = [row for row in words.rows_of(rows[rows["narrowing_percent"] >= NOISE]) if _ends(row, "vi")[0] != _ends(row, "vi")[1]]
    if not found:  # nothing that the printed digits would show
        vi = "Không một số liệu quá khứ nào trong danh sách thu hẹp dải dự báo đáng kể: điều chưa chắc nằm ở tương lai."
        en = "No past figure on the list narrows the band noticeably: what is unsure lies in the future."
        return [vi if language == "vi" else en]
    return [_helps(row, language) for row in found[:most]]


def _ends(row: Any, language: str) -> list[str]:
    return [words.amount(row[name], row["unit"], language) for name in ("band_now", "band_with")]


def _helps(row: Any, language: str) -> str:
    ends = _ends(row, language)
    share = words.percent(row["narrowing_percent"], language, 0)
    if language == "vi":
        return f"{row['name_vi']}: dải 80 % hẹp lại {share} (từ {ends[0]} còn {ends[1]})."
    return f"{row['name_en']}: the 80% band narrows by {share} (from {ends[0]} to {ends[1]})."
