"""Panels of other countries for the bridge, from files the reader fetches; none is shipped. The kit learns nothing from them.

`Produc.csv`: gross state product and employment of 48 US states, 1970-1986 (Munnell 1990; in the R package plm, copied by
vincentarelbundock/Rdatasets, csv/plm/Produc.csv). `gdpperemployee.csv`: real GDP per employed person by country, 1991-2023
(ILOSTAT modelled estimates, 2024-25 are projections: cut), CC BY 4.0, open-numbers/ddf--gapminder--systema_globalis,
countries-etc-datapoints/ddf--datapoints--gdpperemployee_us_inflation_adjusted--by--geo--time.csv.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from forecast.evaluation.hiding import GapPanel

STATES, COUNTRIES = "Produc.csv", "gdpperemployee.csv"
LAST_ESTIMATE = 2023
MEMBERS = {
    "15 countries of the European Union": "aut bel deu dnk esp fin fra gbr grc irl ita lux nld prt swe",
    "18 countries of Asia": "bgd chn hkg idn ind jpn khm kor lao lka mmr mng mys npl pak phl sgp tha",
}


def read_panels(folder: Path) -> Iterator[tuple[str, GapPanel]]:
    """(what it is, the panel) of each file present in `folder`."""
    if (folder / STATES).is_file():
        states = pd.read_csv(folder / STATES)
        output, employed = (states.pivot(index="state", columns="year", values=column) for column in ("gsp", "emp"))
        nation = np.log(output.sum() / employed.sum())
        yield "48 states of the US", panel_of(np.log(output / employed), nation, np.log(employed).sub(np.log(employed.sum())))
    if (folder / COUNTRIES).is_file():
        table = pd.read_csv(folder / COUNTRIES).set_axis(["geo", "year", "level"], axis=1)
        levels = np.log(table[table["year"] <= LAST_ESTIMATE].pivot(index="geo", columns="year", values="level"))
        for name, members in MEMBERS.items():
            region = levels.loc[members.split()]
            yield name, panel_of(region, region.mean(), region * 0.0)


def panel_of(levels: pd.DataFrame, nation: pd.Series, employed: pd.DataFrame) -> GapPanel:
    """The panel from log levels [unit, year]; its figures are taken as without error.

    A region without a total of its own has the mean of its countries' logs for a nation.
    """
    steps, own = levels.diff(axis=1).iloc[:, 1:], nation.diff().iloc[1:]
    gaps = steps.sub(own)
    return GapPanel(
        tuple(levels.index),
        tuple(int(year) for year in gaps.columns),
        gaps.to_numpy(),
        np.zeros(gaps.shape),
        own.to_numpy(),
        (levels.iloc[:, -1] - nation.iloc[-1]).to_numpy(),
        employed.diff(axis=1).iloc[:, 1:].to_numpy(),
        ("",) * len(levels),
    )
