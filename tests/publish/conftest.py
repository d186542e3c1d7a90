"""Fixtures of the pages."""

import pytest
from places import PROJECT

from forecast.publish.register import page


@pytest.fixture(scope="session")
def file(tmp_path_factory):
    """The page of figures as one file."""
    return page.write_static(PROJECT, tmp_path_factory.mktemp("register"))
