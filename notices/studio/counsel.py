"""Documents for outside counsel, and those that came back, which are kept beside the pack.

`.studio/counsel/PACK/ID.docx` in the workspace, with what somebody dropped in `ID.json`. What a
document proposes is read from it each time: a text that was saved is a proposal no more.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notices.catalogue import as_record
from notices.errors import NoticesError
from notices.files import naming, read_bytes, write_whole
from notices.letter.live import LiveGate
from notices.pack.types import Pack
from notices.review.counsel import Answer, Proposal, counsel_document, read_answer, save_proposal
from notices.review.counsel_file import MAX_FILE
from notices.studio.answers import Studio, outcome_plain
from notices.studio.drafts import keep_out_of_git
from notices.studio.question import AskError, bytes_of, check_characters, text_of_question
from notices.studio.view import Plain
from notices.textfiles import TextFileError, parse_json

_ID = re.compile("[0-9a-f]{16}")
_MOST = 20  # documents of a pack at a time
_MOST_NAME = 80


@dataclass(frozen=True)
class _Kept:
    """A document that came back: its bytes, its name, the pieces that somebody dropped."""

    id: str
    data: bytes
    name: str
    dropped: tuple[str, ...]


def document(studio: Studio, asked: Plain) -> bytes:
    """A kind's letter as a .docx, marked since the state `from`. Raises NoticesError."""
    pack, kind = studio.packs.kind_asked(asked)
    now = datetime.now(UTC)
    gate = LiveGate(studio.workspace, now.isoformat(timespec="seconds"))
    languages = text_of_question(asked, "languages").split()
    return counsel_document(gate, pack, kind, text_of_question(asked, "from"), now, languages)


def documents(studio: Studio, asked: Plain) -> Plain:
    """What the documents that came back propose and remark."""
    pack = studio.packs.asked(asked)
    return {"documents": [_plain(studio, pack, one) for one in _kept(studio, pack)]}


def bring(studio: Studio, asked: Plain) -> Plain:
    """Keep a document that came back (`data` in base 64), if it has texts of the pack; else why
    not."""
    pack = studio.packs.asked(asked)
    name = " ".join(text_of_question(asked, "name").split())[:_MOST_NAME] or "?"
    data = bytes_of(asked, "data")
    answer = read_answer(studio.workspace, pack, data, name)
    if not answer.proposals and not answer.remarks:
        return {"refused": [as_record(finding) for finding in answer.findings], "empty": True}
    folder = _folder(studio, pack.id)
    if len([*folder.glob("*.docx")]) >= _MOST:
        raise AskError("counsel-most")
    number = hashlib.sha256(data).hexdigest()[:16]
    keep_out_of_git(folder.parent.parent)
    write_whole(folder / f"{number}.docx", data, private=True)
    _note(folder, number, name, ())
    return documents(studio, asked)


def take(studio: Studio, asked: Plain) -> Plain:
    """Save one proposal where its text still reads as the page showed it (`seen`), under the
    asker's name: an edit like any other."""
    pack, one = _asked(studio, asked)
    piece = text_of_question(asked, "piece")
    for proposal in _read(studio, pack, one).proposals:
        if proposal.piece == piece and proposal.status != "unreadable":
            if proposal.seen != text_of_question(asked, "seen"):
                return {"status": "conflict", **documents(studio, asked)}
            by = text_of_question(asked, "by")
            outcome = save_proposal(studio.workspace, pack, proposal, by, datetime.now(UTC))
            return {**outcome_plain(outcome), **documents(studio, asked)}
    raise AskError("counsel-gone")


def drop(studio: Studio, asked: Plain) -> Plain:
    """Leave a proposal out (`piece`), or forget the whole document."""
    pack, one = _asked(studio, asked)
    piece = text_of_question(asked, "piece")
    folder = _folder(studio, pack.id)
    if piece:
        _note(folder, one.id, one.name, (*one.dropped, piece))
    else:
        for file in (folder / f"{one.id}.docx", folder / f"{one.id}.json"):
            with naming(file):
                file.unlink(missing_ok=True)
    return documents(studio, asked)


# --- the documents that are kept ------------------------------------------------------------------


def _folder(studio: Studio, pack_id: str) -> Path:
    if studio.workspace.root is None:
        raise AskError("no workspace")
    return studio.workspace.root / ".studio" / "counsel" / pack_id


def _note(folder: Path, number: str, name: str, dropped: tuple[str, ...]) -> None:
    text = json.dumps({"name": name, "dropped": list(dropped)}, ensure_ascii=False)
    write_whole(folder / f"{number}.json", text, private=True)


def _kept(studio: Studio, pack: Pack) -> Iterator[_Kept]:
    folder = _folder(studio, pack.id)
    for file in sorted(folder.glob("*.docx")):
        if _ID.fullmatch(file.stem) and file.stat().st_size <= MAX_FILE:
            yield _with_note(folder, file.stem, read_bytes(file))


def _with_note(folder: Path, number: str, data: bytes) -> _Kept:
    try:
        text = read_bytes(folder / f"{number}.json").decode("utf-8", "replace")
        note: Any = next(iter(parse_json(text, number))).data
        check_characters(note)
        return _Kept(number, data, str(note["name"]), tuple(map(str, note["dropped"])))
    except (NoticesError, TextFileError, KeyError, TypeError):
        return _Kept(number, data, number, ())  # half a note is none: everything is open again


def _asked(studio: Studio, asked: Plain) -> tuple[Pack, _Kept]:
    pack = studio.packs.asked(asked)
    number = text_of_question(asked, "document")
    for one in _kept(studio, pack):
        if one.id == number:
            return pack, one
    raise AskError("counsel-gone")


def _read(studio: Studio, pack: Pack, one: _Kept) -> Answer:
    return read_answer(studio.workspace, pack, one.data, one.name)


def _plain(studio: Studio, pack: Pack, one: _Kept) -> Plain:
    answer = _read(studio, pack, one)
    return {
        "id": one.id,
        "name": one.name,
        "kind": answer.kind,
        "proposals": [_proposal(p) for p in answer.proposals if p.piece not in one.dropped],
        "dropped": len([p for p in answer.proposals if p.piece in one.dropped]),
        "remarks": [{"piece": piece, **asdict(remark)} for piece, remark in answer.remarks],
        "findings": [as_record(finding) for finding in answer.findings],
    }


def _proposal(one: Proposal) -> Plain:
    return {
        "piece": one.piece,
        "lang": one.lang,
        "by": one.by,
        "when": one.when,
        "status": one.status,
        "seen": one.seen,
        "runs": [[run.op, run.text] for run in one.runs],
        "findings": [as_record(finding) for finding in one.findings],
    }
