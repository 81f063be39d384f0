"""Controllers of the balance: they move the right way, rest, and leave alone what is well."""

import json

import pytest
import torch

from gansmith.errors import RecipeError
from gansmith.records import Knob, Move
from gansmith.registry import controllers
from gansmith.runs.reader import read_run
from gansmith.training.controllers import MARGIN
from gansmith.training.parts.knobs import KnobTable
from gansmith.training.session.held_out_margin import margin, whole_pieces
from tests.training.helpers import run_small

TURNS, RATE = "game.discriminator_turns", "optimizers.discriminator.lr"
GAMMA, RATE_OF_G = "terms.r1.gamma", "optimizers.generator.lr"
KEEPERS = {"balance_turns": TURNS, "balance_rates": RATE, "balance_penalty": GAMMA}


def keeper(name, start=1.0, knob=None, **options):
    """Return a controller and a function that shows it ticks and returns its knob's values."""
    knob = knob or KEEPERS[name]
    table = KnobTable({knob: Knob(knob, start, low=0.0)})
    controller = controllers.build(name, {"knob": knob, **options}, start=start)

    def ticks(values, signal=MARGIN, begin=1, **more):
        reached = []
        for tick, value in enumerate(values, begin):
            seen = {signal: value, "kimg": 10.0 * tick, **{k: v[tick - 1] for k, v in more.items()}}
            table.scale(controller(seen, table.factors()))
            reached.append(table[knob].value)
        return reached

    return controller, ticks


@pytest.mark.parametrize("name", KEEPERS)
def test_a_margin_within_its_bounds_moves_nothing(name):
    _, ticks = keeper(name, start=2.0)
    assert set(ticks([0.1, 0.5, 0.9, 0.3] * 5)) == {2.0}


def test_turns_rise_while_d_is_too_weak_and_fall_to_one_while_it_is_too_strong():
    _, ticks = keeper("balance_turns")
    assert ticks([0.0] * 12)[::2] == [1, 2, 3, 4, 5, 5]  # a move every 20 kimg, five at most
    _, ticks = keeper("balance_turns", start=3.0)
    assert ticks([1.0] * 8)[::2] == [3, 2, 1, 1]


@pytest.mark.parametrize(
    ("name", "knob", "up"),
    [
        ("balance_rates", RATE, False),
        ("balance_rates", RATE_OF_G, True),
        ("balance_penalty", GAMMA, True),
    ],
)
def test_a_d_too_strong_is_slowed_or_held_back_and_a_weak_one_the_reverse(name, knob, up):
    ratio = 1.25 if name == "balance_rates" else 1.5
    for value, risen in ((1.0, up), (-0.2, not up)):
        _, ticks = keeper(name, knob=knob)
        wanted = ratio if risen else 1 / ratio
        assert ticks([value] * 4) == pytest.approx([1.0, wanted, wanted, wanted**2])
        assert ticks([value] * 60, begin=5)[-1] == pytest.approx(
            (4.0 if name == "balance_rates" else 16.0) ** (1 if risen else -1)
        )


def test_a_single_outlier_moves_nothing():
    _, ticks = keeper("balance_rates", rest_kimg=100.0)
    assert set(ticks([0.7, 0.6, 0.7, 0.6, 0.7, 0.6, 0.7, 0.6, 0.7, 1.0, 0.7])) == {1.0}


def test_a_schedule_beneath_goes_on_and_neither_takes_back_the_other():
    table = KnobTable({RATE: Knob("lr", 2.0)})
    table.apply([Move(RATE, 1.0, "cosine", "")])
    (move,) = table.scale([Move(RATE, 0.8, "balance_rates", "why")])
    assert (move.to, move.because) == (pytest.approx(0.8), "why")
    table.apply([Move(RATE, 0.5, "cosine", "")])
    assert table[RATE].value == pytest.approx(0.4)
    table.treat([Move(RATE, 4.0, "treatment", "")])
    assert table[RATE].value == pytest.approx(0.8)
    other = KnobTable({RATE: Knob("lr", 2.0)})
    other.load_state_dict(table.state_dict())
    assert other[RATE].value == table[RATE].value


def test_plateau_lowers_the_rate_after_exams_that_are_no_better():
    numbers = [float(n) for n in range(1, 11)]
    better = [10.0 * 0.9**n for n in range(10)]
    _, ticks = keeper("plateau", knob=RATE)
    assert set(ticks(numbers, "exam/number", **{"exam/badness": better})) == {1.0}
    flat = [*better[:3], *[better[2] * 0.995] * 7]
    _, ticks = keeper("plateau", knob=RATE)
    reached = ticks(numbers, "exam/number", **{"exam/badness": flat})
    assert reached == [1.0] * 5 + [0.5] * 3 + [0.25] * 2
    _, ticks = keeper("plateau", knob=RATE)
    assert set(ticks([1.0] * 10, "exam/number", **{"exam/badness": [5.0] * 10})) == {1.0}


def test_the_guard_lowers_the_rate_when_gradients_explode_and_not_while_they_grow_slowly():
    slow = [1.2**tick for tick in range(40)]
    _, ticks = keeper("divergence_guard", knob=RATE)
    assert set(ticks(slow, "gradient/discriminator")) == {1.0}
    _, ticks = keeper("divergence_guard", knob=RATE)
    once = [*[1.0] * 12, 50.0, *[1.0] * 12]
    assert set(ticks(once, "gradient/discriminator")) == {1.0}
    _, ticks = keeper("divergence_guard", knob=RATE)
    reached = ticks([*[1.0] * 12, 50.0, 80.0, 90.0], "gradient/discriminator")
    assert reached == [1.0] * 13 + [0.5] * 2


@pytest.mark.parametrize("name", [*KEEPERS, "plateau", "divergence_guard"])
def test_a_controller_goes_on_from_its_state(name):
    knob = KEEPERS.get(name, RATE)
    controller, ticks = keeper(name, knob=knob)
    ticks([0.95, 0.97, 0.4, 0.99])
    other = controllers.build(name, {"knob": knob}, start=1.0)
    other.load_state_dict(json.loads(json.dumps(controller.state_dict())))
    assert other.state_dict() == controller.state_dict()
    seen = {MARGIN: 1.0, "kimg": 900.0, "exam/number": 9.0, "exam/badness": 1.0}
    assert other(seen, {knob: 1.0}) == controller(seen, {knob: 1.0})


# --- the margin ---


def test_the_margin_is_one_minus_one_or_zero_by_hand():
    low, high = torch.tensor([0.0, 1.0]), torch.tensor([2.0, 3.0, 4.0])
    assert margin(high, low) == 1.0
    assert margin(low, high) == -1.0
    assert margin(low, low) == 0.0
    assert margin(torch.tensor([0.0, 3.0]), torch.tensor([1.0, 3.0, 5.0])) == pytest.approx(-0.5)


def test_samples_are_judged_in_pieces_of_one_size():
    counts = {200: 192, 128: 128, 64: 64, 40: 40, 0: 0}
    assert {n: len(whole_pieces(torch.zeros(n, 1))) for n in counts} == counts


# --- in a run ---

WEAK = {"name": "balance_turns", "knob": TURNS, "low": 0.98, "high": 1.0, "rest_kimg": 0.2}
LOOSE = [
    {"name": "balance_turns", "knob": TURNS, "low": -1.0, "high": 1.0},
    {"name": "plateau", "knob": RATE, "patience": 9},
    {"name": "divergence_guard", "knob": RATE},
]


def test_a_run_whose_d_is_too_weak_gets_more_turns_and_the_journal_says_why(tmp_path):
    run = read_run(run_small(tmp_path / "run", controllers=[WEAK]))
    moves = [row for row in run.journal if row["event"] == "move"]
    assert [row["to"] for row in moves][:2] == [2.0, 3.0]
    assert "D's margin between held-out reals and fakes is" in str(moves[0])
    turns = [signals[f"knob/{TURNS}"] for signals in run.signals]
    assert turns == sorted(turns)
    assert turns[-1] > 1
    assert all(-1 <= signals[MARGIN] <= 1 for signals in run.signals)


def test_controllers_that_have_nothing_to_do_change_nothing_of_a_run(tmp_path):
    plain = read_run(run_small(tmp_path / "plain", controllers=[]))
    watched = read_run(run_small(tmp_path / "watched", controllers=LOOSE))
    for one, two in zip(plain.signals, watched.signals, strict=True):
        names = [n for n in one if n.startswith(("loss/", "scores/", "knob/", "gradient/"))]
        assert {n: one[n] for n in names} == {n: two[n] for n in names}
    assert not [row for row in watched.journal if row["event"] == "move"]
    assert MARGIN not in plain.signals[0]


@pytest.mark.slow
def test_a_resumed_run_is_the_same_run(tmp_path):
    from safetensors.torch import load_file

    from gansmith.training.session.checkpoint import WEIGHTS, checkpoints

    wanted = {"controllers": [WEAK, {"name": "plateau", "knob": RATE, "patience": 1}]}
    whole = run_small(tmp_path / "whole", **wanted)
    half = run_small(tmp_path / "half", length__kimg=0.32, **wanted)
    run_small(half, resume=True, **wanted)
    one, two = (load_file(checkpoints(run)[-1].path / WEIGHTS) for run in (whole, half))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert read_run(whole).signals[-1][f"knob/{TURNS}"] > 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"data__held_out": 0.0}, "there are no held-out reals"),
        ({"condition": {"name": "labels"}}, "cannot be had where samples are conditioned"),
        ({"evaluation__metrics": []}, "exams measure nothing"),
        ({"controllers": [WEAK | {"low": 1.0}]}, "low must be below high"),
    ],
)
def test_what_a_controller_cannot_read_is_refused(tmp_path, changes, says):
    wanted = {"controllers": [WEAK, {"name": "plateau", "knob": RATE}], **changes}
    with pytest.raises((RecipeError, ValueError), match=says):
        run_small(tmp_path / "run", **wanted)
