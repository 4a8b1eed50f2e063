"""What a live letter lacks: whether enough people stand behind a kind's text, and behind its facts.

Text as shipped needs one person. Edited text needs two: either two approvers, or, where the log
of edits tells every step from text that already stood, its editors and one approver who is none of
them.
"""

from __future__ import annotations

from collections.abc import Iterable

from notices.finding import Finding
from notices.pack.types import Pack, Source
from notices.wording.approvals import Approval
from notices.wording.digests import KindText, fact_digest, kind_text
from notices.wording.edit_log import EditLine


def check_live(
    pack: Pack,
    kind: str,
    sources_used: Iterable[Source],
    approvals: Iterable[Approval],
    layout_digest: str,
    builtin_digest: str,
    edits: Iterable[EditLine] = (),
    day: str = "",
) -> tuple[Finding, ...]:
    """What keeps a letter of this kind, issued on `day` (ISO 8601), from being live.

    `builtin_digest` is the same kind's text digest in the shipped pack ("" where none is shipped).
    """
    book = tuple(approvals)
    return (
        *check_text(pack, kind, book, layout_digest, builtin_digest, edits, day),
        *check_facts(pack, sources_used, book),
    )


def check_text(
    pack: Pack,
    kind: str,
    approvals: Iterable[Approval],
    layout_digest: str,
    builtin_digest: str,
    edits: Iterable[EditLine] = (),
    day: str = "",
) -> tuple[Finding, ...]:
    """Whether enough people accepted the kind's text as it stands (see `check_live`)."""
    text = kind_text(pack, kind, layout_digest)
    book = [a for a in approvals if a.pack == pack.id and a.kind == kind]
    log = [e for e in edits if e.pack == pack.id and e.kind == kind]
    if is_accepted(text.digest, [a for a in book if a.holds_on(day)], log, builtin_digest):
        return ()
    source = pack.kinds[kind].source
    place, line = source.file, source.line
    params = {"pack": pack.id, "kind": kind}
    if is_accepted(text.digest, book, log, builtin_digest):
        spans = dict.fromkeys(
            f"{a.effective_from or '…'} – {a.effective_to or '…'}"
            for a in book
            if a.digest == text.digest and (a.effective_from or a.effective_to)
        )
        told = {**params, "day": day, "spans": ", ".join(spans)}
        return (Finding("not-effective", file=place, line=line, params=told),)
    people = {a.by.casefold(): a.by for a in book if a.digest == text.digest}
    if people:
        by = next(iter(people.values()))
        return (Finding("four-eyes", file=place, line=line, params={**params, "by": by}),)
    stale = _stale(pack, book[-1], text) if book else ()
    return (Finding("not-approved", file=place, line=line, params=params), *stale)


def is_accepted(
    digest: str, book: Iterable[Approval], log: Iterable[EditLine], builtin_digest: str
) -> bool:
    """Whether enough people accepted one kind's text; `book` and `log` are that kind's alone."""
    lines = tuple(book)
    people = _people(lines, digest)
    if not people or digest == builtin_digest or len(people) > 1:
        return bool(people)
    editors = editors_of(digest, lines, log, builtin_digest)
    return editors is not None and bool(people - editors)


def editors_of(
    digest: str, book: Iterable[Approval], log: Iterable[EditLine], builtin_digest: str
) -> frozenset[str] | None:
    """Who edited a text since one that stood (shipped or accepted), casefolded.

    None where the log does not tell every step: somebody edited the file by hand.
    """
    lines = tuple(book)
    editors: dict[str, frozenset[str]] = {}
    for edit in log:
        people = _people(lines, edit.before)
        so_far = editors.get(edit.before)
        others = people - so_far if so_far is not None else frozenset()
        if edit.before == builtin_digest or len(people) > 1 or others:
            so_far = frozenset()
        if so_far is not None:
            editors[edit.after] = so_far | {edit.by.casefold()}
    return editors.get(digest)


def _people(book: Iterable[Approval], digest: str) -> frozenset[str]:
    return frozenset(a.by.casefold() for a in book if a.digest == digest)


def last_accepted(
    book: Iterable[Approval], log: Iterable[EditLine], builtin_digest: str
) -> Approval | None:
    """The newest approval of one kind whose text enough people accepted."""
    lines, edits = tuple(book), tuple(log)
    accepted = (a for a in reversed(lines) if is_accepted(a.digest, lines, edits, builtin_digest))
    return next(accepted, None)


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
