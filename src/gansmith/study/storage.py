"""Where the runs of a study are queued: an SQLite file, or any database that Optuna takes."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gansmith.errors import GansmithError, UsageError

BEAT, GRACE = 10, 60  # seconds between a run's signs of life, and until its process counts as dead
RETRIES = 20  # of a run whose process died; each goes on from a checkpoint
PATIENCE = 60  # seconds to wait for another process that writes an SQLite file


def imported() -> Any:
    """Return Optuna, which prints nothing of itself.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import optuna
    except ImportError as error:
        raise UsageError("a study needs Optuna: pip install 'gansmith[search]'") from error
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    return optuna


def opened(url: str, name: str, beat: int = BEAT, grace: int = GRACE) -> Any:
    """Return the Optuna study of that name, new where there is none.

    Args:
        url: of the storage, as SQLAlchemy has them.
        name: of the study in it.
        beat: seconds between a run's signs of life.
        grace: seconds without one, after which its process counts as dead.

    Raises:
        GansmithError: the storage cannot be reached.
    """
    optuna = imported()
    again = optuna.storages.RetryHeartbeatStaleTrialCallback(RETRIES)
    timeout = {"connect_args": {"timeout": PATIENCE}} if url.startswith("sqlite") else None
    with reachable(url):
        storage = optuna.storages.RDBStorage(
            url,
            engine_kwargs=timeout,
            heartbeat_interval=beat,
            grace_period=grace,
            heartbeat_stale_trial_callback=again,
        )
        return optuna.create_study(study_name=name, storage=storage, load_if_exists=True)


@contextmanager
def reachable(url: str) -> Iterator[None]:
    """Say in one sentence that a storage cannot be reached, or went away.

    Raises:
        GansmithError: it cannot.
    """
    import sqlalchemy

    optuna = imported()
    gone = (sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError)
    try:
        yield
    except (*gone, ModuleNotFoundError) as error:
        told = str(error.__cause__ or error).strip().splitlines()[0]
        raise GansmithError(
            f"the storage {without_password(url)} cannot be used ({told}); runs and their "
            f"checkpoints are kept, and the same command goes on once it can"
        ) from error


def without_password(url: str) -> str:
    """Return a URL as it may be shown."""
    import sqlalchemy

    try:
        return sqlalchemy.engine.make_url(url).render_as_string(hide_password=True)
    except sqlalchemy.exc.ArgumentError:
        return url.rpartition("@")[2]
