"""Whether a network has the room that the data need."""

from collections.abc import Mapping

from gansmith.doctor.history import History
from gansmith.runs.networks import too_small


def why_too_small(history: History) -> str:
    """Say why a generator of this size cannot hold the data; empty: it may, or nobody knows."""
    networks, shape = history.data.get("networks"), history.data.get("shape")
    size = networks.get("generator") if isinstance(networks, Mapping) else None
    if not isinstance(size, Mapping) or not isinstance(shape, list | tuple):
        return ""
    if history.data.get("inputs"):
        return ""
    return too_small(size, shape, history.kind.name == "image")
