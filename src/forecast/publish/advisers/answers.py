"""The answers of the adviser's app: each a function from a session and a checked question to pieces of HTML."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from forecast import policy
from forecast.errors import EvidenceError, RunError
from forecast.policy.scenarios import codes
from forecast.publish import templating, words
from forecast.publish.advisers import export, pieces, questions, spans
from forecast.publish.advisers import session as adviser_session
from forecast.publish.advisers.questions import Asked
from forecast.publish.advisers.session import Session
from forecast.publish.charts import canvas
from forecast.publish.exhibits import scenarios
from forecast.publish.words import provenance
from forecast.publish.words.scenarios import solution_sentences
from forecast.runs.processes import pictures

Message = Mapping[str, Any]
Answer = dict[str, Any]
BOOKS = "da_luu"  # under notebooks/: what "open in JupyterLab" writes


def ground(session: Session, message: Message) -> Answer:
    """The levers, scenarios and targets of a territory and measure, and the results of the state."""
    where = questions.place(message.get("state"))
    base = adviser_session.base_of(session, where.territory, where.measure)
    shown = levers(session, base)
    found = {"parts": {"levers": templating.render("advisers/levers.html.j2", **shown)}, "ground": shown["ground"]}
    found["parts"]["origin"] = templating.render("advisers/origin.html.j2", **origin(session, base))
    return found


def levers(session: Session, base: Any) -> dict[str, Any]:
    """Everything the sliders need: levers by indicator, presets, years, targets; in types JSON knows under 'ground'."""
    rows = [{**item, "digits": _digits(item["step"])} for item in policy.catalogue(base) if item["indicator"] in base.outlooks]
    years = questions.movable(base)
    presets = {}
    for name, item in adviser_session.known(session, base).items():
        pushes = spans.movable_spans(item, base)
        label = {"vi": item.name.vi, "en": item.name.en}
        if name in session.opened:  # one scenario may be open in several versions
            label = {"vi": f"{item.name.vi} (bản {item.version})", "en": f"{item.name.en} (version {item.version})"}
        presets[name] = {
            "name": label,
            "pushes": pushes,
            "about": item.summary.vi,
            "about_en": item.summary.en,
        }
    aims = [
        {"id": name, "vi": _aim(held.target, "vi"), "en": _aim(held.target, "en"), "indicator": indicator}
        for indicator, item in base.outlooks.items()
        for held in item.assessments
        for name in [held.target.id]
        if name in questions.open_targets(base)
    ]
    keys = ("id", "indicator", "view", "unit", "low", "high", "step", "baseline", "name_vi", "name_en")
    plain = [
        {
            **{key: item[key] for key in keys},
            **{key: item["record"][key] for key in ("band", "lowest", "highest", "years")},
        }
        for item in rows
    ]
    for item in plain:
        item["years"] = len(item["years"])
        item["unit_vi"], item["unit_en"] = (words.unit_text(item["unit"], one) for one in ("vi", "en"))
    groups = [
        (name, [row for row in rows if row["indicator"] == name])
        for name in questions.INDICATORS
        if name in base.outlooks
    ]
    refused = [(name, text) for name, text in base.refused.items()]
    facts = {"levers": plain, "presets": presets, "targets": aims, "years": list(years), "most_spans": questions.MOST_SPANS}
    return {
        "ground": facts,
        "groups": groups,
        "words": words,
        "years": years,
        "refused": refused,
        "sources": provenance.credits(session.store.sources),
    }


def _digits(step: float) -> int:
    """The decimals a lever's step asks for: 0.05 gives 2, 1 gives 0."""
    return len(f"{step:g}".partition(".")[2])


def _aim(target: Any, language: str) -> str:
    asked = {
        "value": target.value,
        "value_high": target.value_high,
        "unit": target.unit,
        "first": target.first,
        "last": target.last,
        "kind": target.kind,
    }
    return f"{target.name.in_language(language)}: {scenarios.asked(asked, language)} – {words.short_document(target.document)}"


def origin(session: Session, base: Any) -> dict[str, Any]:
    """Where the numbers come from: the day, the draws, and which published runs hold the very same draws."""
    same = adviser_session.published(session, base)
    return {
        "as_of": base.any.as_of,
        "paths": len(base.any.levels),
        "same": same,
        "all": set(same) == set(base.outlooks),
        "words": words,
    }


def cards(session: Session, message: Message) -> Answer:
    """The cards for the state of the page: the answer that comes first."""
    base, asked = _state(session, message)
    return {"parts": pieces.cards(session, base, asked)}


def results(session: Session, message: Message) -> Answer:
    """Comparison, contributions and documents for the state of the page."""
    base, asked = _state(session, message)
    return {"parts": pieces.pieces(session, base, asked)}


def _state(session: Session, message: Message) -> tuple[Any, Asked]:
    where = questions.place(message.get("state"))
    base = adviser_session.base_of(session, where.territory, where.measure)
    return base, questions.whole(message["state"], base, adviser_session.known(session, base))


def solve(session: Session, message: Message) -> Answer:
    """What it would take for a target's chance, on top of what the sliders hold; whether that ever happened."""
    base, asked = _state(session, message)
    target = questions.target(message.get("target"), base)
    chance = questions.one_of("chance", message.get("chance"), questions.CHANCES)
    lever = questions.one_of("lever", message.get("lever", ""), ("", *base.store.scenario_levers))
    on_top = message.get("on_top") is True and asked.pushes
    scenario = adviser_session.mine(session, base, asked) if on_top else base.scenario("baseline")
    found = adviser_session.solution(base, target, chance, lever, scenario)
    sentences = solution_sentences(found, base.store, asked.language)
    pushes = {} if on_top else {name: float(value) for name, value in found.pushes.items()}
    html = templating.render(
        "advisers/solution.html.j2", sentences=sentences, possible=found.possible, pushes=pushes, language=asked.language
    )
    return {
        "parts": {"solution": html},
        "solution": {"pushes": pushes, "first": found.first, "last": min(found.last, base.horizon_year)},
    }


def save(session: Session, message: Message) -> Answer:
    """Save what the sliders hold under a name, with who and why; the code and both links."""
    base, asked = _state(session, message)
    given = (questions.text(name, message.get(name)) for name in ("name", "author", "reason"))
    code, scenario = adviser_session.save(session, base, asked, *given)
    return {
        "parts": {"saved": _saved(code, scenario, base)},
        "code": code,
        "opened": adviser_session.key_of(code),
    }


def _saved(code: str, scenario: Any, base: Any) -> str:
    question = codes.question(base, scenario)
    named = base.store.scenarios.get(scenario.parent, scenario).name
    origin = (f"dựa trên {named.vi}", f"based on {named.en}")
    if scenario.parent == scenario.id:
        origin = (f"nối tiếp bản {scenario.version - 1}", f"follows version {scenario.version - 1}")
    return templating.render(
        "advisers/saved.html.j2", code=code, scenario=scenario, origin=origin, short=f"?{codes.MARK}{code}", link=codes.link(question)
    )


def reopen(session: Session, message: Message) -> Answer:
    """Open a code or link: the territory, measure and id of its scenario, and what was saved with it."""
    text = message.get("text")
    if not isinstance(text, str) or len(text) > questions.LONGEST["link"]:
        raise EvidenceError("Mã hoặc liên kết không hợp lệ.", "Not a valid code or link.")
    asked, name, record = adviser_session.reopen(session, text)
    newest = session.store.last_vintage.isoformat()
    about = {
        "older": asked["as_of"] != newest,
        "as_of": asked["as_of"],
        "record": record,
        "words": words,
        "code": codes.code(asked),
    }
    html = templating.render("advisers/opened.html.j2", name=asked["scenario"]["name"], **about)
    return {"parts": {"opened": html}, "opened": name, "place": {key: asked[key] for key in ("territory", "measure")}}


def notebook(session: Session, message: Message) -> Answer:
    """Write the notebook of a saved code, as `forecast open` does, in a process of its own."""
    code = codes.tidy(questions.text("text", message.get("code")))
    if not all(letter in codes.ALPHABET or letter == "-" for letter in code) or len(code) != 11:
        raise EvidenceError("Mã không hợp lệ.", "Not a valid code.")
    path = session.root / "notebooks" / BOOKS / f"{code}.ipynb"
    if not path.exists():
        command = [sys.executable, "-m", "forecast", "open", code, "--to", str(path)]
        environment = os.environ | {"FORECAST_HOME": str(session.root)}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, check=False, env=environment, cwd=session.root
        )
        if not path.exists():
            first, *rest = [*done.stderr.strip().splitlines(), "", ""]
            raise RunError(first or "Không ghi được sổ tính.", rest[0] or "The notebook could not be written.")
    return {"parts": {"notebook": templating.render("advisers/notebook.html.j2", path=f"{BOOKS}/{path.name}")}}


def file(session: Session, message: Message) -> Answer:
    """A chart as PNG or SVG, a table as CSV or Excel, of what the page shows now."""
    kind = questions.one_of("kind", message.get("kind"), ("png", "svg", "csv", "csv_vi", "xlsx"))
    what = questions.one_of("what", message.get("what"), tuple(session.files))
    held, sheet = session.files[what], kind in ("csv", "csv_vi", "xlsx")
    if sheet == isinstance(held, dict):
        raise EvidenceError("Kiểu tệp không hợp với mục này.", "This kind of file does not fit.")
    content = {"png": _png, "svg": _svg, "csv": _csv, "csv_vi": _csv_vi, "xlsx": _xlsx}[kind](held, session)
    media = {"png": "image/png", "svg": "image/svg+xml", "xlsx": export.KINDS["xlsx"]}.get(kind, export.KINDS["csv"])
    name = f"kich_ban_{what}.{kind.split('_')[0]}"
    return {"file": {"name": name, "media": media, "content": base64.b64encode(content).decode("ascii")}}


def _png(spec: Any, _session: Session) -> bytes:
    return pictures.png(spec, canvas.VEGA_LITE)


def _svg(spec: Any, _session: Session) -> bytes:
    return pictures.svg(spec, canvas.VEGA_LITE).encode("utf-8")


def _csv(table: Any, _session: Session) -> bytes:
    return export.csv_bytes(table.columns, table.rows)


def _csv_vi(table: Any, _session: Session) -> bytes:
    return export.csv_bytes(table.columns, table.rows, vietnamese=True)


def _xlsx(table: Any, session: Session) -> bytes:
    about = session.files["origin"]
    return export.xlsx_bytes({about.head[0]: (table.columns, table.rows), about.head[1]: (about.columns, about.rows)})


ANSWERS: dict[str, Callable[[Session, Message], Answer]] = {
    "ground": ground,
    "cards": cards,
    "results": results,
    "solve": solve,
    "save": save,
    "reopen": reopen,
    "notebook": notebook,
    "file": file,
}
