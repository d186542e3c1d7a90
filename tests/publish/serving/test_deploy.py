"""The files of deploy/ that no engine runs here, read back: the unit, what the image holds and how it is installed."""

import configparser
import fnmatch
import re
import shutil
import subprocess
import sys

import pytest
from places import PROJECT

from forecast import installation
from forecast.cli.main import WORDS

DEPLOY = PROJECT / "deploy"
HELD = ("data/observations.csv", "src/forecast/files.py", "notebooks/apps/kich_ban.ipynb", "parameterized_runs/plans/default.yml", "README.md")
KEPT_OUT = (
    *(".venv/bin/python", ".git/config", "forecast.toml", "parameterized_runs/people.json", "parameterized_runs/out/x-000000000000/log.txt"),
    *("src/forecast/__pycache__/files.cpython-311.pyc", "parameterized_runs/published.json"),
)


def unit():
    """The unit by section; systemd repeats names, which none of ours do."""
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str
    read.read_string((DEPLOY / "forecast.service").read_text("utf-8"))
    return read


def test_the_unit_says_what_the_settings_beside_it_say(tmp_path):
    """User, folder, port and path are those of the other files; it may write where the kit writes and nowhere else, and asks nobody outside."""
    service = unit()["Service"]
    shutil.copy(DEPLOY / "forecast.toml", tmp_path / "forecast.toml")
    told = installation.read(tmp_path, {})
    home = service["WorkingDirectory"]
    assert service["ExecStart"] == f"{home}/.venv/bin/python -I -m forecast serve --audit" and f"FORECAST_HOME={home}" in service["Environment"]
    assert f"127.0.0.1:{told.serve.port}{told.serve.base_path}trang_thai" in service["ExecStartPost"]
    assert service["ReadWritePaths"].split() == [f"{home}/parameterized_runs", f"{home}/data"] and service["ProtectSystem"] == "strict"
    assert service["IPAddressDeny"] == "any" and service["IPAddressAllow"] == "localhost" and service["CapabilityBoundingSet"] == ""
    assert service["User"] == service["Group"] == "dubao" and service["NoNewPrivileges"] == "true" and service["MemoryMax"]
    nginx = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert f"127.0.0.1:{told.serve.port}" in nginx and f"location {told.serve.base_path}" in nginx


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    """`systemd-analyze verify`, with the folder of the unit laid out elsewhere; a misspelt name would be told."""
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    text = (DEPLOY / "forecast.service").read_text("utf-8").replace("/srv/dubao", str(tmp_path))
    for name, content, good in (("forecast.service", text, True), ("spoilt.service", text.replace("MemoryMax", "MemoryMost"), False)):
        (tmp_path / name).write_text(content, "utf-8")
        told = subprocess.run(["systemd-analyze", "verify", str(tmp_path / name)], capture_output=True, text=True, check=False)
        about = [line for line in (told.stdout + told.stderr).splitlines() if name in line]
        assert (told.returncode == 0 and not about) if good else about, about


def test_the_image_installs_as_the_kit_does_and_serves():
    """The same lock with its hashes as `make setup`, without another resolution; what it starts is a command of the kit, not as root."""
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    make, installs = (PROJECT / "Makefile").read_text("utf-8"), re.findall(r"-m pip install (.*?)(?: &&|$)", " ".join(lines), re.MULTILINE)
    assert "--require-hashes --no-deps -r requirements.lock" in installs[0] and "--require-hashes --no-deps -r requirements.lock" in make
    assert "--no-deps --no-build-isolation ." in " ".join(installs) and "--no-deps --no-build-isolation -e ." in make
    order = [line.split()[0] for line in lines if line and not line.startswith("#")]
    assert order.index("USER") > order.index("RUN") and 'ENTRYPOINT [".venv/bin/python", "-I", "-m", "forecast"]' in lines
    assert 'CMD ["serve", "--audit"]' in lines and "serve" in WORDS
    assert (PROJECT / "requirements.lock").is_file() and re.search(r"python:3\.1[123]-", lines[1])


@pytest.mark.parametrize(("path", "held"), [*((path, True) for path in HELD), *((path, False) for path in KEPT_OUT)])
def test_the_image_holds_no_packages_people_or_results_of_another_machine(path, held):
    """The last line of the ignore file that fits a path or a folder above it decides, as Docker reads it."""
    copied = True
    for line in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines():
        pattern, parts = line.removeprefix("!").removeprefix("**/"), path.split("/")
        above = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        names = parts if line.startswith("**/") else [name for name in above if name.count("/") == pattern.count("/")]
        if line and not line.startswith("#") and any(fnmatch.fnmatch(name, pattern) for name in names):
            copied = line.startswith("!")
    assert copied == held
