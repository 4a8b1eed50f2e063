"""The Python API: what the command line does, for programs. Re-exported by `notices`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from notices.finding import Finding, errors_in
from notices.letter.live import LiveGate
from notices.letter.make import LetterMaker, Request, check_records, write_letter
from notices.letter.workspace import read_workspace


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
    kind: str = "",
    level: int = 0,
    languages: tuple[str, ...] = (),
    sender: str = "",
) -> tuple[Finding, ...]:
    """Everything that is wrong with the records in the file `case`, without rendering.

    `today` (a date) is the issue date of a record that states none; `workspace` is a folder with
    `notices.toml`, None for the nearest one above the case file. Raises FileError, PackError,
    WorkspaceError where a file, pack or profile can't be used.
    """
    request = Request(today, kind=kind, level=level, languages=languages, sender=sender)
    checked = check_records(case, read_workspace(workspace, case.parent), request)
    return tuple(finding for one in checked for finding in one.findings)


def make_letter(
    case: Path,
    out: Path,
    *,
    today: date,
    workspace: Path | None = None,
    kind: str = "",
    level: int = 0,
    languages: tuple[str, ...] = (),
    sender: str = "",
    large_print: bool = False,
    live: bool = False,
    now: str = "",
) -> Made:
    """Letters for the records in `case`, proven and written to the folder `out`.

    Drafts carry a watermark. `live` letters need accepted wording and enter the workspace's ledger
    at `now` (ISO 8601, from the caller's clock). Raises as `check_case`, LedgerError where the
    ledger can't be used, and RenderError where the renderer fails.
    """
    opened = read_workspace(workspace, case.parent)
    request = Request(
        today,
        kind=kind,
        level=level,
        languages=languages,
        sender=sender,
        large_print=large_print,
        live=live,
    )
    files: list[Path] = []
    findings: list[Finding] = []
    out.mkdir(parents=True, exist_ok=True)
    with LetterMaker(opened) as maker, LiveGate(opened, now) as gate:
        for one in check_records(case, opened, request, maker.resources):
            findings += one.findings
            if one.document is None:
                continue
            if live:
                findings += (refusals := gate.check(one))
                if errors_in(refusals):
                    continue
            letter, found = maker.make(one, request)
            findings += found
            if letter is not None and live:
                findings += (refusals := gate.enter(letter))
                letter = None if errors_in(refusals) else letter
            if letter is not None:
                files.append(write_letter(letter, out))
    return Made(tuple(files), tuple(findings))
