"""How many exams a run affords."""

import pytest

from gansmith.training.session.examiner import EXAMS, SHARE, affordable_exams


@pytest.mark.parametrize("seconds", [120, 240, 600, 3600])
@pytest.mark.parametrize("each", [0.6, 1.5, 3.0])
def test_exams_take_their_share_of_a_run_at_most(seconds, each):
    first = 2.5 * each
    count = affordable_exams(seconds, first, each)
    assert 1 <= count <= EXAMS
    assert first + count * each <= SHARE * seconds or count == 1


def test_exams_are_as_many_as_the_share_holds():
    assert affordable_exams(240, first=4.0, each=2.0) == 4
    assert affordable_exams(240, first=3.0, each=1.0) == EXAMS


def test_a_run_too_short_for_any_still_has_the_one_at_its_end():
    assert affordable_exams(20, first=5.0, each=3.0) == 1


def test_quick_exams_are_never_fewer():
    assert affordable_exams(1.0, first=0.5, each=0.2) == EXAMS
