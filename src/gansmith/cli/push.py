"""``gansmith push``: a trained generator for others."""

from typing import Annotated, Literal

from cyclopts import Parameter

from gansmith.cli.output import say


def push(
    run: str,
    repo: str,
    /,
    *,
    which: Literal["best", "last"] = "best",
    private: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Share a trained generator: weights, recipe, exams, samples and a model card.

    The card is made from the run: each number with its protocol and noise floor, the doctor's
    verdict, BibTeX; the licences are left to be filled in. Others load it by name:
    gansmith.load("hub:org/name").

    Args:
        run: the run folder.
        repo: org/name on the Hugging Face hub, or a new folder: a path that begins with ./, / or ~.
        which: the best checkpoint by the run's first metric, or the last.
        private: make a new repository visible to its owner only.

    Raises:
        GansmithError: the folder cannot be written, or the hub refused.
        RunError: there is no such run, or it has no checkpoint yet.
    """
    from gansmith.sharing.push import push as push_run

    say(f"shared {push_run(run, repo, which, private)}; fill in the licences in its README.md")
