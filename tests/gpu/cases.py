"""Small recipes that between them use every part that takes part in a training step.

As a program it takes steps of each on a device that is pretended, and prints what was seen.
"""

import gc
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gansmith.data import Data, Rows, open_data
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.setup import Setup
from gansmith.training.runtime import Runtime
from gansmith.training.trainer import Trainer
from tests.gpu.fake_cuda import Watch, pretended

BATCH = 4
SHAPES: dict[str, tuple[int, ...]] = {"image": (3, 8, 8), "vector": (2,), "series": (16, 2)}
SMALL = {"width": 4}
AUTOENCODER = {"name": "autoencoder", "code": 3, **SMALL}
PATCH = {"name": "patch", **SMALL}
BALANCE = {"name": "integral", "knob": "loss.k", "signal": "equilibrium/balance", "gain": 1.0}


def pair(name: str, **judge: Any) -> dict[str, Any]:
    """Return the networks of a family, narrow ones."""
    return {
        "generator": {"name": name, **SMALL},
        "discriminator": {"name": name, **SMALL, **judge},
    }


def of(*names: str) -> list[dict[str, Any]]:
    """Return parts of these names, as they are by themselves."""
    return [{"name": name} for name in names]


def both(*names: str) -> dict[str, Any]:
    """Return an optimizer for D and one for G."""
    return dict(zip(("discriminator", "generator"), of(*names), strict=True))


CASES: dict[str, dict[str, Any]] = {
    "dcgan": {
        "networks": pair("dcgan"),
        "loss": {"name": "non_saturating"},
        "terms": of("feature_matching", "pulling_away", "total_variation", "orthogonal"),
        "optimizers": {"generator": {"name": "adam", "clip": 1.0}},
    },
    "sngan": {
        "networks": pair("sngan"),
        "loss": {"name": "hinge"},
        "constraints": of("spectral_norm"),
        "condition": {"name": "labels"},
        "terms": of("lecam", "mode_seeking"),
        "optimizers": both("adamw", "lion"),
    },
    "modern": {
        "networks": pair("modern", minibatch_stddev=True),
        "loss": {"name": "relativistic"},
        "terms": of("r1", "r2", "path_length"),
        "optimizers": both("nadam", "optimistic_adam"),
    },
    "ada, every group": {
        "networks": pair("lean"),
        "augment": {
            "name": "ada",
            "groups": ["pixels", "geometry", "colour", "filter", "corruption"],
            "strength": 0.5,
        },
        "terms": of("consistency", "latent_consistency", "latent_sensitivity", "weight_decay"),
    },
    "gradient penalties": {
        "networks": pair("lean"),
        "loss": {"name": "wasserstein"},
        "terms": of("gradient_penalty", "max_gradient_penalty", "dragan"),
        "augment": {"name": "diffaugment"},
        "optimizers": both("rmsprop", "sgd"),
    },
    "weight clipping": {
        "networks": pair("lean"),
        "loss": {"name": "wasserstein"},
        "constraints": of("weight_clip"),
        "optimizers": both("adagrad", "adam"),
        "augment": {"name": "instance_noise", "strength": 0.5},
    },
    "class heads": {
        "networks": pair("dcgan"),
        "loss": {"name": "relativistic_average"},
        "condition": {"name": "labels"},
        "terms": of("acgan", "adcgan", "reacgan"),
    },
    "codes": {
        "networks": pair("lean"),
        "loss": {"name": "f_divergence"},
        "codes": {"categorical": [3], "continuous": 2},
        "terms": of("infogan"),
    },
    "energy": {
        "networks": pair("lean") | {"discriminator": AUTOENCODER},
        "loss": {"name": "energy"},
    },
    "boundary equilibrium": {
        "networks": pair("lean") | {"discriminator": AUTOENCODER},
        "loss": {"name": "boundary_equilibrium"},
        "controllers": [BALANCE],
    },
    "packed patches": {
        "networks": pair("lean")
        | {"discriminator": {"name": "packed", "base": "patch", "samples": 2, **SMALL}},
        "loss": {"name": "least_squares"},
        "terms": of("r1"),
    },
    "extragradient": {
        "networks": pair("lean"),
        "game": {"name": "extragradient", "latent": 4},
        "loss": {"name": "minimax"},
        "optimizers": both("extra_adam", "extra_sgd"),
    },
    "pairs of images": {
        "networks": {"generator": {"name": "unet", **SMALL}, "discriminator": PATCH},
        "game": {"name": "paired"},
        "condition": {"name": "image", "corruption": "grey"},
        "terms": [
            *of("reconstruction"),
            {"name": "perceptual", "extractor": "random"},
            {"name": "style", "extractor": "random"},
        ],
    },
    "holes": {
        "networks": {"generator": {"name": "unet", **SMALL}, "discriminator": PATCH},
        "game": {"name": "paired"},
        "condition": {"name": "image", "corruption": "holes", "form": "both"},
        "terms": of("reconstruction"),
    },
    "lightness": {
        "networks": {"generator": {"name": "unet", **SMALL}, "discriminator": PATCH},
        "game": {"name": "paired"},
        "condition": {"name": "image", "corruption": "lightness"},
        "terms": of("reconstruction"),
    },
    "photographs made larger": {
        "networks": {"generator": {"name": "edsr", **SMALL}, "discriminator": PATCH},
        "game": {"name": "paired"},
        "condition": {
            "name": "image",
            "corruption": "low_resolution",
            "factor": 2,
            "kernel": "camera",
            "residual": True,
        },
        "terms": of("reconstruction"),
    },
    "blanks": {
        "networks": {"generator": {"name": "unet", **SMALL}, "discriminator": PATCH},
        "game": {"name": "paired"},
        "condition": {"name": "image", "corruption": "mask"},
        "terms": of("reconstruction"),
    },
    "unpaired images": {
        "networks": {
            "generator": {"name": "translator", "blocks": 1, **SMALL},
            "discriminator": PATCH,
        },
        "game": {"name": "cycle"},
        "condition": {"name": "image", "source": "others"},
        "loss": {"name": "least_squares"},
        "terms": of("cycle", "identity"),
    },
    "vectors": {
        "kind": "vector",
        "networks": {player: {"name": "mlp", "widths": [8]} for player in both("a", "b")},
        "game": {"name": "consensus", "latent": 4},
        "terms": of("r1"),
        "condition": {"name": "labels"},
    },
    "stylegan2": {
        "networks": pair("stylegan2"),
        "loss": {"name": "non_saturating"},
        "terms": of("r1", "historical_averaging"),
    },
    "unrolled": {
        "networks": {
            "generator": {"name": "virtual_batch_norm", "base": "dcgan", **SMALL},
            "discriminator": {"name": "minibatch_discrimination", "base": "lean", **SMALL},
        },
        "game": {"name": "unrolled", "latent": 4, "steps": 1},
    },
    "table": {
        "kind": "table",
        "networks": {player: {"name": "residual_mlp", "width": 8} for player in both("a", "b")},
        "condition": {"name": "category"},
        "terms": of("gradient_penalty"),
    },
    "sound": {
        "kind": "audio",
        "networks": pair("wavegan"),
        "augment": {"name": "sound", "strength": 0.5},
    },
    "text by likelihood": {
        "kind": "text",
        "networks": {
            "generator": {"name": "text_transformer", "width": 8, "heads": 1, "layers": 1},
            "discriminator": {"name": "text_rnn", "width": 8},
        },
        "game": {"name": "discrete", "latent": 14, "pretraining": 1},
    },
    "text": {
        "kind": "text",
        "networks": {
            "generator": {"name": "text_rnn", "width": 8},
            "discriminator": {"name": "text_cnn", **SMALL},
        },
        "game": {"name": "discrete", "latent": 14, "estimator": "gumbel_softmax"},
    },
    "series": {"kind": "series", "networks": pair("conv1d"), "terms": of("r1", "r2")},
    "told": {
        "networks": pair("lean"),
        "condition": {"name": "attributes", "columns": ["held"]},
        "terms": of("matching_aware"),
    },
    "tcn": {"kind": "series", "networks": pair("tcn"), "terms": of("r1")},
    "series_transformer": {"kind": "series", "networks": pair("series_transformer")},
    "series_rnn": {"kind": "series", "networks": pair("series_rnn"), "terms": of("r1", "r2")},
}


def recipe(
    case: str, precision: str = "fp32", device: str = "cuda:0", compiled: bool = False
) -> Recipe:
    """Return the recipe of a case."""
    tree: dict[str, Any] = {
        "data": {"source": "noise", "batch": BATCH},
        "game": {"latent": 4},
        "loss": {"name": "non_saturating"},
        "ema": {"half_life_kimg": 1.0},
        "signals": {"tick": 1000, "every": 1},
        "runtime": {"device": device, "precision": precision, "compile": compiled},
    }
    own = {name: given for name, given in CASES[case].items() if name != "kind"}
    return make_recipe(tree | own)


def data(case: str) -> Data:
    """Return a few samples of the kind of a case: bytes of images, numbers of the others."""
    kind = CASES[case].get("kind", "image")
    if kind in READ:
        return READ[kind]()
    draws, shape = np.random.default_rng(0), SHAPES[kind]
    values = draws.normal(size=(16, *shape)).astype(np.float32)
    if kind == "image":
        values = draws.integers(0, 256, (16, *shape), np.uint8)
    rows = Rows(values, labels=np.arange(16) % 2, beside={"held": np.arange(16) // 2 % 2})
    inputs = None
    if CASES[case].get("condition", {}).get("source"):
        inputs = Data(rows, rows, shape, (), "others", "1")
    facts = {"classes": {"even": 8, "odd": 8}}
    return Data(rows, rows, shape, ("even", "odd"), "noise", "0", facts, inputs=inputs)


def table() -> Data:
    """Return a table with two columns of numbers and one of categories."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        rows = [f"{n % 7},{n * n % 11},{'red' if n % 3 else 'blue'}" for n in range(64)]
        path.write_text("\n".join(["length,height,colour", *rows]), encoding="utf-8")
        return open_data(path, kind="table")


READ: dict[str, Callable[[], Data]] = {
    "text": lambda: open_data("names"),
    "audio": lambda: open_data("tones", kind="audio"),
    "table": table,
}


class Steps:
    """Lets a trainer take some steps, without a tick."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def enough(self, trainer: Trainer) -> bool:
        """Say whether they are taken."""
        return trainer.step >= self.steps

    def tick(self, trainer: Trainer, signals: dict[str, float]) -> None:
        """Do nothing."""


def trainer_of(
    case: str, precision: str = "fp32", device: str = "cuda:0", compiled: bool = False
) -> Trainer:
    """Return a trainer of a case that has not begun."""
    runtime = Runtime(device, precision, seed=0)
    made = recipe(case, precision, device, compiled)
    return Trainer(build_parts(Setup(made, data(case), runtime)))


def last_loss(case: str, precision: str, device: str, compiled: bool) -> float:
    """Return G's mean loss over three steps."""
    trainer = trainer_of(case, precision, device, compiled)
    trainer.run(Steps(3))
    return trainer.parts.signals.read(trainer.parts.runtime.mean)["loss/generator"]


def formats_of_results(trainer: Trainer) -> dict[str, set[str]]:
    """Collect the number formats of what games and terms come to, by name, while it trains."""
    found: dict[str, set[str]] = {}

    def note(name: str, tensor: torch.Tensor) -> None:
        found.setdefault(name, set()).add(str(tensor.dtype).removeprefix("torch."))

    def play(*given: Any) -> Any:
        outcome = played(*given)
        note("loss", outcome.loss)
        for name, signal in outcome.signals.items():
            note(name, signal)
        return outcome

    played, trainer.parts.game.play = trainer.parts.game.play, play
    return found


def watched(found: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return formats as JSON takes them."""
    return {name: sorted(formats) for name, formats in found.items()}


held: list[Trainer] = []


def seen(case: str, mode: Any, precision: str) -> dict[str, Any]:
    """Return what was seen of the first step, or of two, or what went wrong."""
    watch = Watch()
    try:
        trainer = trainer_of(case, precision)
        found = formats_of_results(trainer)
        with mode, watch:
            trainer.run(Steps(2 if case == "dcgan" else 1))
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
    held.append(trainer)
    return {"waits": watch.waits, "formats": watched(watch.formats), "results": watched(found)}


def main(library: str, *precisions: str) -> None:
    """Print what was seen of each case, by precision; end at once, as torch frees fakes badly."""
    torch.set_num_threads(1)
    gc.disable()
    with pretended(Path(library)) as mode:
        told = {p: {case: seen(case, mode, p) for case in CASES} for p in precisions}
    print(json.dumps(told), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
