"""A trained generator out of a run folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from gansmith.conditions.conditioning import Conditioning, Prompts
from gansmith.conditions.image import check_images
from gansmith.conditions.of_run import asked_for, build_conditionings, prompts_for
from gansmith.data.stored_range import span_of_record
from gansmith.deploy.hub import located
from gansmith.deploy.styled import styled_samples
from gansmith.deploy.tiles import translated
from gansmith.errors import RunError, as_float
from gansmith.imports import permit
from gansmith.kinds.kind import Kind, kind_named, read_off_shape
from gansmith.kinds.recorded import OTHER, kind_of_record
from gansmith.networks.conditioning.directions import Directions
from gansmith.notebook import card
from gansmith.recipe.declared import conditioned_on
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.runs.folder import ENVIRONMENT
from gansmith.runs.reader import RunRecord, read_run
from gansmith.sampling.generate import draw_latents, make_samples
from gansmith.training.device import choose_device
from gansmith.training.parts.corrected import corrected
from gansmith.training.parts.players import build_generator, finish_of
from gansmith.training.session.checkpoint import Checkpoint, load_generator
from gansmith.training.startup.choose_checkpoint import candidates, first_whole

Shape = tuple[int, ...]
LARGEST = 1 << 20  # numbers along one side of a sample
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class LoadedGenerator:
    """A generator with what is needed to ask it for samples.

    Attributes:
        network: the module; latents [N, latent] in, samples out.
        recipe: the run's recipe.
        shape: of one sample.
        classes: names of the classes it can be asked for; empty if it was trained without labels.
        step: steps that the weights were trained for.
        conditionings: what its samples are conditioned on.
        range: stored values of the data that -1 and 1 stand for, where ``data.range`` chose them.
        run: name of the run's folder.
        kimg: thousands of real samples seen until then.
        kind: what a sample is; None: read off the shape.
        facts: what the run remembers of its data.
    """

    network: nn.Module
    recipe: Recipe
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    step: int
    conditionings: tuple[Conditioning, ...] = ()
    range: tuple[float, float] | None = None
    run: str = ""
    kimg: float = 0.0
    kind: Kind = None  # type: ignore[assignment]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        read_off_shape(self)

    @property
    def inputs(self) -> Shape | None:
        """Shape of the images that it translates; None where it makes samples from latents."""
        return next(
            (conditioning.inputs for conditioning in self.conditionings if conditioning.inputs),
            None,
        )

    @property
    def latent(self) -> int:
        """How many numbers go in."""
        return self.recipe.game.latent

    def _repr_html_(self) -> str:
        """Return a card for notebooks: what it is, and how to ask it."""
        size = " x ".join(map(str, self.shape))
        ask = "translate(images)" if self.inputs else "sample(64, seed=0)"
        names = ", ".join(self.classes[:10]) + (", ..." if len(self.classes) > 10 else "")
        lines = [f"Samples are {size}. {ask} makes some."]
        lines += [f"Classes: {names}."] if self.classes else []
        return card(f"Generator after {self.step:,} steps", lines)

    def sample(
        self,
        count: int,
        seed: int = 0,
        label: int | str | None = None,
        code: Mapping[int, float] | None = None,
        condition: Mapping[str, Any] | None = None,
        truncation: float = 1.0,
        mix: int | None = None,
    ) -> Tensor:
        """Return samples on the processor: images [count, C, H, W] in [-1, 1], others as the data.

        Args:
            count: how many.
            seed: the same seed gives the same samples, whatever the count.
            label: a class by index or name; None takes all classes in turn.
            code: values of the recipe's codes by their number from 0: a category, or a number in
                [-1, 1]; the others are drawn.
            condition: what is asked for by the name of the condition: a tensor of one row for each
                sample (labels int64 [count]; codes [count, codes], NaN for those that are drawn;
                images [count, C, H, W] in [-1, 1]), or what else that condition understands.
            truncation: of a ``stylegan2``: how far styles are from their mean, as a share; 0 leaves
                the mean alone, 1 changes nothing, .5 to .7 trades variety for quality.
            mix: of a ``stylegan2``: the layer from which on the styles are those of seed + 1; low
                layers make the layout, high ones colour and texture.

        Raises:
            ValueError: count is below 1, or there is no such class, code, value of a code,
                condition or layer, or the generator has no styles.
            RunError: this run translates images, and none are given.
        """
        if count < 1:
            raise ValueError(f"the number of samples must be at least 1 but is {count}")
        flags = {"label": label, "code": code or None}
        asked = self.condition(count, {**flags, **(condition or {})})
        prompts, bounds = self._prompts(count, seed, asked), self.kind.bounds
        if truncation == 1 and mix is None:
            samples = make_samples(self.network, prompts.inputs, prompts.condition, bounds=bounds)
        else:
            second = self._prompts(count, seed + 1, asked)
            samples = styled_samples(self.network, prompts, second, truncation, mix, bounds)
        return self.kind.from_unit(samples, self.facts)

    def _prompts(self, count: int, seed: int, asked: Mapping[str, Tensor]) -> Prompts:
        latents = draw_latents(seed, count, self.latent)
        return prompts_for(latents, self.conditionings, asked)

    def condition(self, count: int, given: Mapping[str, Any] = NOTHING) -> dict[str, Tensor]:
        """Return what ``sample`` asks for, by the name of the condition, a row for each sample.

        Args:
            count: of samples.
            given: by the name of a condition or of its flag; None and what is absent: the usual.

        Raises:
            ValueError: there is no such class, code, value of a code or condition.
            RunError: this run translates images, and none are given.
        """
        return asked_for(self.recipe, self.conditionings, count, given)

    def translate(self, images: Tensor, back: bool = False, tile: int | None = None) -> Tensor:
        """Return what images are made into, on the processor: [count, C, H, W] in [-1, 1].

        Args:
            images: inputs [count, channels, height, width] in [-1, 1], corrupted where the run has
                a corruption. Of another size they are worked off whole or in tiles.
            back: go from the data's kind to the inputs' kind; for runs of the game cycle.
            tile: side of the tiles of large images; None: as the net needs.

        Raises:
            RunError: this run does not translate, or not back.
            ValueError: the images have other channels, or the net takes no such tile.
        """
        if self.inputs is None:
            raise RunError("this run makes samples from latents; use sample, not translate")
        network, shape = self.network, self.inputs
        if back and not isinstance(network, Directions):
            raise RunError("this run translates one way only; the game cycle does both")
        if isinstance(network, Directions):
            network, shape = (network.back, self.shape) if back else (network.there, shape)
        bounds = self.kind.bounds
        if tile or (images.shape[1:2] == shape[:1] and images.shape[1:] != shape):
            return translated(network, images.float(), (shape[1], shape[2]), tile, bounds)
        return make_samples(network, check_images(images, shape), batch_size=32, bounds=bounds)


def load(
    run: str | Path, which: str = "best", device: str = "auto", trust: bool = False
) -> LoadedGenerator:
    """Load the generator of a run: averaged weights, from the best or the last checkpoint.

    Only the generator is built, and what it is conditioned on. What of it the run names by import
    path is refused unless you named it yourself in this process or ``trust`` says so; other parts
    are never imported.

    Args:
        run: the run folder, or ``hub:org/name`` of the Hugging Face hub.
        which: ``best`` by the recipe's first metric, or ``last``.
        device: where to put it.
        trust: import the code that the run folder names for its generator and condition.

    Raises:
        NotPermittedError: the generator or condition is code outside gansmith, and ``trust`` was
            not given.
        RunError: no such run, or it has no checkpoint yet, or none that is whole.
        ValueError: ``which`` is neither.

    Warns:
        RunWarning: the checkpoint is damaged and another one is used, or it cannot be checked.
    """
    path = located(run)
    record = read_run(path)
    recipe = make_recipe(dict(record.recipe), described=True)
    if trust:
        permit(recipe.networks.model_dump(), [part.name for part in recipe.conditions])
    kind = kind_of_run(record, trust)
    shape, known, source = data_of(record, kind)
    assert kind is not None  # else the shape would have been refused
    wanted = candidates(path, which)
    classes = known if conditioned_on(recipe, "labels") else ()
    conditionings = build_conditionings(recipe, shape, classes, source, _facts(record))
    finish = finish_of(kind, _facts(record))
    network = build_generator(recipe, shape, conditionings, finish=finish)
    kept, _ = first_whole(path, wanted, partial(load_generator, generator=network))
    network = network.to(choose_device(device)).eval().requires_grad_(False)
    network = corrected(network, kind, _facts(record), recipe.game.latent, conditionings).eval()
    span = span_of_record(record.environment)
    return LoadedGenerator(
        network,
        recipe,
        shape,
        classes,
        kept.step,
        conditionings,
        range=(span.low, span.high) if span else None,
        run=record.path.resolve().name if path == Path(run) else str(run),
        kimg=_kimg(record, kept.step),
        kind=kind,
        facts=_facts(record),
    )


def kind_of_run(record: RunRecord, trust: bool = False) -> Kind | None:
    """Return the kind of a run's samples; None where it is not known.

    Raises:
        NotPermittedError: it is code outside gansmith, and ``trust`` was not given.
    """
    name = kind_of_record(record.environment.get("data")).name
    if trust:
        permit(name)
    return None if name == OTHER else kind_named(name)


def _facts(record: RunRecord) -> Mapping[str, Any]:
    """Return what a run remembers of its data beside their shape."""
    data = record.environment.get("data")
    facts = data.get("facts") if isinstance(data, Mapping) else None
    return facts if isinstance(facts, Mapping) else {}


def _kimg(record: RunRecord, step: int) -> float:
    """Return the thousands of samples that a run had seen at a step, as its records have it."""
    rows = [(row.get("step"), row.get("kimg")) for row in (*record.signals, *record.metrics)]
    known = [
        (at, kimg) for at, kimg in rows if isinstance(at, int) and isinstance(kimg, float | int)
    ]
    return max((as_float(kimg) for at, kimg in known if at <= step), default=0.0)


def data_of(record: RunRecord, kind: Kind | None) -> tuple[Shape, tuple[str, ...], Shape | None]:
    """Return the shape of a run's samples, its classes, and the shape of its inputs if it has any.

    Raises:
        RunError: environment.json is missing, does not say so, or names a kind that has not this
            shape.
    """
    data = record.environment.get("data")
    data = data if isinstance(data, Mapping) else {}
    inputs = data.get("inputs") or {}
    shape = _shape(data.get("shape"))
    source = _shape(inputs.get("shape")) if isinstance(inputs, Mapping) else None
    classes = data.get("classes") or ()
    fits = shape is not None and kind is not None and kind.fits(shape)
    if shape is None or not fits or not isinstance(classes, list | tuple | Mapping):
        says = "is missing or does not say what the run was trained on, without which its networks"
        mend = "put the file back, or copy it from a run with the same recipe and data"
        raise RunError(f"{record.path / ENVIRONMENT} {says} cannot be built; {mend}")
    return shape, tuple(map(str, classes)), source


def _shape(given: object) -> Shape | None:
    """Return the shape of a sample if that is what was read."""
    listed = tuple(given) if isinstance(given, list | tuple) else ()
    sound = all(type(size) is int and 0 < size < LARGEST for size in listed)
    return listed if listed and sound else None


def choose_checkpoint(run: Path, which: str) -> Checkpoint:
    """Return the best or the last checkpoint of a run, by name: nothing is read of it.

    Raises:
        RunError: there is none yet.
        ValueError: ``which`` is neither ``best`` nor ``last``.
    """
    return candidates(run, which)[0]
