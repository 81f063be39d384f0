"""The first numbers of the latent, which a term such as InfoGAN's makes readable in a sample."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from torch import Tensor, nn

from gansmith.codes import Codes
from gansmith.conditions.conditioning import Build, Conditioning, NetworkSpec, Prompts, Setting
from gansmith.errors import UsageError
from gansmith.networks.conditioning.codes import CodedGenerator
from gansmith.ranges import Range
from gansmith.registry import conditions
from gansmith.shown import value as quoted


class OnCodes(Conditioning):
    """Samples conditioned on codes: they lie in the latent, so that they are drawn with it.

    Rows are [count, codes]: a category, or a value in [-1, 1]; NaN leaves a code as it is drawn.

    Args:
        known: which codes there are.
    """

    name = "codes"
    affects_scores = False

    def __init__(self, known: Codes) -> None:
        self.known = known

    def generator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Return a generator that reads the first numbers of its latent as codes."""
        inner = spec.with_latent(self.known.width(spec.latent))
        return CodedGenerator(build(inner), self.known)

    def context(self) -> Mapping[str, Any]:
        """Return the codes, for terms that read them."""
        return {"codes": self.known}

    def prompt(self, count: int, given: Any = None) -> Tensor | None:
        """Return the codes wanted: of a mapping from number to value, the same in each row.

        Raises:
            ValueError: there is no such code, or it has no such value.
        """
        if isinstance(given, Mapping):
            return self.known.rows(count, given) if given else None
        return None if given is None else self.known.checked(self.rows(count, given))

    def ask(self, prompts: Prompts, tensor: Tensor) -> Prompts:
        """Write the codes into the latents."""
        return prompts._replace(inputs=self.known.put(prompts.inputs, tensor))

    def written(self, tensor: Tensor) -> Mapping[str, np.ndarray]:
        """Return nothing: a code is known by its number only."""
        return {}

    def facts(self) -> Mapping[str, Any]:
        """Return which codes there are."""
        return {
            "codes": {
                "categorical": list(self.known.categorical),
                "continuous": self.known.continuous,
            }
        }


def read_pairs(pairs: Sequence[str]) -> dict[int, float] | None:
    """Read ``I=V`` pairs, the number of a code and its value; None if there are none.

    Raises:
        UsageError: a pair has another form.
    """
    codes = {}
    for pair in pairs:
        number, _, value = pair.partition("=")
        try:
            codes[int(number)] = float(value)
        except ValueError:
            raise UsageError(f"--code needs the form I=V, as 0=3, but is {quoted(pair)}") from None
    return codes or None


@conditions.add(flag="code", parse=read_pairs, table="codes", belong="")
def codes(
    setting: Setting,
    categorical: tuple[Annotated[int, Range(low=2, why="one category says nothing")], ...] = (),
    continuous: Annotated[int, Range(low=0, why="it is a number of codes")] = 0,
) -> OnCodes:
    """Codes of the latent that a term makes readable; a recipe has them in the table [codes].

    Args:
        setting: of the run.
        categorical: the number of categories of each categorical code.
        continuous: how many codes in [-1, 1] follow.

    Reference: Chen et al. 2016, arXiv:1606.03657.
    """
    return OnCodes(Codes(categorical, continuous))
