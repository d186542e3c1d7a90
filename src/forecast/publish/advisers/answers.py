"""The answers of the adviser's app: each a function from a session and a checked question to pieces of HTML."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from forecast import files, policy
from forecast.domain import Scenario, Text
from forecast.errors import EvidenceError, RunError
from forecast.policy import Baseline
from forecast.policy.scenarios import codes
from forecast.publish import templating, words
from forecast.publish.advisers import export, pieces, questions, rendering
from forecast.publish.advisers import session as adviser_session
from forecast.publish.advisers.questions import Asked
from forecast.publish.advisers.session import Session
from forecast.publish.charts import canvas
from forecast.publish.exhibits import heads, targets
from forecast.publish.words import provenance, vocabulary
from forecast.publish.words.scenarios import solution_sentences
from forecast.runs.processes import pictures

Message = Mapping[str, Any]
Answer = dict[str, Any]
BOOKS = "da_luu"  # under notebooks/: what "open in JupyterLab" writes
SHEETS = heads("sheets")  # of a workbook
MEDIA = {"png": "image/png", "svg": "image/svg+xml", "csv": export.KINDS["csv"], "csv_vi": export.KINDS["csv"], "xlsx": export.KINDS["xlsx"]}


def ground(session: Session, message: Message) -> Answer:
    """The levers, scenarios and targets of a territory and measure, and the results of the state."""
    view = questions.view(message.get("state"))
    base = adviser_session.base_of(session, view.territory, view.measure, view.own)
    return {
        "parts": {
            "levers": templating.render("advisers/levers.html.j2", **_levers(session, base)),
            "origin": templating.render("advisers/origin.html.j2", **_origin(session, base)),
        },
        "ground": {
            "levers": [_lever(row) for row in _rows(base)],
            "presets": {name: _preset(session, base, name, scenario) for name, scenario in adviser_session.scenarios_of(session, base).items()},
            "targets": _aims(base),
            "years": list(questions.movable(base)),
            "most_spans": questions.MOST_SPANS,
        },
    }


def _rows(base: Baseline) -> list[dict[str, Any]]:
    return [row for row in policy.catalogue(base) if row["indicator"] in base.outlooks]


def _levers(session: Session, base: Baseline) -> dict[str, Any]:
    """What the sliders are drawn from: levers by indicator, years, what is refused, sources."""
    rows = [{**row, "digits": len(f"{row['step']:g}".partition(".")[2])} for row in _rows(base)]
    return {
        "groups": {name: [row for row in rows if row["indicator"] == name] for name in questions.INDICATORS if name in base.outlooks},
        "words": words,
        "ratings": vocabulary.RATINGS,
        "terms": vocabulary.TERMS,
        "years": questions.movable(base),
        "refused": base.refused,
        "sources": provenance.credits(session.store.sources),
    }


def _lever(row: Mapping[str, Any]) -> dict[str, Any]:
    """A lever in types JSON knows, in both languages: the page changes between them without asking."""
    facts = ("id", "indicator", "view", "unit", "low", "high", "step", "baseline", "name_vi", "name_en")
    record, unit = row["record"], words.unit_text(row["unit"])
    return {
        **{name: row[name] for name in facts},
        **{name: record[name] for name in ("band", "lowest", "highest")},
        **{"years": len(record["years"]), "unit_vi": unit.vi, "unit_en": unit.en},
    }


def _preset(session: Session, base: Baseline, name: str, scenario: Scenario) -> dict[str, Any]:
    label = adviser_session.with_version(scenario) if name in session.opened else scenario.name  # may be open in several versions
    return {
        "name": vars(label),
        "pushes": questions.movable_spans(scenario, base),
        "about": scenario.summary.vi,
        "about_en": scenario.summary.en,
    }


def _aims(base: Baseline) -> list[dict[str, str]]:
    aims = []
    for name, (indicator, assessment) in questions.open_targets(base).items():
        target = assessment.target
        aim = target.name + ": " + targets.asked(vars(target)) + f" – {words.short_document(target.document)}"
        aims.append({"id": name, "vi": aim.vi, "en": aim.en, "indicator": indicator})
    return aims


def _origin(session: Session, base: Baseline) -> dict[str, Any]:
    """Where the numbers come from: the day, the draws, and which published runs hold the very same draws."""
    runs = adviser_session.published(session, base)
    return {
        "as_of": Text("Số liệu đến ", "Figures up to ") + words.date_text(base.any.as_of),
        "paths": words.number(len(base.any.levels), 0) + Text(" đường mô phỏng", " simulated paths"),
        "runs": runs,
        "all": set(runs) == set(base.outlooks),
    }


def own(session: Session, message: Message) -> Answer:
    """Whether a typed target of the indicator in view can be asked of this territory; raises in words where it cannot."""
    view = questions.view(message.get("state"))
    typed = questions.text("own", message.get("text"), needed=False)
    targets = {name: text for name, text in {**view.own, view.indicator: typed}.items() if text}
    adviser_session.base_of(session, view.territory, view.measure, targets)
    return {"own": targets}


def cards(session: Session, message: Message) -> Answer:
    """The cards for the state of the page: the answer that comes first."""
    return {"parts": pieces.cards(session, *_state(session, message))}


def results(session: Session, message: Message) -> Answer:
    """Comparison, contributions and documents for the state of the page."""
    return {"parts": pieces.pieces(session, *_state(session, message))}


def _state(session: Session, message: Message) -> tuple[Baseline, Asked]:
    view = questions.view(message.get("state"))
    base = adviser_session.base_of(session, view.territory, view.measure, view.own)
    return base, questions.state_of(message["state"], base, adviser_session.scenarios_of(session, base))


def solve(session: Session, message: Message) -> Answer:
    """What it would take for a target's chance, on top of what the sliders hold; whether that ever happened."""
    base, asked = _state(session, message)
    target = questions.target(message.get("target"), base)
    chance = questions.one_of("chance", message.get("chance"), questions.CHANCES)
    lever = questions.one_of("lever", message.get("lever", ""), ("", *base.store.scenario_levers))
    on_top = message.get("on_top") is True and bool(asked.pushes)
    scenario = adviser_session.mine(session, base, asked) if on_top else base.scenario("baseline")
    solution = policy.solve(base, target, chance, lever or (), scenario=scenario)
    sentences = solution_sentences(solution, base.store)
    pushes = {} if on_top else {name: float(value) for name, value in solution.pushes.items()}
    return {
        "parts": {"solution": rendering.html("solution", asked.language, sentences=sentences, possible=solution.possible, pushes=pushes)},
        "solution": {"pushes": pushes, "first": solution.first, "last": min(solution.last, base.horizon_year)},
    }


def save(session: Session, message: Message) -> Answer:
    """Save what the sliders hold under a name, with who and why; the code and both links."""
    base, asked = _state(session, message)
    given = (questions.text(name, message.get(name)) for name in ("name", "author", "reason"))
    code, scenario = adviser_session.save(session, base, asked, *given)
    return {"parts": {"saved": _saved(code, scenario, base)}, "code": code, "opened": adviser_session.key_of(code)}


def _saved(code: str, scenario: Scenario, base: Baseline) -> str:
    before = scenario.version - 1
    origin = Text("dựa trên ", "based on ") + base.store.scenarios.get(scenario.parent, scenario).name
    if scenario.parent == scenario.id:
        origin = Text(f"nối tiếp bản {before}", f"follows version {before}")
    version = Text("bản ", "version ") + f"{scenario.version} – " + origin
    link = codes.link(codes.question(base, scenario))
    short = f"?{codes.MARK}{code}"
    return templating.render("advisers/saved.html.j2", code=code, scenario=scenario, version=version, short=short, link=link)


def reopen(session: Session, message: Message) -> Answer:
    """Open a code or link: the territory, measure and id of its scenario, and what was saved with it."""
    text = message.get("text")
    if not isinstance(text, str) or len(text) > questions.LONGEST["link"]:
        raise EvidenceError("Mã hoặc liên kết không hợp lệ.", "Not a valid code or link.")
    asked, name, record = adviser_session.reopen(session, text)
    about = {
        "name": asked["scenario"]["name"],
        "code": codes.code(asked),
        "older": asked["as_of"] != session.store.last_vintage.isoformat(),
        "as_of": words.date_text(asked["as_of"]),
        "record": record,
        "saved_at": words.date_text(record["saved_at"] if record else None),
    }
    where = {key: asked[key] for key in ("territory", "measure")}
    return {"parts": {"opened": templating.render("advisers/opened.html.j2", **about)}, "opened": name, "place": where}


def notebook(session: Session, message: Message) -> Answer:
    """Write the notebook of a saved code, as `forecast open` does, in a process of its own."""
    code = codes.tidy(questions.text("text", message.get("code")))
    if not all(letter in codes.ALPHABET or letter == "-" for letter in code) or len(code) != 11:
        raise EvidenceError("Mã không hợp lệ.", "Not a valid code.")
    path = session.root / "notebooks" / BOOKS / f"{code}.ipynb"
    if not path.exists():
        command = [sys.executable, "-m", "forecast", "open", code, "--to", str(path)]
        environment = os.environ | {files.HOME: str(session.root)}
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment, cwd=session.root)
        if not path.exists():
            vi, en = (*done.stderr.strip().splitlines(), "", "")[:2]
            raise RunError(vi or "Không ghi được sổ tính.", en or "The notebook could not be written.")
    return {"parts": {"notebook": templating.render("advisers/notebook.html.j2", path=f"{BOOKS}/{path.name}")}}


def file(session: Session, message: Message) -> Answer:
    """A chart as PNG or SVG, a table as CSV or Excel, of what the page shows now."""
    kind = questions.one_of("kind", message.get("kind"), tuple(MEDIA))
    what = questions.one_of("what", message.get("what"), tuple(session.files))
    shown = session.files[what]
    if not (shown.get("spec") if kind in ("png", "svg") else shown["columns"]):
        raise EvidenceError("Kiểu tệp không hợp với mục này.", "This kind of file does not fit.")
    content = base64.b64encode(_content(shown, kind, session)).decode("ascii")
    return {"file": {"name": f"kich_ban_{what}.{kind.split('_')[0]}", "media": MEDIA[kind], "content": content}}


def _content(shown: Mapping[str, Any], kind: str, session: Session) -> bytes:
    if kind == "png":
        return pictures.png(shown["spec"], canvas.VEGA_LITE)
    if kind == "svg":
        return pictures.svg(shown["spec"], canvas.VEGA_LITE).encode("utf-8")
    if kind == "xlsx":
        sheets = zip(rendering.spoken(SHEETS, session.language), (shown, session.files["origin"]), strict=True)
        return export.xlsx_bytes({name: (table["columns"], table["values"]) for name, table in sheets})
    return export.csv_bytes(shown["columns"], shown["values"], vietnamese=kind == "csv_vi")


ANSWERS: dict[str, Callable[[Session, Message], Answer]] = {
    answer.__name__: answer for answer in (ground, own, cards, results, solve, save, reopen, notebook, file)
}
