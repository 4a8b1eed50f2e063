"""The command `notices`: its tree, and the one place where exceptions become exit codes.

Exit codes: 0 written or clean, 1 findings, 2 usage, a broken pack or a fault of the machine,
130 ended by Ctrl-C.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from notices.cli.command import Hall
from notices.cli.session import FAULT, INTERRUPTED, Session, default_language
from notices.cli.translations import in_language
from notices.errors import (
    FileError,
    FontError,
    LedgerError,
    NoticesError,
    PackError,
    RenderError,
    WorkspaceError,
)

HOUSE = Path(__file__).parent.parent
KINDS: dict[type[NoticesError], str] = {
    FileError: "file",
    FontError: "font",
    WorkspaceError: "workspace",
    LedgerError: "ledger",
    RenderError: "renderer",
}
HERE = "notices.cli"


def _version(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"notices {version('notices')}")
        except PackageNotFoundError:
            click.echo("notices (source tree)")
        context.exit(0)


def _hall(name: str, text: str, doors: dict[str, str]) -> Hall:
    return Hall(name=name, help=text, doors=doors, no_args_is_help=True)


pack = _hall(
    "pack",
    "Begin a pack, check it, compare it, look into it, or accept its wording and facts.",
    {
        "new": f"{HERE}.pack_new:new",
        "check": f"{HERE}.packs:check",
        "diff": f"{HERE}.pack_diff:diff",
        "where": f"{HERE}.pack_where:where",
        "accept": f"{HERE}.pack_accept:accept",
        "approve": f"{HERE}.pack_approve:approve",
    },
)
keys = _hall(
    "keys", "Keys that approvals are signed with.", {"new": f"{HERE}.pack_approve:new_key_door"}
)
rates = _hall(
    "rates", "Rates that the workspace adds to a pack.", {"add": f"{HERE}.dated_values:rate"}
)
holidays = _hall(
    "holidays",
    "Holidays that the workspace adds to a pack.",
    {"add": f"{HERE}.dated_values:holiday"},
)
ledger = _hall(
    "ledger",
    "What was issued, and what became of it.",
    {
        "show": f"{HERE}.ledger_show:show",
        "export": f"{HERE}.ledger_export:export",
        "record-delivery": f"{HERE}.ledger_record_delivery:record_delivery",
        "withdraw": f"{HERE}.ledger_withdraw:withdraw",
    },
)
cli = Hall(
    name="notices",
    help="Bilingual PDF letters about money owed, from case records.",
    no_args_is_help=True,
    doors={
        "letter": f"{HERE}.letter:letter",
        "check": f"{HERE}.check:check",
        "fields": f"{HERE}.fields:fields",
        "new": f"{HERE}.new:new",
        "init": f"{HERE}.init:init",
        "map": f"{HERE}.map:map_",
        "batch": f"{HERE}.batch:batch",
        "studio": f"{HERE}.studio:studio",
        "packs": f"{HERE}.packs:packs",
        "envelopes": f"{HERE}.packs:envelopes",
        "calibrate": f"{HERE}.post:calibrate",
        "print": f"{HERE}.print:print_",
        "reprint": f"{HERE}.print:reprint",
        "ems": f"{HERE}.post:ems",
        "pack": f"{HERE}.main:pack",
        "keys": f"{HERE}.main:keys",
        "rates": f"{HERE}.main:rates",
        "holidays": f"{HERE}.main:holidays",
        "ledger": f"{HERE}.main:ledger",
        "reissue": f"{HERE}.reissue:reissue",
        "holds": f"{HERE}.holds:holds",
        "explain": f"{HERE}.explain:explain",
        "completion": f"{HERE}.completion:completion",
    },
)
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns its exit code. A user never sees a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(given, prog_name="notices", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        session = asked_session(given)
        if "--json" not in given:
            return show_usage(error, session)
        return session.fail("usage", error.format_message())
    except PackError as error:
        return asked_session(given).fail("pack", str(error), error.findings)
    except NoticesError as error:
        kind = next((name for known, name in KINDS.items() if isinstance(error, known)), "machine")
        return asked_session(given).fail(kind, str(error), error.findings)
    except (click.Abort, KeyboardInterrupt):
        session = asked_session(given)
        return session.fail("interrupted", session.words("interrupted"), code=INTERRUPTED)
    except OSError as error:
        text = ": ".join(filter(None, (error.filename, error.strerror or str(error))))
        return asked_session(given).fail("machine", text)
    except Exception as error:  # noqa: BLE001 - the last door: nobody above could tell it better
        if os.environ.get("NOTICES_DEBUG") == "1":
            traceback.print_exc()
        session = asked_session(given)
        return session.fail("unforeseen", _unforeseen(error, session))


def show_usage(error: click.ClickException, session: Session) -> int:
    """Say what was wrong with the call, to people; returns the exit code."""
    if session.lang == "en" or isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return FAULT
    context = getattr(error, "ctx", None)
    if context is not None:
        usage = context.get_usage().removeprefix("Usage: ")
        click.echo(session.words("usage", usage=usage, command=context.command_path), err=True)
    text = in_language(error.format_message(), session.lang)
    click.echo(session.words("usage-error", text=text), err=True)
    return FAULT


def asked_session(given: Sequence[str]) -> Session:
    """Language and form of answers, read from a command line that could not be run."""
    lang = default_language()
    for word, following in zip(given, [*given[1:], ""], strict=True):
        value = following if word == "--lang" else word.removeprefix("--lang=")
        if value in ("zh", "en"):
            lang = "zh" if value == "zh" else "en"
    return Session(lang, as_json="--json" in given)


def _unforeseen(error: Exception, session: Session) -> str:
    """What to report, without a value of the case: where it happened, not what it was about."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(HOUSE)]
    place = f"{Path(own[-1].filename).relative_to(HOUSE).as_posix()}:{own[-1].lineno}"
    return session.words("unforeseen", kind=type(error).__name__, place=place)
