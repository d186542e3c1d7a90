"""One family of exceptions: each says where, what was found, what was expected and what to do, in two languages."""

from __future__ import annotations


class ForecastError(Exception):
    """A problem a person can act on.

    `vi` and `en` are whole sentences; `str(error)` is the Vietnamese text followed by the English one.
    """

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} | {en}")
        self.vi = vi
        self.en = en


class DomainError(ForecastError):
    """A value that cannot exist in the domain (share of 112 %, quantiles that cross, empty paths)."""


class EvidenceError(ForecastError):
    """Figures, sources, targets or their files that cannot be used as they are."""


class MissingComponentError(EvidenceError):
    """A territory or ratio that cannot be computed because a named component was never published."""


class RefusedError(ForecastError):
    """No forecast can honestly be given (too few points, a gap, an infinite value, a unit jump)."""


class PlanError(ForecastError):
    """A plan or a parameter that was refused before anything started."""


class RunError(ForecastError):
    """A run that could not start, was not finished, or whose record is not whole."""


class PublishError(ForecastError):
    """A page, report or server that cannot be made as it should be."""


class InstallationError(ForecastError):
    """A setting of this installation (forecast.toml, its environment variables, its list of people) that cannot be used."""
