"""The notebooks in examples/ run from top to bottom, in about a minute of two cores together."""

import asyncio
import re
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "examples" / "notebooks"
BOOKS = sorted(FOLDER.glob("*.py"))


def book_of(path: Path) -> Any:
    """Return a py:percent script as a notebook."""
    cells = list[Any]()
    for kind, text in re.findall(
        r"^# %%( \[markdown\])?\n(.*?)(?=^# %%|\Z)", path.read_text(), re.S | re.M
    ):
        if kind:
            cells.append(nbformat.v4.new_markdown_cell(re.sub(r"^# ?", "", text, flags=re.M)))
        else:
            cells.append(nbformat.v4.new_code_cell(text.strip()))
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.slow
@pytest.mark.parametrize("path", BOOKS, ids=[path.stem for path in BOOKS])
def test_a_notebook_runs_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    book = book_of(path)
    client = NotebookClient(book, timeout=240, resources={"metadata": {"path": str(tmp_path)}})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the packages that start a kernel
        asyncio.run(client.async_execute())
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    assert len(outputs) >= 4
    assert not [one for one in outputs if one.output_type == "error" or one.get("name") == "stderr"]


def test_there_are_three_notebooks_and_each_begins_with_its_title() -> None:
    assert [path.stem for path in BOOKS] == ["first_run", "own_data", "when_training_goes_wrong"]
    for path in BOOKS:
        assert book_of(path).cells[0].source.startswith("# ")
