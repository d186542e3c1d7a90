"""What the page shows, as texts in both languages, laid out from published runs; nothing is computed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from forecast.domain import Text
from forecast.publish import words
from forecast.publish.exhibits import outlook
from forecast.publish.leaders import evaluation, targets, tryout
from forecast.publish.leaders.pictures import BESIDE, MAIN, SMALL, TORNADO, Pictured, pictures
from forecast.publish.published import Published, ShownRun
from forecast.publish.words import information, vocabulary
from forecast.publish.words.numbers import both
from forecast.publish.words.vocabulary import phrase

ORDER = ("labour_productivity_real", "digital_economy_share", "ecommerce_revenue")
LONGEST_NAME = 80  # a card has no room for more; the list of sources has the whole name


def content(published: Published, replays: Iterable[Published], names: Mapping[str, tuple[Text, Text]]) -> dict[str, Any]:
    """Everything the template needs; `names` gives the title and the whole description of each source id."""
    runs = [run for run in published.runs if run.indicator in ORDER]
    first: dict[tuple, ShownRun] = {}
    for run in runs:
        first.setdefault((run.indicator, run.territory, run.measure), run)
    territories = list(dict.fromkeys(run.territory for run in runs))
    sections = [_section(indicator, territories, first, names) for indicator in ORDER]
    for section in sections:
        for state in section["states"]:  # what the page opens with; the rest is laid out when a switch asks for it
            state["first"] = state["territory"] == territories[0] and state["measure"] == section["measures"][0]
    shown = [run for run in first.values() if not run.refused]
    dates = sorted(str(run.summary.get("as_of", "")) for run in shown)
    return {
        "published": published,
        "stand": _stand(published),
        "as_of": both(lambda language: words.date_text(dates[-1] if dates else "", language)),
        "published_at": both(lambda language: words.date_text(published.published_at[:10], language)),
        "territories": [(code, both(lambda language, c=code: phrase(vocabulary.SWITCH_LABELS, c, language))) for code in territories],
        "sections": [section for section in sections if section["states"]],
        "measures": _measure_switch(sections),
        "presets": next((state["tryout"]["presets"] for one in sections for state in one["states"] if state["tryout"]), []),
        "record": evaluation.record(_one_territory(shown)),
        "chances": evaluation.chances(published.runs),
        "replays": [figure for each in replays for figure in _later(each)] + _later(published),
        "sources": _sources(published, replays, names),
        "any_run": published.runs[0].run_id if published.runs else "",
    }


def _stand(published: Published) -> dict[str, Any]:
    """Who stands behind the page: its state in words, the last signature, and the class of its mark."""
    from forecast.runs.publication import pointer
    from forecast.runs.upkeep import status

    state = published.state if published.state in pointer.STATES else pointer.DRAFT
    signed = status.signature({"signatures": list(published.signatures)})
    when = status.local_time(published.published_at)
    return {"code": state, "name": pointer.STATES[state], "signed": signed, "at": Text(when, when)}


def _section(indicator: str, territories: list[str], runs: Mapping[tuple, ShownRun], names: Mapping) -> dict[str, Any]:
    measures = list(dict.fromkeys(measure for (name, _, measure) in runs if name == indicator))
    states = [
        _state(indicator, territory, measure, runs.get((indicator, territory, measure)), names)
        for territory in territories
        for measure in measures
    ]
    name = both(lambda language: words.indicator_text(indicator, language))
    return {"id": indicator, "name": name, "measures": measures, "states": states}


def _measure_switch(sections: list[dict[str, Any]]) -> list[tuple[str, Text]]:
    several = next((section["measures"] for section in sections if len(section["measures"]) > 1), [])
    return [(code, both(lambda language, c=code: phrase(vocabulary.SWITCH_LABELS, c, language))) for code in several]


def _state(indicator: str, territory: str, measure: str, run: ShownRun | None, names: Mapping) -> dict[str, Any]:
    place = {"indicator": indicator, "territory": territory, "measure": measure}
    about = both(lambda language: words.subject(place, language))
    state = place | {"about": about, "run_id": run.run_id if run else "", "kind": "shown"}
    state |= {name: [] for name in ("figures", "targets", "assumptions", "helpful")} | {"tryout": None, "card": None}
    if run is None or run.refused:
        return state | _without_forecast(run, place)
    verdicts = run.tables.get("verdicts")
    name = f"{indicator}-{territory}-{measure}".replace("_", "")
    quantity, other = _quantities(run)
    main = pictures(outlook.fan(run.tables, run.summary, quantity), f"{name}-a", MAIN)
    more = [
        pictures(outlook.fan(run.tables, run.summary, other), f"{name}-b", BESIDE),
        pictures(outlook.nation(run.tables, run.summary), f"{name}-c", BESIDE),
        pictures(outlook.methods(run.tables), f"{name}-d", SMALL),
        pictures(outlook.sensitivity(run.tables), f"{name}-e", TORNADO),
    ]
    return state | {
        "card": _card(run, names),
        "aims": targets.aims(run),
        "main": main,
        "figures": [figure for figure in more if figure],
        "targets": [_target(row) for row in words.rows_of(verdicts)],
        "limits": _limits(run),
        "tryout": tryout.panel(run),
        "helpful": _helpful(run),
        "assumptions": [_assumption(row) for row in words.rows_of(run.tables.get("assumptions"))],
    }


def _quantities(run: ShownRun) -> tuple[str, str]:
    """The quantity of the main chart and the other one: the level against the target's path where there is such a path."""
    paths = run.tables.get("target_paths")
    level = (paths is not None and len(paths) > 0) or not str(run.summary.get("quantity", "level")).startswith("growth")
    return ("level", "growth") if level else ("growth", "level")


def _without_forecast(run: ShownRun | None, place: Mapping[str, str]) -> dict[str, Any]:
    if run is None:
        text = Text("Chưa có lượt chạy nào cho địa bàn này.", "No run has been made for this territory.")
        return {"kind": "absent", "aims": targets.without(text, text, text), "limits": [text]}
    text = both(lambda language: words.refusal(run.manifest, language))
    aloud = both(lambda language: f"{words.subject(run.summary or place, language)}: {words.verdict('refused', language)}.")
    return {"kind": "refused", "aims": targets.without(text, text, aloud), "limits": [text]}


def _card(run: ShownRun, names: Mapping[str, tuple[Text, Text]]) -> dict[str, Any]:
    last = run.summary.get("last_published") or {}
    source = str(last.get("source") or "")
    return {
        "last": both(lambda language: words.last_figure(last, _named(source, names, language), language)),
        "sources": source.split("+") if source else (),
    }


def _named(sources: str, names: Mapping[str, tuple[Text, Text]], language: str) -> str:
    found = [names[part][0].in_language(language) if part in names else part for part in sources.split("+") if part]
    found = [textwrap.shorten(name, LONGEST_NAME, placeholder="…") for name in found]
    return "; ".join(found)


def _target(row: Mapping[str, Any]) -> dict[str, Any]:
    def place(language: str) -> str:
        where = words.territory_text(str(row["territory"]), language)
        return f"{where} ({phrase(vocabulary.APPLIES, str(row['applies']), language)})"

    over = row.get("state") == "over"
    code = str(row["verdict"])
    unread = row.get("value") is None
    return {
        "id": str(row["target"]),
        "name": Text(str(row.get("name_vi") or ""), str(row.get("name_en") or "")),
        "document": str(row.get("document") or ""),
        "place": both(place),
        "value": both(lambda language: words.bounded(row, language)) if not unread else Text("chưa đọc được", "not readable"),
        "span": words.span_text(row.get("first"), row["last"]),
        "over": over,
        "chance": None if over or unread else both(lambda language: words.chance(row.get("probability"), language)),
        "code": code,
        "icon": vocabulary.ICONS.get(code, "?"),
        "verdict": both(lambda language: words.verdict(code, language)),
        "required": None if over or unread else both(lambda language: words.required_text(row, language)),
        "arrival": None if over or unread else both(lambda language: words.arrival_text(row, language)),
        "note": Text(str(row.get("note_vi") or ""), str(row.get("note_en") or "")),
        "source": str(row.get("source") or ""),
    }


def _assumption(row: Mapping[str, Any]) -> dict[str, Any]:
    rating = str(row.get("rating"))
    return {
        "name": Text(str(row.get("name_vi") or ""), str(row.get("name_en") or "")),
        "value": both(lambda language: words.plain_number(row.get("value"), language)),
        "rating": both(lambda language: phrase(vocabulary.RATINGS, rating, language)),
        "code": rating,
        "reason": Text(str(row.get("reason_vi") or ""), str(row.get("reason_en") or "")),
        "source": str(row.get("source") or ""),
    }


def _helpful(run: ShownRun) -> list[Text]:
    table = run.tables.get("information")
    return [Text(vi, en) for vi, en in zip(information.helpful(table, "vi"), information.helpful(table, "en"), strict=True)]


def _limits(run: ShownRun) -> list[Text]:
    """What cannot be said from these figures: read off the rows, never estimated."""
    history, summary = run.tables["history"], run.summary
    published = history[(history["ink"] == "published") & (history["territory"] == run.territory)]
    years = sorted({int(year) for year in published["period"]})
    said = [_published_years(years)]
    if words.is_scenario(summary):
        limit = words.number(summary.get("forecast_to"), 0, "vi").replace(".", "") if summary.get("forecast_to") else ""
        said.append(Text(
            f"Chỉ gọi là dự báo đến năm {limit}; xa hơn là kịch bản vì số liệu đã có quá ngắn.",
            f"Called a forecast up to {limit} only; beyond that it is a scenario, because the record is too short.",
        ))  # fmt: skip
    kinds = published.groupby(["indicator", "quantity", "period"])["value"].nunique()
    for year in sorted({int(spot[2]) for spot, count in kinds.items() if count > 1}):
        said.append(Text(f"Năm {year} có nhiều con số công bố khác nhau; hình vẽ tất cả.",
                         f"There are differing published figures for {year}; the chart shows them all."))  # fmt: skip
    end = summary.get("territory_end")
    if not words.is_missing(end):
        day = words.date_text(end, "vi")
        said.append(Text(f"Địa bàn này không còn là một tỉnh sau ngày {day}; các năm sau chỉ để đối chiếu với văn bản cũ.",
                         f"This territory is no longer a province after {day}; later years serve the old documents only."))  # fmt: skip
    for note in summary.get("notes") or ():
        said.append(Text(f"Chuỗi cả nước: {note['vi']}", f"The national series: {note['en']}"))
    for row in words.rows_of(run.tables.get("verdicts")):
        if row["verdict"] in ("undecidable", "no_value"):
            said.append(both(lambda language, r=row: f"{words.target_text(r, language)}: {words.verdict(r['verdict'], language)}."))
    return said


def _published_years(years: list[int]) -> Text:
    if not years:
        vi = "Chưa có con số nào được công bố cho địa bàn này; mọi mức của tỉnh trong hình là dựng lại"
        en = "No figure has been published for this territory; every provincial level shown is rebuilt"
        return Text(f"{vi} từ số cả nước và số liệu liên quan.", f"{en} from the nation and related figures.")
    listed = ", ".join(str(year) for year in years)
    return Text(f"Số liệu công bố chỉ có cho: {listed}. Các năm khác là dựng lại, không phải số công bố.",
                f"Published figures exist for {listed} only. Other years are rebuilt, not published.")  # fmt: skip


def _one_territory(runs: Iterable[ShownRun]) -> list[ShownRun]:
    return list({(run.indicator, run.measure): run for run in reversed(list(runs))}.values())[::-1]


def _later(published: Published) -> list[tuple[str, Pictured]]:
    found, seen = [], set()
    for run in published.runs:
        spot = (run.indicator, run.measure)
        if run.refused or not run.indicator or spot in seen or "later" not in run.tables:
            continue
        figure = pictures(outlook.later(run.tables, run.summary), f"later-{run.run_id}".replace("_", ""), SMALL)
        if figure:
            seen.add(spot)
            found.append((run.run_id, figure))
    return found


def _sources(published: Published, replays: Iterable[Published], names: Mapping[str, tuple[Text, Text]]) -> list[tuple[str, Text]]:
    used: dict[str, None] = {}
    for run in (run for each in (published, *replays) for run in each.runs):
        for table in run.tables.values():
            for cell in table["source"].dropna().unique() if "source" in table else ():
                used.update(dict.fromkeys(part.strip() for part in str(cell).split("+") if part.strip()))
        last = run.summary.get("last_published") or {}
        used.update(dict.fromkeys(part for part in str(last.get("source") or "").split("+") if part))
    missing = Text("(chưa có trong danh mục nguồn)", "(not in the list of sources)")
    return [(source, names[source][1] if source in names else missing) for source in sorted(used)]
