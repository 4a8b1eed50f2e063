"""Rejected rows as a file of the same shape: same headers, same way of writing, to be corrected
and run again."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Collection
from pathlib import Path

from notices.case.encodings import find_encoding
from notices.case.records import Source
from notices.case.sheets import find_layout, raw_rows, table_kind
from notices.errors import FileError

_BOMS = {"utf_16_le": "\ufeff", "utf_16_be": "\ufeff"}


def write_rejects(source: Source, numbers: Collection[int], folder: Path) -> Path | None:
    """Write `rejects.<as the source>` with the rows of these numbers; None where there are none.

    The source is read a second time. Raises FileError.
    """
    suffix = source.file.suffix.lower()
    file = folder / f"rejects{suffix}"
    if not numbers:
        file.unlink(missing_ok=True)
        return None
    draft = folder / f".{file.name}.{os.getpid()}.part{suffix}"
    writer: dict[str, Callable[[Source, Collection[int], Path], None]] = {
        "text": _write_text,
        "json": _write_json,
        "workbook": _write_workbook,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writer[table_kind(source.file)](source, numbers, draft)
        draft.replace(file)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return file


def _write_text(source: Source, numbers: Collection[int], draft: Path) -> None:
    """Delimiter, encoding, byte-order mark and line ends as in the source."""
    layout = find_layout(source.file, source.form)
    head = source.form.header_row + layout.skipped
    with draft.open("w", encoding=layout.codec, newline="") as handle:
        handle.write(_BOMS.get(layout.codec, ""))
        if layout.skipped:
            handle.write(f"sep={layout.delimiter}{layout.line_end}")
        writer = csv.writer(handle, delimiter=layout.delimiter, lineterminator=layout.line_end)
        for _ in range(source.form.header_row - 1):
            writer.writerow([""])  # so that the headers stand where the mapping looks for them
        for number, cells in raw_rows(source.file, layout):
            if number == head or number in numbers:
                writer.writerow(cells)


def _write_json(source: Source, numbers: Collection[int], draft: Path) -> None:
    codec = find_encoding(source.file, source.form.encoding or "utf-8")
    if source.file.suffix.lower() == ".json":
        import json

        data = json.loads(source.file.read_text(encoding=codec))
        rows = data if isinstance(data, list) else [data]
        kept = [row for number, row in enumerate(rows, start=1) if number in numbers]
        draft.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return
    with (
        source.file.open(encoding=codec, newline="\n") as handle,
        draft.open("w", encoding=codec, newline="") as out,
    ):
        for number, line in enumerate(handle, start=1):
            if number in numbers:
                out.write(line if line.endswith("\n") else f"{line}\n")


def _write_workbook(source: Source, numbers: Collection[int], draft: Path) -> None:
    from notices.case.rejects_xlsx import write_rows

    write_rows(source, numbers, draft)
