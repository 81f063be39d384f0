"""Does a conditional generator follow its condition? Judged by the reals' own neighbours."""

import torch
from jaxtyping import Int
from torch import Tensor

from gansmith.features import Extractor, extract

NEIGHBOURS = 5
LEAST = 8  # fakes of a class whose variety is measured
Labels = Int[Tensor, " _"]


class ConditionConsistency:
    """Share of fakes that look like the class they were conditioned on, by their nearest reals.

    A fake's class is that of most of its nearest reals in feature space. The floor judges each real
    by the others in the same way: a low floor says that these features do not separate the classes.

    Args:
        extractor: of the features.
        reals: labelled real samples in [-1, 1].
        labels: their classes.
        most: how many of them to use.

    Reference: Ravuri and Vinyals 2019, arXiv:1905.10887 (classification accuracy score).
    """

    def __init__(
        self, extractor: Extractor, reals: Tensor, labels: Labels, most: int = 1024
    ) -> None:
        chosen = torch.linspace(0, len(reals) - 1, min(most, len(reals))).round().long()
        self.extractor, self.labels = extractor, labels[chosen]
        self.features = extract(extractor, reals[chosen]).double()
        near = self._nearest(self.features, NEIGHBOURS + 1)[:, 1:]
        self.floor = self._agreement(near, self.labels)

    def __call__(self, fakes: Tensor, asked: Labels) -> dict[str, float]:
        """Return consistency and, where a class has fakes enough, the narrowest class's variety.

        ``condition_consistency`` is the share of fakes whose class is the one requested, 0 to 1;
        ``condition_chance`` the share that would be if classes were made as often, whatever is
        requested (as in Cohen's kappa): much where one class is most of the data;
        ``class_diversity_ratio`` the least, over the classes, of the mean distance between fakes of
        a class over that between its reals.
        """
        features = extract(self.extractor, fakes).double()
        near = self._nearest(features, NEIGHBOURS)
        seen = self.labels[near].mode(1).values
        found = {
            "condition_consistency": float((seen == asked).double().mean()),
            "condition_chance": _by_chance(seen, asked),
        }
        ratios = self._variety(features, asked)
        return found | ({"class_diversity_ratio": min(ratios)} if ratios else {})

    @property
    def of_reals(self) -> dict[str, float]:
        """The same numbers of the reals themselves."""
        chance = _by_chance(self.labels, self.labels)
        return {
            "condition_consistency": self.floor,
            "condition_chance": chance,
            "class_diversity_ratio": 1.0,
        }

    def _variety(self, features: Tensor, asked: Labels) -> list[float]:
        """Spread of the fakes of each class over that of its reals."""
        ratios = []
        for label in sorted(set(asked.tolist())):
            fakes, reals = features[asked == label], self.features[self.labels == label]
            if min(len(fakes), len(reals)) >= LEAST:
                spread = float(torch.pdist(reals).mean())
                ratios += [float(torch.pdist(fakes).mean()) / spread] if spread > 0 else []
        return ratios

    def _nearest(self, features: Tensor, count: int) -> Tensor:
        count = min(count, len(self.features))
        return torch.cdist(features, self.features).topk(count, largest=False).indices

    def _agreement(self, near: Tensor, asked: Labels) -> float:
        return float((self.labels[near].mode(1).values == asked).double().mean())


def _by_chance(seen: Labels, asked: Labels) -> float:
    """How often two sets of classes agree that know nothing of each other: sum of p_c q_c."""
    count = int(max(seen.max(), asked.max())) + 1
    shares = (torch.bincount(side, minlength=count).double() / len(side) for side in (seen, asked))
    return float(torch.stack(list(shares)).prod(0).sum())
