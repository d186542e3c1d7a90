"""The rated assumptions an outlook rests on."""

from __future__ import annotations

from typing import Any

import pandas as pd

from forecast.columns import TABLES
from forecast.domain import Key
from forecast.evidence import Evidence
from forecast.headline import NATION
from forecast.policy.outlooks.answers import Outlook
from forecast.policy.outlooks.sensitivity import weight_name


def assumptions_table(outlook: Outlook, store: Evidence) -> pd.DataFrame:
    """The rated assumptions this answer rests on, its territory weights among them."""
    prefixes = (outlook.study.prefix, "status_se", "rounding", *outlook.study.assumptions[1:])
    rows = [
        {
            **{"id": name, "name_vi": fact["name"]["vi"], "name_en": fact["name"]["en"], "value": float(fact["value"])},
            **{"unit": fact["unit"], "rating": fact["rating"], "source": fact.get("source", "")},
            **{"reason_vi": fact["reason"]["vi"], "reason_en": fact["reason"]["en"]},
        }
        for name, fact in store.assumptions.items()
        if outlook.territory != NATION and name.startswith(prefixes)
    ]
    rows += [_weight(outlook, store, *weight) for weight in outlook.draws.weights]
    return pd.DataFrame(rows, columns=TABLES["assumptions"])


def _weight(outlook: Outlook, store: Evidence, component: str, share: float, year: int) -> dict[str, Any]:
    name = weight_name(store, component)
    figure = store.series(Key(outlook.study.weight, "nso", component), as_of=outlook.as_of).at(year)
    return {
        **{"id": f"weight_{component}", "name_vi": name.vi, "name_en": name.en, "value": round(share, 4)},
        **{"unit": "ratio", "rating": "amber", "source": figure.source if figure else ""},
        "reason_vi": f"Theo năm chung gần nhất ({year}), giữ nguyên các năm sau.",
        "reason_en": f"From the last common year ({year}), held afterwards.",
    }
