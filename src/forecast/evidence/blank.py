"""The data another province begins with: the nation, every province's published figures, and nothing that is this province's own.

Sources that speak of the shipped province only go with their figures; so do its targets, the order they lead in, its corrections, its
own scenarios. What statistics offices and ministries published of all provinces stays, of the new one too.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from forecast.errors import EvidenceError
from forecast.evidence import notes
from forecast.evidence.content import CORRECTIONS, INDICATORS, OBSERVATIONS, SOURCES, TARGETS, TERRITORIES
from forecast.evidence.intake.phrases import bare
from forecast.evidence.scenarios import FOLDER
from forecast.evidence.store import registers

Registers = Mapping[str, Mapping[str, Any]]
_RANK = re.compile(r"^(?:tinh|thanh pho|tp\.?)\s+")
_ENTRY = re.compile(r"(?m)^(?=- id: |[a-z_0-9]+:$)")  # of a register: a list's, or a mapping's
_GOLDEN = ".golden.csv"
REWORDED = {  # where a text means the shipped province by "the province"; each stands in its file
    "assumptions.yml": (
        ("{vi: \"Khoảng 1,1 nghìn tỷ trên 16,4 tỷ USD", "{vi: \"Mượn của Hưng Yên: khoảng 1,1 nghìn tỷ trên 16,4 tỷ USD"),
        ("en: \"About 1,100 billion on 16.4", "en: \"Borrowed from Hưng Yên: about 1,100 billion on 16.4"),
    ),
    "levers.yml": (
        ("Đề án 571 muốn", "Đề án 571 của Hưng Yên muốn"),
        ("en: \"Programme 571 ", "en: \"Hưng Yên's Programme 571 "),
        ("tỉnh chưa công bố", "tỉnh chưa có trong số liệu"),
        ("The province has published no split", "No split of the province is among the figures"),
        ("is not published for the province", "of the province is not among the figures"),
    ),
    "scenarios/ambitious.yml": (
        ("của quy hoạch tỉnh", "của quy hoạch tỉnh Hưng Yên"),
        ("in line with the provincial plan's", "in line with Hưng Yên's provincial plan:"),
    ),
}


def chosen(name: str, territories: Registers) -> tuple[str, ...]:
    """The ids a name means, today's first: a province since July 2025 and the one of the same name before; EvidenceError with the nearest names."""
    provinces = {key: _plain(facts) for key, facts in territories.items() if facts.get("kind", "province") == "province"}
    wanted = _RANK.sub("", bare(name))
    named = [name] if name in provinces else [key for key, plain in provinces.items() if plain == wanted]
    today = [key for key in named if "valid_to" not in territories[key]] or named
    if not today:
        labels = {word: str(territories[key]["name"]["vi"]) for key in provinces for word in (key, provinces[key])}
        near = difflib.get_close_matches(wanted, labels, n=3, cutoff=0.5)
        listed = "; ".join(dict.fromkeys(labels[word].split(" (")[0] for word in near)) or "data/territories.yml"
        raise EvidenceError(
            f"--province: không có tỉnh '{name}'. Gần nhất: {listed}. Viết tên tỉnh, hoặc mã trong data/territories.yml.",
            f"--province: there is no province '{name}'. Nearest: {listed}. Write a province's name, or an id of data/territories.yml.",
        )
    parts = territories[today[0]].get("components", ())
    return (today[0], *(part for part in parts if provinces[part] == provinces[today[0]]))


def shipped_home(territories: Registers) -> tuple[str, ...]:
    """The territories the data as shipped are the own ones of, with their components."""
    marked = [name for name, facts in territories.items() if facts.get("headline")]
    return tuple(dict.fromkeys([*marked, *(part for name in marked for part in territories[name].get("components", ()))]))


def write(source: Path, folder: Path, home: tuple[str, ...]) -> None:
    """Write the data of `source` into the new folder `folder` for the province whose territories are `home`."""
    _, territories = registers(source)
    parts = (part for name in home for part in territories[name].get("components", ()))
    former = set(shipped_home(territories)) - {*home, *parts}
    texts = {str(path.relative_to(source)): path.read_text("utf-8") for path in sorted(source.rglob("*")) if _goes_along(path, source, former)}
    for name, pairs in REWORDED.items():
        for old, new in pairs:
            assert old in texts[name], (name, old)
            texts[name] = texts[name].replace(old, new)
    texts[OBSERVATIONS] = _figures(texts[OBSERVATIONS], former)
    texts[TARGETS] = _rows(texts[TARGETS], lambda row: row["territory"] not in former)
    texts[INDICATORS] = _without_leads(texts[INDICATORS], shipped_home(territories))
    texts[TERRITORIES] = _marked(texts[TERRITORIES], home)
    names = [*former, *{str(territories[name]["name"]["vi"]).split(" (")[0] for name in former}]
    for register in (CORRECTIONS, "calendar.yml"):
        texts[register] = "".join(entry for entry in _ENTRY.split(texts[register]) if not any(name in entry for name in names))
    asked = set(re.findall(r"\w+", "\n".join(text for name, text in texts.items() if name not in (SOURCES, notes.FILE))))
    texts[SOURCES] = _rows(texts[SOURCES], lambda row: row["source"] in asked)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _goes_along(path: Path, source: Path, former: set[str]) -> bool:
    """Every register and table; of the scenarios those that name no territory of the shipped province, without golden results."""
    if not path.is_file() or path.name.endswith(_GOLDEN) or "incoming" in path.relative_to(source).parts:
        return False
    return path.parent.name != FOLDER or not any(name in path.read_text("utf-8") for name in former)


def _figures(text: str, former: set[str]) -> str:
    """Figures of the shipped province stay where their source speaks of others too."""
    elsewhere = {row["source"] for row in csv.DictReader(io.StringIO(text)) if row["territory"] not in former}
    return _rows(text, lambda row: row["territory"] not in former or row["source"] in elsewhere)


def _rows(text: str, keep: Callable[[dict[str, str]], bool]) -> str:
    """The lines of a table whose row `keep` wants."""
    reader, stream = csv.DictReader(io.StringIO(text)), io.StringIO()
    out = csv.DictWriter(stream, reader.fieldnames or (), lineterminator="\n")
    out.writeheader()
    out.writerows(row for row in reader if keep(row))
    return stream.getvalue()


def _without_leads(text: str, shipped: Iterable[str]) -> str:
    """The register of indicators without the shipped province's order of targets and the rates its programme asks for."""
    return re.sub(rf"(?m)^ +(?:(?:{'|'.join(map(re.escape, shipped))}): \[|asked:).*\n", "", text)


def _marked(text: str, home: tuple[str, ...]) -> str:
    """The register of territories with `headline: true` at those of `home` alone."""
    lines = text.replace(", headline: true", "").splitlines(keepends=True)
    return "".join(re.sub(r"\}\n\Z", ", headline: true}\n", line) if line.split(":")[0] in home else line for line in lines)


def _plain(facts: Mapping[str, Any]) -> str:
    """A territory's name without marks, rank and what its brackets say."""
    return _RANK.sub("", bare(str(facts["name"]["vi"]).split(" (")[0]))
