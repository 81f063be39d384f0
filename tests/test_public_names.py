"""What users write after ``import gansmith`` is there, in a fresh interpreter too, and stays."""

import importlib
import inspect
import os
import pickle
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

import pytest

import gansmith

PACKAGE = Path(gansmith.__file__).parent
MODULES = [found.name for found in pkgutil.walk_packages([str(PACKAGE)], "gansmith.")]
OPEN = [name for name in MODULES if not name.startswith(("gansmith.__main__", "gansmith.testing"))]


def test_every_public_name_is_there_and_listed() -> None:
    assert all(getattr(gansmith, name) is not None for name in gansmith.__all__)


def test_metrics_can_be_used_without_importing_them() -> None:
    says = "import gansmith; print(gansmith.metrics.frechet_distance.__name__)"
    done = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True)
    assert done.stdout == "frechet_distance\n"


def test_no_module_has_the_name_of_a_public_function() -> None:
    beside = {name.rpartition(".")[2] for name in MODULES if name.count(".") == 1}
    modules = {name for name in gansmith.__all__ if isinstance(getattr(gansmith, name), ModuleType)}
    assert beside & set(gansmith.__all__) == modules


def test_public_names_stay_what_they_are_when_every_module_has_been_imported() -> None:
    packages = [importlib.import_module(name) for name in ("gansmith", *OPEN)]
    listed = {module.__name__: module.__all__ for module in packages if hasattr(module, "__all__")}
    before = {(home, n): getattr(sys.modules[home], n) for home in listed for n in listed[home]}
    for name in OPEN:
        importlib.import_module(name)
    assert all(getattr(sys.modules[home], n) is value for (home, n), value in before.items())


def test_completion_offers_the_public_names_and_nothing_else() -> None:
    assert dir(gansmith) == sorted(gansmith.__all__)


@pytest.mark.parametrize(
    "name", ["train", "evaluate", "diagnose", "report", "compare", "load", "open_data"]
)
def test_a_public_function_names_and_types_all_that_it_takes(name: str) -> None:
    function = inspect.unwrap(getattr(gansmith, name))
    parameters = inspect.signature(getattr(gansmith, name)).parameters.values()
    assert all(p.annotation is not p.empty and p.kind is not p.VAR_KEYWORD for p in parameters)
    meanings = inspect.getdoc(function) or ""
    assert all(f"{p.name}:" in meanings for p in parameters if name != "diagnose")
    assert get_type_hints(function)["return"]


def test_training_in_python_takes_what_the_command_line_takes() -> None:
    from gansmith.cli.train import train as verb

    python, shell = (set(inspect.signature(f).parameters) for f in (gansmith.train, verb))
    assert shell <= python
    assert (PACKAGE / "py.typed").is_file()


def test_a_run_is_a_path_wherever_one_is_wanted(tmp_path: Path) -> None:
    run = gansmith.Run(tmp_path)
    assert run == tmp_path
    assert hash(run) == hash(tmp_path)
    assert str(run) == os.fspath(run) == str(tmp_path)
    assert pickle.loads(pickle.dumps(run)) == run
    (run / "file").write_text("text")
    assert (tmp_path / "file").read_text() == "text"
    assert run._repr_html_() is None


def test_the_report_can_be_written_again_after_anything_else_was_called(tmp_path: Path) -> None:
    run = gansmith.train("ring", run=tmp_path / "run", kimg=0.5, quiet=True)
    for _ in range(2):
        assert gansmith.report(run).is_file()
        assert gansmith.diagnose(run).kimg >= 0.5
    assert inspect.isfunction(gansmith.report)
