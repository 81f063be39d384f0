import pytest
import torch
import torch.nn.functional as F
from torch import nn

from gansmith.errors import GansmithError
from gansmith.features import extract
from gansmith.features.clip import image_tower
from gansmith.features.vision_transformer import VisionTransformer, normalised
from gansmith.registry import extractors

WIDTH, DEPTH, PATCH = 24, 2, 56
DINO, CLIP = 6, 12  # heads


def norms(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.{part}": (WIDTH,) for part in ("weight", "bias")}


def draw(shapes: dict[str, tuple[int, ...]]) -> dict[str, torch.Tensor]:
    draws = torch.Generator().manual_seed(0)
    return {name: 0.3 * torch.randn(shape, generator=draws) for name, shape in shapes.items()}


def linear(name: str, out: int, into: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, into), f"{name}.bias": (out,)}


def of_dino() -> dict[str, torch.Tensor]:
    shapes = {"cls_token": (1, 1, WIDTH), "pos_embed": (1, 17, WIDTH), "mask_token": (1, WIDTH)}
    shapes |= {"patch_embed.proj.weight": (WIDTH, 3, PATCH, PATCH)}
    shapes |= {"patch_embed.proj.bias": (WIDTH,), **norms("norm")}
    for i in range(DEPTH):
        at = f"blocks.{i}."
        shapes |= {**norms(f"{at}norm1"), **norms(f"{at}norm2")}
        shapes |= linear(f"{at}attn.qkv", 3 * WIDTH, WIDTH) | linear(f"{at}attn.proj", WIDTH, WIDTH)
        shapes |= linear(f"{at}mlp.fc1", 64, WIDTH) | linear(f"{at}mlp.fc2", WIDTH, 64)
        shapes |= {f"{at}ls1.gamma": (WIDTH,), f"{at}ls2.gamma": (WIDTH,)}
    return draw(shapes)


def of_clip() -> dict[str, torch.Tensor]:
    shapes = {"embeddings.class_embedding": (WIDTH,)}
    shapes |= {"embeddings.position_embedding.weight": (17, WIDTH)}
    shapes |= {"embeddings.patch_embedding.weight": (WIDTH, 3, PATCH, PATCH)}
    shapes |= {**norms("pre_layrnorm"), **norms("post_layernorm")}
    for i in range(DEPTH):
        at = f"encoder.layers.{i}."
        shapes |= {**norms(f"{at}layer_norm1"), **norms(f"{at}layer_norm2")}
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            shapes |= linear(f"{at}self_attn.{part}", WIDTH, WIDTH)
        shapes |= linear(f"{at}mlp.fc1", 64, WIDTH) | linear(f"{at}mlp.fc2", WIDTH, 64)
    shapes = {f"vision_model.{name}": shape for name, shape in shapes.items()}
    return draw(shapes | {"visual_projection.weight": (8, WIDTH), "text_model.x": (2,)})


def attention(x, weights, at, heads):
    """torch's own module with the same weights."""
    module = nn.MultiheadAttention(WIDTH, heads, batch_first=True)
    state = {"in_proj_weight": weights[f"{at}qkv.weight"], "in_proj_bias": weights[f"{at}qkv.bias"]}
    state |= {f"out_proj.{part}": weights[f"{at}proj.{part}"] for part in ("weight", "bias")}
    module.load_state_dict(state)
    return module(x, x, x, need_weights=False)[0]


def plain(images, weights, heads, epsilon, activation):
    """The transformer block by block, from torch's modules."""

    def norm(x, name):
        scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
        return F.layer_norm(x, (WIDTH,), scale, shift, epsilon)

    bias = weights.get("patch_embed.proj.bias")
    patches = F.conv2d(images, weights["patch_embed.proj.weight"], bias, PATCH).flatten(2).mT
    first = weights["cls_token"].reshape(1, 1, WIDTH).expand(len(images), -1, -1)
    x = torch.cat([first, patches], 1) + weights["pos_embed"].reshape(1, 17, WIDTH)
    x = norm(x, "norm_pre") if "norm_pre.weight" in weights else x
    for i in range(DEPTH):
        at = f"blocks.{i}."
        gammas = [weights.get(f"{at}ls{n}.gamma", torch.ones(WIDTH)) for n in (1, 2)]
        x = x + gammas[0] * attention(norm(x, f"{at}norm1"), weights, f"{at}attn.", heads)
        hidden = F.linear(norm(x, f"{at}norm2"), weights[f"{at}mlp.fc1.weight"])
        hidden = activation(hidden + weights[f"{at}mlp.fc1.bias"])
        hidden = F.linear(hidden, weights[f"{at}mlp.fc2.weight"], weights[f"{at}mlp.fc2.bias"])
        x = x + gammas[1] * hidden
    return norm(x[:, 0], "norm")


@pytest.fixture
def images() -> torch.Tensor:
    return torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(1)) * 2 - 1


def test_the_tower_of_dinov2_equals_one_of_torch_s_modules(images):
    weights = of_dino()
    found = VisionTransformer(weights, DINO, 1e-6)(images)
    torch.testing.assert_close(
        found, plain(images, weights, DINO, 1e-6, F.gelu), atol=1e-4, rtol=1e-4
    )


def test_the_tower_of_clip_equals_one_of_torch_s_modules_and_is_projected(images):
    weights = image_tower(of_clip())
    found = VisionTransformer(weights, CLIP, 1e-5, quick=True)(images)
    expected = plain(images, weights, CLIP, 1e-5, lambda x: x * torch.sigmoid(1.702 * x))
    expected = expected @ weights["head.weight"].mT
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_places_of_more_patches_are_interpolated_and_constant_ones_stay():
    weights = of_dino()
    weights["pos_embed"] = torch.full((1, 26, WIDTH), 0.5)
    net = VisionTransformer(weights, DINO, 1e-6)
    torch.testing.assert_close(net._places(4), torch.full((1, 17, WIDTH), 0.5))


@pytest.mark.parametrize("name", ["dinov2", "clip"])
def test_extractors_on_weights_of_one_s_own_say_so(name, images, tmp_path):
    path = tmp_path / "own.pth"
    torch.save(of_dino() if name == "dinov2" else of_clip(), path)
    built = extractors.build(name, {"weights": str(path)})
    assert extract(built, images[:, :1, :50, :60]).shape == (2, built.width)
    assert built.name.endswith("with other weights")
    assert built.names == {}
    other = tmp_path / "other.pth"
    torch.save({"norm.weight": torch.ones(2)}, other)
    with pytest.raises(GansmithError, match="not the weights of a vision transformer"):
        extractors.build(name, {"weights": str(other)})


def test_normalised_images_have_the_mean_taken_off_by_channel():
    found = normalised(torch.ones(1, 3, 2, 2), (1.0, 0.5, 0.0), (1.0, 0.5, 0.25))
    assert found[0, :, 0, 0].tolist() == [0, 1, 4]


def test_maps_of_patches_of_several_depths_carry_the_gradient_of_the_images(images):
    net = VisionTransformer(of_dino(), DINO, epsilon=1e-6)
    maps = net.maps(images.requires_grad_())
    assert [tuple(seen.shape) for seen in maps] == [(len(images), WIDTH, 16)] * 2
    (slope,) = torch.autograd.grad(maps[0].square().mean(), images)
    assert slope.abs().sum() > 0
