"""A pack as git remembers it. The one room that calls git."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from notices.errors import WorkspaceError
from notices.pack.core import FOLDER

_LONGEST = 60  # seconds; git answers at once unless something asks or hangs


@contextmanager
def pack_at(root: Path, revision: str) -> Iterator[Path]:
    """The folder of the pack in `root` as it was at a git revision, in a temporary place; the core
    beside it too, where it had one.

    Raises WorkspaceError where git is absent, the pack is not in a repository, or the revision is
    unknown or has no such pack.
    """
    top = Path(_git(root, "rev-parse", "--show-toplevel").decode().strip())
    commit = _commit(root, revision)
    place = root.resolve().relative_to(top.resolve())
    inside, core = place.as_posix(), (place.parent / FOLDER).as_posix()
    beside = [core] if _git(top, "ls-tree", "--name-only", commit, "--", core) else []
    try:
        archive = _git(top, "archive", "--format=zip", commit, "--", inside, *beside)
    except WorkspaceError as error:
        raise WorkspaceError(f"{inside} was not in git at {revision}: {error}") from error
    with tempfile.TemporaryDirectory(prefix="notices-") as folder:
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            files.extractall(folder)  # no links, nothing outside
        yield Path(folder) / inside


def _commit(root: Path, revision: str) -> str:
    try:
        found = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    except WorkspaceError as error:
        raise WorkspaceError(f"git knows no revision {revision[:80]!r} here") from error
    return found.decode().strip()


def _git(folder: Path, *arguments: str) -> bytes:
    program = shutil.which("git")
    if program is None:
        raise WorkspaceError("comparing with a revision needs git, and git is not installed")
    try:
        done = subprocess.run(
            [program, "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        raise WorkspaceError(f"git {arguments[0]} did not answer in {_LONGEST} seconds") from error
    if done.returncode:
        complaints = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
        raise WorkspaceError(f"{folder}: {complaints[0][:200]}")
    return done.stdout
