"""Three-way merge of plain data: what one side changed is taken, what both changed is a conflict.

Mappings are merged entry by entry, lists item by item, a text as one. Pure; nothing is written.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from notices.pack.node import named_conditions
from notices.textfiles import Path_
from notices.wording.yaml_rewrite import MISSING

_Edit = tuple[int, int, list[Any]]  # from where to before where, and what stands there instead


@dataclass(frozen=True)
class Step:
    """One place in which `ours` or `theirs` left their common base; MISSING: not there.

    `merged` is what it comes to; None of a conflict, in which both changed it, each otherwise.
    """

    path: Path_
    base: Any
    ours: Any
    theirs: Any
    merged: Any
    is_conflict: bool = False

    @property
    def piece(self) -> str:
        """Its name at the door: `clauses/opening/en`."""
        return "/".join(map(str, self.path))


def merge(base: Any, ours: Any, theirs: Any, path: Path_ = ()) -> Iterator[Step]:
    """Every place in which the two differ from the base, the smallest that can be told apart."""
    if path and path[-1] == "when" and conditions_alike(ours, theirs):
        return
    if reads_alike(base, ours) and reads_alike(base, theirs):
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        before = base if isinstance(base, dict) else {}
        for key in dict.fromkeys((*theirs, *ours, *before)):
            base_, ours_, theirs_ = (side.get(key, MISSING) for side in (before, ours, theirs))
            yield from merge(base_, ours_, theirs_, (*path, key))
    elif isinstance(theirs, dict) and any(reads_alike(base, text) for text in theirs.values()):
        for key, text in theirs.items():  # the text is worded by recipient now
            was, mine = (base, ours) if reads_alike(base, text) else (MISSING, MISSING)
            yield from merge(was, mine, text, (*path, key))
    elif reads_alike(ours, theirs) or reads_alike(base, ours):
        yield Step(path, base, ours, theirs, theirs)
    elif reads_alike(base, theirs):
        yield Step(path, base, ours, theirs, ours)
    else:
        sides = (base, ours, theirs)
        lists = all(isinstance(side, list) for side in sides)
        merged = merge_lists(base, ours, theirs) if lists else None
        yield Step(path, *sides, merged, is_conflict=merged is None)


def merge_lists(base: list[Any], ours: list[Any], theirs: list[Any]) -> list[Any] | None:
    """The base with the changes of both; None where both changed one place."""
    edits = sorted((*_edits(base, ours), *_edits(base, theirs)), key=lambda edit: edit[:2])
    merged: list[Any] = []
    at, last = 0, None
    for edit in edits:
        if edit == last:
            continue
        begin, end, items = edit
        if last and (begin < at or begin == last[0]):
            return None
        merged += [*base[at:begin], *items]
        at, last = end, edit
    return [*merged, *base[at:]]


def _edits(base: Sequence[Any], new: Sequence[Any]) -> Iterator[_Edit]:
    before, after = ([json.dumps(item, sort_keys=True) for item in side] for side in (base, new))
    for op, a1, a2, b1, b2 in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        if op != "equal":
            yield a1, a2, list(new[b1:b2])


def reads_alike(one: Any, other: Any) -> bool:
    """Whether two values read the same; a block's last line end is not the text's."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            (conditions_alike if key == "when" else reads_alike)(one[key], other[key])
            for key in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(reads_alike, one, other))
    return bool(one == other) and (one is MISSING) == (other is MISSING)


def conditions_alike(one: Any, other: Any) -> bool:
    """Whether two conditions ask the same, by name or spelled out: `a`, `{all: a}`."""
    return reads_alike(_spelled_out(one), _spelled_out(other))


def _spelled_out(when: Any) -> Any:
    if isinstance(when, str):
        when = {key: list(names) for key, names in named_conditions(when).items()} or when
    if not isinstance(when, dict):
        return when
    return {
        key: sorted(map(str, values if isinstance(values, list) else [values]))
        for key, values in when.items()
    }
