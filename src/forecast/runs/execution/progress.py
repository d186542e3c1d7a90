"""What is running, how much is done and how long it may still take, on the error stream."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

CLEAR = "\r\x1b[K"
FIRST_GUESS = 8.0  # seconds a run takes when nothing is known yet


def seconds_left(
    waiting: Sequence[str], running: Mapping[str, float], known: Mapping[str, float], workers: int
) -> float:
    """Seconds until all is done, from how long runs of the same name took before (else the mean of those known).

    `running` holds for each running name the seconds it has been running.
    """
    mean = sum(known.values()) / len(known) if known else FIRST_GUESS
    ahead = [max(known.get(name, mean) - spent, 0.5) for name, spent in running.items()]
    work = sum(ahead) + sum(known.get(name, mean) for name in waiting)
    longest = max([*ahead, *(known.get(name, mean) for name in waiting)], default=0.0)
    return max(work / max(workers, 1), longest)


def reporter(stream: TextIO, total: int) -> Callable[[str, int, Sequence[str], float], None]:
    """A function (event, done, names running, seconds left) that tells of it: a bar on a terminal, plain lines elsewhere.

    An empty event only moves the bar; a terminal's bar moves at most five times a second.
    """
    terminal = stream.isatty()
    drawn = [0.0]

    def tell(event: str, done: int, running: Sequence[str], left: float) -> None:
        now = time.monotonic()
        if event:
            after = f"; {left_text(left)}" if done < total and left > 0 else ""
            stream.write(f"{CLEAR if terminal else ''}[{done}/{total}] {event}{after}\n")
        if terminal and (event or now - drawn[0] >= 0.2):
            drawn[0] = now
            stream.write(
                f"{CLEAR}{bar(done, total)} {', '.join(running)}; {left_text(left)}" if done < total else CLEAR
            )
        stream.flush()

    return tell


def bar(done: int, total: int, width: int = 20) -> str:
    """A bar such as [#####---------------] 2/8."""
    full = round(width * done / total) if total else width
    return f"[{'#' * full}{'-' * (width - full)}] {done}/{total}"


def left_text(seconds: float) -> str:
    """'còn khoảng 12 giây / about 12 s left'."""
    whole = max(1, round(seconds))
    if whole < 90:
        return f"còn khoảng {whole} giây / about {whole} s left"
    return f"còn khoảng {round(whole / 60)} phút / about {round(whole / 60)} min left"
