"""The command `notices`: the one place where exceptions become sentences and exit codes.

Exit codes: 0 written or clean, 1 findings, 2 usage, a broken pack or a fault of the machine,
130 ended by Ctrl-C.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import click

from notices.cli.commands import cli


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns its exit code. A user never sees a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(given, prog_name="notices", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - nobody above could tell it better
        from notices.cli.failures import tell_failure  # most calls need none of it

        return tell_failure(error, given)
