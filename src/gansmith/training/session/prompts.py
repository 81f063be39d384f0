"""What G is asked at every exam: always the same latents, and the same of each condition."""

from torch import Tensor, nn

from gansmith.conditions.conditioning import ExamSetting, Prompts
from gansmith.conditions.of_run import Conditionings, prompts_for
from gansmith.kinds.drawing import Shown
from gansmith.kinds.known import Known
from gansmith.sampling.generate import draw_latents, make_samples
from gansmith.training.parts.corrected import corrected

SHOWN = 64  # samples in the grid of an image
SCORED = 256  # samples that D scores
KEPT = 16  # samples in a file beside the image


class ExamPrompts:
    """The same questions to G at every exam.

    Args:
        conditionings: what samples are conditioned on.
        latent: numbers that go into G.
        about: what the prompts are chosen by.
    """

    def __init__(self, conditionings: Conditionings, latent: int, about: ExamSetting) -> None:
        self.conditionings = conditionings
        self.exams = {conditioning.name: conditioning.exam(about) for conditioning in conditionings}
        self.reals, self.kind, self.facts = about.reals, about.data.kind, about.data.facts
        self.latents = draw_latents(about.seed + 1, max(about.count, SHOWN, SCORED), latent)
        tensors = [a.tensor for a in self.exams.values() if a.tensor is not None]
        self.count = min([about.count, *map(len, tensors)])
        asked = {name: exam.tensor for name, exam in self.exams.items()}
        self.prompts = prompts_for(self.latents[: self.count], conditionings, asked)

    def samples(self, generator: nn.Module) -> Tensor:
        """Return G's answers, ``count`` samples on the processor."""
        return self._made(generator, self.prompts)

    def judge(self, generator: nn.Module, fakes: Tensor) -> dict[str, float]:
        """Return how far the answers are what was asked for, beside the metrics of an exam."""
        every = (exam.judge(generator, self.prompts, fakes) for exam in self.exams.values())
        return {name: value for found in every for name, value in found.items()}

    @property
    def floor(self) -> dict[str, float]:
        """The same of reals, where it means something."""
        return {n: value for exam in self.exams.values() for n, value in exam.floor.items()}

    def picture(self, generator: nn.Module) -> Shown:
        """Return an image of some answers, the same ones each time."""
        own = (exam.picture(generator) for exam in self.exams.values())
        found = next((image for image in own if image), None)
        if found:
            return found
        samples = self._shown(generator, self.kind.defaults.pictured or len(self.latents))
        return self.kind.picture(samples, self.reals, self.facts)

    def file(self, generator: nn.Module) -> tuple[str, bytes] | None:
        """Return ending and content of a file of the first of them; None where none is kept."""
        if not self.kind.kept:
            return None
        samples = self.kind.from_unit(self._shown(generator, KEPT), self.facts)
        return self.kind.kept, self.kind.written[self.kind.kept](samples, Known(facts=self.facts))

    def _shown(self, generator: nn.Module, most: int) -> Tensor:
        """Return answers to be shown, the same ones each time."""
        count = min(most, len(self.latents))
        shown = {name: exam.shown(count) for name, exam in self.exams.items()}
        return self._made(generator, prompts_for(self.latents[:count], self.conditionings, shown))

    def _made(self, generator: nn.Module, prompts: Prompts) -> Tensor:
        inputs, condition = prompts.inputs, prompts.condition
        latent = self.latents.shape[1]
        generator = corrected(generator, self.kind, self.facts, latent, self.conditionings)
        return make_samples(generator, inputs, condition, bounds=self.kind.bounds)
