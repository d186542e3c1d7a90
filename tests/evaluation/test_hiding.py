"""The gap's settings learned from 61 other provinces: what they cover when later years are hidden, and what is in use."""

import dataclasses
from functools import cache

import numpy as np
import pytest

from forecast import evaluation, evidence
from forecast.domain import Key
from forecast.evaluation import hiding
from forecast.models.provincial.province import assumed_values

OWN = {"hung_yen_pre2025", "thai_binh_pre2025", "hung_yen_2025"}


@cache
def store():
    return evidence.load()


@cache
def panel():
    return hiding.gap_panel(store())


@cache
def cases():
    return evaluation.hidden_cases(panel(), seed=1)


@cache
def summary():
    return evaluation.hiding_summary(cases()).set_index(["settings", "ahead", "origin"]).sort_index()


def test_61_provinces_teach_and_the_kits_own_do_not():
    """Hưng Yên and Thái Bình are what is asked about: they are left out of the learning, so it is no hindsight about them."""
    assert len(panel().provinces) == len(set(panel().provinces)) == 61
    assert not OWN & set(panel().provinces)
    assert set(cases()["territory"]) == set(panel().provinces)


def test_the_panel_chains_no_years_across_the_break():
    """There is no growth into 2021, and no hidden span of years that contains it."""
    assert panel().years == (2019, 2020, 2022, 2023, 2024, 2025)
    spans = {(origin, ahead) for origin, ahead in zip(cases()["origin"], cases()["ahead"], strict=True)}
    assert spans and all(not origin < 2021 <= origin + ahead for origin, ahead in spans)


def test_a_gap_is_growth_less_the_nations():
    """Bắc Giang 2024 from rows of the tables: GRDP growth less that of its employed, less the nation's."""
    def rate(output, territory):
        employed = store().series(Key("employed_15plus", "nso", territory))
        growth = store().series(Key(output, "nso", territory), kind="growth").at(2024).value
        return np.log1p(growth / 100.0) - np.log(employed.at(2024).value / employed.at(2023).value)

    row, column = panel().provinces.index("bac_giang_pre2025"), panel().years.index(2024)
    wanted = rate("grdp_growth", "bac_giang_pre2025") - rate("gdp_growth", "viet_nam")
    assert panel().gaps[row, column] == pytest.approx(wanted)


@pytest.mark.parametrize("ahead", hiding.AHEAD)
def test_learned_bands_cover_80_percent(ahead):
    """Over 61 provinces whose fold taught nothing, an 80 % band holds 77 to 83 % of what came."""
    row = summary().loc["learned", ahead, 0]
    assert 0.77 <= row["coverage80"] <= 0.83
    assert row["territories"] == 61 and row["judged"]


@pytest.mark.parametrize("ahead", hiding.AHEAD)
def test_learned_is_narrower_and_no_worse(ahead):
    """Against the settings before the tables were found: narrower by a tenth at least, and the error is not larger."""
    learned, before = (summary().loc[name, ahead, 0] for name in ("learned", "before"))
    assert learned["width"] < 0.9 * before["width"]
    assert learned["error"] <= before["error"]
    assert learned["cases"] == before["cases"]


def test_assumptions_are_what_is_measured():
    """Every value of assumptions.yml that at least eight figures measure is what they measure."""
    table = evaluation.measured_assumptions(store()).set_index("id")
    enough = table[table["cases"] >= 8]
    assert {"productivity_gap_noise_sd", "productivity_drift_sd", "employment_growth_sd", "growth_se_estimate"} <= set(enough.index)
    assert (enough["measured"] - enough["used"]).abs().max() <= 5e-4, enough
    assert not set(table.index) - set(hiding.BEFORE)


def test_a_first_estimate_errs_by_a_percent():
    """First estimates of provinces were revised by one point; the same status carries the same error wherever it is printed."""
    assumed, table = assumed_values(store()), evaluation.measured_assumptions(store()).set_index("id")
    assert table.loc["growth_se_estimate", "cases"] >= 40
    assert {assumed[f"growth_se_{status}"] for status in ("estimate", "preliminary", "press")} == {assumed["growth_se_estimate"]}


def test_hidden_year_moves_no_forecast_of_it(monkeypatch):
    """A province's later year, whatever it was, changes nothing of its own forecast from the years before."""
    monkeypatch.setattr(hiding, "FOLDS", 2)
    key = Key("grdp_growth", "nso", "bac_giang_pre2025")
    newest = store().series(key, kind="growth").at(2025)
    others = tuple(dataclasses.replace(one, value=one.value + 20.0) if one == newest else one for one in store().observations)
    moved = dataclasses.replace(store(), observations=others)
    plain, planted = (
        found[(found["territory"] == key.territory) & (found["origin"] + found["ahead"] == 2025)].set_index(["settings", "ahead"])
        for found in (evaluation.hidden_cases(hiding.gap_panel(one), seed=1, n_paths=60) for one in (store(), moved))
    )
    assert len(plain) >= 5 and plain.index.equals(planted.index)
    assert (planted["published"] - plain["published"] > 5.0).all()  # the planted figure is among what is hidden
    assert plain[["low", "median", "high"]].equals(planted[["low", "median", "high"]])


def test_earlier_settings_know_only_earlier_years():
    """Settings learned up to 2023 are the same whatever all provinces did in 2024 and 2025."""
    known = panel().until(2023)
    changed = dataclasses.replace(panel(), gaps=np.where(np.array(panel().years) > 2023, 0.5, panel().gaps))
    assert hiding.learned_gap(changed.until(2023)) == hiding.learned_gap(known)
    assert hiding.learned_gap(changed) != hiding.learned_gap(panel())
