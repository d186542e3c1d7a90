"""Papers of what is published, made when a visitor asks for them: one page for whoever may read, the same form on the work page."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from forecast.domain import Text
from forecast.errors import ForecastError
from forecast.publish import published, shell, templating
from forecast.publish.papers import briefing, slides, typeset, view, word, workbook
from forecast.publish.serving.login import address_of, may, require
from forecast.runs.publication import pointer

KINDS = {  # by the word in the address: what the file is called, its ending, what it is to a browser
    "word": ("bao_cao", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": ("bao_cao", "pdf", "application/pdf"),
    "slides": ("trinh_chieu", "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "workbook": ("so_lieu", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_making = asyncio.Semaphore(1)  # each takes a second of the processor


class PapersHandler(JupyterHandler):
    """The page of papers; with `kind` the paper itself."""

    def initialize(self, root: Path) -> None:
        self.root = root

    @web.authenticated
    async def get(self) -> None:
        require(self, "read")
        self.set_header("Cache-Control", "no-store")
        try:
            if kind := self.get_query_argument("kind", ""):
                await self.hand_out(kind)
                return
            views = await asyncio.to_thread(choices, self.root)
        except ForecastError as problem:
            self.set_status(404)
            self.finish(shell.document(shell.message(Text(problem.vi, problem.en)), "vi"))
            return
        page = templating.render("shared/papers.html.j2", base=self.base_url, views=views, works=may(self.current_user, "work"))
        self.finish(shell.document(page, "vi"))

    async def hand_out(self, kind: str) -> None:
        """The paper, as a file; PublishError for a view that was not published."""
        territory, _, measure = self.get_query_argument("view", "")[:120].partition("|")
        language = self.get_query_argument("language", "vi")
        if kind not in KINDS or language not in view.LANGUAGES:
            raise web.HTTPError(404)
        async with _making:
            name, content = await asyncio.to_thread(made, self.root, kind, (territory, measure, language), address_of(self))
        self.set_header("Content-Type", KINDS[kind][2])
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(content)


def choices(root: Path) -> list[tuple[str, str]]:
    """Every territory and measure the published set answers for: as it is read, and as the form sends it."""
    return _choices(root, pointer.raw(root))


@lru_cache(maxsize=2)
def _choices(root: Path, _pointer: bytes) -> list[tuple[str, str]]:
    publication = published.read(root)
    pairs = view.switches(publication)
    return [(view.subject(publication, view.View(*pair)).vi, "|".join(pair)) for pair in pairs]


def made(root: Path, kind: str, asked: tuple[str, str, str], address: str) -> tuple[str, bytes]:
    """Name and bytes of a paper; `asked` are territory, measure and language, `address` the page's own."""
    territory, measure, language = asked
    publication = published.read(root)
    chosen = view.usual(publication, language, territory, measure)
    stem, ending, _ = KINDS[kind]
    makers: dict[str, Any] = {
        "word": lambda: word.as_docx(briefing.briefing(root, chosen, publication=publication, address=address)),
        "pdf": lambda: typeset.as_pdf(briefing.briefing(root, chosen, publication=publication, address=address)),
        "slides": lambda: slides.slides(root, chosen, address=address),
        "workbook": lambda: workbook.workbook(root, chosen, address=address),
    }
    return f"{stem}_{chosen.code}.{ending}", makers[kind]()
