"""What `letter` and `check` share: which records are meant, and what was asked for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from notices.cli import clock
from notices.cli.options import iso_date
from notices.cli.session import Session
from notices.finding import errors_in
from notices.letter.workspace import LAYOUTS

if TYPE_CHECKING:
    from notices.letter.check import Checked, Request
from notices.letter.resources import Resources

SUFFIXES = (".yaml", ".yml", ".json")


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


def request_from(asked: dict[str, Any]) -> Request:
    """The options as a Request; what is left open is for the case, the workspace or the pack."""
    from notices.letter.check import Request

    return Request(
        today=clock.today(),
        kind=asked["kind"],
        level=asked["level"] or 0,
        languages=tuple(asked["languages"].replace(",", " ").split()),
        arrangement=asked["layout"] or "",
        envelope=asked["envelope"],
        large_print=asked["large_print"],
        sender=asked["sender"],
        issue_date=asked["issue_date"],
    )


def case_files(places: Iterable[Path]) -> Iterator[Path]:
    """The files meant: a folder means the records in it, in name order."""
    for place in places:
        if place.is_dir():
            yield from sorted(f for f in place.iterdir() if f.suffix in SUFFIXES)
        else:
            yield place


def read_cases(
    session: Session, places: Iterable[Path], request: Request, resources: Resources
) -> list[Checked]:
    """Every record, checked; findings are noted. Those that can become a letter come back."""
    from notices.letter.check import check_records

    good: list[Checked] = []
    for file in case_files(places):
        for checked in check_records(file, session.workspace, request, resources):
            session.note(checked.findings)
            if not errors_in(checked.findings):
                good.append(checked)
    return good
