"""What the author of a loop measures of it, by means of their own; and what a suite is."""

import itertools
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.doctor.third_party_loops.loop import Data, Game, play

SHOWN = 1000  # fakes of a measurement of vectors
IMAGES = 400  # and of images


def sliced(a: Tensor, b: Tensor, directions: int = 64) -> float:
    """Sliced Wasserstein-1 distance of two equally large sets, in the sliced deviations of b."""
    a, b = a.flatten(1), b.flatten(1)
    w = torch.nn.functional.normalize(torch.randn(a.shape[1], directions), dim=0)
    pa, pb = (a @ w).sort(0).values, (b @ w).sort(0).values
    return float((pa - pb).abs().mean() / pb.std(0).mean())


def ranked(real: Tensor, fake: Tensor) -> float:
    """The share of pairs in which the real sample has the higher score, a tie counted half."""
    d = real[:, None] - fake[None]
    return float((d > 0).float().mean() + (d == 0).float().mean() / 2)


def scores(D: nn.Module, x: Tensor, *labels: Tensor) -> Tensor:
    found = D(x, *labels)
    found = found[0] if isinstance(found, tuple | list) else found
    return found.flatten(1).mean(1)


def norm(net: nn.Module) -> float:
    grads = [p.grad.norm() for p in net.parameters() if p.grad is not None]
    return float(torch.stack(grads).norm()) if grads else 0.0


@dataclass
class Look:
    """The measurements of a loop at one step."""

    step: int
    fakes: Tensor
    far: float  # sliced distance to held-out reals
    ranked: float  # share of pairs of those and of fakes which D ranks right
    fitted: float  # share of pairs of trained and held-out reals which D ranks "right"
    gradient: float  # norm of G's
    judged: float  # norm of D's
    near: float  # distance of fakes to trained reals, in that of held-out reals
    spread: float  # mean distance of two fakes, in that of two reals
    shares: list[float]  # of the fakes in each mode
    good: float  # share of the fakes in any mode
    score: float  # mean size of D's scores


@dataclass
class Trace:
    """All measurements of a loop."""

    game: Game
    floor: float = 0.0
    looks: list[Look] = field(default_factory=list)

    def of(self, name: str) -> list[float]:
        return [getattr(look, name) for look in self.looks if look.step <= self.game.steps]

    def late(self, name: str, part: float = 0.34) -> list[float]:
        values = self.of(name)
        return values[-max(2, round(len(values) * part)) :]

    def mean(self, name: str, part: float = 0.34) -> float:
        values = self.late(name, part)
        return sum(values) / len(values)

    @property
    def fakes(self) -> Tensor:
        return next(k.fakes for k in reversed(self.looks) if k.step <= self.game.steps)

    def look(self, step: int) -> None:
        game, data = self.game, self.game.data
        modes = [(m, m.training) for net in (game.G, game.D) for m in net.modules()]
        with torch.random.fork_rng(), torch.no_grad():
            torch.manual_seed(1)
            game.G.eval(), game.D.eval()
            self.looks.append(measure(step, game, data))
        for module, training in modes:
            module.training = training


def measure(step: int, game: Game, data: Data) -> Look:
    n = min(SHOWN if data.held[0].ndim < 3 else IMAGES, len(data.held))
    pick = torch.randperm(len(data.train))
    held, train = data.held[:n], data.train[pick[:n]]
    fakes, sign = game.sample(n), 1.0 if game.tell.get("higher_is_real", True) else -1.0
    ys: list[tuple[Tensor, ...]] = [(), (), ()]
    if game.labelled:
        drawn = data.held_labels[torch.randperm(n)]
        fakes, ys = game.sample_as(drawn), [(data.held_labels[:n],), (drawn,), ()]
        ys[2] = (data.labels[pick[:n]],)
    real_s, fake_s, train_s = (
        sign * scores(game.D, game.shown(x), *y)
        for x, y in zip((held, fakes, train), ys, strict=True)
    )
    nearest = [
        torch.cdist(x[:400].flatten(1), data.train[pick[:6000]].flatten(1)).min(1).values.mean()
        for x in (fakes, held)
    ]
    apart = [torch.pdist(x[:300].flatten(1)).mean() for x in (fakes, held)]
    shares, good = [], 0.0
    if data.centres is not None:
        to, which = torch.cdist(fakes.flatten(1), data.centres.flatten(1)).min(1)
        inside = to < data.radius
        shares = [float(((which == k) & inside).float().mean()) for k in range(len(data.centres))]
        good = float(inside.float().mean())
    return Look(
        step,
        fakes,
        sliced(fakes, held),
        ranked(real_s, fake_s),
        ranked(train_s, real_s),
        norm(game.G),
        norm(game.D),
        float(nearest[0] / nearest[1]),
        float(apart[0] / apart[1]),
        shares,
        good,
        float(torch.cat([real_s, fake_s]).abs().mean()),
    )


Check = Callable[[Trace], bool]


def near_reals(reals: Tensor) -> Callable[[int], Tensor]:
    """Latents that are real samples and a little noise."""

    def latents(n: int) -> Tensor:
        some = reals[torch.randint(len(reals), (n,))]
        return some + 0.02 * torch.randn_like(some)

    return latents


@dataclass
class Loop:
    """A hand-written loop and the truth about it."""

    name: str
    truth: str  # the failure it is made to have; "" where it is healthy
    data: str
    nets: str
    check: Check  # whether that came about
    options: dict[str, Any]
    also: tuple[str, ...] = ()  # other failures that are correct beside it


@dataclass
class Suite:
    """Loops, and what they are made of."""

    data: dict[str, Callable[[], Data]]
    nets: dict[str, Callable[..., tuple[nn.Module, nn.Module, tuple[int, ...]]]]
    loops: list[Loop] = field(default_factory=list)

    def add(
        self, truth: str, name: str, of: str, check: Check, also: str = "", **options: Any
    ) -> None:
        """Add a loop; ``of`` is "data nets"."""
        data, nets = of.split()
        if name in [loop.name for loop in self.loops]:
            raise ValueError(f"there are two loops called {name}; give one another name")
        self.loops.append(Loop(name, truth, data, nets, check, options, tuple(also.split())))

    def play(self, loop: Loop, watch: Callable[..., Any]) -> Trace:
        torch.manual_seed(zlib.crc32(loop.name.encode()))
        options = dict(loop.options)
        data = options.pop("change", lambda data: data)(self.data[loop.data]())
        G, D, latent = self.nets[loop.nets](data)
        G, D = options.pop("rebuild", lambda G, D: (G, D))(G, D)
        tell = options.pop("tell", {})
        if options.get("labelled"):
            tell = tell | {"labels": data.labels}
        if options.pop("leak", False):
            options["latents"] = near_reals(data.train)
        if options.pop("hold", False):
            tell = tell | {"held_out": data.held}
        game = Game(data, G, D, latent=latent, tell=tell, **options)
        if game.labelled:
            game.tell["sample_as"] = game.sample_as
        trace = Trace(game)
        n = min(len(data.held), len(data.train), SHOWN)
        trace.floor = sliced(data.train[:n], data.held[:n])
        play(game, watch, trace.look)
        return trace


# --- checks: of a trace, whether something is true of it ---


def all_of(*checks: Check) -> Check:
    return lambda t: all(check(t) for check in checks)


def below(name: str, limit: float, part: float = 0.34) -> Check:
    """The mean of the last looks, and no single one of them by far."""
    return lambda t: t.mean(name, part) < limit


def above(name: str, limit: float, part: float = 0.34) -> Check:
    return lambda t: t.mean(name, part) > limit


def covered(trace: Trace, part: float = 0.25) -> int:
    """The modes which have at least a part of their share of the fakes at the end."""
    fair = trace.game.data.weights
    share = torch.tensor(trace.late("shares")).mean(0)
    return int((share > part * fair).sum())


def modes(low: int, high: int) -> Check:
    return lambda t: low <= covered(t) <= high


def steady(name: str, factor: float = 1.5) -> Check:
    """The last third is no better than the one before it, and none of its looks is far off."""

    def check(t: Trace) -> bool:
        values = t.of(name)
        third = len(values) // 3
        before, after = values[third : 2 * third], values[2 * third :]
        level = sum(after) / len(after)
        return level > 0.8 * sum(before) / len(before) and max(after) < factor * level

    return check


def converged(far: float, worst: float = 2.0) -> Check:
    """Close to the reals in the last third, in every look, and every mode has its share."""

    def check(t: Trace) -> bool:
        close = t.mean("far") < far and max(t.late("far")) < worst * far
        whole = t.game.data.centres is None or covered(t, 0.4) == len(t.game.data.centres)
        return close and whole and 0.8 < t.mean("spread") < 1.2

    return check


def stopped_short(gain: float = 2.0) -> Check:
    """The last third was better than the one before; played on, it becomes better by far."""

    def check(t: Trace) -> bool:
        values, after = t.of("far"), t.looks[-1].far
        third = len(values) // 3
        return values[-1] > gain * after and sum(values[-third:]) < 0.9 * sum(
            values[-2 * third : -third]
        )

    return check


def goes_round(turns: float = 2.0, size: float = 0.4) -> Check:
    """The mean of the fakes goes back and forth across its middle by ``size`` deviations."""

    def check(t: Trace) -> bool:
        looks = [k for k in t.looks if k.step <= t.game.steps]
        means = torch.stack([k.fakes.flatten(1).mean(0) for k in looks[len(looks) // 4 :]])
        moved = means - means.mean(0)
        axis = torch.linalg.svd(moved, full_matrices=False).Vh[0]
        along = moved @ axis / (t.game.data.held.flatten(1) @ axis).std()
        beyond = [float(a > 0) for a in along if abs(float(a)) > size]
        crossings = sum(a != b for a, b in itertools.pairwise(beyond))
        return crossings >= 2 * turns

    return check


def exploded(factor: float = 30.0) -> Check:
    """The scores, a gradient or the fakes are no numbers, or many times what they were."""

    def check(t: Trace) -> bool:
        for name in ("score", "gradient", "judged", "far"):
            values = torch.tensor(t.of(name))
            if not values.isfinite().all() or values[-1] > factor * values[0]:
                return True
        return False

    return check


def part(of: Callable[[Tensor], Tensor], low: float, high: float) -> Check:
    return lambda t: low <= float(of(t.fakes).float().mean()) <= high


def doubles(share: float) -> Check:
    def check(t: Trace) -> bool:
        counts = t.game.data.train.flatten(1).unique(dim=0, return_counts=True)[1]
        return float(counts[counts > 1].sum() / counts.sum()) > share

    return check


def out_of_reach(beyond: float) -> Check:
    """A share of the reals' values lies outside of what the fakes ever reach."""

    def check(t: Trace) -> bool:
        low, high = t.fakes.aminmax()
        held = t.game.data.held
        return float(((held < low) | (held > high)).float().mean()) > beyond

    return check


def typical(t: Trace, name: str) -> float:
    return sorted(t.late(name))[len(t.late(name)) // 2]


def apart(t: Trace) -> list[float]:
    """How far apart the fakes of each class are, in what its reals are."""
    data, found = t.game.data, []
    t.game.G.eval()
    for y in range(int(data.held_labels.max()) + 1):
        real = data.held[data.held_labels == y][:200].flatten(1)
        with torch.no_grad():
            fake = t.game.sample_as(torch.full((200,), y)).flatten(1)
        found.append(float(torch.pdist(fake).mean() / torch.pdist(real).mean()))
    return found


def unbounded(factor: float) -> Check:
    """Scores are many times what they were and grow on."""

    def check(t: Trace) -> bool:
        values = t.of("score")
        third = len(values) // 3
        middle, last = sum(values[third : 2 * third]), sum(values[-third:])
        return last / third > factor * values[0] and last > 1.25 * middle

    return check


def tone(x: Tensor, rows: int, across: int) -> float:
    """The energy at one frequency, in all of the energy."""
    power = torch.fft.fft2(x - x.mean((2, 3), keepdim=True)).abs().square().mean((0, 1))
    return float(power[rows, across] / power.sum())


def marked(factor: float, rows: int, across: int) -> Check:
    """One frequency is stronger than in the reals."""

    def check(t: Trace) -> bool:
        held = t.game.data.held
        return tone(t.fakes, rows, across) > factor * tone(held, rows, across)

    return check


def roughness(x: Tensor) -> float:
    """How pixels differ from the mean around them, in the images' deviation."""
    around = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return float((x - around).std() / x.std())


def rougher(factor: float) -> Check:
    """Pixels differ more from those around them than in the reals."""
    return lambda t: roughness(t.fakes) > factor * roughness(t.game.data.held)
