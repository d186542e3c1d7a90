"""The public doors: what notebooks and scripts may import, name by name, and the papers that point into the code."""

import ast
import importlib
import json
import re

import pytest
from places import PROJECT, SOURCE

DOORS = {
    "forecast.evidence": (
        "CHECKS SCENARIOS Correction Due Evidence Finding Source Territory check digest due find_folder grouped load named overdue pack "
        "registers unpack"
    ),
    "forecast.models": "METHODS predict predict_many",
    "forecast.policy": (
        "Baseline Comparison Joint Outlook Solution baseline catalogue codes compare contributions documents "
        "ecommerce_anatomy happened joint lever_table outcome outlook replays_table sector_rates simulate solutions "
        "solutions_table solve summary tables target_table target_years tornado under_scenario waterfall"
    ),
    "forecast.report": (
        "accounting assumptions evaluation fan figures growth growth_years helpful hiding measured measures methods nation "
        "neighbours now nowcasts origins pit ranks readings record reference reliability replays require_parameters routes "
        "scenario scenarios sectors show sources targets tidy vintages"
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_door_exports_these_names_and_each_is_there(door):
    module = importlib.import_module(door)
    assert sorted(module.__all__) == sorted(DOORS[door].split())
    assert all(hasattr(module, name) for name in module.__all__) and module.__doc__


def test_the_package_says_that_it_is_typed():
    assert (SOURCE / "forecast" / "py.typed").exists()


@pytest.mark.parametrize("path", sorted((PROJECT / "notebooks").glob("0[1-5]_*.ipynb")), ids=lambda path: path.stem)
def test_documents_enter_by_the_doors(path):
    cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    nodes = [node for cell in cells for node in ast.walk(ast.parse("".join(cell["source"])))]
    imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported <= {"forecast", *DOORS}
    names = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert names <= {"evaluation", "evidence", "policy", "report", *DOORS["forecast.report"].split()}


@pytest.mark.parametrize("paper", ["CONTRIBUTING.md", "docs/glossary.md"])
def test_a_paper_names_files_that_exist(paper):
    text = (PROJECT / paper).read_text("utf-8")
    named = set(re.findall(r"`([a-z_]+(?:/[\w.]+)+\.(?:py|j2|js|csv|yml|ipynb))`", text))
    missing = [name for name in named if not (SOURCE / "forecast" / name).exists() and not (PROJECT / name).exists()]
    dotted = set(re.findall(r"`([a-z_]+(?:\.[A-Za-z_]+)+)`", text)) - {"data.levers"}
    for name in dotted:
        parts = name.split(".")
        stem = SOURCE.joinpath("forecast", *(part for part in parts if part.islower()))
        missing += [] if stem.is_dir() or stem.with_suffix(".py").exists() else [name]
    assert missing == []
