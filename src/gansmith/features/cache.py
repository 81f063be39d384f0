"""Features kept on disk by the content of the samples, so that they are computed once."""

import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor

from gansmith.data.prepare.cache import cache_folder
from gansmith.features.extraction import Progress, extract
from gansmith.features.extractor import Extractor
from gansmith.runs.folder import write_bytes
from gansmith.version import __version__

STALE = 3600.0  # seconds after which an unfinished file is nobody's any more
ROOM = 2 << 30  # bytes of features that are kept; the longest unused make room


def kept_features(
    team: Sequence[Extractor], samples: Tensor, progress: Progress | None = None
) -> Tensor:
    """Return features as ``extract`` does, from the cache folder if they have been computed.

    They are found by the samples' content and by the extractor's name, digest and resize. What has
    no digest (pixels, spectrum) is quicker to compute than to keep. Where the folder cannot be
    written, nothing is kept.

    Args:
        team: the same extractor on one device or several.
        samples: as for ``extract``.
        progress: called with (samples done, samples in all).
    """
    if not team[0].digest or len(samples) == 0:
        return extract(team, samples, progress=progress)
    place = cache_folder() / "features" / f"{_key(team[0], samples)}.safetensors"
    found = _found(place)
    if found is not None:
        with suppress(OSError):
            place.touch()  # the last to make room
        if progress is not None:
            progress(len(samples), len(samples))
        return found
    features = extract(team, samples, progress=progress)
    with suppress(OSError):
        _keep(features, place)
    return features


def _key(extractor: Extractor, samples: Tensor) -> str:
    about = (extractor.name, extractor.digest, extractor.resize, __version__)
    sha = hashlib.sha256(repr((*about, samples.dtype, tuple(samples.shape))).encode())
    for part in torch.split(samples.detach().cpu(), 4096):
        sha.update(part.contiguous().flatten().view(torch.uint8).numpy().data)
    return sha.hexdigest()[:40]


def _found(place: Path) -> Tensor | None:
    """Return features that were kept, None if there are none or they are not as they were."""
    try:
        with safe_open(place, "pt") as file:
            features: Tensor = file.get_tensor("features")
            whole = (file.metadata() or {}).get("digest") == _digest(features)
    except Exception:  # a damaged file can fail in any way, and is made anew
        return None
    return features if whole else None


def _digest(features: Tensor) -> str:
    content = features.contiguous().flatten().view(torch.uint8).numpy()
    return hashlib.sha256(content.data).hexdigest()


def _keep(features: Tensor, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    features = features.contiguous()
    write_bytes(place, save({"features": features}, {"digest": _digest(features)}))
    for left in place.parent.glob(".*.tmp"):  # of a process that was killed
        if time.time() - left.stat().st_mtime > STALE:
            left.unlink(missing_ok=True)
    others = sorted(place.parent.glob("*.safetensors"), key=lambda path: -path.stat().st_mtime)
    total = 0
    for path in others:
        total += path.stat().st_size
        if total > ROOM and path != place:
            path.unlink(missing_ok=True)
