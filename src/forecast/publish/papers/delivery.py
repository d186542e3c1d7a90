"""What a signed publication sends out, once: its papers into a folder, and a mail with the briefing to those who asked for it."""

from __future__ import annotations

import base64
import json
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from forecast import files, headline
from forecast.domain import Text
from forecast.errors import PublishError
from forecast.installation import Mail
from forecast.publish import published, words
from forecast.publish.papers import briefing, slides, typeset, word, workbook
from forecast.publish.papers import view as views
from forecast.publish.papers.paper import standing
from forecast.publish.published import Publication
from forecast.publish.words.vocabulary import sentence
from forecast.runs import folders
from forecast.runs.publication import pointer

KEPT = "delivered.json"  # what went out, beside the runs
CROSSED = (0.2, 0.5, 0.8)  # chances whose crossing a mail opens with
PATIENCE = 20.0  # seconds for a mail server


def deliver(root: Path, *, folder: Path | None, mail: Mail | None, to: Sequence[str], address: str = "") -> Text:
    """Send what was not sent yet of a signed publication; what was done in words.

    A draft and a publication that went out before send nothing. Raises PublishError where folder or mail refuse; what went well
    before stays noted, so that another call sends only the rest.
    """
    publication, kept = published.read(root), _kept(root)
    if publication.state != pointer.PUBLISHED:
        return sentence("delivery_draft")
    key = files.sha256_of(files.as_json([run.run_id for run in publication.runs]) + publication.published_at)[:16]
    ways = [name for name, set_ in (("folder", folder is not None), ("mail", mail is not None and bool(to))) if set_]
    left = [name for name in ways if name not in kept.get(key, {}).get("sent", [])]
    if not left:
        return sentence("delivery_nothing")
    chances = chances_of(publication)
    before = kept[next(reversed(kept))]["chances"] if kept else {}
    papers = made(root, publication, address)
    if "folder" in left and folder is not None:
        _lay(folder, publication, papers)
        _note(root, kept, key, "folder", chances)
    if "mail" in left and mail is not None:
        _send(mail, _letter(publication, papers, crossings(before, chances), mail.sender, to))
        _note(root, kept, key, "mail", chances)
    return sentence("delivery_done", count=len(papers), ways=", ".join(left))


def made(root: Path, publication: Publication, address: str) -> dict[str, bytes]:
    """The papers of the view the page opens with, by the names they are kept under."""
    chosen = views.usual(publication)
    paper = briefing.briefing(root, chosen, publication=publication, address=address)
    stem = f"{paper.day}_{chosen.code}"
    return {
        f"bao_cao_{stem}.pdf": typeset.as_pdf(paper),
        f"bao_cao_{stem}.docx": word.as_docx(paper),
        f"trinh_chieu_{stem}.pptx": slides.slides(root, chosen, address=address),
        f"so_lieu_{stem}.xlsx": workbook.workbook(root, chosen, address=address),
    }


def chances_of(publication: Publication) -> dict[str, float]:
    """The chance of each answer's headline target, by indicator, territory and measure, where there is one."""
    chances = {}
    for run in publication.runs:
        row = words.headline_row(run.summary, run.tables.get("verdicts"))
        if row and words.has_chance(row):
            chances[f"{run.indicator}|{run.territory}|{run.measure}"] = float(row["probability"])
    return chances


def crossings(before: Mapping[str, float], now: Mapping[str, float]) -> list[Text]:
    """A sentence for each chance that came to lie on the other side of 20, 50 or 80 %."""
    texts = []
    for name, chance in now.items():
        crossed = [level for level in CROSSED if name in before and (before[name] < level) != (chance < level)]
        if crossed:
            indicator, territory, measure = name.split("|")
            about = words.subject({"indicator": indicator, "territory": territory, "measure": measure})
            levels = Text.joined((words.percent(100 * level, 0) for level in crossed), ", ")
            texts.append(sentence("chance_crossed", about=about, levels=levels, before=words.chance(before[name]), after=words.chance(chance)))
    return texts


def _lay(folder: Path, publication: Publication, papers: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in papers.items():
            files.write_whole(folder / name, content)
    except OSError as error:
        raise PublishError(f"Không ghi được giấy tờ vào {folder}: {error}.", f"The papers could not be laid into {folder}: {error}.") from error


def _letter(publication: Publication, papers: Mapping[str, bytes], crossed: Sequence[Text], sender: str, to: Sequence[str]) -> EmailMessage:
    letter = EmailMessage()
    opening = sentence("chance_crossed_subject" if crossed else "delivery_subject", home=headline.home())
    letter["Subject"], letter["From"], letter["To"] = opening.vi, sender or to[0], ", ".join(to)
    text = Text.joined([*crossed, standing(publication), sentence("delivery_text")], "\n")
    letter.set_content(f"{text.vi}\n\n{text.en}\n")
    for name, content in papers.items():
        if name.endswith((".pdf", ".docx")):
            letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return letter


def _send(mail: Mail, letter: EmailMessage) -> None:
    """Hand a letter over, encrypted and logged in as the settings say; the server's certificate is checked."""
    context = ssl.create_default_context()
    try:
        server: smtplib.SMTP
        if mail.security == "tls":
            server = smtplib.SMTP_SSL(mail.host, mail.port, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(mail.host, mail.port, timeout=PATIENCE)
        with server:
            if mail.security == "starttls":
                server.starttls(context=context)
            if mail.user:
                _log_in(server, mail)
            server.send_message(letter)
    except smtplib.SMTPAuthenticationError as error:
        raise _refused(mail, error, Text("sai tên hoặc mật khẩu", "wrong user or password")) from error
    except smtplib.SMTPException as error:
        wants_login = "530" in str(error) or getattr(error, "smtp_code", 0) == 530
        why = Text("máy chủ đòi đăng nhập: hãy đặt user và password", "the server wants a login: set user and password")
        raise _refused(mail, error, why if wants_login else Text("máy chủ từ chối", "the server refused")) from error
    except OSError as error:
        raise _refused(mail, error, Text("không nối được", "no connection")) from error


def _log_in(server: smtplib.SMTP, mail: Mail) -> None:
    """As the server offers it; a name or password with Vietnamese letters by AUTH PLAIN in UTF-8, which the library cannot write."""
    if (mail.user + mail.password).isascii():
        server.login(mail.user, mail.password)
        return
    server.ehlo_or_helo_if_needed()
    secret = base64.b64encode(f"\0{mail.user}\0{mail.password}".encode()).decode()
    code, answer = server.docmd("AUTH", f"PLAIN {secret}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _refused(mail: Mail, error: Exception, why: Text) -> PublishError:
    where = f"{mail.host}:{mail.port}"
    return PublishError(
        f"Không gửi được thư qua {where}: {why.vi} ({error}). Sửa mục [mail] của forecast.toml rồi chạy lại forecast deliver.",
        f"The mail could not be sent over {where}: {why.en} ({error}). Mend [mail] of forecast.toml, then run forecast deliver again.",
    )


def _path(root: Path) -> Path:
    return folders.home(root) / KEPT


def _kept(root: Path) -> dict[str, Any]:
    try:
        content = json.loads(_path(root).read_text("utf-8"))
        return content if isinstance(content, dict) else {}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise PublishError(f"Không đọc được {KEPT} ({error}).", f"{KEPT} cannot be read ({error}).") from error


def _note(root: Path, kept: dict[str, Any], key: str, way: str, chances: Mapping[str, float]) -> None:
    entry = kept.pop(key, {"sent": []})
    kept[key] = {"sent": [*entry["sent"], way], "chances": dict(chances)}
    files.write_whole(_path(root), json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
