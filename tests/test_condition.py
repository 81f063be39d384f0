"""A condition: tensors by name, with one row a sample."""

import pytest
import torch

from gansmith.records import Condition

LABELS, CODES = torch.tensor([2, 0, 1]), torch.tensor([[0.5], [0.25], [-1.0]])
BOTH = Condition(labels=LABELS, codes=CODES)


def test_it_is_a_mapping_of_named_tensors_and_cannot_be_changed():
    assert dict(BOTH) == {"labels": LABELS, "codes": CODES}
    assert "images" not in BOTH
    with pytest.raises(TypeError):
        BOTH["labels"] = CODES


def test_rows_and_concatenation_hold_for_every_tensor():
    last, both = BOTH.rows(slice(2, 3)), BOTH.concatenated(BOTH)
    assert [last["labels"].tolist(), last["codes"].tolist()] == [[1], [[-1.0]]]
    assert BOTH.rows(torch.tensor([2, 0]))["labels"].tolist() == [1, 2]
    assert both["labels"].tolist() == [2, 0, 1, 2, 0, 1]
    assert both["codes"].shape == (6, 1)
