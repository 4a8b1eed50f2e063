"""A run's folder read for printing: every letter of the manifest is there, whole and unaltered.

Two witnesses are held against the manifest: the journal, which the run wrote line by line, and the
files themselves. What differs is a finding, and nothing is printed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from notices.errors import FileError
from notices.files import naming
from notices.finding import Finding, errors_in
from notices.post.types import Proven, RunFolder

MANIFEST, JOURNAL, RUN, LETTERS, PRINT = (
    *("manifest.jsonl", "journal.jsonl", "run.json"),
    *("letters", "print"),
)
IN_PLACE = ("written", "known")  # the states of letters whose file stands in the folder
DRAFT = ".draft.pdf"
WITNESSED = ("sha256", "pages", "sheets", "currency", "total", "file")


def read_run(folder: Path) -> tuple[RunFolder | None, tuple[Finding, ...]]:
    """The run, or what keeps it from being printed. Raises FileError where it can't be read."""
    for name in (RUN, MANIFEST):
        if not (folder / name).is_file():
            return None, (Finding("print-no-run", file=str(folder), params={"name": name}),)
    raw = _bytes(folder / MANIFEST)
    findings: list[Finding] = []
    listed: set[str] = set()
    letters = tuple(_read_manifest(raw, str(folder / MANIFEST), listed, findings))
    run, fault = _read_frozen(folder, letters, frozenset(listed), hashlib.sha256(raw).hexdigest())
    findings += fault
    if run is None or errors_in(findings):
        return None, tuple(findings)
    findings += check_journal(run)
    findings += check_files(run)
    return run, tuple(findings)


def read_letter(run: RunFolder, letter: Proven) -> bytes:
    """A letter's bytes. Raises FileError where they are not those that were proven."""
    data = _bytes(run.folder / letter.file)
    if hashlib.sha256(data).hexdigest() != letter.sha256:
        raise FileError(f"{letter.file}: altered since it was proven")
    return data


def check_files(run: RunFolder) -> Iterator[Finding]:
    """No letter's file is missing, altered, or there without being in the manifest."""
    manifest = str(run.folder / MANIFEST)
    known = {letter.file for letter in run.letters}
    for letter in run.letters:
        file = run.folder / letter.file
        params = {"letter": letter.letter_id}
        if not file.is_file():
            yield Finding("print-letter-missing", file=manifest, line=letter.line, params=params)
        elif hashlib.sha256(_bytes(file)).hexdigest() != letter.sha256:
            yield Finding("print-letter-altered", file=manifest, line=letter.line, params=params)
    for file in sorted((run.folder / LETTERS).rglob("*.pdf")):
        name = file.relative_to(run.folder).as_posix()
        if name not in known and not file.name.startswith("."):
            yield Finding("print-letter-extra", file=name, params={"name": file.name})


def check_journal(run: RunFolder) -> Iterator[Finding]:
    """The journal tells the same of every letter as the manifest."""
    file = run.folder / JOURNAL
    if not file.is_file():
        return
    last: dict[tuple[str, str], Mapping[str, Any]] = {}  # by row and part: what it came to at last
    for line in _bytes(file).splitlines():
        try:
            entry = json.loads(line, parse_float=str)
        except ValueError:
            continue  # a line cut off by a crash: its row was run again
        if isinstance(entry, dict):
            last[str(entry.get("number")), str(entry.get("part"))] = entry
    # another row of the case may name the same letter, without having made it
    made = {str(e.get("letter_id")): e for e in last.values() if e.get("state") in IN_PLACE}
    where = str(run.folder / MANIFEST)
    for letter in run.letters:
        entry = made.get(letter.letter_id, {})
        for name in WITNESSED:
            if str(entry.get(name, "")) != str(getattr(letter, name)):
                params = {"letter": letter.letter_id, "what": name, "witness": JOURNAL}
                yield Finding("print-letter-differs", file=where, line=letter.line, params=params)
                break
    for lost in sorted(made.keys() - {letter.letter_id for letter in run.letters}):
        params = {"letter": lost, "witness": JOURNAL}
        yield Finding("print-letter-lost", file=where, params=params)


def _read_manifest(
    raw: bytes, name: str, listed: set[str], findings: list[Finding]
) -> Iterator[Proven]:
    """The letters in place, line by line; `listed` gets the id of every letter, in place or not."""
    seen: set[str] = set()
    for number, line in enumerate(raw.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line, parse_float=str)
            listed.add(str(entry.get("letter_id", "")))
            if entry["state"] not in IN_PLACE:
                continue
            letter = _proven(entry, number)
        except (ValueError, KeyError, TypeError, InvalidOperation):
            findings.append(Finding("print-manifest-line", file=name, line=number))
            continue
        if letter.letter_id in seen:
            params = {"letter": letter.letter_id}
            findings.append(Finding("print-letter-twice", "error", name, number, "", params))
            continue
        seen.add(letter.letter_id)
        yield letter


def _proven(entry: Mapping[str, Any], line: int) -> Proven:
    place = Path(str(entry["file"]))
    if place.is_absolute() or ".." in place.parts:
        raise ValueError("a letter's file stands in the run's folder")
    total = Decimal(str(entry["total"]))
    pages, sheets = int(entry["pages"]), int(entry["sheets"])
    if not total.is_finite() or min(pages, sheets) < 1:
        raise ValueError("a letter has pages, sheets and a sum")
    return Proven(
        letter_id=str(entry["letter_id"]),
        case_id=str(entry["case_id"]),
        file=place.as_posix(),
        sha256=str(entry["sha256"]),
        pages=pages,
        sheets=sheets,
        currency=str(entry["currency"]),
        total=total,
        envelope=str(entry["envelope"]),
        postcode=str(entry.get("postcode") or ""),
        kind=str(entry["kind"]),
        line=line,
    )


def _read_frozen(
    folder: Path, letters: tuple[Proven, ...], listed: frozenset[str], digest: str
) -> tuple[RunFolder | None, tuple[Finding, ...]]:
    """The run's frozen dates; they stand at the top of run.json or in a table of it."""
    try:
        data = json.loads(_bytes(folder / RUN), parse_float=str)
        run = RunFolder(
            folder=folder,
            run_id=str(_frozen(data, "run_id")),
            issue_date=date.fromisoformat(_frozen(data, "issue_date")),
            dispatch_by=date.fromisoformat(_frozen(data, "dispatch_by")),
            live=not any(letter.file.endswith(DRAFT) for letter in letters),
            letters=letters,
            listed=listed,
            digest=digest,
        )
    except (ValueError, KeyError, TypeError) as error:
        params = {"detail": str(error)[:200]}
        return None, (Finding("print-run-broken", file=str(folder / RUN), params=params),)
    live = _frozen(data, "live", default=run.live)
    return replace(run, live=run.live and live not in (False, "false")), ()


def _frozen(data: Mapping[str, Any], name: str, default: Any = None) -> Any:
    for table in (data, *(inner for inner in data.values() if isinstance(inner, dict))):
        if table.get(name) is not None:
            return table[name]
    if default is None:
        raise KeyError(name)
    return default


def _bytes(file: Path) -> bytes:
    """A manifest may be larger than `read_bytes` permits."""
    with naming(file):
        return file.read_bytes()
