"""The tree of commands: where each stands, and its help line. A call imports only its own."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.shell_completion import CompletionItem

META = "notices.cli."  # before a global option's name, in click's `Context.meta`


class Entry(NamedTuple):
    """A command of the help: `module:name` below notices.cli, and what the help says in a line."""

    place: str
    help: str


GROUPS: Mapping[str, str] = {
    "pack": "Begin a pack, check it, update it, compare it, or accept its wording and facts.",
    "keys": "Keys that approvals are signed with.",
    "rates": "Rates that the workspace adds to a pack.",
    "holidays": "Holidays that the workspace adds to a pack.",
    "ledger": "What was issued, and what became of it.",
}

# In the order of the help. The line is the first of the command's own help; a test compares them.
COMMANDS: Mapping[str, Entry] = {
    "letter": Entry("letter:letter", "Write the letters of one or more case records."),
    "check": Entry("check:check", "Check case records without drawing a letter."),
    "fields": Entry("fields:fields", "List the fields of a kind of letter."),
    "new": Entry("new:new", "Write a commented case file to fill in."),
    "init": Entry("init:init", "Make a workspace: the folder that holds your own things."),
    "map": Entry("map:map_", "Draft a mapping: which column of FILE fills which field."),
    "batch": Entry("batch:batch", "Write the letters of a whole table, or of many records."),
    "studio": Entry("studio:studio", "Edit, compare and approve wording in the browser."),
    "packs": Entry("packs:packs", "List the packs that this workspace sees."),
    "envelopes": Entry("envelopes:envelopes", "List the envelope profiles."),
    "calibrate": Entry(
        "calibrate:calibrate", "Draw an envelope's window, folds and zones to the millimetre."
    ),
    "print": Entry("print:print_", "Make the print files of a finished run."),
    "reprint": Entry("reprint:reprint", "Print spoilt letters once more."),
    "ems": Entry("ems:ems", "Write the carrier's table of orders for a printed run."),
    "pack new": Entry("pack_new:new", "Begin a pack of your own in packs/PACK of the workspace."),
    "pack check": Entry("pack_check:check", "Check a pack, on request with its examples."),
    "pack update": Entry(
        "pack_update:update",
        "Bring a pack's tables up to date: a year of days off, or a series of rates, at once.",
    ),
    "pack show": Entry(
        "pack_show:show",
        "Show a kind's parts in their order, and when each is printed, in a sentence.",
    ),
    "pack diff": Entry(
        "pack_diff:diff", "Compare two states of a pack, word by word, in every language."
    ),
    "pack to-counsel": Entry(
        "pack_to_counsel:to_counsel", "Write a letter's texts as a .docx for outside counsel."
    ),
    "pack from-counsel": Entry(
        "pack_from_counsel:from_counsel",
        "Take over what counsel changed in a document of `notices pack to-counsel`.",
    ),
    "pack upgrade": Entry(
        "pack_upgrade:upgrade", "Bring your own copy of a shipped pack up to that pack."
    ),
    "pack new-clause": Entry(
        "pack_new_clause:new_clause",
        "Add a clause to your own copy of a pack, new or like another one.",
    ),
    "pack log": Entry("pack_log:log", "List who changed which text when, before and after."),
    "pack revert": Entry(
        "pack_revert:revert", "Put a text back as it was before a change, or as it was shipped."
    ),
    "pack where": Entry(
        "pack_where:where", "List the letters that use a clause, label, placeholder or condition."
    ),
    "pack accept": Entry(
        "pack_accept:accept", "Accept a pack's wording as it stands, or unverified facts."
    ),
    "pack approve": Entry(
        "pack_approve:approve",
        "Approve one kind's text as it stands, on request for letters of some days only.",
    ),
    "pack ask": Entry(
        "pack_ask:ask",
        "Ask for changes of a kind's text, which keeps it from going live until they are settled.",
    ),
    "pack approvals": Entry(
        "pack_approvals:approvals",
        "List who approved a kind's text or asked for changes, and who is still needed.",
    ),
    "pack withdraw": Entry(
        "pack_withdraw:withdraw_",
        "Stop a kind's approved text now: no live letter of it is made until a text is approved.",
    ),
    "keys new": Entry("keys_new:new", "Make a key that approvals are signed with."),
    "rates add": Entry("rates_add:add", "Add a rate to a table."),
    "holidays add": Entry("holidays_add:add", "Add a day to a calendar."),
    "ledger show": Entry("ledger_show:show", "List the letters issued in a case."),
    "ledger export": Entry(
        "ledger_export:export",
        "Write every letter of the ledger as a line: what, when, to whom, and what became of it.",
    ),
    "ledger record-delivery": Entry(
        "ledger_record_delivery:record_delivery",
        "Record what became of letters: posted, delivered, refused, returned, lost.",
    ),
    "ledger import": Entry(
        "ledger_import:import_",
        "Take the letters of another system into the ledger, as its table states them.",
    ),
    "ledger withdraw": Entry(
        "ledger_withdraw:withdraw", "Record letters that will not go out, and cases that were paid."
    ),
    "reissue": Entry(
        "reissue:reissue", "Write a new letter in place of an issued one, with new dates."
    ),
    "holds": Entry("holds:holds", "List the holds that bind, and what is wrong in the holds file."),
    "explain": Entry(
        "explain:explain", "Say what a finding means and what to do, with an example."
    ),
    "completion": Entry("completion:completion", "Print a shell's script for the Tab key."),
}


def _remember(context: click.Context, option: click.Parameter, value: Any) -> None:
    """Global options may stand before or after the command; the last one given counts."""
    if value is not None:
        context.meta[f"{META}{option.name}"] = value


def global_options() -> list[click.Option]:
    """What every command and group takes."""
    return [
        click.Option(
            ["--workspace"],
            type=click.Path(file_okay=False, path_type=Path),
            expose_value=False,
            callback=_remember,
            metavar="DIR",
            help="The folder that holds notices.toml; else the nearest one upward.",
        ),
        click.Option(
            ["--lang"],
            type=click.Choice(["zh", "en"]),
            expose_value=False,
            callback=_remember,
            help="Language of messages; else the environment's.",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            default=None,
            expose_value=False,
            callback=_remember,
            help="Answer as one JSON document.",
        ),
    ]


class CommandGroup(click.Group):
    """The commands of COMMANDS whose names begin with `prefix` (`pack `), and the groups below."""

    def __init__(self, name: str, help_: str, prefix: str = "") -> None:
        super().__init__(name, help=help_, no_args_is_help=True)
        self.params += global_options()
        self.prefix = prefix

    def help_lines(self) -> dict[str, str]:
        """Each name, in the order of the help, with its line."""
        own = [name.removeprefix(self.prefix) for name in COMMANDS if name.startswith(self.prefix)]
        names = dict.fromkeys(name.split()[0] for name in own)
        return {n: GROUPS.get(n) or COMMANDS[f"{self.prefix}{n}"].help for n in names}

    def list_commands(self, context: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(self.help_lines())

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command, its module imported now; None where there is none of that name."""
        if not self.prefix and name in GROUPS:
            return CommandGroup(name, GROUPS[name], f"{name} ")
        entry = COMMANDS.get(f"{self.prefix}{name}")
        if entry is None:
            return None
        module, _, attribute = entry.place.partition(":")
        command: click.Command = getattr(import_module(f"notices.cli.{module}"), attribute)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of the help, without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.help_lines().items()))

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names for the Tab key, without importing a command."""
        options = click.Command.shell_complete(self, context, incomplete)
        lines = self.help_lines().items()
        return [CompletionItem(n, help=h) for n, h in lines if n.startswith(incomplete)] + options


def _version(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version  # slow, and for this alone

        try:
            click.echo(f"notices {version('notices')}")
        except PackageNotFoundError:
            click.echo("notices (source tree)")
        context.exit(0)


cli = CommandGroup("notices", "Bilingual PDF letters about money owed, from case records.")
cli.params.insert(
    0,
    click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_version,
        help="Show the version.",
    ),
)
