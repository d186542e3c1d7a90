"""Run by bench_intake in the environment of the peers (.venv-peers), never imported: an ordinary schema on plain csv files.

`python intake_schemas.py ASKED ANSWERED`: ASKED holds {name: csv text}; ANSWERED gets {name: {"pandera": bool, "frictionless":
bool}}, whether each complains. The schema says what can be said without the kit's registers: columns, types, units, years, no
figure missing, none below 0, each series once.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from frictionless import Resource, Schema

YEARS = [str(year) for year in range(2020, 2026)]
UNITS = ["%", "tỷ đồng", "triệu đồng/lao động", "nghìn người"]
CODE = r"[a-z0-9_]+/[a-z0-9_]+/[a-z0-9_]+"
PANDERA = pa.DataFrameSchema(
    {
        "Mã": pa.Column(str, pa.Check.str_matches(f"^{CODE}$"), unique=True),
        "Chỉ tiêu": pa.Column(str),
        "ĐVT": pa.Column(str, pa.Check.isin(UNITS)),
        **{year: pa.Column(float, pa.Check.ge(0), coerce=True, nullable=False) for year in YEARS},
    },
    strict=True,
)
FRICTIONLESS = {
    "fields": [
        {"name": "Mã", "type": "string", "constraints": {"required": True, "unique": True, "pattern": CODE}},
        {"name": "Chỉ tiêu", "type": "string", "constraints": {"required": True}},
        {"name": "ĐVT", "type": "string", "constraints": {"required": True, "enum": UNITS}},
        *({"name": year, "type": "number", "constraints": {"required": True, "minimum": 0}} for year in YEARS),
    ]
}


def pandera_complains(text: str) -> bool:
    """Whether pandera refuses the table."""
    try:
        PANDERA.validate(pd.read_csv(io.StringIO(text)), lazy=True)
    except (pa.errors.SchemaErrors, ValueError):  # pandas' own complaints of a file are ValueErrors
        return True
    return False


def frictionless_complains(text: str) -> bool:
    """Whether Frictionless refuses the table."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "table.csv").write_text(text, encoding="utf-8", newline="")
        resource = Resource(path="table.csv", basepath=folder, schema=Schema.from_descriptor(FRICTIONLESS), encoding="utf-8")
        return not resource.validate().valid


def main() -> None:
    """Read the tables of the first file, write what both say of each into the second."""
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    answers = {name: {"pandera": pandera_complains(text), "frictionless": frictionless_complains(text)} for name, text in asked.items()}
    Path(sys.argv[2]).write_text(json.dumps(answers), encoding="utf-8")


if __name__ == "__main__":
    main()
