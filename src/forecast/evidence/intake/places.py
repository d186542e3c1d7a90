"""Territories as tables name them: provinces of the register, regions, the nation, with the office's old and English names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from forecast.evidence.intake.phrases import bare

NATION = "Cả nước"
_NATION = ("ca nuoc", "toan quoc", "whole country", "viet nam", "toan nuoc", "nation")
_REGIONS = {
    "Đồng bằng sông Hồng": "red river delta",
    "Trung du và miền núi phía Bắc": "northern midlands and mountain areas",
    "Bắc Trung Bộ và Duyên hải miền Trung": "north central and central coastal areas",
    "Bắc Trung Bộ": "north central",
    "Duyên hải Nam Trung Bộ": "south central coast",
    "Duyên hải Nam Trung Bộ và Tây Nguyên": "south central coast and central highlands",
    "Tây Nguyên": "central highlands",
    "Đông Nam Bộ": "south east",
    "Đồng bằng sông Cửu Long": "mekong river delta",
    "Vùng kinh tế trọng điểm Bắc Bộ": "northern key economic region",
}
_OLD = {
    "Hà Tây": "ha tay",
    "Thừa Thiên Huế": "thua thien hue",
    "TP. Hồ Chí Minh": "ho chi minh city",
    "Bà Rịa - Vũng Tàu": "ba ria vung tau",
}
_CITIES = ("ha noi", "hai phong", "da nang", "ho chi minh", "can tho", "hue")
_STAGE = re.compile(r"\s*\(?\b(cu|moi|sau sap nhap|truoc sap nhap|sau hop nhat|truoc hop nhat)\b\)?\s*\Z")
_BETWEEN, _PROVINCE, _CITY = (
    re.compile(r"[^\w()]+"),
    re.compile(r"^(?:tinh|t)\s+"),
    re.compile(r"^(?:thanh pho|tp|t p)\s+"),
)
_STAGES = {"cu": "cũ", "truoc sap nhap": "cũ", "truoc hop nhat": "cũ"}
_DISTRICT = re.compile(r"(?:huyen|thanh pho|thi xa|quan|phuong|xa|thi tran|tp|tx)\b\.? ?\S")


@dataclass(frozen=True)
class Places:
    """Names by how they are written without marks; `components` by the plain name of a merged province."""

    names: Mapping[str, str]

    def of(self, text: str) -> str:
        """The territory a whole text names, '' for none: 'Hưng  Yên ', 'Hung Yen', 'TỈNH HƯNG YÊN', 'Hưng Yên (cũ)'."""
        words = _BETWEEN.sub(" ", bare(text)).strip()
        stage = _STAGE.search(words) if words.rstrip(") ").endswith(("cu", "moi", "nhap", "nhat")) else None
        plain = words[: stage.start()] if stage else words
        cut = _PROVINCE.sub("", plain) if plain.startswith("t") else plain
        city = _CITY.sub("", cut) if cut.startswith("t") else cut
        name = self.names.get(cut) or (self.names.get(city, "") if city in _CITIES else "")
        return f"{name} ({_STAGES.get(stage[1], 'mới')})" if name and stage else name

    def within(self, text: str) -> str:
        """The one territory a title names after 'tỉnh' or anywhere; '' for none or several."""
        words = " " + re.sub(r"[^\w()]+", " ", bare(text)) + " "
        hits = [
            (match.start(), match.end(), name)
            for key, name in self.names.items()
            for match in re.finditer(f" {key} ", words)
        ]
        longest = [hit for hit in hits if not any(o[0] <= hit[0] and hit[1] <= o[1] and o != hit for o in hits)]
        longest = [
            hit
            for hit in longest
            if not re.search(r"(?:thanh pho|tp|thi xa|huyen) $", words[: hit[0] + 1]) or bare(hit[2]) in _CITIES
        ]
        names = {name for _, _, name in longest}
        if len(names) != 1:
            return ""
        stage = re.match(r"\s*\(?(cu|moi|sau sap nhap|sau hop nhat|truoc sap nhap)\b", words[longest[0][1] :])
        return longest[0][2] + (f" ({_STAGES.get(stage[1], 'mới')})" if stage else "")

    def near(self, text: str) -> str:
        """The name a misspelt one is nearest to, '' for none."""
        words = re.sub(r"^(?:tinh|thanh pho|tp\.?)\s+", "", bare(text))
        nearest = difflib.get_close_matches(words, self.names, n=1, cutoff=0.84)
        return self.names[nearest[0]] if nearest and nearest[0] != words else ""


def is_district(text: str) -> bool:
    """Whether a label names a part of a province by its rank."""
    return bool(_DISTRICT.match(bare(text)))


@lru_cache(maxsize=8)
def places_of(provinces: tuple[str, ...]) -> Places:
    """The names a table may use, from the Vietnamese names of a register, which say in brackets when a territory existed."""
    names = {key: NATION for key in _NATION}
    for name, english in {**_REGIONS, **_OLD}.items():
        names[re.sub(r"[^\w]+", " ", bare(name)).strip()] = name
        names[english] = name
    for full in provinces:
        name = re.sub(r"\s*\(.*\)", "", full).strip()
        if name not in ("Bình quân các tỉnh",):
            names.setdefault(re.sub(r"[^\w]+", " ", bare(name)).strip(), name)
    return Places(names)
