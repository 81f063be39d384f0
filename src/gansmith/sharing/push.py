"""Gives a run to others: a folder on this disk, or a repository on the hub."""

import tempfile
from pathlib import Path

from gansmith.deploy.hub import HUB, client, require_hub, said
from gansmith.errors import GansmithError
from gansmith.sharing.shared_folder import write_shared

FOLDERS = (".", "/", "~")  # what a path begins with


def push(run: str | Path, repo: str, which: str = "best", private: bool = False) -> str:
    """Share the generator of a run with its recipe, exams and a model card.

    Args:
        run: the run folder.
        repo: ``org/name`` on the Hugging Face hub, or a folder: a path that begins with ``./``,
            ``/`` or ``~``.
        which: ``best`` by the recipe's first metric, or ``last``.
        private: make a new repository on the hub visible to its owner only.

    Returns:
        Where it is now: the folder, or the address.

    Raises:
        RunError: no such run, or it has no whole checkpoint.
        GansmithError: the folder cannot be written, the hub's client is missing, or the hub
            refused.
    """
    if repo.startswith(FOLDERS):
        return str(write_shared(run, Path(repo).expanduser(), which))
    name = repo.removeprefix(HUB)
    require_hub(name)
    with tempfile.TemporaryDirectory() as place:
        made = write_shared(run, Path(place) / "shared", which, f"{HUB}{name}")
        try:
            hub = client()
            address = str(hub.create_repo(name, private=private, exist_ok=True))
            hub.upload_folder(repo_id=name, folder_path=made, commit_message="gansmith push")
        except Exception as error:  # of the network, the hub's answer, no token: many kinds
            raise GansmithError(
                f"{name} could not be pushed: {said(error)}; `hf auth login` signs in, and "
                "`gansmith push RUN ./folder` needs no network"
            ) from error
    return address
