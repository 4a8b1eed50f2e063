"""Files that commands write: never over an existing one, never half."""

from __future__ import annotations

import os
from pathlib import Path

from notices.errors import FileError


def write_new(file: Path, text: str) -> None:
    """Write a file that does not exist yet. Raises FileError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
    except FileExistsError as error:
        raise FileError(f"{file}: there is such a file already; nothing was changed") from error
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error


def write_whole(file: Path, text: str) -> None:
    """Write or replace a file in one step: readers see the old or the new. Raises FileError."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise FileError(f"{file}: {error.strerror or error}") from error
