"""Fixtures of the pages."""

import pytest
from made_once import made_once
from places import PROJECT
from publish_real import make_real_root

from forecast.publish.leaders import page as board
from forecast.publish.register import page


@pytest.fixture(scope="session")
def file():
    """The page of figures as one file."""
    return made_once("register", lambda folder: page.write_static(PROJECT, folder)) / page.FILE


@pytest.fixture(scope="session")
def whole_page(tmp_path_factory):
    """A root whose runs hold every table, and its page as one file: made once for all tests that only read."""
    root = make_real_root(tmp_path_factory.mktemp("page"), whole=True, pages=True)
    return root, board.write_static(root, root / "static")
