"""Files on the disk: read within bounds, written whole or not at all, by one call at a time.

A whole file is written beside its place, flushed to the disk, and renamed into it: readers see the
old file or the new one, never half of one, after a power cut too.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from notices.errors import FileError

MAX_BYTES = 32 * 1024 * 1024
LOCK = ".lock"  # in the folder of a run
_DRAFT = ".part"  # how the hidden name of an unfinished file ends
_OWNER_ONLY = 0o600  # rights of a file that nobody but its owner reads
_CHUNK = 1 << 20
# ASCII and full width, as spreadsheets take both for a formula's beginning.
_FORMULA_BEGINS = tuple("=+-@\t\r\n＝＋－＠")


class _Mask:
    """What the process's mask was before `private_files`, and how many blocks of it are open."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.users = 0
        self.before = 0


_MASK = _Mask()


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """An OSError within is reported as a FileError that names `file`."""
    try:
        yield
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error


@contextmanager
def private_files() -> Iterator[None]:
    """What this process and its children make meanwhile is their owner's alone: folders 0700,
    files 0600. A folder that is there keeps its rights.

    The mask is the whole process's: of several at once the first sets it, the last puts it back.
    """
    with _MASK.lock:
        if not _MASK.users:
            _MASK.before = os.umask(0o077)
        _MASK.users += 1
    try:
        yield
    finally:
        with _MASK.lock:
            _MASK.users -= 1
            if not _MASK.users:
                os.umask(_MASK.before)


# — Reading


def read_bytes(file: Path) -> bytes:
    """A file's bytes, within MAX_BYTES. Raises FileError."""
    with naming(file):
        if file.stat().st_size > MAX_BYTES:
            raise FileError(f"{file}: larger than {MAX_BYTES} bytes")
        return file.read_bytes()


def digest_files(named: Iterable[tuple[str, Path]]) -> str:
    """SHA-256 (hex) over files' names and bytes, in the order given. Raises FileError."""
    digest = hashlib.sha256()
    for name, file in named:
        raw = read_bytes(file)
        digest.update(f"{name}\0{len(raw)}\0".encode())
        digest.update(raw)
    return digest.hexdigest()


# — Writing


@contextmanager
def replacing(file: Path, *, private: bool = False, beside: Path | None = None) -> Iterator[Path]:
    """A draft to be written in the block; at its end it takes the place of `file`.

    Until then it stands in the folder `beside`, else in the file's own. A file that says the same
    already is left alone. One that is replaced hands on its rights; with `private`, only its owner
    reads the new one. Raises FileError, and the old file stands as it was.
    """
    draft = (beside or file.parent) / f".{file.name}.{threading.get_native_id()}{_DRAFT}"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        _make(draft, private)
        yield draft
        if _same(file, draft):
            if private:
                file.chmod(_OWNER_ONLY)
            return
        if file.exists() and not private:
            draft.chmod(file.stat().st_mode & 0o777)
        _flush(draft)
        draft.replace(file)
        _flush_names(file.parent)
    except OSError as error:
        ours = {str(place) for place in (None, file, file.parent, draft)}
        place = file if str(error.filename) in ours else error.filename  # else the block's own
        raise FileError(f"{place}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def make_folder(folder: Path) -> bool:
    """A folder that can be written; returns whether it is new. Raises FileError."""
    is_new = not folder.exists()
    with naming(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileError(f"{folder}: the folder can't be written")
    return is_new


def write_whole(
    file: Path, data: str | bytes, *, private: bool = False, beside: Path | None = None
) -> None:
    """Write or replace a file in one step, as `replacing` does. Raises FileError."""
    with replacing(file, private=private, beside=beside) as draft:
        draft.write_bytes(data.encode() if isinstance(data, str) else data)


@contextmanager
def writing(file: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """As `replacing`, an open text of any length; line ends stay as they are written."""
    with replacing(file) as draft, draft.open("w", encoding=encoding, newline="") as text:
        yield text


@contextmanager
def creating(file: Path, *, private: bool = False) -> Iterator[TextIO]:
    """A new text file, open in the block, and gone again where the block fails.

    Raises FileError where there is such a file already, or it can't be written.
    """
    with naming(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            _make(file, private)
        except FileExistsError as error:
            raise FileError(f"{file}: there is such a file already; nothing was changed") from error
        try:
            with file.open("w", encoding="utf-8", newline="") as text:
                yield text
            _flush(file)
            _flush_names(file.parent)
        except BaseException:
            file.unlink(missing_ok=True)
            raise


def write_new(file: Path, text: str, *, private: bool = False) -> None:
    """Write a file that does not exist yet. Raises FileError."""
    with creating(file, private=private) as handle:
        handle.write(text)


def append_line(file: Path, record: Mapping[str, Any]) -> Path:
    """Add one JSON object as a line: on the disk when this returns, or not at all.

    Raises FileError.
    """
    left = memoryview((json.dumps(record, ensure_ascii=False) + "\n").encode())
    with naming(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            end = os.fstat(handle).st_size
            try:
                while left:
                    left = left[os.write(handle, left) :]
            except OSError:
                os.ftruncate(handle, end)  # no line rather than a part of one
                raise
            os.fsync(handle)
        finally:
            os.close(handle)
    return file


def move_file(file: Path, target: Path) -> None:
    """Move a finished file into place, onto another disk too. Raises FileError."""
    with naming(target):
        try:
            file.replace(target)
            _flush_names(target.parent)
            return
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
    with replacing(target) as draft:
        shutil.copyfile(file, draft)
    with naming(file):
        file.unlink()


def is_draft(file: Path) -> bool:
    """Whether the file is what a killed call left of one that it was writing."""
    return file.name.startswith(".") and file.suffix == _DRAFT


def safe_cell(text: str) -> str:
    """A cell of a table, such that no spreadsheet takes it for a formula: an apostrophe before."""
    risky = text.startswith(_FORMULA_BEGINS) or text.lstrip().startswith(_FORMULA_BEGINS)
    return f"'{text}" if risky else text


def _make(file: Path, private: bool) -> None:
    """A new empty file. Raises OSError."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY if private else 0o666))


def _same(file: Path, draft: Path) -> bool:
    if not file.is_file() or file.stat().st_size != draft.stat().st_size:
        return False
    with file.open("rb") as old, draft.open("rb") as new:
        while chunk := old.read(_CHUNK):
            if chunk != new.read(_CHUNK):
                return False
    return True


def _flush(place: Path) -> None:
    """Have the disk keep a file's bytes, or a folder's names. Raises OSError."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush_names(folder: Path) -> None:
    """Have the disk keep a folder's names, where the file system can. Raises OSError."""
    try:
        _flush(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EACCES):
            raise


# — One at a time


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time in a folder, among all processes: waits for its turn; not to be nested.

    Raises FileError.
    """
    with naming(folder):
        handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def lock_run(folder: Path) -> Iterator[None]:
    """One call at a time works on a run's folder: FileError where another does at this moment.

    The system lets go of the lock when the process ends, however it ends.
    """
    with naming(folder):
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FileError("another call works on this run at this moment") from error
        yield
    finally:
        os.close(handle)
