"""Kinds: every one of the registry keeps its promises, and nothing else asks for a rank."""

import io
import runpy
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gansmith.kinds.kind import kind_named, kind_of_shape, require_kind
from gansmith.kinds.known import Known
from gansmith.kinds.recorded import kind_of_record

HOUSE = Path(__file__).parents[2] / "scripts" / "house_ranks.py"
SHAPES = {"image": (3, 8, 8), "series": (12, 2), "vector": (5,)}  # kinds told by their rank


def some(name: str, count: int = 4) -> torch.Tensor:
    draws = torch.Generator().manual_seed(1)
    return torch.rand(count, *SHAPES[name], generator=draws) * 2 - 1


@pytest.mark.parametrize("name", SHAPES)
def test_a_kind_told_by_its_rank_fits_its_shape_and_no_other(name):
    kind = kind_named(name)
    assert kind.name == name
    assert [other for other in SHAPES if kind.fits(SHAPES[other])] == [name]
    assert kind_of_shape(SHAPES[name]) is kind
    require_kind(SHAPES[name], (), "a part")
    others = tuple(other for other in SHAPES if other != name)
    with pytest.raises(ValueError, match="a part is for"):
        require_kind(SHAPES[name], others, "a part")


@pytest.mark.parametrize("name", SHAPES)
def test_what_networks_see_comes_back_as_it_was_stored(name):
    kind, stored = kind_named(name), some(name).numpy() * 3 + 7
    if kind.bounds:
        stored = np.arange(4 * 3 * 8 * 8, dtype=np.uint8).reshape(4, 3, 8, 8)
    facts = kind.fit(stored, {}) if kind.fit else {}
    seen = torch.as_tensor(kind.to_unit(stored, facts))
    assert seen.dtype == torch.float32
    back = kind.from_unit(seen, facts)
    wanted = stored if not kind.bounds else stored / 127.5 - 1
    np.testing.assert_allclose(back.numpy(), wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", SHAPES)
def test_a_kind_is_pictured_and_written_by_every_ending(name):
    kind, samples = kind_named(name), some(name)
    assert min(kind.picture(samples, some(name)).size) > 8
    known = Known({"labels": np.array([0, 1, 0, 1]), "classes": np.array(["a", "b"])})
    for ending, write in kind.written.items():
        content = write(samples, known)
        if ending == ".npz":
            kept = np.load(io.BytesIO(content))
            np.testing.assert_array_equal(kept["samples"], samples.numpy())
            assert kept["classes"].tolist() == ["a", "b"]
        elif ending != ".csv":
            assert Image.open(io.BytesIO(content)).size


@pytest.mark.parametrize("name", SHAPES)
def test_a_run_remembers_its_kind_and_an_old_one_tells_it_by_the_shape(name):
    kind = kind_named(name)
    assert kind_of_record({"kind": kind.recorded.as_dict(), "shape": [1]}) == kind.recorded
    old = kind_of_record({"shape": list(SHAPES[name])})
    assert (old.name, old.compares_raw) == (name, kind.compares_raw)
    assert kind_of_record({}).name == kind_of_record(None).name == "other"


def test_code_outside_kinds_asks_at_most_twelve_times_for_a_rank_and_says_why():
    house = runpy.run_path(str(HOUSE))
    checks = house["rank_checks"]()
    assert len(checks) <= house["MOST_RANK_CHECKS"] == 12
    assert {check.file for check in checks} <= set(house["REASONS"])
