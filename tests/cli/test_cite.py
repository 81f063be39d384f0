import re

import pytest

from gansmith.cli.cite import bibliography_of, bibtex, cite, load_papers
from gansmith.registry import KINDS

RECIPE = """
[loss]
name = "wasserstein"
[[terms]]
name = "gradient_penalty"
[optimizers.generator]
name = "rmsprop"
[optimizers.discriminator]
name = "adagrad"
"""


def test_a_recipe_is_cited_by_its_parts_each_paper_once(tmp_path, capsys):
    (tmp_path / "mine.toml").write_text(RECIPE)
    cite(str(tmp_path / "mine.toml"))
    text = capsys.readouterr().out
    assert text.count("@misc{arjovsky2017wasserstein,") == 1
    assert "% loss wasserstein, optimizer rmsprop" in text
    assert "author = {Martin Arjovsky and Soumith Chintala and Léon Bottou}" in text
    assert "eprint = {1704.00028}" in text
    assert "% optimizer adagrad: Duchi et al. 2011" in text


def test_a_paper_that_is_not_on_record_is_cited_by_its_address():
    text = bibliography_of({"loss mine": "Me 2031, arXiv:3101.00001."})
    assert "@misc{arxiv3101.00001,\n  eprint = {3101.00001}" in text


def test_keys_are_plain_ascii_and_unique():
    papers = load_papers()
    keys = [re.match(r"@misc{(.+),", bibtex(n, p)).group(1) for n, p in papers.items()]
    assert all(re.fullmatch(r"[a-z0-9]+", key) for key in keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_that_a_part_names_is_on_record(kind):
    papers = load_papers()
    for part in KINDS[kind]:
        for number in re.findall(r"arXiv:(\d{4}\.\d{4,5})", part.reference):
            assert number in papers, f"add {number} ({part.name}) to bibliography.toml"


def test_every_paper_has_a_year_that_its_number_bears_out():
    for number, paper in load_papers().items():
        year = 2000 + int(number[:2])
        assert paper["year"] in (year, year - 1), number  # 1701.00160 came on 31 December
        assert paper["title"]
        assert paper["authors"]
