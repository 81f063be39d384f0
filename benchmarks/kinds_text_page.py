"""The page of ``kinds_text.py``: its tables, and captions as points of BLEU against self-BLEU."""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PLOT = Path(__file__).with_name("kinds.svg")
PUBLISHED = {  # (self-BLEU-2, BLEU-4 on test) of captions: Texygen's samples, measured anew
    "MLE": (0.916, 0.305),
    "SeqGAN": (0.950, 0.294),
    "RankGAN": (0.959, 0.264),
    "MaliGAN": (0.918, 0.257),
    "LeakGAN": (0.966, 0.355),
    "TextGAN": (0.942, 0.277),
}
REAL = (0.885, 0.330)
SIZE, EDGE = (640, 420), 60  # pixels
Point = tuple[float, float]
Results = Mapping[str, Any]


def text_page(results: Results) -> Iterator[str]:
    """Yield the section on text, and write the plot beside the page."""
    parts = {"names": _names, "captions": _captions, "published": _verdicts, "oracle": _oracle}
    yield "## Text\n"
    for name, write in parts.items():
        if name in results:
            yield from write(results[name])
            yield f"Processor: {results[name]['processor']}.\n"
    if "captions" in results:
        PLOT.write_text(plot(results["captions"]))


def _names(found: Results) -> Iterator[str]:
    yield "### Recipe `names` on 32,033 first names"
    yield ""
    yield f"{found['seconds']:.0f} seconds of one core. {found['count']:,} names are compared."
    yield ""
    yield "| | made | reals | bar |"
    yield "|---|---|---|---|"
    yield f"| distinct | {found['distinct']:.1%} | {found['distinct_reals']:.1%} | 90 % |"
    yield f"| new, of the distinct | {found['new']:.1%} | | 30 % |"
    ratio = found["divergence"] / found["divergence_of_halves"]
    yield (
        f"| 4-gram divergence to held-out names | {found['divergence']:.3f}, {ratio:.2f} times the"
        f" reals' | {found['divergence_of_halves']:.3f} between two parts | 2 times |"
    )
    yield ""
    yield f"New ones: {', '.join(found['some'])}."
    yield ""


def _captions(found: Results) -> Iterator[str]:
    game, curve = found["game"], found["curve"]
    place = (game["self_bleu_2"], game["bleu_4"])
    better = [name for name, other in PUBLISHED.items() if dominates(other, place)]
    yield "### Recipe `captions` on Texygen's 10,000 captions"
    yield ""
    yield (
        f"{found['seconds'][0]:.0f} seconds of one core for maximum likelihood (the first exam"
        f" included), {found['seconds'][1]:.0f} for the game. {game['count']:,} captions against"
        f" all 10,000 of the test set; self-BLEU against all others."
    )
    yield ""
    yield "| | self-BLEU 2/3/4/5 | BLEU on test 2/3/4/5 | distinct |"
    yield "|---|---|---|---|"
    yield _row("the game, temperature 1", game)
    for warmth, row in curve.items():
        yield _row(f"maximum likelihood alone, temperature {warmth}", row)
    yield ""
    yield "![BLEU-4 on test against self-BLEU-2](kinds.svg)"
    yield ""
    gap = place[1] - on_curve(place[0], curve)
    yield (
        f"Published rows that are better in both BLEU-4 on test and self-BLEU-2: "
        f"{', '.join(better) or 'none'}. At its self-BLEU-2 the game's BLEU-4 lies"
        f" {abs(gap):.3f} {'above' if gap >= 0 else 'below'} the curve of maximum likelihood alone;"
        f" the standard error of a point is {game['bleu_4_error']:.3f}."
    )
    yield ""
    yield "Some: " + " / ".join(found["some"][:8])
    yield ""


def _row(name: str, row: Results) -> str:
    own, test = (
        "/".join(f"{row[f'{metric}_{n}']:.3f}" for n in (2, 3, 4, 5))
        for metric in ("self_bleu", "bleu")
    )
    return f"| {name} | {own} | {test} | {row['distinct']:.3f} |"


def _verdicts(found: Results) -> Iterator[str]:
    yield "### What `gansmith diagnose SAMPLES --real DATA` says of published samples"
    yield ""
    yield "2,000 captions on each side."
    yield ""
    yield "| model | verdict | mode collapse, confidence | distinct | self-BLEU-4 |"
    yield "|---|---|---|---|---|"
    for model, row in found.items():
        if isinstance(row, Mapping):
            sure = f"{row['mode_collapse']:.2f}"
            numbers = f"{row['distinct']:.3f} | {row['self_bleu_4']:.3f}"
            yield f"| {model} | {row['verdict']} | {sure} | {numbers} |"
    yield ""


def _oracle(found: Results) -> Iterator[str]:
    yield "### SeqGAN's oracle, length 20"
    yield ""
    yield (
        f"{found['seconds'][0]:.0f} seconds of one core for maximum likelihood, four epochs of"
        f" 10,000 sequences, {found['seconds'][1]:.0f} for the game: far shorter than what is"
        f" published (MLE 9.04, SeqGAN 8.74). NLL_oracle alone rewards repetition and low"
        f" temperatures; read it with NLL_test. Texts of another length than 20 are left out."
    )
    yield ""
    yield "| | NLL_oracle | NLL_test | distinct | of length 20 |"
    yield "|---|---|---|---|---|"
    yield f"| sequences of the oracle | {found['real']:.2f} | | | |"
    yield f"| uniform tokens | {found['uniform']:.2f} | | | |"
    for name, row in found["rows"].items():
        test = f"{row['nll_test']:.2f}" if name.endswith((" 1", " 1.0")) else ""  # of temperature 1
        numbers = f"{row['nll_oracle']:.2f} | {test} | {row['distinct']:.3f}"
        yield f"| {name} | {numbers} | {row['whole']:.3f} |"
    yield ""


def dominates(one: Point, other: Point) -> bool:
    """Say whether a point is as good in both, and better in one: self-BLEU low, BLEU high."""
    return one[0] <= other[0] and one[1] >= other[1] and one != other


def on_curve(at: float, curve: Results) -> float:
    """Return BLEU-4 of the curve where self-BLEU-2 is so much, by straight lines."""
    points = sorted((row["self_bleu_2"], row["bleu_4"]) for row in curve.values())
    for (low, first), (high, last) in itertools.pairwise(points):
        if at <= high:
            return float(first + (last - first) * (at - low) / (high - low))
    (low, first), (high, last) = points[-2:]
    return float(first + (last - first) * (at - low) / (high - low))


def plot(found: Results) -> str:
    """Return the points and the curve as SVG."""
    curve = sorted((row["self_bleu_2"], row["bleu_4"]) for row in found["curve"].values())
    game = (found["game"]["self_bleu_2"], found["game"]["bleu_4"])
    every = [*curve, game, REAL, *PUBLISHED.values()]
    low = tuple(min(point[axis] for point in every) - 0.01 for axis in (0, 1))
    high = tuple(max(point[axis] for point in every) + 0.01 for axis in (0, 1))

    def at(point: Point) -> tuple[float, float]:
        across, up = ((point[axis] - low[axis]) / (high[axis] - low[axis]) for axis in (0, 1))
        return EDGE + across * (SIZE[0] - 2 * EDGE), SIZE[1] - EDGE - up * (SIZE[1] - 2 * EDGE)

    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(at, curve))
    body = [f'<polyline points="{path}" fill="none" stroke="#2563b8" stroke-width="2"/>']
    body += [_dot(*at(point), "#2563b8", "") for point in curve]
    body.append(_dot(*at(game), "#b8500f", "the game"))
    body.append(_dot(*at(REAL), "#27794d", "real train"))
    body += [_dot(*at(point), "#667080", name) for name, point in PUBLISHED.items()]
    ends = [
        f'<text x="{EDGE}" y="{SIZE[1] - 20}">self-BLEU-2, {low[0]:.2f} to {high[0]:.2f}</text>',
        f'<text x="{EDGE}" y="24">BLEU-4 on test, {low[1]:.2f} to {high[1]:.2f};'
        f" blue: maximum likelihood alone, over temperatures</text>",
        f'<rect x="{EDGE}" y="{EDGE}" width="{SIZE[0] - 2 * EDGE}" height="{SIZE[1] - 2 * EDGE}"'
        f' fill="none" stroke="#ccc"/>',
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE[0]}" height="{SIZE[1]}"'
        f' font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
    )
    return "\n".join([head, *ends, *body, "</svg>\n"])


def _dot(x: float, y: float, colour: str, name: str) -> str:
    label = f'<text x="{x + 7:.1f}" y="{y + 4:.1f}" fill="{colour}">{name}</text>' if name else ""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>{label}'
