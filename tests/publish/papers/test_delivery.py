"""One mail for one signed publication, none for a draft or on a repeat; what a mail server answers is understood."""

import json
from email.header import decode_header, make_header

import pandas as pd
import pytest
from mail_server import CERTIFICATE, PASSWORD, USER, mail_server
from publish_fixture import make_root

from forecast.errors import PublishError
from forecast.installation import Mail
from forecast.publish.leaders import page as board
from forecast.publish.papers import delivery

SIGNED = {"state": "published", "signatures": [{"state": "published", "by": "Nguyễn Văn Ký", "at": "2026-11-27T02:00:00Z"}]}


@pytest.fixture
def post(monkeypatch):
    """A server that takes letters, and how to reach it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with mail_server() as (port, letters):
        yield Mail(host="localhost", port=port, user=USER, password=PASSWORD, sender="du-bao@example.vn"), letters


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """A root whose papers are made once: drawing them again shows nothing about sending them."""
    root = make_root(tmp_path_factory.mktemp("root"))
    sign(root)
    return root, delivery.made(root, delivery.published.read(root), "")


def sign(root, **facts):
    path = root / "parameterized_runs" / "published.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | SIGNED | facts, ensure_ascii=False), "utf-8")


def test_once_for_a_signed_publication(papers, post, tmp_path, monkeypatch):
    """The folder holds four papers and one letter came with briefing and recipients; a repeat sends nothing; a new one sends again."""
    root, made = papers
    mail, letters = post
    monkeypatch.setattr(delivery, "made", lambda *_: made)
    sending = {"folder": tmp_path / "share", "mail": mail, "to": ["a@example.vn", "b@example.vn"]}
    delivery.deliver(root, **sending)
    assert sorted(path.suffix for path in (tmp_path / "share").iterdir()) == [".docx", ".pdf", ".pptx", ".xlsx"]
    [letter] = letters
    assert letter["To"] == "a@example.vn, b@example.vn" and letter["From"] == mail.sender
    attached = [part.get_payload(decode=True)[:4] for part in letter.walk() if part.get_filename()]
    assert attached == [b"%PDF", b"PK\x03\x04"]
    assert "Nguyễn Văn Ký" in next(part.get_payload(decode=True).decode() for part in letter.walk() if part.get_content_type() == "text/plain")
    delivery.deliver(root, **sending)
    assert len(letters) == 1
    sign(root, published_at="2026-12-27T02:00:00Z")
    delivery.deliver(root, **sending | {"folder": None})
    assert len(letters) == 2
    said = [next(part.get_payload(decode=True).decode() for part in letter.walk() if part.get_content_type() == "text/plain") for letter in letters]
    assert str(tmp_path / "share") in said[0] and "thư mục" not in said[1]
    assert len([part for part in letters[1].walk() if part.get_filename()]) == 4  # nowhere else to find them


def test_a_draft_sends_nothing(post, tmp_path):
    root = make_root(tmp_path / "root")
    said = delivery.deliver(root, folder=tmp_path / "share", mail=post[0], to=["a@example.vn"])
    assert "chưa ký" in said.vi and not post[1] and not (tmp_path / "share").exists()


@pytest.mark.parametrize(("facts", "said"), [({"user": ""}, "đòi đăng nhập"), ({"password": "x"}, "sai tên hoặc mật khẩu"),
                                             ({"port": 1}, "không nối được")])  # fmt: skip
def test_a_refusal_is_said_and_tried_again(papers, post, tmp_path, monkeypatch, facts, said):
    """A relay answering 530, a wrong password, no server: what to do; the folder is not laid twice and the mail goes out later."""
    root = make_root(tmp_path / "root")
    sign(root)
    mail, letters = post
    monkeypatch.setattr(delivery, "made", lambda *_: papers[1])
    with pytest.raises(PublishError, match=said):
        delivery.deliver(root, folder=tmp_path / "share", mail=mail.model_copy(update=facts), to=["a@example.vn"])
    assert not letters and "folder" in json.dumps(delivery._kept(root))
    assert delivery.deliver(root, folder=tmp_path / "share", mail=mail, to=["a@example.vn"]).en.endswith("(mail).")
    assert len(letters) == 1


def give_chance(root, probability):
    """The chance of the open target of productivity in every run that has it."""
    for path in (root / "parameterized_runs" / "out").glob("*/verdicts.csv"):
        table = pd.read_csv(path)
        table.loc[table["target"] == "lp_2030", "probability"] = probability
        table.to_csv(path, index=False)


def test_a_crossing_is_a_letter_of_its_own(papers, post, tmp_path, monkeypatch):
    """Between two publications a chance crosses a mark: the papers' letter and an alert, once each, also where the mail failed at first."""
    root, (mail, letters) = make_root(tmp_path / "root"), post
    sign(root)
    monkeypatch.setattr(delivery, "made", lambda *_: papers[1])
    sending = {"folder": tmp_path / "share", "mail": mail, "to": ["a@example.vn"]}
    delivery.deliver(root, **sending)
    assert [str(make_header(decode_header(letter["Subject"]))) for letter in letters] == ["[Dự báo Hưng Yên] Bản mới đã công bố"]
    give_chance(root, 0.61)
    sign(root, published_at="2026-12-27T02:00:00Z")
    with pytest.raises(PublishError):
        delivery.deliver(root, **sending | {"mail": mail.model_copy(update={"password": "x"})})
    for _ in range(2):
        delivery.deliver(root, **sending)
    _, briefing, alert = letters
    assert "qua một mốc" in str(make_header(decode_header(alert["Subject"]))) and [part for part in briefing.walk() if part.get_filename()]
    text = alert.get_payload(decode=True).decode()
    assert "50\u00a0%" in text or "50 %" in text
    assert "khoảng 30" in text and "khoảng 60" in text and alert.get_content_type() == "text/plain"


def test_papers_lie_beside_a_page_that_is_carried(papers, tmp_path, monkeypatch):
    """Four papers in a folder beside the file; the page then leads to them."""
    monkeypatch.setattr(delivery, "made", lambda *_: papers[1])
    page = board.write_static(papers[0], tmp_path)
    assert "<body data-papers>" not in page.read_text("utf-8")
    laid = delivery.lay_beside(papers[0], page)
    text = page.read_text("utf-8")
    assert "<body data-papers>" in text and len(laid) == 4
    assert all(path.exists() and f'href="giay_to/{path.name}"' in text for path in laid)


def test_a_chance_that_crosses_a_mark_is_said():
    key = "labour_productivity_real|hung_yen_2025|nso"
    [crossed] = delivery.crossings({key: 0.45}, {key: 0.55})
    assert "50 %" in crossed.vi and "50%" in crossed.en
    assert delivery.crossings({key: 0.45}, {key: 0.49}) == [] == delivery.crossings({}, {key: 0.9})
