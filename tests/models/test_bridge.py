"""The bridge from nation to province, against answers computed by hand or by plain linear algebra."""

import numpy as np
import pytest

from forecast.errors import RefusedError
from forecast.models.provincial.bridge import GapModel, Reading, bridge, condition, interval_reading, pool

YEARS = tuple(range(2015, 2031))
KNOWN = 10
MODEL = GapModel(initial_mean=-0.2, initial_sd=0.3, noise_sd=0.03, drift_mean=0.0, drift_sd=0.02)


def nation(n_paths=4000):
    rng = np.random.default_rng(5)
    draws = np.empty((n_paths, len(YEARS)))
    draws[:, :KNOWN] = 4.0 + 0.05 * np.arange(KNOWN)
    draws[:, KNOWN:] = draws[0, KNOWN - 1] + np.cumsum(
        0.05 + 0.02 * rng.standard_normal((n_paths, len(YEARS) - KNOWN)), 1
    )
    return draws


def gap_posterior(readings, years=YEARS[:KNOWN]):
    """Mean and covariance of the gap by ordinary Gaussian conditioning on the stacked vector of all years."""
    n = len(years)
    steps = np.tril(np.ones((n, n)), -1)  # gap_t = gap_0 + t * drift + sum of noises
    prior_mean = MODEL.initial_mean + np.arange(n) * MODEL.drift_mean
    prior = MODEL.initial_sd**2 * np.ones((n, n)) + np.outer(np.arange(n), np.arange(n)) * MODEL.drift_sd**2
    prior += MODEL.noise_sd**2 * steps @ steps.T
    h = np.zeros((len(readings), n))
    for row, reading in enumerate(readings):
        h[row, years.index(reading.year)] = 1
        if reading.kind == "growth":
            h[row, years.index(reading.year) - 1] = -1
    national = 4.0 + 0.05 * np.arange(n)
    value = np.array([item.value for item in readings]) - h @ national
    gain = prior @ h.T @ np.linalg.inv(h @ prior @ h.T + np.diag([item.se**2 for item in readings]))
    return prior_mean + gain @ (value - h @ prior_mean), prior - gain @ h @ prior


def test_the_smoother_agrees_with_plain_gaussian_conditioning():
    readings = (
        Reading(2018, "level", 4.0, 0.02),
        Reading(2020, "growth", 0.09, 0.01),
        Reading(2023, "level", 4.5, 0.05),
    )
    draws = bridge(nation(), YEARS, KNOWN, readings, MODEL, seed=1)[:, :KNOWN]
    mean, cov = gap_posterior(readings)
    np.testing.assert_allclose(draws.mean(axis=0) - nation()[0, :KNOWN], mean, atol=0.006)
    np.testing.assert_allclose(draws.std(axis=0), np.sqrt(np.diag(cov)), rtol=0.08)


def test_one_figure_of_the_province_visibly_tightens_the_band():
    none = bridge(nation(), YEARS, KNOWN, (), MODEL, seed=1)
    one = bridge(nation(), YEARS, KNOWN, (Reading(2022, "level", 4.2, 0.02),), MODEL, seed=1)
    assert one[:, -1].std() < 0.7 * none[:, -1].std()


def test_figure_beyond_the_nation_counts():
    """A figure for a year the nation has not published still counts."""
    late = bridge(nation(), YEARS, KNOWN, (Reading(2026, "level", 5.0, 0.001),), MODEL, seed=1)
    assert late[:, YEARS.index(2026)].mean() == pytest.approx(5.0, abs=0.005)
    assert late[:, YEARS.index(2026)].std() < 0.01


def test_no_reading_leaves_the_nations_margins_alone():
    draws = nation()
    assert condition(draws, YEARS, (), seed=3) is draws


def test_contradicting_figures_keep_their_spread():
    """Contradicting figures are averaged and their spread is kept."""
    pooled = pool([Reading(2023, "growth", 0.06, 0.01), Reading(2023, "growth", 0.08, 0.01)])
    mean, variance = pooled[(2023, "growth")]
    assert mean == pytest.approx(0.07)
    assert variance == pytest.approx(0.01**2 / 2 + 0.01**2)


def test_an_interval_counts_as_the_uniform_on_it():
    reading = interval_reading(2022, 1.0, 3.0)
    assert (reading.value, reading.se) == (2.0, pytest.approx(2 / np.sqrt(12)))


def test_the_same_seed_gives_the_same_draws():
    readings = (Reading(2022, "level", 4.2, 0.02),)
    first, second = (bridge(nation(50), YEARS, KNOWN, readings, MODEL, seed=9) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_figure_outside_the_years_is_refused_by_name():
    with pytest.raises(RefusedError, match="2040"):
        bridge(nation(20), YEARS, KNOWN, (Reading(2040, "level", 4.0, 0.1),), MODEL, seed=1)


def test_gap_draws_agree_with_the_library():
    """The gap is drawn as the librarys simulation smoother draws it."""
    from statsmodels.tsa.statespace.simulation_smoother import SIMULATION_STATE, SimulationSmoother

    years, history = tuple(range(2015, 2024)), np.linspace(4.0, 4.5, 9)
    model = GapModel(initial_mean=0.1, initial_sd=0.4, noise_sd=0.05, drift_mean=0.01, drift_sd=0.02)
    known = [Reading(2016, "level", 4.2, 0.05), Reading(2018, "growth", 0.07, 0.02), Reading(2019, "level", 4.4, 0.03)]
    observed = np.full((2, 5), np.nan)
    variance = np.zeros((2, 2, 5))
    variance[0, 0] = variance[1, 1] = 1.0
    for reading in known:
        place, row = years.index(reading.year), int(reading.kind == "growth")
        observed[row, place] = reading.value - (history[place] - row * history[place - 1])
        variance[row, row, place] = reading.se**2
    library = SimulationSmoother(k_endog=2, k_states=3, k_posdef=1)
    library.bind(np.asfortranarray(observed))
    library["design"] = np.array([[1.0, 0.0, 0.0], [1.0, -1.0, 0.0]])
    library["transition"] = np.array([[1.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    library["selection"] = np.array([[1.0], [0.0], [0.0]])
    library["state_cov"], library["obs_cov"] = np.array([[0.05**2]]), variance
    library.initialize_known(
        np.array([0.1, 0.09, 0.01]), np.array([[0.16, 0.16, 0.0], [0.16, 0.1625, 0.0], [0.0, 0.0, 0.0004]])
    )
    simulation, rng = library.simulation_smoother(simulation_output=SIMULATION_STATE), np.random.default_rng(7)
    drawn = bridge(np.zeros((50, 9)) + history, years, 9, known, model, seed=7) - history
    for path in drawn:
        simulation.simulate(rng=rng)
        assert np.allclose(path[:5], simulation.simulated_state[0, :5], rtol=0, atol=1e-12)
