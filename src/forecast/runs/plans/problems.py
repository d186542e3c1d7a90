"""Everything wrong with a plan, collected, so that it is refused once with all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from forecast.domain import Text
from forecast.errors import PlanError


@dataclass(frozen=True)
class Problems:
    """The problems of one plan; `where` (a run, an entry) is said before each that is added."""

    texts: list[Text] = field(default_factory=list)
    where: str = ""

    def under(self, where: str) -> Problems:
        """The same list, for what is wrong below `where`."""
        return Problems(self.texts, where)

    def add(self, vi: str, en: str) -> None:
        """One more problem, in both languages."""
        self.texts.append(f"{self.where}: " + Text(vi, en) if self.where else Text(vi, en))

    def extend(self, texts: Iterable[Text]) -> None:
        """Problems found elsewhere."""
        for text in texts:
            self.add(text.vi, text.en)

    def refuse(self, plan: str) -> None:
        """Raise PlanError naming them all, one a line; nothing happens where there is none."""
        if self.texts:
            count, lines = len(self.texts), Text.joined(["  - " + text for text in self.texts], "\n")
            raise PlanError(
                f"Kế hoạch {plan} bị từ chối, chưa chạy gì ({count} lỗi):\n{lines.vi}",
                f"Plan {plan} was refused, nothing was started ({count} problems):\n{lines.en}",
            )
