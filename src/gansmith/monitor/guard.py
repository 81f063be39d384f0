"""Whatever goes wrong in the monitor must not stop the loop."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gansmith.errors import reason


class Guard:
    """Calls functions and says once, in one sentence, what went wrong in them.

    Args:
        tell: where to say it; what goes wrong there is left unsaid.
    """

    def __init__(self, tell: Callable[[str], Any]) -> None:
        self.tell, self._said = tell, set[str]()

    def __call__(self, what: str, act: Callable[..., Any], *given: Any) -> Any:
        """Return what ``act`` returns, or None where it raises: ``what`` is then left out."""
        try:
            return act(*given)
        except Exception as error:
            self.say(f"{what} left out, training goes on: {reason(error)}")
            return None

    def say(self, text: str) -> None:
        """Say a sentence, unless it has been said."""
        if text not in self._said:
            self._said.add(text)
            with suppress(Exception):  # a full disk, a closed stderr
                self.tell(f"monitor: {text}")


UNTOLD = Guard(lambda says: None)
