"""A vision transformer that only computes features: the image towers of DINOv2 and CLIP."""

from collections.abc import Iterator, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.errors import GansmithError

Weights = Mapping[str, Tensor]
SIDE = 224  # pixels of an image


class VisionTransformer(nn.Module):
    """Patches of the image, a class token, blocks of attention; features are the class token's.

    The architecture follows from the weights: a projection, a norm before the blocks and scales of
    the branches are there where their weights are.

    Args:
        weights: by the names of DINOv2's own files (``blocks.0.attn.qkv.weight``), with
            ``norm_pre.weight`` and ``head.weight`` for CLIP's.
        heads: of attention.
        epsilon: of the layer norms.
        quick: the approximate GELU x sigmoid(1.702 x), as CLIP was trained.

    Raises:
        GansmithError: a tensor is missing.
    """

    def __init__(self, weights: Weights, heads: int, epsilon: float, quick: bool = False) -> None:
        super().__init__()
        self.heads, self.epsilon, self.quick = heads, epsilon, quick
        self.names = frozenset(weights)
        self.depth = sum(name.endswith(".attn.qkv.weight") for name in weights)
        for name in weights:
            if name != "mask_token":
                frozen = nn.Parameter(weights[name].float().clone(), requires_grad=False)
                self.register_parameter(name.replace(".", "/"), frozen)
        self._check()

    def __getitem__(self, name: str) -> Tensor:
        found: Tensor = getattr(self, name.replace(".", "/"))
        return found

    def _check(self) -> None:
        block = ("norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2")
        needed = [f"blocks.{i}.{part}" for i in range(max(self.depth, 1)) for part in block]
        needed += ["norm", "patch_embed.proj"]
        missing = {f"{name}.weight" for name in needed} | {"cls_token", "pos_embed"}
        if missing := missing - self.names:
            raise GansmithError(
                f"these are not the weights of a vision transformer as DINOv2 or CLIP has: "
                f"{len(missing)} tensors are missing, the first is {min(missing)}"
            )

    def forward(self, images: Tensor) -> Tensor:
        """Return features [batch, width] of normalised images [batch, 3, side, side]."""
        last = images
        for tokens in self._depths(images):
            last = tokens
        found = self._norm(last[:, 0], "norm")
        return found @ self["head.weight"].mT if "head.weight" in self.names else found

    def maps(self, images: Tensor) -> tuple[Tensor, ...]:
        """Return the patches' values [batch, width, patches] after each third of the blocks."""
        depths = [tokens[:, 1:].mT for tokens in self._depths(images)]
        third = max(1, self.depth // 3)
        return tuple(depths[::-third][:3][::-1])

    def _depths(self, images: Tensor) -> Iterator[Tensor]:
        """Yield the tokens [batch, 1 + patches, width] after every block."""
        kernel = self["patch_embed.proj.weight"]
        patches = F.conv2d(images, kernel, self._maybe("patch_embed.proj.bias"), kernel.shape[-1])
        grid = patches.shape[-1]
        tokens = patches.flatten(2).mT
        first = self["cls_token"].reshape(1, 1, -1).expand(len(images), -1, -1)
        x = torch.cat([first, tokens], 1) + self._places(grid)
        if "norm_pre.weight" in self.names:
            x = self._norm(x, "norm_pre")
        for block in range(self.depth):
            x = x + self._scaled(self._attention(x, f"blocks.{block}"), f"blocks.{block}.ls1")
            x = x + self._scaled(self._mlp(x, f"blocks.{block}"), f"blocks.{block}.ls2")
            yield x

    def _attention(self, x: Tensor, block: str) -> Tensor:
        normed = self._norm(x, f"{block}.norm1")
        joined = self._linear(normed, f"{block}.attn.qkv")
        parts = joined.reshape(*x.shape[:2], 3, self.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value)
        return self._linear(mixed.transpose(1, 2).flatten(2), f"{block}.attn.proj")

    def _mlp(self, x: Tensor, block: str) -> Tensor:
        hidden = self._linear(self._norm(x, f"{block}.norm2"), f"{block}.mlp.fc1")
        hidden = hidden * (1.702 * hidden).sigmoid() if self.quick else F.gelu(hidden)
        return self._linear(hidden, f"{block}.mlp.fc2")

    def _places(self, grid: int) -> Tensor:
        """Position embeddings for grid x grid patches, interpolated as DINOv2 does."""
        known = self["pos_embed"].reshape(1, -1, self["pos_embed"].shape[-1])
        side = round((known.shape[1] - 1) ** 0.5)
        if side == grid:
            return known
        square = known[:, 1:].mT.reshape(1, -1, side, side)
        scale = (grid + 0.1) / side  # the 0.1 is DINOv2's own, against rounding down
        resized = F.interpolate(square, scale_factor=scale, mode="bicubic").flatten(2).mT
        return torch.cat([known[:, :1], resized], 1)

    def _norm(self, x: Tensor, name: str) -> Tensor:
        weight, bias = self[f"{name}.weight"], self[f"{name}.bias"]
        return F.layer_norm(x, weight.shape, weight, bias, self.epsilon)

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return F.linear(x, self[f"{name}.weight"], self[f"{name}.bias"])

    def _scaled(self, x: Tensor, name: str) -> Tensor:
        scale = self._maybe(f"{name}.gamma")
        return x if scale is None else x * scale

    def _maybe(self, name: str) -> Tensor | None:
        return self[name] if name in self.names else None


def normalised(images: Tensor, mean: tuple[float, ...], deviation: tuple[float, ...]) -> Tensor:
    """Return images in [-1, 1] as (x - mean) / deviation of values in [0, 1], by channel."""
    centre, scale = (images.new_tensor(v)[:, None, None] for v in (mean, deviation))
    return ((images + 1) / 2 - centre) / scale
