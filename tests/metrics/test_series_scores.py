"""Scores of series: what is told apart, what can be foretold, and correlations in closed form."""

import pytest
import torch

from gansmith.metrics.series.correlations import correlations
from gansmith.metrics.series.discriminative_score import discriminative_score
from gansmith.metrics.series.predictive_score import predictive_score


def autoregressive(count, share, seed, time=12, channels=2):
    """x(t + 1) = share x(t) + noise, of variance 1; the channels are alike but for noise."""
    draws = torch.Generator().manual_seed(seed)
    noise = torch.randn(count, time, channels, generator=draws)
    rows = [noise[:, 0]]
    for t in range(1, time):
        rows.append(share * rows[-1] + (1 - share**2) ** 0.5 * noise[:, t])
    return torch.stack(rows, 1)


def test_series_of_the_same_law_are_told_apart_no_better_than_by_chance():
    found = discriminative_score(
        autoregressive(200, 0.8, 0), autoregressive(200, 0.8, 1), steps=100
    )
    assert found < 0.08


def test_series_that_trend_are_told_from_those_that_do_not():
    level = autoregressive(200, 0.5, 0)
    rising = autoregressive(200, 0.5, 1) + torch.linspace(-2, 2, 12)[:, None]
    assert discriminative_score(level, rising, steps=200) > 0.3


def test_what_follows_is_learned_from_fakes_only_where_they_have_it():
    real = autoregressive(200, 0.95, 0, channels=1)
    good, bad = (
        predictive_score(real, autoregressive(200, share, 1, channels=1), steps=200)
        for share in (0.95, 0.0)
    )
    assert good["predictive_score"] < 0.6 * good["predictive_score_without_input"]
    assert bad["predictive_score"] > 0.9 * bad["predictive_score_without_input"]


def test_the_scores_are_the_same_each_time_and_leave_the_random_numbers_alone():
    sides = autoregressive(60, 0.8, 0), autoregressive(60, 0.5, 1)
    torch.manual_seed(3)
    before = torch.get_rng_state()
    assert discriminative_score(*sides, steps=5) == discriminative_score(*sides, steps=5)
    assert torch.equal(torch.get_rng_state(), before)


def test_autocorrelations_differ_by_those_of_their_laws():
    found = correlations(autoregressive(6000, 0.8, 0), autoregressive(6000, 0.0, 1), lags=3)
    wanted = (0.8 + 0.8**2 + 0.8**3) / 3
    assert found["autocorrelation_difference"] == pytest.approx(wanted, abs=0.03)


def test_channels_that_move_together_differ_from_those_that_do_not_by_one():
    apart = autoregressive(4000, 0.5, 0)
    together = apart[..., :1].expand(-1, -1, 2)
    found = correlations(together, apart)
    assert found["cross_correlation_difference"] == pytest.approx(1.0, abs=0.03)
    assert correlations(apart, apart) == {
        "autocorrelation_difference": 0.0,
        "cross_correlation_difference": 0.0,
    }


def test_sides_of_another_form_are_refused():
    with pytest.raises(ValueError, match="discriminative_score needs 20 series or more"):
        discriminative_score(torch.zeros(30, 8, 2), torch.zeros(30, 8, 3))
