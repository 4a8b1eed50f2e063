"""Arguments that name a pack or something in it, and dates; the Tab key completes names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from notices.cli.command import session_of
from notices.pack.vocabulary import DEBTOR_TYPES, SENDER_ROLES

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


key_option = click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Sign with this private key (see keys new); else the name is declared.",
)


def _complete_presets(_c: click.Context, _p: click.Parameter, incomplete: str) -> list[str]:
    """The presets whose names begin so."""
    from notices.tables.presets import preset_names  # single letters load no readers of tables

    return [name for name in preset_names() if name.startswith(incomplete)]


def iso_date(text: str) -> date:
    """A date as 2026-04-15."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date as 2026-04-15") from None


def pack_argument() -> Decorator:
    """`CN`: a pack that this workspace sees."""
    return click.argument("pack_id", metavar="PACK", shell_complete=_complete_pack)


def named_argument(
    name: str, metavar: str, room: str, example: str, alone: bool = False
) -> Decorator:
    """`CN/formal_demand`: a thing of a pack, as a pair; with `alone` the pack's id is enough.

    `example` shows how one is written; `room` is the Pack's attribute that holds such things.
    """

    def pair(text: str) -> tuple[str, str]:
        pack, slash, inner = text.partition("/")
        if not pack or (not inner and (slash or not alone)):
            raise click.BadParameter(f"{text!r} is not {metavar}, as {example}")
        return pack, inner

    def complete(
        context: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        session = session_of(context)
        known = session.workspace.pack_ids()
        pack_id, slash, begun = incomplete.partition("/")
        if not slash:
            return [CompletionItem(f"{i}/") for i in known if i.startswith(pack_id)]
        if pack_id not in known:
            return []
        names = getattr(session.pack(pack_id), room)
        return [CompletionItem(f"{pack_id}/{n}") for n in names if n.startswith(begun)]

    return click.argument(name, type=pair, metavar=metavar, shell_complete=complete)


def route_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Which letter's fields are meant: level, who writes, who is addressed."""
    options = (
        click.option(
            "--level",
            type=click.IntRange(1, 9),
            metavar="N",
            help="The dunning level; else the first.",
        ),
        click.option(
            "--sender-role",
            type=click.Choice(SENDER_ROLES),
            default="creditor",
            help="Who writes; a creditor if left out.",
        ),
        click.option(
            "--debtor-type",
            type=click.Choice(DEBTOR_TYPES),
            default="consumer",
            help="Who is addressed; a consumer if left out.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def preset_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Which system wrote the table, and where it keeps the addresses."""
    for option in (
        click.option(
            "--customers", default="", metavar="FILE", help="Addresses, a row a customer."
        ),
        click.option(
            "--preset",
            default="",
            metavar="NAME",
            shell_complete=_complete_presets,
            help="How a known system exports: business-central, datev-opos, erpnext-ar,"
            " invoiceninja, kingdee-ar, odoo-aged, quickbooks, sap-fbl5n, xero.",
        ),
    ):
        function = option(function)
    return function


def table_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """How the table is written, where it does not show; `map` and `batch` share them."""
    for option in reversed(
        (
            click.option(
                "--encoding", default="", metavar="NAME", help="As gb18030; else detected."
            ),
            click.option(
                "--delimiter", default="", metavar="MARK", help="As semicolon; else detected."
            ),
            click.option("--sheet", default="", metavar="NAME", help="The sheet of a workbook."),
            click.option(
                "--header-row",
                type=click.IntRange(1, 9999),
                default=1,
                metavar="N",
                help="Where the headers stand; else the first row.",
            ),
        )
    ):
        function = option(function)
    return function


def _complete_pack(
    context: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    known = session_of(context).workspace.pack_ids()
    return [CompletionItem(name) for name in known if name.startswith(incomplete)]
