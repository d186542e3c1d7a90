"""Slips of one cell in the data folder: refused, said, without effect, or silent although an answer moves.

`python benchmarks/bench_mutations.py [--list] [--quick]`. About 2,000 slips (benchmarks/mutations.py), each laid into a copy of the folder
kept in memory and read by the kit's own reader and checks. Of those nobody is told of, the answers are computed again: two
territories, three indicators, both measures, one scenario. Which of the silent ones a machine could see is a written rule
(benchmarks/mutation_rule.py), not what the checks happen to do. `--list` prints every silent one.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import mutation_rule
import mutations
import numpy as np
import table
from mutations import Mutation

from forecast import evidence, headline, policy
from forecast.evidence import checks, content, records, scenarios, store, tables
from forecast.evidence.content import COLUMNS, OBSERVATIONS, SOURCES, TARGETS
from forecast.evidence.scenarios import FOLDER
from forecast.headline import DIGITAL

FOLDER_READ = evidence.find_folder()
YAML = {  # file -> the last keys of its scalars, and how many slips each gets
    "assumptions.yml": {"value": 16, "unit": 1, "rating": 1, "range": 3},
    "levers.yml": {"value": 20, "low": 3, "high": 3, "step": 2, "central": 8, "helps": 2, "rating": 1, "history": 1, "indicator": 1, "range": 3},
    "indicators.yml": {"unit": 1, "scale": 2, "support": 2, "limits": 2, "aggregate": 1, "numerator": 1, "denominator": 1, "factor": 6,
                       "measures": 1, "national": 3, "growth": 3, "judged": 3, "target": 3},
    "territories.yml": {"valid_from": 3, "valid_to": 1, "components": 2, "parent": 1, "kind": 2, "headline": 3},
    "corrections.yml": {"action": 2, "value": 9, "guard": 3, "territory": 2, "period": 2, "source": 2, "decided": 3},
}
YAML_EACH = {"value": 5, "lever": 2, "unit": 1, "from": 3, "to": 3, "made": 2, "parent": 2, "scenario": 2, "path": 3}  # scenarios
SPARSE = {"indicators.yml": 8, "territories.yml": 4, "assumptions.yml": 2, "levers.yml": 2}  # one slip of so many is made
STATES = ("refused", "said", "without effect", "silent", "traceback")


class Copy:
    """The data folder in memory: what a slip does not touch is read once."""

    def __init__(self) -> None:
        self.tables = {name: tables.read_table(FOLDER_READ / name, columns.split()) for name, columns in COLUMNS.items()}
        paths = [*FOLDER_READ.glob("*.yml"), *FOLDER_READ.glob(f"{FOLDER}/*.yml")]
        self.texts = {path.relative_to(FOLDER_READ).as_posix(): path.read_text(encoding="utf-8") for path in paths}
        self.trees = {name: tables.parse_yaml(text, Path(name).name) for name, text in self.texts.items()}
        self.slip: Mutation | None = None
        self._made: dict[int, Any] = {}
        self._series: dict[tuple, Any] = {}
        self._observation, self._resolve = records.to_observation, content.resolve

    def install(self) -> None:
        """The kit's reader from here on reads this copy."""
        content.read_table = self.read_table  # type: ignore[assignment]
        content.read_yaml = scenarios.read_yaml = self.read_yaml  # type: ignore[assignment]
        records.to_observation = self.observation  # type: ignore[assignment]
        content.resolve = self.resolve  # type: ignore[assignment]

    def read_table(self, path: Path, columns: list[str]) -> Any:
        """Rows and findings of a table, the slip laid in."""
        rows, findings = self.tables[path.name]
        slip = self.slip
        if slip is None or slip.file != path.name:
            return list(rows), list(findings)
        changed = [row if row.line != slip.position else tables.Row(row.file, row.line, {**row.cells, slip.column: slip.new}) for row in rows]
        return changed, list(findings)

    def read_yaml(self, path: Path, required: bool = True) -> Any:
        """The tree of a YAML file, the slip laid in."""
        name = path.relative_to(FOLDER_READ).as_posix()
        if self.slip is None or self.slip.file != name:
            return self.trees[name]
        return tables.parse_yaml(mutations.laid_in(self.texts[name], self.slip), path.name)

    def asked(self, slip: Mutation) -> bool:
        """Whether an answer reads the figures of this row's indicator and territory."""
        row = next(row for row in self.tables[OBSERVATIONS][0] if row.line == slip.position)
        return (row["indicator"], row["territory"]) in _asked()

    def observation(self, row: tables.Row) -> Any:
        """A row's figure, made once where it is the folder's own."""
        figure = self._made.get(id(row))
        if figure is None:
            figure = self._observation(row)
            if any(row is original for original in self.tables[OBSERVATIONS][0][row.line - 2 : row.line + 1]):
                self._made[id(row)] = figure
        return figure

    def resolve(self, group: list, key: Any, kind: Any, unit: str, as_of: Any) -> Any:
        """What a series uses of a group of figures, worked out once without a slip."""
        asked = (tuple(map(id, group)), key, kind, as_of)
        if asked not in self._series:
            made = self._resolve(group, key, kind, unit, as_of)
            if self.slip is not None:
                return made  # its ids may be used again
            self._series[asked] = made
        return self._series[asked]


def findings_of(read: Any) -> Counter:
    """The findings by what they are about."""
    return Counter((finding.check, finding.severity, finding.file, finding.row) for finding in checks.run_checks(read))


def answers(read: Any) -> list[Any]:
    """Everything an answer's numbers are: quantiles, chances, what a scenario gives, the ranges of the levers."""
    kept = store._evidence(read, ())
    levers = kept.scenario_levers.items()
    told: list[Any] = [[name, lever.low, lever.high, lever.step, lever.central, lever.helps] for name, lever in levers]
    told += [[name, scenario.hash] for name, scenario in kept.scenarios.items()]
    for territory in headline.territories(kept):
        base = policy.baseline(kept, territory, n_paths=100)
        told += map(_numbers, base.outlooks.values())
        told += map(_numbers, policy.under_scenario(base, "ambitious").values())
        told.append(_numbers(policy.outlook(kept, DIGITAL, territory=territory, measure="mic", horizon_year=2030, seed=1, n_paths=100)))
    return told


def _numbers(outlook: policy.Outlook) -> list[Any]:
    names = ("id", "direction", "issued", "value", "value_high")
    held = [(*(getattr(each.target, name) for name in names), str(each.state), each.probability) for each in outlook.assessments]
    return [outlook.newest, outlook.years, np.quantile(outlook.levels, (0.1, 0.5, 0.9), axis=0).tolist(), held]


def judge(slip: Mutation) -> tuple[Mutation, str, bool, str]:
    """(slip, state, whether a machine could see it, what was said or raised)."""
    copy, likes, base, before = KEPT
    copy.slip = slip
    try:
        read = content.read_content(FOLDER_READ)
        new = findings_of(read) - base
    except Exception:
        return slip, "traceback", True, traceback.format_exc().splitlines()[-1][:150]
    if new:
        errors = [check for check, severity, *_ in new if severity == "error"]
        return slip, "refused" if errors else "said", True, (errors or [check for check, *_ in new])[0]
    seen = mutation_rule.could_be_seen(slip, likes)
    if slip.file == OBSERVATIONS and not copy.asked(slip) and slip.column not in ("vintage", "indicator", "territory"):
        return slip, "without effect", seen, ""
    try:
        moved = answers(read) != before
    except Exception as error:
        return slip, "silent", True, f"the run fails: {error!r}"[:150]
    return slip, "silent" if moved else "without effect", seen, ""


def slips(copy: Copy) -> list[Mutation]:
    """Every slip, in a fixed order."""
    made: list[Mutation] = []
    asked = _asked()
    turn = 0
    for row in copy.tables[OBSERVATIONS][0]:
        used = (row["indicator"], row["territory"]) in asked
        turn += 1
        if turn % (6 if used else 120) == 0 or row["indicator"] in ("ecommerce_revenue", "ecommerce_platform_payments"):
            columns = ("value", "kind", "period", "vintage", "territory", "edition", "unit", "status", "indicator", "measure", "bound", "high")
            made += mutations.of_row(row, columns, turn, 4)
    for row in copy.tables[TARGETS][0]:
        turn += 1
        columns = ("value", "value_high", "direction", "kind", "unit", "first", "last", "issued", "indicator", "territory", "measure", "baseline")
        made += mutations.of_row(row, columns, turn, 5)
    for row in copy.tables[SOURCES][0][::12]:
        turn += 1
        made += mutations.of_row(row, ("source", "vintage"), turn, 2)
    for name in sorted(copy.texts):
        every = mutations.of_yaml(name, copy.texts[name], YAML.get(name, YAML_EACH))
        made += every[:: SPARSE.get(name, 3 if "/" in name else 1)]
    return [slip for slip in made if slip.new != slip.old]


def _asked() -> set[tuple[str, str]]:
    """The indicators and territories the answers read; see `forecast.evidence.journal`."""
    names = ("labour_productivity_real labour_productivity labour_productivity_growth gdp_growth grdp_growth employed_15plus grdp_current"
             " digital_economy_share ecommerce_b2c_usd ecommerce_revenue ecommerce_platform_payments"
             " grdp_share_agriculture grdp_share_industry_construction grdp_share_services").split()
    return {(name, territory) for name in names for territory in ("viet_nam", "hung_yen_pre2025", "thai_binh_pre2025", "hung_yen_2025")}


def main() -> None:
    """Make every slip, judge it, print the table."""
    global KEPT
    began = time.monotonic()
    copy = Copy()
    copy.install()
    read = content.read_content(FOLDER_READ)
    KEPT = (copy, mutation_rule.Likes(read), findings_of(read), answers(read))
    with multiprocessing.get_context("fork").Pool() as pool:
        judged = pool.map(judge, slips(copy)[:: 3 if "--quick" in sys.argv else 1], chunksize=10)
    counts: Counter = Counter((slip.file.split("/")[0], state) for slip, state, _, _ in judged)
    print(f"{'':18}" + "".join(f"{state:>16}" for state in STATES))
    for file in sorted({file for file, _ in counts}):
        print(f"{file:18}" + "".join(f"{counts[file, state]:16}" for state in STATES))
    silent = [(slip, seen, why) for slip, state, seen, why in judged if state == "silent"]
    if "--list" in sys.argv:
        for slip, seen, why in sorted(silent, key=lambda told: not told[1]):
            where = (slip.file, slip.position, slip.column, slip.kind)
            print("COULD BE SEEN" if seen else "cannot", *where, f"{slip.old} -> {slip.new[:30]}", why)
        for slip, state, _, why in judged:
            if state == "traceback":
                print("TRACEBACK", slip.file, slip.position, slip.column, slip.kind, slip.new[:30], why)
    seen, total = sum(seen for _, seen, _ in silent), len(judged)
    table.write("mutations", [
        table.row("slips of one cell tried", ">= 1500", total),
        table.row("silent though a machine could see it", "<= 0", seen),
        table.row("tracebacks of the check", "<= 0", sum(state == "traceback" for _, state, _, _ in judged)),
        table.row("silent, and nobody could see it without the source", f"<= {total}", len(silent) - seen),
        table.row("seconds", "<= 180", time.monotonic() - began),
    ])


if __name__ == "__main__":
    main()
