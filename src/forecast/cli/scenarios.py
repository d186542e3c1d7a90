"""The words about scenarios: scenario, open, solve, golden; each thin."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from forecast import evidence, headline, policy
from forecast.cli.options import FAILED, OK, Command, both
from forecast.domain import Text, because
from forecast.errors import EvidenceError, ForecastError
from forecast.evidence.tables import parse_yaml
from forecast.files import find_root, read_bounded
from forecast.policy.scenarios import codes
from forecast.policy.scenarios.baselines import Baseline
from forecast.publish import words
from forecast.publish.words.scenarios import before_text, solution_sentences
from forecast.runs import folders
from forecast.runs.scenarios import golden as results
from forecast.runs.scenarios import saved

LARGEST = 256 * 1024  # of a scenario's file


def _of_baseline(function: Any) -> Any:
    """The options that say of which baseline something is asked."""
    territories = click.Choice(headline.registered().choices)
    function = click.option("--as-of", default="latest", metavar="DATE")(function)
    function = click.option("--measure", type=click.Choice(("nso", "mic")), default="nso")(function)
    return click.option("--territory", type=territories, default=headline.registered().territories[0])(function)


@click.command(cls=Command)
@click.argument("what", type=click.Choice(("list", "show", "save", "new", "saved")), default="list")
@click.argument("name", required=False, metavar="ID|FILE", help="mã kịch bản, hoặc tệp YAML cho 'new' / id, or file for 'new'")
@click.option("--author", default="", metavar="NAME", help="người lưu / who saves it")
@click.option("--note", default="", metavar="TEXT")
@_of_baseline
def scenario(what: str, name: str | None, author: str, note: str, **asked: str) -> int:
    """List scenarios with their codes, show one (its id), save one with its figures, or take a new one from a YAML file."""
    if what == "saved":
        _tell_saved()
    elif what == "new":
        _keep_new(name or "")
    elif what == "list":
        _tell_all(_base(**asked))
    elif what == "show":
        _tell_chosen(_base(**asked), name or "baseline")
    else:
        _save(_base(**asked), name or "baseline", author, note)
    return OK


def _base(territory: str, measure: str, as_of: str) -> Baseline:
    return policy.baseline(evidence.load(find_root() / "data"), territory, measure=measure, as_of=as_of)


def _tell_all(base: Baseline) -> None:
    for name, scenario in base.store.scenarios.items():
        if "@" not in name and scenario.territory in ("", base.territory):
            print(f"{codes.code(codes.question(base, scenario))}  {name:<22} {scenario.hash}  {both(scenario.name)}")


def _tell_chosen(base: Baseline, name: str) -> None:
    chosen = base.scenario(name)
    asked = codes.question(base, chosen)
    print(f"{both(chosen.name)}\n{chosen.summary.vi}\n{chosen.summary.en}")
    print(f"{chosen.id}@{chosen.version} {chosen.hash}; {codes.code(asked)}\n{codes.short_link(asked)}\n{codes.link(asked)}\n")
    for push in chosen.pushes:
        lever = base.store.scenario_levers[push.lever]
        largest = max((value for _, _, value in push.spans), key=abs)
        before = before_text(policy.happened(base, lever, largest)).vi
        print(f"- {lever.name.vi}: {largest:+g} {words.unit_text(lever.unit).vi} [{push.rating}] {before}")
    table = policy.target_table(base, chosen)
    for row in words.rows_of(table[table["value"].notna()]):
        chance, verdict = words.chance(row["probability"]).vi, words.verdict(row["verdict"]).vi
        print(f"- {row['name_vi']} ({words.short_document(row['document'])}): {chance}, {verdict}")


def _save(base: Baseline, name: str, author: str, note: str) -> None:
    chosen = base.scenario(name)
    print(saved.save(base, chosen, author=author, note=note, moment=datetime.now(UTC)))
    asked = codes.question(base, chosen)
    print(f"{codes.short_link(asked)}\n{codes.link(asked)}")


def _tell_saved() -> None:
    for entry in saved.saved_records(find_root()):
        asked = entry["question"]
        print(f"{entry['code']}  {entry['saved_at'][:10]}  {asked['scenario']['id']}  {asked['territory']}  {entry['author']}: {entry['note']}")


def _keep_new(path: str) -> None:
    """Take a scenario from a YAML file: checked whole, given its version, parent and hash, written into data/scenarios."""
    try:
        content, findings = parse_yaml(read_bounded(Path(path), LARGEST).decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        why = because(error)
        raise EvidenceError(f"{path}: không đọc được ({why.vi}).", f"{path}: cannot be read ({why.en}).") from error
    if findings:
        problem = Text.joined([finding.text for finding in findings], " ")
        raise EvidenceError(f"{path}: {problem.vi}", f"{path}: {problem.en}")
    kept = saved.keep(content if isinstance(content, dict) else {})
    print(f"{kept.id}@{kept.version} {kept.hash} <- {kept.parent} {kept.parent_hash}")


@click.command(cls=Command)
@click.argument("code", metavar="CODE|LINK")
@click.option("--to", type=Path, metavar="FILE", help="ghi sổ tính vào đây / where to write the notebook")
def reopen(code: str, to: Path | None) -> int:
    """Write a notebook that gives the numbers of a code or link again, and say whether they are the same."""
    if link := _view_link(code):
        print(link)
        return OK
    opened = saved.reopen(code, root=find_root())
    print(saved.write_notebook(opened, to or folders.scenarios_folder(find_root()) / "open" / f"{opened.code}.ipynb"))
    for name, numbers in opened.numbers.items():
        median, chance = words.amount(numbers["outcome"], opened.base.study(name).judged_unit).vi, words.chance(numbers["probability"]).vi
        reached = f"; khả năng đạt chỉ tiêu: {chance}" if numbers["target"] else ""
        print(f"- {words.indicator_text(name).vi}, {numbers['years'][-1]}: {median}{reached}")
    if opened.same is None:
        print("Chưa lưu: tính từ số liệu hiện có. / Not saved: computed from today's figures.")
    elif opened.same:
        print(f"Đúng như khi lưu (lệch {opened.difference:.1e}). / Same as saved.")
    else:
        print(f"KHÁC khi lưu / NOT as saved ({opened.difference:.1e}): {'; '.join(map(both, opened.reasons))}")
    return FAILED if opened.same is False else OK


def _view_link(code: str) -> str:
    """The state of the leaders' page that a paper's code stands for; empty where it is no such code."""
    from forecast.publish import published
    from forecast.publish.papers import view

    with contextlib.suppress(ForecastError):
        return "#" + view.find(published.read(find_root()), code).address
    return ""


@click.command(cls=Command)
@click.argument("target", metavar="TARGET")
@click.argument("levers", nargs=-1, metavar="[LEVER]...", help="bỏ trống: tổ hợp ít nỗ lực nhất / none: least-effort mix")
@click.option("--chance", type=float, default=80.0, metavar="PERCENT")
@click.option("--scenario", default="baseline", metavar="ID")
@_of_baseline
def solve(target: str, levers: Sequence[str], chance: float, scenario: str, **asked: str) -> int:
    """What it takes to give a target a chance: one lever or the least-effort mix, and whether that ever happened."""
    base = _base(**asked)
    solution = policy.solve(base, target, chance / 100.0, list(levers), scenario=scenario)
    sentences = solution_sentences(solution, base.store)
    for language in ("vi", "en"):
        print("\n  - ".join(sentence.in_language(language) for sentence in sentences))
    return OK if solution.possible else FAILED


@click.command(cls=Command)
@click.option("--check", is_flag=True, help="chỉ so / compare only")
def golden(check: bool) -> int:
    """Write the golden result beside every scenario file, or only compare."""
    if not check:
        written, refused = results.write(find_root())
        print(*(path.name for path in written), sep="\n")
        for name, why in refused.items():
            print(f"{name}: không có kết quả chuẩn ở đây / no golden result here: {both(why)}")
        return OK
    differences = results.differences(find_root())
    for difference in differences:
        print(both(difference))
    return FAILED if differences else OK
