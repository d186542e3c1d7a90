"""Settings every test shares, made before numpy is imported; what is started or made once for all tests."""

import os
import shutil

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two busy cores: the threads of small matrices only fight

import pytest
from made_once import HOME, STARTED_HERE
from places import PROJECT

from forecast.runs.processes import owned


def pytest_unconfigure():
    """What was made once goes with who started the session."""
    if STARTED_HERE:
        shutil.rmtree(HOME, ignore_errors=True)


LONGEST_FIRST = ("tests/publish/serving", "tests/publish/papers", "tests/acceptance", "tests/publish", "tests/runs", "tests")


def pytest_collection_modifyitems(items):
    """Modules that take long come first, so that at the end no worker waits for another that has just begun one."""
    items.sort(key=lambda item: next(rank for rank, folder in enumerate(LONGEST_FIRST) if item.path.is_relative_to(PROJECT / folder)))


@pytest.fixture(scope="session", autouse=True)
def kept_processes():
    """What draws, and what runs and kernels are forked from, is started once for all tests of a worker, as for all plans of a command."""
    with owned.kept():
        yield


@pytest.fixture
def nothing_kept(monkeypatch):
    """As where nothing is kept: what is lent ends with whoever it was lent to."""
    monkeypatch.setattr(owned, "_KEPT", [])
