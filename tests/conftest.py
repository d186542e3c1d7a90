"""Settings every test shares, made before numpy is imported; what is started or made once for all tests."""

import os
import shutil
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two busy cores: the threads of small matrices only fight

import pytest
from made_once import HOME

from forecast.runs.processes import owned


def pytest_configure(config):
    """The folder of what is made once; workers find it in their environment."""
    if not hasattr(config, "workerinput"):
        os.environ[HOME] = tempfile.mkdtemp(prefix="forecast-tests-")


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(HOME), ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def kept_processes():
    """What draws, and what runs and kernels are forked from, is started once for all tests of a worker, as for all plans of a command."""
    with owned.kept():
        yield
