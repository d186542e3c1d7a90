"""Say that a run failed: a file, a line on the advisers' start page, and a mail where the province's relay is named."""

from __future__ import annotations

import json
import os
import smtplib
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

from forecast import files, headline
from forecast.domain import Text, because

MOST_KEPT = 50
RELAY, TO, SENDER = "FORECAST_SMTP", "FORECAST_SMTP_TO", "FORECAST_SMTP_FROM"
_PATIENCE = 15.0  # seconds for the relay


def path_of(root: Path) -> Path:
    """The file that holds the newest notices."""
    return root / "parameterized_runs" / "notices.json"


def read(root: Path) -> list[dict[str, str]]:
    """The notices, newest first; none when there is no file or it cannot be read."""
    try:
        notices = json.loads(path_of(root).read_text(encoding="utf-8"))
        return [notice for notice in notices if isinstance(notice, dict) and {"at", "plan", "vi", "en"} <= set(notice)]
    except (OSError, ValueError, TypeError):
        return []


def give(root: Path, plan: str, at: str, reason: Text, environment: Mapping[str, str] | None = None, *, subject: str = "") -> Text:
    """Write a notice down, in JSON and as plain text, and mail it where FORECAST_SMTP names a relay; what came of the mail."""
    _keep(root, [{"at": at, "plan": plan, "vi": reason.vi, "en": reason.en}, *read(root)][:MOST_KEPT])
    return mail(plan, reason, environment if environment is not None else os.environ, subject)


def clear(root: Path, plan: str) -> None:
    """Take a plan's notices away once it ran well again."""
    notices = read(root)
    others = [notice for notice in notices if notice["plan"] != plan]
    if len(others) != len(notices):
        _keep(root, others)


def _keep(root: Path, notices: list[dict[str, str]]) -> None:
    files.write_whole(path_of(root), files.as_json(notices))
    text = "\n\n".join(f"{notice['at']}  {notice['plan']}\n{notice['vi']}\n{notice['en']}" for notice in notices)
    files.write_whole(path_of(root).with_suffix(".txt"), text + "\n")


def mail(plan: str, reason: Text, environment: Mapping[str, str], subject: str = "") -> Text:
    """Mail a notice over the relay FORECAST_SMTP (host:port, no password) to FORECAST_SMTP_TO; a relay that fails stops nothing."""
    relay, to = environment.get(RELAY, ""), environment.get(TO, "")
    if not relay or not to:
        return Text("Không gửi thư (chưa đặt FORECAST_SMTP, FORECAST_SMTP_TO).", "No mail (FORECAST_SMTP, FORECAST_SMTP_TO unset).")
    try:
        letter = EmailMessage()
        letter["Subject"] = f"[Dự báo {headline.home().vi}] {subject or f'Kế hoạch {plan} có lượt chạy hỏng'}"
        letter["From"] = environment.get(SENDER) or to.split(",")[0].strip()
        letter["To"] = to
        letter.set_content(f"{reason.vi}\n\n{reason.en}\n")
        host, _, port = relay.rpartition(":") if ":" in relay else (relay, "", "25")
        with smtplib.SMTP(host, int(port), timeout=_PATIENCE) as server:
            server.send_message(letter)
        return Text(f"Đã gửi thư cho {to}.", f"Mailed to {to}.")
    except (OSError, smtplib.SMTPException, ValueError) as error:
        why = because(error)
        return Text(f"Không gửi được thư qua {relay}: {why.vi}.", f"The mail could not be sent over {relay}: {why.en}.")
