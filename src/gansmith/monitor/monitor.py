"""Watches any PyTorch GAN loop: signals each step, exams now and then, and what ails it."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gansmith.doctor.diagnose import ILL, Verdict, assess, judge
from gansmith.doctor.diagnose import diagnose as diagnose_run
from gansmith.doctor.history import History
from gansmith.monitor.examiner import SHOWN, Examiner
from gansmith.monitor.gradients import Gradients
from gansmith.monitor.records import environment, known_recipe, open_folder, write_recipe
from gansmith.monitor.samples import count_of
from gansmith.monitor.schedule import Schedule
from gansmith.monitor.scores import heads, losses_of, signals_of
from gansmith.training.display import Display
from gansmith.training.pictures import picture
from gansmith.training.signals import SignalSums

STALE = 1.25  # times the steps of the last exam after which ``diagnose`` takes another


class Monitor:
    """The doctor for a loop that gansmith does not own.

    ``step`` once per iteration, after the optimizers have stepped and before gradients are cleared;
    it never waits for the device except once a tick. Whatever goes wrong in here is said once, on
    stderr and in the journal, and the loop goes on.

    Args:
        generator: for gradient norms, and put into evaluation mode while it is examined.
        discriminator: for gradient norms.
        sample: n to n samples in the range of ``real``; without it there are no exams.
        real: the real samples: tensor, array, path, data set, or a loader (read once, not to its
            end).
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
        optimizers: by player; their learning rates are recorded and make remedies concrete.
        recipe: what else is known of the loop, such as ``{"loss": {"name": "hinge"}}``.
        sample_as: int64 labels [n] to n samples of those classes, for a conditional generator; it
            stands in for ``sample`` too.
        labels: class of each of ``real``, where that is an array, a tensor or a data set.
        quiet: print nothing.

    Raises:
        RunError: the run folder is taken, or cannot be written.
    """

    def __init__(
        self,
        generator: nn.Module | None = None,
        discriminator: nn.Module | None = None,
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
        optimizers: Mapping[str, torch.optim.Optimizer] | None = None,
        recipe: Mapping[str, Any] | None = None,
        sample_as: Callable[[Tensor], Any] | None = None,
        labels: Any = None,
        quiet: bool = False,
    ) -> None:
        silent = int(os.environ.get("RANK", "0")) > 0  # one process of many writes
        self.players = {"generator": generator, "discriminator": discriminator}
        self.optimizers, self.schedule = dict(optimizers or {}), Schedule(tick, every_kimg)
        self.recipe = known_recipe(recipe or {}, self.optimizers)
        self.writer = open_folder(run, self.recipe, silent)
        self.display = Display(quiet or silent)
        self.higher_is_real = higher_is_real
        self.steps, self.kimg, self.begun = 0, 0.0, time.monotonic()
        self.sums, self.gradients = SignalSums(), Gradients(self.players)
        self._told, self._said = set[str](), set[str]()
        self._last, self._examined, self._ended = (0.0, 0.0), -1, -1
        self.examiner: Examiner | None = None
        if (sample or sample_as) and real is not None and not silent:
            asked = (held_out, samples, extractor, metrics, sample_as, labels)
            self._guarded("exams", self._prepare, sample, real, *asked)
        reals = self.examiner.trained if self.examiner else torch.empty(0)
        kept = len(self.examiner.held_out) if self.examiner else 0
        self.writer.environment(environment(self.players, reals, count_of(real), kept))
        self.writer.journal("started", "a loop of its own, watched by gansmith.Monitor", 0, 0.0)

    @property
    def run(self) -> Path:
        """The run folder."""
        return self.writer.path

    def step(
        self,
        real_scores: Any = None,
        fake_scores: Any = None,
        losses: Mapping[str, Any] | None = None,
        batch_size: int | None = None,
    ) -> None:
        """Record one iteration of the loop.

        Args:
            real_scores: D's scores of real samples: a tensor of any shape, or several heads.
            fake_scores: D's scores of fakes.
            losses: by player: "discriminator", "generator"; others are recorded as terms.
            batch_size: real samples in this iteration; absent: the rows of ``real_scores``.
        """
        if self.steps == 0:
            self._exam_if_due()
        self._guarded("signals", self._record, real_scores, fake_scores, losses or {})
        self.steps += 1
        self._guarded("the time", self._pass_time, batch_size, real_scores)
        if self._is_tick():
            self._guarded("the run folder", self._tick)
            self._exam_if_due()

    def diagnose(self) -> Verdict:
        """Return what is wrong with the loop so far; see ``gansmith.diagnose``.

        Takes an exam first where the last one is old and no interval was asked for.
        """
        self._guarded("the run folder", self._tick)
        if self.schedule.every_kimg is None and self.steps > STALE * max(self._examined, 0):
            self._guarded("exams", self._exam)
        return self._verdict()

    def finish(self) -> Verdict:
        """Take a last exam, close the journal and return the verdict; may be called again."""
        self._guarded("the run folder", self._tick)
        if self.steps > self._examined:
            self._guarded("exams", self._exam)
        self._end("finished", f"finished at {self.kimg:.1f} kimg")
        return self._verdict()

    def __enter__(self) -> "Monitor":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is None:
            self.finish()
            return
        self._guarded("the run folder", self._tick)
        self._guarded("the diagnosis", self._diagnose)
        reason = " ".join(f"{kind.__name__}: {error}".split()).removesuffix(":")
        self._end("stopped", f"the loop broke off at {self.kimg:.1f} kimg: {reason}")

    def _end(self, event: str, says: str) -> None:
        if self._ended != self.steps:
            self._ended = self.steps
            self._guarded("journal", self.writer.journal, event, says, self.steps, self.kimg)

    def _verdict(self) -> Verdict:
        if self.writer.silent:  # the first process knows
            return judge(History(()), str(self.writer.path))
        return diagnose_run(self.writer.path)

    def _pass_time(self, batch_size: Any, scores: Any) -> None:
        rows = _rows(scores) if batch_size is None else int(batch_size)
        if rows < 1:
            raise ValueError(
                f"an iteration of {rows} samples does not move the clock; give step() the"
                " batch_size, or scores with one row a sample"
            )
        self.kimg += rows / 1000

    # --- signals ---

    def _record(self, real: Any, fake: Any, losses: Mapping[str, Any]) -> None:
        found = self._guarded("scores", signals_of, real, fake, self.higher_is_real) or {}
        device = next((value.device for value in found.values()), self.gradients.device)
        found |= self._guarded("losses", losses_of, losses, tuple(self.players), device) or {}
        found |= self._guarded("gradients", self.gradients.signals, self._is_tick()) or {}
        self.sums.add({name: value.to(device) for name, value in found.items()})
        if any(head.dtype == torch.float16 for head in heads([real, fake])):
            self._note_half_precision()

    def _is_tick(self) -> bool:
        return self.schedule.is_tick(self.steps)

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
        rates = {
            f"knob/optimizers.{player}.lr": float(optimizer.param_groups[0]["lr"])
            for player, optimizer in self.optimizers.items()
        }
        time_of = {"step": self.steps, "kimg": self.kimg, "seconds": round(seconds, 3)}
        self.writer.signals(time_of | {"samples_per_second": round(rate, 2)} | signals | rates)

    # --- exams ---

    def _prepare(self, *wanted: Any) -> None:
        self.examiner = Examiner(*wanted)

    def _exam_if_due(self) -> None:
        if self.schedule.is_exam(self.steps, self.kimg):
            self._guarded("exams", self._exam)

    def _exam(self) -> None:
        begun = time.monotonic()
        self._examined = self.steps
        try:
            if self.examiner:
                self._guarded("exams", self._examine, self.examiner)
            self._diagnose()
        finally:
            self.schedule.examined(self.kimg, time.monotonic() - begun)

    def _examine(self, examiner: Examiner) -> None:
        fakes = examiner.draw(self.players["generator"])
        sign = 1.0 if self.higher_is_real else -1.0
        scores = self._guarded("held-out scores", self._held_out, examiner, sign) or {}
        obeys = self._guarded("classes", examiner.obeys, self.players["generator"]) or {}
        record = {
            "step": self.steps,
            "kimg": self.kimg,
            "seconds": round(time.monotonic() - self.begun, 3),
            "metrics": examiner.exam(fakes[: examiner.exam.samples]) | obeys,
            "floor": dict(examiner.floor),
            "protocol": dict(examiner.exam.protocol),
            **scores,
            **examiner.ranges,
        }
        self.writer.metrics(record)
        if examiner.scale.images or len(examiner.scale.shape) == 1:
            shown = fakes[:SHOWN] if examiner.scale.images else fakes
            self.writer.picture(picture(shown, examiner.reals), self.kimg)

    def _held_out(self, examiner: Examiner, sign: float) -> dict[str, float]:
        return examiner.scores(self.players["discriminator"], sign)

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
                    self._guarded("the picture of reals", self._show_uncovered, self.examiner)
                more = {"diagnosis": diagnosis.as_dict()}
                self.writer.journal("diagnosis", says, self.steps, self.kimg, **more)
        self._told = set(sure)

    def _show_uncovered(self, examiner: Examiner) -> None:
        reals = examiner.exam.left_out()
        if len(reals) and (examiner.scale.images or len(examiner.scale.shape) == 1):
            self.writer.uncovered(picture(reals, examiner.reals))

    # --- whatever goes wrong in here must not stop the loop ---

    def _guarded(self, what: str, act: Callable[..., Any], *given: Any) -> Any:
        try:
            return act(*given)
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            says = f"monitor: {what} left out, training goes on: {reason}"
            if says not in self._said:
                self._said.add(says)
                self.display.say(says)
                with suppress(Exception):  # a full disk: stderr has been told
                    self.writer.journal("note", says, self.steps, self.kimg)
            return None


def _rows(scores: Any) -> int:
    first = next(heads(scores), None)
    return len(first) if first is not None and first.ndim else 0
