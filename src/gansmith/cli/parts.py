"""``gansmith parts``: what a recipe can name and what the doctor knows, from the registries."""

import inspect
import json as jsons
import re
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_origin

from cyclopts import Parameter

if TYPE_CHECKING:
    from gansmith.registry import Part

Entry = dict[str, Any]


def parts(
    kind: str | None = None,
    /,
    *,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """List the parts that a recipe can name and what the doctor measures, with options and papers.

    Args:
        kind: losses, terms, constraints, generators, discriminators, optimizers, controllers,
            metrics, measurements, detectors ...; without one, all kinds in short.
        json: print one JSON document.
    """
    found = catalogue(kind)
    if json:
        print(jsons.dumps({"parts": found}, indent=2, ensure_ascii=False, default=str))
    else:
        print(in_short(found) if kind is None else in_full(found))


def catalogue(kind: str | None = None) -> list[Entry]:
    """Describe all parts, or those of one kind: the source of the listing and of docs/parts.md.

    Raises:
        UsageError: there is no such kind; the message suggests the nearest.
    """
    from gansmith.errors import UsageError, suggest
    from gansmith.registry import KINDS
    from gansmith.shown import value

    if kind is None:
        return [describe(word, part) for word, registry in KINDS.items() for part in registry]
    plural = {registry.kind: word for word, registry in KINDS.items()}.get(kind, kind)
    if plural not in KINDS:
        raise UsageError(f"unknown kind of part {value(kind)}{suggest(kind, KINDS)}")
    return [describe(plural, part) for part in KINDS[plural]]


def describe(kind: str, part: "Part[Any]") -> Entry:
    """Describe one part in plain values."""
    from gansmith.ranges import bare

    meanings, ranges = option_meanings(part.doc), part.ranges
    options = [
        {
            "name": name,
            "type": type_name(bare(parameter.annotation)),
            "range": ranges[name].plain() if name in ranges else None,
            "default": None if parameter.default is parameter.empty else parameter.default,
            "required": parameter.default is parameter.empty,
            "meaning": meanings.get(name, ""),
        }
        for name, parameter in part.options.items()
    ]
    return {
        "kind": kind,
        "name": part.name,
        "aliases": list(part.aliases),
        "summary": part.summary,
        "options": options,
        "facts": getattr(part.facts, "shown", {}),
        "formula": part.formula,
        "reference": part.reference,
        "kinds": list(getattr(part.facts, "kinds", ())),
        "file": part.builder.__module__.replace(".", "/") + ".py",
    }


def option_meanings(doc: str) -> dict[str, str]:
    """Read the ``Args:`` section of a docstring: what each option means."""
    section = re.search(r"^Args:\n((?:[ ]{4}.*\n?|\n)+)", doc, re.M)
    if not section:
        return {}
    entries = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", section.group(1), re.M)
    return {name: " ".join(text.split()) for name, text in entries}


def type_name(annotation: Any) -> str:
    """Write a type as people say it: ``float``, ``tuple[float, float]``, ``'a' | 'b'``."""
    from gansmith.ranges import bare

    if annotation is inspect.Parameter.empty:
        return "any"
    choices = getattr(annotation, "__args__", ())
    if get_origin(annotation) in (Union, UnionType):
        return " | ".join(type_name(bare(choice)) for choice in choices)
    if annotation is NoneType:
        return "none"
    if str(annotation).startswith("typing.Literal"):
        return " | ".join(written(choice) for choice in choices)
    return inspect.formatannotation(annotation).replace("typing.", "")


def written(value: Any) -> str:
    """Write a value as a recipe does."""
    if value is None:
        return "none"
    return jsons.dumps(list(value) if isinstance(value, tuple) else value, default=str)


def limits(option: Entry) -> str:
    """Write the range of a described option, ``above 0 and at most 1``; empty if it has none."""
    return option["range"]["says"] if option["range"] else ""


def in_short(found: list[Entry]) -> str:
    """Return one line a part, by kind."""
    width = max(len(entry["name"]) for entry in found) + 2
    lines: list[str] = []
    kind = ""
    for entry in found:
        if entry["kind"] != kind:
            kind = entry["kind"]
            lines += ["", kind] if lines else [kind]
        lines.append(f"  {entry['name']:<{width}}{entry['summary']}")
    return "\n".join([*lines, "", "`gansmith parts KIND` shows options, formulas and papers."])


def in_full(found: list[Entry]) -> str:
    """Return all that is known of each part."""
    return "\n\n".join("\n".join(paragraph(entry)) for entry in found)


def paragraph(entry: Entry) -> list[str]:
    """Return the lines that describe one part."""
    aliases = f"  (also {', '.join(entry['aliases'])})" if entry["aliases"] else ""
    lines = [f"{entry['name']}{aliases}", f"  {entry['summary']}"]
    for option in entry["options"]:
        default = "needed" if option["required"] else f"= {written(option['default'])}"
        within = f" ({limits(option)})" if option["range"] else ""
        kind = f"{option['type']} {default}{within}"
        lines.append(f"    {option['name']}: {kind}  {option['meaning']}")
    lines += [f"  {name}: {says}" for name, says in entry["facts"].items()]
    lines += [f"  for samples: {', '.join(entry['kinds'])}"] if entry["kinds"] else []
    lines += [] if entry["file"].endswith(f"/{entry['name']}.py") else [f"  file: {entry['file']}"]
    lines += [f"  formula: {entry['formula']}"] if entry["formula"] else []
    return lines + ([f"  paper: {entry['reference']}"] if entry["reference"] else [])
