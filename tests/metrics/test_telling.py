import pytest
import torch

from gansmith.metrics import examples, prdc


def test_what_is_missed_worst_and_copied_is_shown_first(draw):
    """Reals around 0 and around 50; fakes around 0 only, one far off, one copied."""
    reals = torch.cat([draw(100, 2), draw(10, 2, seed=1) + 50])
    fakes = draw(60, 2, seed=2)
    fakes[7], fakes[9] = torch.tensor([-30.0, 0]), reals[42]
    found = examples(reals, fakes)
    assert set(found.missed.tolist()) <= set(range(100, 110))
    assert found.worst[0] == 7
    assert found.best[0] == 9
    assert found.closest[0].tolist() == [9, 42]
    assert found.share_missed == pytest.approx(1 - prdc(reals, fakes)["coverage"])


def test_few_samples_give_few_examples(draw):
    assert len(examples(draw(6, 2), draw(6, 2, seed=1), count=50).worst) == 6
