"""Findings yield to the failures that explain them; what makes a detector less sure is said."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gansmith.cli.diagnose import diagnose as command
from gansmith.doctor.diagnose import signs
from gansmith.doctor.evidence import Diagnosis, Doubt, Evidence, doubted
from gansmith.doctor.history import History
from gansmith.doctor.yielding import settled
from gansmith.doctor_facts import DetectorFacts
from gansmith.errors import GansmithError
from gansmith.imports import permit
from gansmith.registry import detectors
from gansmith.reporting.page import write_report

Make = Callable[..., History]
SEEN = (Evidence("loss/generator", 2.0, (None, 1.0), "the loss is high"),)
OUTSIDE = """
from gansmith.doctor.evidence import Diagnosis, Doubt, Evidence, doubted
from gansmith.doctor.measurements.balance import pace
from gansmith.registry import detectors

@detectors.add(yields_to=("mode_collapse",))
def restless(history):
    '''The loss of the generator moves.'''
    seen = pace.at_most("update/generator", 2 * pace.high, "the generator is fast")
    found = Diagnosis("restless", 0.9, (seen,), 0.0)
    return doubted(found, [Doubt(0.7, "only one sign speaks for it")])
"""


def finding(failure: str, sure: float = 0.9, **more: object) -> Diagnosis:
    return replace(Diagnosis(failure, sure, SEEN, 0.0), **more)


def left(yields_to: object, one: Diagnosis, *others: Diagnosis) -> list[Diagnosis]:
    """What is left of a finding beside others, which yield to nothing."""
    facts = DetectorFacts(yields_to=yields_to)  # type: ignore[arg-type]
    found = settled([(facts, one), *((DetectorFacts(), other) for other in others)])
    return [diagnosis for diagnosis in found if diagnosis.failure == one.failure]


def test_a_finding_yields_to_what_its_detector_names_and_says_so() -> None:
    (one,) = left(("divergence",), finding("underfitting"), finding("divergence"))
    assert one.confidence == 0.4
    assert one.doubts == (Doubt(0.4, "divergence was found too, and explains this"),)
    (sure,) = left(("divergence",), finding("underfitting"), finding("divergence", 0.4))
    assert sure.confidence == 0.9


def test_a_cap_of_its_own_counts_and_a_cap_of_zero_withdraws() -> None:
    (one,) = left({"artefacts": 0.75}, finding("underfitting"), finding("artefacts"))
    assert one.confidence == 0.75
    assert left({"loop_fault": 0.0}, finding("underfitting"), finding("loop_fault")) == []


def test_a_finding_that_excludes_the_explanation_holds_beside_it() -> None:
    firm = finding("underfitting", holds_beside=("divergence",))
    assert left(("divergence",), firm, finding("divergence")) == [firm]


def test_what_remains_of_a_finding_is_kept_where_it_yields() -> None:
    rest = finding("undertrained", 0.6, holds_beside=("divergence",))
    whole = finding("undertrained", remains=rest)
    assert left({"divergence": 0.0}, whole, finding("divergence")) == [rest]


def test_the_caps_of_what_a_detector_yields_to_are_confidences() -> None:
    with pytest.raises(GansmithError, match="yields_to of a detector must be"):
        DetectorFacts(yields_to={"divergence": 1.5})


def test_detectors_yield_only_to_failures_that_there_are() -> None:
    assert all(set(part.facts.yields_to) <= set(detectors.names()) for part in detectors)


def test_only_doubts_that_lower_a_confidence_are_kept() -> None:
    low, high = Doubt(0.3, "only 3 exams yet"), Doubt(0.95, "it may be chance")
    found = doubted(finding("mode_collapse"), [high, low])
    assert (found.confidence, found.doubts) == (0.3, (low,))
    assert found.as_dict()["doubts"] == [{"cap": 0.3, "reason": "only 3 exams yet"}]


def test_a_user_sees_why_the_doctor_is_less_sure(
    history: Make, run_folder: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"step": n, "kimg": 60.0 * (n + 1), "metrics": {"diversity_ratio": 0.1}, "floor": {}}
        for n in range(3)
    ]
    folder = run_folder(history(exams=rows))
    command(str(folder), json=True)
    (found,) = json.loads(capsys.readouterr().out)["diagnoses"]
    assert {"cap": 0.3, "reason": "only 3 exams yet"} in found["doubts"]
    command(str(folder))
    assert "less sure because only 3 exams yet" in capsys.readouterr().out
    assert "Less sure because only 3 exams yet." in write_report(folder).read_text("utf-8")


def test_a_detector_from_outside_is_asked_yields_and_says_its_doubts(
    history: Make, tmp_path: Path
) -> None:
    path = tmp_path / "restless.py"
    path.write_text(OUTSIDE)
    permit(f"{path}:restless")
    part = detectors.get(f"{path}:restless")
    try:
        (found,) = signs(history())
        assert (found.failure, found.confidence) == ("restless", 0.7)
        assert found.doubts[0].reason == "only one sign speaks for it"
        rows = [
            {"step": n, "kimg": 20.0 * n, "metrics": {"diversity_ratio": d}, "floor": {}}
            for n, d in enumerate(np.r_[0.9, 0.9, [0.05] * 8])
        ]
        both = {d.failure: d for d in signs(history(exams=rows))}
        assert both["mode_collapse"].confidence > 0.5
        assert both["restless"].confidence == 0.4
    finally:
        del detectors._parts[part.name]
