"""What evaluate takes out of lists, data sets and loaders, and what it says of anything else."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

from gansmith.errors import DataError
from gansmith.evaluation.gathered import gather
from gansmith.evaluation.sources import load

BYTES = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (12, 3, 8, 8), dtype=np.uint8))
UNIT = BYTES.float() / 127.5 - 1
PILLOW = [Image.fromarray(picture.permute(1, 2, 0).numpy()) for picture in BYTES]


class Items(Dataset):
    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, row):
        return self.items[row]


class Endless(IterableDataset):
    def __iter__(self):
        while True:
            yield UNIT[:5], torch.arange(5)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (list(UNIT), UNIT),
        (tuple(BYTES), BYTES),
        (list(UNIT.numpy()), UNIT),
        ([UNIT[:5], UNIT[5:]], UNIT),
        (PILLOW, BYTES),
        ([(picture, 3) for picture in PILLOW], BYTES),
        (TensorDataset(UNIT, torch.arange(12)), UNIT),
        (Items([{"label": 1, "image": picture} for picture in UNIT]), UNIT),
        (Items([(number, picture) for number, picture in enumerate(UNIT)]), UNIT),
        (DataLoader(TensorDataset(UNIT, torch.arange(12)), batch_size=5), UNIT),
        (DataLoader(Items([{"y": 1, "img": p} for p in UNIT]), batch_size=4), UNIT),
        ((batch for batch in (UNIT[:5], UNIT[5:])), UNIT),
        (list(UNIT.flatten(1).split(4)), UNIT.flatten(1)),
    ],
)
def test_samples_are_found_in_whatever_holds_them(source, wanted):
    assert torch.equal(gather(source, None, 0), wanted)


def test_a_count_reads_no_further():
    assert gather(Endless(), 8, 0).shape == (8, 3, 8, 8)
    some = gather(list(UNIT), 5, 1)
    assert some.shape == (5, 3, 8, 8)
    assert torch.equal(some, gather(list(UNIT), 5, 1))


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (7, "the int holds no samples; give a folder, archive"),
        ([], "the list gave no samples"),
        (iter(()), "gave no samples"),
        ([1, 2], "gives int, which are not samples"),
        (["a.png", "b.png"], "gives str, which are not samples"),
        ([(1, "cat")], "gives int, str, none of them a sample"),
        ([UNIT[0], UNIT[0, :, :4]], "gives samples of 3 x 4 x 8 and 3 x 8 x 8; make them of one"),
        (None, "the NoneType holds no samples"),
    ],
)
def test_anything_else_is_refused_with_what_is_taken(source, says):
    with pytest.raises(DataError, match=says):
        load(source)
