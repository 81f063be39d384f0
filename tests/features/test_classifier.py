import pytest
import torch

from gansmith.features import extract
from gansmith.registry import extractors


def stripes(count: int = 240) -> tuple[torch.Tensor, torch.Tensor]:
    """Noise with rows (class 0) or columns (class 1) brightened at a random place."""
    draws = torch.Generator().manual_seed(0)
    images = 0.3 * torch.randn(count, 1, 16, 16, generator=draws)
    labels = torch.arange(count) % 2
    places = torch.randint(0, 16, (count,), generator=draws)
    for image, label, place in zip(images, labels, places, strict=True):
        image[0, place if label == 0 else slice(None), place if label else slice(None)] += 1
    return images.clamp(-1, 1), labels


OPTIONS = {"size": 16, "steps": 60}


@pytest.fixture(scope="module")
def trained():
    return extractors.build("classifier", OPTIONS, reference=stripes())


def test_it_learns_the_labels_and_its_notes_say_how_well(trained):
    images, labels = stripes()
    chances = trained.probabilities(images)
    assert chances.shape == (240, 2)
    torch.testing.assert_close(chances.sum(1), torch.ones(240))
    assert (chances.argmax(1) == labels).float().mean() > 0.95
    assert "reals that it did not see" in trained.notes[0]


def test_the_same_reals_and_seed_give_the_same_network(trained):
    again = extractors.build("classifier", OPTIONS, reference=stripes())
    assert again.digest == trained.digest
    torch.testing.assert_close(extract(again, stripes()[0]), extract(trained, stripes()[0]))
    from gansmith.features import classifier

    classifier._trained.clear()
    assert extractors.build("classifier", OPTIONS, reference=stripes()).digest == trained.digest


def test_training_leaves_the_global_random_state_alone():
    state = torch.random.get_rng_state()
    extractors.build("classifier", {"size": 16, "steps": 1}, reference=stripes(20))
    assert torch.equal(state, torch.random.get_rng_state())


@pytest.mark.parametrize("labels", [None, torch.zeros(240).long(), torch.arange(3)])
def test_reals_without_usable_labels_are_refused(labels):
    with pytest.raises(ValueError, match="needs one label for each of the 240 reals"):
        extractors.build("classifier", OPTIONS, reference=(stripes()[0], labels))
