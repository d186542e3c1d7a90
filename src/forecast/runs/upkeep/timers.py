"""Make the machine call `forecast schedule run-due`: systemd timers, cron, or Task Scheduler on Windows.

What is due is decided by schedule.py; a timer only wakes it. systemd gets the plans' own hours (and catches up after a shutdown),
cron and Task Scheduler wake it every ten minutes, so no time zone of theirs matters.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forecast import files
from forecast.errors import RunError
from forecast.runs.plans.rules import Rule

NAME = "hung-yen-forecast"
BEGIN, END = f"# >>> {NAME} >>>", f"# <<< {NAME} <<<"
KINDS = ("systemd", "cron", "windows")
_COMMAND = (sys.executable, "-m", "forecast", "schedule", "run-due")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def choose() -> str:
    """The kind of timer this machine has; RunError, with what to do, when it has none."""
    if os.name == "nt":
        return "windows"
    if Path("/run/systemd/system").is_dir() and shutil.which("systemctl"):
        return "systemd"
    if shutil.which("crontab"):
        return "cron"
    raise RunError(
        "Máy này không có systemd đang chạy, cũng không có cron. Cài cron (sudo apt-get install cron) hoặc tự gọi định kỳ: "
        "forecast schedule run-due",
        "This machine has neither a running systemd nor cron. Install cron (sudo apt-get install cron), or call regularly: "
        "forecast schedule run-due",
    )


def install(root: Path, chosen: Sequence[Rule], kind: str) -> str:
    """Put the timer in place (replacing an older one of ours); one line on what was done. RunError when the system refuses."""
    return {"systemd": _install_systemd, "cron": _install_cron, "windows": _install_windows}[kind](root, chosen)


def remove(kind: str) -> str:
    """Take our timer away and nothing else."""
    return {"systemd": _remove_systemd, "cron": _remove_cron, "windows": _remove_windows}[kind]()


def installed(kind: str) -> bool:
    """Whether our timer is in place."""
    if kind == "systemd":
        return (_units_folder() / f"{NAME}.timer").exists()
    if kind == "cron":
        return BEGIN in _crontab()
    return subprocess.run(["schtasks", "/Query", "/TN", NAME], check=False, capture_output=True).returncode == 0


def calendar(rule: Rule) -> list[str]:
    """A rule as systemd's OnCalendar lines (man systemd.time), in the time of Việt Nam; none for arrivals."""
    time = f"{rule.hour:02d}:{rule.minute:02d}:00 Asia/Ho_Chi_Minh"
    if rule.kind == "day":
        return [f"*-*-* {time}"]
    if rule.kind == "week":
        return [f"{_DAYS[rule.weekday]} *-*-* {time}"]
    months = "01,04,07,10" if rule.kind == "quarter" else "*"
    if rule.kind in ("month", "quarter"):
        last = [f"*-{months}~01 {time}"]  # the last day; run-due itself decides whether it is the one
        return last if rule.day == 0 else [f"*-{months}-{rule.day:02d} {time}", *(last if rule.day > 28 else [])]
    return []


def units(root: Path, chosen: Sequence[Rule]) -> dict[str, str]:
    """The systemd unit files by name: the service, its timer and, where a rule waits for files, a watch on data/incoming/."""
    hours = dict.fromkeys(line for rule in chosen for line in calendar(rule))
    command = " ".join(_quoted(part) for part in _COMMAND)
    kinds = ["service", "timer", *(["path"] if any(rule.kind == "arrival" for rule in chosen) else [])]
    return {f"{NAME}.{kind}": _text(kind, name=NAME, root=_escaped(root), command=command, calendar=hours) for kind in kinds}


def cron_lines(root: Path) -> list[str]:
    """Our block of a crontab: every ten minutes and after each start of the machine."""
    log = root / "parameterized_runs" / "schedule.log"
    parts = ["FORECAST_HOME=" + shlex.quote(str(root)), "PYTHONUTF8=1", *map(shlex.quote, _COMMAND), ">>", shlex.quote(str(log)), "2>&1"]
    line = " ".join(parts).replace("%", r"\%")
    return [BEGIN, f"*/10 * * * * {line}", f"@reboot {line}", END]


def task_xml(root: Path) -> str:
    """The task for Windows' Task Scheduler: every ten minutes, missed starts caught up, never two at once."""
    return _text("task.xml", program=_COMMAND[0], arguments=subprocess.list2cmdline(_COMMAND[1:]), root=root)


def _text(template: str, **values: Any) -> str:
    """One of the files in templates/, filled in."""
    import jinja2

    text = (Path(__file__).parent / "templates" / f"{template}.j2").read_text(encoding="utf-8")
    filled = jinja2.Template(text, undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    return filled.render(values)


def _install_systemd(root: Path, chosen: Sequence[Rule]) -> str:
    folder = _units_folder()
    folder.mkdir(parents=True, exist_ok=True)
    _remove_systemd()
    texts = units(root, chosen)
    try:
        for name, text in texts.items():
            files.write_whole(folder / name, text)
        _call([*_systemctl(), "daemon-reload"])
        _call([*_systemctl(), "enable", "--now", *[name for name in texts if not name.endswith(".service")]])
    except BaseException:  # all of it or nothing
        for name in texts:
            (folder / name).unlink(missing_ok=True)
        raise
    return f"systemd: {folder}"


def _remove_systemd() -> str:
    folder = _units_folder()
    ours = [path for path in sorted(folder.glob(f"{NAME}.*")) if path.suffix in (".service", ".timer", ".path")]
    active = [path.name for path in ours if path.suffix != ".service"]
    try:
        if active:
            _call([*_systemctl(), "disable", "--now", *active])
    finally:
        for path in ours:
            path.unlink()
    if ours:
        _call([*_systemctl(), "daemon-reload"])
    return f"systemd: {folder}"


def _units_folder() -> Path:
    if os.geteuid() == 0:
        return Path("/etc/systemd/system")
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _systemctl() -> list[str]:
    return ["systemctl"] if os.geteuid() == 0 else ["systemctl", "--user"]


def _install_cron(root: Path, _chosen: Sequence[Rule]) -> str:
    kept = _without_ours(_crontab())
    _call(["crontab", "-"], "\n".join([*kept, *cron_lines(root)]) + "\n")
    return "cron: */10 phút / every ten minutes"


def _remove_cron() -> str:
    before = _crontab()
    if BEGIN in before:
        kept = _without_ours(before)
        _call(["crontab", "-"], "\n".join(kept) + "\n" if kept else "")
    return "cron"


def _crontab() -> str:
    listed = subprocess.run(["crontab", "-l"], check=False, capture_output=True, text=True)
    if listed.returncode and "no crontab" not in listed.stderr:
        raise RunError(f"crontab -l: {listed.stderr.strip()}", f"crontab -l: {listed.stderr.strip()}")
    return listed.stdout if not listed.returncode else ""


def _without_ours(text: str) -> list[str]:
    """The lines of a crontab outside our block; a block without an end is ours to the last line."""
    kept, ours = [], False
    for line in text.splitlines():
        ours = ours or line.strip() == BEGIN
        if not ours:
            kept.append(line)
        ours = ours and line.strip() != END
    return kept


def _install_windows(root: Path, _chosen: Sequence[Rule]) -> str:
    path = root / "parameterized_runs" / "schedule.xml"
    files.write_whole(path, task_xml(root).encode("utf-16"))
    if os.name == "nt":
        _call(["schtasks", "/Create", "/F", "/TN", NAME, "/XML", str(path)])
    return f"Task Scheduler: {path} (schtasks /Create /F /TN {NAME} /XML {path.name})"


def _remove_windows() -> str:
    if os.name == "nt":
        _call(["schtasks", "/Delete", "/F", "/TN", NAME])
    return f"Task Scheduler: {NAME}"


def _call(command: Sequence[str], given: str | None = None) -> None:
    ended = subprocess.run(list(command), input=given, check=False, capture_output=True, text=True)
    if ended.returncode:
        problem = (ended.stderr or ended.stdout).strip()
        raise RunError(f"'{' '.join(command)}' không chạy được: {problem}", f"'{' '.join(command)}' failed: {problem}")


def _escaped(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace("%", "%%").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_escaped(Path(text))}"' if " " in text or '"' in text or "%" in text else text


