"""Pages that stand alone: one style for all, light and dark; nothing is loaded from elsewhere."""

from gansmith.pages.render import render, style

__all__ = ["render", "style"]
