"""`forecast export`: figures for other programs from the command line; what is asked must be said."""

import shutil

from places import DATA

from forecast.cli.main import main
from forecast.evidence import exchange


def test_figures_are_written_where_asked(tmp_path, monkeypatch, capsys):
    root, out = tmp_path / "kit", tmp_path / "out"
    shutil.copytree(DATA, root / "data")
    monkeypatch.setenv("FORECAST_HOME", str(root))
    assert main(["export", "--sdmx", "--out", str(out)]) == 0 and str(out) in capsys.readouterr().out
    assert (out / "so_lieu.sdmx.csv").read_bytes().startswith(",".join(exchange.HEADS).encode() + b"\r\n")
    (root / "data" / exchange.PACKAGE).unlink()
    assert main(["export", "--package"]) == 0
    assert (root / "data" / exchange.PACKAGE).read_text("utf-8") == exchange.package()


def test_nothing_asked_is_refused(tmp_path, monkeypatch, capsys):
    """One sentence in both languages names the choices; without a publication there is no hub."""
    monkeypatch.setenv("FORECAST_HOME", str(tmp_path))
    (tmp_path / "parameterized_runs").mkdir()
    assert main(["export"]) == 2
    assert all(name in line for line in capsys.readouterr().err.splitlines() for name in ("--hub", "--sdmx", "--package"))
    assert main(["export", "--hub"]) == 2 and "make run" in capsys.readouterr().err
