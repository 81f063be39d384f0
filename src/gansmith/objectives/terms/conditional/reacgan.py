"""A class head on the unit sphere that also tells the samples of a batch apart by their classes."""

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, relu, softplus

from gansmith.objectives.gradients import features_of, rows
from gansmith.objectives.labels import labels_of
from gansmith.objectives.options import Weight
from gansmith.objectives.products import products
from gansmith.ranges import Range
from gansmith.records import Knob, PerSample, Side, Term, View
from gansmith.registry import terms

Margin = Annotated[float, Range(above=0.0, high=1.0, why="it is a cosine")]


class Sphere(nn.Module):
    """Features projected on the unit sphere, and one proxy there for each class.

    Args:
        features: width of what comes in.
        classes: how many proxies.
        width: of the sphere.
    """

    def __init__(self, features: int, classes: int, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(features, width)
        self.proxies = nn.Embedding(classes, width)

    def forward(self, features: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Map [batch, features] and labels [batch] to unit vectors, and to those of the proxies."""
        return normalize(self.project(features), dim=1), normalize(self.proxies(labels), dim=1)


@terms.add(classifies=True)
def reacgan(
    weight: Weight = 0.5,
    temperature: Annotated[float, Range(above=0.0)] = 0.5,
    margin: Margin = 0.98,
    *,
    feature_width: int = 3,
    classes: Annotated[int, Range(low=2, why="with one class there is nothing to classify")] = 2,
    width: Annotated[int, Range(low=1)] = 128,
) -> Term:
    """ReACGAN: a sample is to be near its class on the unit sphere, and away from other classes'.

    Needs the recipe's [condition]. Unlike AC-GAN's, its gradient stays bounded early on, since
    features and classes have unit length, and ends where a sample is sure enough, so that typical
    samples are not preferred for ever. Only samples of other classes count as wrong answers.

    Formula: for unit features f_i with class vectors w_i, a_i = min(f_i w_i - m, 0) / t and
    b_ij = max(f_i f_j - (1 - m), 0) / t: E_i -log [e^a_i / (e^a_i + sum_j e^b_ij)], j over the
    samples of the batch of other classes; D: of reals; G: of fakes.

    Args:
        weight: strength.
        temperature: t; 0.5 in the paper for CIFAR-10.
        margin: m; a sample whose cosine with its class is above it is right enough, and one whose
            cosine with another class's sample is below 1 - m wrong enough.
        feature_width: of D's features.
        classes: how many there are.
        width: of the sphere.

    Raises:
        ValueError: an option is out of its range, or there are fewer than two classes.

    Reference: Kang et al. 2021, arXiv:2111.01118.
    """
    sphere = Sphere(feature_width, classes, width)

    def value(view: View) -> PerSample:
        labels = labels_of(view, "reacgan")
        side: Side = "fake" if view.player == "generator" else "real"
        features = rows(features_of(view.critiques[side], "reacgan"))
        unit, own = sphere(features, labels)
        near = -relu(margin - (unit * own).sum(1)) / temperature
        others = relu(products(unit) - (1 - margin)) / temperature
        same = labels[:, None] == labels[None, :]
        wrong = torch.logsumexp(others.masked_fill(same, -torch.inf), 1)
        return softplus(wrong - near)  # 0 where no sample of the batch is of another class

    return Term(value, "both", Knob("weight", weight), module=sphere, trained_by="discriminator")
