"""What is running, how much is done and how long it may still take, on the error stream."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

Tell = Callable[[str, int, Sequence[str], float], None]
"""Takes an event (empty: only the bar moves), how many are done, the names running and the seconds left."""
CLEAR = "\r\x1b[K"
FIRST_GUESS = 8.0  # seconds a run takes when nothing is known yet


def seconds_left(
    waiting: Sequence[str], running: Mapping[str, float], expected: Mapping[str, float], workers: int
) -> float:
    """Seconds until all is done, from how long each may take (else the mean of those).

    `running` holds for each running name the seconds it has been running.
    """
    mean = sum(expected.values()) / len(expected) if expected else FIRST_GUESS
    ahead = [max(expected.get(name, mean) - spent, 0.5) for name, spent in running.items()]
    ahead += [expected.get(name, mean) for name in waiting]
    return max(sum(ahead) / max(workers, 1), max(ahead, default=0.0))


def reporter(stream: TextIO, total: int) -> Tell:
    """A function that tells of progress: a bar on a terminal (moved at most five times a second), plain lines elsewhere."""
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
    left = max(1, round(seconds))
    if left < 90:
        return f"còn khoảng {left} giây / about {left} s left"
    return f"còn khoảng {round(left / 60)} phút / about {round(left / 60)} min left"
