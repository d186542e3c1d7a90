"""The house as DESIGN draws it, read from the code itself."""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "forecast"
ROOMS = (
    *("errors", "units", "domain", "columns", "chained", "evidence", "models", "evaluation", "policy", "runs", "publish"),
    *("cli_scenarios", "cli_runs", "cli"),
)
HEAVY = ("statsmodels", "prophet", "papermill", "scipy")
FILES = sorted(SOURCE.rglob("*.py"))
NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


def room_of(path):
    part = path.relative_to(SOURCE).parts[0]
    return part.removesuffix(".py")


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "forecast":
                yield from (f"forecast.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def code_cells(path):
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_from_the_rooms_before_it(path):
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    for module in imports_of(path):
        if module.startswith("forecast."):
            other = module.split(".")[1]
            if other in ROOMS:
                assert ROOMS.index(other) <= ROOMS.index(room), f"{path.name} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_no_file_or_function_is_named_utils_helper_or_manager():
    names = [path.stem for path in FILES]
    defined = (ast.FunctionDef, ast.ClassDef)
    for path in FILES:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        names += [node.name for node in nodes if isinstance(node, defined)]
    assert not [name for name in names if re.search(r"util|helper|manager", name, re.I)]


def test_nothing_reads_or_writes_pickle():
    assert not [path for path in FILES if re.search(r"\bpickle\b|allow_pickle=True|joblib", path.read_text("utf-8"))]


def test_publish_and_its_imports_never_reach_the_heavy_packages():
    for path in FILES:
        if room_of(path) == "publish":
            assert not [name for name in imports_of(path) if name.split(".")[0] in HEAVY], path


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_thin_and_committed_without_outputs(path):
    cells = code_cells(path)
    assert len(cells) <= 12
    for cell in cells:
        text = "".join(cell["source"])
        assert len(text.splitlines()) <= 8, text
        assert not cell["outputs"] and cell["execution_count"] is None
        assert not re.search(r"^\s*(def|class) |https?://|/home/|\.\./", text, re.M), text


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p.parent.name == "notebooks"], ids=lambda path: path.name)
def test_a_document_has_one_parameters_cell_of_literals_and_it_comes_first(path):
    tagged = [place for place, cell in enumerate(code_cells(path)) if "parameters" in cell["metadata"].get("tags", [])]
    assert tagged == [0]
    for node in ast.parse("".join(code_cells(path)[0]["source"])).body:
        assert isinstance(node, ast.Assign)
        ast.literal_eval(node.value)


def test_environment_yml_holds_the_packages_and_pins_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *project["optional-dependencies"]["test"],
        *project["optional-dependencies"]["build"],
    ]
    conda_names = {"jupyter-server": "jupyter_server", "jupyter-scheduler": "jupyter_scheduler", "playwright": "playwright-python"}
    pins = dict(line.split("==") for line in wanted)
    text = (ROOT / "environment.yml").read_text("utf-8")
    found = dict(re.findall(r"^\s*- ([a-z][\w.-]*)==?([\d.a-z]+)$", text, re.M))
    assert found == {conda_names.get(name, name): pin for name, pin in pins.items()}
    assert f"python {project['requires-python']}" in text


def test_the_lock_pins_every_dependency_with_hashes_and_names_no_address():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for line in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        assert f"\n{line} \\\n    --hash=sha256:" in "\n" + lock, line
    assert not re.search(r"https?://|index-url|find-links", lock)


def test_the_lock_of_the_benchmarks_peers_is_hashed_and_names_no_address():
    lock = (ROOT / "requirements-peers.lock").read_text("utf-8")
    pinned = re.findall(r"^[a-z][\w.-]*==[\w.]+.*\n    --hash=sha256:", lock, re.M)
    assert len(pinned) == len(re.findall(r"^[a-z]", lock, re.M)) > 10
    assert "\nstatsforecast==" in lock and not re.search(r"https?://|index-url|find-links", lock)


def test_every_command_of_the_makefile_is_written_once_and_every_name_it_promises_exists():
    text = (ROOT / "Makefile").read_text("utf-8")
    written = re.findall(r"^([a-z-]+):", text, re.MULTILINE)
    promised = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split()
    assert sorted(written) == sorted(set(written)) and set(promised) <= set(written)
