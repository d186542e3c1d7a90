"""The adviser's app: a page of ours that talks with its kernel over one comm channel, the only message Voila lets through.

The kernel answers with escaped pieces of HTML; the page keeps the state, so that a dead kernel loses nothing that was entered.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forecast import files, headline
from forecast.errors import ForecastError
from forecast.publish import templating, words
from forecast.publish.words import vocabulary
from forecast.publish.words.vocabulary import sentence
from forecast.runs.publication import pointer

CHANNEL = "kich_ban"
PROBLEM = vars(sentence("answer_broken"))
_warmed: list[str] = []  # the folder this process, or the one it was forked from, has loaded
LARGEST = 40_000  # characters of a question


def show(root: Path | str | None = None, language: str = "vi") -> None:
    """Display the page in a notebook and answer its questions from this kernel."""
    from comm import get_comm_manager
    from IPython.display import HTML, display

    root = files.find_root(root)
    held: dict[str, Any] = {}

    def opened(channel: Any, _message: Any) -> None:
        channel.on_msg(lambda message: channel.send(answer(held, root, message["content"].get("data"))))

    get_comm_manager().register_target(CHANNEL, opened)
    display(HTML(page(_kernel(), language, opening(held, root))))


def warm_up() -> None:
    """In the process that kernels are forked from: the served figures and draws, and once what every page asks first.

    Charts only where another process draws them: the drawing engine starts threads, which a fork would lose.
    """
    root = os.environ.get(files.HOME)
    if not root:
        return
    from forecast.publish.advisers import answers, questions
    from forecast.publish.advisers import session as adviser_session
    from forecast.runs.processes import pictures

    session = adviser_session.warm_up(Path(root))
    for ask in ("ground", "cards"):
        session.opening[ask, pointer.raw(session.root)] = answers.ANSWERS[ask](session, {"state": questions.OPENING})
    if pictures.shared():
        answers.ANSWERS["results"](session, {"state": questions.OPENING})
    page("")
    _warmed.append(root)


def opening(held: dict[str, Any], root: Path) -> list[dict[str, Any]]:
    """The levers and cards that a page opens with, where all they need was loaded before the fork; else nothing: the page asks."""
    if not _warmed:
        return []
    from forecast.publish.advisers import questions
    from forecast.publish.advisers import session as adviser_session

    held["session"] = adviser_session.start(root)
    if not held["session"].bases:  # the figures have changed since
        return []
    first = [answer(held, root, {"ask": ask, "state": questions.OPENING}) for ask in ("ground", "cards")]
    return [] if any("error" in shown for shown in first) else first


def page(kernel: str, language: str = "vi", first: Sequence[Mapping[str, Any]] = ()) -> str:
    """What is shown at once, before the kernel is asked: the page, with its `first` answers in it where they are there."""
    values: dict[str, Any] = {"kernel": kernel, "language": language, "channel": CHANNEL, "first": list(first), "terms": vocabulary.TERMS.values()}
    labels = ((code, words.switch_label(code)) for code in headline.registered().territories)
    values["territories"] = [(code, label.vi, label.en) for code, label in labels]
    return templating.render("advisers/app.html.j2", **values)


def answer(held: dict[str, Any], root: Path, message: Any) -> dict[str, Any]:
    """The answer to one question of the page; a problem becomes a sentence in both languages, never a traceback."""
    given: Mapping[str, Any] = message if isinstance(message, Mapping) else {}
    asked, number = given.get("ask"), given.get("number")
    fixed = {"ask": asked if isinstance(asked, str) else "", "number": number if type(number) is int else 0}
    try:
        from forecast.publish.advisers import answers  # the page is on screen before these are loaded
        from forecast.publish.advisers import session as adviser_session

        if fixed["ask"] not in answers.ANSWERS or len(repr(given)) > LARGEST:
            raise ForecastError("Câu hỏi không hợp lệ.", "Not a valid question.")
        if "session" not in held:
            held["session"] = adviser_session.start(root)
        return {**fixed, **(_given_before(held["session"], given) or answers.ANSWERS[fixed["ask"]](held["session"], given))}
    except ForecastError as problem:
        return {**fixed, "error": {"vi": problem.vi, "en": problem.en}}
    except Exception:
        logging.getLogger("forecast.publish").exception("a question of the adviser's page failed")
        return {**fixed, "error": PROBLEM}


def _given_before(session: Any, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer given before the fork where that is asked and the same is published; none once something was opened, which the page shows too."""
    from forecast.publish.advisers import questions

    if session.opened or asked.get("state") != questions.OPENING:
        return None
    return session.opening.get((asked["ask"], pointer.raw(session.root)))


def _kernel() -> str:
    """The id of this kernel, by which the page finds its channel; empty outside a kernel."""
    try:
        from ipykernel.connect import get_connection_file

        return Path(get_connection_file()).stem.removeprefix("kernel-")
    except RuntimeError:
        return ""
