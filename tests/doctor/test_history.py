import math

import numpy as np
import pytest

from gansmith.doctor.history import History
from gansmith.doctor.statistics import confidence, since, smooth, together


def test_a_column_holds_only_the_ticks_that_have_it_and_null_becomes_nan() -> None:
    history = History([{"kimg": 1, "a": 2}, {"kimg": 2}, {"kimg": 3, "a": None}])
    kimg, values = history.column("a")
    assert kimg.tolist() == [1, 3]
    assert values[0] == 2
    assert math.isnan(values[1])
    assert history.column("a").known.values.tolist() == [2]


def test_exams_are_read_beside_their_floor() -> None:
    history = History([], [{"kimg": 5, "metrics": {"recall": 0.5}, "floor": {"recall": 0.8}}])
    assert history.column("metrics/recall").values.tolist() == [0.5]
    assert history.column("floor/recall").values.tolist() == [0.8]
    assert history.names() == ["floor/recall", "metrics/recall"]
    assert history.kimg == 5


def test_ticks_written_again_after_a_resume_count_once() -> None:
    rows = [{"kimg": k, "a": v} for k, v in [(1, 1), (2, 2), (3, 3), (2, 20), (3, 30)]]
    kimg, values = History(rows).column("a")
    assert kimg.tolist() == [1, 2, 3]
    assert values.tolist() == [1, 20, 30]


def test_an_empty_history_has_no_columns_and_no_levels() -> None:
    history = History([])
    assert not history.column("loss/generator")
    assert math.isnan(history.early("loss/generator"))
    assert history.kimg == 0
    assert (history.ticks, history.exams) == (0, 0)


@pytest.mark.parametrize("odd", [{"kimg": "soon", "a": 1}, {"a": 1}, {"kimg": 1, "a": "x"}, {}])
def test_lines_of_another_make_are_left_out(odd: dict[str, object]) -> None:
    history = History([odd, {"kimg": 2, "a": 7.0}], [{"kimg": 1, "metrics": None}])
    assert history.recent("a") == 7.0
    assert not history.column("metrics/recall")


def test_confidence_is_half_at_doubtful_and_nineteen_twentieths_at_sure() -> None:
    assert confidence(0.01, 0.01, 0.001) == pytest.approx(0.5)
    assert confidence(0.001, 0.01, 0.001) == pytest.approx(0.95)
    assert confidence(0.1, 0.01, 0.001) == pytest.approx(0.05)
    assert confidence(0.0, 0.01, 0.001) == pytest.approx(1.0)
    assert confidence(math.nan, 1.0, 2.0) == 0.0


def test_two_halves_of_an_evidence_make_three_quarters() -> None:
    assert together([0.5, 0.5]) == 0.75


def test_smoothing_removes_a_spike_and_keeps_a_step() -> None:
    values = np.array([1.0, 1.0, 9.0, 1.0, 1.0, 5.0, 5.0, 5.0])
    assert smooth(values).tolist() == [1, 1, 1, 1, 1, 5, 5, 5]


def test_since_is_where_the_last_unbroken_stretch_began() -> None:
    series = History([{"kimg": k, "a": k} for k in range(6)]).column("a")
    beyond = np.array([True, False, True, False, True, True])
    assert since(series, beyond) == 4
    assert math.isnan(since(series, ~beyond))
