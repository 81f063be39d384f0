"""BibTeX of the papers behind a recipe's parts."""

import re
import tomllib
import unicodedata
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gansmith.registry import Registry

Paper = dict[str, Any]


def references(tree: dict[str, Any], where: str) -> dict[str, str]:
    """Return the reference of each part that a recipe uses; nothing is imported for it."""
    from gansmith.recipe.problems import named_parts
    from gansmith.recipe.recipe import make_recipe

    used = {}
    for _, kind, part in named_parts(make_recipe(tree, None, where, described=True)):
        used[f"{kind.kind} {part.name}"] = _reference(kind, part.name)
        if "base" in part.options:  # a part that wraps another
            base = part.options["base"]
            used[f"{kind.bases.kind} {base}"] = _reference(kind.bases, base)
    return used


def _reference(kind: "Registry[Any]", name: str) -> str:
    from gansmith.imports import NotPermittedError

    try:
        return kind.get(name).reference
    except NotPermittedError:
        return "code outside gansmith, which was not imported; --trust does"


def bibliography_of(used: dict[str, str]) -> str:
    """Return BibTeX for parts ("loss hinge") and their reference paragraphs.

    Each paper comes once, with the parts that need it; what has no arXiv number is a comment.
    """
    papers = load_papers()
    needed: dict[str, dict[str, None]] = {}
    comments = []
    for part, reference in used.items():
        for paper in filter(None, reference.rstrip(".").split("; ")):
            numbers = re.findall(r"arXiv:(\d{4}\.\d{4,5})", paper)
            if not numbers:
                comments.append(f"% {part}: {paper}")
            for number in numbers:
                needed.setdefault(number, {})[part] = None
    entries = [
        f"% {', '.join(parts)}\n{bibtex(number, papers.get(number))}"
        for number, parts in sorted(needed.items())
    ]
    return "\n\n".join(entries + comments)


def load_papers() -> dict[str, Paper]:
    """Return title, authors and year of every paper by its arXiv number."""
    text = (resources.files("gansmith") / "bibliography.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def bibtex(number: str, paper: Paper | None) -> str:
    """Return one BibTeX entry; of a paper that is not on record, the address only."""
    where = {"eprint": number, "archivePrefix": "arXiv", "url": f"https://arxiv.org/abs/{number}"}
    fields: dict[str, str] = {}
    if paper is not None:
        fields["title"] = "{" + paper["title"] + "}"  # the second braces keep capitals
        fields["author"] = " and ".join(paper["authors"])
        fields["year"] = str(paper["year"])
    lines = [f"  {name} = {{{value}}}" for name, value in (fields | where).items()]
    return f"@misc{{{key(number, paper)},\n" + ",\n".join(lines) + "\n}"


def key(number: str, paper: Paper | None) -> str:
    """Return the entry's key: first author, year and first long word of the title."""
    if paper is None:
        return f"arxiv{number}"
    surname, words = paper["authors"][0].split()[-1], re.findall(r"\w{4,}", paper["title"])
    word = f"{surname}{paper['year']}{words[0]}".lower()
    plain = unicodedata.normalize("NFKD", word.replace("ı", "i")).encode("ascii", "ignore").decode()
    return re.sub(r"\W", "", plain)
