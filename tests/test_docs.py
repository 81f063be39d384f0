"""What a newcomer reads first: the pages begin with sentences, and introduce their words."""

import re
import tomllib
from pathlib import Path

import pytest

import gansmith
from gansmith.cli import VERBS

ROOT = Path(__file__).parents[1]
OURS = ("README.md", "docs/index.md", "docs/python.md", "docs/networks.md")
START = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", OURS)
def test_no_sentence_begins_in_a_block_of_code(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    after = re.findall(
        r"^```\n\n?(\S+)", re.sub(r"^```\w*\n.*?^```$", "```", text, flags=re.S | re.M), re.M
    )
    assert not [word for word in after if word[0].islower() and word not in ("gansmith",)]
    first = re.search(r"^# .*\n\n(.*)", text).group(1)
    assert first.startswith(("gansmith ", "    ")) or first[0].isupper()


IDIOMS = r"given along|by heart|among themselves|ranked right|in peace|under seal|specimens?\b"
PAGES = ("data", "failures", "metrics", "parts", "security", "translation")
PLAIN = (
    *OURS,
    *(f"docs/{page}.md" for page in PAGES),
    "CHANGELOG.md",
    "benchmarks/doctor/doctor.md",
)
MESSAGES = ("cli", "data", "doctor", "evaluation", "preflight", "recipe", "runs", "training")


@pytest.mark.parametrize("page", PLAIN)
def test_the_pages_use_plain_words(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert not re.search(IDIOMS, text)


@pytest.mark.parametrize("package", MESSAGES)
def test_messages_use_the_nouns_of_the_field(package: str) -> None:
    for path in (ROOT / "src" / "gansmith" / package).rglob("*.py"):
        text = re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8"))
        assert not re.search(IDIOMS, re.sub(r"\s+", " ", text)), path


@pytest.mark.parametrize(
    "word", ["kimg", "step", "tick", "exam", "floor", "knob", "recipe", "verdict"]
)
def test_the_start_page_says_what_its_words_mean(word: str) -> None:
    assert re.search(rf"^\| {word} \| .{{20,}} \|$", START, re.M)


def test_the_start_page_has_a_picture_an_installation_and_the_verbs() -> None:
    (picture,) = re.findall(r"!\[.+\]\((.+)\)", START)
    assert (ROOT / "docs" / picture).is_file()
    assert "## Install" in START
    told = set(re.findall(r"`gansmith (\w+) ", START))
    assert {"check", "train", "diagnose", "evaluate", "sample", "report"} <= told <= set(VERBS)


def test_every_public_name_is_in_the_page_about_python() -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    missing = [name for name in gansmith.__all__ if not re.search(rf"\b{name}\b", text)]
    assert missing == ["__version__"]


def test_every_extra_is_quoted_for_the_shell() -> None:
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "src").rglob("*.py")]
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            asked = re.search(r"pip install (?:-c \S+ )?(\S*\[\S*)", line)
            assert asked is None or asked.group(1).startswith("'"), f"{file}: {line}"


def test_the_site_is_built_without_the_packages_that_training_needs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    rule = re.search(r"^\$\(VENV\)/\.ready-docs: (.*)\n((?:\t.*\n)+)", makefile, re.M)
    assert ".ready-dev" not in rule.group(1)
    assert "-e" not in rule.group(2).split()
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert (
        re.findall(r'"(.*?)"', re.search(r"^DOCS := (.*)", makefile, re.M).group(1))
        == wanted["docs"]
    )
