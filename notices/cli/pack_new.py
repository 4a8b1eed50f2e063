"""`notices pack new`: a pack in the workspace, whole but for its words."""

from __future__ import annotations

import re
from pathlib import Path

import click

from notices.cli.command import command
from notices.cli.session import Session
from notices.errors import FileError, WorkspaceError
from notices.files import write_new
from notices.pack.unfilled import MARK
from notices.review.new_pack import NewPack, new_pack_files

_ID = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,15}")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_CURRENCY = re.compile(r"([A-Z]{3})(?::([0-4]))?")


def _tags(text: str) -> tuple[str, ...]:
    tags = tuple(dict.fromkeys(text.replace(",", " ").split()))
    wrong = [tag for tag in tags if not _TAG.fullmatch(tag)]
    if wrong or not tags:
        raise click.BadParameter(f"{' '.join(wrong) or text!r}: language tags, as 'pt en'")
    return tags


def _currency(text: str) -> tuple[str, str]:
    found = _CURRENCY.fullmatch(text)
    if not found:
        raise click.BadParameter(f"{text!r} is no currency, as ABC, or as ABC:3 with its decimals")
    return found[1], found[2] or ""


def _named(text: str) -> tuple[str, str]:
    tag, equals, name = text.partition("=")
    if not equals or not name.strip() or not _TAG.fullmatch(tag):
        raise click.BadParameter(f"{text!r} is no name, as 'en=Neverland'")
    return tag, name.strip()


@command("new")
@click.argument("pack_id", metavar="PACK")
@click.option(
    "--languages", type=_tags, required=True, metavar="TAGS", help="In printing order, as 'pt en'."
)
@click.option(
    "--currency",
    "currencies",
    type=_currency,
    multiple=True,
    required=True,
    metavar="CODE",
    help="ISO 4217, with its decimals where they are not known: ABC:3. May come again.",
)
@click.option(
    "--name",
    "names",
    type=_named,
    multiple=True,
    metavar="TAG=NAME",
    help="What the place is called, once a language; left out: to be filled in.",
)
def new(
    session: Session,
    pack_id: str,
    languages: tuple[str, ...],
    currencies: tuple[tuple[str, str], ...],
    names: tuple[tuple[str, str], ...],
) -> None:
    """Begin a pack of your own in packs/PACK of the workspace.

    It has kinds, fields, rules, wording rules and examples that claim no law of any place. Texts in
    a language that this program does not ship are marked [fill in]; `notices pack check PACK` tells
    each by file and line until none is left, and then passes.
    """
    folder = _place(session, pack_id)
    asked = NewPack(pack_id, languages, currencies, dict(names))
    files = dict(new_pack_files(asked, session.words))
    for name, text in files.items():
        write_new(folder / name, text)
        session.say("file-written", file=folder / name)
    marks = sum(text.count(MARK) for text in files.values())
    session.say("pack-begun", marks=marks)
    session.next("next-pack-new", pack=pack_id)
    session.finish({"pack": pack_id, "folder": str(folder), "files": [*files], "to_fill": marks})


def _place(session: Session, pack_id: str) -> Path:
    """Where the pack will stand. Raises WorkspaceError, FileError; usage error for a bad id."""
    if session.workspace.root is None:
        raise WorkspaceError(session.words("pack-needs-workspace"))
    if not _ID.fullmatch(pack_id):
        raise click.UsageError(session.words("pack-id", name=pack_id))
    if pack_id.casefold() in {known.casefold() for known in session.workspace.pack_ids()}:
        raise FileError(session.words("pack-there", pack=pack_id))
    return session.workspace.pack_roots[0] / pack_id
