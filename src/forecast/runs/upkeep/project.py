"""A new project folder: data, notebooks, plans and a settings sample, as shipped or for another province."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from forecast import evidence, files, headline
from forecast.domain import Text
from forecast.errors import RunError
from forecast.evidence import blank
from forecast.installation import NAME
from forecast.runs import folders
from forecast.runs.plans import notebook

FOLDERS = ("data", "notebooks", "parameterized_runs/plans", "deploy")
FILES = ("requirements.lock",)
SAMPLE = "forecast.toml"


def lay_out(folder: Path, province: str = "") -> Path:
    """Lay out a project in a new folder, or one that holds nothing but the environment this runs in; its path.

    Raises RunError for a folder that is not empty, EvidenceError for a province nobody knows.
    """
    folder, source = folder.absolute(), files.shipped()
    _, territories = evidence.registers(source / "data")
    home = blank.chosen(province, territories) if province else blank.shipped_home(territories)
    if folder.exists() and (not folder.is_dir() or {*folder.iterdir()} - {Path(sys.prefix)}):
        raise RunError(f"{folder} không trống; hãy chọn thư mục mới.", f"{folder} is not empty; choose a new folder.")
    files.require_room(folder)
    unfinished = Path(tempfile.mkdtemp(prefix=".", dir=folder))  # inside: its owner may have no right to the folder above
    try:
        _copy(source, unfinished)
        if not territories[home[0]].get("headline"):
            _make_another(source, unfinished, home)
        (unfinished / "data" / "incoming").mkdir()
        for path in unfinished.iterdir():
            os.replace(path, folder / path.name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    files.flush_folder(folder)
    return folder


def _copy(source: Path, folder: Path) -> None:
    """What is shipped, and the sample of the settings under a name that changes nothing yet."""
    passing = shutil.ignore_patterns("incoming", ".*", "__pycache__", "da_luu")
    for name in FOLDERS:
        shutil.copytree(source / name, folder / name, ignore=passing)
    for name in FILES:
        shutil.copyfile(source / name, folder / name)
    shutil.copyfile(source / "deploy" / SAMPLE, folder / f"{NAME}.sample")


def _make_another(source: Path, folder: Path, home: tuple[str, ...]) -> None:
    """Put another province's data, words and plans in place of the shipped province's."""
    shutil.rmtree(folder / "data")
    blank.write(source / "data", folder / "data", home)
    now, before = headline.registered(folder), headline.registered(source)
    ids = {name: home[-1] if "pre2025" in name else home[0] for name in before.choices}
    names = headline.home(source), headline.home(folder)
    for path in sorted((folder / "notebooks").glob("*.ipynb")):
        files.write_whole(path, _notebook(path.read_text("utf-8"), ids, names))
    for path in sorted(folders.plans_folder(folder).glob("*.yml")):
        files.write_whole(path, _plan(path.read_text("utf-8"), ids, names, now, path.stem))


def _notebook(text: str, ids: Mapping[str, str], names: tuple[Text, Text]) -> str:
    """A notebook that asks for the province's territory and says nothing only the shipped province can say."""
    book = json.loads(text)
    notebook.leave_out_own_words(book)
    text = json.dumps(book, ensure_ascii=False, indent=1) + "\n"
    return _renamed(text, ids).replace(names[0].vi, names[1].vi)


def _plan(text: str, ids: Mapping[str, str], names: tuple[Text, Text], now: headline.Registers, name: str) -> str:
    """A plan of the province: the default one asks every indicator of each of its territories, that of all provinces leaves it out."""
    plan: dict[str, Any] = yaml.safe_load(_renamed(text, ids))
    plan["title"] = {language: title.replace(names[0].vi, names[1].vi) for language, title in plan["title"].items()}
    if name == "default":
        asked = [run for run in plan["runs"] if "parameters" not in run]
        for study in now.studies.values():
            short = study.notebook.split("_", 1)[1].split("_")[0]
            for territory in now.territories:
                for measure in study.measures:
                    own = {"territory": territory, "measure": measure}
                    asked.append({"name": f"{short}_{territory}_{measure}", "notebook": study.notebook, "parameters": own})
        plan["runs"] = asked
    for run in plan["runs"]:
        if grid := run.get("grid"):
            grid["territory"] = [territory for territory in grid["territory"] if territory not in now.territories]
        if str(run.get("parameters", {}).get("scenario", "")).startswith("official"):
            run["parameters"].pop("scenario")
    return yaml.safe_dump(plan, allow_unicode=True, sort_keys=False, width=120)


def _renamed(text: str, ids: Mapping[str, str]) -> str:
    return re.sub(r"\b(?:" + "|".join(map(re.escape, ids)) + r")\b", lambda match: ids[match[0]], text)
