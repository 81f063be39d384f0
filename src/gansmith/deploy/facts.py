"""What a program must know of an exported generator before it can use it."""

import json

from gansmith.deploy.loaded import LoadedGenerator
from gansmith.recipe.write import recipe_text
from gansmith.version import __version__


def facts_of(loaded: LoadedGenerator) -> dict[str, str]:
    """Return facts as text by name, as the formats store them; lists are JSON.

    ``gansmith`` (version), ``run``, ``step``, ``kimg``, ``recipe`` (TOML), ``inputs`` and
    ``outputs`` (shape and meaning of each, by name), ``range`` of the samples, ``latent``, what the
    conditions add: ``classes``, ``codes``, and of spectrograms ``mel``: how they become clips.
    """
    bounds = loaded.kind.bounds
    facts = {
        "gansmith": __version__,
        "run": loaded.run,
        "step": str(loaded.step),
        "kimg": f"{loaded.kimg:g}",
        "inputs": json.dumps(_inputs(loaded)),
        "outputs": json.dumps({"samples": f"float32 [batch, {_sizes(loaded.shape)}]"}),
        "range": "[{:g}, {:g}]".format(*bounds) if bounds else "as the data",
        "recipe": recipe_text(loaded.recipe),
    }
    if loaded.kind.given and "mel" in loaded.facts:
        facts["mel"] = json.dumps(loaded.facts["mel"])
    if not loaded.inputs:
        facts["latent"] = f"{loaded.latent} independent standard normal numbers"
    for conditioning in loaded.conditionings:
        facts |= {name: json.dumps(fact) for name, fact in conditioning.facts().items()}
    return facts


def _inputs(loaded: LoadedGenerator) -> dict[str, str]:
    latent = {"latent": f"float32 [batch, {loaded.latent}], standard normal"}
    inputs = {} if loaded.inputs else latent
    for conditioning in loaded.conditionings:
        inputs |= conditioning.described()
    return inputs


def _sizes(shape: tuple[int, ...]) -> str:
    return ", ".join(map(str, shape))
