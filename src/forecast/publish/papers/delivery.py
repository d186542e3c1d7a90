"""What a signed publication sends out, once: its papers into a folder, a mail with the briefing, an alert where a chance crossed a mark."""

from __future__ import annotations

import base64
import json
import os
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from forecast import files, headline
from forecast.domain import Text, because
from forecast.errors import PublishError
from forecast.installation import Installation, Mail
from forecast.publish import published, words
from forecast.publish.papers import briefing, slides, typeset, word, workbook
from forecast.publish.papers import view as views
from forecast.publish.papers.paper import stand, standing
from forecast.publish.published import Publication
from forecast.publish.words.vocabulary import sentence
from forecast.runs import folders
from forecast.runs.publication import pointer
from forecast.runs.upkeep import notice

KEPT = "delivered.json"  # what went out, beside the runs
BESIDE = "giay_to"  # the folder of papers beside a page that is carried
CROSSED = (0.2, 0.5, 0.8)  # chances whose crossing is a letter of its own
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
    chances, sent = chances_of(publication), kept.get(key, {}).get("sent", [])
    crossed = crossings(next((entry["chances"] for name, entry in reversed(kept.items()) if name != key), {}), chances)
    mailed = mail is not None and bool(to)
    wanted = {"folder": folder is not None, "mail": mailed, "alert": mailed and bool(crossed)}
    if not (left := [way for way, asked in wanted.items() if asked and way not in sent]):
        return sentence("delivery_nothing")
    papers = _stamped(publication, made(root, publication, address)) if set(left) - {"alert"} else {}
    for way in left:
        if way == "folder" and folder is not None:
            _lay(folder, papers)
        elif mail is not None:
            _send(mail, _addressed(_alert(crossed) if way == "alert" else _letter(publication, papers, folder), mail, to))
        _note(root, kept, key, way, chances)
    return sentence("delivery_done", count=len(papers), ways=", ".join(left))


def send(told: Installation, to: Sequence[str] = (), address: str = "") -> Text:
    """Send what is published where an installation says, once, to `to` or else to FORECAST_SMTP_TO; what was done in words.

    Without a folder and a mail server nothing is made. Raises PublishError as `deliver` does.
    """
    readers = list(to) or [name.strip() for name in os.environ.get(notice.TO, "").split(",") if name.strip()]
    mail = told.mail if told.mail.host else None
    return deliver(told.root, folder=told.path(told.share.folder), mail=mail, to=readers, address=address)


def made(root: Path, publication: Publication, address: str) -> dict[str, bytes]:
    """The papers of the view the page opens with, by name."""
    chosen = views.usual(publication)
    paper = briefing.briefing(root, chosen, publication=publication, address=address)
    return {
        "bao_cao.pdf": typeset.as_pdf(paper),
        "bao_cao.docx": word.as_docx(paper),
        "trinh_chieu.pptx": slides.slides(root, chosen, address=address),
        "so_lieu.xlsx": workbook.workbook(root, chosen, address=address),
    }


def _stamped(publication: Publication, papers: Mapping[str, bytes]) -> dict[str, bytes]:
    """Papers with the day and the code of their view in their names, as they lie beside those of other months."""
    stamp = f"_{stand(publication)['day']}_{views.usual(publication).code}."
    return {name.replace(".", stamp): content for name, content in papers.items()}


def lay_beside(root: Path, page: Path) -> list[Path]:
    """Lay the papers into a folder beside a page that is carried as a file, and let the page lead to them; the papers' paths."""
    papers, folder = made(root, published.read(root), ""), page.parent / BESIDE
    _lay(folder, papers)
    files.write_whole(page, page.read_text("utf-8").replace("<body>", "<body data-papers>", 1))
    return [folder / name for name in papers]


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


def _lay(folder: Path, papers: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in papers.items():
            files.write_whole(folder / name, content)
    except OSError as error:
        why = because(error)
        raise PublishError(f"Không ghi được giấy tờ vào {folder}: {why.vi}.", f"The papers could not be laid into {folder}: {why.en}.") from error


def _addressed(letter: EmailMessage, mail: Mail, to: Sequence[str]) -> EmailMessage:
    letter["From"], letter["To"] = mail.sender or to[0], ", ".join(to)
    return letter


def _letter(publication: Publication, papers: Mapping[str, bytes], folder: Path | None) -> EmailMessage:
    """The publication with its briefing attached, and where the other papers lie; without a folder they are attached too."""
    letter = EmailMessage()
    letter["Subject"] = sentence("delivery_subject", home=headline.home()).vi
    told = sentence("delivery_text") if folder is None else sentence("delivery_folder", folder=folder)
    text = standing(publication) + "\n" + told
    letter.set_content(f"{text.vi}\n\n{text.en}\n")
    for name, content in papers.items():
        if folder is None or name.endswith((".pdf", ".docx")):
            letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return letter


def _alert(crossed: Sequence[Text]) -> EmailMessage:
    """A letter of its own for chances that crossed a mark, so that nobody overlooks it among papers."""
    letter = EmailMessage()
    letter["Subject"] = sentence("chance_crossed_subject", home=headline.home()).vi
    text = Text.joined(crossed, "\n")
    letter.set_content(f"{text.vi}\n\n{text.en}\n")
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
        why = because(error)
        raise PublishError(f"Không đọc được {KEPT} ({why.vi}).", f"{KEPT} cannot be read ({why.en}).") from error


def _note(root: Path, kept: dict[str, Any], key: str, way: str, chances: Mapping[str, float]) -> None:
    entry = kept.pop(key, {"sent": []})
    kept[key] = {"sent": [*entry["sent"], way], "chances": dict(chances)}
    files.write_whole(_path(root), json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
