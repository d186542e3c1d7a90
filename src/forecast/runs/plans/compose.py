"""Write a plan from a few answers: on the command line, in a terminal's form, or from the advisers' start page."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from forecast import files
from forecast.errors import PlanError
from forecast.evidence.tables import as_yaml
from forecast.runs import folders
from forecast.runs.plans import parameters, plan, rules
from forecast.runs.plans.parameters import MOST_LISTED, OPTIONAL, known_notebooks, known_parameters
from forecast.runs.plans.problems import Problems

COMMENTS = {  # beside each default, for whoever opens the file later
    "horizon_year": "năm xa nhất",
    "as_of": "chỉ dùng số liệu đã công bố đến ngày này; latest = mới nhất hiện có",
    "scenario": "kịch bản",
    "method": "cách dự báo",
    "own_target": "chỉ tiêu tự đặt, như 7 %/năm đến 2030",
    "n_paths": "số đường mô phỏng",
    "seed": "hạt giống: cùng hạt giống thì cùng kết quả",
    "territory": "địa bàn",
    "measure": "nguồn đo",
}
_WHOLE = re.compile(r"\s*[-+]?[0-9]+\s*\Z")  # as a plan file writes it
DEFAULTS = {"horizon_year": 2030, "as_of": "latest", "scenario": "baseline", "method": "default", "n_paths": 2000, "seed": 20260101}


def compose(
    name: str, title: str, notebooks: Sequence[str], chosen: Mapping[str, Sequence[str]], schedule: Sequence[str] = ()
) -> str:
    """The text of a plan that runs `notebooks` with each combination of `chosen` (parameter -> texts of its values).

    Several values make a grid; a combination that a notebook does not take (its measure, say) is left out. Raises PlanError.
    """
    title = " ".join(title.split())  # one line: YAML folds the breaks it knows, such as U+0085
    books = known_notebooks()
    names = {key for book in notebooks if book in books for key in books[book].accepts}
    problems = Problems([problem for key in chosen if notebooks and (problem := parameters.name_problem(key, names))])
    problems.refuse(name)
    typed = {key: [typed_value(key, text) for text in texts] for key, texts in chosen.items()}
    entries = []
    for book in notebooks:
        takes = books[book].accepts if book in books else tuple(typed)
        own = {key: _taken(book, key, values) for key, values in typed.items() if key in takes}
        entry: dict[str, Any] = {"name": f"{name}_{book[:2]}"[:40], "notebook": book}
        fixed = {key: values[0] for key, values in own.items() if len(values) == 1}
        grid = {key: values for key, values in own.items() if len(values) > 1}
        entries.append(entry | ({"parameters": fixed} if fixed else {}) | ({"grid": grid} if grid else {}))
    defaults = {key: value for key, value in DEFAULTS.items() if key not in typed}
    lines = [
        f"# {title}",
        "# Kế hoạch này được tạo bằng 'forecast plan new'. Tên sai, kiểu sai hay giá trị ngoài khoảng đều bị từ chối trước khi chạy.",
        _yaml({"name": name, "title": {"vi": title, "en": title}}),
    ]
    if schedule:
        lines += ["# Tự chạy theo giờ Việt Nam; bật bằng: forecast schedule install", _yaml({"schedule": list(schedule)})]
    lines += ["# Dùng chung cho mọi lượt chạy.", "defaults:"]
    lines += [f"  {_yaml({key: value}).strip()}    # {COMMENTS.get(key, key)}" for key, value in defaults.items()]
    lines += ["", "# grid: mỗi tổ hợp giá trị là một lượt chạy.", _yaml({"runs": entries})]
    return "\n".join(line.rstrip("\n") for line in lines) + "\n"


def write(root: Path, name: str, text: str, *, today: date) -> Path:
    """Check a plan's text as any plan is checked, then write it; PlanError when it is refused or the name is taken."""
    if not parameters.IDENTIFIER.match(name):
        raise PlanError(
            f"Tên kế hoạch '{name}': chỉ dùng chữ thường không dấu, số và dấu gạch dưới, ví dụ quy_4_2026.",
            f"Plan name '{name}': lower-case letters, digits and underscores only, such as quy_4_2026.",
        )
    path = folders.plans_folder(root) / f"{name}.yml"
    if path.exists():
        raise PlanError(f"Đã có kế hoạch {path.name}; hãy chọn tên khác.", f"{path.name} is there already; choose another name.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:  # tried under its own name, which is what a problem calls it
        trial = Path(folder) / path.name
        trial.write_text(text, encoding="utf-8")
        plan.load(trial, root, today=today)
    files.write_whole(path, text)
    return path

def ask(question: Callable[[str], str]) -> dict[str, Any]:
    """The arguments of `compose` from a form in the terminal; `question` shows a line and gives the answer."""
    books = list(known_notebooks())
    listed = "\n".join(f"  {number}. {book}" for number, book in enumerate(books, 1))
    name = question("Tên kế hoạch (mã không dấu, ví dụ quy_4_2026) / plan name: ").strip()
    title = question("Tiêu đề tiếng Việt / title: ").strip() or name
    numbers = _parts(question(f"Sổ tính nào (số, cách nhau bằng dấu phẩy) / which notebooks:\n{listed}\n> "))
    notebooks = [books[int(number) - 1] for number in numbers if number.isdigit() and 1 <= int(number) <= len(books)]
    chosen, parameters = {}, known_parameters()
    accepted = (key for book in notebooks for key in known_notebooks()[book].accepts if key not in OPTIONAL)
    for key in dict.fromkeys(accepted):
        names, more = parameters[key].choices[:MOST_LISTED], ", ..." if len(parameters[key].choices) > MOST_LISTED else ""
        choices = f" [{', '.join(names)}{more}]" if names else ""
        usual = f" (Enter: {DEFAULTS[key]})" if key in DEFAULTS else ""
        if values := _parts(question(f"{key} - {COMMENTS.get(key, '')}{choices}{usual}: ")):
            chosen[key] = values
    rule = question(f"Tự chạy khi nào (Enter: không; ví dụ {rules.EXAMPLES.vi}): ").strip()
    schedule = [rule] if rule else []
    return {"name": name, "title": title, "notebooks": notebooks, "chosen": chosen, "schedule": schedule}


def typed_value(name: str, text: str) -> Any:
    """A value as the schema wants it, from text; a text that is no number stays as it is and is refused with the plan."""
    parameter = known_parameters().get(name)
    kind = parameter.kind if parameter else ""
    return int(text) if kind == "integer" and _WHOLE.match(text) else text


def _taken(book: str, name: str, values: Sequence[Any]) -> list[Any]:
    """The values a notebook takes; all of them where it takes none, so that the check says what it would take."""
    notebook = known_notebooks().get(book)
    choices = notebook.choices.get(name) if notebook else None
    return [value for value in values if choices is None or value in choices] or list(values)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _yaml(content: Mapping[str, Any]) -> str:
    return as_yaml(dict(content))
