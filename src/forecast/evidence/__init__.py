"""The evidence room: the only reader of data/, its checks, the conflict rule and the territory rules."""

from forecast.evidence.checks import CHECKS
from forecast.evidence.deadlines import Due, due, grouped, named, overdue
from forecast.evidence.findings import Finding
from forecast.evidence.records import Correction, Source, Territory
from forecast.evidence.scenarios import FOLDER as SCENARIOS
from forecast.evidence.snapshot import pack, unpack
from forecast.evidence.store import Evidence, check, digest, find_folder, load, registers

__all__ = [
    "CHECKS",
    "SCENARIOS",
    "Correction",
    "Due",
    "Evidence",
    "Finding",
    "Source",
    "Territory",
    "check",
    "digest",
    "due",
    "find_folder",
    "grouped",
    "load",
    "named",
    "overdue",
    "pack",
    "registers",
    "unpack",
]
