"""Says in one sentence which packages a page needs."""

from importlib.util import find_spec

from gansmith.errors import GansmithError

PACKAGES = ("starlette", "uvicorn")


def require_dashboard(verb: str) -> None:
    """Refuse a verb whose packages are not installed.

    Raises:
        GansmithError: they are not; says how to install them.
    """
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise GansmithError(
            f"gansmith {verb} needs the packages starlette and uvicorn; install them "
            "with `pip install 'gansmith[dashboard]'`"
        )
