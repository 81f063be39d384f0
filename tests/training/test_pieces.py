"""The small machinery of training: draws, averages, knobs, signals."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from gansmith.errors import GansmithError
from gansmith.records import Knob, Move
from gansmith.sampling.draws import CounterDraws, mix
from gansmith.sampling.generate import draw_latents
from gansmith.training.device import choose_device
from gansmith.training.parts.ema import Ema
from gansmith.training.parts.knobs import KnobTable
from gansmith.training.runtime import Runtime
from gansmith.training.signals import SignalSums


def draws(step: int, start: int = 0, stop: int = 8, total: int = 8) -> CounterDraws:
    like = torch.empty(0, dtype=torch.float64)
    return CounterDraws((0, step), total, slice(start, stop), like)


def test_two_processes_together_draw_what_one_draws() -> None:
    whole = draws(5).normal("latent", 3)
    halves = [draws(5, 0, 4).normal("latent", 3), draws(5, 4, 8).normal("latent", 3)]
    assert torch.equal(torch.cat(halves), whole)


def test_draws_depend_on_step_and_stream_and_on_nothing_else() -> None:
    assert torch.equal(draws(5).normal("latent", 3), draws(5).normal("latent", 3))
    assert not torch.equal(draws(5).normal("latent", 3), draws(6).normal("latent", 3))
    assert not torch.equal(draws(5).normal("latent", 3), draws(5).normal("noise", 3))


def test_uniform_draws_lie_in_zero_to_one_with_the_right_mean() -> None:
    found = draws(1, 0, 8192, 8192).uniform("mix", 4)
    assert found.shape == (8192, 4)
    assert 0 <= found.min() < found.max() < 1
    assert found.mean().item() == pytest.approx(0.5, abs=0.01)


@given(st.lists(st.integers(), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_seeds_are_63_bit_numbers(words: list[int]) -> None:
    assert 0 <= mix(*words) < 2**63


def test_the_first_latents_do_not_depend_on_how_many_are_asked_for() -> None:
    assert torch.equal(draw_latents(1, 300, 5)[:7], draw_latents(1, 7, 5))


def test_after_one_half_life_the_average_is_half_way() -> None:
    module = nn.Linear(1, 1, bias=False).double()
    nn.init.zeros_(module.weight)
    ema = Ema(module)
    nn.init.ones_(module.weight)
    for _ in range(10):
        ema.update(samples=100, half_life=1000.0)
    assert ema.module.weight.item() == pytest.approx(0.5, abs=1e-12)


def test_the_half_life_does_not_depend_on_the_batch() -> None:
    found = []
    for batch, steps in ((10, 64), (64, 10)):
        module = nn.Linear(1, 1, bias=False).double()
        nn.init.zeros_(module.weight)
        ema = Ema(module)
        nn.init.ones_(module.weight)
        for _ in range(steps):
            ema.update(batch, 500.0)
        found.append(ema.module.weight.item())
    assert found[0] == pytest.approx(found[1], abs=1e-12)


def test_running_statistics_are_copied_not_averaged() -> None:
    module = nn.BatchNorm1d(2)
    ema = Ema(module)
    module(torch.randn(16, 2) + 5)
    ema.update(1, 1e9)
    assert torch.equal(ema.module.running_mean, module.running_mean)  # type: ignore[arg-type]


def test_a_move_beyond_the_range_is_clamped() -> None:
    table = KnobTable({"a.b": Knob("b", 1.0, low=0.0, high=2.0)})
    applied = table.apply([Move("a.b", 9.0, "test", "why not")])
    assert table["a.b"].value == 2.0
    assert len(applied) == 1
    assert table.apply([Move("a.b", 2.0, "test", "again")]) == []


def test_a_move_of_an_unknown_knob_suggests_the_nearest() -> None:
    table = KnobTable({"terms.r1.gamma": Knob("gamma", 1.0)})
    with pytest.raises(GansmithError, match=r"did you mean .terms\.r1\.gamma."):
        table.apply([Move("terms.r1.gama", 1.0, "test", "typo")])


def test_signals_are_means_since_the_last_read() -> None:
    sums = SignalSums()
    sums.add({"a": torch.tensor(1.0), "b": torch.tensor(5.0)})
    sums.add({"a": torch.tensor(3.0)})
    assert sums.read(lambda means: means) == {"a": 2.0, "b": 5.0}
    assert sums.read(lambda means: means) == {}


def test_a_signal_that_is_not_a_number_stays_visible() -> None:
    sums = SignalSums()
    sums.add({"a": torch.tensor(math.nan)})
    sums.add({"a": torch.tensor(1.0)})
    assert math.isnan(sums.read(lambda means: means)["a"])


def test_a_missing_gpu_is_said_with_the_way_out() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(GansmithError, match="use --device cpu"):
        choose_device("cuda")
    assert choose_device("auto").type == "cpu"


def test_rows_of_all_processes_cover_a_batch_once() -> None:
    runtime = Runtime("cpu")
    rows = []
    for rank in range(3):
        runtime.rank, runtime.world = rank, 3
        rows += list(range(64)[runtime.rows(64)])
    assert rows == list(range(64))
