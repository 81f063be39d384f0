"""The rows of benchmarks/conditional.py: recipes, judges and the bars beside them."""

import json
import lzma
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from minutes_sets import SETS, by_class, resized
from sklearn.metrics import adjusted_mutual_info_score
from torch import Tensor

from gansmith.data import open_data, to_unit
from gansmith.deploy.loaded import load
from gansmith.features import extract
from gansmith.networks.conditioning.minilm import sentence_vectors
from gansmith.registry import extractors

EACH = 100  # samples of a class
Cells = Iterator[tuple[str, str, str]]


def classifier(images: Tensor, labels: Any, size: int, steps: int = 1500) -> Any:
    """Return a classifier trained on labelled reals."""
    reference = (images, torch.as_tensor(labels).long())
    return extractors.build("classifier", {"size": size, "steps": steps}, reference=reference)


def read_by(judge: Any, images: Tensor) -> Tensor:
    """Return the class that a classifier sees in each image."""
    parts = [judge.probabilities(part).argmax(1) for part in images.split(256)]
    return torch.cat(parts)


class Row:
    """One recipe with its judge."""

    recipe: ClassVar[str]
    about: ClassVar[str]
    set: ClassVar[Mapping[str, Any]] = {}
    needs_pack: ClassVar[bool] = False

    def changes(self, folder: Path, pack: Path | None) -> dict[str, Any]:
        """Return what is changed in the recipe."""
        return dict(self.set)

    def said(self) -> str:
        """Return the changes in words."""
        return " with " + ", ".join(f"`{k} = {v}`" for k, v in self.set.items()) if self.set else ""

    def judge(self, run: Path, pack: Path | None) -> dict[str, Any]:
        """Return what the run's samples are worth."""
        raise NotImplementedError

    def cells(self, found: Mapping[str, Any]) -> Cells:
        """Yield what was measured, its value, and what stands beside it."""
        raise NotImplementedError


def agreement(run: Path, judge: Any, classes: int) -> dict[str, Any]:
    """Return how often samples are read as the class that was asked for, in all and by class."""
    asked = torch.arange(classes).repeat_interleave(EACH)
    seen = read_by(judge, load(run, "last").sample(len(asked), seed=1, condition={"labels": asked}))
    each = (seen == asked).view(classes, EACH).double().mean(1)
    return {"read": float(each.mean()), "worst_class": float(each.min())}


class Digits(Row):
    recipe = "quickstart"
    set: ClassVar = {"condition.name": "labels", "length.budget": "600s"}
    needs_pack = True
    about = (
        "Digits by label, read by a classifier trained on the 60,000 training digits of MNIST, of"
        " which the recipe's 10,000 are a part; 1,000 samples."
    )

    def judge(self, run: Path, pack: Path | None) -> dict[str, Any]:
        assert pack is not None
        with lzma.open(next((pack / "mnist").glob("*train*.xz"))) as file:
            stored = np.load(file)
            images, labels = stored["x"], stored["y"]
        images = np.pad(images.reshape(-1, 1, 28, 28), ((0, 0), (0, 0), (2, 2), (2, 2)))
        judge = classifier(to_unit(images[:55000]), labels[:55000], 32)
        floor = (read_by(judge, to_unit(images[55000:])).numpy() == labels[55000:]).mean()
        return {"reals": float(floor), **agreement(run, judge, 10)}

    def cells(self, found: Mapping[str, Any]) -> Cells:
        yield (
            "read as asked",
            f"{found['read']:.3f}",
            f"bar .95; held-out reals {found['reals']:.3f}",
        )
        yield "worst class", f"{found['worst_class']:.3f}", "bar .90"


def held_out_clothing(pack: Path | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the test photographs at 32 pixels, and their classes."""
    assert pack is not None
    folder = pack / "clothing64"
    counts = json.loads((folder / "counts.json").read_text())
    images, classes = by_class(folder, "test", counts)
    return resized(images, 32), classes


class Clothing(Row):
    recipe = "quickstart"
    needs_pack = True
    set: ClassVar = {
        "condition.name": "labels",
        "condition.balanced": True,
        "length.budget": "600s",
    }
    about = (
        "3,068 photographs of clothes of ten uneven classes at 32 pixels, read by a classifier of"
        " EfficientNet-Lite0's features (logistic regression) trained on the training photographs."
    )

    def changes(self, folder: Path, pack: Path | None) -> dict[str, Any]:
        images = SETS["clothing 32 px"].read(pack)
        source = folder / "clothing.npz"
        np.savez(source, samples=images.train, labels=images.classes)
        return {**self.set, "data.source": str(source)}

    def judge(self, run: Path, pack: Path | None) -> dict[str, Any]:
        from sklearn.linear_model import LogisticRegression

        images = SETS["clothing 32 px"].read(pack)
        net = extractors.build("efficientnet_lite", {})
        assert images.classes is not None
        train = extract(net, to_unit(images.train)).numpy()
        judge = LogisticRegression(max_iter=300, C=0.01).fit(train, images.classes)
        asked = np.repeat(np.arange(10), EACH)
        samples = load(run, "last").sample(
            len(asked), seed=1, condition={"labels": torch.from_numpy(asked)}
        )
        seen = judge.predict(extract(net, samples).numpy())
        held, labels = held_out_clothing(pack)
        reals = (judge.predict(extract(net, to_unit(held)).numpy()) == labels).mean()
        return {"reals": float(reals), "read": float((seen == asked).mean())}

    def cells(self, found: Mapping[str, Any]) -> Cells:
        beside = f"bar: half of the held-out photographs' {found['reals']:.3f}; chance .1"
        yield "read as asked", f"{found['read']:.3f}", beside


class InfoGan(Row):
    recipe = "infogan"
    needs_pack = True
    about = (
        "Digits without labels: does the code of ten categories find them? Samples of all codes are"
        " read by the judge of the first row; agreement is the adjusted mutual information."
    )

    def judge(self, run: Path, pack: Path | None) -> dict[str, Any]:
        data = open_data("mnist", size=32, channels=1, held_out=0.0)
        images = to_unit(data.train.take(np.arange(len(data.train))))
        judge = classifier(images, data.train.beside["labels"], 32)
        generator = load(run, "last")
        codes = torch.arange(10).repeat_interleave(EACH)
        assert generator.recipe.codes is not None
        width = 1 + generator.recipe.codes.continuous
        rows = torch.full((len(codes), width), torch.nan)
        rows[:, 0] = codes.float()
        seen = read_by(judge, generator.sample(len(codes), seed=1, condition={"codes": rows}))
        table = [torch.bincount(seen[codes == c], minlength=10).tolist() for c in range(10)]
        score = adjusted_mutual_info_score(codes.numpy(), seen.numpy())
        return {"agreement": float(score), "table": table}

    def cells(self, found: Mapping[str, Any]) -> Cells:
        yield "adjusted mutual information", f"{found['agreement']:.3f}", "bar .5; chance 0"


@dataclass
class Retrieval:
    """Images to the space of captions, by ridge regression on features of real training pairs.

    Args:
        images: features [N, width] of the training images.
        vectors: of their captions [N, space].
    """

    images: Tensor
    vectors: Tensor
    weights: Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.mean, self.scale = self.images.mean(0), self.images.std(0) + 1e-6
        self.centre = self.vectors.mean(0)
        x = (self.images - self.mean) / self.scale
        gram = x.mT @ x + len(x) * torch.eye(x.shape[1], dtype=x.dtype)
        self.weights = torch.linalg.solve(gram, x.mT @ (self.vectors - self.centre))

    def right(self, images: Tensor, own: Tensor, others: Tensor, draws: torch.Generator) -> float:
        """Return how often an image's own caption is the nearest of 100.

        Args:
            images: features [n, width].
            own: vectors of their captions.
            others: vectors of captions from elsewhere.
            draws: of the 99.
        """
        found = ((images - self.mean) / self.scale) @ self.weights
        hits = 0
        for vector, caption in zip(found, own, strict=True):
            apart = others[(others - caption).abs().amax(1) > 1e-4]
            chosen = apart[torch.randperm(len(apart), generator=draws)[:99]]
            candidates = torch.cat([caption[None], chosen]) - self.centre
            likeness = torch.nn.functional.normalize(candidates, dim=1) @ vector
            hits += int(likeness.argmax() == 0)
        return hits / len(own)


class Captions(Row):
    recipe = "emoji_text"
    about = (
        "Emoji from captions that training did not see, 8 samples each. Is the right caption"
        " nearest among 100? Images are brought to the space of captions (MiniLM) by"
        " ridge regression on EfficientNet-Lite0's features of real training pairs, which G never"
        " saw. The nearest training image is that of the caption most alike."
    )

    def judge(self, run: Path, pack: Path | None) -> dict[str, Any]:
        data = open_data("emoji:noto", size=32)
        parts = [data.train, data.held_out]
        texts = [[str(text) for text in part.beside["captions"]] for part in parts]
        vectors = [sentence_vectors(some).double() for some in texts]
        net = extractors.build("efficientnet_lite", {})
        images = [extract(net, to_unit(part.take(np.arange(len(part))))).double() for part in parts]
        judge, every = Retrieval(images[0], vectors[0]), torch.cat(vectors)
        found, generator = {}, load(run, "last")
        asked = generator.conditionings[0]._rows(texts[1])  # words that are new count as unknown
        rights = []
        for seed in range(8):
            samples = generator.sample(len(asked), seed=seed, condition={"text": asked})
            draws = torch.Generator().manual_seed(seed)
            shown = extract(net, samples).double()
            rights.append(judge.right(shown, vectors[1], every, draws))
        found["right"] = float(np.mean(rights))
        draws = torch.Generator().manual_seed(0)
        found["reals"] = judge.right(images[1], vectors[1], every, draws)
        nearest = (vectors[1] @ vectors[0].mT).argmax(1)
        found["nearest"] = judge.right(images[0][nearest], vectors[1], every, draws)
        wrong = torch.randperm(len(images[1]), generator=draws)
        found["wrong"] = judge.right(images[1][wrong], vectors[1], every, draws)
        return found

    def cells(self, found: Mapping[str, Any]) -> Cells:
        yield "right among 100", f"{found['right']:.3f}", "bar .10; chance .01"
        yield "held-out reals (ceiling)", f"{found['reals']:.3f}", ""
        yield "reals of other captions", f"{found['wrong']:.3f}", "chance .01"
        yield "nearest training image", f"{found['nearest']:.3f}", ""


ROWS: dict[str, Row] = {
    "digits": Digits(),
    "clothing": Clothing(),
    "infogan": InfoGan(),
    "captions": Captions(),
}
