"""Every diagnosis comes with something to try."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from gansmith.doctor.diagnose import Verdict, assess
from gansmith.doctor.evidence import Diagnosis, Evidence, Prescription
from gansmith.doctor.fix import fixed_recipe
from gansmith.doctor.history import History
from gansmith.doctor.remedies import prescribe
from gansmith.errors import GansmithError
from gansmith.recipe.recipe import make_recipe
from gansmith.runs.reader import read_run
from tests.doctor.conftest import make_history
from tests.doctor.histories import exams, found


def test_remedies_of_the_new_failures_are_settings_of_the_recipe() -> None:
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


BOUNDED: dict[str, Any] = {
    "data": {"source": "ring", "batch": 128},
    "length": {"kimg": 500.0},
    "loss": {"name": "hinge"},
    "game": {"discriminator_turns": 3},
    "terms": [{"name": "r1", "gamma": 5.0}],
    "networks": {
        "generator": {"name": "mlp", "widths": [64]},
        "discriminator": {"name": "mlp", "widths": [64]},
    },
    "optimizers": {"generator": {"lr": 3e-3}, "discriminator": {"lr": 1e-4}},
}
KNOBS = ("optimizers.generator.lr", "optimizers.discriminator.lr", "game.discriminator_turns")


def effort(one: Prescription) -> int:
    """0: knobs alone, 1: parts are built anew, 2: other networks or untrained weights."""
    if one.start == "untrained" or any(path.startswith("networks.") for path in one.changes):
        return 2
    return 0 if all(path in KNOBS or path.startswith("terms.r1") for path in one.changes) else 1


@pytest.mark.parametrize(
    "failure",
    ["divergence", "vanishing_gradient", "discriminator_dominates", "generator_dominates",
     "mode_collapse", "oscillation", "underfitting", "unsuitable_loss"],
)  # fmt: skip
def test_knobs_come_before_rebuilt_parts_and_those_before_other_networks(failure: str) -> None:
    found = prescribe(Diagnosis(failure, 0.9, (), 0.0), BOUNDED)
    efforts = [effort(one) for one in found]
    assert efforts == sorted(efforts)
    assert efforts[-1] == 2
    changes = [(str(one.changes), one.start) for one in found]
    assert len(set(changes)) == len(changes)


@pytest.mark.parametrize("failure", ["discriminator_dominates", "mode_collapse", "oscillation"])
def test_where_nothing_bounds_the_slope_of_d_the_game_itself_is_mended_first(failure: str) -> None:
    first = prescribe(Diagnosis(failure, 0.9, (), 0.0), BOUNDED | {"terms": []})[0]
    assert {"loss", "terms"} <= set(first.changes)


def test_a_treatment_is_expected_to_move_what_the_doctor_measures() -> None:
    more = {"recall": ([0.8, 0.1, 0.08, 0.05, 0.04, 0.04], 0.8)}
    history = make_history(exams=exams([2000, 300, 250, 260, 300, 300], **more))
    diagnosis = Diagnosis("mode_collapse", 0.9, (), 0.0)
    expected = prescribe(diagnosis, BOUNDED, 200.0, history)[0].expectation
    assert expected is not None
    assert (expected.signal, expected.direction, expected.to) == ("relative_recall", "up", 0.25)
    assert expected.by == pytest.approx((0.25 - 0.05) / 3)
    assert expected.is_met(0.05, 0.12)
    assert expected.is_met(0.2, 0.26)
    assert not expected.is_met(0.05, 0.1)


def test_what_is_wrong_in_the_data_is_told_and_copies_are_treated() -> None:
    for says, treated in (("exact copies of others", True), ("told apart by their range", False)):
        evidence = (Evidence("environment/data", 1.0, (None, 0.5), says),)
        found = prescribe(Diagnosis("data_problem", 0.9, evidence, 0.0), BOUNDED)
        assert bool(found[0].changes) is treated


def test_the_improved_recipe_has_the_reason_beside_each_change(tmp_path: Path) -> None:
    diagnosis = Diagnosis("mode_collapse", 0.9, (), 0.0)
    tree = {**BOUNDED, "terms": []}
    prescribed = replace(diagnosis, remedies=prescribe(diagnosis, tree))
    (tmp_path / "recipe.toml").write_text(tomlkit.dumps(tree))
    verdict = Verdict(str(tmp_path), 1.0, "ill", (prescribed,), "mode collapse")
    text = fixed_recipe(read_run(tmp_path), verdict)
    assert "[loss] # against mode collapse: paired comparisons" in text
    assert "[[terms]] # against mode collapse" in text
    mended = make_recipe(tomlkit.parse(text).unwrap())
    assert mended.loss is not None
    assert (mended.loss.name, [term.name for term in mended.terms]) == (
        "relativistic",
        ["r1", "r2"],
    )
    with pytest.raises(GansmithError, match="nothing to fix"):
        fixed_recipe(read_run(tmp_path), replace(verdict, diagnoses=()))
