"""What `letter`, `check` and `batch` share: which records are meant, and which letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import Any

import click

from notices.cli.options import iso_date
from notices.letter.options import LetterOptions
from notices.letter.workspace import LAYOUTS

case_argument = click.argument(
    "cases",
    nargs=-1,
    required=True,
    metavar="CASE...",
    type=click.Path(exists=True, path_type=Path),
)

_LETTER_OPTIONS = (
    click.option("--kind", default="", metavar="KIND", help="The notice kind; else the case's."),
    click.option(
        "--level",
        type=click.IntRange(1, 9),
        metavar="N",
        help="The dunning level; else the case's.",
    ),
    click.option("--languages", default="", metavar="TAGS", help="In printing order: zh-Hans,en"),
    click.option("--layout", type=click.Choice(LAYOUTS), help="How the languages stand."),
    click.option(
        "--envelope", default="", metavar="NAME", help="A profile of `notices envelopes`."
    ),
    click.option("--large-print", is_flag=True, help="Larger type."),
    click.option("--sender", default="", metavar="NAME|FILE", help="The sender profile."),
    click.option("--issue-date", type=iso_date, metavar="DATE", help="Date of the letter."),
    click.option(
        "--font",
        "fonts",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="A font for characters that the shipped ones lack; may be repeated.",
    ),
)


def letter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which letter is wanted."""
    for option in reversed(_LETTER_OPTIONS):
        function = option(function)
    return function


def as_asked(cases: Sequence[Path], options: Mapping[str, Any]) -> str:
    """The records, and the date of their letters where one was asked for, as a shell wants them."""
    dated = options["issue_date"]
    words = [*map(str, cases), *(["--issue-date", str(dated)] if dated else [])]
    return " ".join(map(quote, words))


def options_of(given: dict[str, Any], *, live: bool = False) -> LetterOptions:
    """What the command line said; what is left open is for the case, the workspace or the pack."""
    return LetterOptions(
        kind=given["kind"],
        level=given["level"] or 0,
        languages=tuple(given["languages"].replace(",", " ").split()),
        arrangement=given["layout"] or "",
        envelope=given["envelope"],
        large_print=given["large_print"],
        sender=given["sender"],
        issue_date=given["issue_date"],
        live=live,
    )
