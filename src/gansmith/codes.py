"""Codes: numbers of the latent that are to mean something, and can be requested when sampling."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

FAR = 5.0  # a normal number beyond which nothing lies: rank 0 or 1 to the sixth digit


@dataclass(frozen=True)
class Codes:
    """The first numbers of a latent, one number a code, the categorical codes first.

    A normal number z has the rank u = Phi(z), even in [0, 1]. It stands for the category floor(k u)
    of a code of k categories, or for the value 2u - 1 in [-1, 1] of a continuous code: whoever
    draws normal latents draws codes, each as likely as the other.

    Attributes:
        categorical: number of categories of each categorical code.
        continuous: how many continuous codes follow.
    """

    categorical: tuple[int, ...] = ()
    continuous: int = 0

    def __len__(self) -> int:
        return len(self.categorical) + self.continuous

    def width(self, latent: int) -> int:
        """Return how long a latent is once its codes are spelled out."""
        return latent - len(self.categorical) + sum(self.categorical)

    def read(self, latent: Tensor) -> tuple[list[Tensor], Tensor]:
        """Return the categories, int64 [batch] each, and the continuous codes [batch, continuous].

        Args:
            latent: normal numbers [batch, at least as many as there are codes].
        """
        rank = torch.special.ndtr(latent[:, : len(self)])
        sizes = enumerate(self.categorical)
        chosen = [(rank[:, i] * k).long().clamp(0, k - 1) for i, k in sizes]
        return chosen, 2 * rank[:, len(self.categorical) :] - 1

    def spell(self, latent: Tensor) -> Tensor:
        """Return latents [batch, width] for a network: categories as ones among zeros."""
        chosen, values = self.read(latent)
        sizes = zip(chosen, self.categorical, strict=True)
        spelled = [c[:, None] == torch.arange(k, device=c.device) for c, k in sizes]
        ones = [category.to(latent.dtype) for category in spelled]
        return torch.cat([*ones, values, latent[:, len(self) :]], dim=1)

    def write(self, latent: Tensor, wanted: Mapping[int, float]) -> Tensor:
        """Return latents that have the wanted codes, and are else as they were.

        Args:
            latent: normal numbers [batch, latent].
            wanted: value by number of the code, from 0; a category from 0, or a value in [-1, 1].

        Raises:
            ValueError: there is no such code, or it has no such value.
        """
        return self.put(latent, self.rows(len(latent), wanted))

    def rows(self, count: int, wanted: Mapping[int, float]) -> Tensor:
        """Return values of the codes, float64 [count, codes]; NaN for those that are not wanted.

        Raises:
            ValueError: there is no such code, or it has no such value.
        """
        rows = torch.full((count, len(self)), torch.nan, dtype=torch.float64)
        for number, value in wanted.items():
            self._check(number, value)
            rows[:, number] = value
        return rows

    def checked(self, rows: Tensor) -> Tensor:
        """Return values of the codes, [count, codes], if there are such; NaN is any.

        Raises:
            ValueError: there are more or fewer codes, or one has no such value.
        """
        if rows.shape[1:] != (len(self),):
            raise ValueError(f"codes are [count, {len(self)}], but these are {list(rows.shape)}")
        for number, values in enumerate(rows.T):
            for value in set(values[~values.isnan()].tolist()):
                self._check(number, value)
        return rows

    def put(self, latent: Tensor, values: Tensor) -> Tensor:
        """Return latents that have these values of the codes; where one is NaN they stay.

        Args:
            latent: normal numbers [batch, latent].
            values: categories from 0, or values in [-1, 1], [batch, codes].
        """
        kinds = enumerate(values.double().T)
        ranks = [self._rank(number, of) for number, of in kinds]
        normal = torch.special.ndtri(torch.stack(ranks, 1)).clamp(-FAR, FAR).to(latent)
        first, rest = latent[:, : len(self)], latent[:, len(self) :]
        return torch.cat([torch.where(normal.isnan(), first, normal), rest], 1)

    def _rank(self, number: int, values: Tensor) -> Tensor:
        if number >= len(self.categorical):
            return (values + 1) / 2
        return (values + 0.5) / self.categorical[number]

    def _check(self, number: int, value: float) -> None:
        if not 0 <= number < len(self):
            there = f"there are codes 0 to {len(self) - 1}" if len(self) else "there is none"
            raise ValueError(f"there is no code {number}; {there}")
        if number >= len(self.categorical):
            known = "a number from -1 to 1"
            fits = -1 <= value <= 1
        else:
            k = self.categorical[number]
            known = f"a category from 0 to {k - 1}"
            fits = value in range(k)
        if not fits:
            raise ValueError(f"code {number} is {known}, not {value:g}")
