"""Published roots made of the kit's own figures: a quick one with the tables the try-out needs, and one with every table a run records."""

from __future__ import annotations

import json
import shutil
from functools import cache, partial
from pathlib import Path

from made_once import copied, made_once
from places import DATA

from forecast import evidence, files, policy
from forecast.policy.outlooks.answers import Outlook
from forecast.policy.recorded.forecasts import forecast_table
from forecast.policy.recorded.history import history_table
from forecast.policy.recorded.targets import target_paths_table, verdicts_table
from forecast.policy.recorded.tryout import tryout_tables
from forecast.publish import shell
from forecast.publish.leaders import page
from forecast.publish.register import page as register
from forecast.runs import folders
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


def make_real_root(
    folder: Path, *, data: bool = True, whole: bool = False, pages: bool = False, runs: tuple[tuple[str, str, str], ...] = RUNS
) -> Path:
    """Runs of the real figures under `folder`, made through the kit's own record, and published.

    `whole`: with every table; `pages`: with the pages a publication leaves as files.
    """
    kind = f"{'whole' if whole else 'quick'}-{'pages-' if pages else ''}{files.sha256_of(repr(runs))[:8]}"
    made = made_once(f"published-{kind}", partial(_publish, whole=whole, pages=pages, runs=runs))
    copied(folders.home(made), folders.home(folder))
    if data:
        shutil.copytree(DATA, folder / "data")
    return folder


def _publish(folder: Path, whole: bool, pages: bool, runs: tuple[tuple[str, str, str], ...]) -> None:
    entries = []
    for asked in runs:
        name = "-".join(asked)
        made = made_once(f"{'whole' if whole else 'quick'}-{name}", partial(_record, asked=asked, whole=whole))
        copied(made, folders.out_folder(folder) / name)
        entries.append({"name": name, "run_id": name, "state": "succeeded"})
    pointer = {"plan": "default", "published_at": "2026-11-24T07:30:00+07:00", "runs": entries}
    (folders.home(folder) / "published.json").write_text(json.dumps(pointer), "utf-8")
    if pages:
        shutil.copytree(DATA, folder / "data")
        page.leave_static(folder)
        register.leave_static(folder)
        assert {path.name for path in shell.static_folder(folder).iterdir()} == {"index.html", register.FILE}


def _record(run: Path, asked: tuple[str, str, str], whole: bool) -> None:
    found = answer(*asked)
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
    manifest = {"run_id": "-".join(asked), "state": "succeeded", "indicator": asked[0]}
    (run / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (run / "parameters.json").write_text(json.dumps({"territory": asked[1], "measure": asked[2]}), "utf-8")
