"""What is asked of a letter beside its record: one bundle for every door and every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypedDict


class LetterKeywords(TypedDict, total=False):
    """The fields of LetterOptions as keywords of a call."""

    kind: str
    level: int
    languages: tuple[str, ...]
    arrangement: str
    envelope: str
    large_print: bool
    sender: str
    issue_date: date | None
    live: bool


@dataclass(frozen=True)
class LetterOptions:
    """Which letter is wanted; "", 0 or None leaves it to the record, the workspace, then the pack.

    `languages` are BCP 47 tags in printing order; `arrangement` is parallel, stacked or sequential;
    `sender` is a profile's name in the workspace or a file; `live` letters count: accepted wording,
    in the ledger; all others are drafts with a watermark.
    """

    kind: str = ""
    level: int = 0
    languages: tuple[str, ...] = ()
    arrangement: str = ""
    envelope: str = ""
    large_print: bool = False
    sender: str = ""
    issue_date: date | None = None
    live: bool = False


NO_OPTIONS = LetterOptions()
NAMES = tuple(field.name for field in fields(LetterOptions))


def options_from(plain: Mapping[str, Any]) -> LetterOptions:
    """The options among a run's settings as JSON has them; other keys are left alone."""
    values = {name: plain[name] for name in NAMES}
    values["languages"] = tuple(values["languages"])
    if isinstance(values["issue_date"], str):
        values["issue_date"] = date.fromisoformat(values["issue_date"])
    return LetterOptions(**values)
