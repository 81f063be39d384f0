"""G sees through D's next steps: by finite differences, on the Dirac-GAN, and without a trace."""

import copy
from dataclasses import replace

import pytest
import torch
import torchopt
from torch.nn.functional import softplus

from gansmith.errors import RecipeError
from gansmith.games.differentiable_steps import STEPS
from gansmith.records import Batch, Turn
from gansmith.registry import discriminators, games, generators, losses, optimizers, terms
from gansmith.sampling.draws import CounterDraws
from tests.objectives.dirac import distance
from tests.training.helpers import assert_resumed_to_the_bit, run_small

COUNT = 8
SGD = ("sgd", {"lr": 0.3})
MOMENTUM = ("sgd", {"lr": 0.3, "momentum": 0.7})
ADAM = ("adam", {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-4})
ADAMW = ("adamw", {"lr": 0.05, "betas": (0.0, 0.9), "eps": 1e-4, "weight_decay": 0.3})
OPTIMIZERS = {"sgd": SGD, "momentum": MOMENTUM, "adam": ADAM, "adamw": ADAMW}
TANH = ("mlp", {"widths": [6], "activation": "tanh"})
VECTORS = (TANH, TANH, (3,))
IMAGES = (("dcgan", {"width": 2}), ("dcgan", {"width": 2}), (1, 8, 8))
LEAN = (("lean", {"width": 2}), ("lean", {"width": 2}), (1, 8, 8))
COMPARING = (TANH, ("minibatch_discrimination", {"base": "mlp", "kernels": 3}), (3,))


def game(optimizer=SGD, nets=VECTORS, loss="non_saturating", added=(), warm=2, **options):
    """Return the game in float64, after D's optimizer has taken a few steps."""
    torch.manual_seed(0)
    g, d, shape = nets
    players = {
        "generator": generators.build(*g, shape=shape, latent=3).double(),
        "discriminator": discriminators.build(*d, shape=shape).double(),
    }
    for parameter in (p for net in players.values() for p in net.parameters()):
        torch.nn.init.normal_(parameter, std=0.3)
    name, settings = optimizer
    steppers = {
        player: optimizers.build(
            name,
            {k: v for k, v in settings.items() if k != "lr"},
            parameters=net.parameters(),
            lr=settings["lr"],
        )
        for player, net in players.items()
    }
    context = {"players": players, "loss": losses.build(loss), "latent": 3}
    context["terms"] = {name: terms.build(name, given) for name, given in added}
    played = games.build("unrolled", options, optimizers=steppers, **context)
    for count in range(warm):
        descend(played, batch(shape, key=count + 1))
    return played


def batch(shape=(3,), rows=None, key=0):
    rows = rows or slice(0, COUNT)
    real = torch.randn(COUNT, *shape, generator=torch.Generator().manual_seed(key)).double()
    return Batch(real[rows], CounterDraws((key,), COUNT, rows, like=real))


def descend(played, given):
    """Take a step of D as the trainer does."""
    played.optimizer.zero_grad()
    played.play(Turn("discriminator"), given, 0).loss.backward()
    played.optimizer.step()
    played.optimizer.zero_grad()


def slope(played, given):
    """Return the gradient of G's loss by its weights."""
    loss = played.play(Turn("generator"), given, 0).loss
    return torch.autograd.grad(loss, list(played.generator.parameters()))


def by_stepping(played, given):
    """Return G's loss after K real steps of D's own optimizer on the batch, and undo them."""
    weights = copy.deepcopy(played.discriminator.state_dict())
    moments = copy.deepcopy(played.optimizer.state_dict())
    for _ in range(round(played.knobs["steps"].value)):
        descend(played, given)
    plain = games.two_player(played.players, played.loss, played.terms, 3)
    loss = plain.play(Turn("generator"), given, 0).loss.item()
    played.discriminator.load_state_dict(weights)
    played.optimizer.load_state_dict(moments)
    return loss


CASES = [pytest.param(name, VECTORS, "non_saturating", (), id=name) for name in OPTIMIZERS] + [
    pytest.param("adam", IMAGES, "hinge", (), id="dcgan-batch-norm"),
    pytest.param("sgd", LEAN, "relativistic", (("r1", {"gamma": 0.5}),), id="lean-r1"),
    pytest.param("adam", VECTORS, "relativistic", (("r2", {"gamma": 0.5}),), id="relativistic-r2"),
    pytest.param("sgd", COMPARING, "non_saturating", (), id="minibatch-discrimination"),
]


@pytest.mark.parametrize("recompute", [False, True])
@pytest.mark.parametrize(("optimizer", "nets", "loss", "added"), CASES)
def test_the_gradient_is_that_of_the_loss_after_real_steps_of_the_optimizer(
    optimizer, nets, loss, added, recompute
):
    """Against central differences of a loss that torch's own optimizer leads to."""
    played = game(OPTIMIZERS[optimizer], nets, loss, added, steps=3, recompute=recompute)
    given = batch(nets[2])
    told = played.play(Turn("generator"), given, 0).loss.item()
    assert told == pytest.approx(by_stepping(played, given), rel=1e-10)
    weights = list(played.generator.parameters())
    found = slope(played, given)
    along, small = [torch.randn_like(weight) for weight in weights], 1e-5
    ends = []
    for sign in (1, -2):
        with torch.no_grad():
            torch._foreach_add_(weights, along, alpha=sign * small)
        ends.append(by_stepping(played, given))
    differences = (ends[0] - ends[1]) / (2 * small)
    ours = sum((a * b).sum().item() for a, b in zip(found, along, strict=True))
    assert ours == pytest.approx(differences, rel=1e-5, abs=1e-8)


META = {"sgd": torchopt.MetaSGD, "momentum": torchopt.MetaSGD, "adam": torchopt.MetaAdam}


@pytest.mark.parametrize("steps", [1, 3, 10])
@pytest.mark.parametrize("name", META)
def test_the_gradient_is_that_of_torchopt(name, steps):
    """Its differentiable optimizers, on the same loss written out, from the first step on."""
    kind, settings = OPTIMIZERS[name]
    played, given = game((kind, settings), warm=0, steps=steps), batch()
    ours = slope(played, given)
    g, d = played.generator, played.discriminator
    fake = g(given.draws.normal("latent", 3))
    ahead = META[name](d, **settings)
    for _ in range(steps):
        real_scores, fake_scores = d(given.real).scores, d(fake).scores
        ahead.step(softplus(-real_scores).mean() + softplus(fake_scores).mean())
    theirs = torch.autograd.grad(softplus(-d(fake).scores).mean(), list(g.parameters()))
    for found, wanted in zip(ours, theirs, strict=True):
        # torchopt corrects Adam's moments in float32
        assert torch.allclose(found, wanted, rtol=1e-5, atol=1e-7 if name == "adam" else 1e-12)


def test_every_number_of_steps_from_one_to_ten_is_taken():
    given = batch()
    told = []
    for steps in range(1, 11):
        played = game(ADAM, steps=steps)
        told.append(played.play(Turn("generator"), given, 0).loss.item())
        assert told[-1] == pytest.approx(by_stepping(played, given), rel=1e-10)
    assert len(set(told)) == 10


@pytest.mark.parametrize("nets", [VECTORS, IMAGES], ids=["mlp", "dcgan"])
@pytest.mark.parametrize("recompute", [False, True])
def test_weights_moments_and_buffers_of_d_are_the_same_to_the_bit_afterwards(nets, recompute):
    played = game(ADAM, nets, recompute=recompute)
    weights = copy.deepcopy(played.discriminator.state_dict())
    moments = copy.deepcopy(played.optimizer.state_dict()["state"])
    played.discriminator.requires_grad_(False)  # as the trainer has it in G's turn
    played.play(Turn("generator"), batch(nets[2]), 0).loss.backward()
    after = played.discriminator.state_dict()
    assert all(torch.equal(after[n], w) for n, w in weights.items())
    for place, kept in played.optimizer.state_dict()["state"].items():
        assert all(torch.equal(value, moments[place][name]) for name, value in kept.items())
    assert all(p.grad is None for p in played.discriminator.parameters())
    assert all(p.grad is not None for p in played.generator.parameters())


def test_a_dead_unit_gives_a_gradient_of_zero_and_not_of_nothing():
    played = game(("adam", {"lr": 0.05}), (TANH, ("mlp", {"widths": [6]}), (3,)), warm=0)
    with torch.no_grad():
        first = played.discriminator.layers[0].linear
        played.discriminator.layers[0].activation = "relu"
        first.weight[0].zero_()
        first.bias[0] = -100.0
    assert all(torch.isfinite(found).all() for found in slope(played, batch()))


def test_two_processes_look_ahead_by_the_slopes_of_the_whole_batch():
    """Each half is given the other's slopes; the mean of both gradients is that of the batch."""
    played = game(SGD, steps=2)
    halves = [batch(rows=slice(0, 4)), batch(rows=slice(4, 8))]
    whole = slope(played, batch())
    found = together(played, halves)
    for first, second, wanted in zip(*found, whole, strict=True):
        assert torch.allclose((first + second) / 2, wanted, rtol=1e-9, atol=1e-13)


def together(played, halves):
    """Play G's turn in two threads that meet wherever processes would."""
    import threading

    meeting, given = threading.Barrier(2, timeout=20), [None, None]
    found, players = [None, None], [copy.deepcopy(played.players) for _ in halves]

    def mean_in(place):
        def mean(values):
            given[place] = values.detach()
            meeting.wait()
            both = (given[0] + given[1]) / 2
            meeting.wait()
            return both

        return mean

    def act(place):
        own = copy.copy(played)
        own.__init__(
            players[place],
            played.loss,
            {},
            3,
            torch.optim.SGD(players[place]["discriminator"].parameters(), lr=0.3),
        )
        own.knobs["steps"] = played.knobs["steps"]
        found[place] = slope(own, replace(halves[place], mean=mean_in(place)))

    threads = [threading.Thread(target=act, args=(place,)) for place in (0, 1)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return found


ROWS = {
    ("minimax", 1): 0.105,
    ("minimax", 5): 4.3e-11,
    ("minimax", 10): 1.0e-22,
    ("non_saturating", 1): 0.0484,
    ("non_saturating", 5): 3.9e-11,
    ("non_saturating", 10): 1.3e-23,
}


QUICK = ("non_saturating", 1)


@pytest.mark.parametrize(
    ("loss", "steps"),
    [pytest.param(*row, marks=[] if row == QUICK else pytest.mark.slow) for row in ROWS],
)
def test_the_dirac_gan_converges_as_far_as_recorded(loss, steps):
    reached = distance("simultaneous_unrolled", options={"steps": steps}, loss={"name": loss})
    assert reached == pytest.approx(ROWS[loss, steps], rel=0.05)


def test_its_optimizers_are_those_that_say_that_they_can_be_unrolled():
    named = [part.name for part in optimizers if part.facts.unrolls]
    weights = [torch.nn.Parameter(torch.zeros(1))]
    assert {type(optimizers.build(n, parameters=weights, lr=0.1)) for n in named} == set(STEPS)


def test_a_resumed_run_is_the_same_run(tmp_path):
    assert_resumed_to_the_bit(tmp_path, game__name="unrolled", game__steps=2, controllers=())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"game__steps": 11}, "steps must be at least 1 and at most 10 but is 11"),
        ({"optimizers__discriminator__name": "lion"}, "cannot differentiate a step of lion"),
        ({"optimizers__discriminator__clip": 1.0}, "by steps of whole gradients"),
        ({"runtime__accumulation": 2}, "each piece would take others"),
        ({"terms": [{"name": "lecam"}]}, "it changes with every step of D"),
        ({"constraints": [{"name": "weight_clip"}]}, "it changes with every step of D"),
    ],
)
def test_what_cannot_be_unrolled_is_refused(tmp_path, changes, says):
    with pytest.raises((RecipeError, ValueError), match=says):
        run_small(tmp_path / "run", **({"game__name": "unrolled"} | changes))
