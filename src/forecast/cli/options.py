"""What the commands of `forecast` share: how a word reads its line, exit codes, common options, both languages on a line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click

OK, FAILED, REFUSED = 0, 1, 2
PLAN_FILE = click.argument("path", type=Path, metavar="PLAN")
PLAN = click.option("--plan", default="default", show_default=True)
PORT = click.option("--port", type=int, default=8866, show_default=True)
AS_OF = click.option("--as-of", metavar="DATE", help="chỉ dùng số liệu đến ngày này, không công bố / figures known then; not published")


class Command(click.Command):
    """A word of `forecast`; an option that may be given again also takes several values at once: `--only A B`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        repeatable = {name for option in self.params if getattr(option, "multiple", False) for name in option.opts}
        spread: list[str] = []
        current = ""
        for text in args:
            if text.startswith("-"):
                current = text if text in repeatable else ""
            elif current and spread[-1] != current:
                spread.append(current)
            spread.append(text)
        return super().parse_args(ctx, spread)

    def get_short_help_str(self, limit: int = 45) -> str:
        return self.help or ""


class Group(click.Group):
    """A word that other words follow, told in the order they were added."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [" | ".join(self.commands), "..."]


def day(text: str) -> date:
    """The date a person typed; ValueError says how to write it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}': cần ngày dạng 2023-06-30 / a date such as 2023-06-30 is needed") from None


def both(text: Any) -> str:
    """A text in both languages on one line."""
    return f"{text.vi} / {text.en}"


def tell_problems(problems: Iterable[Any]) -> None:
    """Print problems, each in both languages."""
    for problem in problems:
        print(f"{problem.vi}\n    {problem.en}")
