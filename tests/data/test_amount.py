import pytest

from gansmith.data.audit.enough import enough, plenty
from gansmith.data.audit.findings import DataFinding


def test_the_rule_passes_through_both_findings_it_rests_on():
    assert plenty(32) == plenty(8) == 10_000
    assert plenty(1024) == pytest.approx(100_000, rel=0.02)
    sides = [plenty(side) for side in (32, 64, 128, 256, 512)]
    assert sides == sorted(set(sides))


@pytest.mark.parametrize(
    ("count", "side", "severity"),
    [
        (1, 32, "refuse"),
        (1_999, 32, "warn"),
        (2_000, 32, "note"),
        (2_000, 256, "warn"),
        (10_000, 32, None),
        (10_000, 256, "note"),
        (40_000, 256, None),
    ],
)
def test_the_same_number_of_pictures_may_do_at_32_px_and_not_at_256(count, side, severity):
    found = enough(count, side)
    assert (found.severity if isinstance(found, DataFinding) else None) == severity


def test_the_sentence_names_the_resolution_and_the_papers():
    found = enough(700, 64)
    assert found is not None
    assert "64 px" in found.says
    assert "2006.10738" in found.reference
    assert "2006.06676" in found.reference
