"""Spoken digits: what the recipe ``digits_spoken`` reaches, judged beside held-out reals.

``python -m benchmarks.kinds_audio --pack fsdd600.npz.xz --work DIR`` unpacks 600 digits (Free
Spoken Digit Dataset, CC BY-SA 4.0, takes 0 to 9 of six speakers, 8 bits mu-law) into folders of
WAV files in DIR, trains there for 30 minutes, or goes on, and writes its section of ``kinds.json``
and ``kinds.md``. The judge is a small classifier of log-mel spectrograms that is trained on eight
tenths of the reals and tried on the others; the generator never sees it.
"""

import argparse
import io
import json
import lzma
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import gansmith
from benchmarks.kinds_page import keep
from gansmith.data import read_samples
from gansmith.kinds.sounds.wav_files import wav_bytes
from gansmith.registry import extractors, metrics
from gansmith.runs.folder import is_run
from gansmith.runs.reader import read_run
from gansmith.training.session.environment import processor

RATE, LEVELS = 8_000, 256.0  # of the pack: hertz, mu-law
HELD = 5  # every fifth clip of each class and speaker is kept from the judge
SAMPLES = 240  # half as many as the reals that the judge learns from


def unpack(pack: Path, out: Path) -> Path:
    """Write each clip of the pack as a WAV file into a folder of its digit."""
    with lzma.open(pack) as file:
        held = np.load(io.BytesIO(file.read()))
    steps = (held["audio"].astype(np.float32) - 128) / 127
    waves = np.sign(steps) * (LEVELS ** np.abs(steps) - 1) / (LEVELS - 1)
    ends = held["offset"]
    for number, digit in enumerate(held["digit"].tolist()):
        speaker = str(held["speakers"][held["speaker"][number]])
        path = out / str(digit) / f"{speaker}_{held['take'][number]}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        values = torch.from_numpy(waves[ends[number] : ends[number + 1]].astype(np.float32))
        path.write_bytes(wav_bytes(values, RATE))
    return out


def train(folder: Path, run: Path, budget: str) -> float:
    """Train, or go on; return the CPU seconds of this sitting."""
    begun = time.process_time()
    if is_run(run):
        gansmith.train(run=run, resume=True, quiet=True)
    else:
        gansmith.train("digits_spoken", data=folder, run=run, quiet=True, budget=budget)
    return time.process_time() - begun


def measure(folder: Path, run: Path) -> dict[str, float]:
    """Return what the judge and the nearest neighbours say of samples and of reals."""
    loaded = gansmith.load(run)
    form = {"rate": loaded.facts["rate"], "seconds": loaded.facts["seconds"]}
    values, labels = read_samples(folder, labels=True, kind="audio", clips=form)
    assert labels is not None
    reals, digits = torch.from_numpy(values), torch.from_numpy(labels)
    held = torch.arange(len(reals)) % HELD == 0
    asked = torch.arange(SAMPLES) % len(loaded.classes)
    fakes = loaded.sample(SAMPLES, seed=1, condition={"labels": asked})
    found = _judged((reals, digits), held, (fakes, asked))
    return found | _neighbours(reals[~held], reals[held], fakes)


Labelled = tuple[Tensor, Tensor]


def _judged(real: Labelled, held: Tensor, fake: Labelled) -> dict[str, float]:
    reals, digits = real
    judge = extractors.classifier(reference=(reals[~held], digits[~held]), steps=600)
    assert judge.probabilities is not None
    sides = {"held-out reals": (reals[held], digits[held]), "samples": fake}
    found: dict[str, float] = {}
    for name, (samples, wanted) in sides.items():
        chances = torch.cat([judge.probabilities(part) for part in samples.split(64)])  # type: ignore[no-untyped-call]
        found[f"judge on {name}"] = float((chances.argmax(1) == wanted).double().mean())
        score = metrics.inception_score(chances, chances, splits=1)["inception_score"]
        found[f"inception score of {name}"] = score
    return found


def _neighbours(trained: Tensor, held: Tensor, fakes: Tensor) -> dict[str, float]:
    """Nearest neighbours in log-mel, of as many samples as reals, over those among reals."""
    look = extractors.log_mel(reference=(trained, None), rate=RATE)
    known, others, made = (
        torch.cat([look(part) for part in side.split(64)])  # type: ignore[no-untyped-call]
        for side in (trained, held, fakes)
    )
    samples = metrics.nearest_neighbours(known[:: len(known) // len(made)], made)
    reals = metrics.nearest_neighbours(known, others)
    return {
        "neighbours among samples": samples["among_ratio"],
        "samples to trained reals": samples["to_real_ratio"],
        "held-out reals to trained reals": reals["to_real_ratio"],
    }


def main() -> None:
    """Unpack, train and measure as asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pack", type=Path, help="fsdd600.npz.xz; not needed once unpacked")
    parser.add_argument("--work", type=Path, required=True, help="outside the repository")
    parser.add_argument("--budget", default="30m")
    parser.add_argument("--cpu-seconds", type=float, default=0.0, help="of earlier sittings")
    parser.add_argument("--only", choices=("unpack", "measure"))
    asked = parser.parse_args()
    folder, run = asked.work / "digits", asked.work / "run"
    if asked.pack and not folder.is_dir():
        unpack(asked.pack, folder)
    if asked.only == "unpack":
        return
    spent = asked.cpu_seconds + (0.0 if asked.only else train(folder, run, asked.budget))
    record = read_run(run)
    found = {
        "processor": processor(),
        "cpu_seconds": spent,
        "kimg": record.signals[-1]["kimg"],
        "exam": record.metrics[-1]["metrics"],
        "measured": measure(folder, run),
    }
    keep("audio", "digits_spoken", found)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
