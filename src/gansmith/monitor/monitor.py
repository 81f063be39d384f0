"""Watches any PyTorch GAN loop: signals each step, exams now and then, and what ails it."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from gansmith.doctor.diagnose import Verdict
from gansmith.doctor.diagnose import diagnose as diagnose_run
from gansmith.listeners import (
    Announcer,
    Ended,
    Event,
    Examined,
    Failed,
    Listener,
    Noted,
    Started,
    Ticked,
)
from gansmith.listeners.console import Notices
from gansmith.listeners.doctor import Doctor
from gansmith.listeners.run_folder import RunFolder
from gansmith.listeners.uncovered import UncoveredReals
from gansmith.monitor.examiner import Examiner
from gansmith.monitor.gradients import Gradients
from gansmith.monitor.guard import Guard
from gansmith.monitor.looking import network_of
from gansmith.monitor.losses import Losses
from gansmith.monitor.optimizers import held, optimizers_of
from gansmith.monitor.processes import rank
from gansmith.monitor.records import environment, known_recipe, open_folder, unknown, write_recipe
from gansmith.monitor.samples import count_of
from gansmith.monitor.schedule import Schedule
from gansmith.monitor.scores import heads, rows_of, signals_of
from gansmith.runs.console import Display
from gansmith.runs.folder import require_run
from gansmith.training.signals import SignalSums
from gansmith.values import values_of

FIRST = "only the first process examines the loop and writes what it sees; ask its monitor"
STALE = 1.25  # times the steps of the last exam after which ``diagnose`` takes another


class Monitor:
    """The doctor for a loop that gansmith does not own.

    ``step`` once per iteration, after the optimizers have stepped and before gradients are cleared;
    it never waits for the device except once a tick. Whatever goes wrong in here is said once, on
    stderr and in the journal, and the loop goes on.

    Of several processes the first alone takes exams and writes; networks in DistributedDataParallel
    are called without a word to the others meanwhile. Of networks in shares (FSDP) there are no
    exams.

    Args:
        generator: a network, or a list of them: for gradient norms, and put into evaluation mode
            while it is examined.
        discriminator: likewise; where it takes samples alone, it scores those of the exams, which
            shows whether they are what it is trained on.
        sample: n to n samples in the range of ``real``; without it there are no exams.
        real: the real samples: a tensor, an array, a path of a folder or file, a data set, a data
            frame, or a loader (read once, not to its end); labels and indices may stand beside
            them, images may be Pillow's.
        run: the run folder to write; ``runs/monitored-N`` if absent.
        held_out: real samples that the loop does not train on, which show an overfitted D.
        higher_is_real: False where D gives reals the lower scores.
        every_kimg: interval of the exams; absent: often at first, then as often as 5 % of the time
            allows; see ``Schedule``.
        tick: steps between two records of signals; absent: 20.
        samples: how many fakes and reals an exam compares; absent: 512 images, 1024 vectors.
        extractor: of the features; absent: chosen by the shape of a sample.
        metrics: of an exam; absent: frechet_distance, prdc and diversity, artefacts of images
            from 8 pixels on, and memorisation where as many reals are held out as it compares.
        optimizers: by player; their learning rates make remedies concrete, and whose weights each
            holds explains a network that never moves.
        recipe: what else is known of the loop, such as ``{"loss": {"name": "hinge"}}``.
        sample_as: int64 labels [n] to n samples of those classes, for a conditional generator; it
            stands in for ``sample`` too.
        labels: class of each of ``real``, where that is an array, a tensor or a data set: whole
            numbers, words (numbered in their order) or rows with a single one.
        kind: what a sample is: image, series, vector; absent: as its shape says.
        listeners: told of ticks, exams, diagnoses and the rest as they happen; see ``Listener``.
        quiet: print nothing.

    Raises:
        RunError: the run folder is taken, or cannot be written; later nothing is raised.
    """

    def __init__(
        self,
        generator: Any = None,
        discriminator: Any = None,
        sample: Callable[[int], Any] | None = None,
        real: Any = None,
        run: str | Path | None = None,
        *,
        held_out: Any = None,
        higher_is_real: bool = True,
        every_kimg: float | None = None,
        tick: int | None = None,
        samples: int | None = None,
        extractor: str | None = None,
        metrics: Sequence[str] | None = None,
        optimizers: Any = None,
        recipe: Any = None,
        sample_as: Callable[[Tensor], Any] | None = None,
        labels: Any = None,
        kind: str | None = None,
        listeners: Sequence[Listener] = (),
        quiet: bool = False,
    ) -> None:
        self.steps, self.kimg, self.begun = 0, 0.0, time.monotonic()
        silent = rank() > 0  # one process of many writes
        self.announce, self.guarded = Announcer(), Guard(self._tell)
        self.display = Display(quiet or silent)
        self.announce.listeners = [Notices(self.display)]
        self._early: list[Noted] = []  # before there is a journal
        nets = {"generator": generator, "discriminator": discriminator}
        self.players = {n: self.guarded(f"the {n}", network_of, net) for n, net in nets.items()}
        self.optimizers = self.guarded("optimizers", optimizers_of, optimizers) or {}
        self.schedule = Schedule(tick, every_kimg)
        known = known_recipe, recipe or {}, self.optimizers
        self.recipe: dict[str, Any] = self.guarded("the recipe", *known) or {}
        self.writer = open_folder(run, self.recipe, silent)
        self.higher_is_real = higher_is_real
        self.sums, self.gradients = SignalSums(), Gradients(self.players)
        self.losses = Losses(self.guarded.say)
        self._last = (0.0, 0.0)
        self._examined, self._ended = -1, -1
        self.examiner: Examiner | None = None
        self.doctor = Doctor(self.writer.known, self.announce, self.guarded)
        if not silent:
            self._listen(listeners)
        if (sample or sample_as) and real is not None and not silent:
            asked = (held_out, samples, extractor, metrics, sample_as, labels, kind, self.guarded)
            self.guarded("exams", self._prepare, sample, real, *asked)
        self.guarded("the environment", self._begin, real)

    def _listen(self, others: Sequence[Listener]) -> None:
        folder = RunFolder(self.writer, self.guarded)
        for early in self._early:
            self.guarded("journal", folder.noted, early)
        uncovered = UncoveredReals(self.writer, self.guarded)
        self.announce.listeners += [folder, self.doctor, uncovered, *others]

    def _prepare(self, *wanted: Any) -> None:
        self.examiner = Examiner(*wanted)

    def _begin(self, real: Any) -> None:
        reals = self.examiner.trained if self.examiner else torch.empty(0)
        kept = len(self.examiner.held_out) if self.examiner else 0
        known = self.examiner.scale.record if self.examiner else {}
        self.writer.environment(environment(self.players, reals, count_of(real), kept, known))
        says = "a loop of its own, watched by gansmith.Monitor"
        self.announce(Started(0, 0.0, self.run, self.recipe, says=says))

    @property
    def run(self) -> Path:
        """The run folder."""
        return self.writer.path

    def step(
        self,
        real_scores: Any = None,
        fake_scores: Any = None,
        losses: Any = None,
        batch_size: int | None = None,
    ) -> None:
        """Record one iteration of the loop.

        Args:
            real_scores: D's scores of real samples: a tensor of any shape, or several heads.
            fake_scores: D's scores of fakes.
            losses: a mapping by player: "discriminator" and "generator", or names such as D, G,
                loss_D, errG, d_loss; others are recorded as terms.
            batch_size: real samples in this iteration; absent: the rows of ``real_scores``.
        """
        if self.steps == 0:
            self._exam_if_due()
        self.guarded("signals", self._record, real_scores, fake_scores, losses)
        self.steps += 1
        self.guarded("the time", self._pass_time, batch_size, real_scores)
        if self.schedule.is_tick(self.steps):
            self.guarded("the run folder", self._tick)
            self._exam_if_due()

    def diagnose(self) -> Verdict:
        """Return what is wrong with the loop so far; see ``gansmith.diagnose``.

        Takes an exam first where the last one is old and no interval was asked for.
        """
        self.guarded("the run folder", self._tick)
        if self.schedule.every_kimg is None and self.steps > STALE * max(self._examined, 0):
            self.guarded("exams", self._exam)
        return self._verdict()

    def finish(self) -> Verdict:
        """Take a last exam, close the journal and return the verdict; may be called again."""
        self.guarded("the run folder", self._tick)
        if self.steps > self._examined:
            self.guarded("exams", self._exam)
        self._end("finished", f"finished at {self.kimg:.1f} kimg")
        return self._verdict()

    def __enter__(self) -> "Monitor":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is None:
            self.finish()
            return
        self.guarded("the run folder", self._tick)
        reason = " ".join(f"{kind.__name__}: {error}".split()).removesuffix(":")
        self.guarded("journal", self.announce, Failed(self.steps, self.kimg, reason))
        self._end("stopped", f"the loop broke off at {self.kimg:.1f} kimg: {reason}")

    def _end(self, state: Literal["finished", "stopped"], says: str) -> None:
        if self._ended != self.steps:
            self._ended = self.steps
            self.guarded("journal", self.announce, Ended(self.steps, self.kimg, state, says))

    def _verdict(self) -> Verdict:
        run = str(self.writer.path)
        if self.writer.silent:
            return unknown(run, self.kimg, FIRST)
        verdict: Verdict | None = self.guarded("the verdict", self._judged)
        return verdict or unknown(run, self.kimg, "the run folder cannot be read")

    def _judged(self) -> Verdict:
        require_run(self.writer.path)
        return diagnose_run(self.writer.known)

    def _pass_time(self, batch_size: Any, scores: Any) -> None:
        self.kimg += rows_of(batch_size, scores) / 1000

    def _record(self, real: Any, fake: Any, losses: Any) -> None:
        found = self.guarded("scores", signals_of, real, fake, self.higher_is_real) or {}
        device = next((value.device for value in found.values()), self.gradients.device)
        begins, ends = (self.schedule.is_tick(self.steps + more) for more in (0, 1))
        found |= self.guarded("losses", self.losses, losses, device, ends) or {}
        found |= self.guarded("gradients", self.gradients.signals, begins, ends) or {}
        self.sums.add({name: value.to(device) for name, value in found.items()})
        if any(head.dtype == torch.float16 for head in heads([real, fake])):
            self._note_half_precision()

    def _note_half_precision(self) -> None:
        """The doctor forgives infinite gradients under fp16: loss scaling makes and skips them."""
        if self.recipe.setdefault("runtime", {}).get("precision") != "fp16":
            self.recipe["runtime"]["precision"] = "fp16"
            write_recipe(self.writer, self.recipe)

    def _tick(self) -> None:
        signals = self.sums.read(Tensor.clone)
        if not signals:
            return
        now, seconds = self.kimg, time.monotonic() - self.begun
        rate = 1000 * (now - self._last[0]) / max(seconds - self._last[1], 1e-9)
        self._last = now, seconds
        moment = {"step": self.steps, "kimg": self.kimg, "seconds": round(seconds, 3)}
        moment |= {"samples_per_second": round(rate, 2)}
        signals |= self.guarded("optimizers", held, self.optimizers, self.players) or {}
        self.announce(Ticked(self.steps, self.kimg, moment, signals))

    def _exam_if_due(self) -> None:
        if self.guarded("exams", self.schedule.is_exam, self.steps, self.kimg):
            self.guarded("exams", self._exam)

    def _exam(self) -> None:
        begun = time.monotonic()
        self._examined = self.steps
        try:
            exam = self.guarded("exams", self._examine, self.examiner) if self.examiner else None
            if exam:
                self.guarded("exams", self.announce, exam)
            elif self.steps and not self.writer.silent:
                self.doctor.look(Event(self.steps, self.kimg))
        finally:
            self.schedule.examined(self.kimg, time.monotonic() - begun)

    def _examine(self, examiner: Examiner) -> Examined:
        sign = 1.0 if self.higher_is_real else -1.0
        found = examiner.record(self.players, sign, self.guarded)
        seconds = round(time.monotonic() - self.begun, 3)
        record = {"step": self.steps, "kimg": self.kimg, "seconds": seconds} | found
        pictures = examiner.shown_picture, examiner.uncovered_picture
        values = values_of(found["metrics"])
        return Examined(self.steps, self.kimg, record, values, *pictures)

    def _tell(self, says: str) -> None:
        """Say what went wrong, on stderr and in the journal."""
        noted = Noted(self.steps, self.kimg, says)
        self._early.append(noted)
        with suppress(Exception):  # a closed stderr
            self.announce(noted)
