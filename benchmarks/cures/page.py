"""The page on how often the autopilot cures, made of the results alone."""

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from benchmarks.cures.arms import ARMS
from benchmarks.cures.settings import SETTINGS
from benchmarks.cures.sick import healthy_cases, sick_cases

WITHIN, HARM = 1.15, 1.05  # times the healthy recipe's number
DRAWS = 10_000
FEWEST = 10  # recipes from which a bootstrap interval says something
Z = 1.96  # of a normal distribution, 95 %

Row = Mapping[str, Any]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    share, z = hits / of, Z**2 / of
    middle, half = share + z / 2, math.sqrt(z * (share * (1 - share) + z / 4))
    return (middle - half) / (1 + z), (middle + half) / (1 + z)


def apart(ours: Sequence[bool], theirs: Sequence[bool]) -> tuple[float, float, float]:
    """Return the difference of two shares of the same cases with its 95 % bootstrap interval."""
    dice, pairs = random.Random(0), list(zip(ours, theirs, strict=True))
    if not pairs:
        return math.nan, math.nan, math.nan
    gains = [int(one) - int(other) for one, other in pairs]
    drawn = sorted(sum(dice.choices(gains, k=len(gains))) / len(gains) for _ in range(DRAWS))
    return sum(gains) / len(gains), drawn[DRAWS // 40], drawn[-DRAWS // 40]


def ratio(case: Row, found: Row, healthy: Row) -> float:
    """Return how many times worse than the healthy recipe an arm ended; below 1 it is better.

    Of a share, such as coverage, the healthy one over the arm's.
    """
    own, sound = found["value"], healthy["value"]
    if own is None or sound is None:
        return math.inf
    if SETTINGS[case["setting"]].metric == "coverage":
        return sound / own if own > 0 else math.inf
    return own / sound


def is_cured(case: Row, found: Row, healthy: Row) -> bool:
    """Say whether an arm ended within 15 % of the healthy recipe, and with no diagnosis."""
    return ratio(case, found, healthy) <= WITHIN and not found["found"]


def whole(held: Row) -> list[Row]:
    """Return the sick cases of which every arm was run."""
    return [
        arms
        for arms in held["arms"].values()
        if arms["case"]["ailment"] and all(arm in arms for arm in ARMS)
    ]


def page(held: Row) -> str:
    """Return the page as Markdown."""
    cases = whole(held)
    well = [c for c in cases if is_cured(c["case"], c["nothing"], c["healthy"])]
    sick = [case for case in cases if case not in well]
    of = len(sick_cases())
    lines = [
        "# Does the autopilot cure?",
        "",
        "`python -m benchmarks.cure` trains recipes that were made sick, on data and networks that "
        "no rule was tuned on, five ways with the same number of samples. Cured: within 15 % of "
        "the number that a healthy recipe written by hand reaches (coverage of vectors, Frechet "
        "distance of images, means of the last two exams), or better, and no diagnosis at 0.5.",
        "",
        f"Run so far: {len(cases)} of {of} sick recipes"
        + ("." if len(cases) == of else ", drawn in random order; the others are still to be run.")
        + f" {len(well)} of them came right with nothing done and are left out below: "
        f"{len(sick)} count. Processor: {held['processor']}.",
        "",
        "Two rounds of mending. The first, after 20 recipes: a treatment that replaces the "
        "generator no longer breaks the run off, and a run that has learned next to nothing is "
        "treated from untrained weights (48 % cured). The second, after 24: such a run first gets "
        "all that is usual at once, networks included; the arms with a treatment were run anew, "
        "and 18 recipes were run that no round had seen. What it does not see it cannot treat: "
        "nothing is diagnosed under a crushing penalty, or with a batch so large that hardly any "
        "steps are made, and a restart at the autopilot's time is none there either.",
        "",
        *_arms(sick),
        *_against(sick),
        *_harm(held),
        *_cost(sick),
        *_by("ailment", sick, lambda case: case["case"]["ailment"]),
        *_by("setting", sick, lambda case: case["case"]["setting"]),
        *_remedies(sick),
        *_each(cases),
    ]
    return "\n".join(lines) + "\n"


def _share(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{hits} of {of} | {hits / of:.0%} | {low:.0%} to {high:.0%}" if of else "0 of 0 | – | –"


def _cured(cases: Iterable[Row], arm: str) -> list[bool]:
    return [is_cured(case["case"], case[arm], case["healthy"]) for case in cases]


def _arms(sick: Sequence[Row]) -> list[str]:
    told = {
        "nothing": "nothing done",
        "autopilot": "autopilot",
        "random": "random prescription, at the autopilot's times and as many",
        "restart": "restart with the recipe that ships, at the autopilot's first time",
        "healthy": "the healthy recipe from the start",
    }
    rows = [f"| {told[arm]} | {_share(sum(_cured(sick, arm)), len(sick))} |" for arm in ARMS]
    return ["| arm | cured | share | 95 % (Wilson) |", "|---|---|---|---|", *rows, ""]


def _against(sick: Sequence[Row]) -> list[str]:
    lines = ["## Against the other arms", "", "| autopilot less | difference | 95 % (bootstrap) |"]
    lines += ["|---|---|---|"]
    for arm in ("nothing", "random", "restart"):
        gain, low, high = apart(_cured(sick, "autopilot"), _cured(sick, arm))
        interval = f"{low:+.0%} to {high:+.0%}" if len(sick) >= FEWEST else "too few recipes yet"
        lines += [f"| {arm} | {gain:+.0%} | {interval} |"] if sick else []
    return [*lines, ""]


def _harm(held: Row) -> list[str]:
    pairs = [
        arms
        for arms in held["arms"].values()
        if not arms["case"]["ailment"] and "autopilot" in arms and "healthy" in arms
    ]
    worse = sum(ratio(p["case"], p["autopilot"], p["healthy"]) > HARM for p in pairs)
    acted = sum(any(t["state"] == "begun" for t in p["autopilot"]["treatments"]) for p in pairs)
    own, alone = (sum(p[arm]["cpu_seconds"] for p in pairs) for arm in ("autopilot", "healthy"))
    cost = f" It cost {own / alone - 1:+.1%} of their CPU time." if alone else ""
    return [
        "## Harm",
        "",
        f"Of {len(pairs)} healthy recipes (of {len(healthy_cases())}) the autopilot treated "
        f"{acted} and made {worse} worse by more than 5 %.{cost}",
        "",
        "| worse by more than 5 % | share | 95 % (Wilson) |",
        "|---|---|---|",
        f"| {_share(worse, len(pairs))} |",
        "",
    ]


def _cost(sick: Sequence[Row]) -> list[str]:
    lines = ["## Time", "", "| arm | CPU seconds, mean | over nothing done |", "|---|---|---|"]
    for arm in ARMS if sick else ():
        own, least = (sum(c[a]["cpu_seconds"] for c in sick) / len(sick) for a in (arm, "nothing"))
        lines.append(f"| {arm} | {own:.1f} | {own / least - 1:+.0%} |")
    return [*lines, ""]


def _by(what: str, sick: Sequence[Row], key: Callable[[Row], str]) -> list[str]:
    lines = [f"## By {what}", "", f"| {what} | " + " | ".join(ARMS) + " |", "|---|" + "---|" * 5]
    for name in sorted({key(case) for case in sick}):
        own = [case for case in sick if key(case) == name]
        counts = [f"{sum(_cured(own, arm))} of {len(own)}" for arm in ARMS]
        lines.append(f"| {name} | {' | '.join(counts)} |")
    return [*lines, ""]


def _remedies(sick: Sequence[Row]) -> list[str]:
    """What was tried against what, and how often it was kept."""
    tally: dict[tuple[str, str], list[int]] = {}
    for case in sick:
        for row in case["autopilot"]["treatments"]:
            if row["state"] in ("kept", "undone"):
                found = tally.setdefault((row["failure"], _short(row)), [0, 0])
                found[0] += row["state"] == "kept"
                found[1] += 1
    lines = ["## By remedy", "", "| against | remedy | kept | 95 % (Wilson) |", "|---|---|---|---|"]
    for (failure, remedy), (kept, of) in sorted(tally.items()):
        low, high = wilson(kept, of)
        says = f"{kept} of {of} | {low:.0%} to {high:.0%}"
        lines.append(f"| {failure.replace('_', ' ')} | {remedy} | {says} |")
    return [*lines, ""]


def _short(row: Row) -> str:
    start = "" if row["start"] == "here" else f", {row['start']}"
    return ", ".join(f"`{path}`" for path in sorted(row["changes"])) + start


def _each(cases: Sequence[Row]) -> list[str]:
    """Each case: how many times worse than the healthy recipe it ended; in bold what is cured."""
    lines = ["## Each recipe", "", "How many times worse than the healthy recipe each arm ended; "
             "bold: cured.", "", "| recipe | nothing | autopilot | random | restart | treatments |",
             "|---|---|---|---|---|---|"]  # fmt: skip
    for case in sorted(cases, key=lambda one: (one["case"]["setting"], one["case"]["ailment"])):
        about = case["case"]
        cells = [_cell(case, arm) for arm in ("nothing", "autopilot", "random", "restart")]
        states = [r["state"] for r in case["autopilot"]["treatments"] if r["state"] != "begun"]
        name = f"{about['setting']}: {about['ailment']}"
        lines.append(f"| {name} | {' | '.join(cells)} | {', '.join(states) or 'none'} |")
    return [*lines, ""]


def _cell(case: Row, arm: str) -> str:
    times = ratio(case["case"], case[arm], case["healthy"])
    says = f"{times:.2f}" if math.isfinite(times) else "broke off"
    return f"**{says}**" if is_cured(case["case"], case[arm], case["healthy"]) else says
