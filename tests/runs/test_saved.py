"""Saved scenarios: codes, links, the same numbers after the figures change, and a waterfall that sums to the total."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import nbformat
import pytest
import yaml
from places import PROJECT
from scenario_base import NEW, OLD, base, form, pushing, store

from forecast import evidence, policy
from forecast.cli import main
from forecast.errors import EvidenceError, RunError
from forecast.policy.scenarios import codes
from forecast.runs.scenarios import saved

MOMENT = datetime(2026, 11, 1, 9, tzinfo=UTC)


def after(days):
    """A day so many days after the newest figure of the kit."""
    return (store().last_vintage + timedelta(days)).isoformat()


def revised():
    return f'grdp_growth,nso,{OLD},2024,growth,8.9,,percent_per_year,{after(10)},official,exact,,ngoisao_hy_2024,"a test",revised in a test\n'


def arrived():
    key = "labour_productivity_growth,nso,viet_nam,2025,growth,6.85,,percent_per_year"
    return f'{key},{after(20)},official,exact,,cafef_gdp_2025,"a test",new in a test\n'


@pytest.fixture
def home(tmp_path, monkeypatch):
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    (tmp_path / "parameterized_runs").mkdir()
    monkeypatch.setenv("FORECAST_HOME", str(tmp_path))
    return tmp_path


def keep(home, scenario="ambitious", territory=OLD):
    made = policy.baseline(evidence.load(home / "data"), territory, n_paths=200)
    return saved.save(made, scenario, root=home, author="A", note="ghi chú", moment=MOMENT), made


def noisier(home):
    """The yearly noise of the province around the nation assumed to be twice as large."""
    path = home / "data" / "assumptions.yml"
    used = float(store().assumptions["productivity_gap_noise_sd"]["value"])
    head, tail = path.read_text("utf-8").split("productivity_gap_noise_sd:\n", 1)
    path.write_text(head + "productivity_gap_noise_sd:\n" + tail.replace(f"value: {used}", f"value: {2 * used}", 1), "utf-8")


def append(home, *lines):
    with (home / "data" / "observations.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(lines)


def test_question_survives_its_link():
    """A question goes through its link and comes back the same."""
    for scenario in ("baseline", "ambitious", "shock_recovery", "merger", "official_merged", form(), pushing(tfp=0.5)):
        asked = codes.question(base(), scenario)
        assert codes.read_link("http://apps.local/" + codes.link(asked)) == asked
        again, chosen = codes.ask(store(), asked)
        assert chosen.hash == base().scenario(scenario).hash
        assert codes.largest_difference(codes.numbers(base(), base().scenario(scenario)), codes.numbers(again, chosen)) == 0.0


def test_code_differs_with_every_number():
    """A code is ten letters that differ with anything that moves a number."""
    asked = codes.question(base(), "ambitious")
    changed = {codes.code({**asked, name: value}) for name, value in (("seed", 1), ("territory", OLD), ("measure", "mic"), ("as_of", "2025-01-01"))}
    assert len(changed | {codes.code(asked), codes.code(codes.question(base(), "cautious"))}) == 6
    assert len(codes.code(asked).replace("-", "")) == 10 and not set(codes.code(asked)) & set("ILOU")
    assert codes.tidy(" " + codes.code(asked).lower().replace("-", "").replace("0", "o").replace("1", "l")) == codes.code(asked)
    assert codes.tidy(codes.short_link(asked)) == codes.code(asked)
    for link in ("kich_ban=eNq9-YXCWG-TAC10-x_z", "YXCWG-TAC10-x_z", "x_z_YXCWG-TAC10"):  # letters of a link that look like a code are none
        assert not codes.WRITTEN.match(codes.tidy(link))
    assert codes.tidy("Mã: yxcwg–tac10.") == "YXCWG-TAC10"


@pytest.mark.parametrize("text", ["?kich_ban=", "?kich_ban=%%%", "?kich_ban=" + "A" * 80, "?kich_ban=eJwDAAAAAAE"])
def test_a_broken_link_is_refused(text):
    with pytest.raises(EvidenceError, match="cannot be read"):
        codes.read_link(text)


def test_what_a_link_carries_is_checked_like_a_file():
    asked = codes.question(base(), form())
    asked["scenario"]["assumptions"][0]["spans"] = [[2026, None, 400]]
    with pytest.raises(EvidenceError, match="outside the allowed range"):
        codes.ask(store(), codes.read_link(codes.link(asked)))
    with pytest.raises(EvidenceError, match="settings are wrong"):
        codes.ask(store(), {**codes.question(base(), "baseline"), "n_paths": 10**9})


def test_saved_scenario_reopens_the_same(home):
    """A saved scenario reopens with the same numbers and saving twice changes nothing."""
    code, made = keep(home)
    before = sorted((home / "parameterized_runs" / "scenarios").iterdir())
    assert keep(home)[0] == code and sorted((home / "parameterized_runs" / "scenarios").iterdir()) == before
    opened = saved.reopen(code.lower(), root=home)
    assert opened.same and opened.difference == 0.0 and opened.scenario.id == "ambitious"
    assert opened.numbers == codes.numbers(made, made.scenario("ambitious"))
    assert [record["code"] for record in saved.saved_records(home)] == [code]


def test_waterfall_sums_to_the_change(home):
    """After the figures change the old numbers come back and the waterfall sums to the total."""
    code, _ = keep(home)
    append(home, revised(), arrived())
    opened = saved.reopen(code, root=home)
    assert opened.same
    table = saved.changes(opened, root=home)
    rows = table[(table.indicator == "labour_productivity_real") & (table.quantity == "outcome")].set_index("part")["change"]
    assert list(rows.index) == ["model", "revised", "new", "territory", "scenario"]
    assert rows["model"] == rows["territory"] == rows["scenario"] == 0.0 and rows["revised"] != 0.0 != rows["new"]
    now, _ = codes.ask(evidence.load(home / "data"), {**opened.question, "as_of": after(20)})
    for (indicator, quantity), part in table.groupby(["indicator", "quantity"]):
        total = part["end"].iloc[-1] - part["start"].iloc[0]
        assert part["change"].sum() == pytest.approx(total, abs=1e-12)
        if quantity == "outcome":
            assert part["start"].iloc[0] == opened.record["numbers"][indicator]["outcome"]
    assert now.any.as_of.isoformat() == after(20)


def test_waterfall_shows_each_cause(home):
    """The waterfall shows another territory another scenario and a changed assumption."""
    code, _ = keep(home, "cautious")
    noisier(home)
    table = saved.changes(saved.reopen(code, root=home), root=home, territory=NEW, scenario="ambitious")
    rows = table[(table.indicator == "labour_productivity_real") & (table.quantity == "outcome")].set_index("part")["change"]
    assert rows["model"] != 0.0 != rows["territory"] and rows["scenario"] > 1.0 and rows["revised"] == rows["new"] == 0.0


def test_a_newer_version_of_the_scenario_is_the_scenario_part(home):
    """From -0.8 to -0.2 points in each year from 2026 to 2030: 0.6 on average of the years after 2025, the last one known."""
    code, _ = keep(home, "cautious")
    plain = yaml.safe_load((home / "data" / "scenarios" / "cautious.yml").read_text("utf-8"))
    plain["assumptions"][0]["value"] = -0.2
    saved.keep(plain, root=home)
    opened = saved.reopen(code, root=home)
    assert opened.same and opened.scenario.version == 1
    table = saved.changes(opened, root=home)
    rows = table[(table.indicator == "labour_productivity_real") & (table.quantity == "outcome")].set_index("part")["change"]
    assert rows["scenario"] == pytest.approx(0.6, abs=0.05) and rows["new"] == 0.0


def test_other_numbers_are_not_the_old_ones(home):
    """The same question with other numbers is not silently the old one."""
    keep(home)
    noisier(home)
    with pytest.raises(RunError, match="was saved on 2026-11-01 with other numbers"):
        keep(home)


def test_touched_records_are_not_believed(home):
    """A record or its figures that were touched are not believed."""
    code, _ = keep(home)
    where = home / "parameterized_runs" / "scenarios"
    record = json.loads((where / f"{code}.json").read_text("utf-8"))
    snapshot = where / record["snapshot"]
    snapshot.write_bytes(snapshot.read_bytes() + b" ")
    with pytest.raises(RunError, match="was changed"):
        saved.reopen(code, root=home)
    record["question"]["seed"] += 1
    (where / f"{code}.json").write_text(json.dumps(record), "utf-8")
    with pytest.raises(RunError, match="its code differs"):
        saved.reopen(code, root=home)


def test_numbers_that_are_no_longer_the_same_name_their_reason(home):
    code, _ = keep(home)
    path = home / "parameterized_runs" / "scenarios" / f"{code}.json"
    record = json.loads(path.read_text("utf-8"))
    record["numbers"]["labour_productivity_real"]["outcome"] += 0.1
    record["digests"]["code"] = "0" * 64
    path.write_text(json.dumps(record), "utf-8")
    opened = saved.reopen(code, root=home)
    assert opened.same is False and [reason.en for reason in opened.reasons] == ["the code has changed"]


def test_unsaved_code_opens_a_scenario_file(home):
    """A code nobody saved opens where it is a scenario file with usual settings."""
    usual = policy.baseline(store(), NEW)
    code = codes.code(codes.question(usual, "shock_recovery"))
    opened = saved.reopen(code, root=home)
    assert opened.scenario.id == "shock_recovery" and opened.same is None
    with pytest.raises(RunError, match="No scenario has the code"):
        saved.reopen("ZZZZZ-ZZZZZ", root=home)


def test_new_scenario_never_overwrites(home):
    """A new scenario gets version parent and hash and never overwrites."""
    first = saved.keep(form(), root=home)
    second = saved.keep(form(entry={"value": 0.6}), root=home)
    assert (first.version, first.parent, first.parent_hash) == (1, "baseline", store().scenario("baseline").hash)
    assert (second.version, second.parent, second.parent_hash) == (2, "mine", first.hash)
    figures = evidence.load(home / "data")
    assert figures.scenario("mine").hash == second.hash and figures.scenario("mine@1").hash == first.hash
    with pytest.raises(EvidenceError, match="Did you mean 'ambitious'"):
        saved.keep(form(id="other", parent={"scenario": "ambitous"}), root=home)
    assert len(list((home / "data" / "scenarios").glob("mine*.yml"))) == 2


def test_packing_is_reproducible_and_strict(tmp_path):
    """The same data pack to the same bytes and strange archives are refused."""
    packed = evidence.pack(store())
    assert packed == evidence.pack(evidence.load(PROJECT / "data"))
    assert evidence.unpack(packed).scenario("ambitious").hash == store().scenario("ambitious").hash
    import io
    import zipfile

    for name in ("../../x.csv", "a/b.csv", "run.py"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, "x")
        with pytest.raises(EvidenceError, match="Strange files"):
            evidence.unpack(buffer.getvalue())
    with pytest.raises(EvidenceError, match="broken"):
        evidence.unpack(b"no zip")


@pytest.mark.slow
def test_open_writes_a_notebook_that_runs(home, capsys, tmp_path):
    """Forecast open writes a notebook that gives the saved numbers when it is run."""
    assert main.main(["scenario", "save", "ambitious", "--territory", OLD, "--author", "Ban KT"]) == 0
    code = capsys.readouterr().out.splitlines()[0]
    append(home, arrived())
    path = tmp_path / "mo_lai.ipynb"
    assert main.main(["open", code, "--to", str(path)]) == 0
    assert "Same as saved" in capsys.readouterr().out
    assert main.main(["open", code, "--to", str(path)]) == 2  # nothing is overwritten
    import papermill

    done = papermill.execute_notebook(str(path), str(tmp_path / "done.ipynb"), kernel_name="python3", progress_bar=False)
    shown = json.dumps(nbformat.from_dict(done), ensure_ascii=False)
    assert "Các con số đúng như khi lưu" in shown and "số liệu mới" in shown and "image/svg+xml" in shown


def test_the_scenario_commands_speak_both_languages(home, capsys):
    assert main.main(["scenario"]) == 0 and "Phấn đấu / Ambitious" in capsys.readouterr().out
    assert main.main(["scenario", "show", "ambitious"]) == 0 and "chưa từng xảy ra" in capsys.readouterr().out
    target = "hy_labour_productivity_growth_qd489_2021_2030"
    assert main.main(["solve", target, "tfp", "--chance", "90", "--territory", OLD]) == 1
    printed = capsys.readouterr().out
    assert "không thể đạt khả năng 90 % trong khoảng cho phép" in printed and "is impossible within the allowed range" in printed
    (home / "mine.yml").write_text(yaml.safe_dump(form(entry={"lever": "tpf"}), allow_unicode=True), "utf-8")
    assert main.main(["scenario", "new", str(home / "mine.yml")]) == 2
    assert "did you mean 'tfp'?" in capsys.readouterr().err
    (home / "mine.yml").write_text(yaml.safe_dump(form(), allow_unicode=True), "utf-8")
    assert main.main(["scenario", "new", str(home / "mine.yml")]) == 0
    assert "mine@1" in capsys.readouterr().out
