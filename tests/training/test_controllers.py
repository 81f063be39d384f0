import pytest

from gansmith.errors import GansmithError
from gansmith.registry import controllers

KNOB = "optimizers.generator.lr"


def value(name, progress=0.0, kimg=100.0, **options):
    propose = controllers.build(name, {"knob": KNOB, **options}, start=2.0)
    (move,) = propose({"progress": progress, "kimg": kimg}, {KNOB: 2.0})
    assert (move.knob, move.by) == (KNOB, name)
    return move.to


def test_cosine_is_half_way_down_at_half_time():
    assert [value("cosine", p) for p in (0.0, 0.5, 1.0)] == pytest.approx([2.0, 1.0, 0.0])
    assert value("cosine", 1.0, final=0.1) == pytest.approx(0.2)


def test_progress_past_the_end_does_not_bring_the_cosine_up_again():
    assert value("cosine", 1.3) == pytest.approx(0.0)


def test_linear_holds_until_it_begins():
    at = [value("linear", p, begin=0.5) for p in (0.0, 0.5, 0.75, 1.0)]
    assert at == pytest.approx([2.0, 2.0, 1.0, 0.0])


def test_linear_may_rise():
    assert value("linear", 1.0, final=3.0) == pytest.approx(6.0)


def test_exponential_halves_in_its_half_life():
    assert value("exponential", kimg=30.0, half_life_kimg=30.0) == pytest.approx(1.0)


def test_step_multiplies_at_each_share():
    assert [value("step", p) for p in (0.4, 0.5, 0.9)] == pytest.approx([2.0, 0.2, 0.02])


def test_warmup_rises_from_a_hundredth_and_then_holds():
    at = [value("warmup", kimg=k) for k in (0.0, 5.0, 10.0, 90.0)]
    assert at == pytest.approx([0.02, 1.0, 2.0, 2.0])


def test_a_schedule_may_warm_up():
    assert value("cosine", 0.5, kimg=5.0, warmup_kimg=10.0) == pytest.approx(0.5)


def test_integral_adds_up_a_share_of_its_signal_where_the_knob_is_now():
    propose = controllers.build("integral", {"knob": "loss.k", "signal": "x"}, start=0.0)
    (move,) = propose({"x": 2.0, "loss/discriminator": 1.0}, {"loss.k": 0.3})
    assert move.to == pytest.approx(0.3 + 0.05 * 2.0)
    assert propose({"progress": 1.0}, {"loss.k": 0.3}) == []  # a tick without a step


def test_integral_names_the_nearest_signal():
    options = {"knob": "loss.k", "signal": "equilibrium/balanse"}
    propose = controllers.build("integral", options, start=0.0)
    seen = {"equilibrium/balance": 0.0, "loss/discriminator": 1.0}
    with pytest.raises(GansmithError, match="did you mean 'equilibrium/balance'"):
        propose(seen, {"loss.k": 0.0})


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("cosine", {"final": -0.1}, "final must be at least 0 but is -0.1"),
        ("linear", {"begin": 1.0}, "begin must be at least 0 and below 1"),
        ("exponential", {"half_life_kimg": 0.0}, "half_life_kimg must be above 0"),
        ("step", {"at": (0.5, 1.5)}, "at must be above 0 and below 1 but is 1.5"),
        ("warmup", {"kimg": 0.0}, "kimg must be above 0"),
    ],
)
def test_an_option_out_of_range_is_refused_with_its_range(name, options, says):
    with pytest.raises(ValueError, match=says):
        controllers.build(name, {"knob": KNOB, **options}, start=1.0)
