"""The loop. Only here is backward called, only here do optimizers step."""

from typing import Protocol, runtime_checkable

from gansmith.conditions.conditioning import Drawn
from gansmith.records import Batch, Turn
from gansmith.sampling.draws import CounterDraws
from gansmith.training import gradient_signals
from gansmith.training.parts.run_parts import Parts


@runtime_checkable
class Watcher(Protocol):
    """What decides when training is over, called at every tick."""

    def enough(self, trainer: "Trainer") -> bool:
        """Say whether to stop before the next step."""
        ...

    def tick(self, trainer: "Trainer", signals: dict[str, float]) -> None:
        """Read the signals of the last steps."""
        ...


class Trainer:
    """Plays the game step by step until the watcher says that it is enough."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.step, self.samples, self.position = parts, 0, 0, 0

    def run(self, watcher: Watcher) -> None:
        """Train: every step all turns, then the average of G's weights; now and then a tick."""
        while not watcher.enough(self):
            self.parts.runtime.seed_step(self.step)
            for number, turn in enumerate(self.parts.game.turns(self.step)):
                self._take(turn, number)
            self.parts.average_weights(self.samples)
            self.step += 1
            if self.step % self.parts.recipe.signals.tick == 0:
                watcher.tick(self, self.parts.signals.read(self.parts.runtime.mean))

    def _take(self, turn: Turn, number: int) -> None:
        parts, runtime, pieces = self.parts, self.parts.runtime, self.parts.pieces
        optimizer = parts.turn_to(turn.player)
        if turn.fresh:
            self.position, self.samples = self.samples, self.samples + parts.batch
        for piece in range(pieces):
            batch = self._batch(number, piece)
            with runtime.autocast():
                outcome = parts.game.play(turn, batch, self.step)
            runtime.backward(outcome.loss / pieces)
            parts.signals.add(outcome.signals)
            parts.signals.add(gradient_signals.slopes(parts, outcome.watched, self.step))
        runtime.average_gradients(optimizer)
        with gradient_signals.measured(parts, turn.player, self.step):
            parts.clip(turn.player)
            runtime.step(optimizer)
        parts.constrain(turn.player)

    def _batch(self, number: int, piece: int) -> Batch:
        parts, total = self.parts, self.parts.batch // self.parts.pieces
        rows = parts.runtime.rows(total, piece * total)
        start = self.position + rows.start
        real, beside = parts.stream.read(start, rows.stop - rows.start, parts.runtime.device)
        real = parts.runtime.put(real)
        draws = CounterDraws((parts.recipe.seed, self.step, number), parts.batch, rows, like=real)
        condition = parts.condition(Drawn(real, beside, start, draws))
        looked = self.step % parts.look_every == 0
        return Batch(real, draws, condition, parts.runtime.mean, looked)
