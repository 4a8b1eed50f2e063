"""What a live letter lacks: whether enough people stand behind a kind's text, and behind its facts.

Text as shipped needs one person. Edited text needs two: either two approvers, or, where the log
of edits tells every step from text that already stood, its editors and one approver who is none of
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set

from notices.finding import Finding
from notices.pack.types import Pack, Source
from notices.wording.approvals import Approval
from notices.wording.digests import KindText, Seen, fact_digest, kind_text
from notices.wording.edit_log import EditLine

NONE: frozenset[str] = frozenset()
LOOK = ("layout-changed", "fonts-changed")  # what `check_look` tells
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
) -> tuple[Finding, ...]:
    """What keeps a letter of this kind, issued on `day` (ISO 8601), from being live.

    `shipped` are the digests of the kind's text in the shipped packs of this and earlier versions.
    """
    book = tuple(approvals)
    return (
        *check_text(pack, kind, book, shipped, edits, day),
        *check_facts(pack, sources_used, book),
    )


def check_text(
    pack: Pack,
    kind: str,
    approvals: Iterable[Approval],
    shipped: Set[str] = NONE,
    edits: Iterable[EditLine] = (),
    day: str = "",
) -> tuple[Finding, ...]:
    """Whether enough people accepted the kind's text as it stands (see `check_live`)."""
    text = kind_text(pack, kind)
    book = [a for a in approvals if a.pack == pack.id and a.kind == kind]
    log = [e for e in edits if e.pack == pack.id and e.kind == kind]
    if is_accepted(text.digests, [a for a in book if a.holds_on(day)], log, shipped):
        return ()
    source = pack.kinds[kind].source
    place, line = source.file, source.line
    params = {"pack": pack.id, "kind": kind}
    of_this = [a for a in book if a.digest in text.digests]
    if is_accepted(text.digests, book, log, shipped):
        spans = dict.fromkeys(
            f"{a.effective_from or '…'} – {a.effective_to or '…'}"
            for a in of_this
            if a.effective_from or a.effective_to
        )
        named = {**params, "day": day, "spans": ", ".join(spans)}
        return (Finding("not-effective", file=place, line=line, params=named),)
    if of_this:
        by = of_this[0].by
        return (Finding("four-eyes", file=place, line=line, params={**params, "by": by}),)
    if not book:
        return (Finding("not-approved", file=place, line=line, params=params),)
    last = book[-1]
    since = {"by": last.by, "date": last.when[:10], "what": _changed(last, text, kind)}
    ended = Finding("approval-ended", file=place, line=line, params={**params, **since})
    return (ended, *_stale(pack, last, text))


def is_accepted(
    text: Set[str], book: Iterable[Approval], log: Iterable[EditLine], shipped: Set[str]
) -> bool:
    """Whether enough people accepted one kind's text, whose digests `text` has; `book` and `log`
    are that kind's alone."""
    lines = tuple(book)
    people = _people(lines, text)
    if not people or text & shipped or len(people) > 1:
        return bool(people)
    editors = editors_of(text, lines, log, shipped)
    return editors is not None and bool(people - editors)


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
            editors[edit.after] = so_far | {edit.by.casefold()}
    known = [editors[digest] for digest in text if digest in editors]
    return frozenset().union(*known) if known else None


def _people(book: Iterable[Approval], text: Set[str]) -> frozenset[str]:
    return frozenset(a.by.casefold() for a in book if a.digest in text)


def last_accepted(
    book: Iterable[Approval], log: Iterable[EditLine], shipped: Set[str]
) -> Approval | None:
    """The newest approval of one kind whose text enough people accepted."""
    lines, edits = tuple(book), tuple(log)
    for approval in reversed(lines):  # the same words may have digests of two versions
        text = {a.digest for a in lines if a is approval or (a.kept and a.kept == approval.kept)}
        if is_accepted(text, lines, edits, shipped):
            return approval
    return None


def check_look(
    pack: Pack, kind: str, approvals: Iterable[Approval], seen: Seen, day: str = ""
) -> tuple[Finding, ...]:
    """Whether the layout or the fonts have changed since the kind was approved.

    Warnings: no approval ends by it. Nothing is reported where one approver of this text saw what
    letters look like now.
    """
    text = kind_text(pack, kind)
    book = [a for a in approvals if a.pack == pack.id and a.kind == kind and a.holds_on(day)]
    lines = [a for a in book if a.digest in text.digests] or book
    known: tuple[tuple[str, str, Callable[[Approval], str]], ...] = (
        ("layout-changed", seen.layout, lambda a: a.layout or text.earlier.get(a.digest, "")),
        ("fonts-changed", seen.fonts, lambda a: a.fonts),
    )
    source = pack.kinds[kind].source
    found = []
    for rule, now, then in known:
        before = [a for a in lines if then(a)]
        if before and all(then(a) != now for a in before):
            last = before[-1]
            params = {"pack": pack.id, "kind": kind, "by": last.by, "date": last.when[:10]}
            found.append(Finding(rule, "warning", source.file, source.line, "", params))
    return tuple(found)


def _changed(last: Approval, text: KindText, kind: str) -> str:
    """The pieces that are new, gone or other since an approval, by name; what no language says
    (parts, conditions, formats) goes by the kind's own name."""
    names = dict.fromkeys((*text.sides, *last.sides))
    changed = [name for name in names if text.sides.get(name) != last.sides.get(name)]
    named = changed[:MOST_NAMED] or [f"kinds/{kind}"]
    return ", ".join(named) + (" …" if len(changed) > MOST_NAMED else "")


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
