import json

import numpy as np
import pytest
import torch

from gansmith.data import Rows
from gansmith.errors import GansmithError
from gansmith.metrics import Exam, frechet_distance, known_values
from gansmith.registry import extractors, metrics

USUAL = ("frechet_distance", "kernel_distance", ("prdc", {"k": 3}), "diversity")


@pytest.fixture
def points(draw):
    return draw(1000, 4).float()


def exam(reals, held_out=None, chosen=USUAL, samples=256, **facts):
    return Exam(reals, held_out, extractors.build("identity"), chosen, facts, samples)


def test_fakes_from_the_same_distribution_score_as_the_floor(points, draw):
    held = exam(points)
    found = held(draw(256, 4, seed=9).float())
    assert found.keys() == held.floor.keys()
    assert found["frechet_distance"] < 3 * held.floor["frechet_distance"] + 0.05
    assert held(draw(256, 4, seed=9).float() + 2)["frechet_distance"] > 10


def test_reference_and_floor_are_disjoint_and_of_equal_size(points):
    held = exam(points)
    reference, others = held._real.features, held._other.features
    assert reference.shape == others.shape == (256, 4)
    assert torch.cdist(reference, others).min() > 0
    assert held.floor["frechet_distance"] == pytest.approx(frechet_distance(reference, others))


def test_held_out_reals_make_the_floor_where_there_are_enough(points, draw):
    held_out = draw(300, 4, seed=5).float() + 100
    assert exam(points, held_out).floor["frechet_distance"] > 1000
    assert "held out" in exam(points, held_out).protocol["split"]
    assert exam(points, held_out[:20]).floor["frechet_distance"] < 1
    assert exam(points, held_out[:0]).floor["frechet_distance"] < 1


def test_few_reals_lower_the_count_on_all_sides(points):
    held = exam(points[:100])
    assert held.samples == 50
    assert held.protocol["real"] == held.protocol["fake"] == 50
    assert any("few" in caveat for caveat in held.protocol["caveats"])
    assert "recall" in held(points[:50])


def test_the_protocol_is_json_and_names_all_that_numbers_depend_on(points):
    protocol = json.loads(json.dumps(exam(points).protocol))
    names = {"extractor", "digest", "real", "fake", "resize", "split", "seed", "version"}
    assert names <= protocol.keys()
    assert protocol["metrics"]["prdc"] == {"k": 3}


def test_bytes_and_floats_of_the_same_images_are_the_same_exam():
    draws = np.random.default_rng(0)
    images = draws.integers(0, 256, (60, 3, 8, 8), dtype=np.uint8)
    floats = torch.from_numpy(images).float() / 127.5 - 1
    pixels = extractors.build("pixels", {"size": 4})
    chosen = ("frechet_distance",)
    of_bytes, of_floats = (Exam(x, None, pixels, chosen, {}, 30) for x in (images, floats))
    assert of_bytes.floor == pytest.approx(of_floats.floor, 1e-4)


def test_toy_facts_reach_the_mode_metric(points):
    centres = [[0.0] * 4, [9.0] * 4]
    held = exam(points, chosen=("modes",), centres=centres, sigma=3.0)
    assert held.floor["modes"] == 1
    with pytest.raises(ValueError, match="modes needs the centres of a toy mixture"):
        exam(points, chosen=("modes",))


def test_what_a_metric_lacks_is_said_before_training(points, draw):
    with pytest.raises(ValueError, match="memorisation needs reals that were held out"):
        exam(points, chosen=("memorisation",))
    with pytest.raises(ValueError, match="use it with the extractor 'classifier'"):
        exam(points, chosen=("inception_score",))
    held = exam(points, draw(300, 4, seed=5).float(), chosen=("memorisation",))
    assert held.floor == {}
    assert held(held._real.features[:256])["memorised_share"] > 0.9


def test_reals_may_come_from_the_data_layer(points):
    rows = Rows(points.numpy())
    assert exam(rows, rows).floor == pytest.approx(exam(points, points).floor)


def test_bad_input_is_one_sentence(points):
    with pytest.raises(ValueError, match="needs at least 4"):
        exam(points[:3])
    with pytest.raises(GansmithError, match="did you mean 'frechet_distance'"):
        exam(points, chosen=("frechet_distanc",))
    with pytest.raises(ValueError, match="has no option 'kk'"):
        exam(points, chosen=(("prdc", {"kk": 3}),))
    with pytest.raises(ValueError, match="compares 256 fakes but got 10"):
        exam(points)(points[:10])
    with pytest.raises(ValueError, match="NaN"):
        exam(points)(points * torch.nan)


def test_every_registered_metric_says_how_to_read_its_numbers_and_cites():
    known = known_values()
    for part in metrics:
        assert part.facts.values, part.name
        assert part.doc.count("\n") > 3
    assert known["frechet_distance"].loss(3.0) == 3
    assert known["precision"].loss(0.9) < known["precision"].loss(0.5)
    assert known["diversity_ratio"].loss(1.0) < known["diversity_ratio"].loss(1.2)


def test_reals_left_out_are_those_that_the_last_exams_fakes_are_not_near(points):
    reals = torch.cat([points[:500], points[500:] + 50])
    held = exam(reals)
    assert len(held.left_out()) == 0  # no exam yet
    held(points[:256] + 50)
    assert float(held.left_out().max()) < 25
