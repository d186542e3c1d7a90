"""The adviser's app behind the page: every value checked again, the numbers those of policy, nothing built from input unescaped."""

import base64
import csv
import io
import json
import os
import subprocess
import sys

import openpyxl
import pytest
from adviser_fixture import PROJECT, STATE, TARGET, asking, make_project

from forecast import evidence, files, policy
from forecast.publish import templating, words
from forecast.publish.advisers import answers, app, session
from forecast.publish.advisers.questions import OPENING
from forecast.runs.publication import pointer
from forecast.runs.scenarios import kept_draws, saved

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("adviser"))


@pytest.fixture
def ask(root):
    return asking(root)


@pytest.mark.slow
def test_session_starts_from_the_warm_load(tmp_path, monkeypatch):
    """A session begins with what was loaded before the fork until the figures change."""
    root = make_project(tmp_path)
    monkeypatch.setattr(session, "_warm", {})
    monkeypatch.setattr(app, "_warmed", [])
    monkeypatch.setenv(files.HOME, str(root))
    assert app.opening({}, root) == []
    app.warm_up()
    held: dict = {}
    ground, cards = app.opening(held, root)
    cold = session.Session(root, evidence.load(root / "data"))
    assert ground["parts"] == answers.ground(cold, {"state": OPENING})["parts"]
    assert cards["parts"] == answers.cards(cold, {"state": OPENING})["parts"]
    assert {ask for ask, _ in session.start(root).opening} == {"ground", "cards"}
    page_text = app.page("", "vi", [ground, cards])
    assert json.loads(page_text.split("data-first>", 1)[1].split("</script>", 1)[0]) == [ground, cards]
    first, second = session.start(root), session.start(root)
    assert first.store is second.store and set(first.bases) == set(kept_draws.usual(first.store))
    first.bases.clear()
    first.opened["x"] = first.files["x"] = None
    assert set(second.bases) == set(kept_draws.usual(first.store)) and not second.opened and not second.files
    assert app.answer(held, root, {"ask": "ground", "state": OPENING})["ground"] == ground["ground"]
    [scenario] = [scenario for name, scenario in first.store.scenarios.items() if name == "ambitious"]
    held["session"].opened["ma_x"] = scenario
    assert "ma_x" in app.answer(held, root, {"ask": "ground", "state": OPENING})["ground"]["presets"]  # not the answer given before
    with monkeypatch.context() as another:
        another.setattr(pointer, "raw", lambda _root: b"published since")
        another.setitem(answers.ANSWERS, "cards", lambda *_: {"parts": "asked anew"})
        assert [each["parts"] for each in app.opening({}, root)][1] == "asked anew"
    assert app.opening({}, root) == [ground, cards]
    with (root / "data" / "assumptions.yml").open("a", encoding="utf-8") as stream:
        stream.write("\n# changed\n")
    third = session.start(root)
    assert third.store is not first.store and third.bases == {}
    assert app.opening({}, root) == []  # nothing old is shown; the page asks


@pytest.mark.slow
def test_warm_load_starts_no_thread(root):
    """What is loaded before the fork starts no thread and draws in another process."""
    program = (
        "import os; from forecast.publish.advisers import app, session; from forecast.runs.processes import forking, owned, pictures\n"
        "with pictures.started(owned.folder() / 'd', dict(os.environ)) as pen:\n"
        "    os.environ[pictures.SOCKET] = str(pen); assert pictures.shared(); app.warm_up()\n"
        "    [ready] = session._warm.values(); print(len(ready.bases), forking._extra_threads())\n"
        "    print([name for name in ('statsmodels', 'prophet', 'papermill', 'scipy') if name in __import__('sys').modules])"
    )
    environment = os.environ | {files.HOME: str(root), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    assert ended.stdout.split() == ["4", "False", "[]"], ended.stderr


@pytest.mark.parametrize(
    "changes",
    [
        {"territory": "ha_noi"}, {"territory": ["hung_yen_2025"]}, {"measure": "apo"}, {"language": "<b>"}, {"indicator": 3},
        {"pushes": {"tfp": 1e12}}, {"pushes": {"tfp": float("nan")}}, {"pushes": {"tfp": "1"}}, {"pushes": {"tfp": True}},
        {"pushes": {"__class__": 1.0}}, {"pushes": [1]}, {"compare": ["baseline"] * 5}, {"compare": "baseline"},
        {"compare": ["../secret"]}, {"first": 1900}, {"first": 2028, "last": 2027}, {"last": 2028.0}, {"start": "nope"}, {"extra": 1},
        {"pushes": {"tfp": []}}, {"pushes": {"tfp": [[2026, 2027, 0.5], [2027, 2028, 0.5]]}},
        {"pushes": {"tfp": [[2028, 2028, 0.5], [2026, 2026, 0.5]]}},
        {"pushes": {"tfp": [[2027, 2026, 0.5]]}}, {"pushes": {"tfp": [[1999, 2026, 0.5]]}}, {"pushes": {"tfp": [[2026, 2026.0, 0.5]]}},
        {"pushes": {"tfp": [[2026, 2026, 1e9]]}}, {"pushes": {"tfp": [[2026, 2026, float("nan")]]}}, {"pushes": {"tfp": [[2026, 2026]]}},
        {"pushes": {"tfp": [[2026, 2026, "1"]]}}, {"pushes": {"tfp": [2026]}}, {"pushes": {"tfp": [[2026, 2026, 0.5]] * 7}},
    ],
)  # fmt: skip
def test_a_value_no_slider_could_give_is_refused_by_name(ask, changes):
    answer = ask("results", changes)
    assert "parts" not in answer and answer["number"] == 7
    assert "không hợp lệ" in answer["error"]["vi"] and "Not a valid value" in answer["error"]["en"]


@pytest.mark.parametrize("message", [None, 3, {"ask": "__init__"}, {"ask": ["results"]}, {"ask": "results", "state": None},
                                     {"ask": "save", "state": {"x": "y" * 50_000}}])  # fmt: skip
def test_a_malformed_question_is_answered_by_a_sentence(root, message):
    assert set(app.answer({}, root, message)["error"]) == {"vi", "en"}


def test_the_cards_say_what_policy_computes(ask, root):
    store = evidence.load(root / "data")
    base = kept_draws.load(root, store, "hung_yen_2025", "nso")
    html = ask("cards")["parts"]["cards"]
    table = policy.target_table(base, "ambitious")
    for outlook in base.outlooks.values():
        row = table[table["target"] == outlook.headline.target.id].iloc[0]
        assert words.chance(row["probability"]).vi in html
    bands = policy.compare(base, "baseline", "ambitious").bands
    share = bands[(bands["scenario"] == "ambitious") & (bands["indicator"] == "digital_economy_share") & (bands["year"] == 2030)]
    assert words.percent(float(share["median"].iloc[0])).vi in html


def test_sliders_give_policys_numbers(ask, root):
    """Sliders give the numbers of the same form asked of policy."""
    answer = ask("results", {"pushes": {"core_growth": 4.0, "digitalisation_services": 0.5}, "compare": ["baseline", "cua_toi"]})
    assert set(answer["parts"]) == {"compare", "why", "documents"}
    found = ask("file", what="contributions", kind="csv")
    rows = base64.b64decode(found["file"]["content"]).decode().splitlines()[1:]
    base = kept_draws.load(root, evidence.load(root / "data"), "hung_yen_2025", "nso")
    one = {"unit": "percent_per_year", "value": 4.0, "from": 2026, "to": 2030, "rating": "red", "reason": {"vi": "a", "en": "a"}}
    two = {**one, "unit": "percentage_points_per_year", "value": 0.5}
    form = {"id": "x", "name": {"vi": "a", "en": "a"}, "summary": {"vi": "a", "en": "a"}, "author": "a", "made": "2026-03-01",
            "assumptions": [{**one, "lever": "core_growth"}, {**two, "lever": "digitalisation_services"}]}  # fmt: skip
    table = policy.contributions(base, form)
    wanted = table[(table["year"] == 2030) & (table["indicator"] == "digital_economy_share")]["contribution"]
    assert [float(row.split(",")[1]) for row in rows] == pytest.approx(list(wanted), abs=1e-12)


def test_solver_answers_three_chances(ask):
    """The solver answers for the three chances and says whether it ever happened."""
    for chance in (0.5, 0.8, 0.9):
        answer = ask("solve", target=TARGET, chance=chance, lever="core_growth")
        assert "năm 2025" in answer["parts"]["solution"] and "core_growth" in answer["solution"]["pushes"]
    assert "error" in ask("solve", target=TARGET, chance=0.999, lever="")
    assert "error" in ask("solve", target="no_such", chance=0.8, lever="")
    assert "error" in ask("solve", target=TARGET, chance=0.8, lever="no_such")


def test_saved_scenario_opens_by_code_and_link(ask, root):
    """A saved scenario gets versions parent and hash and opens by code and by link."""
    given = {"name": "Số hóa công nghiệp", "author": "Sở KH&CN", "reason": "họp 1/3"}
    first = ask("save", {"pushes": {"core_growth": 3.0}}, **given)
    second = ask("save", {"pushes": {"core_growth": 5.0}}, **given)
    one, two = (saved.record_of(root, item["code"])["question"]["scenario"] for item in (first, second))
    assert (one["id"], one["version"], one["parent"]["scenario"]) == ("so_hoa_cong_nghiep", 1, "baseline")
    assert (two["version"], two["parent"]["scenario"]) == (2, "so_hoa_cong_nghiep")
    store = evidence.load(root / "data")
    assert two["parent"]["hash"] == store.scenario(one).hash
    fresh = asking(root)
    for text in (first["code"], f"?ma={first['code'].lower()}", f"?kich_ban={first['code']}"):
        answer = fresh("reopen", text=text)
        assert answer["place"] == {"territory": "hung_yen_2025", "measure": "nso"}
        ground = fresh("ground")["ground"]
        assert ground["presets"][answer["opened"]]["pushes"] == {"core_growth": [[2026, 2030, 3.0]]}
    link = first["parts"]["saved"].split('href="?kich_ban=')[2].split('"')[0]
    assert fresh("reopen", text=link)["opened"] == first["opened"]


SPANS = [[2026, 2026, 0.5], [2028, 2029, -1.0]]


def test_spans_move_only_their_years(ask, root):
    """Spans of years move only their years and give the numbers policy gives."""
    asked = {"pushes": {"tfp": SPANS, "core_growth": 2.0}, "compare": ["baseline", "cua_toi"], "indicator": "labour_productivity_real"}
    assert "error" not in ask("results", asked)
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(ask("file", what="years", kind="csv")["file"]["content"]).decode())))
    base = kept_draws.load(root, evidence.load(root / "data"), "hung_yen_2025", "nso")
    reason = {"vi": "a", "en": "a"}
    push = {"lever": "tfp", "unit": base.store.scenario_levers["tfp"].unit, "spans": SPANS, "rating": "red", "reason": reason}
    form = {"id": "x", "name": reason, "summary": reason, "author": "a", "made": "2026-03-01", "assumptions": [push]}
    gaps = policy.compare(base, "baseline", form).differences
    gaps = gaps[(gaps["indicator"] == "labour_productivity_real") & (gaps["quantity"] == "growth") & (gaps["year"] <= 2030)]
    wanted = dict(zip(gaps["year"], gaps["median"], strict=True))
    shown = {int(row["năm"]): float(row["giữa"]) for row in rows if row["so với"]}
    assert shown == pytest.approx(wanted, abs=1e-12)
    assert shown[2026] > 0 > shown[2028] and shown[2027] == pytest.approx(0, abs=1e-9)


def test_spans_are_kept_by_saving_code_link_and_opening(ask, root):
    saved_one = ask("save", {"pushes": {"tfp": SPANS, "core_growth": 2.0}}, name="Hai giai đoạn", author="a", reason="b")
    kept = saved.record_of(root, saved_one["code"])["question"]["scenario"]["assumptions"]
    assert {item["lever"]: item["spans"] for item in kept} == {"tfp": SPANS, "core_growth": [[2026, 2030, 2.0]]}
    link = saved_one["parts"]["saved"].split('href="?kich_ban=')[2].split('"')[0]
    for text in (saved_one["code"], link):
        fresh = asking(root)
        opened = fresh("reopen", text=text)["opened"]
        shown = fresh("ground")["ground"]["presets"][opened]["pushes"]
        assert shown == {"tfp": SPANS, "core_growth": [[2026, 2030, 2.0]]}
        again = fresh("save", {"pushes": shown, "start": opened}, name="Mở lại", author="a", reason="c")
        held = saved.record_of(root, again["code"])["question"]["scenario"]["assumptions"]
        assert [item["reason"]["vi"] for item in held] == ["b", "b"]  # what was not changed keeps its own reason


def test_values_by_year_are_not_flattened(ask, root):
    """A file of the kit with values by year is shown year by year not flattened."""
    store = evidence.load(root / "data")
    presets = ask("ground")["ground"]["presets"]
    assert presets["shock_recovery"]["pushes"]["tfp"] == [[2027, 2027, -2.2], [2028, 2029, 1.1]]
    spans = {item.lever: item.spans for item in store.scenarios["shock_recovery"].pushes}
    asked = {"pushes": presets["shock_recovery"]["pushes"], "start": "shock_recovery"}
    code = ask("save", asked, name="Cú sốc", author="a", reason="b")["code"]
    held = saved.record_of(root, code)["question"]["scenario"]["assumptions"]
    assert {item["lever"]: tuple(map(tuple, item["spans"])) for item in held} == spans
    assert presets["merger"]["pushes"] is None and presets["official_merged"]["pushes"] is None


def test_versions_are_compared_as_two(ask):
    """Two versions of one scenario are compared as two and named by their version."""
    given = {"name": "Hai bản", "author": "a", "reason": "b"}
    first, second = (ask("save", {"pushes": {"core_growth": value}}, **given)["opened"] for value in (3.0, 6.0))
    cards = ask("cards", {"compare": ["baseline", first, second, first]})["parts"]["cards"]
    assert cards.count('class="line"') == 9  # three indicators by three scenarios
    compare = ask("results", {"compare": ["baseline", first, second]})["parts"]["compare"]
    assert "Hai bản (bản 1)" in compare and "Hai bản (bản 2)" in compare
    names = {key: item["name"]["vi"] for key, item in ask("ground")["ground"]["presets"].items()}
    assert names[first] == "Hai bản (bản 1)" and names[second] == "Hai bản (bản 2)"
    raw = base64.b64decode(ask("file", what="years", kind="xlsx")["file"]["content"])
    about = "\n".join(str(row[1].value) for row in openpyxl.load_workbook(io.BytesIO(raw))["Nguồn"].iter_rows())
    assert all(key.removeprefix("ma_").replace("_", "-").upper() in about for key in (first, second))  # the codes they were saved under


@pytest.mark.parametrize("text", ["", "AAAAA-AAAAA", "../../etc/passwd", "eJw" + "A" * 3000, EVIL, "x" * 20_000, None, 5])
def test_a_code_or_link_that_is_none_is_refused(ask, text):
    assert set(ask("reopen", text=text)["error"]) == {"vi", "en"}


def test_out_of_range_link_is_refused_by_lever(ask):
    """A link with a number out of range is refused by the lever s name."""
    from forecast.policy.scenarios import codes

    code = ask("save", {"pushes": {"core_growth": 2.0}}, name="a", author="b", reason="c")
    asked = codes.read_link(code["parts"]["saved"].split('href="?kich_ban=')[2].split('"')[0])
    asked["scenario"]["assumptions"][0]["spans"] = [[2026, 2030, 1e9]]
    assert "core_growth" in ask("reopen", text=codes.link(asked))["error"]["vi"]


def test_what_a_person_writes_is_escaped_wherever_it_is_shown(ask):
    answer = ask("save", {"pushes": {"core_growth": 1.0}}, name=EVIL, author=EVIL, reason=EVIL)
    assert "<img" not in answer["parts"]["saved"] and "&lt;img" in answer["parts"]["saved"]
    opened = ask("reopen", text=answer["code"])
    assert "<img" not in opened["parts"]["opened"]
    shown = ask("results", {"compare": ["baseline", answer["opened"]]})
    assert "<img src" not in json.dumps(shown["parts"])
    assert "<" not in templating.as_script({"a": "</script><script>"})


def test_bad_names_are_refused_unwritten(ask, root):
    """Empty or overlong names are refused before anything is written."""
    before = len(saved.saved_records(root))
    for name in ("", "   ", "x" * 81, None):
        assert "error" in ask("save", {"pushes": {"core_growth": 1.0}}, name=name, author="a", reason="b")
    assert "error" in ask("save", {}, name="a", author="b", reason="nothing pushed")
    assert len(saved.saved_records(root)) == before


def test_files_say_where_they_come_from(ask):
    """Charts and tables can be taken away with where they come from."""
    ask("results")
    kinds = {"bands": "png", "differences": "svg", "years": "xlsx", "targets": "csv_vi", "documents": "csv"}
    found = {what: base64.b64decode(ask("file", what=what, kind=kind)["file"]["content"]) for what, kind in kinds.items()}
    assert found["bands"].startswith(b"\x89PNG") and found["differences"].startswith(b"<svg")
    assert found["targets"].startswith(b"\xef\xbb\xbf") and b";" in found["targets"]
    book = openpyxl.load_workbook(io.BytesIO(found["years"]))
    about = {row[0].value: row[1].value for row in book["Nguồn"].iter_rows()}
    assert about["số liệu đến"].count("/") == 2 and "kịch bản: Phấn đấu" in about
    assert [cell.value for cell in book["Số liệu"][1]][:3] == ["năm", "kịch bản", "so với"]
    assert isinstance(book["Số liệu"]["D2"].value, float)
    for wrong in ({"what": "bands", "kind": "csv"}, {"what": "years", "kind": "png"}, {"what": "../x", "kind": "csv"}):
        assert "error" in ask("file", **wrong)


def test_languages_say_the_same_numbers(ask):
    """Both languages say the same numbers each in its own way."""
    vi, en = (ask("results", {"language": one})["parts"]["compare"] for one in ("vi", "en"))
    assert "điểm phần trăm" in vi and "percentage points" in en
    assert "điểm phần trăm" not in en and "percentage points" not in vi


@pytest.mark.slow
def test_the_kernel_of_the_app_loads_no_model_package(root):
    program = (
        "import sys; from pathlib import Path; from forecast.publish.advisers import app\n"
        f"state, held, root = {STATE!r}, {{}}, Path({str(root)!r})\n"
        "for ask in ('ground', 'cards', 'results'):\n"
        "    answer = app.answer(held, root, {'ask': ask, 'number': 1, 'state': state}); assert 'error' not in answer, answer\n"
        "print([name for name in ('statsmodels', 'prophet', 'papermill', 'scipy', 'ipywidgets') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=PROJECT).stdout
    assert said.strip() == "[]"


@pytest.mark.slow
def test_notebook_is_the_one_open_writes(ask, root):
    """The notebook for jupyterlab is the one forecast open writes."""
    code = ask("save", {"pushes": {"core_growth": 2.5}}, name="sổ tính", author="a", reason="b")["code"]
    answer = ask("notebook", code=code)
    assert f"da_luu/{code}.ipynb" in answer["parts"]["notebook"]
    content = json.loads((root / "notebooks" / "da_luu" / f"{code}.ipynb").read_text("utf-8"))
    assert any(code in "".join(cell["source"]) for cell in content["cells"])
    assert "error" in ask("notebook", code="../../x") and "error" in ask("notebook", code="00000-00000")
