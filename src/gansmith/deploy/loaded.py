"""A trained generator out of a run folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from gansmith.codes import Codes
from gansmith.errors import RunError
from gansmith.metrics.values import loss_of
from gansmith.recipe.load import make_recipe
from gansmith.recipe.sections import Recipe
from gansmith.runs.ranking import best_step
from gansmith.runs.reader import read_run
from gansmith.training.build import build_generator, codes_of
from gansmith.training.checkpoint import Checkpoint, checkpoints, load_generator
from gansmith.training.runtime import choose_device
from gansmith.training.sampling import draw_latents, make_samples


@dataclass(frozen=True)
class LoadedGenerator:
    """A generator with what is needed to ask it for samples.

    Attributes:
        network: the module; latents [N, latent] in, samples out.
        recipe: the run's recipe.
        shape: of one sample, (C, H, W) or (d,).
        classes: names of the classes it can be asked for; empty if it was trained without labels.
        step: steps that the weights were trained for.
    """

    network: nn.Module
    recipe: Recipe
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    step: int

    @property
    def latent(self) -> int:
        """How many numbers go in."""
        return self.recipe.game.latent

    def sample(
        self,
        count: int,
        seed: int = 0,
        label: int | str | None = None,
        code: Mapping[int, float] | None = None,
    ) -> Tensor:
        """Return samples on the processor: [count, C, H, W] in [-1, 1], or vectors [count, d].

        Args:
            count: how many.
            seed: the same seed gives the same samples, whatever the count.
            label: a class by index or name; None takes all classes in turn.
            code: values of the recipe's codes by their number from 0: a category, or a number in
                [-1, 1]; the others are drawn.

        Raises:
            ValueError: count is below 1, or there is no such class, code or value of a code.
        """
        if count < 1:
            raise ValueError(f"the number of samples must be at least 1 but is {count}")
        labels = self._labels(count, label)
        latents = draw_latents(seed, count, self.latent)
        if code:
            latents = self._codes().write(latents, code)
        return make_samples(self.network, latents, labels)

    def _codes(self) -> Codes:
        codes = codes_of(self.recipe)
        if codes is None:
            raise ValueError("no code can be asked for: this run was trained without [codes]")
        return codes

    def _labels(self, count: int, label: int | str | None) -> Tensor | None:
        if not self.classes:
            if label is not None:
                raise ValueError(
                    f"label {label} cannot be asked for: this run was trained without [condition]"
                )
            return None
        if label is None:
            return torch.arange(count) % len(self.classes)
        number = self.classes.index(str(label)) if str(label) in self.classes else None
        if number is None and str(label).isdigit() and int(label) < len(self.classes):
            number = int(label)
        if number is None:
            raise ValueError(f"there is no class {label}; there are: {', '.join(self.classes)}")
        return torch.full((count,), number)


def load(run: str | Path, which: str = "best", device: str = "auto") -> LoadedGenerator:
    """Load the generator of a run: averaged weights, from the best or the last checkpoint.

    Args:
        run: the run folder.
        which: ``best`` by the recipe's first metric, or ``last``.
        device: where to put it.

    Raises:
        RunError: no such run, or it has no checkpoint yet.
        ValueError: ``which`` is neither.
    """
    record = read_run(run)
    recipe = make_recipe(dict(record.recipe))
    data = record.environment.get("data", {})
    kept = choose_checkpoint(Path(run), which)
    classes = tuple(data.get("classes", ())) if recipe.condition else ()
    network = build_generator(recipe, tuple(data["shape"]), len(classes))
    load_generator(kept, network)
    network = network.to(choose_device(device)).eval().requires_grad_(False)
    return LoadedGenerator(network, recipe, tuple(data["shape"]), classes, kept.step)


def choose_checkpoint(run: Path, which: str) -> Checkpoint:
    """Return the best or the last checkpoint of a run.

    Raises:
        RunError: there is none yet.
        ValueError: ``which`` is neither ``best`` nor ``last``.
    """
    if which not in ("best", "last"):
        raise ValueError(f"which must be best or last but is {which!r}")
    kept = checkpoints(run)
    if not kept:
        raise RunError(f"{run} has no checkpoint yet; let it train until its first exam")
    if which == "last":
        return kept[-1]
    exams = [m for m in read_run(run).metrics if any(c.step == m["step"] for c in kept)]
    best = best_step(exams, loss_of)
    return next((c for c in kept if c.step == best), kept[-1])
