"""The words about figures and the kit: check, series, version."""

from __future__ import annotations

from datetime import date

import click

from forecast import __version__, evidence
from forecast.cli.options import FAILED, OK, Command, day
from forecast.domain import Key, Kind
from forecast.errors import ForecastError
from forecast.files import find_root


@click.command(cls=Command)
@click.option("--quiet", is_flag=True, help="chỉ in lỗi / errors only")
def check(quiet: bool) -> int:
    """Print every finding on the figures with its file and row; 1 when one of them is an error."""
    findings = evidence.check(find_root() / "data")
    errors = [finding for finding in findings if finding.severity == "error"]
    for finding in errors if quiet else findings:
        print(f"[{finding.severity}] {finding.text.vi}\n    {finding.text.en}")
    if errors or not quiet:
        print(f"{len(findings)} phát hiện, {len(errors)} lỗi / {len(findings)} findings, {len(errors)} errors")
    return FAILED if errors else OK


@click.command(cls=Command)
@click.argument("key", metavar="INDICATOR/MEASURE/TERRITORY")
@click.option("--as-of", type=day, metavar="DATE")
@click.option("--kind", type=click.Choice(("level", "growth")), default="level", show_default=True)
def series(key: str, as_of: date | None, kind: Kind) -> int:
    """Print a series with the status, date and source of every figure."""
    parts = key.split("/")
    if len(parts) != 3:
        raise ForecastError(f"'{key}': cần dạng chỉ_tiêu/nguồn_đo/địa_bàn.", f"'{key}': indicator/measure/territory is needed.")
    chosen = evidence.load(find_root() / "data").series(Key(*parts), as_of=as_of, kind=kind)
    print(f"{chosen.key} ({kind}, {chosen.unit}), as of {chosen.as_of}")
    for point in chosen.points:
        facts = (point.status, point.bound, point.vintage, point.source, point.locator)
        print(point.period, f"{point.value:g}", *facts, sep="\t")
    if not chosen.points:
        print("Chưa có số liệu nào. / No figure is known.")
    return OK


@click.command(cls=Command)
def version() -> int:
    """Print the version of the kit."""
    print(__version__)
    return OK
