"""The Python API: what the command line does, for programs. Re-exported by `notices`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Unpack

from notices.batch.call import BatchResult, run_batch
from notices.batch.dry_run import DryRun, dry_run
from notices.batch.rows import PlainRows, open_table
from notices.batch.settings import BatchSettings, Limits, Progress, Start
from notices.errors import RequestError
from notices.files import make_folder
from notices.finding import Finding
from notices.letter.check import Request
from notices.letter.options import LetterKeywords, LetterOptions
from notices.letter.stages import check_files, letter_issuer
from notices.letter.workspace import read_workspace

__all__ = [
    "BatchResult",
    "BatchSettings",
    "DryRun",
    "LetterOptions",
    "Limits",
    "Made",
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


@dataclass(frozen=True)
class Made:
    """Which letters were written, in the record's order, and every finding on the way."""

    files: tuple[Path, ...]
    findings: tuple[Finding, ...]


def check_case(
    case: Path,
    *,
    today: date,
    workspace: Path | None = None,
    **options: Unpack[LetterKeywords],
) -> tuple[Finding, ...]:
    """Everything that is wrong with the records in the file `case`, without rendering.

    `today` (a date) is the issue date of a record that states none; `workspace` is a folder with
    `notices.toml`, None for the nearest one above the case file; `options` are the fields of
    LetterOptions. Raises FileError, PackError, WorkspaceError where a file, pack or profile can't
    be used.
    """
    request = Request(today, replace(LetterOptions(**options), live=False))
    with letter_issuer(read_workspace(workspace, case.parent), Path(), "") as issuer:
        results = check_files(issuer, [case], request)
        return tuple(finding for result in results for finding in result.findings)


def make_letter(
    case: Path,
    out: Path,
    *,
    today: date,
    workspace: Path | None = None,
    now: str = "",
    **options: Unpack[LetterKeywords],
) -> Made:
    """Letters for the records in `case`, proven and written to the folder `out`.

    Drafts carry a watermark. `live` letters need accepted wording and enter the workspace's ledger
    at `now` (ISO 8601, from the caller's clock). The rest is as for `check_case`; raises
    RequestError where `now` is missing for a live letter, LedgerError where the ledger can't be
    used, and RenderError where the renderer fails.
    """
    request = Request(today, LetterOptions(**options))
    found = read_workspace(workspace, case.parent)
    if request.options.live and found.root and not now:
        raise RequestError("a live letter needs the time at which it is made (`now`)")
    with letter_issuer(found, out, now) as issuer:
        make_folder(out)
        results = [issuer.make(result) for result in tuple(check_files(issuer, [case], request))]
    files = tuple(result.file for result in results if result.file is not None)
    return Made(files, tuple(finding for result in results for finding in result.findings))
