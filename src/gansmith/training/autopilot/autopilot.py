"""The autopilot: a listener that treats what the doctor finds, and judges what it did.

It acts through one seam, the wish for a new segment; the training loop knows nothing of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from gansmith.doctor.diagnose import ILL
from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.history import History
from gansmith.doctor.measurements.progress import remaining_distance
from gansmith.doctor.remedies.usual import whole
from gansmith.listeners import (
    Announcer,
    Changed,
    Diagnosed,
    Event,
    Failed,
    NewSegment,
    Started,
    Ticked,
    Treated,
)
from gansmith.listeners.listener import Lasting
from gansmith.runs.reader import RunRecord
from gansmith.training.autopilot.choosing import (
    Possible,
    Shares,
    changed_tree,
    fresh_if_little_is_lost,
    little_is_lost,
    sure,
    treatable,
    untried,
)
from gansmith.training.autopilot.judging import (
    Judgement,
    as_before,
    comes_nearer,
    judge,
    may_be_judged,
    measured_before,
    planned,
)
from gansmith.training.autopilot.memory import Memory
from gansmith.training.autopilot.treatment import Treatment, prescription_of
from gansmith.training.session.checkpoint import checkpoints
from gansmith.training.startup.new_segment import UNTRAINED

BEST = "best"


class Autopilot(Lasting):
    """Treats what the doctor finds, one thing at a time, and judges each treatment.

    Args:
        record: of the run, as its writer keeps it.
        announce: tells the others.
        possible: says why a run cannot go on with a recipe; empty where it can.
        shares: how the run's length is shared out.
    """

    def __init__(
        self, record: RunRecord, announce: Announcer, possible: Possible, shares: Shares
    ) -> None:
        self.record, self.announce, self.possible, self.shares = record, announce, possible, shares
        self.ask: Callable[[NewSegment], None] | None = None  # once training has begun
        self.progress, self.failing = 0.0, False
        self.memory = Memory()

    def started(self, event: Started) -> None:
        """Learn how to ask for a new segment; ask for one that a kill prevented."""
        self.ask, self.failing = event.change, False
        if self.memory.pending:
            self.ask(NewSegment(**self.memory.pending))

    def ticked(self, event: Ticked) -> None:
        """Learn how much of the run is over."""
        self.progress = self.progress if event.progress is None else event.progress

    def failed(self, event: Failed) -> None:
        """Learn that training cannot go on as it is; the doctor's diagnosis follows."""
        self.failing = True

    def diagnosed(self, event: Diagnosed) -> None:
        """Judge the treatment that is under way, or treat what was found often enough."""
        if event.step == 0 or self.memory.pending:
            return
        history, found = History.of(self.record).current, sure(event.diagnoses, ILL)
        if self.memory.under_way:
            self._look_at(self.memory.under_way, event, history, found)
        else:
            self._watch(event, history, found)

    def changed(self, event: Changed) -> None:
        """Begin to watch the new segment, and the treatment that it is."""
        self.memory.turned(self.record.lineage.current)

    def kept(self) -> dict[str, Any]:
        """Return what it remembers, for a checkpoint."""
        return {"autopilot": self.memory.plain()}

    def restored(self, state: Mapping[str, Any], changed: bool = False) -> None:
        """Go on from a checkpoint; in a segment of its own making it remembers what came after."""
        if changed and self.ask is not None:
            return
        self.memory = Memory.of(state.get("autopilot", {}))
        if changed:
            self.memory.changed_by_hand()

    def _watch(self, event: Event, history: History, found: Sequence[Diagnosis]) -> None:
        looks = self.memory.look(one.failure for one in found)
        if not self.shares.allows(self.progress, len(self.memory.past)):
            return
        for one in found:
            if not self.failing and looks[one.failure] < self.shares.patience:
                continue
            options = list(treatable(one.remedies))
            if not options:
                self._tell_once(event, one)
            elif little_is_lost(self.progress, remaining_distance(history)):
                options = [*treatable([whole(self.record.recipe, history)]), *options]
            if self._begin(event, history, one.failure, self._untried(options)):
                return

    def _look_at(
        self, treatment: Treatment, event: Event, history: History, found: Sequence[Diagnosis]
    ) -> None:
        if self._is_early(treatment, history) and not self.failing:
            return
        still = any(one.failure == treatment.failure for one in found)
        judged = judge(treatment, history, still, self.failing)
        if not (judged.kept or self.failing) and self._may_wait(treatment, history):
            return
        self.memory.judged(judged)
        state: Literal["kept", "undone"] = "kept" if judged.kept else "undone"
        self._say(event, f"{state}: {judged.says}", state, treatment)
        if not judged.kept:
            self._undo(treatment, event, history, judged)

    def _is_early(self, treatment: Treatment, history: History) -> bool:
        window = self.shares.window * (2 if treatment.start == UNTRAINED else 1)
        return self.progress - treatment.began < window or not may_be_judged(history)

    def _may_wait(self, treatment: Treatment, history: History) -> bool:
        """Say whether to wait for one more window, because the run comes nearer to the data."""
        over = self.progress - treatment.began
        return over < 2 * self.shares.window and comes_nearer(history)

    def _undo(
        self, treatment: Treatment, event: Event, history: History, judged: Judgement
    ) -> None:
        """Go back to the recipe before; where the run has lost by it, to the weights before too."""
        back_to = treatment.at if judged.worse or treatment.makes_anew else None
        others = map(prescription_of, treatment.others)
        may = self.shares.allows(self.progress, len(self.memory.past))
        options = self._untried(others) if may else []
        failure, base = treatment.failure, treatment.base
        if self._begin(event, history, failure, options, treatment, back_to):
            return
        because = f"the treatment against {failure.replace('_', ' ')} is undone"
        self._turn(NewSegment(base, because, self._sound(back_to)))

    def _untried(self, options: Iterable[Prescription]) -> list[Prescription]:
        return list(untried(options, self.memory.tried))

    def _begin(
        self,
        event: Event,
        history: History,
        failure: str,
        options: Sequence[Prescription],
        undone: Treatment | None = None,
        back_to: str | None = None,
    ) -> bool:
        """Begin with the first of these prescriptions that is possible; say whether one was.

        Args:
            event: at whose moment.
            history: of the segment so far.
            failure: what was found.
            options: what to try, first things first.
            undone: the treatment in whose place it comes.
            back_to: the weights to go on from where a prescription names none.
        """
        base = dict(undone.base if undone else self.record.recipe)
        remaining = remaining_distance(history)
        for number, wished in enumerate(options):
            one = fresh_if_little_is_lost(wished, self.progress, remaining)
            tree = changed_tree(base, one.changes)
            treatment = self._planned(event, history, failure, one, base)
            if undone and back_to:  # it begins where that one began
                treatment = as_before(treatment, undone)
            if why := self.possible(tree):
                self.memory.unfit.append(treatment.key)
                self._say(
                    event, f"{treatment.in_words()}; not possible: {why}", "refused", treatment
                )
                continue
            rest = options[number + 1 :]
            treatment.others = [planned(other, history) for other in rest]
            if undone:
                treatment.others = undone.others[-len(rest) :] if rest else []
            count = f"treatment {len(self.memory.past) + 1} of {self.shares.treatments}"
            says = f"{count} against {failure.replace('_', ' ')}: {treatment.in_words()}"
            self._say(event, says, "begun", treatment)
            from_where = back_to if one.start == "here" else one.start
            because = f"against {failure.replace('_', ' ')}: {one.because}"
            self._turn(NewSegment(tree, because, self._sound(from_where)), treatment)
            return True
        return False

    def _planned(
        self,
        event: Event,
        history: History,
        failure: str,
        one: Prescription,
        base: Mapping[str, Any],
    ) -> Treatment:
        at = "" if self.failing else f"{self.record.lineage.current}/{event.step}"
        whole = event.kimg / max(self.progress, 1e-9)
        expected = one.expectation.as_dict() if one.expectation else None
        found = Treatment(
            failure=failure,
            because=one.because,
            changes=dict(one.changes),
            start=one.start,
            reference=one.reference,
            expectation=expected and {**expected, "within_kimg": self.shares.window * whole},
            base=dict(base),
            at=at,
            began=self.progress,
            kimg=event.kimg,
        )
        return measured_before(found, history)

    def _sound(self, back_to: str | None) -> str | None:
        """Return weights that a segment can go on from: those that are spoilt are none."""
        if back_to in (None, "") and self.failing:
            back_to = BEST
        if back_to == BEST and not checkpoints(self.record.path):
            return UNTRAINED
        return back_to or None

    def _turn(self, wish: NewSegment, treatment: Treatment | None = None) -> None:
        self.memory.turn(wish, treatment)
        if self.ask:
            self.ask(wish)

    def _tell_once(self, event: Event, found: Diagnosis) -> None:
        """Say what no change of training can mend, and what can."""
        if found.failure in self.memory.unfit:
            return
        self.memory.unfit.append(found.failure)
        advice = "; ".join(one.because for one in found.remedies) or "nothing is known against it"
        says = f"{found.failure.replace('_', ' ')} is for you to mend: {advice}"
        self._say(event, says, "told", Treatment(found.failure, advice, {}))

    def _say(
        self,
        event: Event,
        says: str,
        state: Literal["begun", "kept", "undone", "told", "refused"],
        treatment: Treatment,
    ) -> None:
        self.announce(Treated(event.step, event.kimg, says, state, treatment.told()))
