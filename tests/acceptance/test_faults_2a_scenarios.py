"""The second part of the acceptance list, section A: scenarios by code and link, as people paste them and as others forge them."""

import base64
import copy
import json
import zlib
from datetime import UTC, datetime

import pytest
from places import DATA, PROJECT

from forecast import evidence, policy
from forecast.cli.main import main
from forecast.errors import ForecastError
from forecast.policy.scenarios import codes
from forecast.runs import folders
from forecast.runs.scenarios import saved

NOTHING = ([], {}, ["hung_yen_2025"], None, "\ud800", "x" * 3000, 1e300, True, float("nan"))


@pytest.fixture(scope="module")
def base():
    return policy.baseline(evidence.load(DATA), "hung_yen_2025", n_paths=200)


@pytest.fixture
def root(tmp_path):
    for name in ("data", "notebooks", "requirements.lock"):
        (tmp_path / name).symlink_to(PROJECT / name)
    (tmp_path / "parameterized_runs").mkdir()
    return tmp_path


def linked(raw):
    return "?kich_ban=" + base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")


def forged(asked):
    """Links whose question has another kind of value in each place, and nested ones."""
    yield from (b"[" * 20_000, b'{"a":' * 5_000)
    for name in codes.SETTINGS:
        for value in NOTHING:
            yield json.dumps({**asked, name: value}).encode()
    yield from (json.dumps({**asked, name: value}).encode() for name, value in (("measure", "x"), ("as_of", "2099-01-01"), ("method", "y")))
    for name in asked["scenario"]["assumptions"][0]:
        for value in ([[]], {"vi": []}, "\ud800", 1e300):
            changed = copy.deepcopy(asked)
            changed["scenario"]["assumptions"][0][name] = value
            yield json.dumps(changed).encode()


def test_2a15_every_forged_link_is_one_sentence(base):
    """2A15: nested JSON, lists for a territory, half a letter, an unknown measure, a day to come: refused in both languages."""
    asked = codes.question(base, "ambitious")
    for raw in forged(asked):
        with pytest.raises(ForecastError) as refused:
            codes.ask(base.store, codes.read_link(linked(raw)))
        assert refused.value.vi and refused.value.en


@pytest.mark.parametrize("typed", ["7" * 5000, "../../../etc/passwd", "?ma=\u0000", "7K3QX-M2A9B", ""])
def test_2a15_a_code_that_nobody_saved_is_one_short_sentence(root, monkeypatch, capsys, typed):
    monkeypatch.setenv("FORECAST_HOME", str(root))
    assert main(["open", typed]) == 2
    said = capsys.readouterr().err
    assert "Không có kịch bản mang mã" in said and len(said) < 500


@pytest.mark.parametrize("harm", ["{", "[]", "{}", '{"question": 1}', None], ids=["cut", "list", "empty", "kind", "numbers"])
def test_2a15_a_damaged_record_is_one_sentence_and_no_other_is_lost(root, base, monkeypatch, capsys, harm):
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    code, other = (saved.save(base, name, root=root, author="Bà An", moment=moment) for name in ("ambitious", "cautious"))
    path = folders.scenarios_folder(root) / f"{code}.json"
    record = json.loads(path.read_text("utf-8"))
    path.write_text(harm if harm is not None else json.dumps({**record, "numbers": {"labour_productivity_real": {}}}), "utf-8")
    monkeypatch.setenv("FORECAST_HOME", str(root))
    assert main(["open", code]) in (1, 2)
    told = "".join(capsys.readouterr())
    assert "Traceback" not in told and ("hỏng" in told or "KHÁC khi lưu" in told)
    assert other in {record["code"] for record in saved.saved_records(root)}


@pytest.mark.parametrize("pasted", ["{}\u2011{}", "{}\u2013{}", "{}-\u200b{}", "\ufeff{}\u2014{}\u00a0", "{}\u00ad-{}", "?ma={}\u2010{}", "{} {}"])
def test_2a16_a_code_pasted_from_word_or_zalo_is_read(base, pasted):
    """2A16: a hyphen that Word made, a blank that nobody sees."""
    code = codes.code(codes.question(base, "ambitious"))
    assert codes.tidy(pasted.format(*code.split("-")).lower()) == code


def test_2a16_a_link_pasted_from_word_or_zalo_is_read(base):
    asked = codes.question(base, "ambitious")
    link = codes.link(asked)
    head, tail = link[:40], link[40:]
    assert codes.read_link(f"\u200b{head}\u200b\n{tail.replace('-', chr(0x2011))}\u00a0") == asked
