"""One category of one column of a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gansmith.conditions.conditioning import (
    Build,
    ConditionExam,
    Conditioning,
    Drawn,
    ExamSetting,
    NetworkSpec,
    Reader,
    Setting,
)
from gansmith.data import Data
from gansmith.data.loading.sending import sent
from gansmith.data.loading.weighted import Weighted
from gansmith.data.samples import Samples
from gansmith.kinds.tables.categories import as_found, categories_of, evened, find
from gansmith.networks.conditioning.category import AskedDiscriminator, AskedGenerator
from gansmith.registry import conditions

BLOCK = 65_536  # rows whose weights are found at once


class OnCategory(Conditioning):
    """Rows conditioned on a category of a column; [count, categories], 1 for the one asked for.

    A table without categories has nothing to ask for: then this changes nothing.

    Args:
        setting: of the run.
    """

    name = "category"

    def __init__(self, setting: Setting) -> None:
        self.categories, self.seed = categories_of(setting.facts), setting.seed
        self.at = torch.tensor([one.place for one in self.categories], dtype=torch.int64)

    def generator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Lengthen the latent by one number a category; rows have the one that is asked for."""
        if not self.categories:
            return build(spec)
        inner = spec.with_latent(spec.latent + len(self.categories))
        return AskedGenerator(build(inner), self.categories)

    def discriminator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Lengthen each row by one number a category."""
        if not self.categories:
            return build(spec)
        return AskedDiscriminator(build(spec.with_shape((spec.shape[0] + len(self.categories),))))

    def trained_on(self, data: Data) -> Samples:
        """Return rows so that each column is met equally often, and rare categories often."""
        if not self.categories:
            return data.train
        weights, each = [], evened(self.categories).numpy()
        for start in range(0, len(data.train), BLOCK):
            rows = data.train.take(np.arange(start, min(start + BLOCK, len(data.train))))
            weights.append(rows[:, self.at.numpy()] @ each)
        return Weighted(data.train, np.concatenate(weights), self.seed)

    def reader(self, data: Data) -> Reader | None:
        """Return what picks, for each real row, which of its categories was asked for.

        A column in proportion to how the row came to be read for it: so that column and category
        are drawn first, and then a row that has it.
        """
        if not self.categories:
            return None
        weights = evened(self.categories)

        def read(drawn: Drawn) -> Tensor:
            at, each = (sent(known, drawn.real.device) for known in (self.at, weights))
            ends = (drawn.real[:, at].double() * each).cumsum(1)
            where = drawn.draws.uniform("category").double()[:, None] * ends[:, -1:]
            chosen = (ends <= where).sum(1).clamp(max=len(self.categories) - 1)
            return torch.nn.functional.one_hot(chosen, len(self.categories)).to(drawn.real.dtype)

        return read

    def probe(self, count: int) -> Tensor | None:
        """Return the first category for each row."""
        return self._rows(torch.zeros(count, dtype=torch.int64)) if self.categories else None

    def prompt(self, count: int, given: Any = None) -> Tensor | None:
        """Return what to ask for: a category as "COLUMN=CATEGORY", or as the data have them.

        Args:
            count: of rows.
            given: "COLUMN=CATEGORY", {column: category}, or a tensor of one row for each.

        Raises:
            ValueError: there is no such column or category, or several are given.
        """
        if not self.categories:
            if given is not None:
                raise ValueError("this table has no column of categories to ask for")
            return None
        if isinstance(given, Tensor):
            return self.rows(count, given).float()
        if given is None:
            draws = torch.Generator().manual_seed(self.seed)
            return self._rows(
                torch.multinomial(as_found(self.categories), count, True, generator=draws)
            )
        return self._rows(torch.full((count,), find(self.categories, _one(given))))

    def _rows(self, chosen: Tensor) -> Tensor:
        return torch.nn.functional.one_hot(chosen, len(self.categories)).float()

    def exam(self, about: ExamSetting) -> ConditionExam:
        """Return categories as often as the data have them."""
        return ConditionExam(self.prompt(about.count))

    def described(self) -> Mapping[str, str]:
        """Return what the numbers are."""
        count = len(self.categories)
        return (
            {self.name: f"float32 [batch, {count}]: 1 for the category asked for"} if count else {}
        )

    def facts(self) -> Mapping[str, Any]:
        """Return the categories, in order, as [column, category]."""
        return {"categories": [[one.column, one.text] for one in self.categories]}

    def written(self, tensor: Tensor) -> Mapping[str, np.ndarray]:
        """Return nothing: rows hold what was asked for."""
        return {}


def _one(given: Any) -> str:
    """Return what was asked for as "COLUMN=CATEGORY"."""
    if isinstance(given, Mapping) and len(given) == 1:
        ((column, text),) = given.items()
        return f"{column}={text}"
    if not isinstance(given, str):
        raise ValueError(
            "one category of one column can be asked for, as 'COLUMN=CATEGORY'; make more rows and "
            "keep those that fit in other columns too"
        )
    return given


def one(words: Sequence[str]) -> str | None:
    """Read what was said, if anything was.

    Raises:
        ValueError: several categories were.
    """
    if len(words) > 1:
        _one(words)
    return words[0] if words else None


@conditions.add(flag="category", parse=one, belong="categories", joined=True, kinds=("table",))
def category(setting: Setting) -> OnCategory:
    """A category of a column of a table, so that rare ones are learned and any can be asked for.

    In training a column is drawn at random, one of its categories in proportion to the logarithm of
    its rows, and a real row that has it; G and D are told column and category, and G's row has it
    in that column. Samples are asked for categories as often as the data have them, unless one is
    named: --condition category=COLUMN=CATEGORY.

    Args:
        setting: of the run.

    Reference: Xu et al. 2019, arXiv:1907.00503, section 4.3.
    """
    return OnCategory(setting)
