"""The yearly evaluation, from the ledger alone: what was forecast of the figures that came in a year, and how far off it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecast import evidence, ledger
from forecast.domain import Key, Text
from forecast.errors import PublishError
from forecast.evaluation import ledger_scores, scores
from forecast.evidence import Evidence
from forecast.headline import studies
from forecast.publish import published, words
from forecast.publish.exhibits import Exhibit, table
from forecast.publish.papers import methods
from forecast.publish.papers.paper import Paper, Part, entered, own_layout, stand
from forecast.publish.published import Publication, PublishedRun
from forecast.publish.words.vocabulary import sentence
from forecast.runs.publication import ledger as ledger_file

EVEN = 0.5  # from which a chance says that a target will be met
DECIDED = ("met", "not_met", "met_on_average")
METHODS = ("default", "naive", "drift")
NAMES = {"default": Text("Bộ công cụ", "The kit"), "naive": Text("Giữ nguyên số cuối", "Last figure repeated"),
         "drift": Text("Kéo dài mức thay đổi bình quân", "Average change continued")}  # fmt: skip
KIND = Text("BÁO CÁO", "REPORT")


def evaluation(root: Path, year: int, *, language: str = "vi") -> Paper:
    """The paper of the forecasts whose figures became known in `year`; PublishError where none did or the ledger is broken.

    The province's forecasts are scored from the ledger, the named methods on the nation from the runs that it holds.
    """
    if problems := ledger_file.problems(root):
        raise PublishError(problems[0].vi, problems[0].en)
    store = evidence.load(root / "data")
    lines, national = arrived(ledger_file.read(root), store, year), methods.measured(methods.outcomes(root, store, year))
    if lines.empty and national.empty:
        raise PublishError(
            f"Năm {year} chưa có số liệu nào về để chấm các dự báo trong sổ.",
            f"No figure came in {year} that a forecast of the ledger can be held against.",
        )
    publication = published.read(root)
    counted = {"lines": len(lines), "figures": lines["key"].nunique()}
    opening = (sentence("evaluation_nothing", year=year) if lines.empty else sentence("evaluation_opening", year=year, **counted),)
    parts = (*_of_province(lines), *_of_nation(national), *_judged(root, publication, year), *_each(lines))
    runs = Text.joined((Text.same(run) for run in lines["run_id"].unique()), ", ")
    notes = (*((Text("Lượt chạy: ", "Runs: ") + runs,) if runs.vi else ()), *entered(publication))
    subject = sentence("evaluation_subject", year=year)
    return Paper(KIND, subject, opening, parts, notes, language=language, layout=own_layout(root, language), **stand(publication))


def _of_province(lines: pd.DataFrame) -> Iterator[Part]:
    """The scores of the ledger's lines, where any can be scored."""
    if not lines.empty:
        yield Part(Text("Sai số và khoảng", "Errors and bands"), ((sentence("evaluation_scores"), 0),), _scores(measured(lines)), drawn=False)


def _of_nation(rows: pd.DataFrame) -> Iterator[Part]:
    """What each method had said of the nation, where national figures came."""
    if not rows.empty:
        yield Part(Text("Từng phương pháp dự báo, cả nước", "Each method, the nation"), ((sentence("evaluation_methods"), 0),))
        yield from (Part(exhibit=exhibit, drawn=False) for exhibit in methods.exhibits(rows))


def _each(lines: pd.DataFrame) -> Iterator[Part]:
    if not lines.empty:
        yield Part(Text("Từng dự báo", "Every forecast"), ((sentence("evaluation_lines"), 0),), _lines(lines), drawn=False)


def arrived(text: str, store: Evidence, year: int) -> pd.DataFrame:
    """The ledger's lines whose figure became known in `year`, with the scores, steps ahead, and what naive and drift said that day.

    A forecast of the same day that was run and entered again counts once, as it was entered last.
    """
    every = ledger_scores.scored(ledger.read(text), store)
    mine = every[every["vintage"].fillna("").astype(str).str.startswith(f"{year}-")].copy()
    simple = [_simple(row, store) for row in mine.to_dict("records")]
    for name in ("naive", "drift", "scale", "ahead"):
        mine[name] = [row[name] for row in simple]
    mine["key"] = mine["indicator"] + mine["measure"] + mine["territory"] + mine["quantity"] + mine["period"].astype(str)
    return mine.drop_duplicates(["key", "as_of"], keep="last")


def _simple(row: Mapping[str, Any], store: Evidence) -> dict[str, Any]:
    """The last figure known on the forecast's day, the average change continued from it, and the scale of the series (None: too few)."""
    study, period = studies(store)[row["indicator"]], int(row["period"])
    growth = row["quantity"] == "growth"
    key = Key(study.target_indicator if growth else study.indicator, study.own_measure(row["measure"]), row["territory"])
    history = store.series(key, as_of=date.fromisoformat(row["as_of"]), kind="growth" if growth else "level")
    points = [(at, history.at(at)) for at in history.years if at < period]
    values = [(at, point.value) for at, point in points if point is not None]
    if not values:
        return {"naive": None, "drift": None, "scale": None, "ahead": period - date.fromisoformat(row["as_of"]).year}
    (first, start), (last, end) = values[0], values[-1]
    drift = end + (end - start) / (last - first) * (period - last) if last > first else None
    scale = scores.naive_scale([value for _, value in values]) if len(values) > 2 else None
    return {"naive": end, "drift": drift, "scale": scale or None, "ahead": period - date.fromisoformat(row["as_of"]).year}


def measured(lines: pd.DataFrame) -> pd.DataFrame:
    """One row for each indicator, quantity, step ahead and method: bias, MAE in the indicator's unit, MASE, WIS, coverage."""
    rows = [row for key, part in lines.groupby(["indicator", "measure", "quantity", "unit", "ahead"], sort=True) for row in _methods(key, part)]
    return pd.DataFrame(rows)


def _methods(key: Any, part: pd.DataFrame) -> Iterator[dict[str, Any]]:
    about = dict(zip(("indicator", "measure", "quantity", "unit", "ahead"), key, strict=True))
    for method in METHODS:
        middle = part["q50"] if method == "default" else pd.to_numeric(part[method])
        held = part[middle.notna()]
        if held.empty:
            continue
        observed, forecast = held["observed"].astype(float), middle[middle.notna()].astype(float)
        off = scores.error(observed, forecast)
        scaled = [abs(gap) / scale for gap, scale in zip(off, held["scale"], strict=True) if not words.is_missing(scale)]
        row = {**about, "method": method, "count": len(held), "bias": float(np.mean(off)), "mae": scores.mae(observed, forecast)}
        row["mase"] = float(np.mean(scaled)) if scaled else None
        banded = method == "default"
        row["wis"] = float(held["wis"].astype(float).mean()) if banded else row["mae"]  # of a point the WIS is its absolute error
        for name, low, high in (("50", "q25", "q75"), ("80", "q10", "q90"), ("95", "q025", "q975")):
            row[f"coverage{name}"] = scores.coverage(observed, held[low], held[high]) if banded else None
        yield row


def _scores(rows: pd.DataFrame) -> Exhibit:
    lines = (
        {
            Text("Chỉ tiêu", "Indicator"): words.indicator_text(row["indicator"]) + " (" + words.unit_text(row["unit"]) + ")",
            Text("Số năm báo trước", "Years ahead"): Text.same(row["ahead"]),
            Text("Phương pháp", "Method"): NAMES[row["method"]],
            Text("Số lần", "Count"): Text.same(row["count"]),
            Text("Lệch", "Bias"): words.number(row["bias"], 2),
            Text.same("MAE"): words.number(row["mae"], 2),
            Text.same("MASE"): words.number(row["mase"], 2),
            Text.same("WIS"): words.number(row["wis"], 2),
            Text("Trong khoảng 50/80/95 %", "Inside 50/80/95%"): _inside(row),
        }
        for row in words.rows_of(rows)
    )
    return table("evaluation_scores", Text("Theo chỉ tiêu, số năm báo trước và phương pháp", "By indicator, years ahead and method"), lines)


def _inside(row: Mapping[str, Any]) -> Text:
    if row["coverage80"] is None:
        return words.DASH
    return Text.joined((words.percent(100 * row[f"coverage{name}"], 0) for name in ("50", "80", "95")), " / ")


def _judged(root: Path, publication: Publication, year: int) -> Iterator[Part]:
    """Chances that were said of targets whose period ended the year before, beside what came; a word that turned out wrong is marked."""
    ended = ((run, row) for run in publication.runs for row in _over(run) if int(row["last"]) == year - 1)
    over = {(run.indicator, run.territory, run.measure, str(row["target"])): row for run, row in ended}
    runs = [run for earlier in (publication, *published.replays(root)) for run in earlier.runs]
    verdicts = [(run, row) for run in runs for row in words.rows_of(run.tables.get("verdicts"))]
    rows = []
    for run, row in verdicts:
        came = over.get((run.indicator, run.territory, run.measure, str(row["target"])))
        if came is not None and words.has_chance(row):
            likely, met = float(row["probability"]) >= EVEN, str(came["verdict"]) == "met"
            wrong = sentence("evaluation_wrong", why=words.achieved_text(came)) if likely != met else Text("đúng", "right")
            rows.append(
                {
                    Text("Chỉ tiêu", "Target"): words.target_text(row) + ", " + words.territory_text(run.territory),
                    Text("Ngày dự báo", "Said on"): words.date_text(run.summary.get("as_of")),
                    Text("Đã dự báo", "Said"): words.chance(row["probability"]) + ", " + words.verdict(str(row["verdict"])),
                    Text("Kết quả", "What came"): words.verdict(str(came["verdict"])),
                    Text("Đúng?", "Right?"): wrong,
                }
            )
    if rows:
        exhibit = table("evaluation_chances", Text("Khả năng đã dự báo và kết quả", "Chances that were said, and what came"), rows)
        yield Part(exhibit.title, ((sentence("evaluation_chances"), 0),), exhibit, drawn=False)


def _over(run: PublishedRun) -> list[dict[str, Any]]:
    """The targets of a run that are over and decided."""
    rows = words.rows_of(run.tables.get("verdicts"))
    return [row for row in rows if row["state"] == "over" and row["verdict"] in DECIDED]


def _lines(lines: pd.DataFrame) -> Exhibit:
    yes, no = Text("có", "yes"), Text("không", "no")
    rows = (
        {
            Text("Chỉ tiêu", "Indicator"): words.indicator_text(row["indicator"]) + ", " + words.territory_text(row["territory"]),
            Text("Năm", "Year"): Text.same(int(row["period"])),
            Text("Dự báo ngày", "Forecast on"): words.date_text(row["as_of"]),
            Text("Giữa (80 %)", "Middle (80%)"): words.digits(row["q50"]) + " (" + words.digits(row["q10"]) + " – " + words.digits(row["q90"]) + ")",
            Text("Công bố", "Published"): words.entered(row["observed"], row["unit"], 2),
            Text("Trong khoảng", "Inside"): yes if row["inside80"] else no,
        }
        for row in words.rows_of(lines)
    )
    return table("evaluation_lines", Text("Từng dự báo và số về sau", "Every forecast and what came"), rows)
