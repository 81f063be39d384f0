"""What the recipes of text reach, beside reals, published models and maximum likelihood alone.

    python -m benchmarks.kinds_text --data FOLDER --runs FOLDER     # goes on where it stopped

FOLDER holds names.txt (first names of karpathy/makemore), coco_train.txt and coco_test.txt (the
split of Texygen), for the last table generated/MODEL.txt (samples that Texygen publishes) and
seqgan_oracle.npz. Runs are kept in the second folder, with the processor seconds that they took.
"""

import argparse
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

import gansmith
from benchmarks.kinds_page import keep, kept
from benchmarks.seqgan_oracle import LENGTH, Oracle
from gansmith.doctor.judge_samples import judge_samples
from gansmith.kinds.text import codes
from gansmith.metrics.maths.bleu_scores import References
from gansmith.metrics.maths.ngrams import counted, tokens_of
from gansmith.metrics.text.ngram_divergence import divergence
from gansmith.networks.text.likelihood import nll_a_token
from gansmith.training.session.environment import processor

TEMPERATURES = (1.0, 0.9, 0.8)  # of the curve of maximum likelihood
DRAWN = 9984  # captions, as many as the published models left
COMPARED = 2000  # captions on each side that the doctor judges by
SEQUENCES = 600  # steps of maximum likelihood on sequences of the oracle
STAGE = 44.8  # kimg of maximum likelihood in the recipe captions
MODELS = ("textgan", "leakgan", "rankgan", "seqgan", "maligan", "mle")
Found = dict[str, Any]


def lines(path: Path) -> list[str]:
    """Return the texts of a file."""
    return [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def train(run: Path, *options: str) -> float:
    """Train unless it is done; return the processor seconds that it took."""
    kept = run.with_suffix(".cpu")
    if not kept.is_file():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "gansmith", "train", *options, "--run", str(run)]
        subprocess.run(command, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        kept.write_text(f"{used:.1f}\n")
    return float(kept.read_text())


def texts(run: Path, count: int, temperature: float = 1.0, seed: int = 7) -> list[str]:
    """Return texts of a run's last checkpoint, drawn at a temperature."""
    loaded = gansmith.load(run, which="last")
    loaded.network.temperature = temperature
    found: list[str] = loaded.kind.lines(loaded.sample(count, seed))
    return [line for line in found if line.strip()]


def names(data: Path, runs: Path) -> Found:
    """The recipe ``names`` on first names: distinct, new, and 4-grams against held-out names."""
    run = runs / "names"
    seconds = train(run, "names", "--data", str(data / "names.txt"))
    opened = gansmith.data.open_data(str(data / "names.txt"))
    held = _written(opened, opened.held_out)
    trained = _written(opened, opened.train)
    fakes = texts(run, len(held))
    order = np.random.default_rng(0).permutation(len(trained))
    halves = [[trained[row] for row in order[start::2][: len(held)]] for start in (0, 1)]
    apart = _divergence(halves[0], halves[1])
    return {
        "seconds": seconds,
        "count": len(fakes),
        "distinct": len(set(fakes)) / len(fakes),
        "distinct_reals": len(set(halves[0])) / len(halves[0]),
        "new": sum(name not in set(trained) for name in set(fakes)) / len(set(fakes)),
        "divergence": _divergence(held, fakes),
        "divergence_of_halves": apart,
        "some": [n for n in sorted(set(fakes) - set(trained)) if len(n) > 5][::60][:24],
    }


def _written(opened: Any, part: Any) -> list[str]:
    rows = torch.from_numpy(part.take(np.arange(len(part))))
    found: list[str] = opened.kind.lines(opened.kind.from_unit(rows, opened.facts))
    return found


def _divergence(one: list[str], other: list[str]) -> float:
    first, second = tokens_of("ngram_divergence", codes(one), codes(other))
    return divergence(counted(first, 4), counted(second, 4))


def captions(data: Path, runs: Path) -> Found:
    """The recipe ``captions`` in its two stages: its point, and the curve of the first stage."""
    source, test = str(data / "coco_train.txt"), lines(data / "coco_test.txt")
    likely, played = runs / "captions-mle", runs / "captions"
    held = ("--set", "data.held_out=0.02", "--set", "evaluation.every_kimg=100")
    seconds = [train(likely, "captions", "--data", source, *held, "--kimg", str(STAGE))]
    if not played.is_dir():
        shutil.copytree(likely, played)
    seconds.append(train(played, "--resume", "--kimg", "50"))
    against = References(tokens_of("bleu", codes(test))[0])
    curve = {str(warmth): _place(texts(likely, DRAWN, warmth), against) for warmth in TEMPERATURES}
    point = texts(played, DRAWN)
    known = set(lines(data / "coco_train.txt"))
    return {
        "seconds": seconds,
        "curve": curve,
        "game": _place(point, against) | {"new": sum(t not in known for t in point) / len(point)},
        "some": point[:16],
    }


def _place(made: list[str], against: References) -> dict[str, float]:
    """Return where texts lie: BLEU against the test set, self-BLEU, share of distinct ones."""
    tokens = tokens_of("bleu", codes(made))[0]
    scores = [against.scores(text) for text in tokens]
    bleu = np.mean(scores, 0)
    others = References(tokens)
    own = np.mean([others.scores(text, number) for number, text in enumerate(tokens)], 0)
    found = {f"bleu_{n}": float(bleu[n - 1]) for n in (2, 3, 4, 5)}
    found["bleu_4_error"] = float(np.std(scores, 0)[3] / len(scores) ** 0.5)
    found |= {f"self_bleu_{n}": float(own[n - 1]) for n in (2, 3, 4, 5)}
    return found | {"distinct": len(set(made)) / len(made), "count": len(made)}


def published(data: Path, runs: Path) -> Found:
    """What the doctor says of the samples that published models left."""
    told = {}
    for model in MODELS:
        fake = str(data / "generated" / f"{model}.txt")
        metrics = ["self_bleu", "distinct", "diversity"]
        real = str(data / "coco_test.txt")
        found = gansmith.evaluate(real, fake, metrics, samples=COMPARED, intervals=False)
        verdict = judge_samples(found)
        told[model] = {
            "verdict": verdict.verdict,
            "mode_collapse": max((d.confidence for d in verdict.diagnoses), default=0.0),
            "distinct": found["metrics"]["distinct_share"],
            "self_bleu_4": found["metrics"]["self_bleu_4"],
        }
    return told


def oracle(data: Path, runs: Path) -> Found:
    """SeqGAN's synthetic test: the two stages of ``captions`` on sequences of the oracle."""
    known, stage = Oracle.load(data / "seqgan_oracle.npz"), str(SEQUENCES * 64 / 1000)
    real, test = known.draw(10_000), known.draw(1000, seed=1)
    noise = np.random.default_rng(1).integers(0, 5000, test.shape)
    source, likely, played = (runs / f"oracle{end}" for end in (".txt", "-mle", "-game"))
    source.write_text("\n".join(" ".join(map(str, row)) for row in real) + "\n")
    told = [f"game.pretraining={SEQUENCES}", "networks.generator.width=64", "data.held_out=0.02"]
    told += ["data.tokens.vocabulary=5001", "evaluation.every_kimg=1000", "evaluation.samples=128"]
    changes = [part for one in told for part in ("--set", one)]
    command = ("captions", "--data", str(source), *changes, "--kimg", stage)
    seconds = [train(likely, *command)]
    if not played.is_dir():
        shutil.copytree(likely, played)
    seconds.append(train(played, "--resume", "--kimg", str(float(stage) + 5)))
    found = {f"mle, temperature {t}": _sequences(likely, known, test, t) for t in TEMPERATURES}
    found["game, temperature 1"] = _sequences(played, known, test, 1.0)
    floors = {"real": known.nll(test), "uniform": known.nll(noise)}
    return {**floors, "seconds": seconds, "rows": found}


def _sequences(run: Path, known: Oracle, test: np.ndarray, temperature: float) -> Found:
    """Return NLL_oracle of a run's sequences, NLL_test under it, and the share of distinct ones."""
    loaded = gansmith.load(run, which="last")
    number = {token: place for place, token in enumerate(loaded.facts["tokens"]["vocabulary"])}
    made = [line.split() for line in texts(run, 2000, temperature)]
    whole = [row for row in made if len(row) == LENGTH and "<unk>" not in row]
    unknown = number.get("<unk>", 0)
    rows = [[number.get(str(token), unknown) for token in row] + [0] for row in test]
    nll_test = nll_a_token(loaded.network, torch.tensor(rows, dtype=torch.float32))
    return {
        "nll_oracle": known.nll(np.array(whole, np.int64)),
        "nll_test": nll_test * (LENGTH + 1) / LENGTH,  # the end is certain and no token of theirs
        "distinct": len(set(map(tuple, whole))) / len(whole),
        "whole": len(whole) / len(made),
    }


PARTS: dict[str, Callable[[Path, Path], Found]] = {
    "names": names,
    "captions": captions,
    "published": published,
    "oracle": oracle,
}


def main() -> None:
    """Measure what is missing and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=Path, required=True)
    parser.add_argument("--parts", nargs="*", choices=sorted(PARTS), default=list(PARTS))
    asked = parser.parse_args()
    asked.runs.mkdir(parents=True, exist_ok=True)
    for part in asked.parts:
        if part not in kept("text"):
            found = PARTS[part](asked.data, asked.runs)
            keep("text", part, {**found, "processor": processor()})


if __name__ == "__main__":
    main()
