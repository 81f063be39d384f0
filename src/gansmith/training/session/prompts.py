"""What G is asked at every exam: always the same latents, and the same of each condition."""

from PIL import Image
from torch import Tensor, nn

from gansmith.conditions.conditioning import Asked, Conditioning, Prompts, Questioning
from gansmith.conditions.of_run import Conditionings
from gansmith.sampling.generate import draw_latents, make_samples
from gansmith.sampling.grids import picture

SHOWN = 64  # samples in the grid of a picture
SCORED = 256  # samples that D scores


class ExamPrompts:
    """The same questions to G at every exam.

    Args:
        kinds: what samples are conditioned on.
        latent: numbers that go into G.
        about: what the prompts are chosen by.
    """

    def __init__(self, kinds: Conditionings, latent: int, about: Questioning) -> None:
        self.asked: dict[Conditioning, Asked] = {kind: kind.exam(about) for kind in kinds}
        self.reals = about.reals
        self.latents = draw_latents(about.seed + 1, max(about.count, SHOWN, SCORED), latent)
        tensors = [a.tensor for a in self.asked.values() if a.tensor is not None]
        self.count = min([about.count, *map(len, tensors)])
        asked = {kind: asked.tensor for kind, asked in self.asked.items()}
        self.prompts = _put(self.latents[: self.count], asked)

    def samples(self, generator: nn.Module) -> Tensor:
        """Return G's answers, ``count`` samples on the processor."""
        return make_samples(generator, self.prompts.inputs, self.prompts.condition)

    def judge(self, generator: nn.Module, fakes: Tensor) -> dict[str, float]:
        """Return how far the answers are what was asked for, beside the metrics of an exam."""
        every = (asked.judge(generator, self.prompts, fakes) for asked in self.asked.values())
        return {name: value for found in every for name, value in found.items()}

    @property
    def floor(self) -> dict[str, float]:
        """The same of reals, where it means something."""
        return {n: value for asked in self.asked.values() for n, value in asked.floor.items()}

    def picture(self, generator: nn.Module) -> Image.Image:
        """Return a picture of some answers, the same ones each time."""
        own = (asked.picture(generator) for asked in self.asked.values())
        found = next((image for image in own if image), None)
        if found:
            return found
        count = SHOWN if self.reals.ndim == 4 else len(self.latents)
        shown = {kind: asked.shown(count) for kind, asked in self.asked.items()}
        prompts = _put(self.latents[:count], shown)
        return picture(make_samples(generator, prompts.inputs, prompts.condition), self.reals)


def _put(latents: Tensor, tensors: dict[Conditioning, Tensor | None]) -> Prompts:
    prompts = Prompts(latents)
    for kind, tensor in tensors.items():
        prompts = prompts if tensor is None else kind.put(prompts, tensor)
    return prompts
