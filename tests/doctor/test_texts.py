"""Runs on text: lines that repeat are mode collapse, while and after they train."""

import numpy as np
import pytest

from gansmith.doctor.history import History
from tests.doctor.histories import exams, found

TIMES = range(0, 200, 8)  # of ticks, kimg
REALS = {"distinct_share": 0.95, "self_bleu_4": 0.77}
COLLAPSED = {  # exam by exam
    "distinct_share": [0.93, 0.9, 0.5, 0.2, 0.1, 0.05],
    "self_bleu_4": [0.35, 0.72, 0.9, 0.98, 0.99, 0.99],
}
HEALTHY = {
    "distinct_share": [0.93, 0.97, 0.98, 0.98, 0.98, 0.98],
    "self_bleu_4": [0.35, 0.7, 0.73, 0.74, 0.74, 0.74],
}


@pytest.mark.parametrize(("numbers", "low", "high"), [(COLLAPSED, 0.8, 1.0), (HEALTHY, 0.0, 0.2)])
def test_a_generator_of_texts_collapses_as_its_lines_repeat(numbers, low, high):
    more = {name: (values, REALS[name]) for name, values in numbers.items()}
    rows = exams(np.array([90.0, 40, 38, 37, 37, 36]), **more)
    ticks = [{"kimg": k, "loss/discriminator": 1.3, "loss/generator": 0.8} for k in TIMES]
    assert low <= found(History(ticks, rows)).get("mode_collapse", 0.0) <= high
