"""The merged province: sums of flows, ratios recomputed, and a missing component named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from forecast import evidence
from forecast.domain import Key, Observation, Period
from forecast.errors import EvidenceError, MissingComponentError

MERGED = "hung_yen_2025"
PARTS = ("hung_yen_pre2025", "thai_binh_pre2025")


@pytest.fixture(scope="module")
def store() -> evidence.Evidence:
    return evidence.load()


def figure(indicator, territory, value, bound="exact", unit="vnd_bn", vintage=date(2026, 1, 31)) -> Observation:
    return Observation(
        Key(indicator, "nso", territory),
        Period(2024, 2024),
        "level",
        value,
        unit,
        vintage,
        "official",
        bound,
        "vtv_gdp_2024",
        "p.1",
    )


def with_figures(store, *more) -> evidence.Evidence:
    return replace(store, observations=(*store.observations, *more))


def test_grdp_2024_of_the_merged_province_is_the_sum_and_keeps_the_bound(store):
    merged = evidence.merge(store, "grdp_current", MERGED, 2024)
    assert merged.value == 159844 + 132700
    assert (merged.bound, merged.status, merged.unit, merged.key.territory) == ("at_least", "derived", "vnd_bn", MERGED)
    assert set(merged.source.split("+")) <= set(store.sources) and len(merged.source.split("+")) == 2
    assert merged.vintage == max(store.series(Key("grdp_current", "nso", name)).at(2024).vintage for name in PARTS)


def test_grdp_2023_uses_the_revised_figure_of_thai_binh(store):
    assert evidence.merge(store, "grdp_current", MERGED, 2023).value == 146317 + 119222


def test_a_missing_component_names_component_indicator_and_year(store):
    with pytest.raises(MissingComponentError) as missing:
        evidence.merge(store, "labour_productivity", MERGED, 2024)
    assert all(word in missing.value.en for word in ("employed_15plus", "hung_yen_pre2025", "2024"))
    assert "Hưng Yên" in missing.value.vi and "2024" in missing.value.vi
    with pytest.raises(MissingComponentError, match="digital_value_added of hung_yen_pre2025 for 2024"):
        evidence.merge(store, "digital_economy_share", MERGED, 2024)


def test_what_was_not_known_yet_is_missing(store):
    with pytest.raises(MissingComponentError):
        evidence.merge(store, "grdp_current", MERGED, 2024, as_of=date(2024, 12, 31))


def test_a_ratio_is_recomputed_and_never_averaged(store):
    more = [
        figure("employed_15plus", name, value, unit="thousand_persons")
        for name, value in zip(PARTS, (700, 1000), strict=True)
    ]
    merged = evidence.merge(with_figures(store, *more), "labour_productivity", MERGED, 2024)
    assert merged.value == pytest.approx((159844 + 132700) / 1700) and merged.unit == "vnd_mn_per_worker"
    average = (159844 / 700 + 132700 / 1000) / 2
    assert merged.value != pytest.approx(average, rel=0.01)
    assert merged.bound == "at_least"


def test_a_share_takes_its_factor_and_turns_the_bound_of_the_denominator(store):
    more = [figure("digital_value_added", name, value) for name, value in zip(PARTS, (20000, 10000), strict=True)]
    merged = evidence.merge(with_figures(store, *more), "digital_economy_share", MERGED, 2024)
    assert merged.value == pytest.approx(100 * 30000 / 292544) and merged.bound == "at_most"
    loose = [replace(more[0], bound="at_least"), more[1]]
    assert evidence.merge(with_figures(store, *loose), "digital_economy_share", MERGED, 2024).bound == "about"


def test_growth_is_neither_added_nor_averaged(store):
    with pytest.raises(EvidenceError, match="never averaged"):
        evidence.merge(store, "grdp_growth", MERGED, 2024)


def test_only_a_merged_territory_can_be_merged(store):
    with pytest.raises(EvidenceError, match="not a merged territory"):
        evidence.merge(store, "grdp_current", "hung_yen_pre2025", 2024)


def test_old_and_merged_territory_are_never_one_series(store):
    for key in {item.key for item in store.observations}:
        assert {item.key.territory for item in store.series(key).points} <= {key.territory}
