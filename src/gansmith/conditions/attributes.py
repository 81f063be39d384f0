"""Several numbers beside each sample, such as labels of which any number may hold at once."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor, nn

from gansmith import shown
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
from gansmith.data.source import RESERVED
from gansmith.errors import DataError
from gansmith.evaluation.condition_consistency import ConditionConsistency
from gansmith.networks.conditioning.vector import ToldDiscriminator, ToldGenerator
from gansmith.networks.wrapping import feature_width
from gansmith.ranges import Range
from gansmith.registry import conditions
from gansmith.sampling.first_samples import first_beside, first_samples

SCORED = 256  # samples whose attributes are looked at


class OnAttributes(Conditioning):
    """Samples conditioned on numbers in [-1, 1]; rows are float32 [count, attributes].

    Args:
        setting: of the run.
        columns: names of the attributes.
        width: numbers that G's latent is lengthened by.
    """

    name = "attributes"

    def __init__(self, setting: Setting, columns: Sequence[str], width: int) -> None:
        self.columns, self.width, self.seed = tuple(columns), width, setting.seed

    def generator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Lengthen the latent by a linear function of the attributes."""
        net = build(spec.with_latent(spec.latent + self.width))
        return ToldGenerator(net, self.name, nn.Linear(len(self.columns), self.width))

    def discriminator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Add to the score the product of D's features and a linear function of the attributes.

        Raises:
            RecipeError: the network does not say how wide its features are.
        """
        net = build(spec)
        encoder = nn.Linear(len(self.columns), feature_width(net, self.name))
        return ToldDiscriminator(net, self.name, encoder)

    def probe(self, count: int) -> Tensor:
        """Return none of the attributes for each row."""
        return torch.zeros(count, len(self.columns))

    def reader(self, data: Data) -> Reader:
        """Return what reads the attributes of a batch.

        Raises:
            DataError: the data lack one of them, or it is not a number in [-1, 1].
        """
        check_columns(data, self.columns)

        def read(drawn: Drawn) -> Tensor:
            rows = np.stack([drawn.beside[name] for name in self.columns], 1).astype(np.float32)
            return sent(torch.from_numpy(rows), drawn.real.device)

        return read

    def prompt(self, count: int, given: Any = None) -> Tensor:
        """Return the attributes of each sample: each alone in turn if none are given.

        Args:
            count: of samples.
            given: names of those that hold ("hat,smile"), numbers by name ("hat=0.5"), a mapping
                of name to number, or a tensor [count, attributes]; those not named are 0.

        Raises:
            ValueError: there is no such attribute, or a value is not in [-1, 1].
        """
        if given is None:
            return torch.eye(len(self.columns))[torch.arange(count) % len(self.columns)]
        if isinstance(given, Tensor):
            rows = self.rows(count, given).float()
            if rows.shape[1:] != (len(self.columns),) or not bool((rows.abs() <= 1).all()):
                raise ValueError(f"attributes are [count, {len(self.columns)}], from -1 to 1")
            return rows
        row = torch.zeros(len(self.columns))
        for name, value in read_attributes(given).items():
            row[self._place(name)] = value
        return row.expand(count, -1)

    def _place(self, name: str) -> int:
        if name not in self.columns:
            raise ValueError(
                f"there is no attribute {shown.path(name)}; there are: {shown.listed(self.columns)}"
            )
        return self.columns.index(name)

    def exam(self, about: ExamSetting) -> ConditionExam:
        """Return attributes as the data have them, and whether samples show them."""
        found = super().exam(about).tensor
        assert found is not None
        return AttributesExam(self.columns, found, about)

    def described(self) -> Mapping[str, str]:
        """Return what the numbers are."""
        return {self.name: f"float32 [batch, {len(self.columns)}]: {', '.join(self.columns)}"}

    def facts(self) -> Mapping[str, Any]:
        """Return the names of the attributes, in order."""
        return {"attributes": list(self.columns)}


class AttributesExam(ConditionExam):
    """Attributes as the data have them, and whether samples look like reals that have them.

    Args:
        columns: names of the attributes.
        asked: of the samples of an exam.
        about: what they are chosen by.
    """

    def __init__(self, columns: Sequence[str], asked: Tensor, about: ExamSetting) -> None:
        super().__init__(asked)
        self.judges = dict[int, ConditionConsistency]()
        train, count = about.data.train, 2 * about.count
        reals = first_samples(train, count)
        for place, name in enumerate(columns):
            held = torch.from_numpy(first_beside(train, name, count) > 0).long()
            if 0 < held.sum() < len(held):
                self.judges[place] = ConditionConsistency(about.extractor, reals, held)
        self.floor = self._mean(judge.of_reals for judge in self.judges.values())

    def judge(self, generator: nn.Module, prompts: Prompts, fakes: Tensor) -> dict[str, float]:
        """Return how often fakes have, and lack, the attributes that were asked for."""
        assert self.tensor is not None
        asked = (self.tensor[:SCORED] > 0).long()
        return self._mean(
            judge(fakes[: len(asked)], asked[:, place]) for place, judge in self.judges.items()
        )

    @staticmethod
    def _mean(found: Any) -> dict[str, float]:
        kept = ("condition_consistency", "condition_chance")
        rows = list(found)
        return {name: float(np.mean([row[name] for row in rows])) for name in kept if rows}


def check_columns(data: Data, columns: Sequence[str]) -> None:
    """Refuse attributes that the data lack, or that are no numbers in [-1, 1].

    Raises:
        DataError: one is.
    """
    there = [name for name in data.train.beside if name not in RESERVED]
    for name in columns:
        if name not in there:
            raise DataError(
                f"condition.attributes: the data have no attribute {shown.path(name)}; "
                f"there are: {shown.listed(there) or 'none'}"
            )
        values = data.train.beside[name]
        if values.dtype == object or np.abs(values).max(initial=0) > 1:
            raise DataError(
                f"condition.attributes: {shown.path(name)} holds more than numbers from -1 to 1; "
                "scale it, or write a column of 0 and 1 for each of its values"
            )


def read_attributes(given: Any) -> dict[str, float]:
    """Return the numbers asked for, by name.

    Raises:
        ValueError: what was said is not of the form, or a number is not in [-1, 1].
    """
    if not isinstance(given, str | Mapping):
        raise ValueError("attributes are asked for as 'hat,smile', 'hat=0.5' or {name: number}")
    if isinstance(given, str):
        parts = [one.partition("=") for one in given.split(",") if one.strip()]
        given = {name.strip(): value or 1.0 for name, _, value in parts}
    try:
        found = {name: float(value) for name, value in given.items()}
    except (TypeError, ValueError):
        raise ValueError(f"attributes are numbers from -1 to 1 but are {given}") from None
    for name, value in found.items():
        if not abs(value) <= 1:
            raise ValueError(f"attributes are from -1 to 1 but {name} is {value:g}")
    return found


def joined(words: Sequence[str]) -> str | None:
    """Read what was said, all of it together."""
    return ",".join(words) or None


@conditions.add(flag="attributes", parse=joined, belong="attributes")
def attributes(
    setting: Setting,
    columns: tuple[str, ...],
    width: Annotated[int, Range(low=1, high=4096)] = 32,
) -> OnAttributes:
    """Several numbers of each sample, such as labels of which any number may hold at once.

    They are columns beside the data, of 0 and 1 or anything from -1 to 1. A linear function of them
    lengthens G's latent, and D's score gets the product of another one and its features. Ask for
    them by name: --condition attributes=hat,smile.

    Args:
        setting: of the run.
        columns: names of the attributes.
        width: numbers that G's latent is lengthened by.

    Reference: Miyato and Koyama 2018, arXiv:1802.05637; Perarnau et al. 2016, arXiv:1611.06355.
    """
    return OnAttributes(setting, columns, width)
