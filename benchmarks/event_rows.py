"""How often events along the paths come true beside the chance given, at 12 points, ours and a normal random walk's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import path_functionals
import table
from cases import Case, history_of

from forecast.evaluation import events, scores

STEPS = (3, 5)
LABELS = {
    "average_growth": "average growth >= g",
    "growth_every_year": "growth >= g in every year",
    "reached": "level L reached within the years (first passage)",
    "never_below": "never below level L (minimum)",
}
# (calibration error, Brier); those of the last two events are ours, the issue names none
BARS = {
    ("average_growth", 3): (0.03, 0.166),
    ("average_growth", 5): (0.03, 0.15),
    ("growth_every_year", 3): (0.025, 0.202),
    ("growth_every_year", 5): (0.025, 0.188),
    ("reached", 3): (0.03, None),
    ("reached", 5): (0.03, None),
    ("never_below", 3): (0.03, None),
    ("never_below", 5): (0.03, None),
}
Draw = Callable[[Case, int], np.ndarray]


@dataclass
class Came:
    """Chances and outcomes by (event, years); PIT by functional; ranked probability scores of the year of first passage."""

    pairs: dict[tuple[str, int], list[tuple[float, bool]]] = field(default_factory=lambda: {event: [] for event in BARS})
    pits: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in path_functionals.FUNCTIONALS})
    arrivals: list[float] = field(default_factory=list)

    def chances(self, event: str, steps: int) -> tuple[np.ndarray, np.ndarray]:
        """Chances given and outcomes of one event over so many years."""
        given, happened = np.array(self.pairs[event, steps], float).T
        return given, happened


def collect(asked: list[Case], draw: Draw) -> Came:
    """Every event of every case the kit does not refuse."""
    came = Came()
    for case in asked:
        if history_of(case) is None:
            continue
        paths = draw(case, len(case.observed))
        for (event, steps), pairs in came.pairs.items():
            if len(case.observed) >= steps:
                made = events.event_pairs(event, case.training, paths[:, :steps], case.observed[:steps])
                pairs += [(given, happened) for _, given, happened in made]
        if len(case.observed) >= STEPS[-1]:
            _along_the_path(case, paths[:, : STEPS[-1]], came)
    return came


def _along_the_path(case: Case, paths: np.ndarray, came: Came) -> None:
    observed, start = case.observed[: paths.shape[1]], float(case.training[-1])
    for name, pits in came.pits.items():
        pits.append(path_functionals.functional_pit(name, start, paths, observed))
    for limit in events.limits_of("reached", case.training):
        year = int(events.first_passage(observed[None], limit)[0])
        came.arrivals.append(scores.rps(path_functionals.arrival_probabilities(paths, limit), year - 1))


def normal_paths(case: Case, steps: int, count: int = 1000) -> np.ndarray:
    """Random walk with drift on the log scale, the drift drawn from its own t distribution: the peer of the paths."""
    rng, growth = np.random.default_rng(1), np.diff(np.log(case.training))
    spread = np.std(growth, ddof=1)
    slope = growth.mean() + spread / np.sqrt(len(growth)) * rng.standard_t(len(growth) - 1, (count, 1))
    return case.training[-1] * np.exp(np.cumsum(slope + spread * rng.standard_normal((count, steps)), axis=1))


def rows(ours: Came, normal: Came) -> list[dict[str, object]]:
    """Calibration error and Brier score of each event; coverage of functionals of the path; the year of first passage."""
    lines = []
    for (event, steps), bars in BARS.items():
        for name, bar in zip(("calibration_error", "brier"), bars, strict=True):
            peer = scores.SCORES[name](*normal.chances(event, steps))
            beside = f"normal random walk with drift {peer:.3f}" + ("" if bar else " (bar: the peer)")
            label = f"{name} of '{LABELS[event]}', {steps} years"
            lines.append(table.row(label, f"<= {bar or round(peer, 4)}", scores.SCORES[name](*ours.chances(event, steps)), beside))
    peer = float(np.mean(normal.arrivals))
    label = "RPS of the first-passage year, 5 years"
    lines.append(table.row(label, f"<= {peer:.4f}", float(np.mean(ours.arrivals)), f"normal random walk {peer:.4f} (bar: the peer)"))
    for name, pits in ours.pits.items():
        inside, other = _inside(pits), _inside(normal.pits[name])
        label = f"coverage of the 80 % band of {name.replace('_', ' ')}, 5 years"
        lines.append(table.row(label, "0.78..0.82", inside, f"normal random walk {other:.3f} (bar ours)"))
    return lines


def _inside(pits: list[float]) -> float:
    at = np.array(pits)
    return float(np.mean((at >= 0.1) & (at <= 0.9)))


def diagram(ours: Came, normal: Came) -> list[dict[str, object]]:
    """The reliability tables of both, for the chart."""
    return [
        {"who": who, "event": event, "years": steps, **cell}
        for who, came in (("ours", ours), ("normal random walk", normal))
        for event, steps in BARS
        for cell in scores.reliability(*came.chances(event, steps))
    ]
