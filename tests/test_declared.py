"""What parts declare of themselves is what is enforced."""

from typing import Any

import pytest

from gansmith.errors import GansmithError
from gansmith.registry import KINDS, Registry
from gansmith.training.rules.finding import rules

REGISTRIES = {**KINDS, "rules": rules}


@pytest.mark.parametrize("word", REGISTRIES)
def test_a_misspelt_fact_is_an_error_where_it_is_declared(word: str) -> None:
    kind: Registry[Any] = REGISTRIES[word]
    with pytest.raises(GansmithError, match=rf"a {kind.kind} has no fact .lipshitz"):

        @kind.add(name="misspelt", lipshitz=True)
        def misspelt() -> None: ...

    assert "misspelt" not in kind.names()


def test_a_misspelt_fact_suggests_the_nearest() -> None:
    with pytest.raises(GansmithError, match=r"did you mean .lipschitz"):
        KINDS["losses"].add(lipshitz=True)
