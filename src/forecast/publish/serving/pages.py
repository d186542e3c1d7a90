"""Pages that lie in the server's memory: drawn once, drawn again beside the old one when what they show has changed."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable

from forecast.domain import Text
from forecast.errors import ForecastError
from forecast.publish import shell


class StoredPage:
    """A page in memory, as text and packed, with the digest of what it shows.

    `digest_now` tells what there is to show now, `draw` makes its text; both may raise ForecastError.
    """

    def __init__(self, digest_now: Callable[[], str], draw: Callable[[str], str]) -> None:
        self.digest_now, self.draw = digest_now, draw
        self.digest, self.plain, self.packed = "", b"", b""
        self.problem: Text | None = None
        self._drawing = threading.Lock()
        self._worker: threading.Thread | None = None

    def update(self) -> None:
        """Bring the page up to date; what goes wrong is kept to be said, and the old page stays."""
        with self._drawing:
            try:
                digest = self.digest_now()
                if digest != self.digest:
                    text = self.draw(digest).encode("utf-8")
                    self.plain, self.packed, self.digest = text, gzip.compress(text, 6, mtime=0), digest
                self.problem = None
            except ForecastError as problem:
                self.problem = Text(problem.vi, problem.en)
            except Exception:  # the reader gets a plain sentence, the administrator's log gets the rest
                shell.LOG.exception("the page could not be made")
                self.problem = shell.BROKEN

    def update_later(self) -> bool:
        """Look whether there is something else to show; whether it is being drawn now, beside the old page."""
        if not self._drawing.locked() and self._has_changed():
            self._worker = threading.Thread(target=self.update, daemon=True)
            self._worker.start()
        return self._worker is not None and self._worker.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait that long for what is being drawn: what lies ready is there at once, a page that takes longer comes for the next reader."""
        if self._worker is not None:
            self._worker.join(seconds)

    def _has_changed(self) -> bool:
        if self.problem is not None:  # whatever was wrong may be over
            return True
        try:
            return self.digest_now() != self.digest
        except (ForecastError, OSError):  # nothing published, or the pointer is just being replaced
            return True
