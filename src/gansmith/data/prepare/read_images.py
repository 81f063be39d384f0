"""Image files read one by one; an error becomes the reason why a file is skipped."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from gansmith.data.prepare.decode import Header, read_header
from gansmith.data.prepare.pixel_limit import up_to
from gansmith.data.prepare.threads import in_threads
from gansmith.data.source import Pictures, Skipped
from gansmith.errors import DataError

Result = TypeVar("Result")


def read_headers(source: Pictures) -> tuple[dict[int, Header], list[Skipped]]:
    """Return the header of each readable file by its number, and the files that have none."""
    headers, skipped = {}, list(source.skipped)
    for index, header in in_threads(lambda i: attempt(source, i, read_header), source.files):
        if isinstance(header, Skipped):
            skipped.append(header)
        else:
            headers[index] = header
    return headers, skipped


def attempt(source: Pictures, index: int, act: Callable[[bytes], Result]) -> Result | Skipped:
    """Read file ``index`` and act on its bytes; an error becomes the reason."""
    try:
        with up_to(source.largest):
            return act(source.read(index))
    except DataError as error:
        return Skipped(source.files[index], str(error))
    except OSError as error:
        reason = f"it cannot be read ({error.strerror or error})"
        return Skipped(source.files[index], reason, passing=True)


def refuse_too_many(skipped: Sequence[Skipped], source: Pictures, allow: float) -> None:
    """Refuse a set of which more than the allowed share cannot be read.

    Raises:
        DataError: names the first few with their reasons, and what to do.
    """
    found = len(source) + len(source.skipped)
    if not skipped or len(skipped) <= allow * found:
        return
    first = "; ".join(f"{skip.name}: {skip.reason}" for skip in skipped[:3])
    more = f"; and {len(skipped) - 3} more" if len(skipped) > 3 else ""
    share, usable = len(skipped) / found, found - len(skipped)
    says = (
        f"{len(skipped)} of {found} files in {source.name} cannot be used ({share:.1%}, allowed "
        f"are {allow:.1%}): {first}{more}"
    )
    if not usable:
        raise DataError(f"{says}; repair them, or give files that can be read", "corrupt_files")
    raise DataError(
        f"{says}; repair or remove them, or raise data.allow_corrupt to train without them",
        "corrupt_files",
        {"data.allow_corrupt": math.ceil(100 * share) / 100},
    )
