"""Why rows are rejected, in both languages: kept on disk, written beside the rows."""

from __future__ import annotations

import sqlite3
import weakref
from dataclasses import dataclass

from notices.catalogue import Language, hint, message
from notices.errors import FileError
from notices.finding import Finding

LANGUAGES: tuple[Language, ...] = ("en", "zh")
_MOST = 20  # reasons told of one row


@dataclass(frozen=True)
class Reason:
    """One fault of a row: its column ("" for the whole row); by language what and the way out."""

    header: str
    said: tuple[str, ...]
    remedies: tuple[str, ...]

    def line(self, number: int) -> str:
        """The fault in the `number`th language, with its column."""
        said = self.said[number]
        return said if not self.header or self.header in said else f"{self.header}: {said}"

    @property
    def remark(self) -> str:
        """The fault and the way out in every language, as a cell's comment has it."""
        pairs = zip(self.said, self.remedies, strict=True)
        return "\n\n".join("\n".join(filter(None, pair)) for pair in pairs)


class Reasons:
    """The reasons of each row, by the table's file and the row's number in it."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("")  # gone with the connection
        weakref.finalize(self, self._base.close)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute(
            "CREATE TABLE reason (file TEXT, row INTEGER, header TEXT, en TEXT, zh TEXT,"
            " remedy_en TEXT, remedy_zh TEXT, UNIQUE (file, row, header, en))"
        )
        self._files: set[str] = set()

    def add(self, file: str, row: int, header: str, finding: Finding) -> None:
        """Note why a row is rejected. Raises FileError."""
        self._files.add(file)
        texts = (*(message(finding, x) for x in LANGUAGES), *(hint(finding, x) for x in LANGUAGES))
        try:
            insert = "INSERT OR IGNORE INTO reason VALUES (?, ?, ?, ?, ?, ?, ?)"
            self._base.execute(insert, (file, row, header, *texts))
        except sqlite3.Error as error:
            raise FileError(f"a temporary file can't be written: {error}") from error

    def tells_of(self, file: str) -> bool:
        """Whether any row of the table has a reason."""
        return file in self._files

    def of_row(self, file: str, row: int) -> tuple[Reason, ...]:
        """A row's reasons in the order in which they were found; not more than can be read."""
        query = (
            "SELECT header, en, zh, remedy_en, remedy_zh FROM reason"
            " WHERE file = ? AND row = ? ORDER BY rowid LIMIT ?"
        )
        found = self._base.execute(query, (file, row, _MOST))
        return tuple(Reason(header, (en, zh), rest) for header, en, zh, *rest in found)


def told(reasons: tuple[Reason, ...], between: str, languages: int = len(LANGUAGES)) -> str:
    """A row's reasons as one text, language after language."""
    lines = (reason.line(n) for n in range(languages) for reason in reasons)
    return between.join(lines)


def told_in(reasons: tuple[Reason, ...], between: str, codec: str) -> str:
    """The same for an encoding; one that has no Chinese is told in English."""
    text = told(reasons, between)
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return told(reasons, between, 1).encode(codec, "replace").decode(codec)
    return text
