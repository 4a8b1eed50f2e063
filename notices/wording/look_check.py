"""Whether letters look as they did when their kind's text was approved."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from notices.finding import Finding
from notices.pack.types import Pack
from notices.wording.approval_check import counting
from notices.wording.approvals import Approval
from notices.wording.digests import Seen, kind_text


def check_look(
    pack: Pack, kind: str, approvals: Iterable[Approval], seen: Seen, day: str = ""
) -> tuple[Finding, ...]:
    """Whether the layout or the fonts have changed since the kind was approved.

    Warnings: no approval ends by it. Nothing is reported where one approver of this text saw what
    letters look like now.
    """
    text = kind_text(pack, kind)
    digests = frozenset((pack.approved,)) if pack.approved else text.digests
    own = counting(a for a in approvals if a.pack == pack.id and a.kind == kind)
    book = [a for a in own if a.holds_on(day)]
    lines = [a for a in book if a.digest in digests] or book
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
