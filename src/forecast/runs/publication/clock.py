"""Does the clock contradict the figures: nothing can be run, signed or shown on a day before its newest figure was published."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from forecast import evidence
from forecast.domain import HERE, Text
from forecast.errors import ForecastError


def behind(data: Path, moment: str | datetime) -> Text | None:
    """Why `moment` (a UTC stamp or an aware moment) cannot be right; None where it can, or where there are no figures to tell by."""
    if not (data / "observations.csv").exists():
        return None
    try:
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        newest = max(observation.vintage for observation in evidence.load(data).observations)
    except (ForecastError, ValueError):
        return None
    day = at.astimezone(HERE).date()
    if day >= newest:
        return None
    return Text(
        f"Đồng hồ máy ghi {_vi(day)}, trước ngày công bố số liệu mới nhất ({_vi(newest)}): đồng hồ sai, hãy chỉnh giờ rồi chạy lại.",
        f"The clock says {day}, before the newest figure was published ({newest}): the clock is wrong, set it and run again.",
    )


def _vi(day: date) -> str:
    return f"{day:%d/%m/%Y}"
