"""Bilingual letters about money owed: checked before they are rendered, proven after.

    from datetime import date
    from pathlib import Path
    from notices import check_case, make_letter

    today = date(2026, 3, 31)
    findings = check_case(Path("case.yaml"), today=today, workspace=Path("desk"))
    made = make_letter(Path("case.yaml"), Path("out"), today=today, workspace=Path("desk"))

Many records at once: `run_batch` and, without a letter, `dry_run`, over `PlainRows` or the rows of
a table (`open_table`). The same call again goes on with a run that was ended.

Content faults come back as findings and never raise; a broken machine or caller raises one of the
tree under `NoticesError`. Nothing here reads a clock, a locale or the environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from notices.errors import NoticesError
from notices.finding import Finding

if TYPE_CHECKING:
    from notices.api import (
        BatchResult,
        BatchSettings,
        DryRun,
        LetterOptions,
        Limits,
        Made,
        PlainRows,
        Progress,
        Start,
        check_case,
        dry_run,
        make_letter,
        open_table,
        read_workspace,
        run_batch,
    )

__all__ = [
    "BatchResult",
    "BatchSettings",
    "DryRun",
    "Finding",
    "LetterOptions",
    "Limits",
    "Made",
    "NoticesError",
    "PlainRows",
    "Progress",
    "Start",
    "check_case",
    "dry_run",
    "make_letter",
    "open_table",
    "read_workspace",
    "run_batch",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """The API, imported when first asked for: `notices --help` needs none of it."""
    if name in __all__:
        from notices import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
