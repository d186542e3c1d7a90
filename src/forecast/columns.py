"""The columns of the tables a run records: the one contract between policy (fills), runs (checks) and publish (reads).

A forecast row follows the hubverse model-output format (origin, horizon, target period, output_type, output_type_id, value).
"""

from __future__ import annotations

ENOUGH_YEARS = 8  # of a record: below, it gives no band, no spread and no dependence
ENOUGH_ORIGINS = 8  # of a backtest: below, a method is not ranked and a chance not judged
QUANTILE_LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
HUB_LEVELS = (0.01, 0.025, *(step / 20 for step in range(1, 20)), 0.975, 0.99)  # the 23 that forecast hubs exchange
_ROW = (
    "origin horizon target_period indicator measure territory quantity unit scenario method ink "
    "output_type output_type_id value"
)
_TABLES = {
    "forecast": _ROW,
    "samples": _ROW,
    "quantiles": _ROW,
    "history": "indicator measure territory quantity period ink value low high low50 high50 status bound vintage source "
    "used note_vi note_en",
    "readings": "period quantity indicator territory value low high unit source",
    "nation": "period quantity ink value low high status vintage source unit",
    "verdicts": "target name_vi name_en document territory applies kind direction value unit first last probability state "
    "verdict required_growth achieved_growth required_unit achieved_first achieved_last arrival_early arrival_median "
    "arrival_late source measure note_vi note_en",
    "target_paths": "target document applies quantity period value unit growth",
    "methods": "method period low median high mase wis coverage80 origins",
    "assumptions": "id name_vi name_en value unit rating reason_vi reason_en source",
    "information": "candidate name_vi name_en territory first last quantity unit band_now band_with narrowing_percent source",
    "sensitivity": "id name_vi name_en rating unit value low_value high_value rule target probability probability_low "
    "probability_high swing source",
    "neighbours": "group quantity first last unit answered members territory name_vi name_en low median high rank_low rank_high "
    "basis source reason_vi reason_en",
    "paths": "path",  # and one column y<year> for each year a page needs
    "levers": "id indicator unit low high step helps control on rating name_vi name_en reason_vi reason_en source baseline "
    "record_years record_values record_band record_lowest record_highest",
    "presets": "scenario version name_vi name_en lever first last value",
    "solutions": "target document indicator chance before reached possible effort lever push first last experience reach "
    "extreme extreme_year",
    "later": "period quantity territory forecast_low forecast_median forecast_high published vintage source",
}
TABLES: dict[str, tuple[str, ...]] = {name: tuple(text.split()) for name, text in _TABLES.items()}
