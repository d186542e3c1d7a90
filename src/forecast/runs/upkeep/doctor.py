"""Is this machine fit to run the kit: one line for each check, green, or how to mend it."""

from __future__ import annotations

import importlib.metadata
import locale
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from forecast import files, installation
from forecast.domain import HERE, Text
from forecast.errors import ForecastError
from forecast.runs import folders
from forecast.runs.processes import pictures
from forecast.runs.publication import clock
from forecast.runs.records import identity, manifest
from forecast.runs.upkeep import calendar_lines, notice, status, timers

FLOORS = {  # the oldest versions without a known hole that touches us
    "voila": "0.5.6",
    "jupyter-server": "2.21.0",
    "jupyterlab": "4.6.2",
    "nbconvert": "7.17.1",
    "tornado": "6.5.8",
}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
PORT = 8866
_KERNEL_SECONDS = 60


@dataclass(frozen=True)
class Finding:
    """One check: `state` is good, warning (works with limits) or bad, and in words what is there or how to mend it."""

    name: str
    state: str
    text: Text


def examine(root: Path, *, port: int = PORT, quick: bool = False) -> list[Finding]:
    """Every check in order; `quick` leaves out the one that starts a kernel."""
    findings = []
    for check in [check for check in CHECKS if not (quick and check is _kernel)]:
        try:
            findings.append(check(root, port))
        except Exception as error:  # a check that cannot be made is itself a finding
            failure = Text("không kiểm tra được", "could not be checked") + f": {error}"
            findings.append(Finding(check.__name__.strip("_"), "bad", failure))
    return findings


def _python(_root: Path, _port: int) -> Finding:
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    version = ".".join(map(str, sys.version_info[:3]))
    mend = "Cần Python 3.11-3.13: make setup PYTHON=/đường/dẫn/python3.11"
    return _judged("Python", good, version, mend, "Python 3.11 to 3.13 is needed: make setup PYTHON=...")


def _packages(root: Path, _port: int) -> Finding:
    lock = root / "requirements.lock"
    if not lock.exists():
        return _warning("Gói / packages", "không có requirements.lock để so", "there is no requirements.lock to compare with")
    lines = (line.rstrip("\\ ") for line in lock.read_text(encoding="utf-8").splitlines() if line[:1].isalnum())
    pins = [pin for pin in map(Requirement, lines) if pin.marker is None or pin.marker.evaluate()]
    wanted = {pin.name: str(pin.specifier).removeprefix("==") for pin in pins}
    differing = [f"{name} {has} != {wanted[name]}" for name in wanted if (has := _version(name)) and has != wanted[name]]
    needed = [name for name in identity.PACKAGES if not _version(name)]
    listed = ", ".join([*differing[:5], *(f"{name}: thiếu / missing" for name in needed)])
    good = f"{len(wanted)} gói trong khóa, khớp / packages in the lock, as locked"
    return _judged("Gói / packages", not listed, good, f"{listed}. Chạy: make setup", f"{listed}. Run: make setup")


def _floors(_root: Path, _port: int) -> Finding:
    has = {name: _version(name) for name in FLOORS}
    below = [name for name in FLOORS if has[name] and Version(has[name]).release[:3] < Version(FLOORS[name]).release[:3]]
    old = [f"{name} {has[name]} < {FLOORS[name]}" for name in below]
    listed = ", ".join(old)
    return _judged("Mức an toàn / security floors", not old, "đủ mới / new enough", f"{listed}. Chạy: make setup", f"{listed}. Run: make setup")


def _kernel(_root: Path, _port: int) -> Finding:
    """Whether a kernel of this interpreter starts and runs a line."""
    code = (
        "from jupyter_client.manager import start_new_kernel as start\n"
        "km, kc = start(kernel_name='python3')\n"
        "ok = kc.execute('1', reply=True, timeout=30)['content']['status']\n"
        "kc.stop_channels(); km.shutdown_kernel(now=True); print(ok)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=_KERNEL_SECONDS, check=False)
    last = (ended.stderr.strip().splitlines() or [""])[-1][:200]
    mend = f"kernel python3 không chạy ({last}): make setup, hoặc python -m ipykernel install --sys-prefix"
    return _judged("Kernel", "ok" in ended.stdout, "chạy được / runs", mend, f"the kernel python3 does not run ({last}): make setup")


def _disk(root: Path, _port: int) -> Finding:
    free = shutil.disk_usage(root).free
    short, enough = free < files.LEAST_FREE, f"còn {free / 2**30:.1f} GB / free"
    mend = f"chỉ còn {free // 2**20} MB: xóa bớt tệp, hoặc dọn parameterized_runs/out/failed"
    return _judged("Ổ đĩa / disk", not short, enough, mend, f"{free // 2**20} MB free: make room, or clear parameterized_runs/out/failed")


def _drawing(_root: Path, _port: int) -> Finding:
    """Whether the engine that draws charts may reserve the addresses it needs."""
    problem = pictures.capped()
    return Finding("Biểu đồ / charts", "bad", problem) if problem else _good("Biểu đồ / charts", "vẽ được / can be drawn")


def _rights(root: Path, _port: int) -> Finding:
    try:
        files.require_room(folders.out_folder(root))
        files.require_room(root / "data" / "incoming")
    except ForecastError as error:
        return Finding("Quyền ghi / rights", "bad", Text(error.vi, error.en))
    return _good("Quyền ghi / rights", "ghi được parameterized_runs/ và data/incoming/", "parameterized_runs/ and data/incoming/ are writable")


def _clock(root: Path, _port: int) -> Finding:
    """Whether the clock lies before what this project has already seen."""
    stamps = [path.stat().st_mtime for path in folders.out_folder(root).glob(f"*/{manifest.NAME}")]
    now, seen = datetime.now(UTC), datetime.fromtimestamp(max(stamps, default=0.0), UTC)
    if problem := clock.behind(root / "data", now):
        return Finding("Đồng hồ / clock", "bad", problem)
    offset = datetime.now().astimezone().strftime("%z")
    if (seen - now).total_seconds() > 300:
        vi = f"đồng hồ ({now:%Y-%m-%d %H:%M} UTC) đi sau lượt chạy mới nhất ({seen:%Y-%m-%d %H:%M} UTC): chỉnh giờ (timedatectl set-ntp true)"
        en = "the clock lies behind the newest run: set it (timedatectl set-ntp true)"
        return Finding("Đồng hồ / clock", "bad", Text(vi, en))
    here = f"{now.astimezone(HERE):%d/%m/%Y %H:%M} giờ Việt Nam; múi giờ máy / machine's zone {offset}"
    return _good("Đồng hồ / clock", here)


def _locale(_root: Path, _port: int) -> Finding:
    encoding = locale.getpreferredencoding(False)
    utf8 = sys.flags.utf8_mode or encoding.lower().replace("-", "") == "utf8"
    mend = f"bảng mã là {encoding}: đặt PYTHONUTF8=1 (lượt chạy và make đã tự đặt)"
    en = f"the encoding is {encoding}: set PYTHONUTF8=1 (runs and make set it themselves)"
    return _judged("Bảng mã / encoding", bool(utf8), "UTF-8", mend, en, "warning")


def _chromium(_root: Path, _port: int) -> Finding:
    path = next(filter(None, map(shutil.which, CHROMIUM)), "")
    vi = "không có; chỉ cần cho kiểm thử giao diện: sudo apt-get install chromium"
    en = "missing; only the page's tests need it: sudo apt-get install chromium"
    return _judged("Chromium", bool(path), path, vi, en, "warning")


def _ports(_root: Path, port: int) -> Finding:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            vi = f"cổng {port} đang bận (trang có thể đang mở); nếu không, dùng: forecast serve --port {port + 1}"
            return _warning("Cổng / port", vi, f"port {port} is taken (the page may be open); else: forecast serve --port {port + 1}")
    return _good("Cổng / port", f"{port} trống / free", f"{port} is free")


def _figures(root: Path, _port: int) -> Finding:
    from forecast import evidence

    errors = [finding for finding in evidence.check(root / "data") if finding.severity == "error"]
    vi, en = (f"{len(errors)} lỗi: {errors[0].text.vi}", errors[0].text.en) if errors else ("", "")
    return _judged("Số liệu / figures", not errors, "kiểm tra xong, không lỗi / checked, no error", f"{vi} (make check)", f"{en} (make check)")


def _ages(root: Path, _port: int) -> Finding:
    """Whether a figure that is usually out by today is not among the data."""
    late, coming = calendar_lines.standing(root, datetime.now(UTC))
    name = "Kỳ số liệu / calendar"
    if late:
        text = Text.joined(late, "; ")
        return _warning(name, f"quá hạn: {text.vi}; tìm số và thêm vào data/", f"overdue: {text.en}; find the figure, add it to data/")
    following = coming or Text.same("-")
    return _good(name, f"không có gì quá hạn; kỳ tới: {following.vi}", f"nothing overdue; next: {following.en}")


def _timer(root: Path, _port: int) -> Finding:
    from forecast.runs.upkeep import schedule

    if not schedule.plans(root, datetime.now(UTC))[0]:
        return _good("Lịch / schedule", "không kế hoạch nào có lịch", "no plan has a schedule")
    try:
        installed = timers.installed(timers.choose())
    except ForecastError as error:
        return _warning("Lịch / schedule", error.vi, error.en)
    if installed:
        return _good("Lịch / schedule", "đã bật", "installed")
    return _warning("Lịch / schedule", "kế hoạch có lịch nhưng chưa bật: forecast schedule install", "not installed: forecast schedule install")


def _runs(root: Path, _port: int) -> Finding:
    failures = [f"{failed.plan}/{failed.name}" for failed in status.failures(root)]
    names, waiting = ", ".join(failures[:4]) or "-", len(notice.read(root))
    if not failures and not waiting:
        return _good("Lượt chạy / runs", "không có lượt hỏng", "none failed")
    vi, en = f"hỏng: {names}; {waiting} thông báo: forecast status", f"failed: {names}; {waiting} notices: forecast status"
    return _warning("Lượt chạy / runs", vi, en)


def _installation(root: Path, _port: int) -> Finding:
    try:
        rows = installation.read(root).rows()
    except ForecastError as error:
        return Finding(installation.NAME, "bad", Text(error.vi, error.en))
    told = sum(origin != installation.DEFAULT for _, _, origin in rows)
    return _good(installation.NAME, f"{told} giá trị được đặt, {len(rows) - told} mặc định", f"{told} values set, {len(rows) - told} by default")


CHECKS: tuple[Callable[[Path, int], Finding], ...] = (
    *(_python, _packages, _floors, _installation, _kernel, _disk, _rights, _drawing, _clock, _locale, _chromium, _ports),
    *(_figures, _ages, _timer, _runs),
)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _judged(name: str, good: bool, right: str, mend_vi: str, mend_en: str, otherwise: str = "bad") -> Finding:
    return _good(name, right) if good else Finding(name, otherwise, Text(mend_vi, mend_en))


def _good(name: str, vi: str, en: str = "") -> Finding:
    return Finding(name, "good", Text(vi, en or vi))


def _warning(name: str, vi: str, en: str) -> Finding:
    return Finding(name, "warning", Text(vi, en))
