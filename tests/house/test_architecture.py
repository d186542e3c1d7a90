"""The house as DESIGN draws it, read from the code itself."""

import ast
import json
import re
import statistics
import tomllib
from functools import cache

import pytest
from places import PROJECT, SOURCE

PACKAGE = SOURCE / "forecast"
ORDER = {  # of each package, its rooms; each imports only from those before it
    "": (
        *("errors", "domain", "units", "columns", "files", "memo", "installation", "people", "ledger", "evidence", "headline", "models"),
        *("evaluation", "policy", "runs", "publish", "report", "cli"),
    ),
    "models": ("series", "provincial", "learning"),
    "policy": ("levers", "outlooks", "scenarios", "recorded"),
    "runs": ("folders", "plans", "records", "publication", "processes", "execution", "scenarios", "upkeep"),
    "publish": (
        *("words", "charts", "templating", "exhibits", "shell", "published"),
        *("leaders", "register", "papers", "static", "notebooks", "advisers", "serving"),
    ),
}
MOST = {"publish": (14, 6), "runs": (9, 6), "policy": (6, 6)}  # rooms and floors at the first level
HEAVY = ("statsmodels", "prophet", "papermill", "scipy")
FILES = sorted(PACKAGE.rglob("*.py"))
BESIDE = sorted(path for folder in ("benchmarks", "docs", "deploy") for path in (PROJECT / folder).rglob("*.py"))
VAGUE = {"found", "item", "known", "one", "place", "said", "whole"}  # a name is the thing's: rows, series, run, folder, seconds
NOTEBOOKS = sorted(path for path in (PROJECT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


def room_of(path, package=""):
    """The room of a file below a package, by its first folder or its own name; empty for what lies outside or opens the package."""
    folder = PACKAGE / package
    part = path.relative_to(folder).parts[0].removesuffix(".py") if path.is_relative_to(folder) else ""
    return "" if part.startswith("__") else part


@cache
def rooms(package):
    return {room_of(path, package) for path in FILES} - {""}


@cache
def arrows(package):
    return tuple(_arrows(package))


def _arrows(package):
    """(room, other room, file) for every import that crosses from one room of a package into another."""
    prefix = ".".join(filter(None, ["forecast", package]))
    for path in FILES:
        for module in imports_of(path) if room_of(path, package) else ():
            other = module.removeprefix(f"{prefix}.").split(".")[0] if module.startswith(f"{prefix}.") else ""
            if other in rooms(package) and other != room_of(path, package):
                yield room_of(path, package), other, path


def floors(package):
    """The floor of each room: one above the highest room it imports from."""
    below = {room: {other for one, other, _ in arrows(package) if one == room} for room in rooms(package)}
    floor = {}
    for room in ORDER[package]:
        floor[room] = 1 + max((floor[other] for other in below.get(room, ())), default=0)
    return floor


@cache
def imports_of(path):
    return tuple(_imports_of(path))


def _imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "forecast":
                yield from (f"forecast.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def code_cells(path):
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("package", ORDER)
def test_a_room_imports_only_from_the_rooms_before_it(package):
    order = ORDER[package]
    assert rooms(package) <= set(order)
    assert [f"{path.relative_to(PACKAGE)} -> {other}" for room, other, path in arrows(package) if order.index(other) > order.index(room)] == []


@pytest.mark.parametrize(("package", "most"), MOST.items())
def test_the_big_packages_are_a_plan(package, most):
    assert (len(rooms(package)), max(floors(package).values())) <= most and len(rooms(package)) <= most[0]
    assert max(floors(package).values()) <= most[1]


def test_production_never_imports_what_relearns():
    learning = PACKAGE / "models" / "learning"
    outside = [path for path in FILES if not path.is_relative_to(learning)]
    assert [path for path in outside if any(name.startswith("forecast.models.learning") for name in imports_of(path))] == []


def lengths(path):
    """The lines of a file and of its longest function."""
    text = path.read_text(encoding="utf-8")
    defined = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [node.end_lineno - node.lineno + 1 for node in ast.walk(ast.parse(text)) if isinstance(node, defined)]
    return len(text.splitlines()), max(functions, default=0)


def test_files_and_functions_are_short(capsys):
    measured = {path: lengths(path) for path in FILES}
    median = statistics.median(lines for lines, _ in measured.values())
    with capsys.disabled():
        print()
        for package in MOST:
            between = {(room, other) for room, other, _ in arrows(package)}
            print(f"  {package}: {len(rooms(package))} rooms, {max(floors(package).values())} floors, {len(between)} arrows")
        print(f"  {len(FILES)} files, median {median:.0f} lines, longest {max(lines for lines, _ in measured.values())}")
    assert [path for path, (lines, _) in measured.items() if lines > 350] == []
    assert [path for path, (_, function) in measured.items() if function > 40] == []
    assert median < 120


@pytest.mark.parametrize("path", BESIDE, ids=lambda path: path.name)
def test_what_stands_beside_the_package_is_as_short(path):
    """Benchmarks, pictures and bundle keep the sizes of the package."""
    lines, function = lengths(path)
    assert lines <= 350 and function <= 40


def names_of(path):
    """(line, name) of every variable, argument, field, function and class that a file names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler)):
            yield node.lineno, node.name


@pytest.mark.parametrize("path", [*FILES, *BESIDE], ids=lambda path: path.name)
def test_a_name_says_the_thing(path):
    """No file of the package, benchmarks, docs and deploy calls anything found, item, known, one, place, said or whole."""
    assert [(line, name) for line, name in names_of(path) if name in VAGUE] == []


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
def test_one_parameters_cell_of_literals_first(path):
    """A document has one parameters cell of literals and it comes first."""
    tagged = [place for place, cell in enumerate(code_cells(path)) if "parameters" in cell["metadata"].get("tags", [])]
    assert tagged == [0]
    for node in ast.parse("".join(code_cells(path)[0]["source"])).body:
        assert isinstance(node, (ast.Assign, ast.AnnAssign))
        ast.literal_eval(node.value)


def test_environment_yml_equals_pyproject():
    """Environment yml holds the packages and pins of pyproject."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *project["optional-dependencies"]["test"],
        *project["optional-dependencies"]["build"],
    ]
    conda_names = {"jupyter-server": "jupyter_server", "jupyter-scheduler": "jupyter_scheduler", "playwright": "playwright-python"}
    pins = dict(line.split("==") for line in wanted)
    text = (PROJECT / "environment.yml").read_text("utf-8")
    found = dict(re.findall(r"^\s*- ([a-z][\w.-]*)==?([\d.a-z]+)$", text, re.M))
    assert found == {conda_names.get(name, name): pin for name, pin in pins.items()}
    assert f"python {project['requires-python']}" in text


def test_lock_is_hashed_without_addresses():
    """The lock pins every dependency with hashes and names no address."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = (PROJECT / "requirements.lock").read_text("utf-8")
    for line in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        assert f"\n{line} \\\n    --hash=sha256:" in "\n" + lock, line
    assert not re.search(r"https?://|index-url|find-links", lock)


def test_peers_lock_is_hashed_without_addresses():
    """The lock of the benchmarks peers is hashed and names no address."""
    lock = (PROJECT / "requirements-peers.lock").read_text("utf-8")
    pinned = re.findall(r"^[a-z][\w.-]*==[\w.]+.*\n    --hash=sha256:", lock, re.M)
    assert len(pinned) == len(re.findall(r"^[a-z]", lock, re.M)) > 10
    assert "\nstatsforecast==" in lock and not re.search(r"https?://|index-url|find-links", lock)


def test_makefile_commands_exist_once():
    """Every command of the makefile is written once and every name it promises exists."""
    text = (PROJECT / "Makefile").read_text("utf-8")
    written = re.findall(r"^([a-z-]+):", text, re.MULTILINE)
    promised = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split()
    assert sorted(written) == sorted(set(written)) and set(promised) <= set(written)
