"""Users read the words of a recipe: TOML and plain English, never Python or a type checker's."""

import re
import tomllib
from typing import Any

import pytest

from gansmith.doctor.evidence import Prescription
from gansmith.errors import RecipeError
from gansmith.finding import Finding
from gansmith.recipe.defaults import Choice
from gansmith.recipe.recipe import load_recipe
from gansmith.recipe.tree import parse_changes
from gansmith.recipe.write import chosen, differences
from gansmith.wording import as_toml, set_options

VALUES = [3, 0.1, 1e-05, True, "hinge", 'a "b"', [1, 2], [{"name": "r1", "gamma": 64.0}], {}, []]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_value_is_written_as_a_recipe_has_it(value: Any) -> None:
    assert tomllib.loads(f"value = {as_toml(value)}")["value"] == value


PYTHON = re.compile(
    r"\{'|': |True|False|None|\(\d|input|valid|tuple|dictionary|boolean|instance|parse"
)
WRONG = [
    ({"evaluation.metrics": "frechet"}, 'metrics: should be a list of names, as ["frechet"]'),
    ({"evaluation.metrics": [3]}, "evaluation.metrics.0: should be text in quotes, but is 3"),
    ({"data.size": "big"}, "data.size: should be a whole number or a list of numbers, but is"),
    ({"data.size": [1, 2, 3]}, "data.size: should be a whole number or a list of 2 values"),
    ({"data.size": 3.5}, "data.size: should be a whole number or a list of numbers, as [3.5]"),
    ({"data.flip": "perhaps"}, 'data.flip: should be true or false, but is "perhaps"'),
    ({"data.crop": "round"}, 'should be "centre", "smart", "letterbox" or "random"'),
    ({"data.source": 3}, "data.source: should be text in quotes, but is 3"),
    ({"length.kimg": "long"}, 'length.kimg: should be a number, but is "long"'),
    ({"terms": "r1"}, 'terms: should be a list of tables, as [{ name = "r1" }], but is "r1"'),
    ({"terms": [3]}, "terms.0: should be a table, but is 3"),
    ({"loss": "hinge"}, 'loss: should be a table, as { name = "hinge" }, but is "hinge"'),
    ({"data": 3}, "data: should be a table, but is 3"),
    ({"controllers": [{"name": "cosine"}]}, "controllers.0.knob: is missing"),
    ({"codes.categorical": 3}, "codes.categorical: should be a list of numbers, as [3]"),
    ({"networks.generator.widths": 5}, "should be a list of numbers, as [5], but is 5"),
    ({"networks.generator.batch_norm": "maybe"}, "should be true or false"),
    ({"optimizers.generator.betas": [0.1]}, "betas.1: value 2 is missing"),
    ({"terms.r1.gamma": "high"}, 'terms.r1.gamma: should be a number, but is "high"'),
    ({"terms.r1.every": 2.5}, "terms.r1.every: should be a whole number, but is 2.5"),
    ({"augment": {"name": "diffaugment", "policies": "x"}}, 'a list of names, as ["x"]'),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "says"), WRONG, ids=[str(row[0]) for row in WRONG])
def test_a_wrong_value_is_told_in_plain_words(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe("ring", changes)
    assert says in str(caught.value)
    assert not PYTHON.search(str(caught.value))


TERMS = [{"name": "r1", "gamma": 64.0}, {"name": "r2", "every": 4}]
TOLD = '[{ name = "r1", gamma = 64.0 }, { name = "r2", every = 4 }]'


def test_a_choice_is_told_as_the_recipe_has_it() -> None:
    assert chosen(Choice("terms", TERMS, "both help")) == f"terms = {TOLD}: both help"


def test_the_difference_of_two_recipes_is_told_as_recipes_have_it() -> None:
    one = load_recipe("ring", {"data.flip": False, "loss": {"name": "hinge"}})
    other = load_recipe("ring", {"data.flip": True, "loss": {"name": "relativistic"}})
    assert differences(one, other) == [
        "data.flip: false in the run, true now",
        'loss.name: "hinge" in the run, "relativistic" now',
    ]


def test_what_to_set_can_be_pasted_into_a_shell() -> None:
    import shlex

    for line in set_options({"terms": TERMS, "loss.name": "hinge", "data.flip": True}):
        option, pair = shlex.split(line)
        assert option == "--set"
        load_recipe("ring", parse_changes([pair]))
    finding = Finding("a", "warn", "terms", "is so", "do this", {"terms": TERMS})
    assert finding.lines()[1].strip() == f"--set 'terms={TOLD}'"


def test_remedies_are_told_so_in_the_terminal() -> None:
    from rich.console import Console

    from gansmith.cli.diagnose import _show_diagnosis
    from gansmith.doctor.evidence import Diagnosis, Evidence

    evidence = Evidence("loss/generator", 1.0, (0.0, 0.5), "the loss is high")
    remedy = Prescription("both help", {"terms": TERMS})
    console = Console(record=True, width=200)
    _show_diagnosis(Diagnosis("divergence", 0.9, (evidence,), 1.0, (remedy,)), console)
    assert f"--set 'terms={TOLD}'" in console.export_text()
