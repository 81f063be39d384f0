"""What every loss and every term must do, whoever wrote it.

Each function raises an AssertionError that says in one sentence what is wrong and what to do::

    from gansmith.testing.conformance import check_loss
    check_loss(my_loss)
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor

from gansmith.records import AdversarialLoss, Player, Term, View
from gansmith.testing.views import SmallGame

Pair = Callable[[Tensor, Tensor], Tensor]

ALIVE = 1e-3  # the least gradient of a loser at a score of 30 on the wrong side
SHAPES = ((1,), (5,), (5, 1), (3, 4, 4))


def check_loss(build: Callable[..., AdversarialLoss], *, saturates: str = "") -> None:
    """Check that an adversarial loss keeps the rules that games rely on.

    Args:
        build: returns the loss when called with no arguments.
        saturates: the reason, where the loss is known to give a losing player no gradient.

    Raises:
        AssertionError: says which rule is broken, at which scores, and what to do.
    """
    loss = build()
    for player, pair in _sides(loss):
        _keeps_shape(player, pair)
        _stays_finite(player, pair)
        _has_its_gradient(player, pair)
    _rewards_the_right_order(loss)
    _has_the_right_signs(loss)
    _says_what_it_sees(loss)
    _is_alive_when_losing(loss, saturates)


def check_term(build: Callable[..., Term], *, images: bool = False) -> None:
    """Check that a term gives one finite value a sample and a true gradient to its player.

    It is tried on vectors and on images, with one score a sample and with patches of scores, by
    tiny smooth networks in float64; first and second derivatives are compared with differences.

    Args:
        build: returns the term when called with no arguments.
        images: the term is for images only; it is not tried on vectors.

    Raises:
        AssertionError: says which rule is broken and what to do.
    """
    term = build()
    if term.module is not None:
        term.module.double()
    for player in term.players:
        _check_turns(replace(term, player=player, trained_by=term.owner), player, images)


def _check_turns(term: Term, player: Player, images: bool) -> None:
    vectors = [] if images else [SmallGame((3,)), SmallGame((2,))]
    for game in (*vectors, SmallGame((2, 4, 3)), SmallGame((2, 4, 3), patches=True)):
        _has_something_to_remember(term, game, player)
        _gives_one_value_a_sample(term, game, player)
        _repeats_itself(term, game, player)
        _reaches_its_player_only(term, game, player)
        _teaches_what_it_learns(term, game, player)
        _survives_a_flat_discriminator(term, game, player)
    for game in (*vectors, SmallGame((1, 2, 2), patches=True)):
        _has_something_to_remember(term, game, player)
        _has_its_derivatives(term, game, player)


def _sides(loss: AdversarialLoss) -> Iterator[tuple[str, Pair]]:
    yield "discriminator", loss.discriminator
    yield "generator", loss.generator


def _keeps_shape(player: str, pair: Pair) -> None:
    for shape in SHAPES:
        scores = torch.randn(2, *shape, generator=torch.Generator().manual_seed(0))
        got = pair(scores[0], scores[1])
        assert got.shape == shape, (
            f"the {player}'s loss of scores {shape} has shape {tuple(got.shape)}; "
            f"return one value a score and leave the mean to the trainer"
        )
        assert got.dtype == scores.dtype, f"the {player}'s loss turns float32 into {got.dtype}"


def _stays_finite(player: str, pair: Pair) -> None:
    for dtype in (torch.float32, torch.bfloat16):
        for at in itertools.product((-1e4, 0.0, 1e4), repeat=2):
            real, fake = (torch.full((2,), score, dtype=dtype, requires_grad=True) for score in at)
            value = pair(real, fake)
            torch.autograd.backward(value.sum())
            found = [value, *(side.grad for side in (real, fake) if side.grad is not None)]
            assert all(bool(f.isfinite().all()) for f in found), (
                f"the {player}'s loss or its gradient is not finite in {dtype} at scores "
                f"real {at[0]:g}, fake {at[1]:g}; use softplus or logsigmoid, not log and exp"
            )


def _has_its_gradient(player: str, pair: Pair) -> None:
    scores = torch.randn(2, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    at = [side.requires_grad_() for side in scores.unbind()]
    assert torch.autograd.gradcheck(pair, at, raise_exception=False), (
        f"the {player}'s loss has a gradient that differs from finite differences; "
        f"do not detach scores, or let their values go through Python numbers"
    )


def _rewards_the_right_order(loss: AdversarialLoss) -> None:
    low, high = torch.zeros(4), torch.ones(4)
    right, wrong = (loss.discriminator(*pair).mean() for pair in ((high, low), (low, high)))
    assert right < wrong, (
        f"the discriminator's loss is {right:.3g} when reals score above fakes and {wrong:.3g} "
        f"when they score below; arguments are (real, fake), and a higher score means more real"
    )


def _has_the_right_signs(loss: AdversarialLoss) -> None:
    for score in (0.25, 0.5, 0.75):
        real, fake = slopes(loss.discriminator, score, score)
        assert real <= 0 <= fake, (
            f"at equal scores of {score} the discriminator's loss has slope {real:.3g} in the real "
            f"and {fake:.3g} in the fake score; it must not rise with the real score nor fall "
            f"with the fake"
        )
        assert real < 0 or fake > 0, f"the discriminator learns nothing at equal scores of {score}"
        _, fake = slopes(loss.generator, score, score)
        assert fake < 0, (
            f"at equal scores of {score} the generator's loss has slope {fake:.3g} in the fake "
            f"score; it must fall as fakes score higher"
        )


def _says_what_it_sees(loss: AdversarialLoss) -> None:
    fake = torch.linspace(-1.0, 1.0, 5)
    seen = not torch.equal(loss.generator(fake + 0.5, fake), loss.generator(fake - 2.0, fake))
    assert seen == loss.generator_sees_real, (
        f"the generator's loss {'depends' if seen else 'does not depend'} on real scores; "
        f"build it with generator_sees_real={seen}"
    )


def _is_alive_when_losing(loss: AdversarialLoss, saturates: str) -> None:
    generator = abs(slopes(loss.generator, 30.0, -30.0)[1])
    discriminator = max(map(abs, slopes(loss.discriminator, -30.0, 30.0)))
    alive = min(generator, discriminator) >= ALIVE
    assert alive or saturates, (
        f"a losing player gets no gradient: generator {generator:.3g} at a fake score of -30, "
        f"discriminator {discriminator:.3g} at the reverse; use softplus or logsigmoid, or declare "
        f"saturates='the reason'"
    )
    assert not (alive and saturates), f"declared as saturating ({saturates}) but it does not"


def slopes(pair: Pair, real: float, fake: float) -> tuple[float, float]:
    """Return the gradient of a loss by each of the two scores, in float32 as in training."""
    at = [torch.full((3,), score, requires_grad=True) for score in (real, fake)]
    torch.autograd.backward(pair(at[0], at[1]).sum())
    found = [0.0 if side.grad is None else float(side.grad[0]) for side in at]
    return found[0], found[1]


def _value(term: Term, game: SmallGame, player: Player) -> Tensor:
    view = game.view(player, term.slope_at)
    try:
        return evaluate(term, view)
    except RuntimeError as error:
        if "require" in str(error):
            raise AssertionError(
                f"the term needs the gradient of something that has none ({error}); a term that "
                f"uses view.slope('real') must be built with slope_at=('real',)"
            ) from error
        raise


def evaluate(term: Term, view: View) -> Tensor:
    """Return a term's value of a turn, and put back what the term remembers."""
    if term.module is None:
        return term.value(view)
    before = [memory.clone() for memory in term.module.buffers()]
    value = term.value(view)
    for memory, kept in zip(term.module.buffers(), before, strict=True):
        memory.copy_(kept)
    return value


def _has_something_to_remember(term: Term, game: SmallGame, player: Player) -> None:
    """Show a term that remembers a turn of weights that are a little larger."""
    if term.module is not None and any(True for _ in term.module.buffers()):
        term.module.train()
        with game.larger(player):
            term.value(game.view(player, term.slope_at))


def _gives_one_value_a_sample(term: Term, game: SmallGame, player: Player) -> None:
    value = _value(term, game, player)
    assert value.shape == (game.batch,), (
        f"the term's value has shape {tuple(value.shape)} for {game.batch} samples of shape "
        f"{game.shape}; return one value a sample: sum over all axes but the first"
    )
    assert bool(value.isfinite().all()), f"the term is not finite on samples of shape {game.shape}"


def _repeats_itself(term: Term, game: SmallGame, player: Player) -> None:
    assert torch.equal(_value(term, game, player), _value(term, game, player)), (
        "the term gives two values on the same turn; take random numbers from view.draws, "
        "which repeats them after a resume"
    )


def _reaches_its_player_only(term: Term, game: SmallGame, player: Player) -> None:
    game.clear()
    value = _value(term, game, player)
    if value.requires_grad:
        torch.autograd.backward(value.mean())
    moved = [p.grad for p in game.parameters(player)]
    assert any(g is not None and bool(g.any()) for g in moved), (
        f"the term gives the {player} no gradient; do not detach, and pass "
        f"create_graph=True where it is built from a gradient"
    )
    others = [p.grad for p in game.parameters("generator")]
    assert player == "generator" or all(g is None for g in others), (
        "the discriminator's term sends a gradient into the generator; detach the fakes"
    )


def _teaches_what_it_learns(term: Term, game: SmallGame, player: Player) -> None:
    learned = list(term.module.parameters()) if term.module else []
    if not learned or player != term.owner:
        return
    for parameter in learned:
        parameter.grad = None
    value = _value(term, game, player)
    if value.requires_grad:
        torch.autograd.backward(value.mean())
    assert all(p.grad is not None for p in learned), (
        f"the term's module has parameters that get no gradient in the turn of the {player}, whose "
        f"optimizer steps them; use them in the value, or say trained_by the other player"
    )


def _survives_a_flat_discriminator(term: Term, game: SmallGame, player: Player) -> None:
    with game.flat():
        value = _value(term, game, player)
        if value.requires_grad:  # the slope of a flat net may depend on nothing
            torch.autograd.backward(value.mean())
        found = [p.grad for p in game.parameters(player) if p.grad is not None]
    assert all(bool(g.isfinite().all()) for g in found), (
        "the term's gradient is not finite where the discriminator is flat; "
        "use torch.linalg.vector_norm, or add a small number under the square root"
    )


def _has_its_derivatives(term: Term, game: SmallGame, player: Player) -> None:
    if term.module is not None:  # a moving average has no gradient: keep it fixed
        term.value(game.view(player, term.slope_at))
        term.module.eval()

    def mean_value(*parameters: Tensor) -> Tensor:
        view = game.view(player, term.slope_at, parameters)
        return evaluate(term, view).mean()

    at = tuple(p.detach().clone().requires_grad_() for p in game.parameters(player))
    assert torch.autograd.gradcheck(mean_value, at, fast_mode=True, raise_exception=False), (
        f"the term's gradient by the {player}'s parameters differs from finite differences"
    )
    assert torch.autograd.gradgradcheck(mean_value, at, fast_mode=True, raise_exception=False), (
        f"the term's second derivative by the {player}'s parameters differs from differences"
    )
