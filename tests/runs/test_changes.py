"""Two publications in a project folder: figures kept beside them, the change divided once, read by page, start page and command line."""

import shutil

import pytest
from places import DATA

from forecast import evidence, files, policy
from forecast.cli import runs as cli
from forecast.publish.leaders import page
from forecast.publish.notebooks import start
from forecast.runs import folders
from forecast.runs.publication import changes, pointer, signoff
from forecast.runs.records import identity, manifest, record

ASKED = {"territory": "hung_yen_2025", "measure": "mic", "horizon_year": 2030, "as_of": "latest", "scenario": "baseline",
         "method": "default", "n_paths": 200, "seed": 5}  # fmt: skip
AT = "2026-11-{:02}T08:00:00Z"


def recorded(root, day):
    """A run of the digital share on the figures of `root` as the kit records it, offered as the set of the plan; its id."""
    store = evidence.load(root / "data")
    outlook = policy.outlook(store, "digital_economy_share", **ASKED)
    digests = {"data": identity.data_digest(root), "code": files.code_digest(), "environment": "e", "notebook": "n"}
    run_id = identity.run_id("digital", ASKED, digests)
    folder = folders.out_folder(root) / run_id
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in policy.tables(outlook, store).items():
        (folder / folders.table_file(name)).write_bytes(record._csv(name, table))
    (folder / "summary.json").write_text(record._summary(policy.summary(outlook, store)), "utf-8")
    (folder / "parameters.json").write_text(files.as_json(ASKED), "utf-8")
    content = {"run_id": run_id, "plan": "default", "name": "digital", "notebook": "02_digital_economy_share", "parameters": ASKED}
    content |= {"state": "succeeded", "digests": digests, "versions": {}, "seconds": {"total": 1.0}}
    manifest.write(folder, content | {"started_at": AT.format(day), "finished_at": AT.format(day)})
    changes.keep_figures(root, digests["data"])
    pointer.offer(root, "default", [run_id], AT.format(day))
    return run_id


def without_newest(root):
    """Take the nation's newest share by the ministry out of the figures, as if it had not come yet; what was there."""
    path = root / "data" / "observations.csv"
    whole = path.read_text("utf-8")
    rows = whole.splitlines(keepends=True)
    mine = [row for row in rows if row.startswith("digital_economy_share,mic,viet_nam,")]
    newest = max(row.split(",")[3] for row in mine)
    path.write_text("".join(row for row in rows if not (row in mine and row.split(",")[3] == newest)), "utf-8")
    return whole


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A first publication, signed; then a figure arrives and a draft waits."""
    folder = tmp_path_factory.mktemp("two")
    shutil.copytree(DATA, folder / "data")
    (folder / "parameterized_runs").mkdir()
    whole = without_newest(folder)
    recorded(folder, 1)
    for step in (signoff.review, signoff.publish):
        step(folder, "default", "Trần Thị B", AT.format(2))
    (folder / "data" / "observations.csv").write_text(whole, "utf-8")
    recorded(folder, 3)
    return folder


def test_a_waiting_draft_is_held_against_what_is_shown(root, capsys, monkeypatch):
    monkeypatch.setattr(cli, "find_root", lambda: root)
    changes.prepare(root)
    at, rows = changes.read(root, which="waiting")
    parts = {row["part"]: float(row["change"]) for row in rows if row["quantity"] == "outcome"}
    old, new = (read_summary(root, content) for content in changes.pairs(root)["waiting"])
    assert at == AT.format(2) and {part for part, change in parts.items() if change} == {"new"}
    assert sum(parts.values()) == pytest.approx(new["median"] - old["median"], abs=1e-9) and parts["new"]
    assert changes.read(root) is None  # nothing was shown before the first
    shown = start.changes(root=root).value
    assert "Dự thảo đang chờ" in shown and "Do: số liệu mới" in shown
    assert next(name for name, _ in start.reports(root=root).children[1].children[0].options).startswith("Dự thảo: ")
    cli.tell_changes(root, "default", "waiting")
    assert "số liệu mới" in capsys.readouterr().out


def read_summary(root, content):
    return changes._json(folders.out_folder(root) / pointer.run_ids(content)[0] / "summary.json")


def test_the_page_in_a_file_follows_the_start_page(root, tmp_path):
    """Publishing and going back from the start page leave the page of what is then shown, with what changed it (2A13)."""
    here = tmp_path / "here"
    shutil.copytree(root, here)
    static = folders.home(here) / "static" / "index.html"
    start._sign(signoff.review, here, "default", "Trần Thị B")
    start._shown(signoff.publish, here, "default", "Trần Thị B")
    published = static.read_text("utf-8")
    assert page.shell.marked(static, page.digest(here)) and "Do: số liệu mới" in published
    start._shown(signoff.rollback, here, "default", "Trần Thị B")
    assert page.shell.marked(static, page.digest(here)) and static.read_text("utf-8") != published


def test_figures_kept_once_are_what_they_were(root):
    kept = sorted((folders.home(root) / "publications" / "figures").glob("*.zip"))
    assert len(kept) == 2
    folders_ = [path for path in folders.out_folder(root).iterdir() if not path.name.startswith(".")]
    digests = {manifest.read(folder)["digests"]["data"][:16] for folder in folders_}
    assert {path.stem for path in kept} == digests
    assert changes._figures(root, "0" * 64) is None
