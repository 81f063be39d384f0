"""Whether numbers may be ranked: only those that were measured in the same way."""

from collections.abc import Mapping, Sequence
from typing import Any

MEANING = {
    "data": "data",
    "extractor": "features",
    "digest": "weights of the features",
    "resize": "resize",
    "real": "number of reals",
    "fake": "number of fakes",
    "metrics": "metrics or their options",
    "split": "reals that were compared",
}


def differences(protocols: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one phrase for each way in which numbers were measured differently; [] if in none.

    Numbers with differences must not be ranked: the same images score 13 in one tool and 54 in
    another. The seed and the version may differ.

    Args:
        protocols: as ``evaluate`` and metrics.jsonl have them.
    """
    return [
        f"{words}: {' against '.join(dict.fromkeys(_said(p.get(key)) for p in protocols))}"
        for key, words in MEANING.items()
        if len({_said(p.get(key)) for p in protocols}) > 1
    ]


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {dict(of)}" if of else str(key) for key, of in value.items())
    text = "none" if value in (None, "") else str(value)
    return text[:12] if len(text) == 64 else text
