"""Bilingual letters about money owed: checked before they are rendered, proven after.

    from datetime import date
    from pathlib import Path
    from notices import check_case, make_letter

    today = date(2026, 6, 15)
    findings = check_case(Path("case.yaml"), today=today, workspace=Path("desk"))
    made = make_letter(Path("case.yaml"), Path("out"), today=today, workspace=Path("desk"))

Content faults come back as findings and never raise; a broken machine or caller raises one of the
tree under `NoticesError`. Nothing here reads a clock, a locale or the environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from notices.errors import NoticesError
from notices.finding import Finding

if TYPE_CHECKING:
    from notices.api import Made, check_case, make_letter

__all__ = ["Finding", "Made", "NoticesError", "check_case", "make_letter"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """The API's functions, imported when first asked for: `notices --help` needs none of them."""
    if name in ("Made", "check_case", "make_letter"):
        from notices import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
