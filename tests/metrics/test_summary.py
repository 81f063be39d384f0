import pytest
import torch

from gansmith.features import FixedExtractor, build_extractor
from gansmith.metrics import (
    KernelBlocks,
    Summary,
    artefacts,
    class_coverage,
    compare_summaries,
    frechet_distance,
    inception_score,
    kernel_distance,
)


def images(count: int, seed: int, scale: float = 1.0) -> torch.Tensor:
    draws = torch.Generator().manual_seed(seed)
    return scale * (torch.rand(count, 3, 16, 16, generator=draws) * 2 - 1)


@pytest.fixture
def extractor() -> FixedExtractor:
    """Small pictures as features, and classes by colour."""
    pixels = build_extractor("pixels:size=2")
    return FixedExtractor("pixels", 12, "", pixels.function, head=lambda f: f[:, :3].softmax(1))


def in_parts(samples, extractor, size):
    return sum(Summary.of(part, extractor) for part in torch.split(samples, size))


@pytest.mark.parametrize("size", [1, 7, 64, 200])
def test_summaries_of_parts_add_up_to_that_of_the_whole(extractor, size):
    sides = images(200, 0), images(150, 1, 0.7)
    found = compare_summaries(*(in_parts(side, extractor, size) for side in sides))
    features = [extractor(side) for side in sides]
    chances = [extractor.head(rows) for rows in features]
    expected = {
        "frechet_distance": frechet_distance(*features),
        "inception_score": inception_score(*chances, splits=1)["inception_score"],
        **class_coverage(*chances),
        **artefacts(*sides),
    }
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_order_of_adding_does_not_matter(extractor):
    first, second, third = (Summary.of(images(20, seed), extractor) for seed in range(3))
    other = Summary.of(images(20, 4), extractor)
    found = [
        compare_summaries(s, other) for s in (first + second + third, third + (first + second))
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_a_summary_takes_the_same_room_for_any_number_of_samples(extractor):
    def room(summary):
        sums = (summary.moments.scatter, summary.moments.mean, summary.chances.total)
        return sum(t.untyped_storage().nbytes() for t in (*sums, summary.looks.power))

    few, many = (in_parts(images(count, 0), extractor, 8) for count in (8, 160))
    assert room(many) == room(few)
    assert many.count == 160


def test_vectors_and_images_of_other_size_have_fewer_numbers(extractor, draw):
    plain = build_extractor("identity")
    sides = [Summary.of(draw(50, 2, seed=seed), plain) for seed in (0, 1)]
    assert set(compare_summaries(*sides)) == {"frechet_distance"}
    small = Summary.of(images(50, 0)[..., :8, :8], extractor)
    assert "checkerboard" not in compare_summaries(small, Summary.of(images(50, 1), extractor))


def test_blocks_of_the_kernel_distance_are_unbiased_and_add_up(draw):
    reals, fakes = draw(4000, 4), draw(4000, 4, seed=1) + 0.3
    blocks = [
        KernelBlocks.of(a, b) for a, b in zip(reals.split(100), fakes.split(100), strict=True)
    ]
    found = sum(blocks, KernelBlocks()).distance
    whole = kernel_distance(reals, fakes)["kernel_distance"]
    assert abs(found["kernel_distance"] - whole) < 3 * found["kernel_distance_error"]
    values = torch.tensor([block.total for block in blocks], dtype=torch.float64)
    assert found["kernel_distance"] == pytest.approx(float(values.mean()))
    assert found["kernel_distance_error"] == pytest.approx(float(values.std()) / 40**0.5)
    halves = sum(blocks[:15], KernelBlocks()) + sum(blocks[15:], KernelBlocks())
    assert halves.distance == pytest.approx(found)
    assert blocks[0].distance["kernel_distance_error"] == 0
