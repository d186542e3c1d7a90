"""The second part of the acceptance list, section A: a machine that is not in order, clocks, doors."""

import sys

import numpy as np
import pytest
import tiny_project
from tiny_project import EVALUATION, execute_plan, run_of

from forecast.errors import RefusedError, RunError
from forecast.models import predict
from forecast.models.series import prophet_method, statistical

GROWING = np.array([60.0, 64.1, 68.8, 72.9, 78.4, 84.2, 90.0, 95.3, 98.1, 99.0, 107.4, 114.2])
FORECAST = """
import prophet.models
prophet.models.CmdStanPyBackend.load_model = lambda self: (_ for _ in ()).throw(OSError('libtbb.so.2: cannot open shared object file'))
from forecast.models import predict
predict([60.0, 64.1, 68.8, 72.9, 78.4, 84.2, 90.0, 95.3, 98.1, 99.0], 2, method='prophet')"""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("method", ["ets", "theta", "local_linear_trend", "arima", "prophet"])
def test_2a28_every_fitted_method_fits_the_plain_series(method):
    simulate = {"prophet": lambda x, steps, rng, draws: prophet_method._simulate_prophet(x, steps, 1, draws)}
    simulate = simulate.get(method) or getattr(statistical, {"local_linear_trend": "_simulate_trend"}.get(method, f"_simulate_{method}"))
    assert statistical._can_fit(simulate, ValueError())


def test_2a28_a_method_that_does_not_work_here_is_no_refusal(monkeypatch):
    """2A28: Prophet's backend missing or broken is a fault of the machine; a series that cannot be fitted is refused as before."""
    import prophet.models

    with monkeypatch.context() as broken:
        broken.setattr(prophet.models.CmdStanPyBackend, "load_model", lambda self: 1 / 0)
        with pytest.raises(RunError, match="lỗi cài đặt"):
            predict(GROWING, 2, method="prophet")
    with monkeypatch.context() as missing:
        missing.setitem(sys.modules, "prophet", None)
        with pytest.raises(RunError, match="lỗi cài đặt"):
            predict(GROWING, 2, method="prophet")
    true = prophet_method._simulate_prophet

    def only_this(x, *more):
        if len(x) == len(GROWING):
            raise RuntimeError("Error during optimization")
        return true(x, *more)

    monkeypatch.setattr(prophet_method, "_simulate_prophet", only_this)
    with pytest.raises(RefusedError):
        predict(GROWING, 2, method="prophet")


@pytest.mark.slow
def test_2a28_a_run_on_such_a_machine_failed_and_is_tried_again(tmp_path):
    path = tiny_project.make(tmp_path, {EVALUATION: [FORECAST]}, [run_of("one")])
    for _ in range(2):
        report, results, _ = execute_plan(tmp_path, path)
        assert results["one"].state == "failed" and not results["one"].skipped and not report.published
        assert "lỗi cài đặt" in results["one"].reason.vi
