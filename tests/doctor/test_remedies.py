"""Every diagnosis comes with something to try."""

from typing import Any

from gansmith.doctor.diagnose import assess
from gansmith.doctor.history import History
from tests.doctor.conftest import make_history
from tests.doctor.histories import exams, found


def test_remedies_of_the_new_failures_are_settings_of_the_recipe() -> None:
    from gansmith.doctor.evidence import Diagnosis, Evidence
    from gansmith.doctor.remedies import prescribe
    from gansmith.recipe.recipe import make_recipe

    item = Evidence("x", 1.0, (None, 0.5), "so the generator looks too small; nothing bounds it")
    names = ("undertrained", "underfitting", "oscillation", "unsuitable_loss", "data_problem")
    for failure in (*names, "condition_ignored", "artefacts"):
        tree: dict[str, Any] = {
            "length": {"kimg": 100.0},
            "networks": {"generator": {"name": "mlp", "widths": [16, 16]}},
            "optimizers": {"generator": {"lr": 1e-3, "betas": [0.9, 0.99]}},
        }
        prescriptions = prescribe(Diagnosis(failure, 0.9, (item,), 0.0), tree)
        assert prescriptions, failure
        for prescription in prescriptions:
            if "networks.generator.name" not in prescription.changes:
                make_recipe({**tree}, prescription.changes)


def test_a_class_whose_fakes_are_all_alike_is_collapse_of_that_class() -> None:
    more = {"class_diversity_ratio": ([0.8, 0.3, 0.2, 0.15, 0.15], 1.0)}
    history = make_history(exams=exams([2000, 300, 250, 260, 300], **more))
    diagnosis = next(d for d in assess(history) if d.failure == "mode_collapse")
    assert diagnosis.confidence > 0.5
    assert "within one class" in diagnosis.evidence[0].says


def test_fakes_that_are_wide_and_at_no_mode_have_not_collapsed() -> None:
    toys = {"reverse_kl": ([1.9] * 6, 0.01), "high_quality": ([0.0] * 6, 0.99)}
    history = make_history(exams=exams([2, 900, 1800, 2700, 3500, 4400], **toys))
    assert "mode_collapse" not in found(history)


def test_a_part_that_was_found_in_the_newest_exam_is_left_out_no_more() -> None:
    for newest, named in ((0.1, False), (0.3, True)):
        missing = [*[0.5] * 9, newest]
        more = {"missing_share": (missing, 0.0), "precision": ([0.95] * 10, 0.97)}
        run = make_history(exams=exams([2000, *[200.0] * 9], **more))
        assert (found(run).get("mode_collapse", 0.0) >= 0.5) is named


def test_rims_of_narrow_modes_are_no_part_that_is_left_out() -> None:
    """Vectors whose distance is near that of reals; the same share of a far-off half is missed."""
    for distance, named in ((12.0, False), (200.0, True)):
        more = {"missing_share": ([0.3] * 8, 0.0), "precision": ([0.95] * 8, 0.97)}
        run = make_history(exams=exams([2000, *[distance] * 7], **more))
        seen = found(History(run.signals, run.metrics, {}, {"shape": [2]}))
        assert (seen.get("mode_collapse", 0.0) >= 0.5) is named
