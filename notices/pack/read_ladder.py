"""A pack's ladder: which letter follows which, by days overdue. Read and checked, never applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from notices.finding import Finding
from notices.pack.conditions import mentioned
from notices.pack.links import condition_values
from notices.pack.node import SOURCE_KEYS, Node, read_source
from notices.pack.types import BegunByLetter, Ladder, Pack, Rung
from notices.pack.vocabulary import near_miss

_KEYS = (
    "posting_days",
    "gap_days",
    "new_default",
    "stated_in",
    "stated_as",
    "begun_by_letter",
    "rungs",
)
_RUNG_KEYS = ("from", "kind", "level", "needs", "when", "prescribed")
# What is known of a record before its kind of letter is chosen.
KNOWN_EARLY = ("debt_kind", "debtor_type", "sender_role", "has", "lacks", "all", "not")


def read_ladder(top: Node) -> Ladder:
    """The ladder, its rungs in the order of their first days."""
    top.only((*SOURCE_KEYS, *_KEYS))
    rungs = [_read_rung(name, node) for name, node in top.at("rungs").entries()]
    if not rungs:
        top.at("rungs").fault("key-missing", name="rungs")
    return Ladder(
        rungs=tuple(sorted(rungs, key=lambda rung: rung.first_day)),
        posting_days=top.at("posting_days").whole(),
        gap_days=top.at("gap_days").whole(),
        new_default=top.at("new_default").flag(),
        stated_in=top.at("stated_in").text(),
        source=read_source(top, "ladder"),
        stated_as=top.at("stated_as").text(),
        begun_by_letter=_read_begun(top.at("begun_by_letter")),
    )


def _read_begun(node: Node) -> BegunByLetter | None:
    if node.value is None:
        return None
    node.only(("field", "values", "facts"))
    return BegunByLetter(
        node.at("field").needed(), node.at("values").words(), node.at("facts").words()
    )


def _read_rung(name: str, node: Node) -> Rung:
    node.only((*SOURCE_KEYS, *_RUNG_KEYS))
    return Rung(
        id=name,
        first_day=node.at("from").whole() if node.at("from").needed() else 0,
        kind=node.at("kind").needed(),
        level=node.at("level").whole(1),
        needs=node.at("needs").words(),
        when=node.at("when").condition(),
        source=read_source(node, f"ladder/{name}"),
        prescribed={lang: said.text() for lang, said in node.at("prescribed").entries()},
    )


def named_rung(ladder: Ladder | None, said: str) -> Rung | None:
    """The rung that somebody names: its own name, `KIND LEVEL`, or a kind, which is its first."""
    kind, _, level = said.strip().partition(" ")
    for rung in ladder.rungs if ladder else ():
        if said.strip() == rung.id or (
            rung.kind == kind and level.strip() in ("", str(rung.level))
        ):
            return rung
    return None


def rung_names(ladder: Ladder | None) -> tuple[str, ...]:
    """What `named_rung` knows, as `KIND LEVEL`; each once."""
    rungs = ladder.rungs if ladder else ()
    return tuple(dict.fromkeys(f"{rung.kind} {rung.level}" for rung in rungs))


def check_ladder(pack: Pack) -> Iterator[Finding]:
    """Rungs that name what the pack does not have, or that nobody could reach or tell apart."""
    ladder = pack.ladder
    if ladder is None:
        return
    if ladder.stated_in and ladder.stated_in not in pack.fields:
        params = {
            "name": ladder.stated_in[:60],
            "near": near_miss(ladder.stated_in, pack.fields) or "–",
        }
        source = ladder.source
        yield Finding("unknown-field", "error", source.file, source.line, "stated_in", params)
    begun = ladder.begun_by_letter
    for name in (begun.field, *begun.facts) if begun else ():
        if name not in pack.fields:
            params = {"name": name[:60], "near": near_miss(name, pack.fields) or "–"}
            place = (ladder.source.file, ladder.source.line, "begun_by_letter")
            yield Finding("unknown-field", "error", *place, params)
    ids = [rung.id for rung in ladder.rungs]
    if ladder.stated_as and ladder.stated_as not in ids:
        params = {"allowed": ", ".join(ids), "near": near_miss(ladder.stated_as, ids) or "–"}
        source = ladder.source
        yield Finding("bad-choice", "error", source.file, source.line, "stated_as", params)
    for rung in ladder.rungs:
        yield from _check_rung(rung, ladder, pack)
    for rung, following in pairwise(ladder.rungs):
        if rung.first_day == following.first_day and not rung.when:
            yield _fault("ladder-unreachable", following, "from", first=rung.id)
    letters: dict[tuple[str, int], Rung] = {}
    for rung in ladder.rungs:
        first = letters.setdefault((rung.kind, rung.level), rung)
        if first is not rung and not (first.when and rung.when):
            yield _fault("ladder-twice", rung, "level", first=first.id)


def _check_rung(rung: Rung, ladder: Ladder, pack: Pack) -> Iterator[Finding]:
    if rung.first_day < 1:
        yield _fault("bad-value", rung, "from", form="31")
    kind = pack.kinds.get(rung.kind)
    if kind is None:
        yield _choice(rung, "kind", rung.kind, pack.kinds)
    elif rung.level not in kind.levels:
        yield _choice(rung, "level", str(rung.level), map(str, kind.levels))
    earlier = {other.id for other in ladder.rungs if other.first_day < rung.first_day}
    for name in rung.needs:
        if name not in earlier:
            yield _choice(rung, "needs", name, earlier)
    names = [n for n in mentioned(rung.when, pack.conditions) if n in pack.conditions]
    for condition in (rung.when, *(pack.conditions[name] for name in names)):
        for key in condition:
            if key not in KNOWN_EARLY:
                yield _fault("ladder-when", rung, "when", name=key[:60])
    values = condition_values(pack)
    for key, wanted in rung.when.items():
        rule, known = values.get(key, ("", frozenset[str]()))
        for value in wanted:
            if known and value not in known:
                near = near_miss(value, known) or "–"
                yield _fault(rule, rung, "when", name=value[:60], near=near)


def _choice(rung: Rung, key: str, met: str, known: Iterable[str]) -> Finding:
    names = sorted(known)
    near = near_miss(met, names) or "–"
    return _fault("bad-choice", rung, key, allowed=", ".join(names) or "–", near=near)


def _fault(rule: str, rung: Rung, key: str, **params: str) -> Finding:
    source = rung.source
    return Finding(rule, "error", source.file, source.line, f"rungs.{rung.id}.{key}", params)
