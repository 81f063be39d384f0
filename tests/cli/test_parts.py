import json

import pytest

from gansmith.cli.parts import catalogue, option_meanings, parts, type_name, written
from gansmith.errors import GansmithError
from gansmith.registry import KINDS


def test_every_kind_and_every_part_is_listed_with_one_line(capsys):
    parts()
    text = capsys.readouterr().out
    for kind, registry in KINDS.items():
        assert f"\n{kind}\n" in f"\n{text}"
        for part in registry:
            assert part.summary in text


def test_a_kind_shows_options_with_defaults_formulas_and_papers(capsys):
    parts("losses")
    text = capsys.readouterr().out
    assert "least_squares  (also mse)" in text
    assert "margin: float = 1.0" in text
    assert "formula: D: D(G(z)) - D(x); G: -D(G(z))." in text
    assert "arXiv:1701.07875" in text


def test_the_singular_names_a_kind_too():
    assert catalogue("loss") == catalogue("losses")


def test_json_is_one_document(capsys):
    parts("terms", json=True)
    found = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)["parts"]}
    gamma = next(o for o in found["r1"]["options"] if o["name"] == "gamma")
    assert (gamma["default"], gamma["type"], gamma["required"]) == (10.0, "float", False)
    assert gamma["meaning"].startswith("strength, in score^2")


def test_an_unknown_kind_suggests_the_nearest():
    with pytest.raises(GansmithError, match="did you mean 'losses'"):
        parts("lossses")


@pytest.mark.parametrize("entry", catalogue(), ids=lambda e: f"{e['kind']}-{e['name']}")
def test_every_option_of_every_part_is_explained(entry):
    assert [o["name"] for o in entry["options"] if not o["meaning"]] == []


def test_meanings_end_where_the_next_section_begins():
    doc = "Line.\n\nArgs:\n    a: one\n        two.\n    b: three.\n\nRaises:\n    ValueError: no."
    assert option_meanings(doc) == {"a": "one two.", "b": "three."}


def test_types_and_values_are_written_as_in_a_recipe():
    assert type_name(tuple[float, float]) == "tuple[float, float]"
    assert [written(v) for v in ((0.0, 0.99), True, "x", None)] == [
        "[0.0, 0.99]",
        "true",
        '"x"',
        "none",
    ]
