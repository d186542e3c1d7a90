"""A complete tiny published root with made-up figures, for the page, chart and server tests only (TEST DATA)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

LEVELS = {0.025: -1.96, 0.05: -1.64, 0.1: -1.28, 0.25: -0.67, 0.5: 0.0, 0.75: 0.67, 0.9: 1.28, 0.95: 1.64, 0.975: 1.96}
OLD, NEW = "hung_yen_pre2025", "hung_yen_2025"
TEXT = {"vi": "SỐ LIỆU THỬ", "en": "TEST DATA"}
# indicator: notebook, measures, unit, main quantity, start level, yearly step of the level, spread of the level
SHAPES: dict[str, dict[str, Any]] = {
    "labour_productivity_real": {
        "notebook": "01_labour_productivity", "measures": ["nso"], "unit": "vnd_mn_per_worker", "quantity": "growth",
        "level": 96.0, "step": 6.1, "spread": 3.2, "growth": 5.9,
    },
    "digital_economy_share": {
        "notebook": "02_digital_economy_share", "measures": ["nso", "mic"], "unit": "percent", "quantity": "level",
        "level": 11.2, "step": 0.9, "spread": 1.1, "growth": 4.1,
    },
    "ecommerce_revenue": {
        "notebook": "03_ecommerce_revenue", "measures": ["province"], "unit": "vnd_bn", "quantity": "level",
        "level": 1320.0, "step": 260.0, "spread": 190.0, "growth": 17.0,
    },
}
SOURCES = ("hy_programme_summary_2023", "laodongthudo_hy_productivity_2024", "nso_sdmx_gdp_2024")
TARGETS = {
    "labour_productivity_real": [
        ("lp_2025", "Năng suất lao động tăng ít nhất 7 %/năm", "Labour productivity up at least 7% a year", "QĐ 571/QĐ-UBND (25/02/2022)",
         "growth_each_year", 7.0, "percent_per_year", 2021, 2025, None, "over", "undecidable"),
        ("lp_2030", "Năng suất lao động tăng bình quân 8,5 %/năm", "Labour productivity up 8.5% a year on average", "QĐ 489/QĐ-TTg (10/6/2024)",
         "growth_average", 8.5, "percent_per_year", 2021, 2030, 0.28, "open", "doubtful"),
    ],
    "digital_economy_share": [
        ("de_2025", "Kinh tế số chiếm 20 % GRDP năm 2025", "Digital economy 20% of GRDP in 2025", "QĐ 571/QĐ-UBND (25/02/2022)",
         "level", 20.0, "percent", 2025, 2025, None, "over", "undecidable"),
        ("de_2030_a", "Kinh tế số chiếm 35 % GRDP năm 2030", "Digital economy 35% of GRDP in 2030", "QĐ 489/QĐ-TTg (10/6/2024)",
         "level", 35.0, "percent", 2030, 2030, 0.02, "open", "unlikely"),
        ("de_2030_b", "Kinh tế số chiếm 30 % GRDP năm 2030", "Digital economy 30% of GRDP in 2030", "Đại hội Đảng bộ UBND tỉnh 2025-2030",
         "level", 30.0, "percent", 2030, 2030, 0.06, "open", "unlikely"),
        ("de_2030_c", "Nghị quyết kế hoạch 2026-2030", "Plan resolution 2026-2030", "821/NQ-HĐND (31/12/2025)",
         "level", None, "percent", 2030, 2030, None, "open", "no_value"),
    ],
    "ecommerce_revenue": [],
}


def make_root(folder: Path, *, hostile: str = "") -> Path:
    """Write parameterized_runs/ under `folder`: 3 indicators x 2 territories, digital by 2 measures, one refused run.

    `hostile` is put into every free text, to see that the page escapes it.
    """
    out = folder / "parameterized_runs" / "out"
    entries = []
    for indicator, shape in SHAPES.items():
        for territory in (OLD, NEW):
            for measure in shape["measures"]:
                run_id = f"test-{shape['notebook'][:2]}-{territory}-{measure}"
                refused = indicator == "digital_economy_share" and territory == NEW and measure == "mic"
                state = "refused" if refused else "succeeded"
                _write_run(out / run_id, indicator, territory, measure, state, hostile)
                entries.append({"name": shape["notebook"], "run_id": run_id, "state": state})
    published = {"plan": "thu", "published_at": "2026-11-24T07:30:00+07:00", "runs": entries}
    (folder / "parameterized_runs" / "published.json").write_text(json.dumps(published, ensure_ascii=False), "utf-8")
    return folder


def _write_run(run: Path, indicator: str, territory: str, measure: str, state: str, hostile: str) -> None:
    run.mkdir(parents=True)
    shape = SHAPES[indicator]
    parameters = {"territory": territory, "measure": measure, "horizon_year": 2030, "as_of": "latest", "scenario": "baseline",
                  "method": "default", "n_paths": 2000, "seed": 20221115}
    _json(run / "parameters.json", parameters)
    manifest: dict[str, Any] = {"run_id": run.name, "notebook": shape["notebook"], "state": state}
    if state == "refused":
        reason_vi = f"chưa có năm nào của tỉnh hợp nhất theo cách đo này {hostile}"
        _json(run / "manifest.json", manifest | {"reason_vi": reason_vi, "reason_en": f"no year of the merged province {hostile}"})
        return
    tables(indicator, territory, measure, hostile)
    for name, table in tables(indicator, territory, measure, hostile).items():
        table.to_csv(run / f"{name}.csv", index=False)
    _json(run / "summary.json", summary(indicator, territory, measure))
    _json(run / "manifest.json", manifest)


def _json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")


def tables(indicator: str, territory: str, measure: str, hostile: str = "") -> dict[str, pd.DataFrame]:
    """Every table of the contract for one run, by name."""
    found = {
        "forecast": forecast(indicator, territory, measure),
        "history": history(indicator, territory, measure, hostile),
        "nation": nation(indicator),
        "verdicts": verdicts(indicator, territory, hostile),
        "methods": methods(indicator),
        "assumptions": assumptions(hostile),
    }
    if indicator == "digital_economy_share" and territory == OLD:
        found["later"] = later(territory)
    return found


def forecast(indicator: str, territory: str, measure: str) -> pd.DataFrame:
    """Quantiles 2024-2030 for level and growth; 2024-2027 forecast ink, later scenario ink."""
    shape, rows = SHAPES[indicator], []
    for step, year in enumerate(range(2024, 2031), start=1):
        for quantity in ("level", "growth"):
            for level, z in LEVELS.items():
                if quantity == "level":
                    value = shape["level"] + shape["step"] * (4 + step) + z * shape["spread"] * (0.6 + step) ** 0.5 * 1.4
                else:
                    value = shape["growth"] + 0.1 * step + z * (1.6 + 0.1 * step)
                rows.append({
                    "origin": 2023, "horizon": step, "target_period": year, "indicator": indicator, "measure": measure,
                    "territory": territory, "quantity": quantity, "scenario": "baseline", "method": "default",
                    "unit": shape["unit"] if quantity == "level" else "percent_per_year",
                    "ink": "forecast" if step <= 4 else "scenario", "output_type": "quantile", "output_type_id": level,
                    "value": round(value, 4),
                })  # fmt: skip
    return pd.DataFrame(rows)


def history(indicator: str, territory: str, measure: str, hostile: str = "") -> pd.DataFrame:
    """Rebuilt years 2019-2023 with bands, and one or two published figures, one of them set aside."""
    shape, rows = SHAPES[indicator], []
    common = {"indicator": indicator, "measure": measure, "territory": territory}
    for index, year in enumerate(range(2019, 2024)):
        middle = shape["level"] + shape["step"] * (index - 0.2)
        rows.append(common | {"quantity": "level", "period": year, "ink": "rebuilt", "value": middle,
                              "low": middle - shape["spread"] * 1.3, "high": middle + shape["spread"] * 1.3, "used": True})
        grew = shape["growth"] + (index - 2) * 0.6
        rows.append(common | {"quantity": "growth", "period": year, "ink": "rebuilt", "value": grew,
                              "low": grew - 2.2, "high": grew + 2.2, "used": True})
    stamp = {"status": "press", "bound": "exact", "vintage": "2023-12-15", "source": SOURCES[0], "ink": "published"}
    note = {"note_vi": f"{TEXT['vi']} {hostile}", "note_en": f"{TEXT['en']} {hostile}"}
    if indicator == "labour_productivity_real":
        rows.append(common | stamp | note | {"quantity": "growth", "period": 2023, "value": 6.21, "used": True})
        rows.append(common | stamp | note | {"quantity": "growth", "period": 2023, "value": 8.46, "used": False, "source": SOURCES[1]})
    elif indicator == "ecommerce_revenue":
        rows.append(common | stamp | note | {"quantity": "level", "period": 2022, "value": 1100.0, "used": True, "bound": "at_least"})
    return pd.DataFrame(rows)


def nation(indicator: str) -> pd.DataFrame:
    """National figures 2015-2024, forecast 2025-2027 and scenario to 2030 of the main quantity."""
    shape, rows = SHAPES[indicator], []
    grows = shape["quantity"] == "growth"
    unit = "percent_per_year" if grows else {"vnd_bn": "usd_bn"}.get(shape["unit"], shape["unit"])
    for index, year in enumerate(range(2015, 2031)):
        value = 5.2 + (index % 4) * 0.4 if grows else 8.0 + index * 0.75
        known = year <= 2024
        rows.append({
            "period": year, "quantity": shape["quantity"], "ink": "published" if known else "forecast" if year <= 2027 else "scenario",
            "value": value, "low": None if known else value - 0.5 * (year - 2024) ** 0.5,
            "high": None if known else value + 0.5 * (year - 2024) ** 0.5, "status": "official" if known else "",
            "vintage": f"{year + 1}-06-30" if known else "", "source": SOURCES[2] if known else "", "unit": unit,
        })  # fmt: skip
    return pd.DataFrame(rows)


def verdicts(indicator: str, territory: str, hostile: str = "") -> pd.DataFrame:
    """The targets of the indicator with a verdict each; those of the old province are foreign to the merged one."""
    rows = []
    for target, vi, en, document, kind, value, unit, first, last, probability, state, code in TARGETS[indicator]:
        own = territory == OLD if "Đại hội" not in document and "821" not in document else territory == NEW
        rows.append({
            "target": target, "name_vi": f"{vi}{hostile}", "name_en": f"{en}{hostile}", "document": document,
            "territory": territory if own else (OLD if territory == NEW else NEW), "applies": "own" if own else "other_territory",
            "kind": kind, "direction": "at_least", "value": value, "unit": unit, "first": first, "last": last,
            "probability": probability, "state": state, "verdict": code, "required_growth": 9.6 if state == "open" and value else None,
            "achieved_growth": 5.9 if unit == "percent_per_year" else 0.9,
            "required_unit": "percent_per_year" if unit == "percent_per_year" else "percentage_points_per_year",
            "achieved_first": 2021, "achieved_last": 2023, "arrival_early": 2029 if probability else None,
            "arrival_median": 2033 if probability else None, "arrival_late": None, "source": SOURCES[1], "measure": "",
            "note_vi": f"{TEXT['vi']} {hostile}", "note_en": f"{TEXT['en']} {hostile}",
        })  # fmt: skip
    columns = ["target", "name_vi", "name_en", "document", "territory", "applies", "kind", "direction", "value", "unit", "first",
               "last", "probability", "state", "verdict", "required_growth", "achieved_growth", "required_unit", "achieved_first",
               "achieved_last", "arrival_early", "arrival_median", "arrival_late", "source", "measure", "note_vi", "note_en"]
    return pd.DataFrame(rows, columns=columns)


def methods(indicator: str) -> pd.DataFrame:
    """What four methods say for the nation in 2025-2030, with made-up skill."""
    shape, rows = SHAPES[indicator], []
    skill = {"default": (0.86, 0.42, 0.81), "last": (1.0, 0.51, 0.7), "drift": (0.93, 0.46, 0.75), "prophet": (1.12, 0.6, 0.48)}
    for shift, (name, (mase, wis, coverage)) in enumerate(skill.items()):
        for year in range(2025, 2031):
            middle = 5.9 + shift * 0.2 if shape["quantity"] == "growth" else 15.5 + (year - 2025) * (0.75 + 0.1 * shift)
            rows.append({"method": name, "period": year, "low": middle - 1.0, "median": middle, "high": middle + 1.0,
                         "mase": mase, "wis": wis, "coverage80": coverage, "origins": 7})
    return pd.DataFrame(rows)


def assumptions(hostile: str = "") -> pd.DataFrame:
    """Three assumptions, one of each rating."""
    rows = []
    for rating, value in (("green", 2.6), ("amber", 0.5), ("red", 12.0)):
        rows.append({"id": f"gap_{rating}", "name_vi": f"Chênh lệch giữa tỉnh và cả nước {hostile}", "name_en": f"Gap to the nation {hostile}",
                     "value": value, "unit": "percentage_points", "rating": rating, "reason_vi": f"{TEXT['vi']} {hostile}",
                     "reason_en": f"{TEXT['en']} {hostile}", "source": SOURCES[2]})
    return pd.DataFrame(rows)


def later(territory: str) -> pd.DataFrame:
    """A forecast of three years ago beside what was published afterwards."""
    rows = [{"period": year, "quantity": "level", "territory": territory, "forecast_low": 12.0 + index * 0.6, "forecast_median": 12.9 + index * 0.7,
             "forecast_high": 13.9 + index * 0.9, "published": 12.8 + index * 0.4, "vintage": f"{year + 1}-02-06", "source": SOURCES[2]}
            for index, year in enumerate((2023, 2024, 2025))]
    return pd.DataFrame(rows)


def summary(indicator: str, territory: str, measure: str) -> dict[str, Any]:
    """The summary of one run."""
    shape = SHAPES[indicator]
    quantity = shape["quantity"]
    table = forecast(indicator, territory, measure)
    end = table[(table["target_period"] == 2030) & (table["quantity"] == quantity)].set_index("output_type_id")["value"]
    headline = {"labour_productivity_real": ("lp_2030", 0.28), "digital_economy_share": ("de_2030_a" if territory == OLD else "de_2030_b", 0.02)}
    last = {"labour_productivity_real": (6.21, "exact", 2023, "growth", "percent_per_year"),
            "ecommerce_revenue": (1100.0, "at_least", 2022, "level", "vnd_bn")}.get(indicator)
    names = ("value", "bound", "period", "quantity", "unit")
    stamp = {"vintage": "2023-12-15", "source": SOURCES[0], "status": "press", "territory": OLD}
    target, probability = headline.get(indicator, (None, None))
    return {
        "indicator": indicator, "measure": measure, "territory": territory, "quantity": quantity, "as_of": "2026-02-28", "origin": 2023,
        "horizon": 7, "end_period": 2030, "unit": shape["unit"] if quantity == "level" else "percent_per_year",
        "median": end[0.5], "low": end[0.1], "high": end[0.9], "headline_target": target, "probability": probability,
        "last_published": (dict(zip(names, last, strict=True)) | stamp) if last else None, "forecast_to": 2027, "seed": 20221115,
        "n_paths": 2000, "method": "default",
    }  # fmt: skip
