"""What a pack says: kinds and their parts, clauses, terms, and what may never be said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal, cast

from notices.pack.list_limits import Limit
from notices.pack.node import SOURCE_KEYS, Node, read_source
from notices.pack.patterns import pattern_fault
from notices.pack.types import Ban, Clause, Condition, ItemKind, Kind, Part, Source
from notices.pack.vocabulary import (
    BLOCK_ROWS,
    BLOCK_STYLES,
    BLOCKS,
    CLAUSE_STYLES,
    LAYOUTS,
    ROWS_NEEDED,
)

_KIND_KEYS = ["levels", "subject", "subjects", "pages", "settles", "must_print", "parts"]
_KIND_KEYS += ["pay_by", "arrangements", "envelope", "limits", "protected"]
_COLUMNS = ("left", "right")
_LIMITS = frozenset({"soft", "hard"})


def check_slots(node: Node, text: str, allowed: tuple[str, ...]) -> None:
    """`text` is filled by name: it may hold no other slot than `allowed`."""
    for slot in re.findall(r"\{[^{}]*\}?|\}", text):
        if slot not in {f"{{{name}}}" for name in allowed}:
            node.fault("bad-slot", slot=slot[:40], allowed=", ".join(f"{{{a}}}" for a in allowed))


def read_kinds(top: Node) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for kind_id, node in top.entries():
        if not node.only((*SOURCE_KEYS, *_KIND_KEYS)):
            continue
        levels = tuple(n.whole(1) for n in node.at("levels").each()) or (1,)
        subjects = {int(k): n.text() for k, n in node.at("subjects").entries() if k.isdigit()}
        if not node.has("subject") and not subjects:
            node.fault("key-missing", name="subject")
        kinds[kind_id] = Kind(
            id=kind_id,
            levels=levels,
            subject=node.at("subject").text(next(iter(subjects.values()), "")),
            subjects=subjects,
            parts=tuple(_read_part(n) for n in node.at("parts").each()),
            pages=_read_pages(node.at("pages"), levels, "hard"),
            aim=_read_pages(node.at("pages"), levels, "soft"),
            must_print=node.at("must_print").words(),
            settles=node.at("settles").flag(),
            source=read_source(node, f"kinds/{kind_id}"),
            asks_payment=node.at("pay_by").choice(("by_rule", "none"), "by_rule") == "by_rule",
            arrangements=tuple(n.choice(LAYOUTS, "") for n in node.at("arrangements").each()),
            envelope=node.at("envelope").text(),
            limits={k: _read_most(n) for k, n in node.at("limits").entries()},
            protected={k: _read_always(n) for k, n in node.at("protected").entries()},
        )
    return kinds


def _read_pages(node: Node, levels: tuple[int, ...], which: str) -> dict[int, int]:
    """Pages per level: a number, {soft, hard}, or either of them by level."""
    if isinstance(node.value, dict) and not _LIMITS & set(node.value):
        given = {int(k): _read_limit(n, which) for k, n in node.entries() if k.isdigit()}
        most = max(given.values(), default=2)
        return {level: given.get(level, most) for level in levels}
    return dict.fromkeys(levels, _read_limit(node, which))


def _read_limit(node: Node, which: str) -> int:
    """One limit: a number is both; what is aimed at is never more than what is refused."""
    if not isinstance(node.value, dict):
        return node.whole(2)
    if which == "hard":
        node.only(sorted(_LIMITS))
        if node.at("soft").whole(1) > node.at("hard").whole(2):
            node.fault("bad-value", form="{soft: 1, hard: 2}")
    return node.at(which).whole(2 if which == "hard" else 1)


def _read_always(node: Node) -> Condition:
    """A condition, or `always`."""
    return {} if node.value == "always" else node.condition()


def _read_most(node: Node) -> Limit:
    """The most entries of a list of the record, with the reason."""
    node.only(("most", "reason"))
    return Limit(node.at("most").whole(1), node.at("reason").texts())


def _read_part(node: Node) -> Part:
    node.only(("clause", "block", "style", "rows", "sums", "title", "column", "when"))
    clause, block = node.at("clause").text(), node.at("block").text()
    if bool(clause) == bool(block):
        node.fault("part-shape")
    if block:
        node.at("block").choice(BLOCKS, "values")
        if node.has("style"):
            node.at("style").choice(BLOCK_STYLES.get(block, ()), "")
    elif node.has("style"):
        node.at("style").choice(CLAUSE_STYLES, "plain")
    if block in ROWS_NEEDED and not node.has("rows"):
        node.fault("key-missing", name="rows")
    if node.has("rows") and block not in BLOCK_ROWS:
        node.at("rows").fault("unknown-key", name="rows", near="–")
    if node.has("sums") and block != "itemization":
        node.at("sums").fault("unknown-key", name="sums", near="–")
    return Part(
        clause=clause,
        block=block,
        style=node.at("style").text(),
        rows=node.at("rows").words(),
        sums={name: inner.words() for name, inner in node.at("sums").entries()},
        title=node.at("title").text(),
        column=node.at("column").choice(("", *_COLUMNS), ""),
        when=node.at("when").condition(),
        line=node.line,
    )


def read_clauses(tops: Iterable[Node], langs: tuple[str, ...]) -> dict[str, Clause]:
    clauses: dict[str, Clause] = {}
    for top in tops:
        for clause_id, node in top.entries():
            if not node.only(
                (*SOURCE_KEYS, "heading", "when", "only", "tongue", "unverified", *langs)
            ):
                continue
            if clause_id in clauses:
                node.fault("id-twice", name=clause_id)
            if node.has("heading"):
                node.at("heading").only(langs)
            sides = dict(_sides(node, langs))
            clauses[clause_id] = Clause(
                id=clause_id,
                source=_clause_source(node, clause_id),
                texts={side: text.text() for side, text in sides.items()},
                headings={side: text.text() for side, text in _sides(node.at("heading"), langs)},
                when=node.at("when").condition(),
                only=tuple(n.choice(langs, "") for n in node.at("only").each()),
                tongue=node.at("tongue").choice(("", *langs), ""),
                unverified=tuple(n.choice(langs, "") for n in node.at("unverified").each()),
                file=node.file.name,
                line=node.line,
                lines={side: text.line for side, text in sides.items()},
            )
    return clauses


def _sides(node: Node, langs: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
    """Each side: a language's one text, or its variants by their named conditions."""
    for lang in langs:
        inner = node.at(lang)
        if isinstance(inner.value, dict):
            yield from ((f"{lang}.{name}", text) for name, text in inner.entries())
        elif node.has(lang):
            yield lang, inner


def _clause_source(node: Node, clause_id: str) -> Source:
    """Its source, unverified where one of its sides is."""
    source = read_source(node, f"clauses/{clause_id}")
    return replace(source, status="unverified") if node.has("unverified") else source


# A title may go before the surname; the neutral greeting of a type needs none.
_TITLED = ("name", "surname", "surname_or_name")


def read_salutations(top: Node) -> dict[str, Mapping[str, str]]:
    salutations: dict[str, Mapping[str, str]] = {}
    for key, node in top.entries():
        texts = node.texts()
        for lang, text in texts.items():
            check_slots(node.at(lang), text, _TITLED if "-" in key else ("name",))
        salutations[key] = texts
    return salutations


def read_item_kinds(top: Node, langs: tuple[str, ...]) -> dict[str, ItemKind]:
    kinds: dict[str, ItemKind] = {}
    for kind_id, node in top.entries():
        if not node.only(("sign", "counts_as", *langs)):
            continue
        counts_as = node.at("counts_as").choice(
            ("principal", "interest", "costs", "payment"), "principal"
        )
        kinds[kind_id] = ItemKind(
            id=kind_id,
            sign=-1 if node.at("sign").choice(("1", "+1", "-1", "−1"), "1") in ("-1", "−1") else 1,
            counts_as=cast(Literal["principal", "interest", "costs", "payment"], counts_as),
            labels={lang: node.at(lang).text() for lang in langs if node.has(lang)},
        )
    return kinds


def read_bans(top: Node, langs: tuple[str, ...]) -> tuple[Ban, ...]:
    bans: list[Ban] = []
    for ban_id, node in top.entries():
        keys = (*SOURCE_KEYS, "severity", "patterns", "safe", "unless", "over", "reason")
        if not node.only(keys):
            continue
        if not node.has("patterns"):
            node.fault("key-missing", name="patterns")
        severity = node.at("severity").choice(("error", "warning"), "error")
        bans.append(
            Ban(
                id=ban_id,
                severity=cast(Literal["error", "warning"], severity),
                patterns=_read_phrases(node.at("patterns"), langs),
                safe=_read_phrases(node.at("safe"), langs),
                reason=node.at("reason").texts(),
                unless=node.at("unless").condition(),
                source=read_source(node, f"wording/{ban_id}"),
                over=node.at("over").words(),
            )
        )
    return tuple(bans)


def _read_phrases(node: Node, langs: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    if node.value is None or not node.only(langs):
        return {}
    phrases: dict[str, tuple[str, ...]] = {}
    for lang in langs:
        inner = node.at(lang)
        phrases[lang] = inner.words()
        for pattern in phrases[lang]:
            if fault := pattern_fault(pattern):
                inner.fault("pattern-unsafe", pattern=pattern[:60], detail=fault)
    return phrases
