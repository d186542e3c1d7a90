"""The commands about scenarios: scenario, open, solve, golden; each thin."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

Command = Callable[..., argparse.ArgumentParser]


def scenario(options: argparse.Namespace) -> int:
    """List scenarios with their codes, show one, save one with its figures, or take a new one from a file."""
    return {"list": _list, "show": _show, "save": _save, "new": _new, "saved": _saved}[options.what](options)


def _base(options: argparse.Namespace):
    from forecast import evidence, policy
    from forecast.files import find_root

    store = evidence.load(find_root() / "data")
    return policy.baseline(store, options.territory, measure=options.measure, as_of=options.as_of)


def _list(options: argparse.Namespace) -> int:
    from forecast.policy.scenarios import codes

    base = _base(options)
    for name, item in base.store.scenarios.items():
        if "@" not in name and item.territory in ("", base.territory):
            code = codes.code(codes.question(base, item))
            print(f"{code}  {name:<22} {item.hash}  {item.name.vi} / {item.name.en}")
    return 0


def _show(options: argparse.Namespace) -> int:
    from forecast import policy
    from forecast.policy.scenarios import codes
    from forecast.publish import words
    from forecast.publish.words.scenarios import before_text

    base = _base(options)
    chosen = base.scenario(options.name or "baseline")
    asked = codes.question(base, chosen)
    print(f"{chosen.name.vi} / {chosen.name.en}\n{chosen.summary.vi}\n{chosen.summary.en}")
    print(f"{chosen.id}@{chosen.version} {chosen.hash}; {codes.code(asked)}\n{codes.short_link(asked)}\n{codes.link(asked)}\n")
    for item in chosen.pushes:
        lever = base.store.scenario_levers[item.lever]
        largest = max((value for _, _, value in item.spans), key=abs)
        said = before_text(policy.happened(base, lever, largest), "vi")
        print(f"- {lever.name.vi}: {largest:+g} {words.unit_text(lever.unit, 'vi')} [{item.rating}] {said}")
    table = policy.target_table(base, chosen)
    for row in words.rows_of(table[table["value"].notna()]):
        verdict = words.verdict(row["verdict"], "vi")
        print(f"- {row['name_vi']} ({words.short_document(row['document'])}): {words.chance(row['probability'], 'vi')}, {verdict}")
    return 0


def _save(options: argparse.Namespace) -> int:
    from forecast.policy.scenarios import codes
    from forecast.runs.scenarios import saved

    base = _base(options)
    chosen = base.scenario(options.name or "baseline")
    code = saved.save(base, chosen, author=options.author, note=options.note, moment=datetime.now(UTC))
    asked = codes.question(base, chosen)
    print(f"{code}\n{codes.short_link(asked)}\n{codes.link(asked)}")
    return 0


def _saved(_options: argparse.Namespace) -> int:
    from forecast.files import find_root
    from forecast.runs.scenarios import saved

    for item in saved.saved_codes(find_root()):
        asked = item["question"]
        print(f"{item['code']}  {item['saved_at'][:10]}  {asked['scenario']['id']}  {asked['territory']}  {item['author']}: {item['note']}")
    return 0


def _new(options: argparse.Namespace) -> int:
    """Take a scenario from a YAML file: checked whole, given its version, parent and hash, written into data/scenarios."""
    import yaml

    from forecast.errors import EvidenceError
    from forecast.runs.scenarios import saved

    try:
        content = yaml.safe_load(Path(options.name or "").read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EvidenceError(f"{options.name}: không đọc được ({error}).", f"{options.name}: cannot be read ({error}).") from error
    kept = saved.keep(content if isinstance(content, dict) else {})
    print(f"{kept.id}@{kept.version} {kept.hash} <- {kept.parent} {kept.parent_hash}")
    return 0


def reopen(options: argparse.Namespace) -> int:
    """Write a notebook that gives the numbers of a code or link again, and say whether they are the same."""
    from forecast import files
    from forecast.publish import words
    from forecast.runs.scenarios import saved

    root = files.find_root()
    opened = saved.reopen(options.code, root=root)
    path = options.to or saved.folder(root) / "open" / f"{opened.code}.ipynb"
    print(saved.write_notebook(opened, path))
    for name, item in opened.numbers.items():
        median, chance = words.amount(item["outcome"], opened.base.study(name).judged_unit, "vi"), words.chance(item["probability"], "vi")
        reached = f"; khả năng đạt chỉ tiêu: {chance}" if item["target"] else ""
        print(f"- {words.indicator_text(name, 'vi')}, {item['years'][-1]}: {median}{reached}")
    if opened.same is None:
        print("Chưa lưu: tính từ số liệu hiện có. / Not saved: computed from today's figures.")
    elif opened.same:
        print(f"Đúng như khi lưu (lệch {opened.difference:.1e}). / Same as saved.")
    else:
        why = "; ".join(f"{item.vi} / {item.en}" for item in opened.reasons)
        print(f"KHÁC khi lưu / NOT as saved ({opened.difference:.1e}): {why}")
    return 0 if opened.same is not False else 1


def solve(options: argparse.Namespace) -> int:
    """What it takes to give a target a chance: one lever or the least-effort mix, and whether that ever happened."""
    from forecast import policy
    from forecast.publish.words.scenarios import solution_sentences

    base = _base(options)
    found = policy.solve(base, options.target, options.chance / 100.0, options.levers, scenario=options.scenario)
    for language in ("vi", "en"):
        print("\n  - ".join(solution_sentences(found, base.store, language)))
    return 0 if found.possible else 1


def golden(options: argparse.Namespace) -> int:
    """Write the golden result beside every scenario file, or only compare."""
    from forecast.files import find_root
    from forecast.runs.scenarios import golden as results

    if options.check:
        found = results.differences(find_root())
        for item in found:
            print(f"{item.vi} / {item.en}")
        return 1 if found else 0
    for path in results.write(find_root()):
        print(path.name)
    return 0


def add(command: Command) -> None:
    """Add the commands to the parser of `forecast`."""
    one = command(scenario, "kịch bản: liệt kê, xem, lưu, thêm / scenarios: list, show, save, new")
    one.add_argument("what", nargs="?", default="list", choices=("list", "show", "save", "new", "saved"))
    one.add_argument("name", nargs="?", metavar="ID|FILE", help="mã kịch bản, hoặc tệp YAML cho 'new' / id, or file for 'new'")
    one.add_argument("--author", default="", metavar="NAME", help="người lưu / who saves it")
    one.add_argument("--note", default="", metavar="TEXT")
    _place(one)
    two = command(reopen, "mở lại một kịch bản bằng mã hay liên kết / reopen a scenario by code or link", "open")
    two.add_argument("code", metavar="CODE|LINK")
    two.add_argument("--to", type=Path, metavar="FILE", help="ghi sổ tính vào đây / where to write the notebook")
    three = command(solve, "cần gì để đạt một chỉ tiêu / what it would take")
    three.add_argument("target", metavar="TARGET")
    three.add_argument("levers", nargs="*", metavar="LEVER", help="bỏ trống: tổ hợp ít nỗ lực nhất / none: least-effort mix")
    three.add_argument("--chance", type=float, default=80.0, metavar="PERCENT")
    three.add_argument("--scenario", default="baseline", metavar="ID")
    _place(three)
    command(golden, "ghi lại kết quả chuẩn của kịch bản / write the golden results").add_argument(
        "--check", action="store_true", help="chỉ so / compare only"
    )


def _place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--territory", default="hung_yen_2025", choices=("hung_yen_2025", "hung_yen_pre2025", "thai_binh_pre2025"))
    parser.add_argument("--measure", default="nso", choices=("nso", "mic"))
    parser.add_argument("--as-of", default="latest", metavar="DATE")
