"""What each condition asks for, refuses and tells of itself, without a run."""

import pytest
import torch

from gansmith.conditions.conditioning import NetworkSpec, Prompts, Setting
from gansmith.conditions.of_run import build_conditionings, parsed
from gansmith.errors import RunError, UsageError
from gansmith.preflight.case import Case
from gansmith.preflight.check import look
from gansmith.recipe.recipe import make_recipe
from gansmith.records import Condition
from gansmith.registry import conditions

SETTING = Setting((3, 8, 8), 6, ("cat", "dog", "7"), (1, 8, 8), directions=1)
OPTIONS = {
    "attributes": {"columns": ("hat", "smile")},
    "category": {},
    "codes": {"categorical": (3,), "continuous": 1},
    "image": {"source": "x"},
    "labels": {},
    "text": {},
}


def built(name: str, **options: object):
    return conditions.build(name, {**OPTIONS[name], **options}, setting=SETTING)


@pytest.mark.parametrize("part", list(conditions), ids=lambda part: part.name)
def test_every_condition_has_rows_for_what_it_asks_and_says_what_goes_in(part) -> None:
    conditioning = built(part.name)
    example = conditioning.example(5)
    assert example is None or len(example) == 5
    if example is not None:
        prompts = conditioning.ask(Prompts(torch.randn(5, 6)), example)
        assert {prompts.called, *(prompts.condition or ())} - {"latent"} == set(
            conditioning.described()
        )
        assert len(prompts.first(2).inputs) == 2


def test_labels_are_asked_for_by_name_number_or_tensor_and_in_turn() -> None:
    labels = built("labels")
    assert labels.prompt(4).tolist() == [0, 1, 2, 0]
    assert labels.prompt(2, "dog").tolist() == labels.prompt(2, 1).tolist() == [1, 1]
    assert labels.prompt(2, 7).tolist() == [2, 2]  # its name
    assert labels.prompt(2, torch.tensor([2.0, 0.0])).tolist() == [2, 0]


def test_several_classes_come_in_turn_and_shares_lie_between_them() -> None:
    labels = built("labels")
    assert (
        labels.prompt(5, "cat,7").tolist() == labels.prompt(5, [0, 2]).tolist() == [0, 2, 0, 2, 0]
    )
    assert labels.prompt(2, "cat+dog").tolist() == [[0.5, 0.5, 0.0]] * 2
    assert labels.prompt(1, "cat:3+7").tolist() == labels.prompt(1, {0: 3, 2: 1}).tolist()
    assert labels.prompt(1, "cat:3+7").tolist() == [[0.75, 0.0, 0.25]]
    shares = torch.tensor([[0.2, 0.8, 0.0], [1.0, 0.0, 0.0]])
    assert torch.equal(labels.prompt(2, shares), shares)
    assert labels.groups(shares) is None
    odd = conditions.build("labels", {}, setting=Setting((3, 8, 8), 6, ("a,b", "a+b")))
    assert [odd.prompt(1, name).tolist() for name in ("a,b", "a+b")] == [[0], [1]]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("bird", "there is no class bird; there are: cat, dog, 7"),
        (torch.tensor([0, 3]), "there is no class 3"),
        (torch.tensor([0.5, 1.0]), "labels are whole numbers"),
        ("cat,bird", "there is no class bird"),
        ("cat:much+dog", "'much' in 'cat:much.dog' is no share of a class"),
        ({"cat": 0.0}, "the share of class cat must be above 0 but is 0"),
        (torch.full((2, 3), 0.5), r"shares of classes are \[count, 3\]"),
        (torch.tensor([0, 1, 2]), "one row for each of 2 samples"),
    ],
    ids=str,
)
def test_labels_that_are_no_classes_are_refused(given: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        built("labels").prompt(2, given)


def test_codes_are_written_into_the_latent_where_they_are_wanted() -> None:
    codes, latent = built("codes"), torch.randn(4, 6)
    assert codes.prompt(4) is None
    rows = torch.tensor([[2, torch.nan], [0, 0.5], [1, torch.nan], [torch.nan, -1]])
    put = codes.ask(Prompts(latent), codes.prompt(4, rows)).inputs
    (category,), values = codes.known.read(put)
    assert category[:3].tolist() == [2, 0, 1]
    assert values[[1, 3], 0].tolist() == pytest.approx([0.5, -1], abs=1e-5)
    assert torch.equal(put[:, 2:], latent[:, 2:])
    assert torch.equal(put[[0, 2], 1], latent[[0, 2], 1])
    with pytest.raises(ValueError, match="code 0 is a category from 0 to 2, not 3"):
        codes.prompt(1, torch.tensor([[3.0, 0.0]]))
    with pytest.raises(ValueError, match=r"codes are \[count, 2\], but these are \[1, 3\]"):
        codes.prompt(1, torch.zeros(1, 3))


def test_images_stand_in_for_the_latent_and_must_be_given() -> None:
    images, given = built("image"), torch.zeros(2, 1, 8, 8)
    assert images.ask(Prompts(torch.randn(2, 6)), given) == Prompts(given, None, "images")
    assert images.fed({"discriminator": (3, 8, 8), "generator": (6,)}) == {
        "generator": (1, 8, 8),
        "discriminator": (4, 8, 8),
    }
    with pytest.raises(RunError, match="gansmith translate"):
        images.prompt(2)
    with pytest.raises(ValueError, match="translates images of shape"):
        images.prompt(2, torch.zeros(2, 3, 8, 8))


def test_networks_are_built_from_the_inside_out() -> None:
    tree = {
        "game": {"latent": 6},
        "condition": {"name": "labels"},
        "codes": {"categorical": [3], "continuous": 1},
    }
    labels, codes = build_conditionings(make_recipe(tree), (2,), ("a", "b"), None)
    seen = []

    def build(spec: NetworkSpec) -> torch.nn.Module:
        seen.append(spec)
        return torch.nn.Linear(spec.latent, 2)

    network = codes.generator(lambda inner: labels.generator(build, inner), NetworkSpec((2,), 6))
    assert seen == [NetworkSpec((2,), 6 + 2 + 64)]  # a category of 3 is three numbers for one
    condition = Condition(labels=torch.tensor([0, 1]))
    assert network(torch.randn(2, 6), condition).shape == (2, 2)


def test_codes_under_condition_are_sent_to_their_own_table() -> None:
    recipe = make_recipe({"condition": {"name": "codes", "categorical": [3]}})
    found = [f for f in look(Case(recipe)) if f.rule == "condition_in_another_table"]
    assert [f.fix for f in found] == ["leave [condition] out and add [codes]"]


def test_words_of_the_command_line_are_read_by_the_condition_that_they_are_for() -> None:
    words = {"label": ["dog"], "code": ["0=2", "1=-.5"], "turn": ["3"]}
    assert parsed(words, conditions) == {"label": "dog", "code": {0: 2.0, 1: -0.5}}
    assert parsed({"label": [], "code": []}, conditions) == {"label": None, "code": None}
    with pytest.raises(UsageError, match="--code needs the form I=V, as 0=3, but is "):
        parsed({"code": ["0"]}, conditions)
