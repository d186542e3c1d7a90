"""How fast scenarios answer on one core, and whether a solution holds on draws it was not solved on.

`python benchmarks/bench_scenarios.py`. 2,000 paths, ten years ahead, three indicators, six levers each where an indicator has
six. Times are medians of CPU time of this process (the machine may be shared), the wall medians stand beside them. The peer
does the sums (the levers of sectors left out) in plain Python loops over one tenth of the paths, times ten.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import time
from collections.abc import Callable

import numpy as np
import table

from forecast import evidence, policy
from forecast.domain import Push, Scenario
from forecast.headline import DIGITAL, ECOMMERCE, PRODUCTIVITY
from forecast.policy.levers.pushes import pushes_of
from forecast.policy.scenarios.baselines import Baseline, simulate
from forecast.policy.scenarios.solver import margin

REPEATS = 41
TARGETS = (
    ("hung_yen_pre2025", "nso", "hy_labour_productivity_growth_qd489_2021_2030", 0.5),
    ("hung_yen_pre2025", "nso", "hy_labour_productivity_growth_qd489_2021_2030", 0.8),
    ("hung_yen_2025", "mic", "hy2025_digital_economy_share_congress_ubnd_2025_2030", 0.8),
    ("hung_yen_2025", "nso", "vn_ecommerce_growth_qd1568_2026_2030", 0.8),
)
SIX = {
    PRODUCTIVITY: {"capital_deepening": 0.2, "tfp": 0.3, "labour_shift": 0.1, "employment": -0.2, "ict_index": 1.0,
                   "link_digital_productivity": 0.39},
    DIGITAL: {"core_growth": 2.0, "digitalisation_agriculture": 0.2, "digitalisation_industry": 0.3,
              "digitalisation_services": 0.4, "structure_services": 0.1},
    ECOMMERCE: {"sellers": 3.0, "orders_per_seller": 2.0, "order_value": 1.0},
}  # fmt: skip
FRESH = (11, 22, 33, 44, 55)


def main() -> None:
    """Time the sums and try the solutions, print and write the table."""
    store = evidence.load()
    base = policy.baseline(store, "hung_yen_pre2025")
    ten = policy.baseline(store, "hung_yen_pre2025", horizon_year=2035)
    pushes = tuple(_push(name, value) for levers in SIX.values() for name, value in levers.items())
    six = Scenario("six", 1, *(store.scenarios["baseline"].name,) * 2, "bench", store.scenarios["baseline"].made, pushes)
    names = ("baseline", "cautious", "ambitious", "shock_recovery")
    loops = f"{_loops(base, six):.0f} (plain loops)"
    rows = [
        _timed("2,000 paths x 10 years x 3 indicators x 6 levers, CPU ms", "<= 20", lambda: simulate(base, six), loops),
        _timed("four scenarios compared: bands, differences, chances, verdicts, CPU ms", "<= 100", lambda: policy.compare(base, *names)),
        _timed("the same with contributions and tornado, CPU ms", "<= 100", lambda: _everything(base, names)),
        _timed("four compared to 2035, CPU ms", "<= 100", lambda: policy.compare(ten, *names)),
    ]
    for territory, measure, target, chance in TARGETS:
        rows += _solved(policy.baseline(store, territory, measure=measure), target, chance)
    table.write("scenarios", rows)


def _push(name: str, value: float) -> Push:
    from forecast.domain import Text

    return Push(name, ((2026, 2035, value),), Text("thử", "bench"), "red")


def _everything(base: Baseline, names: tuple[str, ...]) -> int:
    comparison = policy.compare(base, *names)
    return len(comparison.contributions) + len(comparison.tornado)


def _timed(figure: str, bar: str, ask: Callable[[], object], peer: str = "") -> dict[str, object]:
    ask()
    cpu, wall = [], []
    for _ in range(REPEATS):
        start, began = time.process_time(), time.perf_counter()
        ask()
        cpu.append(1000.0 * (time.process_time() - start))
        wall.append(1000.0 * (time.perf_counter() - began))
    return table.row(figure, bar, statistics.median(cpu), peer or f"wall {statistics.median(wall):.1f}")


def _solved(base: Baseline, target: str, chance: float) -> list[dict[str, object]]:
    solved = policy.solve(base, target, chance)
    short = f"{solved.indicator}, {base.territory} at {100 * chance:.0f} %"
    rows = [_timed(f"least-effort mix, {short}, CPU ms", "<= 200", lambda: policy.solve(base, target, chance))]
    if not solved.possible:
        return [*rows, table.row(f"not possible, best chance, {short}, %", "<= 100", 100.0 * solved.reached)]
    aim = next(aim for aim in base.store.targets if aim.id == target)
    bar = f"{100 * chance - 1:g}..{100 * chance + 1:g}"
    rows.append(table.row(f"the answer simulated, {short}, %", bar, 100.0 * _chance(base, solved, aim)))
    fresh = [_chance(policy.baseline(base.store, base.territory, measure=base.measure, seed=seed), solved, aim) for seed in FRESH]
    spread = f"{100 * min(fresh):.1f}..{100 * max(fresh):.1f} on {len(FRESH)} seeds"
    rows.append(table.row(f"on fresh draws, mean, {short}, %", bar, 100.0 * float(np.mean(fresh)), spread))
    return rows


def _chance(base: Baseline, solved: policy.Solution, aim) -> float:
    levels = simulate(base, solved.scenario)[solved.indicator]
    return float((margin(aim, levels, base.grounds[solved.indicator].years) >= -1e-9).mean())


def _loops(base: Baseline, six: Scenario) -> float:
    """The three identities (sectors left out) in plain Python for one tenth of the paths, milliseconds for all of them."""
    start = time.process_time()
    for name, ground in base.grounds.items():
        pushes = {key: list(value) for key, value in pushes_of(six, ground.ahead, base.store.scenario_levers, name).items()}
        for path in ground.levels[::10]:
            level, factor = path[ground.start], 1.0
            for step in range(len(ground.ahead)):
                before, after = path[ground.start + step], path[ground.start + step + 1]
                if name == ECOMMERCE:
                    for values in pushes.values():
                        factor *= 1.0 + values[step] / 100.0
                    level = after * factor
                elif name == DIGITAL:
                    factor *= 1.0 + pushes["core_growth"][step] / 100.0
                    level = after * (ground.split.core * factor + 1.0 - ground.split.core)
                else:
                    extra = sum(values[step] for key, values in pushes.items() if key != "link_digital_productivity")
                    level *= after / before + extra / 100.0
    return 10.0 * 1000.0 * (time.process_time() - start)


if __name__ == "__main__":
    main()
