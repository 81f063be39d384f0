"""Watches any PyTorch GAN loop: signals each step, exams now and then, and what ails it."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gansmith.doctor.diagnose import ILL, Verdict, assess
from gansmith.doctor.diagnose import diagnose as diagnose_run
from gansmith.doctor.history import History
from gansmith.monitor.examiner import Examiner
from gansmith.monitor.gradients import Gradients
from gansmith.monitor.guard import Guard
from gansmith.monitor.looking import network_of
from gansmith.monitor.losses import Losses
from gansmith.monitor.optimizers import held, optimizers_of
from gansmith.monitor.processes import rank
from gansmith.monitor.records import environment, known_recipe, open_folder, write_recipe
from gansmith.monitor.samples import count_of
from gansmith.monitor.schedule import Schedule
from gansmith.monitor.scores import heads, rows_of, signals_of
from gansmith.runs.console import Display
from gansmith.training.signals import SignalSums

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
        real: the real samples: a tensor, an array, a path of a folder or file, a data set, or a
            loader (read once, not to its end); labels and indices may stand beside them, pictures
            may be Pillow's.
        run: the run folder to write; ``runs/monitored-N`` if absent.
        held_out: real samples that the loop does not train on, which show an overfitted D.
        higher_is_real: False where D gives reals the lower scores.
        every_kimg: interval of the exams; absent: often at first, then as often as 5 % of the time
            allows; see ``Schedule``.
        tick: steps between two records of signals; absent: 20.
        samples: how many fakes and reals an exam compares; absent: 512 pictures, 1024 vectors.
        extractor: of the features; absent: chosen by the shape of a sample.
        metrics: of an exam; absent: frechet_distance, prdc and diversity, artefacts of pictures
            from 8 pixels on, and memorisation where as many reals are held out as it compares.
        optimizers: by player; their learning rates make remedies concrete, and whose weights each
            holds explains a network that never moves.
        recipe: what else is known of the loop, such as ``{"loss": {"name": "hinge"}}``.
        sample_as: int64 labels [n] to n samples of those classes, for a conditional generator; it
            stands in for ``sample`` too.
        labels: class of each of ``real``, where that is an array, a tensor or a data set: whole
            numbers, words (numbered in their order) or rows with a single one.
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
        quiet: bool = False,
    ) -> None:
        self.steps, self.kimg, self.begun = 0, 0.0, time.monotonic()
        silent = rank() > 0  # one process of many writes
        self.display, self.guarded = Display(quiet or silent), Guard(self._tell)
        self._untold: list[str] = []  # before there is a journal
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
        self._told, self._last = set[str](), (0.0, 0.0)
        self._examined, self._ended = -1, -1
        self.examiner: Examiner | None = None
        if (sample or sample_as) and real is not None and not silent:
            asked = (held_out, samples, extractor, metrics, sample_as, labels, self.guarded)
            self.guarded("exams", self._prepare, sample, real, *asked)
        self.guarded("the environment", self._begin, real)

    def _prepare(self, *wanted: Any) -> None:
        self.examiner = Examiner(*wanted)

    def _begin(self, real: Any) -> None:
        reals = self.examiner.trained if self.examiner else torch.empty(0)
        kept = len(self.examiner.held_out) if self.examiner else 0
        self.writer.environment(environment(self.players, reals, count_of(real), kept))
        self.writer.journal("started", "a loop of its own, watched by gansmith.Monitor", 0, 0.0)
        self._note()

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
        self.guarded("the diagnosis", self._diagnose)
        reason = " ".join(f"{kind.__name__}: {error}".split()).removesuffix(":")
        self._end("stopped", f"the loop broke off at {self.kimg:.1f} kimg: {reason}")

    def _end(self, event: str, says: str) -> None:
        if self._ended != self.steps:
            self._ended = self.steps
            self.guarded("journal", self.writer.journal, event, says, self.steps, self.kimg)

    def _verdict(self) -> Verdict:
        run = str(self.writer.path)
        if self.writer.silent:
            return unknown(run, self.kimg, FIRST)
        verdict: Verdict | None = self.guarded("the verdict", diagnose_run, self.writer.path)
        return verdict or unknown(run, self.kimg, "the run folder cannot be read")

    def _pass_time(self, batch_size: Any, scores: Any) -> None:
        self.kimg += rows_of(batch_size, scores) / 1000

    # --- signals ---

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
        time_of = {"step": self.steps, "kimg": self.kimg, "seconds": round(seconds, 3)}
        of_tick = {"samples_per_second": round(rate, 2)} | signals
        of_tick |= self.guarded("optimizers", held, self.optimizers, self.players) or {}
        self.writer.signals(time_of | of_tick)

    # --- exams ---

    def _exam_if_due(self) -> None:
        if self.guarded("exams", self.schedule.is_exam, self.steps, self.kimg):
            self.guarded("exams", self._exam)

    def _exam(self) -> None:
        begun = time.monotonic()
        self._examined = self.steps
        try:
            if self.examiner:
                self.guarded("exams", self._examine, self.examiner)
            self._diagnose()
        finally:
            self.schedule.examined(self.kimg, time.monotonic() - begun)

    def _examine(self, examiner: Examiner) -> None:
        sign = 1.0 if self.higher_is_real else -1.0
        found = examiner.record(self.players, sign, self.guarded)
        seconds = round(time.monotonic() - self.begun, 3)
        self.writer.metrics({"step": self.steps, "kimg": self.kimg, "seconds": seconds} | found)
        self.guarded("the picture of samples", self._show, examiner)

    def _show(self, examiner: Examiner) -> None:
        shown = examiner.picture(examiner.scale(examiner.shown))
        if shown is not None:
            self.writer.picture(shown, self.kimg)

    def _diagnose(self) -> None:
        if self.writer.silent or not self.steps:
            return
        found = assess(History.of(self.writer.known))
        sure = {d.failure: d for d in found if d.confidence >= ILL}
        for failure, diagnosis in sure.items():
            if failure not in self._told:
                says = f"{failure.replace('_', ' ')}: {diagnosis.evidence[0].says}"
                self.display.say(f"doctor: {says}")
                if failure == "mode_collapse" and self.examiner:
                    self.guarded("the picture of reals", self._show_uncovered, self.examiner)
                more = {"diagnosis": diagnosis.as_dict()}
                self.writer.journal("diagnosis", says, self.steps, self.kimg, **more)
        self._told = set(sure)

    def _show_uncovered(self, examiner: Examiner) -> None:
        shown = examiner.picture(examiner.exam.left_out())
        if shown is not None:
            self.writer.uncovered(shown)

    def _tell(self, says: str) -> None:
        """Say what went wrong, on stderr and in the journal."""
        self._untold.append(says)
        with suppress(Exception):  # a closed stderr
            self.display.say(says)
        if hasattr(self, "writer"):  # there is none yet while arguments are read
            self._note()

    def _note(self) -> None:
        while self._untold:
            self.writer.journal("note", self._untold.pop(0), self.steps, self.kimg)


def unknown(run: str, kimg: float, says: str) -> Verdict:
    """Return the verdict of who cannot know, with the reason."""
    return Verdict(run, kimg, "unknown", (), says)
