"""Sentences of caution about images that will train, but not as well as they could."""

from collections.abc import Mapping
from typing import Any

from gansmith.data.audit.unused import first_frames
from gansmith.data.prepare.pixel_limit import large_pictures


def cautions(facts: Mapping[str, Any]) -> list[str]:
    """Return what a user should know before training, from the facts of prepared images."""
    found = [_skipped(facts), _enlarged(facts), _cropped(facts), _animated(facts)]
    found += [_classless(facts), _large(facts)]
    return [sentence for sentence in found if sentence]


def _skipped(facts: Mapping[str, Any]) -> str:
    skipped = facts.get("skipped", [])
    if not skipped:
        return ""
    first = "; ".join(f"{name} ({reason})" for name, reason in skipped[:3])
    more = f" and {len(skipped) - 3} more" if len(skipped) > 3 else ""
    return f"{len(skipped)} of {facts['found']} files {_are(len(skipped))} skipped: {first}{more}"


def _enlarged(facts: Mapping[str, Any]) -> str:
    count, used = facts.get("enlarged", 0), facts.get("used", 0)
    if count <= 0.1 * used:
        return ""
    height, width = facts["resize"]["target"]
    return (
        f"{count} of {used} images {_are(count)} smaller than {height} x {width} and enlarged, "
        f"which blurs them; a smaller data.size avoids it"
    )


def _cropped(facts: Mapping[str, Any]) -> str:
    if not facts.get("width") or "bars" in facts["resize"]["crop"]:
        return ""
    height, width = facts["resize"]["target"]
    aspect = facts["width"][1] / facts["height"][1]
    lost = 1 - min(aspect * height / width, width / height / aspect)
    if lost <= 0.25:
        return ""
    return (
        f"pictures are {facts['width'][1]:g} x {facts['height'][1]:g} (median), so the crop to "
        f"{width} x {height} drops {lost:.0%} of them; data.size = [height, width] of their shape "
        f"keeps more"
    )


def _classless(facts: Mapping[str, Any]) -> str:
    trouble = facts.get("no_labels", {})
    grave = trouble.get("severity") == "warn"
    return f"there are no classes: {trouble['says']}; {trouble['fix']}" if grave else ""


def _large(facts: Mapping[str, Any]) -> str:
    if not facts.get("width"):
        return ""
    deep = any(bits != "8" for bits in facts.get("reach", {}))
    found = large_pictures(int(facts["width"][-1]), int(facts["height"][-1]), deep)
    return found.sentence if found else ""


def _animated(facts: Mapping[str, Any]) -> str:
    found = first_frames(facts.get("animated", 0), *facts.get("pages", (0, 0)))
    return found.says if found else ""


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
