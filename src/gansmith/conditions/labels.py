"""Class labels of the data."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from gansmith import shown
from gansmith.conditions.asked_classes import checked_shares, read_classes, rows_of_classes
from gansmith.conditions.conditioning import (
    Build,
    ConditionExam,
    Conditioning,
    Drawn,
    ExamSetting,
    NetworkSpec,
    Prompts,
    Reader,
    Setting,
)
from gansmith.data import Data
from gansmith.data.loading.sending import sent
from gansmith.data.loading.weighted import Weighted
from gansmith.data.samples import Samples
from gansmith.errors import RecipeError
from gansmith.evaluation.condition_consistency import ConditionConsistency
from gansmith.evaluation.condition_sensitivity import condition_sensitivity
from gansmith.features import Extractor
from gansmith.kinds.known import Groups
from gansmith.networks.conditioning.labels import (
    ClassNormedGenerator,
    UnlabelledDiscriminator,
    condition_discriminator,
    condition_generator,
)
from gansmith.networks.wrapping import feature_width
from gansmith.registry import conditions
from gansmith.sampling.first_samples import first_labels
from gansmith.sampling.generate import make_samples, spread_labels

SCORED = 256  # samples whose classes are looked at


class OnLabels(Conditioning):
    """Samples conditioned on the class; rows are class indices, int64 [count].

    What lies between classes is asked for by shares of them, float32 [count, classes].

    Args:
        setting: of the run.
        projected: whether D's score gets how well its features agree with the label; else a term
            names the classes.
        normed: whether G's norms have a scale and a shift for each class; else the class is
            embedded beside the latent.
        balanced: whether training meets all classes equally often.
    """

    name = "labels"
    read_by = "classes"

    def __init__(
        self, setting: Setting, projected: bool, normed: bool = False, balanced: bool = False
    ) -> None:
        self.latent, self.classes, self.seed = setting.latent, setting.classes, setting.seed
        self.projected, self.normed, self.balanced = projected, normed, balanced

    def generator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Lengthen the latent by an embedding of the class, unless the network reads labels."""
        if self.name in spec.reads:
            return build(spec)
        count = len(self.classes)
        if self.normed:
            return self._normed(build(spec), count)
        return condition_generator(lambda n: build(spec.with_latent(n)), count, spec.latent)

    @staticmethod
    def _normed(network: nn.Module, count: int) -> nn.Module:
        try:
            return ClassNormedGenerator(network, count)
        except ValueError:
            raise RecipeError(
                [
                    f"condition.generator: {type(network).__name__} has no norm that a class could "
                    "scale and shift; take a generator with one, such as dcgan or sngan, or "
                    'condition.generator = "embedding"'
                ]
            ) from None

    def discriminator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Project the label on D's features, unless the network reads labels, or a term does.

        Raises:
            RecipeError: the network does not say how wide its features are.
        """
        network = build(spec)
        if not self.projected:
            return UnlabelledDiscriminator(network)
        if self.name in spec.reads:
            return network
        width = feature_width(network, self.name)
        return condition_discriminator(network, len(self.classes), width)

    def probe(self, count: int) -> Tensor:
        """Return the first class for each row."""
        return torch.zeros(count, dtype=torch.int64)

    def reader(self, data: Data) -> Reader:
        """Return what reads the labels of a batch; None for data without labels."""

        def read(drawn: Drawn) -> Tensor | None:
            labels = drawn.beside.get("labels")
            return None if labels is None else sent(torch.from_numpy(labels), drawn.real.device)

        return read

    def trained_on(self, data: Data) -> Samples:
        """Return the samples, those of rare classes more often where that is wanted."""
        labels = data.train.beside.get("labels")
        if not self.balanced or labels is None:
            return data.train
        counts = np.bincount(labels, minlength=len(self.classes))
        return Weighted(data.train, 1 / counts[labels], self.seed)

    def prompt(self, count: int, given: Any = None) -> Tensor:
        """Return classes, or shares of them, for each sample; all in turn if none is given.

        Args:
            count: of samples.
            given: a class by number or name; several, which come in turn, as a list or "a,b"; a
                place between some, as a mapping of class to share, "a+b" or "a:0.7+b:0.3"; or a
                tensor of one class, or one row of shares, for each sample.

        Raises:
            ValueError: there is no such class.
        """
        if given is None:
            return torch.arange(count) % len(self.classes)
        if isinstance(given, Tensor):
            rows = self.rows(count, given)
            if rows.shape[1:]:
                return checked_shares(rows, len(self.classes))
            return self._checked(rows)
        if isinstance(given, str) and given not in self.classes:
            given = read_classes(given)
        return rows_of_classes(given, count, len(self.classes), self._number)

    def _checked(self, labels: Tensor) -> Tensor:
        whole = labels.long()
        if whole.shape != (len(labels),) or not torch.equal(whole, labels):
            raise ValueError("labels are whole numbers, one for each sample")
        wrong = whole[(whole < 0) | (whole >= len(self.classes))]
        if len(wrong):
            self._number(int(wrong[0]))
        return whole

    def _number(self, label: int | str) -> int:
        if str(label) in self.classes:
            return self.classes.index(str(label))
        if str(label).isdigit() and int(label) < len(self.classes):
            return int(label)
        raise ValueError(
            f"there is no class {shown.path(label)}; there are: {shown.listed(self.classes)}"
        )

    def exam(self, about: ExamSetting) -> ConditionExam:
        """Return classes as often as the data have them; nothing for data without labels."""
        labels = about.data.train.beside.get("labels")
        return ConditionExam() if labels is None else LabelsExam(self, about)

    def described(self) -> Mapping[str, str]:
        """Return what labels are."""
        return {self.name: f"int64 [batch], 0 to {len(self.classes) - 1}: the number of a class"}

    def facts(self) -> Mapping[str, Any]:
        """Return the names of the classes, by label."""
        return {"classes": list(self.classes)}

    def groups(self, tensor: Tensor) -> Groups | None:
        """Return the classes; None where samples lie between some."""
        return None if tensor.is_floating_point() else Groups(self.classes, tensor)

    def written(self, tensor: Tensor) -> Mapping[str, np.ndarray]:
        """Return labels and the names of the classes."""
        return {**super().written(tensor), "classes": np.array(self.classes)}


class LabelsJudgement:
    """How far samples have the classes asked for, and change with them.

    Args:
        extractor: of the features.
        reals: real samples with labels, by which fakes are judged.
        labels: of the reals.
    """

    def __init__(self, extractor: Extractor, reals: Tensor, labels: Tensor) -> None:
        self._consistency = ConditionConsistency(extractor, reals, labels)
        self.floor = self._consistency.of_reals

    def __call__(
        self, fakes: Tensor, asked: Tensor, others: Tensor | None = None
    ) -> dict[str, float]:
        """Return the numbers of an exam.

        Args:
            fakes: samples.
            asked: the class that each was to be of.
            others: samples of the same latents and other classes, where there are any.
        """
        found = self._consistency(fakes, asked)
        if others is not None:
            found["condition_sensitivity"] = condition_sensitivity(fakes, others)
        return found


class LabelsExam(ConditionExam):
    """Classes drawn as the data have them, and whether samples are of them.

    Args:
        conditioning: whose labels they are.
        about: what they are chosen by.
    """

    def __init__(self, conditioning: OnLabels, about: ExamSetting) -> None:
        train, count = about.data.train, about.count
        super().__init__(spread_labels(train.beside["labels"], count, about.seed))
        self.conditioning, self.bounds = conditioning, about.data.kind.bounds
        seen = first_labels(train, 2 * count)
        assert seen is not None
        self.judgement = LabelsJudgement(about.extractor, about.reals, seen)
        self.floor = self.judgement.floor

    def shown(self, count: int) -> Tensor:
        """Return all classes in turn."""
        return self.conditioning.prompt(count)

    def judge(self, generator: nn.Module, prompts: Prompts, fakes: Tensor) -> dict[str, float]:
        """Return how far samples have the classes asked for, and change with them."""
        assert self.tensor is not None
        asked, classes = self.tensor[:SCORED], len(self.conditioning.classes)
        if classes < 2:
            return self.judgement(fakes[: len(asked)], asked)
        other = self.conditioning.ask(prompts.first(len(asked)), (asked + 1) % classes)
        others = make_samples(generator, other.inputs, other.condition, bounds=self.bounds)
        return self.judgement(fakes[: len(asked)], asked, others)


def one(words: Sequence[str]) -> str | None:
    """Read what was said, if anything was."""
    return words[-1] if words else None


@conditions.add(flag="label", parse=one, reads=("labels",), belong="class labels")
def labels(
    setting: Setting,
    discriminator: Literal["projection", "classifier"] | None = None,
    generator: Literal["embedding", "norm"] = "embedding",
    balanced: bool = False,
) -> OnLabels:
    """The class of each sample, as the data have it.

    A network whose function has the option ``classes`` is given the labels itself. Samples are
    asked for by class ("cat"), by several in turn ("cat,dog") or between some ("cat:0.7+dog:0.3").

    Args:
        setting: of the run.
        discriminator: how D comes to know them: ``projection`` adds to its score how well the
            features agree with the label, ``classifier`` leaves them to a term such as ``acgan``;
            chosen by the terms if absent.
        generator: how G comes to know them: ``embedding`` joins an embedding of the class to its
            latent, ``norm`` gives each of its norms a scale and a shift for each class.
        balanced: whether training meets all classes equally often, however many samples they have.

    Reference: Mirza and Osindero 2014, arXiv:1411.1784; Dumoulin et al. 2016,
    arXiv:1610.07629; Miyato and Koyama 2018, arXiv:1802.05637.
    """
    return OnLabels(setting, discriminator != "classifier", generator == "norm", balanced)
