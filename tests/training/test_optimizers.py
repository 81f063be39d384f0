import math

import pytest
import torch
from torch import nn

from gansmith.registry import optimizers

LR = 0.01


def build(name, parameters, **options):
    return optimizers.build(name, options, parameters=parameters, lr=LR)


def parameter(value=1.0):
    return nn.Parameter(torch.tensor([value], dtype=torch.float64))


def step(optimizer, weight, gradient):
    weight.grad = torch.tensor([gradient], dtype=torch.float64)
    optimizer.step()
    return weight.item()


@pytest.mark.parametrize("name", optimizers.names())
def test_every_optimizer_reaches_the_bottom_of_a_bowl(name):
    weight = parameter()
    optimizer = build(name, [weight])
    for _ in range(2000):
        step(optimizer, weight, weight.item())
    assert abs(weight.item()) < (0.9 if name == "adagrad" else 0.02)


@pytest.mark.parametrize("name", optimizers.names())
def test_a_resumed_optimizer_takes_the_very_same_steps(name):
    straight, resumed = parameter(), parameter()
    one, two = build(name, [straight]), build(name, [resumed])
    for k in range(6):  # even: some take steps in twos
        step(one, straight, math.sin(k)), step(two, resumed, math.sin(k))
    three = build(name, [resumed])
    three.load_state_dict(two.state_dict())
    for k in range(6, 12):
        assert step(one, straight, math.sin(k)) == step(three, resumed, math.sin(k))


@pytest.mark.parametrize("name", optimizers.names())
def test_the_learning_rate_is_read_at_each_step(name):
    weight = parameter()
    optimizer = build(name, [weight])
    optimizer.param_groups[0]["lr"] = 0.0
    assert step(optimizer, weight, 1.0) == 1.0


def test_lion_moves_by_the_learning_rate_along_the_sign():
    weight = parameter()
    lion = build("lion", [weight], betas=(0.9, 0.99), weight_decay=0.0)
    assert step(lion, weight, 5.0) == pytest.approx(1 - LR, abs=1e-15)
    # m = 0.05 after the first step: 0.9 * 0.05 - 0.1 * 0.3 > 0, the momentum wins
    assert step(lion, weight, -0.3) == pytest.approx(1 - 2 * LR, abs=1e-15)


def test_optimistic_adam_takes_back_half_of_its_last_double_step():
    weight = parameter()
    optimizer = build("optimistic_adam", [weight], betas=(0.0, 0.0), eps=1e-300)
    # without memory Adam's direction is the sign of the gradient
    assert step(optimizer, weight, 3.0) == pytest.approx(1 - 2 * LR, abs=1e-12)
    assert step(optimizer, weight, 3.0) == pytest.approx(1 - 3 * LR, abs=1e-12)


def test_optimism_turns_the_rotation_of_a_bilinear_game_into_convergence():
    radius = {}
    for name in ("adam", "optimistic_adam"):
        x, y = parameter(), parameter()
        one, two = build(name, [x], betas=(0.0, 0.9)), build(name, [y], betas=(0.0, 0.9))
        for k in range(4000):
            for group in (one.param_groups[0], two.param_groups[0]):
                group["lr"] = 0.02 / (1 + k / 200)
            at_x, at_y = x.item(), y.item()  # min over x, max over y of x*y, both at once
            step(one, x, at_y), step(two, y, -at_x)
        radius[name] = math.hypot(x.item(), y.item())
    assert radius["optimistic_adam"] < 0.5 * radius["adam"]


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("adam", {"betas": (0.0, 1.0)}, r"betas\[1\] must be at least 0 and below 1 but is 1"),
        ("adam", {"eps": 0.0}, "eps must be above 0"),
        ("adamw", {"weight_decay": -0.1}, "weight_decay must be at least 0"),
        ("rmsprop", {"decay": 1.5}, "decay must be"),
        ("sgd", {"momentum": 1.0}, "momentum must be"),
        ("lion", {"weight_decay": -1.0}, "weight_decay must be"),
    ],
)
def test_an_option_out_of_range_is_refused_with_its_range(name, options, says):
    with pytest.raises(ValueError, match=says):
        build(name, [parameter()], **options)
