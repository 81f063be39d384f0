"""DINOv2: features learned without labels, nearer to human judgement than Inception's."""

from functools import lru_cache
from typing import Literal

from torch import Tensor

from gansmith.features.extractor import FixedExtractor
from gansmith.features.images import IMAGES, resize, to_rgb
from gansmith.features.vision_transformer import SIDE, VisionTransformer, normalised
from gansmith.features.weights import Stored, WeightsFile, read_weights
from gansmith.registry import extractors

Model = Literal["small", "base", "large"]
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
HEADS: dict[Model, int] = {"small": 6, "base": 12, "large": 16}


def _file(letter: str, sha256: str, megabytes: int) -> WeightsFile:
    name = f"dinov2_vit{letter}14_pretrain.pth"
    folder = f"https://dl.fbaipublicfiles.com/dinov2/dinov2_vit{letter}14/"
    return WeightsFile(name, folder + name, sha256, megabytes)


FILES: dict[Model, WeightsFile] = {
    "small": _file("s", "b938bf1bc15cd2ec0feacfe3a1bb553fe8ea9ca46a7e1d8d00217f29aef60cd9", 88),
    "base": _file("b", "0b8b82f85de91b424aded121c7e1dcc2b7bc6d0adeea651bf73a13307fad8c73", 346),
    "large": _file("l", "d5383ea8f4877b2472eb973e0fd72d557c7da5d3611bd527ceeb1d7162cbf428", 1218),
}


@extractors.add(weights="Apache-2.0, fetched", kinds=IMAGES)
def dinov2(model: Model = "small", weights: str = "", device: str = "cpu") -> FixedExtractor:
    """DINOv2 features: the class token of a vision transformer trained without labels.

    Distances in them agree with people better than those of Inception features, which favour what
    ImageNet classes are about. Images are resized to 224 pixels (antialiased bicubic) and
    normalised as ImageNet's. Published numbers ("FD-DINOv2") use "large".

    Args:
        model: "small" (384 features), "base" (768) or "large" (1,024); patches of 14 pixels.
        weights: path of the weights; fetched (88, 346 or 1,218 MB) if left out.
        device: where to compute.

    Raises:
        GansmithError: there are no weights and they cannot be fetched; says which file to put
            where.

    Reference: Oquab et al. 2023, arXiv:2304.07193; Stein et al. 2023, arXiv:2306.04675.
    """
    net, stored = _network(model, weights, str(device))

    def prepared(samples: Tensor) -> Tensor:
        return normalised(resize(to_rgb(samples), SIDE), MEAN, DEVIATION)

    def features(samples: Tensor) -> Tensor:
        found: Tensor = net(prepared(samples))
        return found

    return FixedExtractor(
        name=f"dinov2 {model}" + ("" if stored.genuine else " with other weights"),
        width=net["norm.weight"].shape[0],
        resize=f"antialiased bicubic to {SIDE} px",
        function=features,
        digest=stored.sha256,
        device=device,
        kinds=IMAGES,
        layers=lambda samples: net.maps(prepared(samples)),
        names={"frechet_distance": "FD-DINOv2"} if stored.genuine and model == "large" else {},
    )


@lru_cache(maxsize=2)
def _network(model: Model, weights: str, device: str) -> tuple[VisionTransformer, Stored]:
    stored = read_weights(FILES[model], weights)
    net = VisionTransformer(stored.tensors, HEADS[model], epsilon=1e-6)
    return net.eval().to(device), stored
