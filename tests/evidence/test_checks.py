"""The register of checks: every check finds what it is for, and the kit's own data leave only what is known."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from forecast import evidence
from forecast.evidence.checks import CHECKS, run_checks
from forecast.evidence.content import read_content

DATA = evidence.find_folder()
EMPLOYED = "employed_15plus,nso,cao_bang,2022,level,{},"
PRODUCTIVITY = "labour_productivity,nso,thai_binh_pre2025,2025,level,{},"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def errors(folder: Path) -> list[evidence.Finding]:
    return [item for item in evidence.check(folder) if item.severity == "error"]


def test_checks_speak_both_languages():
    """Every check has a name a sentence and speaks both languages."""
    assert len(CHECKS) == 37 and all(check.__doc__ for check in CHECKS.values())
    for item in evidence.check():
        assert item.check in CHECKS and item.vi and item.en and item.vi != item.en


def told_revisions() -> list[str]:
    """The revisions data/README.md tells of, in the words of a finding."""
    told = (DATA / "README.md").read_text(encoding="utf-8").split("### Large revisions")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (\d{4}) \| (\S+) \| (\S+) \| .*\w", told, re.M)
    return [
        f"{indicator}/nso/{place} {year} = {new}: a large revision of {old},"
        for place, indicator, year, old, new in rows
    ]


def test_only_revisions_the_readme_tells_of_are_warned_of():
    """Of the kits own data a check warns only of the large revisions in the readme and of each of those."""
    loud = [item for item in evidence.check() if item.severity != "notice"]
    assert {(item.check, item.severity) for item in loud} == {("revisions", "warning")}
    told = told_revisions()
    assert [item.en for item in loud if not any(text in item.en for text in told)] == []
    assert [text for text in told if not any(text in item.en for item in loud)] == [] and len(told) == len(set(told))


def test_conflicts_are_notices_with_used_and_set_aside():
    said = [item.en for item in evidence.check() if item.check == "conflicts"]
    assert any("6.21" in text and "8.46" in text and "is used" in text for text in said)


def test_targets_that_disagree_are_listed_with_their_documents():
    said = [item.en for item in evidence.check() if item.check == "target_conflicts"]
    assert any(
        "digital_economy_share, hung_yen_pre2025, 2030" in text and "30" in text and "35" in text for text in said
    )


def test_a_correction_whose_row_has_changed_is_reported(folder):
    swap(folder / "observations.csv", ",11.57,", ",11.5,")
    (error,) = errors(folder)
    assert error.check == "corrections_match" and "matches 0 row(s), 1 when reviewed" in error.en


def test_a_correction_with_an_unknown_field_is_refused(folder):
    swap(folder / "corrections.yml", "period:", "perod:")
    assert any("perod" in item.en for item in errors(folder))


def test_a_lever_out_of_order_and_without_source_is_refused(folder):
    swap(folder / "levers.yml", "central: 0.39", "central: 0.69")
    swap(folder / "levers.yml", "source: tctc_ict_growth_panel\n  digital_core", "source: tctc_ict\n  digital_core")
    first, second, *_ = errors(folder)  # the scenarios that push the lever are refused with it
    assert first.file == second.file == "levers.yml" and "central is outside the range" in first.en
    assert "no source 'tctc_ict'" in second.en


def test_unknown_component_is_refused(folder):
    """A merged territory with an unknown component is refused."""
    swap(folder / "territories.yml", "[hung_yen_pre2025, thai_binh_pre2025]", "[hung_yen_pre2025, thai_binh]")
    (error,) = errors(folder)
    assert (error.check, error.file) == ("registers_whole", "territories.yml") and "thai_binh" in error.en


def test_a_ratio_without_its_numerator_is_refused(folder):
    swap(folder / "indicators.yml", "numerator: grdp_constant", "numerator: grdp_real")
    (error,) = errors(folder)
    assert "labour_productivity_real: numerator 'grdp_real' does not exist" in error.en


def test_figure_of_a_former_province_is_refused(folder):
    """A figure of a province that no longer exists is refused."""
    with (folder / "observations.csv").open("a", encoding="utf-8") as handle:
        handle.write(
            "iip_growth,nso,hung_yen_pre2025,2026-01,growth,9,,percent_per_year,2026-02-28,press,exact,,laodong_hy_january_2026,text,\n"
        )
    (error,) = errors(folder)
    assert error.check == "territory_dates" and "use the merged one" in error.en


def test_shares_that_do_not_add_up_are_warned_of(folder):
    swap(
        folder / "observations.csv",
        "digital_share_services,nso,viet_nam,2025,level,7.22",
        "digital_share_services,nso,viet_nam,2025,level,7.52",
    )
    (found,) = [item for item in evidence.check(folder) if item.check == "parts_add_up"]
    assert found.severity == "warning" and "14.32" in found.en


def test_provinces_that_do_not_make_the_nation_are_refused(folder):
    """Employed persons of the provinces that do not add up to the printed nation are refused."""
    assert not [item for item in evidence.check(folder) if item.check == "provinces_sum"]
    swap(folder / "observations.csv", EMPLOYED.format("201.68"), EMPLOYED.format("211.68"))
    (error,) = [item for item in errors(folder) if item.check == "provinces_sum"]
    assert "employed_15plus/nso/viet_nam 2022 = 50604.71: the provinces add up to 50614.84." in error.en
    assert "các tỉnh cộng lại là 50614.84." in error.vi


def test_a_missing_province_is_no_sum(folder):
    """Without one province nothing is said of the sum."""
    swap(folder / "observations.csv", EMPLOYED.format("201.68"), EMPLOYED.format("211.68").replace("2022", "2017"))
    assert not [item for item in evidence.check(folder) if item.check == "provinces_sum"]


def test_a_productivity_its_parts_do_not_give_is_refused(folder):
    """A printed productivity more than one percent off its parts is refused."""
    assert not [item for item in evidence.check(folder) if item.check == "ratios_agree"]
    swap(folder / "observations.csv", PRODUCTIVITY.format("146.5"), PRODUCTIVITY.format("149.5"))
    (error,) = [item for item in errors(folder) if item.check == "ratios_agree"]
    assert (
        "labour_productivity/nso/thai_binh_pre2025 2025 = 149.5: GRDP a head x population / employed = 146.5"
        in error.en
    )
    assert "lệch quá 1 %" in error.vi


def test_productivity_off_by_rounding_is_accepted(folder):
    """A productivity within one percent of its parts is accepted."""
    swap(folder / "observations.csv", PRODUCTIVITY.format("146.5"), PRODUCTIVITY.format("147.9"))
    assert not [item for item in evidence.check(folder) if item.check == "ratios_agree"]


def test_target_with_wrong_unit_or_date_is_refused(folder):
    """A target in the wrong unit or of an unknown document date is refused."""
    swap(folder / "targets.csv", "20,,percent,2025,2025", "20,,count,2025,2025")
    swap(folder / "targets.csv", "2024-06-10", "10/6/2024")
    said = " ".join(item.en for item in errors(folder))
    assert "unit 'count' does not fit" in said and "'10/6/2024' is not a date" in said


def test_a_check_that_fails_itself_is_a_finding_and_not_a_crash(monkeypatch):
    def broken(content):
        raise KeyError("nothing")

    monkeypatch.setitem(CHECKS, "broken", broken)
    found = run_checks(read_content(DATA))
    assert found[0].check == "broken" and "could not be checked" in found[0].en


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("territories.yml", "valid_to: 2025-06-30", "valid_to: soon"),
        ("scenarios/cautious.yml", "parent: {", "parent: [5] # {"),
        ("levers.yml", "facts:\n", "facts:\n  odd: 5\n"),
        ("levers.yml", "\nlevers:\n", "\nlevers:\n  odd: 5\n"),
    ],
)
def test_a_register_of_the_wrong_form_is_a_finding_and_no_crash(folder, file, old, new):
    swap(folder / file, old, new)
    assert errors(folder)


LEADING = "vn_digital_economy_share_nq57_2030, vn_digital_economy_share_qd411_2030"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("vn_digital_economy_share_nq75_2030", "no target 'vn_digital_economy_share_nq75_2030' in targets.csv"),
        ("vn_digital_economy_share_nq75_2030", "Did you mean 'vn_digital_economy_share_nq57_2030'?"),
        ("vn_ecommerce_growth_qd1568_2026_2030", "here one of 'digital_economy_share' is needed"),
        ("vn_digital_economy_share_nq57_2030, vn_digital_economy_share_nq57_2030", "stands there twice; leave one"),
    ],
)
def test_a_target_that_cannot_lead_is_refused(folder, written, said):
    swap(folder / "indicators.yml", LEADING, written)
    (error,) = errors(folder)
    assert error.check == "leads_sound" and said in error.en and error.file == "indicators.yml" and error.row > 0


def test_an_order_for_no_territory_is_refused(folder):
    swap(folder / "indicators.yml", f"any: [{LEADING}]", f"hung_yen_2052: [{LEADING}]")
    (error,) = errors(folder)
    assert error.check == "leads_sound" and "no territory 'hung_yen_2052'" in error.en and "hung_yen_2025" in error.vi
