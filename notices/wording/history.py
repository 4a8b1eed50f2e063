"""What became of each text: who changed it when, as it read before and after; and putting it back.

From the log of edits. A piece is named as in `wording.pack_wording`: `clauses/opening/en`,
`kinds/reminder/parts`. A change that a revert makes is an edit like any other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import Match, SequenceMatcher
from itertools import product
from pathlib import Path
from typing import Any

from notices.errors import WorkspaceError
from notices.pack.core import FOLDER as CORE
from notices.textfiles import Path_
from notices.wording.edit_log import EditLine
from notices.wording.edits import Outcome, read_value, set_value
from notices.wording.pack_wording import piece_place, read_wording
from notices.wording.yaml_rewrite import MISSING, counted, value_at

_Name = tuple[str, int]


@dataclass(frozen=True)
class Change:
    """One edit of one piece. `before` and `after` are what it said (None: nothing stood there);
    `is_kept` is False where the log of an earlier version tells neither. `piece` is "" where one
    edit changed the whole pack. `number` counts a pack's changes from 1, oldest first."""

    number: int
    by: str
    when: str  # ISO 8601
    piece: str
    kinds: tuple[str, ...]
    before: Any
    after: Any
    is_kept: bool
    file: str
    path: Path_


def read_changes(edits: Iterable[EditLine], piece: str = "") -> tuple[Change, ...]:
    """The changes that a log of edits tells, oldest first: of the pieces whose names begin with
    `piece` (`clauses/opening`), or all."""
    found: list[Change] = []
    last: tuple[str, ...] = ()
    for line in edits:
        same = (line.by, line.when, line.file, line.path)
        if found and same == last and not line.is_kept:  # the same edit, as another kind saw it
            found[-1] = replace(found[-1], kinds=(*found[-1].kinds, line.kind))
            continue
        last = same
        path: Path_ = tuple(line.path.split(".")) if line.path else ()
        change = Change(
            len(found) + 1,
            line.by,
            line.when,
            "/".join(map(str, _piece(line.file, path))),
            (line.kind,) if line.kind else (),
            line.old,
            line.new,
            line.is_kept,
            line.file,
            path,
        )
        found.append(change)
    return tuple(c for c in found if not piece or f"{c.piece}/".startswith(f"{piece}/"))


def _piece(file: str, path: Path_) -> Path_:
    folder, _, name = file.rpartition("/")
    inner = path[1:] if folder == CORE else path
    if folder.startswith("examples"):
        return (f"{folder}/{name.removesuffix('.yaml')}", *path)
    room = "clauses" if folder == "clauses" else name.removesuffix(".yaml")
    return inner if room in ("terms", "") else (room, *inner)


def put_back(root: Path, change: Change, seen: str = "") -> Outcome:
    """Have the piece say what it said before a change, whatever was written since.

    `seen` is the digest of what the editor saw there; "" = what stands there now. Raises
    WorkspaceError where nobody knows what it said, FileError.
    """
    if not change.is_kept or not change.file:
        raise WorkspaceError(f"the log does not tell what {change.piece or 'the pack'} said before")
    return _set(root, change.file, change.path, change.before, seen)


def undo_change(root: Path, change: Change, seen: str = "") -> Outcome:
    """Take back one change and leave what came later: of a list (a kind's parts) what went comes
    back to its place, what came goes, what moved goes back.

    Raises WorkspaceError where nobody knows what it said, or what it left was changed since.
    """
    if not change.is_kept or not change.file:
        raise WorkspaceError(f"the log does not tell what {change.piece or 'the pack'} said before")
    path = counted(read_value(root, change.file, ())[0], change.path)
    now, digest = read_value(root, change.file, path)
    value = without_change(change.before, change.after, now)
    if value is MISSING:
        raise WorkspaceError(f"{change.piece}: changed again since; it can only be put back whole")
    return _set(root, change.file, path, value, seen or digest)


def without_change(before: Any, after: Any, now: Any) -> Any:
    """What a value reads now without one change of it; MISSING where that can't be said.

    Of a list, what moved goes back as it reads now; what came must not have been changed since.
    """
    if now == after:
        return before
    if not all(isinstance(value, list) for value in (before, after, now)):
        return MISSING
    old, new = _names(before), _names(after)
    held = dict(zip(_names_since(new, after, now), now, strict=True))
    came = {name: one for name, one in zip(new, after, strict=True) if name not in old}
    stay = {old[at + i] for at, _, size in _alike(old, new) for i in range(size)}
    gone_now = any(name not in held for name in new if name not in stay)
    if gone_now or any(held[name] != one for name, one in came.items()):
        return MISSING
    kept = [name for name in held if name in stay or name not in new]
    for name in old:
        if name not in stay and name not in kept:
            kept.insert(_place(old, name, kept), name)
    values = {**dict(zip(old, before, strict=True)), **held}
    return [values[name] for name in kept]


def _names(values: Sequence[Any]) -> list[_Name]:
    """An entry's text and how often it stood before: two that read alike are two entries."""
    times: Counter[str] = Counter()
    names = []
    for value in values:
        text = json.dumps(value, sort_keys=True)
        names.append((text, times[text]))
        times[text] += 1
    return names


def _names_since(names: list[_Name], after: list[Any], now: list[Any]) -> list[_Name]:
    """The names of today's entries: a part that was changed in its place keeps its own."""
    found = _names(now)
    texts = [text for text, _ in names], [text for text, _ in found]
    for _, a1, a2, b1, b2 in SequenceMatcher(None, *texts, False).get_opcodes():
        for old, new in product(range(a1, a2), range(b1, b2)):
            if names[old] not in found and found[new] not in names:
                found[new] = names[old] if _is_same_part(after[old], now[new]) else found[new]
    return found


def _is_same_part(one: Any, other: Any) -> bool:
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    return all(one.get(key) == other.get(key) for key in ("clause", "block"))


def _alike(old: list[_Name], new: list[_Name]) -> list[Match]:
    return SequenceMatcher(None, old, new, False).get_matching_blocks()


def _place(before: list[_Name], one: _Name, kept: list[_Name]) -> int:
    """Where an entry goes among those that are kept: after the nearest that stood before it."""
    for other in reversed(before[: before.index(one)]):
        if other in kept:
            return kept.index(other) + 1
    return 0


def unlike_shipped(root: Path, shipped: Path, piece: str) -> Mapping[str, tuple[Any, Any]]:
    """The pieces under this name in which an own copy reads otherwise than the shipped pack, each
    as small as can be: what the copy and the shipped pack say, None where one says nothing. Raises
    WorkspaceError where neither has the name, FileError."""
    path: Path_ = tuple(piece.split("/"))
    theirs, mine = (value_at(read_wording(place, shipped), path) for place in (shipped, root))
    if theirs is MISSING and mine is MISSING:
        raise WorkspaceError(f"{root.name} has no {piece[:80]}")
    return {"/".join(map(str, inner)): both for inner, both in _unlike(path, mine, theirs)}


def _unlike(path: Path_, mine: Any, theirs: Any) -> Iterator[tuple[Path_, tuple[Any, Any]]]:
    if isinstance(mine, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys((*theirs, *mine)):
            yield from _unlike((*path, key), mine.get(key, MISSING), theirs.get(key, MISSING))
    elif mine != theirs:
        yield path, (None if mine is MISSING else mine, None if theirs is MISSING else theirs)


def restore_shipped(root: Path, shipped: Path, piece: str, seen: str = "") -> Outcome:
    """Have a piece of an own copy say what the shipped pack says; one that the shipped pack does
    not have goes. `seen` as in `put_back`. Raises FileError."""
    path: Path_ = tuple(piece.split("/"))
    theirs = value_at(read_wording(shipped, shipped), path)
    file, inner = piece_place(root, path, beside=shipped)
    return _set(root, file, inner, None if theirs is MISSING else theirs, seen)


def digest_of(root: Path, shipped: Path, piece: str) -> str:
    """The digest of what a piece of an own copy says now, which `restore_shipped` is held against.
    Raises FileError."""
    file, path = piece_place(root, tuple(piece.split("/")), beside=shipped)
    return read_value(root, file, counted(read_value(root, file, ())[0], path))[1]


def _set(root: Path, file: str, path: Path_, value: Any, seen: str) -> Outcome:
    path = counted(read_value(root, file, ())[0], path)
    return set_value(root, file, path, value, seen or read_value(root, file, path)[1])
