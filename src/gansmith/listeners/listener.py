"""What happens in a run, one event a class, and the methods that are told of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from gansmith.doctor.evidence import Diagnosis
from gansmith.facts import Value
from gansmith.kinds.drawing import Shown
from gansmith.records import Move

Picture = Callable[[], Shown | None]
File = Callable[[], tuple[str, bytes] | None]


@dataclass(frozen=True)
class Event:
    """Something that happened: after how many steps, and how many thousand real samples."""

    step: int
    kimg: float


@dataclass(frozen=True)
class NewSegment:
    """The wish to go on in a new segment of the run, with another recipe.

    Args:
        recipe: the whole recipe, as plain values.
        because: why, in a sentence.
        back_to: the weights to go on from: None, those of the present; "best", of the best exam;
            "untrained"; a step; or "SEGMENT/STEP", which names one that was left as well.
    """

    recipe: Mapping[str, Any]
    because: str
    back_to: str | None = None


@dataclass(frozen=True)
class Started(Event):
    """Training is about to begin, or to go on.

    Args:
        path: the run folder.
        recipe: as resolved.
        resumed: whether it goes on from a checkpoint.
        says: one sentence on what it goes on from; "" for a new run.
        stop: asks for an orderly stop, with the reason in a few words; the run can be resumed.
        move: sets the base of a knob at the next tick; schedules and controllers go on from there.
        change: goes on in a new segment after this tick; ``started`` is told again when it begins.
        keep: has a checkpoint written at this tick.
    """

    path: Path
    recipe: Mapping[str, Any] = field(default_factory=dict)
    resumed: bool = False
    says: str = ""
    stop: Callable[[str], None] = lambda why: None
    move: Callable[[Move], None] = lambda move: None
    change: Callable[[NewSegment], None] = lambda wish: None
    keep: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Ticked(Event):
    """Some steps are over.

    Args:
        moment: time, speed, memory and the knobs, as in signals.jsonl.
        signals: means over the steps since the last tick; empty where there were none.
        progress: share of the run that is over, 0 to 1; None where nobody knows.
    """

    moment: Mapping[str, Any]
    signals: Mapping[str, Any]
    progress: float | None = None

    @property
    def record(self) -> dict[str, Any]:
        """The line of signals.jsonl."""
        return {**self.moment, **self.signals}


@dataclass(frozen=True)
class Examined(Event):
    """The generator's samples were measured.

    Args:
        record: the line of metrics.jsonl, with ``metrics``, ``floor`` and ``protocol``.
        values: how to read each number: title, meaning, which way is good.
        picture: makes an image of samples.
        uncovered: makes an image of reals that no sample is near.
        file: makes a file of samples, its ending and its content, where their kind is kept so too.
    """

    record: Mapping[str, Any]
    values: Mapping[str, Value] = field(default_factory=dict)
    picture: Picture = lambda: None
    uncovered: Picture = lambda: None
    file: File = lambda: None

    @property
    def metrics(self) -> Mapping[str, float]:
        """The numbers by name."""
        found: Mapping[str, float] = self.record["metrics"]
        return found

    @property
    def floor(self) -> Mapping[str, float]:
        """The same numbers of reals against other reals."""
        found: Mapping[str, float] = self.record["floor"]
        return found


@dataclass(frozen=True)
class Diagnosed(Event):
    """The doctor has looked at the run.

    Args:
        diagnoses: what it finds, the surest first; below a confidence of 0.5 a suspicion.
        new: those of confidence 0.5 or more that were not there at its last look.
    """

    diagnoses: Sequence[Diagnosis]
    new: Sequence[Diagnosis] = ()


@dataclass(frozen=True)
class Moved(Event):
    """A knob was set, by hand or by a controller that reacts; schedules stand in each tick."""

    move: Move


@dataclass(frozen=True)
class Changed(Event):
    """A new segment of the run begins, with another recipe or from an earlier checkpoint.

    Args:
        follows: the segment that it goes on from.
        says: what is different, and what became of each part.
    """

    follows: int
    says: str


@dataclass(frozen=True)
class Treated(Event):
    """The autopilot begins a treatment, judges one, or says what it cannot treat.

    Args:
        says: one sentence.
        state: "begun", "kept" (it did what was expected), "undone", "told" (it cannot be treated by
            a change of training) or "refused" (it cannot be done in this run).
        treatment: its plain values.
    """

    says: str
    state: Literal["begun", "kept", "undone", "told", "refused"]
    treatment: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Saved(Event):
    """A checkpoint is whole on the disk."""

    path: Path


@dataclass(frozen=True)
class Noted(Event):
    """Something that whoever reads the journal should know, in one sentence."""

    says: str
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failed(Event):
    """Training cannot go on, for instance because a loss is infinite; ``Ended`` follows."""

    why: str


@dataclass(frozen=True)
class Ended(Event):
    """Training is over: "finished", or "stopped" before its end; ``says`` why."""

    state: Literal["finished", "stopped"]
    says: str


class Listener:
    """Told what happens in a run; write the methods that you want.

    Of several processes the first alone has listeners, which reach it by pickle. A method that
    raises does not end the run: its listener is left out from there on, which the console and the
    journal say. To end the run, call ``stop`` of ``Started``.
    """

    essential: ClassVar[bool] = False  # whether the run ends where this listener raises

    def started(self, event: Started) -> None:
        """Training is about to begin, or to go on."""

    def ticked(self, event: Ticked) -> None:
        """Some steps are over, and their signals are known."""

    def examined(self, event: Examined) -> None:
        """The generator's samples were measured."""

    def diagnosed(self, event: Diagnosed) -> None:
        """The doctor has looked at the run."""

    def moved(self, event: Moved) -> None:
        """A controller has set a knob."""

    def changed(self, event: Changed) -> None:
        """A new segment of the run begins."""

    def treated(self, event: Treated) -> None:
        """The autopilot has begun a treatment, or judged one."""

    def saved(self, event: Saved) -> None:
        """A checkpoint is whole on the disk."""

    def noted(self, event: Noted) -> None:
        """There is something to be noted."""

    def failed(self, event: Failed) -> None:
        """Training cannot go on."""

    def ended(self, event: Ended) -> None:
        """Training is over."""


class Lasting(Listener):
    """A listener with a state that checkpoints keep; gansmith's own."""

    def kept(self) -> dict[str, Any]:
        """Return plain values for a checkpoint."""
        return {}

    def restored(self, state: Mapping[str, Any], changed: bool = False) -> None:
        """Go on from what a checkpoint holds; empty: from the start of the run.

        ``changed``: in a new segment, so that what came afterwards stays on record.
        """
