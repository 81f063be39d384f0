"""The shipped suites name each well-known mistake."""

import pytest
import torch
import torch.nn.functional as F

from gansmith.records import AdversarialLoss, Knob, Term
from gansmith.testing.conformance import check_loss, check_term


def judge(real, fake):
    return F.softplus(-real) + F.softplus(fake)


def fool(real, fake):
    return F.softplus(-fake)


def loss(discriminator=judge, generator=fool, sees=False):
    return lambda: AdversarialLoss(discriminator, generator, sees)


MISTAKES = {
    "has shape": loss(generator=lambda r, f: fool(r, f).mean()),
    "a higher score means more real": loss(lambda r, f: judge(f, r)),
    "must fall as fakes score higher": loss(generator=lambda r, f: -fool(r, f)),
    "is not finite": loss(generator=lambda r, f: torch.log1p(torch.exp(-f))),
    "no gradient: generator": loss(generator=lambda r, f: -torch.log(torch.sigmoid(f) + 1e-8)),
    "does not depend on real scores": loss(sees=True),
    "depends on real scores": loss(generator=lambda r, f: fool(r, f - r)),
    "differs from finite differences": loss(lambda r, f: judge(r, f) + f.detach().square()),
    "must not rise with the real score": loss(lambda r, f: judge(r, f) - torch.sin(6.3 * r)),
    "turns float32 into": loss(lambda r, f: judge(r, f).double()),
}


@pytest.mark.parametrize("says", MISTAKES)
def test_each_mistake_in_a_loss_is_named(says):
    with pytest.raises(AssertionError, match=says):
        check_loss(MISTAKES[says])


def test_a_right_loss_passes():
    check_loss(loss())


def test_a_saturating_loss_passes_if_it_says_so_and_only_then():
    saturating = loss(generator=lambda r, f: -F.softplus(f))
    check_loss(saturating, saturates="log(1 - D) is flat when D wins")
    with pytest.raises(AssertionError, match="declared as saturating"):
        check_loss(loss(), saturates="no reason")


def term(value, player="discriminator", slope_at=("real",)):
    return lambda: Term(value, player, Knob("weight", 1.0), slope_at=slope_at)


def squares(slope):
    return slope.flatten(1).square().sum(1)


def detached(view):
    samples = view.real.detach().requires_grad_()
    scores = view.discriminator(samples).scores
    (slope,) = torch.autograd.grad(scores.sum(), samples)
    return squares(slope)


def random_noise(view):
    return squares(view.slope("real")) * torch.rand(len(view.real))


def live_fakes(view):
    fake = view.generator(view.latent)
    return view.discriminator(fake).scores.view(len(fake), -1).mean(1)


SLIPS = {
    "return one value a sample": term(lambda v: v.slope("real").square().sum()),
    "sum over all axes but the first": term(lambda v: v.slope("real").square()),
    "slope_at": term(lambda v: squares(v.slope("real")), slope_at=()),
    "create_graph": term(detached),
    "two values on the same turn": term(random_noise),
    "detach the fakes": term(live_fakes),
    "not finite where": term(lambda v: squares(v.slope("real")).sqrt()),
}


@pytest.mark.parametrize("says", SLIPS)
def test_each_mistake_in_a_term_is_named(says):
    with pytest.raises(AssertionError, match=says):
        check_term(SLIPS[says])


def test_a_right_term_passes():
    check_term(term(lambda v: squares(v.slope("real"))))
