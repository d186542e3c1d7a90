"""The first cell of a notebook computes long: at a desk it says so and counts the seconds; what a run records has no trace of it."""

from __future__ import annotations

import html
import threading
import time
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import HTML, display

from forecast.domain import Text
from forecast.publish.charts import live
from forecast.publish.words.vocabulary import sentence

EVERY = 1.0  # seconds


def watch() -> None:
    """Count the seconds below the cell that is running until it ends; nothing in a run, an app or a plain interpreter."""
    shell = get_ipython()
    if shell is None or not hasattr(shell, "kernel") or not live.is_live():
        return
    begun, ended = time.monotonic(), threading.Event()
    shown = display(_line(sentence("computing", seconds=0)), display_id=True)

    def count() -> None:
        while not ended.wait(EVERY):
            shown.update(_line(sentence("computing", seconds=round(time.monotonic() - begun))))

    def end(*_result: Any) -> None:
        ended.set()
        counting.join()
        shown.update(_line(sentence("computed", seconds=round(time.monotonic() - begun))))
        shell.events.unregister("post_run_cell", end)

    counting = threading.Thread(target=count, daemon=True)
    counting.start()
    shell.events.register("post_run_cell", end)


def _line(text: Text) -> HTML:
    return HTML(f'<p role="status">{html.escape(text.vi)} <small lang="en">{html.escape(text.en)}</small></p>')
