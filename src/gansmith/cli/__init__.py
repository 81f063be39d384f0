"""The command line: one file per verb, loaded when it is called."""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from io import TextIOWrapper
from typing import Any

from gansmith import shown
from gansmith.errors import GansmithError, RunWarning, UsageError
from gansmith.version import __version__

VERBS = {
    "train": "Train a GAN from a recipe, or from your data alone.",
    "search": "Search for better options of a recipe; a collapsed model cannot win.",
    "check": "Check a recipe or a data set without training.",
    "diagnose": "Say what is wrong with a run, with evidence and remedies.",
    "evaluate": "Measure generated samples against real ones.",
    "augment": "Say whether a generator's samples help a classifier of its data.",
    "compare": "Rank runs or evaluations that were measured alike.",
    "study": "Train several recipes with several seeds each, and compare them.",
    "sample": "Make samples with a trained generator.",
    "project": "Find the latent whose sample is nearest to an image.",
    "translate": "Make images from images with a trained generator.",
    "watch": "Show runs as a live page in the browser.",
    "serve": "Serve a trained generator over HTTP, with a page to play with.",
    "report": "Write the report of a run as one HTML file.",
    "export": "Write a trained generator for other programs.",
    "push": "Share a trained generator with a model card, on the hub or as a folder.",
    "parts": "List losses, terms, networks, metrics and the other parts of a recipe.",
    "cite": "Print BibTeX for the parts that a recipe uses.",
}


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 could not be done, 2 wrong usage."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # spinning threads cost a busy machine dear
    for stream in (sys.stdout, sys.stderr):  # a terminal of few characters shows others as \\u2713
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    sys.exit(_run([word for word in words if word != "--debug"], debug))


def _run(words: list[str], debug: bool) -> int:
    from cyclopts import CycloptsError

    try:
        with _warnings_as_sentences():
            _app()(words, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        from gansmith.cli.usage import explain

        print(f"gansmith: {explain(error, words, list(VERBS))}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `| head` has read enough
        return 0
    except Exception as error:
        if debug:
            raise
        print(f"gansmith: {_sentence(error)}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print("gansmith: interrupted", file=sys.stderr)
        return 130
    return 0


@contextmanager
def _warnings_as_sentences() -> Iterator[None]:
    """Print what a run folder has lost as one sentence, without the place in the code."""
    with warnings.catch_warnings():
        usual, told = warnings.showwarning, set[str]()

        def show(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
            if not issubclass(category, RunWarning):
                usual(message, category, *place, **more)
            elif str(message) not in told:  # a run may be read twice
                told.add(str(message))
                print(f"gansmith: {shown.sentence(str(message))}", file=sys.stderr)

        warnings.showwarning = show
        warnings.simplefilter("default", RunWarning)
        yield


def _sentence(error: Exception) -> str:
    if isinstance(error, GansmithError):  # written for people; the lines of a recipe are ours
        return str(error)
    return shown.sentence(_said(error))


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:  # a full disk names no file
        said = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        return f"{said}; make room on the disk and try again" if error.errno == ENOSPC else said
    if isinstance(error, UnicodeError):
        return f"a name or text is not UTF-8 ({error}); rename the file, or save it as UTF-8"
    if isinstance(error, ValueError) and str(error):
        return str(error)
    if isinstance(error, RecursionError):
        return "something that was read is nested too deeply; make it flatter"
    if isinstance(error, MemoryError | RuntimeError) and _of_memory(error):
        told = str(error).splitlines()[0] if str(error) else "none is left"
        return (
            f"there is not enough memory ({told}); make data.batch, data.size or the networks' "
            f"width smaller"
        )
    from gansmith.cli.own_code import in_own_code

    where = in_own_code(error)
    if where:
        return f"{where}: {type(error).__name__}: {error}; --debug shows the traceback"
    return f"this should not happen: {type(error).__name__}: {error}; --debug shows where"


def _of_memory(error: Exception) -> bool:
    told = f"{type(error).__name__} {error}".lower()
    return any(word in told for word in ("memory", "overflow"))  # sizes beyond all memory overflow


def _app() -> Callable[..., object]:
    from cyclopts import App

    app = App(
        name="gansmith",
        help="Train GANs, see what goes wrong while they train, and measure the result.",
        version=__version__,
        help_epilogue="`--debug` after any verb shows the traceback of an error.",
    )
    app.register_install_completion_command(help="Let the shell complete verbs and options.")
    for verb, says in VERBS.items():
        app.command(f"gansmith.cli.{verb}:{verb}", name=verb, help=says)
    return app
