"""What the commands of `forecast` share: how a word reads its line, exit codes, common options, both languages on a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click

OK, FAILED, REFUSED = 0, 1, 2
WRONG = {  # the first that fits
    click.NoSuchCommand: "không có lệnh này",
    click.NoSuchOption: "không có tùy chọn này",
    click.MissingParameter: "còn thiếu một tham số",
    click.BadParameter: "giá trị không hợp lệ",
}
PLAN_FILE = click.argument("path", type=Path, metavar="PLAN")
PLAN = click.option("--plan", default="default", show_default=True)
PORT = click.option("--port", type=click.IntRange(1, 65535), help="mặc định: theo forecast.toml, 8866 / by default as forecast.toml says")
AS_OF = click.option("--as-of", metavar="DATE", help="chỉ dùng số liệu đến ngày này, không công bố / figures known then; not published")


class Formatter(click.HelpFormatter):
    """Click's own words of a help page, Vietnamese first."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, "Cách dùng / usage: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading({"Options": "Tùy chọn / options", "Commands": "Lệnh / commands"}.get(heading, heading))


class Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    """A word of `forecast`; an option that may be given again also takes several values at once: `--only A B`."""

    context_class = Context

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
    context_class = Context

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


def tell_refused(error: click.ClickException) -> None:
    """Say what was wrong with a line that could not be read, Vietnamese first, and where help is."""
    if context := getattr(error, "ctx", None):
        print(context.get_usage(), f"Trợ giúp / help: {context.command_path} --help\n", sep="\n", file=sys.stderr)
    wrong = next((text for kind, text in WRONG.items() if isinstance(error, kind)), "dòng lệnh không hợp lệ")
    print(f"Lỗi: {wrong} / error: {error.format_message()}", file=sys.stderr)


def both(text: Any) -> str:
    """A text in both languages on one line, once where they are the same."""
    return text.vi if text.vi == text.en else f"{text.vi} / {text.en}"


def tell_problems(problems: Iterable[Any]) -> None:
    """Print problems, each in both languages."""
    for problem in problems:
        print(f"{problem.vi}\n    {problem.en}")
