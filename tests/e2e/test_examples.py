"""The examples as a user runs them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from gansmith.data import open_data
from gansmith.runs.reader import read_run

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_own_data_trains_diagnoses_samples_and_measures(tmp_path: Path) -> None:
    folder = tmp_path / "my photos ✿"
    folder.mkdir()
    for number, picture in enumerate(open_data("emoji", size=16).train.take(np.arange(64))):
        Image.fromarray(picture.transpose(1, 2, 0)).save(folder / f"{number:03d}.png")
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "own_data.py"), str(folder), "0.1"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (run,) = (tmp_path / "runs").iterdir()
    assert read_run(run).journal[-1]["event"] == "finished"
    assert f"report: runs/{run.name}/report.html" in done.stdout
    assert "64 images of (3, " in done.stdout
