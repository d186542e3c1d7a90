"""Published roots made of the kit's own figures: a quick one with the tables the try-out needs, and one with every table a run records."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path

from places import DATA

from forecast import evidence, policy
from forecast.policy.outlooks.answers import Outlook
from forecast.policy.recorded.forecasts import forecast_table
from forecast.policy.recorded.history import history_table
from forecast.policy.recorded.targets import target_paths_table, verdicts_table
from forecast.policy.recorded.tryout import tryout_tables
from forecast.runs.records import record

RUNS = (
    ("labour_productivity_real", "hung_yen_2025", "nso"),
    ("labour_productivity_real", "hung_yen_pre2025", "nso"),
    ("digital_economy_share", "hung_yen_2025", "nso"),
    ("digital_economy_share", "hung_yen_2025", "mic"),
    ("digital_economy_share", "hung_yen_pre2025", "mic"),
    ("ecommerce_revenue", "hung_yen_2025", "moit"),
)
EVERY = tuple(  # territories and measures of the default plan
    (indicator, territory, measure)
    for indicator, measures in (("labour_productivity_real", ("nso",)), ("digital_economy_share", ("nso", "mic")), ("ecommerce_revenue", ("moit",)))
    for territory in ("hung_yen_2025", "hung_yen_pre2025", "thai_binh_pre2025")
    for measure in measures
)  # fmt: skip


@cache
def store():
    return evidence.load(DATA)


@cache
def answer(indicator: str, territory: str, measure: str) -> Outlook:
    """One outlook as the default plan asks for it."""
    return policy.outlook(store(), indicator, territory=territory, measure=measure, horizon_year=2030, seed=20260101)


def make_real_root(folder: Path, *, data: bool = True, whole: bool = False, runs: tuple[tuple[str, str, str], ...] = RUNS) -> Path:
    """Write runs of the real figures under `folder` through the kit's own record, and publish them; `whole`: with every table."""
    entries = []
    for asked in runs:
        found, name = answer(*asked), "-".join(asked)
        run = folder / "parameterized_runs" / "out" / name
        run.mkdir(parents=True)
        frames = policy.tables(found, store()) if whole else {
            "forecast": forecast_table(found, store()),
            "history": history_table(found, store()),
            "verdicts": verdicts_table(found, store()),
            "target_paths": target_paths_table(found, store()),
            **tryout_tables(found, store()),
        }  # fmt: skip
        for table, frame in frames.items():
            (run / record._file_name(table)).write_bytes(record._csv(table, frame))
        (run / "summary.json").write_text(record._summary(policy.summary(found, store())), "utf-8")
        manifest = {"run_id": name, "state": "succeeded", "indicator": asked[0]}
        (run / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        (run / "parameters.json").write_text(json.dumps({"territory": asked[1], "measure": asked[2]}), "utf-8")
        entries.append({"name": name, "run_id": name, "state": "succeeded"})
    pointer = {"plan": "default", "published_at": "2026-11-24T07:30:00+07:00", "runs": entries}
    (folder / "parameterized_runs" / "published.json").write_text(json.dumps(pointer), "utf-8")
    if data:
        shutil.copytree(DATA, folder / "data")
    return folder
