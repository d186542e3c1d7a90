"""forecast.toml and the variables that replace its values: read, refused by name, printed with where each comes from."""

import pytest

from forecast import installation
from forecast.cli import main as cli
from forecast.errors import InstallationError


def told(folder, text, **environment):
    (folder / installation.NAME).write_text(text, "utf-8")
    return installation.read(folder, environment)


def refusal(folder, text, **environment):
    with pytest.raises(InstallationError) as refused:
        told(folder, text, **environment)
    return refused.value


def test_nothing_told_is_loopback_without_mail(tmp_path):
    read = installation.read(tmp_path, {})
    assert (read.serve.address, read.serve.port, read.login.way, read.mail.host, read.share.folder) == ("127.0.0.1", 8866, "none", "", "")
    assert {str(origin.en) for *_, origin in read.rows()} == {"default"}


def test_the_environment_goes_before_the_file(tmp_path):
    """A variable replaces the file's value, and each value says where it comes from."""
    text = '[serve]\nport = 9000\nhosts = ["a.vn"]\n[mail]\npassword = "x1"\n'
    read = told(tmp_path, text, FORECAST_SERVE_PORT="9100", FORECAST_SERVE_HOSTS="dubao.hungyen.gov.vn, b.vn")
    assert read.serve.port == 9100 and read.serve.hosts == ["dubao.hungyen.gov.vn", "b.vn"]
    rows = {name: (shown.vi, origin.vi) for name, shown, origin in read.rows()}
    assert rows["serve.port"] == ("9100", "FORECAST_SERVE_PORT") and rows["mail.password"] == ("(đã đặt)", installation.NAME)
    assert rows["limits.body_kb"] == ("64", "mặc định") and "x1" not in str(rows) + repr(read)


@pytest.mark.parametrize(("text", "names"), [
    ("[serve]\nprot = 1\n", ["[serve] prot", "'port'"]),
    ("[serv]\nport = 1\n", ["[serv]", "'serve'"]),
    ("[serve]\nport = 70000\n", ["[serve] port = 70000", "65535"]),
    ('[serve]\nport = "8866"\n', ["[serve] port = '8866'", "số nguyên"]),
    ('[serve]\naddress = "nha"\n', ["[serve] address = 'nha'", "127.0.0.1"]),
    ('[serve]\nbase_path = "du-bao"\n', ["[serve] base_path", "/du-bao/"]),
    ('[serve]\nhosts = ["a b"]\n', ["[serve] hosts", "dubao.hungyen.gov.vn"]),
    ('[serve]\nhosts = "a.vn"\n', ["[serve] hosts = 'a.vn'"]),
    ('[serve]\ntrusted_proxies = ["10.0.0.300"]\n', ["[serve] trusted_proxies", "10.1.0.0/16"]),
    ('[serve]\naddress = "0.0.0.0"\n', ["0.0.0.0", "[login] way"]),
    ('[serve]\naddress = "0.0.0.0"\n[login]\nway = "password"\n', ["certificate"]),
    ('[login]\nway = "proxy"\n', ["trusted_proxies"]),
    ('[login]\nway = "passwrod"\n', ["[login] way = 'passwrod'", "none, password hoặc proxy"]),
    ('[mail]\nhost = "ma il"\npassword = 5\n', ["[mail] host", "[mail] password = ***"]),
    ("[serve\n", ["forecast.toml", "TOML"]),
    ("serve = 3\n", ["[serve]", "bảng"]),
    ("x = " + "[" * 40000, ["forecast.toml"]),
    ("#" * 70000, ["64 kB"]),
])  # fmt: skip
def test_what_is_wrong_is_named(tmp_path, text, names):
    problem = refusal(tmp_path, text)
    assert [name for name in names if name not in problem.vi] == []
    assert problem.en and problem.en != problem.vi


def test_everything_wrong_is_said_at_once(tmp_path):
    problem = refusal(tmp_path, "[serve]\nprot = 1\n[limits]\nkernels = 0\n", FORECAST_SERVE_PROT="1", FORECAST_LIMITS_BODY_KB="many")
    assert len(problem.vi.splitlines()) == 4
    for name in ("[serve] prot", "kernels = 0", "FORECAST_SERVE_PORT", "FORECAST_LIMITS_BODY_KB = 'many'"):
        assert name in problem.vi


def test_a_file_without_end_is_no_settings(tmp_path):
    (tmp_path / installation.NAME).symlink_to("/dev/zero")
    with pytest.raises(InstallationError):
        installation.read(tmp_path, {})


def test_doctor_prints_each_value_and_its_origin(tmp_path, monkeypatch, capsys):
    (tmp_path / "parameterized_runs").mkdir()
    (tmp_path / installation.NAME).write_text("[retention]\nkeep = 5\n", "utf-8")
    monkeypatch.setenv("FORECAST_HOME", str(tmp_path))
    monkeypatch.setenv("FORECAST_SHARE_FOLDER", "/srv/chung")
    cli.main(["doctor", "--quick"])
    printed = capsys.readouterr().out
    assert "retention.keep = 5  (forecast.toml)" in printed and "share.folder = /srv/chung  (FORECAST_SHARE_FOLDER)" in printed
    (tmp_path / installation.NAME).write_text("[retention]\nkep = 5\n", "utf-8")
    assert cli.main(["doctor", "--quick"]) == 1
    assert "'keep'" in capsys.readouterr().out
