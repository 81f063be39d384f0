"""TensorBoard events on request."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gansmith.errors import GansmithError
from gansmith.listeners.listener import Event, Examined, Listener, Ticked


class TensorBoard(Listener):
    """Writes every number of ticks and exams as a TensorBoard scalar over samples seen.

    Args:
        path: the folder for the event files.

    Raises:
        GansmithError: TensorBoard is not installed.
    """

    def __init__(self, path: Path) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise GansmithError(
                "runtime.tensorboard needs the package tensorboard; "
                "install it with `pip install 'gansmith[tensorboard]'`"
            ) from error
        self._writer = SummaryWriter(str(path))

    def ticked(self, event: Ticked) -> None:
        """Write the signals."""
        if event.signals:
            self._scalars(event.record, event)

    def examined(self, event: Examined) -> None:
        """Write the metrics."""
        self._scalars(event.metrics, event)

    def _scalars(self, record: Mapping[str, Any], event: Event) -> None:
        for name, value in record.items():
            if isinstance(value, int | float):
                self._writer.add_scalar(name, value, round(1000 * event.kimg))
        self._writer.flush()
