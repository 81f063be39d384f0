"""What training does not need may fail."""

from collections.abc import Callable
from typing import Any

from gansmith.errors import reason


def spared(what: str, act: Callable[..., object], *given: Any) -> str:
    """Call ``act(*given)``; return "", or one sentence on what failed, to be told as a note.

    A diagnosis or an image that cannot be made must not end a training that is sound.

    Args:
        what: the thing that is left out if it fails, as "the diagnosis".
        act: what to call.
        given: its arguments.
    """
    try:
        act(*given)
    except Exception as error:
        return f"{what} was left out, training goes on: {reason(error)[:300]}"
    return ""
