"""CLIP: features of images that go with words, for images of any kind."""

from functools import lru_cache

import torch
from torch import Tensor

from gansmith.features.extractor import FixedExtractor
from gansmith.features.images import IMAGES, resize, to_rgb
from gansmith.features.vision_transformer import SIDE, VisionTransformer, Weights, normalised
from gansmith.features.weights import Stored, WeightsFile, read_weights
from gansmith.registry import extractors

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
HEADS = 12
FILE = WeightsFile(
    name="clip-vit-base-patch32.bin",
    url="https://huggingface.co/openai/clip-vit-base-patch32/resolve/"
    "3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268/pytorch_model.bin",
    sha256="a63082132ba4f97a80bea76823f544493bffa8082296d62d71581a4feff1576f",
    megabytes=605,
)
TOWER = "vision_model."
LAYERS = {
    "layer_norm1": "norm1",
    "layer_norm2": "norm2",
    "self_attn.out_proj": "attn.proj",
    "mlp.fc1": "mlp.fc1",
    "mlp.fc2": "mlp.fc2",
}


@extractors.add(weights="MIT, fetched", kinds=IMAGES)
def clip(weights: str = "", device: str = "cpu") -> FixedExtractor:
    """CLIP's image embedding (ViT-B/32): 512 features that know more than ImageNet's classes.

    Useful for drawings, faces, art and whatever else is captioned on the web. The embedding after
    its projection, not normalised, as clean-fid's CLIP-FID has it. Images are resized to 224 pixels
    (antialiased bicubic) without a crop.

    Args:
        weights: path of the weights by Hugging Face's names; fetched (605 MB) if left out.
        device: where to compute.

    Raises:
        GansmithError: there are no weights and they cannot be fetched; says which file to put
            where.

    Reference: Radford et al. 2021, arXiv:2103.00020; Kynkäänniemi et al. 2022, arXiv:2203.06026.
    """
    net, stored = _network(weights, str(device))

    def prepared(samples: Tensor) -> Tensor:
        return normalised(resize(to_rgb(samples), SIDE), MEAN, DEVIATION)

    def features(samples: Tensor) -> Tensor:
        found: Tensor = net(prepared(samples))
        return found

    return FixedExtractor(
        name="clip" if stored.genuine else "clip with other weights",
        width=net["head.weight"].shape[0],
        resize=f"antialiased bicubic to {SIDE} px",
        function=features,
        digest=stored.sha256,
        device=device,
        kinds=IMAGES,
        layers=lambda samples: net.maps(prepared(samples)),
        names={"frechet_distance": "CLIP-FID"} if stored.genuine else {},
    )


@lru_cache(maxsize=2)
def _network(weights: str, device: str) -> tuple[VisionTransformer, Stored]:
    stored = read_weights(FILE, weights)
    net = VisionTransformer(image_tower(stored.tensors), HEADS, epsilon=1e-5, quick=True)
    return net.eval().to(device), stored


def image_tower(weights: Weights) -> dict[str, Tensor]:
    """Return the image tower's weights under the names of ``VisionTransformer``."""
    own = {name.removeprefix(TOWER): t for name, t in weights.items() if name.startswith(TOWER)}
    renamed = {
        "embeddings.class_embedding": "cls_token",
        "embeddings.position_embedding.weight": "pos_embed",
        "embeddings.patch_embedding.weight": "patch_embed.proj.weight",
        **{f"pre_layrnorm.{part}": f"norm_pre.{part}" for part in ("weight", "bias")},
        **{f"post_layernorm.{part}": f"norm.{part}" for part in ("weight", "bias")},
    }
    found = {new: own[old] for old, new in renamed.items() if old in own}
    for name in own:
        if name.endswith("self_attn.q_proj.weight"):
            found |= _block(own, name.removesuffix("self_attn.q_proj.weight"))
    if "visual_projection.weight" in weights:
        found["head.weight"] = weights["visual_projection.weight"]
    return found


def _block(own: Weights, prefix: str) -> dict[str, Tensor]:
    number = prefix.split(".")[-2]
    found: dict[str, Tensor] = {}
    for part in ("weight", "bias"):
        qkv = [own[f"{prefix}self_attn.{letter}_proj.{part}"] for letter in "qkv"]
        found[f"blocks.{number}.attn.qkv.{part}"] = torch.cat(qkv)
        for old, new in LAYERS.items():
            found[f"blocks.{number}.{new}.{part}"] = own[f"{prefix}{old}.{part}"]
    return found
