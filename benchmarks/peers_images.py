"""What other tools make of the same images, all with the same weights of the FID network."""

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import peers  # noqa: F401  (declares torchvision's operators)
import torch
from torch import Tensor


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the tools' own bars and warnings off the terminal."""
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(io.StringIO()):
            yield


def torch_fidelity_net(weights: Path) -> Callable[[Tensor], Tensor]:
    """The extractor of torch-fidelity: bytes [n, 3, h, w] -> features."""
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    path = {"feature_extractor_weights_path": str(weights)}
    net = FeatureExtractorInceptionV3("inception-v3-compat", ["2048"], **path)
    return lambda images: net(images)[0]


def pytorch_fid_net(weights: Path) -> Callable[[Tensor], Tensor]:
    """The network of pytorch-fid: floats [n, 3, h, w] in [0, 1] -> features."""
    net = _pytorch_fid(weights).InceptionV3([3]).eval()
    return lambda images: net(images)[0].flatten(1)


def _pytorch_fid(weights: Path) -> Any:
    from pytorch_fid import inception

    def stored(*_: Any, **__: Any) -> Any:
        return torch.load(weights, weights_only=True)

    inception.load_state_dict_from_url = stored
    return inception


def pytorch_fid(real: Path, fake: Path, weights: Path) -> float:
    from pytorch_fid import fid_score

    _pytorch_fid(weights)
    with quiet():
        found = fid_score.calculate_fid_given_paths(
            [str(real), str(fake)], 32, "cpu", 2048, num_workers=0
        )
    return float(found)


def clean_fid(real: Path, fake: Path, weights: Path) -> float:
    """clean-fid's reading, resize and distance around torch-fidelity's layers."""
    from cleanfid import fid
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    path = {"feature_extractor_weights_path": str(weights)}
    net = FeatureExtractorInceptionV3("inception-v3-compat", ["2048"], **path)

    def features(images: Tensor) -> Tensor:
        """Of images that clean-fid has resized, 0..255 and not whole: past the own resize."""
        layers = [module for name, module in net.named_children() if name != "fc"]
        return torch.nn.Sequential(*layers)((images - 128) / 128).flatten(1)

    with quiet():
        return float(
            fid.compute_fid(
                str(real),
                str(fake),
                mode="clean",
                num_workers=0,
                device=torch.device("cpu"),
                custom_feat_extractor=features,
                verbose=False,
            )
        )


def torch_fidelity(real: Path, fake: Path, weights: Path, count: int) -> dict[str, float]:
    """torch-fidelity's numbers from two folders; its first input is what is tested."""
    import torch_fidelity

    with quiet():
        found = torch_fidelity.calculate_metrics(
            input1=str(fake), input2=str(real), cuda=False, verbose=False, cache=False,
            fid=True, kid=True, isc=True, prc=True, isc_splits=1, kid_subsets=1,
            kid_subset_size=count, prc_neighborhood=3, batch_size=32,
            feature_extractor="inception-v3-compat", save_cpu_ram=True,
            feature_extractor_weights_path=str(weights),
        )  # fmt: skip
    return {
        "frechet_distance": found["frechet_inception_distance"],
        "kernel_distance": found["kernel_inception_distance_mean"],
        "inception_score": found["inception_score_mean"],
        "precision": found["precision"],
        "recall": found["recall"],
    }


def dinov2(seed: int = 0) -> tuple[dict[str, Tensor], Callable[[Tensor], Tensor]]:
    """Random weights of a small DINOv2 by the names of its own files, and transformers' network."""
    import transformers

    config = transformers.Dinov2Config(
        hidden_size=384, num_hidden_layers=12, num_attention_heads=6, image_size=224, patch_size=14
    )
    torch.manual_seed(seed)
    net = transformers.Dinov2Model(config).eval()
    state = {k: v + 0.02 * torch.randn(v.shape) for k, v in net.state_dict().items()}
    net.load_state_dict(state)
    return _renamed(state), lambda images: net(images).pooler_output


NAMES = {
    "embeddings.cls_token": "cls_token",
    "embeddings.position_embeddings": "pos_embed",
    "embeddings.patch_embeddings.projection.": "patch_embed.proj.",
    "encoder.layer.": "blocks.",
    "layernorm.": "norm.",
    ".attention.o_proj.": ".attn.proj.",
    ".attention.output.dense.": ".attn.proj.",
    ".layer_scale1.lambda1": ".ls1.gamma",
    ".layer_scale2.lambda1": ".ls2.gamma",
}


def _renamed(state: dict[str, Tensor]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for name, tensor in state.items():
        for old, new in NAMES.items():
            name = name.replace(old, new)
        found[name] = tensor
    for name in [n for n in found if "q_proj" in n]:
        parts = [found.pop(name.replace("q_proj", f"{letter}_proj")) for letter in "qkv"]
        found[name.replace("attention.q_proj", "attn.qkv")] = torch.cat(parts)
    return found


def clip(seed: int = 0) -> tuple[dict[str, Tensor], Callable[[Tensor], Tensor]]:
    """Random weights of CLIP ViT-B/32's image tower, and transformers' network."""
    import transformers

    config = transformers.CLIPVisionConfig(
        hidden_size=768, intermediate_size=3072, num_attention_heads=12, patch_size=32,
        projection_dim=512,
    )  # fmt: skip
    torch.manual_seed(seed)
    net = transformers.CLIPVisionModelWithProjection(config).eval()
    state = {
        k: v + 0.02 * torch.randn(v.shape) if v.is_floating_point() else v
        for k, v in net.state_dict().items()
    }
    net.load_state_dict(state)
    return state, lambda images: net(images).image_embeds


def write_folder(images: np.ndarray, folder: Path) -> Path:
    """Write bytes [n, 3, h, w] as PNG."""
    from PIL import Image

    folder.mkdir(parents=True)
    for i, image in enumerate(images):
        Image.fromarray(image.transpose(1, 2, 0)).save(folder / f"{i:05d}.png")
    return folder
