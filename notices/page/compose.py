"""Case, figures and words become one Document: which parts, in which order, on which sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from notices.case.types import Case
from notices.figures.types import Figures
from notices.finding import Finding, errors_in
from notices.pack.parity import check_printable
from notices.pack.types import Clause, Kind, Pack, Part
from notices.pack.vocabulary import CONTACTS
from notices.page.attachment import build_attachment
from notices.page.blocks import BLOCKS, title_rows
from notices.page.chosen_parts import block_id, chosen_parts, read_clauses
from notices.page.content import Content
from notices.page.document import (
    Address,
    Arrangement,
    Block,
    Cell,
    Code,
    Document,
    Envelope,
    Expected,
    Furniture,
    Image,
    Letterhead,
    Notation,
    PaySlip,
    Row,
    Run,
    Side,
)
from notices.page.forms import FORMS
from notices.page.lists import LISTS, list_pages, listed_items
from notices.page.passages import clause_rows, placeholders
from notices.page.payments import payment_payload
from notices.page.payslip import SLIP_CODE, build_slip, is_slip_account, slip_payload
from notices.page.reservation import check_reservation
from notices.words.context import HAN_LANGUAGES, Context
from notices.words.debt_numbers import is_listed

_BLOCKS = {**BLOCKS, **FORMS}
_ONCE = ("pay_to", "reply_slip")  # stand once for both languages
_LISTS = tuple(LISTS)  # in the order in which they stand


@dataclass(frozen=True)
class Style:
    """How a letter is to look and whether it counts: the choices that are not the case's."""

    envelope: Envelope
    arrangement: Arrangement = "parallel"
    large_print: bool = False
    live: bool = False
    accent: str = "#1f3a5f"
    images: tuple[Image, ...] = ()


def compose(
    case: Case,
    figures: Figures,
    pack: Pack,
    contexts: tuple[Context, ...],
    facts: Mapping[str, object],
    style: Style,
    letter_id: str,
) -> tuple[Document | None, tuple[Finding, ...]]:
    """The letter as data, and what there is to say about it; None where an error stops it."""
    kind = pack.kinds[case.kind]
    images = frozenset(image.name for image in style.images)
    payload, misfits = payment_payload(case, figures, pack, letter_id)
    parts = chosen_parts(kind, pack, facts)
    slip, faults = _slip(parts, case, figures, pack, style, letter_id)
    subject_id = kind.subjects.get(case.level, kind.subject)
    clauses = read_clauses(kind, pack, facts)
    content = Content(case, figures, pack, contexts, images, payload, slip, clauses)
    found = (
        *_lacking(kind, (Part(clause=subject_id), *parts), content),
        *misfits,
        *faults,
        *_unplaced(parts, style),
        *_unstated(parts, case, pack),
        *check_reservation(parts, content),
        *_strays(parts, content),
    )
    if errors_in(found):
        return None, found
    subject = tuple(
        Side(c.lang, row_side.cells)
        for c in contexts
        for row in clause_rows(clauses[subject_id], contexts)
        for row_side in row.sides
        if row_side.lang == c.lang
    )
    whole = [_block(part, content, style) for part in parts]
    if style.large_print:  # text that runs over pages can't push the slip from the first one
        whole.sort(key=lambda block: (block.style != "reference", block.kind != "tear_off"))
    blocks = tuple(_arranged(whole, style.arrangement, subject))
    for_lists = list_pages(blocks) * (3 if style.large_print else 1)
    return Document(
        letter_id=letter_id,
        title=f"{' / '.join(side.text for side in subject)} – {letter_id}",
        subject=subject,
        languages=tuple(c.lang for c in contexts),
        arrangement=style.arrangement if len(contexts) > 1 else "stacked",
        large_print=style.large_print,
        envelope=style.envelope,
        letterhead=_letterhead(contexts, style),
        recipient=Address((case.recipient.name, *case.recipient.address), contexts[0].lang),
        return_address=Address(_return_address(case, contexts[0]), contexts[0].lang),
        blocks=blocks,
        furniture=_furniture(content, style, subject, letter_id),
        images=style.images,
        codes=_codes(payload, slip, blocks),
        accent=style.accent,
        issue_date=case.issue_date,
        page_limit=_pages(kind.pages, case.level, style, len(contexts)) + for_lists,
        page_aim=_pages(kind.aim or kind.pages, case.level, style, len(contexts)) + for_lists,
        column_shares=tuple(float(c.formats.share) for c in contexts),
        attached=build_attachment(case, figures),
        slip=slip,
        notations=tuple(map(_notation, contexts)),
    ), found


def _notation(c: Context) -> Notation:
    names = ("working_period", "working_line", "payment_line", "period")  # without them, none
    return Notation(c.formats, *(c.labels.get(name, "") for name in names))


def _pages(by_level: Mapping[int, int], level: int, style: Style, languages: int) -> int:
    """Pages for the usual look; sides one below the other, or large print, take more."""
    pages = by_level.get(level, max(by_level.values()))
    one_below_other = languages > 1 and style.arrangement != "parallel"
    return pages * (2 if one_below_other else 1) * (3 if style.large_print else 1)


def expected_values(
    case: Case, figures: Figures, pack: Pack, contexts: tuple[Context, ...]
) -> tuple[Expected, ...]:
    """What must be readable in each language whatever the parts say: the kind's `must_print`,
    and, where paying by the date does not settle the debt, the amount per further day with the
    last day that it holds."""
    kind = pack.kinds[case.kind]
    daily = ("daily_amount", "daily_through") if figures.daily_amount and not kind.settles else ()
    safe_side = ("reserved_after", "days_off_known_through")  # in sight only where they apply
    return tuple(
        Expected(name, context.lang, context.values[name].text)
        for name in dict.fromkeys((*kind.must_print, *daily, *safe_side))
        for context in contexts
        if name in context.values
    )


def _lacking(kind: Kind, parts: tuple[Part, ...], content: Content) -> Iterator[Finding]:
    contexts = content.contexts
    for part, name in ((p, name) for p in parts for name in p.clauses):
        clause = content.clauses.get(name)
        if clause is None:
            yield _misfit(content.pack.clauses[name], content.case)
            continue
        yield from check_printable(clause, tuple(c.lang for c in contexts))
        place = (clause.file, clause.line)
        for context in contexts:
            if context.lang not in clause.texts:
                if not clause.only:
                    yield _finding("side-missing", part, context, *place)
                continue
            for name in placeholders(clause.texts[context.lang]):
                if name not in context.values:
                    yield _finding("placeholder-empty", part, context, *place, name)
    for name, context in ((name, c) for name in kind.must_print for c in contexts):
        if name not in context.values:
            yield _finding("placeholder-empty", Part(block="must_print"), context, "", 0, name)


def _misfit(clause: Clause, case: Case) -> Finding:
    params = {"name": clause.id, "fitting": "–", "kind": case.kind}
    params |= {"debtor_type": case.recipient.type}
    return Finding("variant-misfit", "error", clause.file, clause.line, clause.id, params)


def _unstated(parts: tuple[Part, ...], case: Case, pack: Pack) -> Iterator[Finding]:
    """An itemization begins with what was owed: the record must state it, be it nothing."""
    stated = {item.kind for debt in case.debts for item in debt.items}
    for kinds in (kinds for part in parts for kinds in part.sums.values()):
        raising = [pack.item_kinds[kind] for kind in kinds if kind in pack.item_kinds]
        first = [k.id for k in raising if k.counts_as == "principal" and k.sign > 0]
        if first and not stated & set(first):
            params = {"kind": " | ".join(first)}
            yield Finding("itemization-unstated", path="debts[0].items", params=params)


def _strays(parts: tuple[Part, ...], content: Content) -> Iterator[Finding]:
    """An account that takes the slip's reference only may be named on the slip only: beside the
    letter's own number a bank would send the payment back."""
    account = content.case.sender.accounts[0] if content.case.sender.accounts else {}
    if not is_slip_account(account.get("iban", "").replace(" ", "").upper()):
        return
    for part in parts:
        texts = [text for name in part.clauses for text in content.clauses[name].texts.values()]
        named = {name for text in texts for name in placeholders(text)} | set(part.rows)
        if part.block == "pay_to" or named & {"account_iban", "account_number"}:
            params = {"part": part.id}
            yield Finding("account-beside-slip", path="sender.accounts[0].iban", params=params)


def _unplaced(parts: tuple[Part, ...], style: Style) -> Iterator[Finding]:
    """A slip to tear off needs an envelope profile that says where it stands."""
    if any(part.block == "tear_off" for part in parts) and style.envelope.tear_off is None:
        yield Finding("tear-off-unplaced", params={"envelope": style.envelope.id})


def _slip(
    parts: tuple[Part, ...],
    case: Case,
    figures: Figures,
    pack: Pack,
    style: Style,
    letter_id: str,
) -> tuple[PaySlip | None, tuple[Finding, ...]]:
    """The payment slip, where a part asks for one, and what is wrong with it."""
    if not any(part.block == "pay_slip" for part in parts):
        return None, ()
    return build_slip(case, pack, figures.total_due, letter_id, style.envelope.page)


def _finding(
    rule: str, part: Part, context: Context, file: str, line: int, name: str = ""
) -> Finding:
    params = {"part": part.id, "language": context.lang, "name": name}
    return Finding(rule, file=file, line=line, params=params)


def _block(part: Part, content: Content, style: Style) -> Block:
    if part.clause:
        clause = content.clauses[part.clause]
        rows = clause_rows(clause, content.contexts)
        name = block_id(part, content.pack.clauses[part.clause], clause)
        return Block(name, "clause", rows, part.style, column=part.column)
    listed = is_listed(content.case, content.pack)
    if listed and part.block in LISTS:
        table = LISTS[part.block](part, content)
        return Block(part.id, part.block, table.rows, part.style, shares=table.shares)
    itemised = listed_items if listed and part.block == "items" else _BLOCKS[part.block]
    rows = itemised(part, content)
    title = title_rows(part, content)
    if part.block in _ONCE:
        title, rows = (tuple(replace(row, once=True) for row in some) for some in (title, rows))
    images: tuple[str, ...] = ()
    if part.block == "pay_to" and any(row.role == "code" for row in rows):
        images = ("code",)
    if part.block == "pay_slip":
        images = (SLIP_CODE,)
    if part.block == "signature":
        images = tuple(i.name for i in style.images if i.name in ("signature", "seal"))
    return Block(
        part.id,
        part.block,
        (title + rows) if rows else (),
        part.style,
        images,
        part.column,
    )


def _arranged(
    blocks: list[Block], arrangement: Arrangement, subject: tuple[Side, ...]
) -> Iterator[Block]:
    """Parallel: as they are. Stacked: each block once per language. Sequential: all, then all, each
    further language under its own subject, with the values of style `head`: who writes, to whom.

    The reference rows beside the address stay together in every arrangement; lists, a table per
    language, follow the text, and a payment slip, in one language, comes last. Payment account and
    reply slip stand once for both languages; where those follow each other, only the slip, behind.
    """
    apart = arrangement == "sequential"
    blocks = [block for block in blocks if block.rows]
    last = sorted((block for block in blocks if block.shares), key=lambda b: _LISTS.index(b.kind))
    lists = [piece for block in last for piece in _by_language(block)]
    slips = [b for b in blocks if b.kind == "pay_slip" or (apart and b.kind == "reply_slip")]
    slips.sort(key=lambda block: block.kind == "pay_slip")
    ends = (*lists, *slips) if arrangement != "sequential" else tuple(slips)
    blocks = [block for block in blocks if block not in slips and block not in last]
    if arrangement != "sequential":
        blocks = [block for block in blocks if block.style != "head"]
    if arrangement == "parallel":
        yield from (*blocks, *ends)
        return
    if arrangement == "stacked":
        yield from (piece for block in blocks for piece in _by_language(block))
        yield from ends
        return
    split = [piece for block in (*blocks, *last) for piece in _by_language(block, apart=True)]
    first = subject[0].lang
    split = [b for b in split if b.style != "head" or b.rows[0].sides[0].lang != first]
    yield from (block for block in split if block.style == "reference")
    for side in subject:
        lang = side.lang
        if side is not subject[0]:
            heading = Side(lang, tuple(replace(cell, role="heading") for cell in side.cells))
            yield Block(f"turn-{lang}", "turn", (Row("heading", (heading,)),))
        yield from (b for b in split if b.style != "reference" and b.rows[0].sides[0].lang == lang)
    yield from slips


def _by_language(block: Block, *, apart: bool = False) -> Iterator[Block]:
    """The block once per language; its pictures stand with the first only, a seal with the one
    that has its place. What stands once for all languages stays whole, unless they are `apart`:
    then only what is under a code stays with it."""
    languages = tuple(dict.fromkeys(side.lang for row in block.rows for side in row.sides))
    if block.style == "reference" or len(languages) == 1 or (block.kind in _ONCE and not apart):
        yield block
        return
    first = languages[0]
    sealed = next((s.lang for row in block.rows for s in row.sides if s.is_sealed), first)
    for lang in languages:
        rows = tuple(
            row if row.role == "code" else Row(row.role, sides)
            for row in block.rows
            if (sides := tuple(side for side in row.sides if side.lang == lang))
            and (row.role != "code" or lang == first)
        )
        places = {"seal": sealed}
        images = tuple(name for name in block.images if places.get(name, first) == lang)
        yield replace(block, id=f"{block.id}-{lang}", rows=rows, images=images)


def _letterhead(contexts: tuple[Context, ...], style: Style) -> Letterhead:
    logo = next((image.name for image in style.images if image.name == "logo"), "")
    return _sender_head(tuple([c.sender or c for c in contexts]), logo)


@lru_cache(maxsize=64)
def _sender_head(contexts: tuple[Context, ...], logo: str) -> Letterhead:
    def named(c: Context) -> Side:
        words = c.values["sender_name"]
        return Side(c.lang, (Cell("text", (Run(words.text, "sender_name", lang=words.lang),)),))

    first = contexts[0]
    names = {side.text: side for side in map(named, reversed(contexts))}  # once where alike
    lines = tuple(
        Side(first.lang, (Cell("text", tuple(runs)),))
        for names in CONTACTS
        if (runs := list(_contact_runs(names, contexts)))
    )
    return Letterhead(tuple(reversed(names.values())), lines, logo)


def _contact_runs(names: tuple[str, ...], contexts: tuple[Context, ...]) -> Iterator[Run]:
    """One line of the letterhead: each value under its label in every language, and once where all
    languages write it alike."""
    first = True
    for name in names:
        having = [context for context in contexts if name in context.values]
        alike = len({context.values[name].text for context in having}) == 1
        for group in [having] if alike else [[context] for context in having]:
            if not group:
                continue
            yield from [] if first else [Run(" · ")]
            first = False
            for context in group:
                slash = " / " if context is not group[0] else ""
                yield Run(slash + context.labels[name], lang=context.lang)
            last = group[-1]
            yield Run("：" if last.lang.startswith(HAN_LANGUAGES) else ": ", lang=last.lang)
            words = group[0].values[name]
            yield Run(words.text, name, nowrap=words.nowrap, lang=words.lang or group[0].lang)


def _return_address(case: Case, context: Context) -> tuple[str, ...]:
    name = context.values["sender_name"].text
    address = context.values.get("sender_return_address") or context.values.get("sender_address")
    return (name, address.text) if address else (name,)


def _furniture(
    content: Content, style: Style, subject: tuple[Side, ...], letter_id: str
) -> Furniture:
    contexts, pack = content.contexts, content.pack
    prevails = pack.prevailing if len(contexts) > 1 else ""
    name = content.case.recipient.name
    return Furniture(
        page_of={c.lang: c.labels["page_of"] for c in contexts},
        short={
            side.lang: side.text + (f" · {letter_id} · {name}" if side is subject[-1] else "")
            for side in subject
        },
        watermark="" if style.live else " · ".join(c.labels["draft_mark"] for c in contexts),
        language_heads={
            c.lang: c.labels["language_head_prevails"]
            if c.lang == prevails
            else c.labels["language_head_translation"]
            if prevails in {x.lang for x in contexts} and prevails
            else c.labels["language_head"]
            for c in contexts
        },
        code_alt={c.lang: c.labels.get("code_alt", "") for c in contexts},
        attachment=" / ".join(c.labels["attachment"] for c in contexts),
    )


def _codes(payload: str, slip: PaySlip | None, blocks: tuple[Block, ...]) -> tuple[Code, ...]:
    """The payment code, where a block shows it, and a payment slip's."""
    shown = any("code" in block.images for block in blocks)
    return (
        *([Code("code", payload)] if shown else []),
        *([Code(SLIP_CODE, slip_payload(slip))] if slip else []),
    )
