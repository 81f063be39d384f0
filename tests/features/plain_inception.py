"""The FID network written out plainly: every convolution, batch norm, ReLU and pool by itself."""

import torch
import torch.nn.functional as F


class PlainInception:
    """One function for each kind of block, on weights by their published names."""

    def __init__(self, weights):
        self.weights = {name: tensor.double() for name, tensor in weights.items()}

    def __call__(self, images):
        x = self.conv(images.double(), "Conv2d_1a_3x3", stride=2, padding=0)
        x = self.conv(x, "Conv2d_2a_3x3", padding=0)
        x = F.max_pool2d(self.conv(x, "Conv2d_2b_3x3"), 3, 2)
        x = self.conv(x, "Conv2d_3b_1x1")
        x = F.max_pool2d(self.conv(x, "Conv2d_4a_3x3", padding=0), 3, 2)
        for letter in "bcd":
            x = self.at_35(x, f"Mixed_5{letter}.")
        x = self.to_17(x, "Mixed_6a.")
        for letter in "bcde":
            x = self.at_17(x, f"Mixed_6{letter}.")
        x = self.to_8(x, "Mixed_7a.")
        x = self.at_8(x, "Mixed_7b.", self.average)
        x = self.at_8(x, "Mixed_7c.", lambda x: F.max_pool2d(x, 3, 1, 1))
        return x.mean((2, 3))

    def conv(self, x, name, stride=1, padding=None):
        kernel = self.weights[f"{name}.conv.weight"]
        sides = [n // 2 for n in kernel.shape[2:]] if padding is None else padding
        x = F.conv2d(x, kernel, None, stride, sides)
        norm = (self.weights[f"{name}.bn.{part}"] for part in ("running_mean", "running_var"))
        scale = (self.weights[f"{name}.bn.{part}"] for part in ("weight", "bias"))
        return F.relu(F.batch_norm(x, *norm, *scale, eps=1e-3))

    def chain(self, x, block, *names, last_stride=1):
        for name in names[:-1]:
            x = self.conv(x, block + name)
        if last_stride == 2:
            return self.conv(x, block + names[-1], stride=2, padding=0)
        return self.conv(x, block + names[-1])

    def average(self, x):
        return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)

    def at_35(self, x, block):
        return torch.cat(
            [
                self.chain(x, block, "branch1x1"),
                self.chain(x, block, "branch5x5_1", "branch5x5_2"),
                self.chain(x, block, *(f"branch3x3dbl_{i}" for i in (1, 2, 3))),
                self.chain(self.average(x), block, "branch_pool"),
            ],
            1,
        )

    def to_17(self, x, block):
        return torch.cat(
            [
                self.chain(x, block, "branch3x3", last_stride=2),
                self.chain(x, block, *(f"branch3x3dbl_{i}" for i in (1, 2, 3)), last_stride=2),
                F.max_pool2d(x, 3, 2),
            ],
            1,
        )

    def at_17(self, x, block):
        return torch.cat(
            [
                self.chain(x, block, "branch1x1"),
                self.chain(x, block, *(f"branch7x7_{i}" for i in (1, 2, 3))),
                self.chain(x, block, *(f"branch7x7dbl_{i}" for i in (1, 2, 3, 4, 5))),
                self.chain(self.average(x), block, "branch_pool"),
            ],
            1,
        )

    def to_8(self, x, block):
        return torch.cat(
            [
                self.chain(x, block, "branch3x3_1", "branch3x3_2", last_stride=2),
                self.chain(x, block, *(f"branch7x7x3_{i}" for i in (1, 2, 3, 4)), last_stride=2),
                F.max_pool2d(x, 3, 2),
            ],
            1,
        )

    def at_8(self, x, block, pool):
        narrow = self.chain(x, block, "branch3x3_1")
        double = self.chain(x, block, "branch3x3dbl_1", "branch3x3dbl_2")
        return torch.cat(
            [
                self.chain(x, block, "branch1x1"),
                *(self.conv(narrow, f"{block}branch3x3_2{side}") for side in "ab"),
                *(self.conv(double, f"{block}branch3x3dbl_3{side}") for side in "ab"),
                self.chain(pool(x), block, "branch_pool"),
            ],
            1,
        )
