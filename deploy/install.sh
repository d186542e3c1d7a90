#!/bin/sh
# sh install.sh DIR [--province NAME]: cài đặt không cần internet / installs without the internet. PYTHON=/path/to/python3.11 where it is not python3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
folder=${1:?"sh install.sh DIR [--province NAME]"}
shift
"$python" - "$here" <<'CHECK'
import hashlib, pathlib, platform, sys
folder = pathlib.Path(sys.argv[1])
mine = f"{platform.system()} {platform.machine()} Python {sys.version_info.major}.{sys.version_info.minor}"
wanted = (folder / "made_for.txt").read_text("utf-8").strip()
if mine != wanted:
    sys.exit(f"Bộ này dành cho {wanted}, máy này là {mine}: đặt PYTHON=... / This bundle is for {wanted}, this machine is {mine}: set PYTHON=...")
listed = dict(reversed(line.split("  ", 1)) for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines())
wrong = [name for name, digest in listed.items() if not (folder / name).is_file() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest]
wrong += [str(path.relative_to(folder)) for path in (folder / "wheels").iterdir() if path.relative_to(folder).as_posix() not in listed]
if wrong:
    sys.exit(f"Sai mã băm, chưa cài gì / wrong hash, nothing was installed: {', '.join(wrong[:5])}")
print(f"{len(listed)} tệp khớp mã băm / files as listed")
CHECK
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
"$python" -m venv "$folder/.venv"
run="$folder/.venv/bin/python -I"
$run -m pip uninstall --quiet --yes setuptools 2>/dev/null || true # of venv, older than the lock's; nothing here needs it
pip="$run -m pip --disable-pip-version-check --no-input install --quiet --no-index --no-deps --find-links $here/wheels"
$pip --require-hashes -r "$here/requirements-run.lock"
$pip "$here"/wheels/hung_yen_forecast-*.whl
$run -m forecast init "$folder" "$@"
cd "$folder"
$run -m forecast doctor --quick
