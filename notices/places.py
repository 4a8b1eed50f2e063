"""Where the shipped data stands: inside a wheel, or beside the package in a source tree."""

from __future__ import annotations

from pathlib import Path

_INSIDE = Path(__file__).parent / "_data"
_HOME = _INSIDE if _INSIDE.is_dir() else Path(__file__).parent.parent

TEMPLATES = _HOME / "templates"
PACKS = TEMPLATES / "packs"
LAYOUT = TEMPLATES / "layout"
FONTS = _HOME / "fonts"
