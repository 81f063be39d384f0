"""What exams ask of a generator that makes images from images, and what is known of the answers."""

from PIL import Image
from torch import Tensor, nn

from gansmith.conditions.conditioning import ConditionExam, ExamSetting, Prompts
from gansmith.conditions.corruption import Corruption
from gansmith.networks.conditioning.directions import Directions
from gansmith.sampling.draws import CounterDraws
from gansmith.sampling.first_samples import first_samples
from gansmith.sampling.generate import make_samples
from gansmith.sampling.grids import side_by_side

EXAMPLES = 20  # translations in an image, four to a row
LEAST = 16  # held-out inputs, below which those trained on are asked


class ImagesExam(ConditionExam):
    """Images to be translated at every exam, and how far outputs are from what is known of them.

    Args:
        corruption: that makes them from the samples, if one does.
        matched: whether each has an output that belongs to it.
        about: what they are chosen by.
    """

    def __init__(self, corruption: Corruption | None, matched: bool, about: ExamSetting) -> None:
        source = about.data.inputs
        held = source.held_out if source else about.data.held_out
        part = "held_out" if len(held) >= LEAST else "train"
        targets = first_samples(getattr(about.data, part), about.count) if matched else None
        if corruption:
            assert targets is not None
            rows = slice(0, len(targets))
            draws = CounterDraws((about.seed + 1,), len(targets), rows, targets)
            images = corruption(targets, draws)
        else:
            assert source is not None
            images = first_samples(getattr(source, part), about.count)
        super().__init__(images)
        self.bounds = about.data.kind.bounds
        shown = corruption.shown if corruption else None
        self.pictured = shown(images) if shown else images
        self.images, self.targets, self.unchanged = images, targets, self.pictured

    def judge(self, generator: nn.Module, prompts: Prompts, fakes: Tensor) -> dict[str, float]:
        """Return how far, by mean absolute difference, outputs are from what is known of them."""
        if self.targets is not None:
            return {"target_distance": float((fakes - self.targets).abs().mean())}
        return {"cycle_distance": float((self._back(generator, fakes) - self.images).abs().mean())}

    def picture(self, generator: nn.Module) -> Image.Image:
        """Return an image of triples: input, output, and target (or there and back)."""
        outputs = make_samples(generator, self.images[:EXAMPLES], bounds=self.bounds)
        known = self.targets
        last = self._back(generator, outputs) if known is None else known[:EXAMPLES]
        return side_by_side(self.pictured[:EXAMPLES], outputs, last)

    def _back(self, generator: nn.Module, images: Tensor) -> Tensor:
        assert isinstance(generator, Directions)
        return make_samples(generator.back, images, bounds=self.bounds)
