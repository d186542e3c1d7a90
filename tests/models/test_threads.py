"""Fitting and drawing take one thread wherever nobody set how many; what the caller had comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from forecast.models import predict
from forecast.models.series.threads import one_thread

HISTORY = [100 * 1.05**year + year % 3 for year in range(12)]


def counts():
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_one_thread_inside_and_the_callers_number_after():
    with threadpool_limits(2):
        before = counts()
        assert one_thread(counts)() == {1}
        assert counts() == before


def test_the_callers_number_comes_back_after_a_refusal():
    with threadpool_limits(2):
        before = counts()
        with pytest.raises(ValueError, match="no"):
            one_thread(lambda: (_ for _ in ()).throw(ValueError("no")))()
        assert counts() == before


def test_one_thread_draws_the_same():
    """A fitted method draws the same on one thread and on the librarys own."""
    script = f"from forecast.models import predict; print(predict({HISTORY}, 3, method='ets', n_paths=5).paths.tolist())"
    free = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    printed = subprocess.run([sys.executable, "-c", script], env=free, capture_output=True, text=True, check=True).stdout
    np.testing.assert_array_equal(json.loads(printed), predict(HISTORY, 3, method="ets", n_paths=5).paths)
