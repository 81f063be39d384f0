"""TensorBoard events on request."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gansmith.errors import GansmithError


class EventSink:
    """Writes every number of a record as a TensorBoard scalar.

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

    def scalars(self, record: Mapping[str, Any], samples: int) -> None:
        """Write a record; the horizontal axis is samples seen."""
        for name, value in record.items():
            if isinstance(value, int | float):
                self._writer.add_scalar(name, value, samples)
        self._writer.flush()
