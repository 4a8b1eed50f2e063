"""print.json: which letter has which number, in which file, on which pages; and what was withdrawn.

Reprints and the post's lists are made from it. It names no person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notices.errors import FileError
from notices.post.runfolder import PRINT
from notices.post.types import PrintFile, Proven, RunFolder, Withdrawal, total_of

PRINT_JSON = "print.json"


@dataclass(frozen=True)
class Printed:
    """What print.json says: letters by number, and the withdrawn by letter id with their reason."""

    manifest: str
    numbers: Mapping[int, str]
    withdrawn: Mapping[str, str]
    files: Mapping[str, str]  # name → digest


def build_record(
    run: RunFolder,
    files: Iterable[tuple[PrintFile, str]],
    withdrawn: tuple[Withdrawal, ...],
    most: int,
) -> str:
    """The text of print.json, one letter a line."""
    files = tuple(files)
    placed = [(file, letter) for file, _ in files for letter in file.letters]
    head = {
        "run_id": run.run_id,
        "manifest": run.digest,
        "issue_date": run.issue_date.isoformat(),
        "dispatch_by": run.dispatch_by.isoformat(),
        "most": most,
        "totals": {
            "proven": total_of(run.letters).as_record(),
            "printed": total_of(letter.letter for _, letter in placed).as_record(),
            "withdrawn": total_of(w.letter for w in withdrawn).as_record(),
        },
    }
    lists: dict[str, list[Mapping[str, Any]]] = {
        "files": [_file_entry(file, digest) for file, digest in files],
        "letters": [
            {
                "seq": letter.sequence,
                "letter_id": letter.letter.letter_id,
                "file": file.name,
                "first_page": letter.first,
                "last_page": letter.last,
                **_sums(letter.letter),
            }
            for file, letter in placed
        ],
        "withdrawn": [
            {
                "letter_id": w.letter.letter_id,
                "case_id": w.letter.case_id,
                "reason": w.reason,
                **_sums(w.letter),
            }
            for w in withdrawn
        ],
    }
    parts = [f" {_json(key)}: {_json(value)}" for key, value in head.items()]
    for key, entries in lists.items():
        lines = ",\n".join(f"  {_json(entry)}" for entry in entries)
        parts.append(f" {_json(key)}: [\n{lines}\n ]" if entries else f" {_json(key)}: []")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def read_printed(run: Path) -> Printed | None:
    """What was printed of a run; None where nothing was. Raises FileError."""
    file = run / PRINT / PRINT_JSON
    try:
        data = json.loads(file.read_bytes())
        return Printed(
            manifest=str(data["manifest"]),
            numbers={int(entry["seq"]): str(entry["letter_id"]) for entry in data["letters"]},
            withdrawn={
                str(entry["letter_id"]): str(entry["reason"]) for entry in data["withdrawn"]
            },
            files={str(entry["file"]): str(entry["sha256"]) for entry in data["files"]},
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise FileError(f"{file}: not a record of print files: {error}") from error


def _file_entry(file: PrintFile, digest: str) -> Mapping[str, Any]:
    totals = total_of(placed.letter for placed in file.letters)
    return {
        "file": file.name,
        "sha256": digest,
        "envelope": file.zone.envelope,
        "sheets_each": file.sheets,
        "duplex": file.zone.duplex,
        "first": file.letters[0].sequence,
        "last": file.letters[-1].sequence,
        "file_pages": file.pages,
        **totals.as_record(),
    }


def _sums(letter: Proven) -> Mapping[str, Any]:
    return {
        "pages": letter.pages,
        "sheets": letter.sheets,
        "currency": letter.currency,
        "total": str(letter.total),
        "sha256": letter.sha256,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
