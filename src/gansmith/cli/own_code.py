"""Where an error came from, if it came from a user's own file."""

import sysconfig
import traceback
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
INSTALLED = tuple(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))


def in_own_code(error: BaseException) -> str | None:
    """Return ``FILE, line N, in FUNCTION`` of the innermost line that is a user's own; else None.

    Lines of this package, of the standard library and of installed packages are not.
    """
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_own(f.filename)]
    return (
        f"{frames[-1].filename}, line {frames[-1].lineno}, in {frames[-1].name}" if frames else None
    )


def _is_own(file: str) -> bool:
    path = Path(file)
    if file.startswith("<") or not path.is_file() or PACKAGE in path.resolve().parents:
        return False
    return not file.startswith(INSTALLED)
