"""The ten claims of wasserstein_claims.py as measures, their verdicts, the page and the figure."""

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass

import wasserstein_claims as claims

TASKS = tuple(claims.TASKS)


def whole_seeds(done):
    """Return the runs of those seeds of a kind and data set of which no run is missing."""
    kept = {}
    for name in claims.all_runs():
        kind, task, *_, seed = name.split("/")
        kept.setdefault((kind, task, seed), []).append(name)
    whole = [names for names in kept.values() if all(name in done for name in names)]
    return {name: done[name] for names in whole for name in names}


class Runs:
    """All runs of whole seeds, by task and arm."""

    def __init__(self, done):
        self.done, self.trained, self.slopes = done, {}, {}
        for name, run in whole_seeds(done).items():
            kind, task, arm, nets, rate, seed = name.split("/")
            if kind == "train":
                cells = self.trained.setdefault((task, arm), {})
                cells.setdefault((nets, rate), {})[seed] = run["looks"]
            else:
                self.slopes.setdefault(arm, []).append(run["slopes"])
        self.goal = {task: 2 * self.best_end(task) for task in TASKS}

    def best_end(self, task):
        found = [cells for (of, _), cells in self.trained.items() if of == task]
        return min(middle(cell) for cells in found for cell in cells.values())

    def looks(self, task, arm):
        return [looks for cell in self.trained[task, arm].values() for looks in cell.values()]

    def best(self, task, arm):
        return list(min(self.trained[task, arm].values(), key=middle).values())


def end(looks, name="distance"):
    """Return the mean of the last two looks."""
    return (looks[-1][name] + looks[-2][name]) / 2


def middle(cell):
    return statistics.median(end(looks) for looks in cell.values())


def converged(runs, task, arm):
    return [float(end(looks) <= runs.goal[task]) for looks in runs.looks(task, arm)]


def spread(runs, task, arm):
    return [end(looks, "even") for looks in runs.looks(task, arm)]


def kept_slope(runs, task, arm):
    return [slopes["1000"]["slope"] / slopes["20"]["slope"] for slopes in runs.slopes[arm]]


def worst_over_best(runs, task, arm):
    cells = runs.trained[task, arm].values()
    seeds = set.intersection(*(set(cell) for cell in cells))
    ends = [[end(cell[seed]) for cell in cells] for seed in seeds]
    return [math.log10(max(of_seed) / min(of_seed)) for of_seed in ends]


def distance_at_best(runs, task, arm):
    return [end(looks) for looks in runs.best(task, arm)]


def uncollapsed(runs, task, arm):
    return [float(end(looks, "even") > 0.5) for looks in runs.looks(task, arm)]


def budget_to_goal(runs, task, arm):
    def share(looks):
        reached = [look["kimg"] for look in looks if look["distance"] <= runs.goal[task]]
        return min(min(reached, default=math.inf) / looks[-1]["kimg"], 1.0)

    return [share(looks) for looks in runs.looks(task, arm)]


def wobble(runs, task, arm):
    last = [
        [math.log10(look["distance"]) for look in looks[-3:]] for looks in runs.looks(task, arm)
    ]
    return [statistics.stdev(distances) for distances in last]


def telling(runs, task, arm):
    found = []
    for looks in runs.looks(task, arm):
        losses = [-look["loss/discriminator/adversarial"] for look in looks]
        found.append(statistics.correlation(ranks(losses), ranks([k["distance"] for k in looks])))
    return found


def ranks(values):
    return [sum(other < value for other in values) + 0.01 * i for i, value in enumerate(values)]


def good_at_best(runs, task, arm):
    return [end(looks, "good") * end(looks, "even") for looks in runs.best(task, arm)]


@dataclass(frozen=True)
class Claim:
    """What is said, what is measured, and whether more of it is better."""

    said: str
    measured: str
    values: Callable
    more: bool
    tasks: tuple = TASKS


CLAIMS = (
    Claim("training is stable", "share of runs that end at the goal", converged, True),
    Claim("less mode collapse", "evenness over modes at the end", spread, True),
    Claim(
        "better gradients",
        "slope at G's samples after 1000 turns of D alone, over that after 20",
        kept_slope,
        True,
        ("mnist",),
    ),
    Claim(
        "robust to networks and rates",
        "log10 of the worst over the best end among networks and rates, by seed",
        worst_over_best,
        False,
    ),
    Claim("better images", "Frechet distance, best setting", distance_at_best, False, ("mnist",)),
    Claim("no collapsed runs", "share of runs with evenness above a half", uncollapsed, True),
    Claim("fewer iterations", "share of the samples spent until the goal", budget_to_goal, False),
    Claim("no late swings", "deviation of log10 distance in the second half", wobble, False),
    Claim(
        "a critic that tells",
        "rank correlation of -loss of D with the distance, within a run",
        telling,
        True,
    ),
    Claim(
        "a better generator",
        "share of good samples times evenness, best setting",
        good_at_best,
        True,
    ),
)


def summary(values):
    """Return mean and standard error."""
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return statistics.mean(values), error


def better(one, other, more):
    """Say whether a mean is better than another by more than the standard error of both."""
    gain = (one[0] - other[0]) * (1 if more else -1)
    return gain > math.hypot(one[1], other[1])


def standing(claim, found, task):
    """Return 2 if the best Wasserstein arm beats all others, 1 if only the plain loss, else 0."""
    of = {arm: found[task, arm] for arm in claims.ARMS}
    choose = max if claim.more else min
    ours = choose((of[arm] for arm in claims.WASSERSTEIN), key=lambda pair: pair[0])
    if all(better(ours, of[arm], claim.more) for arm in claims.OTHERS):
        return 2
    return int(better(ours, of["non_saturating"], claim.more))


def verdict(claim, found):
    standings = [standing(claim, found, task) for task in claim.tasks]
    if min(standings) == 2:
        return "holds"
    return "partly" if max(standings) else "does not hold"


def judge(runs):
    """Return each claim with its numbers by (task, arm) and its verdict."""
    judged = []
    for claim in CLAIMS:
        pairs = [(task, arm) for task in claim.tasks for arm in claims.ARMS]
        found = {pair: summary(claim.values(runs, *pair)) for pair in pairs}
        judged.append((claim, found, verdict(claim, found)))
    return judged


# --- the page ---


def page(runs, judged):
    whole, lines = (
        all(name in runs.done for name in claims.all_runs()),
        [HEAD.format(**about(runs))],
    )
    lines += [
        "| | it is said | verdict | where it is best of all | where it beats the plain loss |"
    ]
    lines += ["|---|---|---|---|---|"]
    for number, (claim, found, says) in enumerate(judged, 1):
        at = {task: standing(claim, found, task) for task in claim.tasks}
        best = ", ".join(task for task, place in at.items() if place == 2) or "nowhere"
        beats = ", ".join(task for task, place in at.items() if place) or "nowhere"
        says = f"**{says}**" if whole else f"open ({says} so far)"
        lines.append(f"| {number} | {claim.said} | {says} | {best} | {beats} |")
    lines += ["", "![slopes and shares](wasserstein_claims.svg)", "", "## The numbers", ""]
    lines += ["Mean and standard error; the better of the Wasserstein arms is what is judged.", ""]
    lines += ["| | measured | better | data | " + " | ".join(claims.ARMS) + " |"]
    lines += ["|---|---|---|---|" + "---|" * len(claims.ARMS)]
    for number, (claim, found, _) in enumerate(judged, 1):
        for task in claim.tasks:
            cells = [
                f"{mean:.3g} ± {error:.1g}" for mean, error in (found[task, a] for a in claims.ARMS)
            ]
            more = "more" if claim.more else "less"
            lines.append(f"| {number} | {claim.measured} | {more} | {task} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def about(runs):
    seeds = {
        task: len(next(iter(runs.trained[task, next(iter(claims.ARMS))].values())))
        for task in TASKS
    }
    missing = [name for name in claims.all_runs() if name not in runs.done]
    return {
        "state": UNFINISHED.format(missing=len(missing)) if missing else "",
        "seeds": ", ".join(f"{task} {count}" for task, count in seeds.items()),
        "kimg": ", ".join(f"{task} {claims.TASKS[task]['kimg']}" for task in TASKS),
        "goals": ", ".join(f"{task} {runs.goal[task]:.3g}" for task in TASKS),
        "rates": " and ".join(f"{rate:g}" for rate in claims.RATES),
        "batch": claims.BATCH,
    }


UNFINISHED = """
**Unfinished: {missing} runs are missing, and no claim is decided.** What follows is of the seeds
that are whole; with one seed the error of what is measured once a seed is not known. To go on:
`python benchmarks/wasserstein_claims.py --minutes 30`.
"""
HEAD = """# What a Wasserstein loss brings: ten claims, measured

Made by `benchmarks/wasserstein_claims.py`; every run is in `wasserstein_claims.json`.
{state}
5 losses on 3 data sets with 2 networks each, learning rates {rates}, batch {batch}; seeds: {seeds}.
Every loss sees the same real samples, in thousands: {kimg}. These are **short** runs of **small**
networks on a processor; a Wasserstein loss takes three turns of D for one of G (the
papers take five), so that it spends these samples on a third as many turns of G. What needs long
training to show is not seen here. The goal of a data set is twice the distance at which the best
of all settings ends (median over seeds): {goals}.

A claim *holds* if the better of the two Wasserstein arms is better than each of the three others on
every data set, by more than the standard error of the difference; *partly* if on some data set it
is better than the plain non-saturating loss. Better than others without a penalty says little where
the penalty, not the loss, does the work: compare with the columns with R1. A loss that learns
nothing in this time neither swings nor depends on its settings: read 4 and 8 with 1 and 5.
"""


# --- the figure ---

COLOURS = ("#d95f02", "#e6ab02", "#666666", "#1b9e77", "#7570b3")


def figure(runs, judged):
    """Return one image as SVG: runs that reach the goal, and the slope that G is left with."""
    shares = next(found for claim, found, _ in judged if claim.values is converged)
    parts = [text(20, 24, "share of runs that end at the goal", 14)]
    for row, task in enumerate(TASKS):
        parts.append(text(20, 56 + 110 * row, task, 13))
        for place, arm in enumerate(claims.ARMS):
            y = 44 + 110 * row + 17 * place
            width = 200 * shares[task, arm][0]
            parts.append(
                f'<rect x="80" y="{y}" width="{width:.1f}" height="14" fill="{COLOURS[place]}"/>'
            )
            parts.append(text(85 + width, y + 11, f"{shares[task, arm][0]:.2f}", 11))
    parts += [text(360, 24, "slope at G's samples while D alone learns (mnist), log scale", 14)]
    parts += slopes(runs, left=400, top=50, width=330, height=270)
    for place, arm in enumerate(claims.ARMS):
        x, y = 20 + 150 * (place % 5), 390
        parts.append(f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{COLOURS[place]}"/>')
        parts.append(text(x + 16, y, arm, 11))
    inside = "\n".join(parts)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 410" font-family="sans-serif">\n'
        f'<rect width="780" height="410" fill="white"/>\n{inside}\n</svg>\n'
    )


def slopes(runs, left, top, width, height):
    turns = claims.STRENGTHS
    lines = {
        arm: [statistics.mean(s[str(t)]["slope"] for s in found) for t in turns]
        for arm, found in runs.slopes.items()
    }
    logs = [math.log10(value) for values in lines.values() for value in values]
    low, high = math.floor(min(logs)), math.ceil(max(logs))

    def x(turn):
        return left + width * math.log(turn / turns[0]) / math.log(turns[-1] / turns[0])

    def y(value):
        return top + height * (high - math.log10(value)) / (high - low)

    parts = []
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(f'<path d="M{left} {at:.1f}h{width}" stroke="#dddddd"/>')
        parts.append(text(left - 42, at + 4, f"1e{power}", 11))
    for turn in turns:
        parts.append(text(x(turn) - 8, top + height + 18, str(turn), 11))
    parts.append(text(left + 110, top + height + 36, "turns of D", 12))
    for place, arm in enumerate(claims.ARMS):
        points = " ".join(f"{x(t):.1f},{y(v):.1f}" for t, v in zip(turns, lines[arm], strict=True))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{COLOURS[place]}" stroke-width="2"/>'
        )
    return parts


def text(x, y, words, size):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}">{words}</text>'


def write_report(done):
    """Write the page and the figure from the runs done so far."""
    runs = Runs(done)
    judged = judge(runs)
    claims.HERE.with_suffix(".md").write_text(page(runs, judged))
    claims.HERE.with_suffix(".svg").write_text(figure(runs, judged))
