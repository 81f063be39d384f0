"""Where the runs of a study are queued: an SQLite file, or any database that Optuna takes."""

from typing import Any

from gansmith.search.study import BEAT, GRACE, imported, reachable

RETRIES = 20  # of a run whose process died; each goes on from a checkpoint
PATIENCE = 60  # seconds to wait for another process that writes an SQLite file


def opened(url: str, name: str, beat: int = BEAT, grace: int = GRACE) -> tuple[Any, Any]:
    """Return a storage and the Optuna study of that name in it, new where there is none.

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
        found = optuna.create_study(study_name=name, storage=storage, load_if_exists=True)
    return storage, found
