"""A notebook as newcomers run it: no warnings, no widgets, and pictures of a run."""

import asyncio
import warnings
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.slow  # a kernel of its own, and three minutes on a busy machine

CELLS = (
    "import gansmith",
    'run = gansmith.train("mnist.toml", data="mnist", run="runs/first <b>", kimg=0.4)\nrun',
    "gansmith.diagnose(run)",
    "generator = gansmith.load(run)\ngenerator",
    'gansmith.evaluate("mnist", generator.sample(64), samples=64, features="pixels",\n'
    '                  metrics=["frechet_distance"], intervals=False)',
    "sorted(dir(gansmith))[:3], (run / 'recipe.toml').is_file(), gansmith.report(run).name",
)
RECIPE = """
signals = { tick = 5 }
evaluation = { samples = 32, extractor = "pixels", metrics = ["frechet_distance"] }
data = { size = 16, batch = 16 }
game = { latent = 8 }
[networks]
generator = { name = "lean", width = 4 }
discriminator = { name = "lean", width = 4 }
"""


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Return the cells of a notebook that was run from top to bottom."""
    place = tmp_path_factory.mktemp("notebook")
    (place / "mnist.toml").write_text(RECIPE)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS])
    client = NotebookClient(book, timeout=240, resources={"metadata": {"path": str(place)}})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the packages that start a kernel
        asyncio.run(client.async_execute())
    return list(book.cells)


def html(cell: Any) -> str:
    """Return what the cell's value looks like."""
    return str(cell.outputs[-1]["data"].get("text/html", ""))


def test_a_notebook_shows_no_warnings_and_needs_no_widgets(cells: list[Any]) -> None:
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    text = "".join(o["text"] for o in outputs if o.output_type == "stream")
    assert "Warning" not in text
    assert "\x1b" not in text
    assert "training 100%" in text


def test_a_run_shows_its_newest_samples_verdict_and_report(cells: list[Any]) -> None:
    shown = html(cells[1])
    assert "data:image/png;base64," in shown
    assert ">unknown</span>" in shown
    assert 'href="runs/first &lt;b&gt;/report.html"' in shown
    assert cells[1].outputs[-1]["data"]["text/plain"] == "Run('runs/first <b>')"


def test_verdict_generator_and_evaluation_are_shown_as_text_for_people(cells: list[Any]) -> None:
    verdict, generator, evaluation = (html(cells[number]) for number in (2, 3, 4))
    assert "too short a history" in verdict
    assert "Samples are 1 x 16 x 16" in generator
    assert "frechet_distance" in evaluation
    assert "noise floor" in evaluation
    assert "interval" not in evaluation
    assert "True, &#x27;report.html&#x27;" not in html(cells[5])
    assert "True, 'report.html'" in cells[5].outputs[-1]["data"]["text/plain"]
