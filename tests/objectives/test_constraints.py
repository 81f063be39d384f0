"""Constraints hold the discriminator where they promise to."""

import copy

import pytest
import torch
from torch import nn

from gansmith.registry import constraints


def largest_singular_value(layer):
    rows = layer.weight.transpose(0, 1) if isinstance(layer, nn.ConvTranspose2d) else layer.weight
    return torch.linalg.matrix_norm(rows.flatten(1), 2).item()


@pytest.fixture
def critic():
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Conv2d(2, 6, 3),
        nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(6, 3, 2),
        nn.Flatten(),
        nn.Linear(3 * 7 * 7, 4, bias=False),
        nn.LayerNorm(4),
        nn.Linear(4, 1),
    ).double()


def step(critic, optimizer, batch=8):
    optimizer.zero_grad()
    critic(torch.randn(batch, 2, 8, 8, dtype=torch.float64)).square().mean().backward()
    optimizer.step()


@pytest.mark.parametrize("part", list(constraints), ids=lambda part: part.name)
def test_every_constraint_says_what_it_is_good_for_and_where_it_comes_from(part):
    assert len(part.summary) > 20
    assert part.formula
    assert "arXiv:" in part.reference


def test_weight_clip_leaves_no_parameter_outside_its_box(critic):
    constraints.weight_clip(limit=0.02).after_step(critic)
    assert max(p.abs().max().item() for p in critic.parameters()) == 0.02


def test_spectral_norm_gives_each_layer_a_largest_singular_value_of_one(critic):
    constraint = constraints.spectral_norm()
    constraint.prepare(critic)
    optimizer = torch.optim.SGD(critic.parameters(), lr=0.01)
    for _ in range(60):
        step(critic, optimizer)
        constraint.after_step(critic)
    found = [largest_singular_value(critic[index]) for index in (0, 2, 4, 6)]
    assert found == pytest.approx([1.0] * 4, abs=0.02)


def test_spectral_norm_leaves_norm_layers_and_biases_alone(critic):
    constraints.spectral_norm().prepare(critic)
    names = [n for n, _ in critic.named_parameters() if "parametrizations" not in n]
    assert names == ["0.bias", "2.bias", "5.weight", "5.bias", "6.bias"]


def test_forward_passes_do_not_move_the_spectral_estimate(critic):
    constraints.spectral_norm().prepare(critic)
    samples = torch.randn(4, 2, 8, 8, dtype=torch.float64)
    first = critic(samples)
    before = copy.deepcopy(critic.state_dict())
    assert torch.equal(critic(samples), first)
    assert torch.equal(critic.eval()(samples), first)
    assert all(torch.equal(before[k], v) for k, v in critic.state_dict().items())


def test_a_resumed_spectral_norm_takes_the_very_same_steps(critic):
    constraint = constraints.spectral_norm()
    constraint.prepare(critic)
    optimizer = torch.optim.SGD(critic.parameters(), lr=0.05)
    for _ in range(3):
        step(critic, optimizer)
        constraint.after_step(critic)
    torch.manual_seed(9)
    resumed = copy.deepcopy(critic)
    for parameter in resumed.parameters():
        nn.init.zeros_(parameter)
    resumed.load_state_dict(critic.state_dict())
    for net in (critic, resumed):
        torch.manual_seed(11)
        again = torch.optim.SGD(net.parameters(), lr=0.05)
        for _ in range(3):
            step(net, again)
            constraint.after_step(net)
    pairs = zip(critic.state_dict().values(), resumed.state_dict().values(), strict=True)
    assert all(torch.equal(one, two) for one, two in pairs)


def test_preparing_spectral_norm_uses_up_none_of_the_runs_random_numbers(critic):
    state = torch.random.get_rng_state()
    constraints.spectral_norm().prepare(critic)
    assert torch.equal(torch.random.get_rng_state(), state)


def test_the_slope_of_a_spectrally_normalised_critic_can_be_penalised():
    critic = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)).double()
    constraints.spectral_norm().prepare(critic)
    samples = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(critic(samples).sum(), samples, create_graph=True)
    assert slope.norm(dim=1).max() <= 1 + 1e-3
    slope.square().sum().backward()
    assert all(p.grad is not None for p in critic.parameters() if p.ndim == 2)


def test_a_layer_that_starts_at_zero_is_refused_by_name(critic):
    nn.init.zeros_(critic[6].weight)
    with pytest.raises(ValueError, match=r"cannot normalise the layer '6' .* all start at 0"):
        constraints.spectral_norm().prepare(critic)


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("weight_clip", {"limit": 0.0}, "limit must be above 0 but is 0, because"),
        ("spectral_norm", {"iterations": 0}, "iterations must be at least 1 but is 0, because"),
    ],
)
def test_an_option_out_of_range_is_refused_with_its_range_and_reason(name, options, says):
    with pytest.raises(ValueError, match=says):
        constraints.build(name, options)
