import pytest

from gansmith.errors import GansmithError
from gansmith.records import Knob, Move
from gansmith.registry import controllers
from gansmith.training.parts.knobs import KnobTable

KNOB = "optimizers.generator.lr"
NEEDED = {
    "integral": {"signal": "scores/real/sign"},
    "exponential": {"half_life_kimg": 30.0},
    **{f"balance_{what}": {"rest_kimg": 8.0} for what in ("turns", "rates", "penalty")},
    "plateau": {"patience": 1},
}
SIGNALS = {"scores/real/sign": 0.9, "loss/discriminator": 1.0, "scores/held_out/margin": 1.0}


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


# --- base and scale ---


def ticked(name, start, by_hand=None):
    """Return a knob's values over ten ticks of a controller; by hand at the fourth."""
    table = KnobTable({KNOB: Knob("lr", start)})
    controller = controllers.build(name, {"knob": KNOB, **NEEDED.get(name, {})}, start=start)
    values = []
    for tick in range(10):
        seen = {"progress": tick / 10, "kimg": 4.0 * tick, **SIGNALS}
        seen |= {"exam/number": tick + 1.0, "exam/badness": 1.0}
        seen["gradient/generator"] = 1.0 if tick < 8 else 1e3
        if tick == 4 and by_hand is not None:
            assert table.treat([Move(KNOB, by_hand, "hand", "a treatment")])
        if controllers.get(name).facts.scales:
            table.scale(controller(seen, table.factors()))
        else:
            table.apply(controller(seen, table.planned()))
        values.append(table[KNOB].value)
    return values


@pytest.mark.parametrize("name", controllers.names())
def test_a_move_by_hand_survives_every_schedule_and_controller(name):
    alone, moved = ticked(name, 2.0), ticked(name, 2.0, by_hand=1.0)
    assert moved[:4] == alone[:4]
    assert moved[4:] == pytest.approx([value / 2 for value in alone[4:]])
    assert len(set(alone)) > 1  # and the controller goes on


@pytest.mark.parametrize("name", ["ada", "integral"])
def test_a_move_by_hand_survives_where_the_recipe_starts_at_nothing(name):
    alone, moved = ticked(name, 0.0), ticked(name, 0.0, by_hand=0.3)
    assert moved[4:] == pytest.approx([value + 0.3 for value in alone[4:]])
    assert alone[-1] > alone[0]


def test_a_knob_that_nobody_moved_by_hand_has_what_controllers_propose_to_the_bit():
    knob = Knob("lr", 0.1)
    knob.planned = 0.1 * 0.7
    assert knob.value == 0.1 * 0.7
    assert knob.scale == pytest.approx(0.7)


def test_a_checkpoint_keeps_base_and_scale_apart_and_one_of_before_is_read():
    table = KnobTable({KNOB: Knob("lr", 2.0)})
    table.treat([Move(KNOB, 1.0, "hand", "")])
    table.apply([Move(KNOB, 0.5, "cosine", "")])
    other = KnobTable({KNOB: Knob("lr", 2.0)})
    other.load_state_dict(table.state_dict())
    assert (other[KNOB].base, other[KNOB].planned, other[KNOB].value) == (1.0, 0.5, 0.25)
    other = KnobTable({KNOB: Knob("lr", 2.0)})
    other.load_state_dict({KNOB: 0.5})
    assert other[KNOB].value == 0.5


def strength_after(length, seen_kimg, **options):
    """Return ADA's strength after so much of a run in which D is always too sure of reals."""
    table = KnobTable({KNOB: Knob("strength", 0.0, 0.0, 1.0)})
    controller = controllers.build("ada", {"knob": KNOB, **options}, start=0.0)
    for tick in range(1, 101):
        kimg = tick * seen_kimg / 100
        seen = {"progress": kimg / length, "kimg": kimg}
        table.apply(controller(seen | {"scores/real/sign": 1.0}, table.planned()))
    return table[KNOB].value


@pytest.mark.parametrize(
    ("length", "kimg", "strength"),
    [(40.0, 2.0, 0.5), (40.0, 4.0, 1.0), (10_000.0, 250.0, 0.5), (10_000.0, 500.0, 1.0)],
)
def test_the_strength_of_ada_can_rise_in_a_tenth_of_the_run_and_in_500_kimg_at_most(
    length, kimg, strength
):
    assert strength_after(length, kimg) == pytest.approx(strength, abs=0.02)


def test_the_pace_of_ada_is_the_recipes_where_it_names_one():
    assert strength_after(40.0, 2.0, kimg=8.0) == pytest.approx(0.25, abs=0.02)
