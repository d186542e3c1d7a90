"""One archive that installs the kit where there is no internet: wheels by the lock's hashes, the kit's own, docs, published pages.

`make bundle`, on a machine like the one it is for (system, processor, Python). Needs the internet and something published (`make run`).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "parameterized_runs" / "static"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
BESIDE = ("README.md", "README.vi.md", "CHANGELOG.md", "LICENSE", "docs", "deploy")
SUMS, LOCK, MADE_FOR = "SHA256SUMS", "requirements-run.lock", "made_for.txt"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
_PIN = re.compile(r"(?m)^([A-Za-z0-9][\w.-]*)==(?:.*\\\n)*.*\n?")


def needed() -> set[str]:
    """Every package the kit needs to run, by canonical name: what pyproject.toml names and what that needs in this environment."""
    done: set[tuple[str, str]] = set()
    waiting = [Requirement(line) for line in PROJECT["dependencies"]]
    while waiting:
        wanted = waiting.pop()
        asked = {(canonicalize_name(wanted.name), extra) for extra in ("", *wanted.extras)} - done
        done |= asked
        lines = map(Requirement, importlib.metadata.requires(wanted.name) or () if asked else ())
        for line in lines:
            if line.marker is None or any(line.marker.evaluate({"extra": extra}) for _, extra in asked):
                waiting += [line] if _locked(line.name) else []
    return {package for package, _ in done}


def _locked(name: str) -> bool:
    """Whether the package is here: the lock leaves one out that its asker does without."""
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def run_lock() -> str:
    """The part of the lock that running needs, hashes with it: no tests, no build tools."""
    names, text = needed(), (ROOT / "requirements.lock").read_text("utf-8")
    pins = {canonicalize_name(match[1]): match[0].rstrip("\n") for match in _PIN.finditer(text)}
    if missing := names - set(pins):
        raise SystemExit(f"requirements.lock: thiếu / lacks {', '.join(sorted(missing))}")
    return "\n".join(pins[name] for name in sorted(names)) + "\n"


def fill(folder: Path) -> None:
    """Everything the archive holds, with the hash of each file."""
    (folder / LOCK).write_text(run_lock(), encoding="utf-8")
    wheels = folder / "wheels"
    fetched = ("download", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--dest", str(wheels), "-r", str(folder / LOCK))
    subprocess.run([*PIP, *fetched], check=True)
    subprocess.run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)], check=True)
    for name in BESIDE:
        source, target = ROOT / name, folder / name
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__")) if source.is_dir() else shutil.copyfile(source, target)
    shutil.copytree(PAGES, folder / "pages")
    shutil.copyfile(ROOT / "deploy" / "install.sh", folder / "install.sh")
    (folder / MADE_FOR).write_text(made_for() + "\n", encoding="utf-8")
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in paths)
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def made_for() -> str:
    """System, processor and Python the wheels are for."""
    return f"{platform.system()} {platform.machine()} Python {sys.version_info.major}.{sys.version_info.minor}"


def _version() -> str:
    return re.search(r'__version__ = "(.+)"', (ROOT / "src" / "forecast" / "__init__.py").read_text("utf-8"))[1]  # type: ignore[index]


def main() -> int:
    """Write dist/dubao-VERSION.tar.gz; its size and hash are printed."""
    if not (PAGES / "index.html").exists():
        print("Chưa có trang nào được công bố: chạy make run trước. / Nothing is published: make run first.", file=sys.stderr)
        return 2
    name = f"dubao-{_version()}"
    archive = ROOT / "dist" / f"{name}.tar.gz"
    archive.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / name
        folder.mkdir()
        fill(folder)
        unfinished = archive.with_suffix(".tmp")
        with tarfile.open(unfinished, "w:gz", compresslevel=1) as packed:
            packed.add(folder, name)
        unfinished.replace(archive)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    print(f"{archive.relative_to(ROOT)}: {archive.stat().st_size / 1e6:.0f} MB, {made_for()}\nsha256 {digest}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
