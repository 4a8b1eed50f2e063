"""The approve view's answers: where a kind's text stands, what is to be read, and what a person
says of it: approves it, asks for changes, stops it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from notices.catalogue import as_record
from notices.errors import WorkspaceError
from notices.letter.live import LiveGate
from notices.pack.names import given_name, name_example, name_source
from notices.pack.types import Pack
from notices.review.accept import enter, new_facts, request, withdraw
from notices.review.all_clear import check_approvable
from notices.review.reading import Reading, build_reading
from notices.review.standing import needed_plain, read_standing
from notices.studio.answers import Studio
from notices.studio.question import AskError, flag_of, long_text_of, text_of_question, texts_of
from notices.studio.view import Plain, printed_when
from notices.wording.approval_check import check_facts
from notices.wording.approvals import COMING, Approval, accept_kind, person_name
from notices.wording.redline import piece_data
from notices.wording.signatures import KEYS, key_holder, read_keys, sign_approval

MOST_READ = 200  # entries of what was opened


def approval_status(studio: Studio, asked: Plain) -> Plain:
    """Whether the kind's saved text may go live today, and everything the book says of it."""
    pack, kind = studio.packs.kind_asked(asked)
    today = datetime.now(UTC).date().isoformat()
    with _gate(studio) as gate:
        text = gate.text(pack, kind)
        as_shipped = bool(text.digests & gate.shipped(pack.id, kind))
        findings = gate.check_kind(pack, kind, (), today)
        standing = read_standing(gate, pack, kind)
        facts = check_facts(pack, pack.sources, gate.book(pack.id)[0])
    needed = standing.needed
    live = standing.live.approved
    live_digest = live.digest if live else ""
    coming = [
        a
        for a in standing.lines
        if a.approves and not a.has_begun(today) and a.digest != live_digest
    ]
    cancelled = {a.digest for a in standing.lines if a.withdraws == COMING}
    return {
        "digest": text.digest,
        "live": live.plain() if live else None,
        "live_findings": [as_record(finding) for finding in standing.live_findings],
        "coming": [
            {"by": a.by, "from": a.effective_from} for a in coming if a.digest not in cancelled
        ],
        "as_shipped": as_shipped,
        "findings": [as_record(finding) for finding in findings],
        "editors": list(needed.editors or ()),
        "by_hand": needed.editors is None,
        "needed": needed_plain(needed),
        "facts": [
            {"fact": f.params["fact"], "called": name_source(pack, str(f.params["citation"]))}
            for f in facts
        ],
        "signs": studio.key is not None,
        "key_wanted": studio.key is None and _is_signed(studio.workspace.approvals),
        "book": [standing.plain(line) for line in reversed(standing.lines)],
    }


def reading(studio: Studio, asked: Plain) -> Plain:
    """What is to be read before the kind's text is approved."""
    pack, kind = studio.packs.kind_asked(asked)
    with _gate(studio) as gate:
        found = build_reading(gate, pack, kind)
    since = found.since
    return {
        "digest": found.digest,
        "since": {"by": since.by, "when": since.when} if since else None,
        "base": found.base,
        "is_whole": found.is_whole,
        "items": list(found.items),
        "pieces": [
            {**piece_data(piece), "called": dict(given_name("placeholders", pack.id, name))}
            for piece in found.pieces
            for name in piece.name.split("/")[1:2]
        ],
        "parts": [
            [run.op, run.text]
            for change in found.redline.parts
            for run in change.runs
            if found.base and run.op != "same"
        ],
        "sentences": [
            {"name": said.name, "before": said.before, "after": said.after} for said in found.said
        ],
        "when": _printed(pack, kind, found),
        "letters": [
            {
                "name": one.name,
                "called": name_example(pack, one.name, one.about),
                "level": one.level,
                "languages": list(one.languages),
                "changed": list(one.changed),
            }
            for one in found.letters
        ],
        "unprinted": list(_unprinted(pack, kind, found)),
        "others": list(found.others),
    }


def _unprinted(pack: Pack, kind: str, found: Reading) -> Iterator[str]:
    """Clauses that read otherwise, but in no example's letter: nobody can see them on a page."""
    changed = {name for letter in found.letters for name in letter.changed}
    pieces = {piece.name for piece in found.pieces}
    for name in dict.fromkeys(part.clause for part in pack.kinds[kind].parts if part.clause):
        if found.since and f"clauses/{name}" in pieces and f"clause-{name}" not in changed:
            yield name


def _printed(pack: Pack, kind: str, found: Reading) -> Plain:
    """When each clause that is to be read is printed, by its piece's name."""
    read = {piece.name for piece in found.pieces}
    said: dict[str, list[Plain]] = {}
    for part in pack.kinds[kind].parts:
        for name, sentence in printed_when(pack, part).items():
            if sentence and f"clauses/{name}" in read:
                said.setdefault(f"clauses/{name}", []).append(sentence)
    return said


# --- what a person says ----------------------------------------------------------------------


def approve(studio: Studio, asked: Plain) -> Plain:
    """Record a person's approval of the text that the page showed, signed where the studio was
    given a key. A pack with errors is refused, and edited text whose examples don't come out.

    Raises AskError for a bad name or days, where text or approvals have changed since it was read,
    and where not all of it was.
    """
    pack, kind = studio.packs.kind_asked(asked)
    first, last = _day(asked, "from"), _day(asked, "until")
    if first and last and last < first:
        raise AskError("days-order")
    if last and last < _now().date():
        raise AskError("days-past")
    with _gate(studio) as gate:
        by, note = person(studio, asked), long_text_of(asked, "note")
        _check_key(studio)
        if gate.text(pack, kind).digest != text_of_question(asked, "digest"):
            raise AskError("text-changed")
        faults = check_approvable(gate, pack, kind, studio.tried)
        if faults:
            told = [as_record(fault) for fault in faults]
            return {**approval_status(studio, asked), "refused": told}
        items = _all_read(build_reading(gate, pack, kind), asked)
        approval = accept_kind(pack, kind, gate.look, by, _now(), note, (first, last), items)
    _enter(studio, pack, approval)
    return approval_status(studio, asked)


def ask(studio: Studio, asked: Plain) -> Plain:
    """Record that a person asks for changes of the text that the page showed, or that what was
    asked is settled. Raises AskError without a word of what is asked, and as `approve`."""
    pack, kind = studio.packs.kind_asked(asked)
    note, settled = long_text_of(asked, "note").strip(), flag_of(asked, "settled", usual=False)
    if not note and not settled:
        raise AskError("note-needed")
    with _gate(studio) as gate:
        if gate.text(pack, kind).digest != text_of_question(asked, "digest"):
            raise AskError("text-changed")
        line = request(gate, pack, kind, person(studio, asked), _now(), note, settled=settled)
    _enter(studio, pack, line)
    return approval_status(studio, asked)


def stop(studio: Studio, asked: Plain) -> Plain:
    """Stop the kind's live text at once, or take back what is approved for later days. Raises
    AskError without a reason, or where there is nothing to stop."""
    pack, kind = studio.packs.kind_asked(asked)
    note, coming = long_text_of(asked, "note").strip(), flag_of(asked, "coming", usual=False)
    if not note:
        raise AskError("note-needed")
    by = person(studio, asked)
    with _gate(studio) as gate:
        try:
            lines = withdraw(gate, pack, kind, by, _now(), note, coming=coming)
        except WorkspaceError as error:
            raise AskError("nothing-to-stop") from error
    for line in lines:
        _enter(studio, pack, line)
    return approval_status(studio, asked)


def accept_facts(studio: Studio, asked: Plain) -> Plain:
    """Record that a person checked the sources of unverified facts. Raises AskError for a fact that
    is none, and as `approve`."""
    pack, _ = studio.packs.kind_asked(asked)
    names = texts_of(asked, "facts")
    unverified = {source.id for source in pack.sources if source.status == "unverified"}
    if not names or not unverified.issuperset(names):
        raise AskError("facts: unverified facts of the pack")
    by, note = person(studio, asked), long_text_of(asked, "note")
    with _gate(studio) as gate:
        lines = new_facts(gate, pack, names, by, _now(), note)
    for line in lines:
        _enter(studio, pack, line)
    return approval_status(studio, asked)


def person(studio: Studio, asked: Plain) -> str:
    """Who acts: the key's holder where the studio was given a key, else the name as typed. Raises
    AskError for a bad name."""
    name = signer(studio) or text_of_question(asked, "by")
    if not name.strip():
        raise AskError("name-needed")
    try:
        return person_name(name)
    except WorkspaceError as error:
        raise AskError("name-bad") from error


def signer(studio: Studio) -> str:
    """The name that the studio's key is registered for; "" without a key, or where it is not."""
    if studio.key is None:
        return ""
    try:
        return key_holder(studio.key, read_keys(studio.workspace.approvals))
    except WorkspaceError:
        return ""


def _enter(studio: Studio, pack: Pack, line: Approval) -> None:
    folder = studio.workspace.approvals
    if folder is None:
        raise WorkspaceError("approvals are kept in a workspace")
    _check_key(studio)
    if studio.key is not None:
        line = sign_approval(line, studio.key, read_keys(folder))
    enter(folder, pack, line)


def _check_key(studio: Studio) -> None:
    if studio.key is not None and not signer(studio):
        raise AskError("key-unknown")
    if studio.key is None and _is_signed(studio.workspace.approvals):
        raise AskError("key-wanted")


def _is_signed(folder: Path | None) -> bool:
    return folder is not None and (folder / KEYS).is_file()


# --- small things ----------------------------------------------------------------------------


def _gate(studio: Studio) -> LiveGate:
    return LiveGate(studio.workspace, _now().isoformat(timespec="seconds"))


def _now() -> datetime:
    return datetime.now(UTC)


def _all_read(found: Reading, asked: Plain) -> tuple[str, ...]:
    """What was to be read, all of which the page noted as opened. Raises AskError where it did not,
    or what is approved has become another since: then other things were to be read."""
    if text_of_question(asked, "since") != (found.since.when if found.since else ""):
        raise AskError("text-changed")
    if not set(found.items) <= set(texts_of(asked, "read", MOST_READ)):
        raise AskError("read-missing")
    return found.items


def _day(asked: Plain, key: str) -> date | None:
    text = text_of_question(asked, key)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise AskError(f"{key}: a day as 2026-04-15") from error
