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
from functools import partial
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "parameterized_runs" / "static"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
BESIDE = ("README.md", "README.vi.md", "CHANGELOG.md", "LICENSE", "docs", "deploy")
SUMS, LOCK, MADE_FOR = "SHA256SUMS", "requirements-run.lock", "made_for.txt"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
PATCHES = (0, 99)  # the first and a late patch release: some entries of the lock are for one side only
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


def pins() -> list[str]:
    """The lock's entries that running needs on any patch release of this Python, hashes with them: no tests, no build tools."""
    names, text = needed(), (ROOT / "requirements.lock").read_text("utf-8")
    entries = [match[0].rstrip("\n") for match in _PIN.finditer(text) if canonicalize_name(match[1]) in names]
    kept = [entry for entry in entries if any(map(partial(_applies, entry), PATCHES))]
    if missing := names - {canonicalize_name(_requirement(entry).name) for entry in kept}:
        raise SystemExit(f"requirements.lock: thiếu / lacks {', '.join(sorted(missing))}")
    return kept


def _requirement(entry: str) -> Requirement:
    return Requirement(entry.split("\\\n")[0].strip())


def _applies(entry: str, patch: int) -> bool:
    """Whether an entry is for this system and a patch release of this Python: the target's may be another."""
    marker = _requirement(entry).marker
    return marker is None or marker.evaluate({"python_full_version": f"{platform.python_version().rpartition('.')[0]}.{patch}"})


def fetch(entries: list[str], folder: Path) -> None:
    """Download the wheels of every entry, by its hashes; of two versions of a package each in its turn."""
    fetched: set[str] = set()
    for patch in PATCHES:
        now = [entry for entry in entries if _applies(entry, patch) and entry not in fetched]
        fetched.update(now)
        plain = "\n".join(re.sub(r" ;[^\\]*", " ", entry, count=1) for entry in now)
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as asked:
            asked.write(plain + "\n")
            asked.flush()
            options = ("--require-hashes", "--no-deps", "--only-binary", ":all:", "--dest", str(folder))
            if now:
                subprocess.run([*PIP, "download", *options, "-r", asked.name], check=True)


def fill(folder: Path) -> None:
    """Everything the archive holds, with the hash of each file."""
    entries, wheels = pins(), folder / "wheels"
    (folder / LOCK).write_text("\n".join(entries) + "\n", encoding="utf-8")
    fetch(entries, wheels)
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
