"""What a live letter lacks: whether enough people stand behind a kind's text, and behind its facts.

Text as shipped needs one person. Edited text needs two: either two approvers, or, where the log
of edits tells every step from text that already stood, its editors and one approver who is none of
them. Of several texts the one that was approved last, and whose day has come, is live. What
somebody asks to change does not go live before that is settled; what is live already stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from notices.finding import Finding
from notices.pack.folding import folded
from notices.pack.types import Pack, Source
from notices.wording.approvals import COMING, SETTLED, Approval
from notices.wording.digests import KindText, fact_digest, kind_text
from notices.wording.edit_log import EditLine

NONE: frozenset[str] = frozenset()
LOOK = ("layout-changed", "fonts-changed")  # what `look_check` tells
SINCE_APPROVED = ("approval-ended", "translation-stale", *LOOK)  # said at the next approval
MOST_NAMED = 5  # pieces that a finding names


def check_live(
    pack: Pack,
    kind: str,
    sources_used: Iterable[Source],
    approvals: Iterable[Approval],
    shipped: Set[str],
    edits: Iterable[EditLine] = (),
    day: str = "",
    *,
    begun: bool = False,
) -> tuple[Finding, ...]:
    """What keeps a letter of this kind, issued on `day` (ISO 8601), from being live.

    `shipped` are the digests of the kind's text in the shipped packs of this and earlier versions.
    In a run that has `begun`, a text that was approved since takes nothing away from its own.
    """
    book = tuple(approvals)
    return (
        *check_text(pack, kind, book, shipped, edits, day, begun=begun),
        *check_facts(pack, sources_used, book),
    )


def check_text(
    pack: Pack,
    kind: str,
    approvals: Iterable[Approval],
    shipped: Set[str] = NONE,
    edits: Iterable[EditLine] = (),
    day: str = "",
    *,
    begun: bool = False,
) -> tuple[Finding, ...]:
    """Whether enough people accepted the kind's text as it stands (see `check_live`)."""
    text = kind_text(pack, kind)
    digests = frozenset((pack.approved,)) if pack.approved else text.digests
    lines = [a for a in approvals if a.pack == pack.id and a.kind == kind]
    log = [e for e in edits if e.pack == pack.id and e.kind == kind]
    book = counting(lines)
    last = standing_line(lines, log, shipped, day, digests)
    of_this = [a for a in book if a.digest in digests]
    stands = begun or (last is not None and last in of_this)
    holding = [a for a in book if a.holds_on(day) or a.digest not in digests]
    if stands and is_accepted(digests, holding, log, shipped):
        return ()
    source = pack.kinds[kind].source
    place, line = source.file, source.line
    params = {"pack": pack.id, "kind": kind}
    asked = tuple(
        Finding(
            "changes-asked",
            file=place,
            line=line,
            params={**params, "by": a.by, "date": a.when[:10], "note": a.note},
        )
        for a in open_requests(lines, digests, day)
    )
    unasked = standing_line(_without_requests(lines, digests), log, shipped, day, digests)
    if asked and not stands and unasked in of_this:
        later = len(open_requests(lines, digests)) < len(asked)  # who asked approves from then on
        return (*((_not_effective(pack, kind, of_this, day),) if later else ()), *asked)
    return (*_not_accepted(pack, kind, text, lines, log, shipped, day, stands=stands), *asked)


def _not_accepted(
    pack: Pack,
    kind: str,
    text: KindText,
    lines: list[Approval],
    log: list[EditLine],
    shipped: Set[str],
    day: str,
    *,
    stands: bool,
) -> tuple[Finding, ...]:
    """Why a text that not enough people stand behind is not live."""
    digests = frozenset((pack.approved,)) if pack.approved else text.digests
    book = counting(lines)
    last = standing_line(lines, log, shipped, day, digests)
    of_this = [a for a in book if a.digest in digests]
    source = pack.kinds[kind].source
    place, line = source.file, source.line
    params = {"pack": pack.id, "kind": kind}
    if last and last.withdraws and not of_this:
        said = {**params, "by": last.by, "date": last.when[:10], "note": last.note or "–"}
        return (Finding("approval-withdrawn", file=place, line=line, params=said),)
    begun_lines = [a for a in book if a.has_begun(day)]
    is_older = not stands and is_accepted(digests, begun_lines, log, shipped)
    if is_accepted(digests, book, log, shipped) and not is_older:
        return (_not_effective(pack, kind, of_this, day),)
    if of_this and not is_older:
        by = of_this[0].by
        return (Finding("four-eyes", file=place, line=line, params={**params, "by": by}),)
    if not book:
        return (Finding("not-approved", file=place, line=line, params=params),)
    before = last if last and not last.withdraws else book[-1]
    what = ", ".join(_named(changed_since(before, text, kind)))
    since = {"by": before.by, "date": before.when[:10], "what": what}
    ended = Finding("approval-ended", file=place, line=line, params={**params, **since})
    return (ended, *_stale(pack, before, text))


def _not_effective(pack: Pack, kind: str, book: list[Approval], day: str) -> Finding:
    """That enough people accepted a text, but not for letters of the day."""
    spans = dict.fromkeys(
        f"{a.effective_from or '…'} – {a.effective_to or '…'}"
        for a in book
        if a.effective_from or a.effective_to
    )
    source = pack.kinds[kind].source
    params = {"pack": pack.id, "kind": kind, "day": day, "spans": ", ".join(spans)}
    return Finding("not-effective", file=source.file, line=source.line, params=params)


def counting(lines: Iterable[Approval]) -> tuple[Approval, ...]:
    """One kind's approvals that nobody withdrew, oldest first."""
    found: list[Approval] = []
    for line in _without_cancelled(lines):
        found = [] if line.withdraws else [*found, line]
    return tuple(line for line in found if line.approves)


def open_requests(lines: Iterable[Approval], text: Set[str], day: str = "") -> tuple[Approval, ...]:
    """What people still ask on `day` to be changed in one kind's text, whose digests `text` has,
    oldest first: a request ends when it is settled, or when whoever asked approves the text, from
    the first day on that the approval is for."""
    found: dict[str, Approval] = {}
    for line in lines:
        if line.digest not in text or line.withdraws:
            continue
        if line.request == SETTLED:
            found.clear()
        elif line.request:
            found[folded(line.by)] = line
        elif line.has_begun(day):
            found.pop(folded(line.by), None)
    return tuple(found.values())


def _without_requests(lines: Iterable[Approval], text: Set[str]) -> list[Approval]:
    """One kind's lines as if nobody had asked anything of the text, whose digests `text` has."""
    return [a for a in lines if not a.request or a.digest not in text]


def standing_line(
    lines: Iterable[Approval],
    log: Iterable[EditLine],
    shipped: Set[str],
    day: str = "",
    working: Set[str] = NONE,
) -> Approval | None:
    """The approval of one kind's text that letters issued on `day` are written by: of those whose
    first day has come the one that was given last. A line that withdraws, where that is the last
    word; None where no text was ever enough approved.

    It may have ended since, by its last day: no older text takes its place, nor where what was
    asked of one is settled. `working` are the digests of today's text, which stand for one another.
    """
    edits = tuple(log)
    book: list[Approval] = []
    seen: list[Approval] = []
    standing: Approval | None = None
    at = -1  # its place in the book
    for line in _without_cancelled(lines):
        seen.append(line)
        if line.withdraws:
            book, standing, at = [], line, -1
            continue
        if line.approves and line.has_begun(day):
            book.append(line)
        elif line.request != SETTLED:
            continue
        kept = {a.kept for a in book if a.kept and a.digest == line.digest}
        same = {line.digest, *(a.digest for a in book if a.kept in kept)}
        same |= working if line.digest in working else NONE
        last = max((n for n, a in enumerate(book) if a.digest in same), default=-1)
        if last <= at or open_requests(seen, same, day):
            continue
        if is_accepted(same, book, edits, shipped):
            standing, at = book[last], last
    return standing


def _without_cancelled(lines: Iterable[Approval]) -> tuple[Approval, ...]:
    """Without the texts that were withdrawn before their first day, and the lines that did so. A
    text without a first day has come: only STOP ends it."""
    found: list[Approval] = []
    for line in lines:
        if line.withdraws == COMING:
            found = [a for a in found if a.digest != line.digest or not a.effective_from]
        else:
            found.append(line)
    return tuple(found)


def is_accepted(
    text: Set[str], book: Iterable[Approval], log: Iterable[EditLine], shipped: Set[str]
) -> bool:
    """Whether enough people accepted one kind's text, whose digests `text` has; `book` and `log`
    are that kind's alone.

    One person is enough who was no editor when approving: who changes the text later, and back,
    takes nothing from that.
    """
    lines, edits = tuple(book), tuple(log)
    people = _people(lines, text)
    if not people or text & shipped or len(people) > 1:
        return bool(people)
    for approval in (a for a in lines if a.digest in text):
        until = [edit for edit in edits if edit.when <= approval.when]
        editors = editors_of(text, lines, until, shipped)
        if editors is None:  # clocks disagree: all that was ever edited
            editors = editors_of(text, lines, edits, shipped)
        if editors is not None and people - editors:
            return True
    return False


def editors_of(
    text: Set[str], book: Iterable[Approval], log: Iterable[EditLine], shipped: Set[str]
) -> frozenset[str] | None:
    """Who edited a text since one that stood (shipped or accepted), casefolded.

    None where the log does not tell every step: somebody edited the file by hand.
    """
    lines = tuple(book)
    editors: dict[str, frozenset[str]] = {}
    for edit in log:
        people = _people(lines, {edit.before})
        so_far = editors.get(edit.before)
        others = people - so_far if so_far is not None else frozenset()
        if edit.before in shipped or len(people) > 1 or others:
            so_far = frozenset()
        if so_far is not None:
            editors[edit.after] = so_far | {folded(edit.by)}
    known = [editors[digest] for digest in text if digest in editors]
    return frozenset().union(*known) if known else None


def _people(book: Iterable[Approval], text: Set[str]) -> frozenset[str]:
    return frozenset(folded(a.by) for a in book if a.digest in text and a.approves)


@dataclass(frozen=True)
class Needed:
    """Who stands behind a kind's text as it is, today or from a later day on, and who is still
    needed.

    `missing` is how many more people: where there are `editors` and no `approvers`, one who is no
    editor, or any two. `editors` is None where somebody edited by hand. `requests` are still to be
    settled."""

    approvers: tuple[str, ...]
    editors: tuple[str, ...] | None
    missing: int
    requests: tuple[Approval, ...]


def still_needed(
    text: Set[str],
    lines: Iterable[Approval],
    log: Iterable[EditLine],
    shipped: Set[str],
    day: str = "",
) -> Needed:
    """What one kind's text, whose digests `text` has, lacks on `day` (ISO 8601) to be live; `lines`
    and `log` are that kind's alone. An approval of the text that has ended by then counts no more.
    """
    all_lines, edits = tuple(lines), tuple(log)
    book = [a for a in counting(all_lines) if not a.has_ended(day) or a.digest not in text]
    known = NONE if text & shipped else editors_of(text, book, edits, shipped)
    written = {folded(edit.by): edit.by for edit in edits}
    editors = None if known is None else tuple(sorted(written[name] for name in known))
    people = tuple({folded(a.by): a.by for a in book if a.digest in text}.values())
    if is_accepted(text, book, edits, shipped):
        settled = _without_requests(all_lines, text)
        last = standing_line(settled, edits, shipped, working=text)
        is_older = last is None or last.digest not in text
        requests = open_requests(all_lines, text, day)
        return Needed(people, editors, 1 if is_older else 0, requests)
    missing = 1 if editors is not None else 2 - len(_people(book, text))
    return Needed(people, editors, missing, open_requests(all_lines, text, day))


def last_accepted(
    book: Iterable[Approval], log: Iterable[EditLine], shipped: Set[str]
) -> Approval | None:
    """The newest approval of one kind whose text enough people accepted."""
    last = standing_line(book, log, shipped)
    return None if last is None or last.withdraws else last


def changed_since(last: Approval, text: KindText, kind: str) -> tuple[str, ...]:
    """The pieces that are new, gone or other since an approval, by name; what no language says
    (parts, conditions, formats) goes by the kind's own name."""
    if last.digest in text.digests:
        return ()
    names = dict.fromkeys((*text.sides, *last.sides))
    changed = tuple(name for name in names if text.sides.get(name) != last.sides.get(name))
    return changed or (f"kinds/{kind}",)


def _named(pieces: tuple[str, ...]) -> tuple[str, ...]:
    if len(pieces) <= MOST_NAMED:
        return pieces
    *first, last = pieces[:MOST_NAMED]
    return (*first, f"{last} …")


def _stale(pack: Pack, last: Approval, text: KindText) -> tuple[Finding, ...]:
    """The pieces of which, since the last acceptance, one side changed and another did not."""
    found = []
    for name, now in text.sides.items():
        then = last.sides.get(name, {})
        common = [lang for lang in now if lang in then]
        changed = [lang for lang in common if now[lang] != then[lang]]
        kept = [lang for lang in common if now[lang] == then[lang]]
        if changed and kept:
            clause = pack.clauses.get(name.removeprefix("clauses/"))
            term_place = pack.lines.get(f"terms/{name}", ("", 0))
            found.append(
                Finding(
                    "translation-stale",
                    file=clause.file if clause else term_place[0],
                    line=clause.line if clause else term_place[1],
                    params={
                        "pack": pack.id,
                        "piece": name,
                        "changed": ", ".join(changed),
                        "kept": ", ".join(kept),
                        "by": last.by,
                        "date": last.when[:10],
                    },
                )
            )
    return tuple(found)


def check_facts(
    pack: Pack, sources_used: Iterable[Source], approvals: Iterable[Approval]
) -> tuple[Finding, ...]:
    """Each unverified fact that nobody accepted as it stands, once."""
    book = {(a.fact, a.digest) for a in approvals if a.pack == pack.id and a.fact}
    unverified = {s.id: s for s in sources_used if s.status == "unverified"}
    return tuple(
        Finding(
            "fact-unverified",
            file=source.file,
            line=source.line,
            params={"pack": pack.id, "fact": source.id, "citation": source.citation},
        )
        for source in unverified.values()
        if (source.id, fact_digest(pack, source)) not in book
    )
