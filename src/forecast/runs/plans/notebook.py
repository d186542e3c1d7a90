"""What a notebook must look like before a kernel is started for it, and whose words its text is."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from forecast.domain import Text
from forecast.errors import PlanError
from forecast.runs.plans.parameters import OPTIONAL

LARGEST_NOTEBOOK = 5 * 1024 * 1024
OWN_WORDS = "province"  # the tag of a text that only the province the notebook is written for can say
UNWRITTEN = "*Lời riêng của tỉnh: chưa viết. / The province's own words: not written yet.*"


def path_of(root: Path, notebook_id: str) -> Path:
    """Where the notebook with this id lies in the project."""
    return root / "notebooks" / f"{notebook_id}.ipynb"


def problems(path: Path, accepts: Iterable[str]) -> list[Text]:
    """Everything that keeps the notebook at `path` from being run with the parameters `accepts` (A15, A18, A32)."""
    return [f"{path.name}: " + problem for problem in _problems(path, set(accepts))]


def _problems(path: Path, accepts: set[str]) -> Iterator[Text]:
    try:
        cells = _code_cells(path)
    except PlanError as error:
        yield Text(error.vi, error.en)
        return
    tagged = [number for number, cell in enumerate(cells) if "parameters" in _tags(cell)]
    if tagged != [0]:
        yield Text(
            f"cần đúng một ô mã gắn thẻ 'parameters' và ô đó phải là ô mã đầu tiên (thấy {len(tagged)} ô).",
            f"exactly one code cell must be tagged 'parameters' and be the first code cell (found {len(tagged)}).",
        )
        return
    for tag in ("injected-parameters", "raises-exception"):
        if any(tag in _tags(cell) for cell in cells):
            yield Text(f"không dùng thẻ '{tag}'.", f"the tag '{tag}' is not used.")
    try:
        names = set(_literals(_source(cells[0])))
    except (SyntaxError, ValueError):
        yield Text(
            "ô 'parameters' chỉ được gán các giá trị trực tiếp (tên = giá trị).",
            "the 'parameters' cell may only assign literals (name = value).",
        )
        return
    for name in sorted(accepts - names - OPTIONAL):
        yield Text(f"ô 'parameters' thiếu '{name}'.", f"the 'parameters' cell lacks '{name}'.")
    for name in sorted(names - accepts):
        yield Text(
            f"ô 'parameters' có '{name}', không có trong khai báo tham số của sổ này.",
            f"the 'parameters' cell has '{name}', which the schema of this notebook does not know.",
        )


def sources(path: Path) -> list[str]:
    """The sources of the code cells, in order."""
    return [_source(cell) for cell in _code_cells(path)]


def defaults(path: Path) -> dict[str, Any]:
    """What the notebook's parameters cell assigns; PlanError when it does anything else."""
    try:
        return _literals(sources(path)[0])
    except (IndexError, SyntaxError, ValueError):
        raise PlanError(f"{path.name}: ô 'parameters' không đọc được.", f"{path.name}: no readable 'parameters' cell.") from None


def imports(path: Path) -> list[str]:
    """The modules the notebook's code cells import, names imported from a package included (they may be modules)."""
    modules: list[str] = []
    for source in sources(path):
        try:
            nodes = list(ast.walk(ast.parse(source)))
        except SyntaxError:
            continue
        for node in nodes:
            if isinstance(node, ast.Import):
                modules.extend(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.extend([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    return list(dict.fromkeys(modules))


def leave_out_own_words(book: Mapping[str, Any]) -> None:
    """Of the texts that only its province can say leave a notebook the headings, and say so below them."""
    for cell in book["cells"]:
        if OWN_WORDS in _tags(cell):
            cell["source"] = _source(cell).split("\n")[0] + "\n" + UNWRITTEN
            cell["metadata"]["tags"].remove(OWN_WORDS)


def speak_of(book: Mapping[str, Any], ours: str, theirs: str) -> None:
    """Let the texts of a notebook written for the province `ours` speak of `theirs`: title, headings and text."""
    leave_out_own_words(book)
    texts: list[tuple[MutableMapping[str, Any], str]] = [(cell, "source") for cell in book["cells"] if cell["cell_type"] == "markdown"]
    for holder, key in [*texts, (book["metadata"], "title")]:
        if key in holder:
            holder[key] = holder[key].replace(ours, theirs)


def _literals(source: str) -> dict[str, Any]:
    """The names and literal values a cell assigns; ValueError or SyntaxError when it does anything else."""
    values: dict[str, Any] = {}
    for statement in ast.parse(source).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
            raise ValueError("not an assignment")
        for target in targets:
            if not isinstance(target, ast.Name):
                raise ValueError("not a name")
            values[target.id] = ast.literal_eval(statement.value)
    return values


def _code_cells(path: Path) -> list[Mapping[str, Any]]:
    try:
        if path.stat().st_size > LARGEST_NOTEBOOK:
            raise PlanError("sổ tính quá lớn (quên xóa kết quả?).", "the notebook is too large (outputs not cleared?).")
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["nbformat"] != 4 or not isinstance(content["cells"], list):
            raise KeyError("nbformat")
        return [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    except FileNotFoundError:
        raise PlanError("không có sổ tính này.", "there is no such notebook.") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise PlanError(
            "không phải sổ tính Jupyter đọc được (JSON, nbformat 4).",
            "not a readable Jupyter notebook (JSON, nbformat 4).",
        ) from None


def _tags(cell: Mapping[str, Any]) -> Sequence[str]:
    return cell.get("metadata", {}).get("tags", [])


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
