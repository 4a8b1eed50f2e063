"""What a call that could not be done says, and its exit code: never a traceback."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import click

from notices.cli.session import FAULT, INTERRUPTED, Session, default_language
from notices.cli.translations import in_language
from notices.errors import (
    FileError,
    FontError,
    LedgerError,
    LibraryError,
    NoticesError,
    PackError,
    RenderError,
    WorkspaceError,
)
from notices.tables.row import TableError

HOUSE = Path(__file__).parent.parent
KINDS: dict[type[NoticesError], str] = {  # the `kind` of an error under --json
    PackError: "pack",
    FileError: "file",
    FontError: "font",
    WorkspaceError: "workspace",
    LedgerError: "ledger",
    LibraryError: "library",
    RenderError: "renderer",
}


def tell_failure(error: BaseException, given: Sequence[str]) -> int:
    """Say why the command line `given` could not be done; returns the exit code."""
    try:
        return _tell(error, asked_session(given))
    except OSError as fault:  # nobody reads (`notices … --json | true`), or the disk is full
        if not isinstance(fault, BrokenPipeError):
            with suppress(OSError):
                os.write(2, f"notices: {fault.strerror}\n".encode())
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):  # what is left in the buffers goes nowhere, too
            os.dup2(nowhere, stream)
        return FAULT


def _tell(error: BaseException, session: Session) -> int:
    match error:
        case click.ClickException():
            if session.as_json:
                return session.fail("usage", error.format_message())
            return show_usage(error, session)
        case TableError():  # its findings say it in the reader's language
            session.note(error.findings)
            return session.fail("file", session.words("table-unreadable"))
        case NoticesError():
            kind = next((name for known, name in KINDS.items() if isinstance(error, known)), "")
            return session.fail(kind or "machine", str(error), error.findings)
        case click.Abort() | KeyboardInterrupt():
            return session.fail("interrupted", session.words("interrupted"), code=INTERRUPTED)
        case OSError():
            text = ": ".join(filter(None, (error.filename, error.strerror or str(error))))
            return session.fail("machine", text)
    if os.environ.get("NOTICES_DEBUG") == "1":
        traceback.print_exception(error)
    return session.fail("unforeseen", _unforeseen(error, session))


def show_usage(error: click.ClickException, session: Session) -> int:
    """Say what was wrong with the call, to people; returns the exit code."""
    if session.lang == "en":
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
    for word, following in pairwise([*given, ""]):
        value = following if word == "--lang" else word.removeprefix("--lang=")
        if value in ("zh", "en"):
            lang = "zh" if value == "zh" else "en"
    return Session(lang, as_json="--json" in given)


def _unforeseen(error: BaseException, session: Session) -> str:
    """What to report, without a value of the case: where it happened, not what it was about."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(HOUSE)]
    place = f"{Path(own[-1].filename).relative_to(HOUSE).as_posix()}:{own[-1].lineno}"
    return session.words("unforeseen", kind=type(error).__name__, place=place)
