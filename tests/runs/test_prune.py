"""What may go and what never does."""

import json
import shutil
import time
from datetime import UTC, datetime, timedelta

import pytest
import tiny_project
from tiny_project import EVALUATION, RECORD, run_of

from forecast.errors import RunError
from forecast.runs import folders
from forecast.runs.publication import pointer, signoff
from forecast.runs.records import identity, manifest
from forecast.runs.upkeep import prune, status

LATER = datetime.now(UTC) + timedelta(days=800)
YOUNG = datetime.now(UTC)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Four runs of one name: the first was published and replaced, the second published, the third waits, the fourth is nobody's."""
    root = tmp_path_factory.mktemp("pruned")
    for seed in (1, 2, 3, 4):
        path = tiny_project.make(root, {EVALUATION: [RECORD]}, [run_of("one", seed=seed)])
        report, _, _ = tiny_project.execute_plan(root, path, publish=seed != 4)
        assert report.good
        if seed in (1, 2):
            signoff.review(root, "default", "Nguyễn A", "2026-11-07T01:00:00Z")
            signoff.publish(root, "default", "Trần B", "2026-11-07T02:00:00Z")
        time.sleep(1.1)  # a record's time has seconds
    return root


def test_only_what_nothing_names_may_go(project):
    """Published, replaced and waiting runs stay for ever; the fourth goes when it is old and not among the newest."""
    out = folders.out_folder(project)
    shown = pointer.run_ids(pointer.peek(project))
    waiting = pointer.run_ids(pointer.waiting(project, "default"))
    assert prune.prunable(project, 1, 18, YOUNG).folders == () and prune.prunable(project, 4, 1, LATER).folders == ()
    newest = max(manifest.readable(out.glob(f"*/{manifest.NAME}")), key=lambda entry: entry[1]["finished_at"])[0]
    assert newest.name not in [*shown, *waiting]
    path = tiny_project.make(project, {EVALUATION: [RECORD]}, [run_of("one", seed=5)])
    tiny_project.execute_plan(project, path, publish=False)
    found = prune.prunable(project, 1, 1, LATER)
    assert found.folders == (newest,) and found.size > 0 and newest.is_dir()  # a list removes nothing
    assert prune.remove(project, 1, 1, LATER).folders == (newest,) and not newest.exists()
    pointer.read(project)  # every hash of what is shown is still right
    assert signoff.rollback(project, "default", "Trần B", "2026-11-08T02:00:00Z")["state"] == pointer.PUBLISHED


def test_a_thousand_runs_are_pruned_in_one_go(tmp_path):
    """Of 1,000 runs of forty names the newest and the young stay; what is shown stays whole, and so does everything that is left."""
    path = tiny_project.make(tmp_path, {EVALUATION: [RECORD]}, [run_of("one")])
    assert tiny_project.execute_plan(tmp_path, path)[0].published
    out = folders.out_folder(tmp_path)
    [first] = out.glob("one-*")
    content = manifest.read(first)
    for number in range(1000):
        name, parameters = f"run{number % 40}", {**content["parameters"], "seed": number + 10}
        run_id = identity.run_id(name, parameters, content["digests"])
        shutil.copytree(first, out / run_id)
        ended = manifest.stamp((YOUNG - timedelta(days=3 * number)).timestamp())
        facts = {"name": name, "parameters": parameters, "run_id": run_id, "finished_at": ended}
        (out / run_id / manifest.NAME).chmod(0o644)
        (out / run_id / manifest.NAME).write_text(json.dumps(content | facts), "utf-8")
    begun = time.monotonic()
    gone = prune.remove(tmp_path, 10, 18, YOUNG)
    old = round(1000 - 18 * 30.44 / 3)
    assert abs(len(gone.folders) - min(old, 40 * 15)) <= 1 and gone.kept == 1001 - len(gone.folders) == len(list(out.glob("*-*")))
    assert [problem for folder in out.glob("*-*") for problem in manifest.verify(folder)] == [] and pointer.read(tmp_path)
    assert not status.failures(tmp_path) and time.monotonic() - begun < 30


def test_a_pointer_that_cannot_be_read_keeps_everything(project):
    torn = folders.home(project) / "published-khac.json"
    torn.write_text("{", "utf-8")
    with pytest.raises(RunError, match="published-khac"):
        prune.remove(project, 1, 1, LATER)
    torn.unlink()
    assert json.loads(pointer.raw(project))["runs"]
