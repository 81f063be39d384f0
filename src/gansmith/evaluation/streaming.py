"""What is kept of any number of samples, in constant memory: enough for a Frechet distance."""

from dataclasses import dataclass

from gansmith.features import Extractor, as_unit
from gansmith.features.extraction import Samples
from gansmith.kinds.kind import kind_of_shape
from gansmith.metrics.artefacts import Looks, artefacts_between
from gansmith.metrics.class_coverage import class_coverage_between
from gansmith.metrics.frechet_distance import frechet_between
from gansmith.metrics.maths.chances import Chances
from gansmith.metrics.maths.moments import Moments


@dataclass(frozen=True)
class Summary:
    """A set of samples as sums over them, which add up across batches, files and processes.

    ``sum(map(summarise, batches))`` needs the memory of one batch and of the sums, whatever the
    number of samples; summaries of several processes are sent to one and added there.

    Attributes:
        moments: of the features.
        chances: of the classes, where the extractor is a classifier.
        looks: spectrum and colours, where the samples are images.
    """

    moments: Moments
    chances: Chances | None = None
    looks: Looks | None = None

    @classmethod
    def of(cls, samples: Samples, extractor: Extractor) -> "Summary":
        """Return the summary of one batch of samples: bytes, or floats in [-1, 1]."""
        batch = as_unit(samples)
        features = extractor(batch)
        head = getattr(extractor, "head", None)
        kind = kind_of_shape(tuple(batch.shape[1:]))
        large = "artefacts" in kind.defaults.further(tuple(batch.shape[1:]))
        return cls(
            moments=Moments.of(features),
            chances=Chances.of(head(features)) if head is not None else None,
            looks=Looks.of(batch) if large else None,
        )

    @property
    def count(self) -> int:
        """How many samples have been seen."""
        return self.moments.count

    def __add__(self, other: "Summary") -> "Summary":
        """Return the summary of both sets together."""
        chances = self.chances + other.chances if self.chances and other.chances else None
        looks = self.looks + other.looks if self.looks and other.looks else None
        return Summary(self.moments + other.moments, chances, looks)

    def __radd__(self, nothing: int) -> "Summary":
        """Let ``sum`` begin with 0."""
        return self


def compare_summaries(real: Summary, fake: Summary) -> dict[str, float]:
    """Return every metric that summaries are enough for, by name, as of the samples themselves.

    ``frechet_distance`` always; ``inception_score`` (in one part), ``classes_found`` and
    ``class_kl`` of a classifier; the numbers of ``artefacts`` of images of one size.

    Raises:
        ValueError: a side has fewer than two samples.
    """
    found = {"frechet_distance": frechet_between(real.moments, fake.moments)}
    if real.chances and fake.chances:
        found["inception_score"] = fake.chances.score
        found |= class_coverage_between(real.chances, fake.chances)
    if real.looks and fake.looks and real.looks.power.shape == fake.looks.power.shape:
        found |= artefacts_between(real.looks, fake.looks)
    return found
