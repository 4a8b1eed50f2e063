"""The journal of a run: a line for each outcome, only ever added to.

A row's lines (one for each letter it makes, else one) are written together after its files are in
place, so a row with all its lines is done. A process that dies leaves at most one torn row at the
end; opening the journal drops it. Rows come in the order in which they were finished; of two
entries for one row the later counts.
"""

from __future__ import annotations

import json
import os
import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from notices.batch.manifest import Outcome, as_plain, from_plain
from notices.errors import FileError

GROUP = 64  # lines that may wait for the disk together
PATIENCE = 2.0  # seconds that a line may wait


class Journal:
    """An open journal. `places` holds 8 bytes a row: where its line begins."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._places = array("Q")  # by row number: the line's offset + 1, 0 for none
        try:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._out = os.open(file, flags, 0o644)
            self._end = self._read_places()
            if os.fstat(self._out).st_size > self._end:
                os.ftruncate(self._out, self._end)
            self._handle = file.open("rb")
        except OSError as error:
            raise FileError(f"{file}: {error.strerror or error}") from error
        self._waiting = 0
        self._since = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        if not self._handle.closed:
            try:
                self.sync()
            finally:
                self._handle.close()
                os.close(self._out)

    def __contains__(self, number: int) -> bool:
        return number < len(self._places) and self._places[number] > 0

    def outcomes_of(self, number: int) -> tuple[Outcome, ...]:
        """What became of the row; () where it has no line yet."""
        if number not in self:
            return ()
        self._handle.seek(self._places[number] - 1)
        lines = [json.loads(self._handle.readline())]
        lines += [json.loads(self._handle.readline()) for _ in range(lines[0]["parts"] - 1)]
        return tuple(from_plain(line) for line in lines)

    def outcomes(self) -> Iterator[Outcome]:
        """All outcomes, in row order."""
        for number in range(len(self._places)):
            yield from self.outcomes_of(number)

    def add(self, number: int, outcomes: tuple[Outcome, ...]) -> None:
        """Note that a row is finished. Raises FileError where the disk is full."""
        raw = b"".join(
            _line({**as_plain(outcome), "part": part, "parts": len(outcomes)})
            for part, outcome in enumerate(outcomes, start=1)
        )
        left = memoryview(raw)
        try:
            while left:
                left = left[os.write(self._out, left) :]
        except OSError as error:
            os.ftruncate(self._out, self._end)  # nothing of a row rather than a part of it
            raise FileError(f"{self.file}: {error.strerror or error}") from error
        self._put(number, self._end)
        self._end += len(raw)
        self._waiting += 1
        if self._waiting >= GROUP or time.monotonic() - self._since > PATIENCE:
            self.sync()

    def sync(self) -> None:
        """Have the disk keep everything that was added."""
        if self._waiting:
            try:
                os.fsync(self._out)
            except OSError as error:
                raise FileError(f"{self.file}: {error.strerror or error}") from error
            self._waiting = 0
        self._since = time.monotonic()

    def _put(self, number: int, offset: int) -> None:
        if number >= len(self._places):
            self._places.extend([0] * (number + 1 - len(self._places)))
        self._places[number] = offset + 1

    def _read_places(self) -> int:
        """Where each row's line begins. Returns where the last whole row ends."""
        whole = end = 0  # where the last whole row and the last whole line end
        with self.file.open("rb") as lines:
            for line in lines:
                entry = _entry(line)
                if entry is None:
                    break
                number, part, parts = entry
                end += len(line)
                if part == parts:
                    self._put(number, whole)
                    whole = end
        return whole


def _line(plain: dict[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _entry(line: bytes) -> tuple[int, int, int] | None:
    """A line's row, and which of how many lines of the row it is; None for a torn one."""
    if not line.endswith(b"}\n"):
        return None
    try:
        plain = json.loads(line)
        return int(plain["number"]), int(plain["part"]), int(plain["parts"])
    except (ValueError, KeyError, TypeError):
        return None
