"""The history's answers: who changed which text when, what others saved meanwhile, and putting
back. Word by word, also for two texts that collide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from notices.catalogue import as_record
from notices.errors import FileError, WorkspaceError
from notices.pack.load import find_pack
from notices.pack.types import Pack
from notices.review.edit_pack import DONE
from notices.review.put_back import put_text_back, restore_text
from notices.studio.answers import Studio, outcome_plain
from notices.studio.approve import person
from notices.studio.question import AskError, mapping_of, pairs_of, text_of_question, whole_of
from notices.studio.view import Plain
from notices.wording.edit_log import EDITS, read_edits
from notices.wording.edits import read_value
from notices.wording.history import Change, digest_of, read_changes, unlike_shipped
from notices.wording.redline import compare_words, line_runs
from notices.wording.yaml_rewrite import flow

MOST_SHOWN = 100  # changes of one answer, the newest
MOST_PAIRS = 12
MOST_PIECES = 500  # that are restored at once


def history(studio: Studio, asked: Plain) -> Plain:
    """The changes of a piece and all under its name, newest first; "" = of the whole pack, with
    `kind` those that the kind prints."""
    pack, piece = studio.packs.asked(asked), text_of_question(asked, "piece")
    kind = text_of_question(asked, "kind")
    changes = [c for c in _changes(studio, pack, piece) if not kind or kind in c.kinds]
    last = {change.piece: change.number for change in changes}
    shown = reversed(changes[-MOST_SHOWN:])
    return {
        "changes": [_change_plain(studio, pack, c, c.number == last[c.piece]) for c in shown],
        "older": max(0, len(changes) - MOST_SHOWN),
        "unlike_shipped": _unlike(studio, pack, piece) if piece else [],
    }


def news(studio: Studio, asked: Plain) -> Plain:
    """What was saved after the change of that number, by anybody: cheap enough to be asked every
    few seconds. `since` -1 asks only for the number."""
    pack_id = text_of_question(asked, "pack")
    try:
        since = int(text_of_question(asked, "since") or -1)
    except ValueError as error:
        raise AskError("since: a whole number") from error
    folder = studio.workspace.approvals
    file = folder / EDITS if folder else None
    if file is None or not file.is_file():
        return {"number": 0, "changes": []}
    stamp = f"{file.stat().st_mtime_ns}-{file.stat().st_size}"
    if since >= 0 and stamp == text_of_question(asked, "stamp"):
        return {"number": since, "changes": [], "stamp": stamp}
    changes = read_changes(read_edits(folder, pack_id))
    new = [c for c in changes if 0 <= since < c.number]
    pack = studio.packs.pack(pack_id) if new else None
    return {
        "number": changes[-1].number if changes else 0,
        "stamp": stamp,
        "changes": [_news_plain(studio, pack, c) for c in new[-MOST_SHOWN:] if pack],
    }


def words(studio: Studio, asked: Plain) -> Plain:
    """Pairs of texts, word by word."""
    compared = (compare_words(old, new) for old, new in pairs_of(asked, "pairs", MOST_PAIRS))
    return {"runs": [[[run.op, run.text] for run in runs] for runs in compared]}


def revert(studio: Studio, asked: Plain) -> Plain:
    """Put a piece back: `how` is `before` (as before the change of that number), `undo` (that
    change alone) or `shipped` (the pieces `shown`, with the digests of what they said). Answers
    with the outcomes, a conflict where one reads otherwise than the page showed."""
    pack, piece = studio.packs.asked(asked), text_of_question(asked, "piece")
    how, number = text_of_question(asked, "how"), whole_of(asked, "number")
    by, now = person(studio, asked), datetime.now(UTC)
    if not piece:
        raise AskError("there is no such change")
    place = studio.workspace
    try:
        if how == "shipped":
            shown = mapping_of(asked, "shown", MOST_PIECES)
            outcomes = restore_text(place, pack.id, piece, by, now, shown)
        elif how in ("before", "undo"):
            seen, alone = text_of_question(asked, "seen"), how == "undo"
            outcomes = (put_text_back(place, pack.id, piece, by, now, number, seen, alone=alone),)
        else:
            raise AskError(f"{how[:20]}: no such way back")
    except WorkspaceError as error:
        raise AskError("cannot-undo") from error
    undone = [outcome for outcome in outcomes if outcome.status not in DONE]
    return {
        "status": undone[0].status if undone else "written" if outcomes else "same",
        "outcomes": [outcome_plain(outcome) for outcome in outcomes],
        "findings": [as_record(f) for outcome in undone for f in outcome.findings],
    }


# --- as data ---------------------------------------------------------------------------------


def _change_plain(studio: Studio, pack: Pack, change: Change, is_last: bool) -> Plain:
    now, seen = _now(studio, pack, change)
    return {
        **_about(change),
        "file": change.file,
        "kept": change.is_kept,
        "last": is_last,
        "status": _status(change),
        "runs": _runs(change.before, change.after) if change.is_kept else [],
        "back": _runs(now, change.before) if change.is_kept else [],
        "as_before": change.is_kept and now == change.before,
        "seen": seen,
    }


def _news_plain(studio: Studio, pack: Pack, change: Change) -> Plain:
    now, digest = _now(studio, pack, change)
    return {
        **_about(change),
        "scalar": scalar_of(change.piece),
        "text": now if isinstance(now, str) else "",
        "digest": digest,
    }


def _about(change: Change) -> Plain:
    return {
        "number": change.number,
        "by": change.by,
        "when": change.when,
        "piece": change.piece,
        "kinds": list(change.kinds),
    }


def _now(studio: Studio, pack: Pack, change: Change) -> tuple[Any, str]:
    """What stands at a change's place today, and its digest; nothing where the file is gone."""
    if not change.file:
        return None, ""
    try:
        return read_value(studio.packs.root(pack.id), change.file, change.path)
    except FileError:
        return None, ""


def _status(change: Change) -> str:
    if change.before is None or change.after is None:
        return "added" if change.before is None else "removed"
    return "changed"


def _runs(before: Any, after: Any) -> list[list[str]]:
    """A text word by word, a list line by line."""
    if isinstance(before, list) or isinstance(after, list):
        runs = line_runs(_lines(before), _lines(after))
    else:
        runs = compare_words(_text(before), _text(after))
    return [[run.op, run.text] for run in runs]


def _lines(value: Any) -> Iterable[str]:
    return [flow(one) for one in value] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else flow(value)


def scalar_of(piece: str) -> str:
    """The name by which the page edits a text: `clauses/ID/en`, `headings/ID/en`; "" where it is no
    single text."""
    room, _, rest = piece.partition("/")
    name, *steps = rest.split("/")
    if room == "clauses" and steps[:1] == ["heading"] and len(steps) > 1:
        return f"headings/{name}/{'.'.join(steps[1:])}"
    if room == "clauses" and steps and steps[0] != "when":
        return f"clauses/{name}/{'.'.join(steps)}"
    return piece if room == "labels" and len(steps) == 1 else ""


def _unlike(studio: Studio, pack: Pack, piece: str) -> list[Plain]:
    """What of the piece an own copy says otherwise than the shipped pack, and the way back."""
    root = find_pack(pack.id, studio.workspace.pack_roots)
    shipped = studio.workspace.law_of(root) if root else None
    if root is None or shipped is None:
        return []
    try:
        unlike = unlike_shipped(root, shipped, piece)
    except WorkspaceError:
        return []
    return [
        {"piece": name, "runs": _runs(*both), "seen": digest_of(root, shipped, name)}
        for name, both in unlike.items()
    ]


def _changes(studio: Studio, pack: Pack, piece: str) -> tuple[Change, ...]:
    return read_changes(read_edits(studio.workspace.approvals, pack.id), piece)
