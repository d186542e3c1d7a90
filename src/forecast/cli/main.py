"""The command `forecast`: its words, each in the module that is imported when the word is called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from forecast.cli.options import FAILED, REFUSED, Command, Group, tell_refused
from forecast.errors import ForecastError

WORDS = {  # of each word, where it is and its help
    "check": ("figures.check", "kiểm tra số liệu / check the figures"),
    "plan": ("runs.plan", "xem, tạo kế hoạch / show, make plans"),
    "run": ("runs.run", "chạy một kế hoạch / run a plan"),
    "verify": ("runs.verify", "tính lại mọi mã băm / recompute every hash"),
    "status": ("runs.status", "đang hiện gì, hỏng gì, sắp chạy gì / what is shown, failed, next"),
    "review": ("runs.review", "ký: đã thẩm định bản dự thảo / sign that the draft was checked"),
    "changes": ("runs.changes", "điều gì đã đổi so với bản trước / what changed since the set before"),
    "publish": ("runs.publish", "công bố bản đã thẩm định, hay ghi trang tĩnh / publish, or write the page"),
    "rollback": ("runs.rollback", "hiện lại bản trước / show the set before this one again"),
    "ledger": ("runs.ledger", "mọi dự báo đã công bố và kết quả / every published forecast and what came of it"),
    "schedule": ("upkeep.schedule", "chạy theo lịch / run by a schedule"),
    "serve": ("runs.serve", "mở trang cho lãnh đạo / serve the leadership page"),
    "brief": ("papers.brief", "báo cáo hai trang, Word và PDF / the briefing, Word and PDF"),
    "workbook": ("papers.workbook", "bảng tính có mọi bảng / the workbook of every table"),
    "slides": ("papers.slides", "năm trang trình chiếu / five slides"),
    "evaluate": ("papers.evaluate", "báo cáo đánh giá dự báo của một năm / the yearly evaluation"),
    "user": ("people.user", "ai được vào, với vai trò gì / who may enter, in which role"),
    "export": ("papers.export", "cho chương trình khác: hubverse, SDMX / for other programs: hubverse, SDMX"),
    "deliver": ("papers.deliver", "gửi giấy tờ của bản đã công bố, một lần / send the papers of what was published, once"),
    "intake": ("intake.intake", "số liệu của tỉnh: mẫu, xem trước, nhập, hoàn lại / the province's figures: template, preview, take in, undo"),
    "series": ("figures.series", "in một chuỗi số liệu / print a series"),
    "scenario": ("scenarios.scenario", "kịch bản: liệt kê, xem, lưu, thêm / scenarios: list, show, save, new"),
    "open": ("scenarios.reopen", "mở lại một kịch bản bằng mã hay liên kết / reopen a scenario by code or link"),
    "solve": ("scenarios.solve", "cần gì để đạt một chỉ tiêu / what it would take"),
    "golden": ("scenarios.golden", "ghi lại kết quả chuẩn của kịch bản / write the golden results"),
    "init": ("upkeep.init", "dựng một dự án mới, của tỉnh này hay tỉnh khác / lay out a new project, of this or another province"),
    "doctor": ("upkeep.doctor", "máy này có chạy được không, sửa ra sao / is this machine fit, how to mend it"),
    "backup": ("upkeep.backup", "sao lưu vào một tệp / save everything in one file"),
    "restore": ("upkeep.restore", "khôi phục vào thư mục mới / restore into a new folder"),
    "prune": ("upkeep.prune", "lượt chạy cũ: liệt kê, hay xóa / old runs: list, or remove"),
    "version": ("figures.version", "phiên bản / version"),
}


class Forecast(Group):
    """The words by name; what one needs is imported when it is called, not for the help of all."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        if name is None:
            return None, None, rest
        (module, word), text = WORDS[name][0].split("."), WORDS[name][1]
        command: click.Command = getattr(importlib.import_module(f"forecast.cli.{module}"), word)
        command.help = text
        return name, command, rest


forecast = Forecast(
    "forecast",
    commands={name: Command(name, help=text) for name, (_, text) in WORDS.items()},
    help="Bộ công cụ dự báo Hưng Yên / the Hưng Yên forecasting kit",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 when something failed, 2 when it was refused, 128 + n after signal n."""
    if arguments is None:
        _require_utf8()
    _open_streams()
    _speak_utf8()
    try:
        return forecast.main(sys.argv[1:] if arguments is None else arguments, "forecast", standalone_mode=False)
    except click.ClickException as error:
        tell_refused(error)
        return error.exit_code
    except ForecastError as error:
        print(error.vi, error.en, sep="\n", file=sys.stderr)
        return REFUSED
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:  # a full disk, a folder that went: told in one line, what was there before stays
        print(f"Hệ thống báo lỗi: {error}.", f"The system said: {error}.", sep="\n", file=sys.stderr)
        return FAILED


def _require_utf8() -> None:
    """Start again in UTF-8 mode where the locale would garble the names of folders and files (A40)."""
    if sys.getfilesystemencoding().lower() != "utf-8":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "forecast", *sys.argv[1:]])


def _open_streams() -> None:
    """Stand nothing in for a stream that whoever started this closed (a daemon, pythonw, 2>&-), so that no file takes its number."""
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(handle)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115


def _speak_utf8() -> None:
    """Write UTF-8 whatever the machine's locale (A40)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    raise SystemExit(main())
