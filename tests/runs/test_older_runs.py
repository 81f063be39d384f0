"""A run folder written before runs had segments opens, reports, diagnoses, samples and resumes.

``run_without_segments.tar.xz`` is the small recipe of ``tests/training/helpers.py`` on the ring,
100 steps of 16 with ticks of 8, as gansmith wrote it at commit e3468e4.
"""

import tarfile
from pathlib import Path

import pytest

import gansmith
from gansmith.doctor.history import History
from gansmith.runs.follower import Follower
from gansmith.runs.reader import read_run
from gansmith.training.session.checkpoint import checkpoints
from tests.training.helpers import run_small

ARCHIVE = Path(__file__).with_name("run_without_segments.tar.xz")
SAME = {"evaluation__every_kimg": 0.4, "checkpoints__keep": 1, "signals__tick": 8}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "ring-of-before"


def test_an_older_run_is_read_diagnosed_reported_and_sampled(old: Path) -> None:
    record = read_run(old)
    assert (len(record.signals), len(record.metrics), record.state) == (13, 5, "finished")
    assert not record.damage
    assert History.of(record).exams == 5
    assert gansmith.diagnose(old).kimg == 1.6
    assert "Frechet distance" in gansmith.report(old).read_text()
    assert gansmith.load(old).sample(3, seed=0).shape == (3, 2)
    assert len(Follower(old).look().signals) == 13


def test_an_older_run_is_resumed_where_it_stopped(old: Path) -> None:
    before = (old / "signals.jsonl").read_bytes()
    run_small(old, resume=True, length__kimg=2.0, **SAME)
    record = read_run(old)
    assert record.state == "finished"
    assert record.signals[-1]["kimg"] == 2.0
    kept = (old / "signals.jsonl").read_bytes()
    assert kept[: before.rindex(b"\n", 0, -1)] == before[: before.rindex(b"\n", 0, -1)]
    assert checkpoints(old)[-1].step == 125
