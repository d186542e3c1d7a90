"""Fixtures of the pages."""

import pytest
from places import PROJECT
from publish_real import make_real_root

from forecast.publish.leaders import page as board
from forecast.publish.register import page


@pytest.fixture(scope="session")
def file(tmp_path_factory):
    """The page of figures as one file."""
    return page.write_static(PROJECT, tmp_path_factory.mktemp("register"))


@pytest.fixture(scope="session")
def whole_page(tmp_path_factory):
    """A root whose runs hold every table, and its page as one file: made once for all tests that only read."""
    root = make_real_root(tmp_path_factory.mktemp("page"), whole=True, pages=True)
    return root, board.write_static(root, root / "static")
