"""Where the trials of a search or a study are kept: an SQLite file, or any database of Optuna's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gansmith.errors import GansmithError, RunError, UsageError
from gansmith.reading import is_regular
from gansmith.shown import sentence

DATABASE = "study.db"  # the file of a folder's own
BEAT, GRACE = 10, 60  # seconds between signs of life of a trial, and until it counts as dead
RETRIES = 20  # of a trial whose process died; each goes on from a checkpoint
PATIENCE = 60  # seconds to wait for another process that writes an SQLite file


@dataclass
class Stored:
    """An Optuna study in its storage.

    Args:
        optuna: the study.
        storage: Optuna's.
    """

    optuna: Any = field(repr=False)
    storage: Any = field(repr=False)

    def close(self) -> None:
        """Close the connections to the storage."""
        self.storage.remove_session()
        self.storage.engine.dispose()


def url_of(folder: Path, storage: str) -> str:
    """Return the URL of a storage; of the folder's own file if none was named."""
    return storage or f"sqlite:///{(folder / DATABASE).resolve()}"


def check_own(folder: Path, storage: str, trust: bool) -> None:
    """Refuse to connect to what only a folder names, and to make a database by looking for one.

    Raises:
        UsageError: the folder keeps its trials elsewhere, and is not trusted.
        RunError: its own file is missing.
    """
    if storage and not trust:
        where = without_password(storage)
        raise UsageError(f"{folder} keeps its trials in {where}; add --trust to connect to it")
    if not storage and not is_regular(folder / DATABASE):
        raise RunError(f"{folder / DATABASE} is missing, in which the trials are; put it back")


def without_password(url: str) -> str:
    """Return a URL as it may be shown."""
    import sqlalchemy

    try:
        return sqlalchemy.engine.make_url(url).render_as_string()
    except sqlalchemy.exc.ArgumentError:
        return url


def opened(url: str, name: str, beat: int = BEAT, grace: int = GRACE, **more: Any) -> Stored:
    """Return the Optuna study of a name, new where there is none.

    Args:
        url: of the storage, as SQLAlchemy has them.
        name: of the study in it.
        beat: seconds between a trial's signs of life.
        grace: seconds without one, after which its process counts as dead and it is queued again.
        more: for a new study, as its directions; sampler and pruner.

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
        found = optuna.create_study(study_name=name, storage=storage, load_if_exists=True, **more)
    return Stored(found, storage)


def imported() -> Any:
    """Return Optuna, which prints nothing of itself.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import optuna
    except ImportError as error:
        raise UsageError("a search needs Optuna: pip install 'gansmith[search]'") from error
    import warnings

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    return optuna


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
        told = str(error).strip().splitlines()
        why, shown = told[0] if told else error, without_password(url)
        raise GansmithError(
            sentence(
                f"the storage {shown} cannot be reached ({why}); the runs of the study are kept:"
                f" give the same command again once it can"
            )
        ) from error


@contextmanager
def passed_on() -> Iterator[None]:
    """Let go of a trial that another process took over.

    It had given no sign of life for so long that it counted as dead, as on a machine that slept.
    """
    optuna = imported()
    try:
        yield
    except optuna.exceptions.UpdateFinishedTrialError:
        pass
    except (ValueError, AssertionError) as error:  # Optuna has none of its own for what is over
        if "Cannot tell a" not in f"{error} {error.__context__}":
            raise
