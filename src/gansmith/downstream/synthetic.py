"""Samples of a generator by class, and which of them a classifier may learn from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from gansmith.deploy.loaded import LoadedGenerator
from gansmith.downstream.classifiers import Probabilities
from gansmith.downstream.labelled import Form, Labelled, joined
from gansmith.errors import GansmithError

Filter = Literal["agreement", "none"]
SPARE = 2  # candidates for each sample that is wanted, where they are filtered
TRIES, DRAW = 40, 4096  # draws in search of a rare class of a table, and rows of one
WHITE = 255


@dataclass(frozen=True)
class Pool:
    """Candidates of each class, made once: images as bytes, others as they are.

    Args:
        of: samples by class.
        bytes: whether they are images as bytes.
    """

    of: Sequence[np.ndarray]
    bytes: bool

    def draw(self, counts: np.ndarray, draws: np.random.Generator) -> Labelled:
        """Return this many of each class, without repetition, fewer where there are no more."""
        parts = []
        for label, count in enumerate(counts):
            rows = draws.permutation(len(self.of[label]))[:count]
            parts.append(Labelled(self._floats(self.of[label][rows]), np.full(len(rows), label)))
        return joined(parts)

    def _floats(self, samples: np.ndarray) -> np.ndarray:
        return samples.astype(np.float32) / (WHITE / 2) - 1 if self.bytes else samples


def make_pool(
    loaded: LoadedGenerator,
    form: Form,
    counts: np.ndarray,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Pool:
    """Return samples of a generator, this many of each class.

    Args:
        loaded: the generator.
        form: of the samples; its classes are asked for by name.
        counts: of each class.
        seed: of the latents; classes have seeds of their own.
        progress: called with (classes done, classes in all).

    Raises:
        GansmithError: the generator cannot be asked for a class, or makes no such rows.
    """
    ask = _rows_of if form.kind == "table" else _samples_of
    found = []
    for label, count in enumerate(counts):
        made = ask(loaded, form, label, int(count), seed + label)
        found.append(_packed(made) if form.kind == "image" else made.double().numpy())
        if progress is not None:
            progress(label + 1, len(counts))
    return Pool(found, form.kind == "image")


def _packed(samples: Tensor) -> np.ndarray:
    return ((samples.clamp(-1, 1) + 1) * (WHITE / 2)).round().to(torch.uint8).numpy()


def _samples_of(loaded: LoadedGenerator, form: Form, label: int, count: int, seed: int) -> Tensor:
    name = form.classes[label]
    if name not in loaded.classes:
        raise GansmithError(
            f"this run cannot be asked for the class '{name}' ({_known(loaded)}); train it on the "
            f'labels of these data with --set condition.name="labels"'
        )
    return loaded.sample(max(count, 1), seed, label=loaded.classes.index(name))[:count]


def _known(loaded: LoadedGenerator) -> str:
    return f"it knows {', '.join(loaded.classes[:10])}" if loaded.classes else "it knows no classes"


def _rows_of(loaded: LoadedGenerator, form: Form, label: int, count: int, seed: int) -> Tensor:
    """Return rows that have a category of the target column, without that column."""
    target = next(c for c in loaded.facts["table"]["columns"] if c["name"] == _target(loaded))
    place = [c["name"] for c in loaded.facts["table"]["columns"]].index(target["name"])
    code = list(target["categories"]).index(form.classes[label])
    asked = _asking(loaded, target["name"], form.classes[label])
    kept, found = list[Tensor](), 0
    for number in range(TRIES):
        if found >= count:
            break
        condition = loaded.condition(DRAW, asked) if asked else None
        rows = loaded.sample(DRAW, seed + 1000 * number, condition=condition)
        kept.append(rows[rows[:, place] == code])
        found += len(kept[-1])
    if found < count:
        raise GansmithError(
            f"of {TRIES * DRAW:,} rows of this run only {found} have {target['name']} = "
            f"{form.classes[label]}, but {count} are needed; train it with condition.name = "
            f'"category", which can be asked for rare categories'
        )
    rows = torch.cat(kept)[:count] if kept else loaded.sample(1, seed)[:0]
    return rows[:, learned(loaded.facts)]


def _target(loaded: LoadedGenerator) -> str:
    return str(loaded.facts["table"]["target"])


def learned(facts: object) -> list[int]:
    """Return the columns of a table that a classifier learns from: no keys, not the target."""
    table = facts["table"]  # type: ignore[index]
    named = enumerate(table["columns"])
    return [n for n, c in named if c["type"] != "key" and c["name"] != table["target"]]


def _asking(loaded: LoadedGenerator, column: str, text: str) -> dict[str, str]:
    able = any(conditioning.name == "category" for conditioning in loaded.conditionings)
    return {"category": f"{column}={text}"} if able else {}


def agreeing(
    candidates: Labelled, counts: np.ndarray, judge: Probabilities
) -> tuple[Labelled, float]:
    """Return samples that a classifier of the real ones takes for their class, and their share.

    Where these are too few, those follow that it finds likeliest.

    Args:
        candidates: samples with the class that each was to be of.
        counts: wanted of each class.
        judge: gives class probabilities; trained on the real samples alone.

    Returns:
        the samples, and the share of the candidates that agreed.
    """
    likely = judge(candidates.samples)
    own = likely[np.arange(len(candidates)), candidates.labels]
    agrees = likely.argmax(1) == candidates.labels
    rank = np.where(agrees, 2.0, own)
    chosen = []
    for label, count in enumerate(counts):
        rows = np.flatnonzero(candidates.labels == label)
        chosen.append(rows[np.argsort(-rank[rows], kind="stable")[:count]])
    return candidates[np.concatenate(chosen)], float(agrees.mean()) if len(agrees) else 1.0
