"""What the kit's bands and chances did on other countries' series like a headline one: the reference class beside its own record.

Measured by `benchmarks/bench_reference_class.py` on series that are not shipped (Penn World Table 10.01, ILOSTAT modelled estimates,
e-commerce and digital shares of other countries' offices); the table here holds what came of it.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

FILE = Path(__file__).with_name("reference_class.csv")
# years: how many ahead; held80: share of what came inside the 80 % band; bias: the median above what came, percent a year;
# given, happened: growth of at least g in every year, the mean chance and how often it came
COLUMNS = ("indicator", "windows", "countries", "years", "held80", "bias", "given", "happened", "name_vi", "name_en", "source")


def reference_classes() -> pd.DataFrame:
    """One row per headline indicator, columns COLUMNS."""
    return pd.read_csv(FILE)
