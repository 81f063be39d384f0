import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from gansmith.cli.cite import cite
from gansmith.sharing.citing import Paper, bibliography_of, bibtex, load_papers

NUMBER = r"arXiv:(\d{4}\.\d{4,5})"

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


def test_a_wrapped_network_is_cited_beside_what_wraps_it(tmp_path, capsys):
    network = '[networks]\ndiscriminator = { name = "packed", base = "sngan" }\n'
    (tmp_path / "packed.toml").write_text(network)
    cite(str(tmp_path / "packed.toml"))
    text = capsys.readouterr().out
    assert "% discriminator packed\n" in text
    assert "% discriminator sngan\n" in text


def test_a_recipe_is_cited_by_its_parts_each_paper_once(tmp_path, capsys):
    (tmp_path / "mine.toml").write_text(RECIPE)
    cite(str(tmp_path / "mine.toml"))
    text = capsys.readouterr().out
    assert text.count("@misc{arjovsky2017wasserstein,") == 1
    assert "% loss wasserstein, optimizer rmsprop" in text
    assert "author = {Martin Arjovsky and Soumith Chintala and Léon Bottou}" in text
    assert "eprint = {1704.00028}" in text
    assert "% optimizer adagrad: Duchi et al. 2011" in text
    assert "% optimizer rmsprop: Tieleman and Hinton 2012" in text


def test_a_paper_that_is_not_on_record_is_cited_by_its_address():
    text = bibliography_of({"loss mine": "Me 2031, arXiv:3101.00001."})
    assert "@misc{arxiv3101.00001,\n  eprint = {3101.00001}" in text


def test_keys_are_plain_ascii_and_unique():
    papers = load_papers()
    keys = [re.match(r"@misc{(.+),", bibtex(n, p)).group(1) for n, p in papers.items()]
    assert all(re.fullmatch(r"[a-z0-9]+", key) for key in keys)
    assert len(set(keys)) == len(keys)


def texts() -> Iterator[tuple[str, str]]:
    """Every source file and recipe of the package, on one line."""
    for path in sorted(Path(str(resources.files("gansmith"))).rglob("*")):
        if path.suffix in (".py", ".toml") and path.name != "bibliography.toml":
            yield path.name, " ".join(path.read_text(encoding="utf-8").split())


def citation(paper: Paper) -> str:
    """The way that a text cites a paper: first author, or both of two, and the year."""
    surnames = [name.split()[-1] for name in paper["authors"]]
    names = " and ".join(surnames) if len(surnames) <= 2 else f"{surnames[0]} et al."
    return f"{names} {paper['year']}"


def test_the_papers_on_record_are_those_that_the_package_names():
    named = {number for _, text in texts() for number in re.findall(NUMBER, text)}
    assert named == set(load_papers())


def test_every_text_cites_a_paper_by_the_authors_and_the_year_on_record():
    papers = load_papers()
    cited = 0
    for name, text in texts():
        for before, number in re.findall(rf"([^;,(\"]+ \d{{4}})(?: \([^)]*\))?, {NUMBER}", text):
            cited += 1
            assert before.endswith(citation(papers[number])), f"{name}: {before.strip()}, {number}"
    assert cited > 150


def test_every_paper_has_a_year_that_its_number_bears_out():
    for number, paper in load_papers().items():
        year = 2000 + int(number[:2])
        assert paper["year"] in (year, year - 1), number  # 1701.00160 came on 31 December
        assert paper["title"]
        assert paper["authors"]
