import math

import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck

from gansmith.augment import colours, geometry, patches
from gansmith.augment.augmentation import Augmenter, Numbers
from gansmith.registry import augmentations
from gansmith.sampling.draws import CounterDraws

ALL = ("pixels", "geometry", "colour", "filter", "corruption")


def images(count: int = 6, channels: int = 3, size: int = 8) -> torch.Tensor:
    generator = torch.Generator().manual_seed(count + channels)
    shape = (count, channels, size, size)
    return torch.rand(shape, generator=generator, dtype=torch.float64) * 2 - 1


def draws(count: int, step: int = 0, rows: slice | None = None) -> CounterDraws:
    like = torch.empty(0, dtype=torch.float64)
    return CounterDraws((0, step), count, rows or slice(0, count), like)


def numbers(count: int, step: int = 0) -> Numbers:
    return Numbers(draws(count, step), 1, count)


# --- the operations, worked out by hand ---


def test_a_third_of_a_turn_of_hue_permutes_the_channels():
    x = images(2)
    turned = colours.recolour(
        x, colours.hue(torch.full((2,), 2 * math.pi / 3, dtype=torch.float64))
    )
    assert torch.allclose(turned, x[:, [2, 0, 1]])


def test_the_luma_flip_negates_grey_and_keeps_hue():
    grey = images(2, 1).repeat(1, 3, 1, 1)
    flip = colours.luma_flip(torch.ones(2).double())
    assert torch.allclose(colours.recolour(grey, flip), -grey)
    x = images(2)
    mean = x.mean(1, keepdim=True)
    assert torch.allclose(colours.recolour(x, flip), x - 2 * mean)


def test_saturation_scales_the_distance_from_grey():
    x = images(3)
    mean = x.mean(1, keepdim=True)
    scaled = colours.recolour(x, colours.saturation(torch.tensor([0.0, 1.0, 2.0]).double()))
    assert torch.allclose(scaled[0], mean[0].expand(3, -1, -1))
    assert torch.allclose(scaled[1], x[1])
    assert torch.allclose(scaled[2], (mean + 2 * (x - mean))[2])


def test_brightness_adds_and_contrast_multiplies_whatever_the_channels():
    for channels in (1, 2, 3, 4):
        x = images(2, channels)
        maps = colours.brightness(torch.tensor([0.25, -0.5]).double())
        maps = maps @ colours.contrast(torch.tensor([2.0, 0.5]).double())
        changed = colours.recolour(x, maps)
        seen = 3 if channels >= 3 else 1
        assert torch.allclose(changed[0, :seen], 2 * x[0, :seen] + 0.25)
        assert torch.allclose(changed[1, :seen], 0.5 * x[1, :seen] - 0.5)
        assert (changed[:, seen:] == x[:, seen:]).all()


def test_a_shift_moves_whole_pixels_and_brings_mid_grey_in():
    x = images(2)
    moved = geometry.shift(x, torch.tensor([2, -1]), torch.tensor([0, 3]))
    assert torch.equal(moved[0, :, 2:], x[0, :, :-2])
    assert (moved[0, :, :2] == 0).all()
    assert torch.equal(moved[1, :, :-1, 3:], x[1, :, 1:, :-3])


def test_a_quarter_turn_and_a_mirror_are_exact():
    x = images(2)
    turned = geometry.warp(x, geometry.rotation(torch.full((2,), math.pi / 2, dtype=torch.float64)))
    assert torch.allclose(turned, torch.rot90(x, 1, (2, 3))) or torch.allclose(
        turned, torch.rot90(x, -1, (2, 3))
    )
    one = torch.ones(2).double()
    assert torch.allclose(geometry.warp(x, geometry.scaling(-one, one)), x.flip(3))


def test_a_translation_of_a_pixel_is_a_shift():
    x = images(1, size=10)
    moved = geometry.warp(x, geometry.translation(torch.ones(1).double(), torch.zeros(1).double()))
    assert torch.allclose(moved[..., :-1], x[..., 1:])


def test_the_bands_add_up_to_the_image():
    x = images(3, size=16)
    assert torch.allclose(patches.amplify(x, torch.ones(3, 4).double()), x)
    flat = torch.full((1, 1, 16, 16), 0.3).double()
    gains = torch.tensor([[5.0, 5.0, 5.0, 2.0]]).double()
    assert torch.allclose(patches.amplify(flat, gains), 2 * flat)


def test_the_cutout_hides_half_of_each_side():
    x = torch.ones(1, 1, 8, 8).double()
    cut = patches.cut_out(x, torch.tensor([0.5]), torch.tensor([0.5]), 0.5)
    assert (cut == 0).sum() == 16
    assert (cut[0, 0, 2:6, 2:6] == 0).all()


# --- the whole of it ---


def every() -> list:
    return [
        augmentations.build("diffaugment"),
        augmentations.build("ada", {"groups": ALL, "most": 1.0}),
        augmentations.build("instance_noise"),
    ]


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_shapes_and_types_are_kept_and_something_changes(channels):
    for augmentation in every():
        x = images(5, channels)
        changed = augmentation.apply(x, numbers(5), 1.0)
        assert changed.shape == x.shape
        assert changed.dtype == x.dtype
        assert changed.isfinite().all()
        assert ((changed - x).abs().amax((1, 2, 3)) > 1e-3).all()


def test_without_strength_nothing_changes():
    for augmentation in every():
        x = images(5)
        assert torch.allclose(augmentation.apply(x, numbers(5), 0.0), x)
        augmentation.strength.base = 0.0
        augmenter = Augmenter(augmentation)
        augmenter.turn(draws(5))
        assert augmenter(x) is x


def test_each_change_happens_with_the_chance_of_the_strength():
    x = images(400, 3, 8)
    for group in ALL[2:]:
        augmentation = augmentations.build("ada", {"groups": (group,)})
        share = (
            (augmentation.apply(x, numbers(400), 0.2) - x).abs().amax((1, 2, 3)) > 1e-9
        ).float()
        chances = {"colour": 5, "filter": 4, "corruption": 2}[group]
        few = 1 - 0.8**chances
        assert share.mean() == pytest.approx(few, abs=0.11)  # half of the luma flips are none


def test_gradients_and_their_gradients_go_through():
    x = images(1, 3, 4).requires_grad_()
    for augmentation in every():
        change = augmentation.apply
        assert gradcheck(lambda y, a=change: a(y, numbers(1), 1.0), x, fast_mode=True)
        assert gradgradcheck(lambda y, a=change: a(y, numbers(1), 1.0), x, fast_mode=True)


@pytest.mark.parametrize("shape", [(3,), (2, 4), (3, 8, 8)])
def test_instance_noise_has_its_deviation_times_the_strength_on_samples_of_any_shape(shape):
    x = torch.zeros(4000, *shape).double()
    noisy = augmentations.build("instance_noise", {"deviation": 0.4}).apply
    noise = noisy(x, numbers(4000), 0.5)
    assert noise.std(0).flatten().tolist() == pytest.approx([0.2] * x[0].numel(), rel=0.06)
    assert noise.mean(0).abs().max() < 0.02
    assert torch.allclose(noisy(x, numbers(4000), 1.0), 2 * noise)


def test_the_generators_gradient_comes_through_instance_noise_whole():
    x = images(2).requires_grad_()
    noisy = augmentations.build("instance_noise").apply(x, numbers(2), 1.0)
    (slope,) = torch.autograd.grad((noisy * x.detach()).sum(), x)
    assert torch.equal(slope, x.detach())


def test_both_sides_differ_each_call_differs_and_a_turn_repeats_itself():
    augmenter = Augmenter(augmentations.build("diffaugment"))
    x = images(4)
    augmenter.turn(draws(4))
    both, again = augmenter(torch.cat([x, x])), augmenter(x)
    assert not torch.allclose(both[:4], both[4:])
    assert not torch.allclose(both[:4], again)
    augmenter.turn(draws(4))
    assert torch.equal(augmenter(torch.cat([x, x])), both)
    augmenter.turn(draws(4, step=1))
    assert not torch.allclose(augmenter(torch.cat([x, x])), both)


def test_half_a_batch_gets_its_half_of_the_numbers():
    x = images(6)
    for augmentation in every():
        augmenter = Augmenter(augmentation)
        augmentation.strength.base = 0.8
        augmenter.turn(draws(6))
        whole = augmenter(x)
        augmenter.turn(draws(6, rows=slice(3, 6)))
        assert torch.equal(augmenter(x[3:]), whole[3:])


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("diffaugment", {"policies": ("color",)}, "unknown 'color'"),
        ("diffaugment", {"strength": 2.0}, "strength must be"),
        ("ada", {"groups": ("geometric",)}, "unknown 'geometric'"),
        ("ada", {"strength": 0.9}, "strength must be"),
        ("ada", {"most": 1.5}, "most must be"),
        ("instance_noise", {"deviation": 0.0}, "without noise leave the augmentation out"),
        ("instance_noise", {"strength": 1.1}, "at most 1 but is 1.1"),
    ],
)
def test_wrong_options_are_refused(name, options, says):
    with pytest.raises(ValueError, match=says):
        augmentations.build(name, options)
