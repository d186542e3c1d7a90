"""Drawing: the same picture to the same bytes, by whichever process it is drawn."""

import os
from pathlib import Path

import altair as alt
import pandas as pd
import psutil
import pytest

from forecast.runs.processes import owned, pictures

VERSION = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])


def specification(clip=True):
    points = pd.DataFrame({"x": range(5), "y": range(5)})
    found = alt.Chart(points).mark_line(clip=clip).encode(x="x", y="y").to_dict()
    found.pop("$schema")
    return found


def drawing_processes(others=()):
    """The drawing processes that live below this one and are no `others`; children that other tests left unread are no such."""
    living = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in living if "forecast.runs.processes.pictures" in child.cmdline() and child not in others]


@pytest.fixture
def others():
    """Those that are kept for other tests."""
    return drawing_processes()


@pytest.fixture
def pen(others):
    """The socket of a drawing process."""
    folder = owned.folder()
    with pictures.started(folder / "d", dict(os.environ)) as path:
        yield path
    folder.rmdir()


@pytest.mark.slow
def test_picture_bytes_are_reproducible(pen, monkeypatch):
    """A picture is the same bytes drawn here there and after others."""
    here = pictures.svg(specification(), VERSION)
    monkeypatch.setenv(pictures.SOCKET, str(pen))
    monkeypatch.setattr(pictures, "_drawn", None)  # nothing is drawn in this process any more
    drawn = [pictures.svg(specification(clip), VERSION) for clip in (True, False, True)]
    assert pictures.png(specification(), VERSION).startswith(b"\x89PNG")
    assert drawn[0] == drawn[2] == here != drawn[1] and 'clip-path="url(#d' in here


@pytest.mark.slow
def test_without_shared_process_each_draws(pen, others, monkeypatch):
    """Where the shared process is gone or refuses each draws for itself."""
    monkeypatch.setenv(pictures.SOCKET, str(pen))
    with pytest.raises(ValueError, match="conversion failed"):
        pictures.svg({"mark": {"type": "none such"}, "data": {"url": "missing.csv"}}, VERSION)
    [process] = drawing_processes(others)
    process.kill()
    assert pictures.svg(specification(), VERSION).startswith("<svg")
    monkeypatch.setenv(pictures.SOCKET, "/nobody/here")
    assert pictures.svg(specification(), VERSION).startswith("<svg")


@pytest.mark.slow
def test_page_lends_a_drawing_process(monkeypatch, nothing_kept, others):
    """A page lends itself a drawing process and gives it back."""
    monkeypatch.delenv(pictures.SOCKET, raising=False)
    alone = pictures.svg(specification(), VERSION)
    with pictures.lent():
        lent = os.environ[pictures.SOCKET]
        assert pictures.shared()
        with pictures.lent():  # one is enough
            assert os.environ[pictures.SOCKET] == lent
        waiting = [pictures.later(specification(clip), VERSION) for clip in (True, False)]
        assert waiting[0].result() == alone != waiting[1].result()
    assert pictures.SOCKET not in os.environ and not Path(lent).parent.exists()
    assert not drawing_processes(others)


def test_picture_ids_come_from_content():
    """Ids come from the content so that two pictures on a page do not share one."""
    one = '<svg><clipPath id="clip7"/><g clip-path="url(#clip7)"/><use href="#clip7"/><a href="#top">clip</a></svg>'
    other = one.replace("<g ", '<g fill="red" ')
    named = pictures.own_ids(one)
    assert named == pictures.own_ids(one.replace("clip7", "clip12")) and "clip7" not in named
    assert 'href="#top">clip<' in named and pictures.own_ids(other) != named.replace("<g ", '<g fill="red" ')
    assert pictures.own_ids("<svg/>") == "<svg/>"
