"""Case, figures and words become one Document: which parts, in which order, on which sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from notices.case.types import Case
from notices.figures.types import Figures
from notices.finding import Finding, errors_in
from notices.pack.parity import check_printable
from notices.pack.types import Clause, Kind, Pack, Part
from notices.page.arranged import ONCE, arranged
from notices.page.attachment import build_attachment
from notices.page.blocks import BLOCKS, title_rows
from notices.page.chosen_parts import block_id, chosen_parts, read_clauses
from notices.page.content import Content
from notices.page.document import (
    Arrangement,
    Block,
    Code,
    Document,
    Envelope,
    Expected,
    Furniture,
    Image,
    Notation,
    PaySlip,
    Side,
)
from notices.page.forms import FORMS
from notices.page.letterhead import address_in, letterhead, return_address
from notices.page.lists import LISTS, list_pages, listed_items
from notices.page.passages import clause_rows, placeholders
from notices.page.payments import payment_payload
from notices.page.payslip import SLIP_CODE, build_slip, is_slip_account, slip_payload
from notices.page.reservation import check_reservation
from notices.words.context import Context
from notices.words.debt_numbers import is_listed

_BLOCKS = {**BLOCKS, **FORMS}


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
    if style.large_print:  # a slip takes a page of its own behind the text
        whole.sort(key=lambda block: block.kind == "tear_off")
    blocks = tuple(arranged(whole, style.arrangement, subject))
    for_lists = list_pages(blocks) * (3 if style.large_print else 1)
    return Document(
        letter_id=letter_id,
        title=f"{' / '.join(side.text for side in subject)} – {letter_id}",
        subject=subject,
        languages=tuple(c.lang for c in contexts),
        arrangement=style.arrangement if len(contexts) > 1 else "stacked",
        large_print=style.large_print,
        envelope=style.envelope,
        letterhead=letterhead(contexts, style.images, style.envelope),
        recipient=address_in((case.recipient.name, *case.recipient.address), contexts),
        return_address=address_in(return_address(contexts[0]), contexts),
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
    """A slip to tear off needs an envelope profile that says where it stands, and large print's, on
    a sheet of its own, one whose window shows another address than the slip's."""
    if all(part.block != "tear_off" for part in parts):
        return
    slip, window = style.envelope.tear_off, style.envelope.window
    if slip is None:
        yield Finding("tear-off-unplaced", params={"envelope": style.envelope.id})
    elif style.large_print and window and 0 < slip.mail_from.top - window.top < window.height:
        yield Finding("tear-off-in-window", params={"envelope": style.envelope.id})


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
    if part.block in ONCE:
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


def _furniture(
    content: Content, style: Style, subject: tuple[Side, ...], letter_id: str
) -> Furniture:
    contexts, pack = content.contexts, content.pack
    prevails = pack.prevailing if len(contexts) > 1 else ""
    running = f"{letter_id} · {content.case.recipient.name}"
    return Furniture(
        page_of={c.lang: c.labels["page_of"] for c in contexts},
        short={
            side.lang: side.text + (f" · {running}" if side is subject[-1] else "")
            for side in subject
        }
        if not style.large_print
        else {subject[-1].lang: running},
        watermark="" if style.live else " · ".join(_once("draft_mark", contexts)),
        language_heads={
            c.lang: c.labels["language_head_prevails"]
            if c.lang == prevails
            else c.labels["language_head_translation"]
            if prevails in {x.lang for x in contexts} and prevails
            else c.labels["language_head"]
            for c in contexts
        },
        code_alt={c.lang: c.labels.get("code_alt", "") for c in contexts},
        attachment=" / ".join(_once("attachment", contexts)),
    )


def _once(label: str, contexts: tuple[Context, ...]) -> tuple[str, ...]:
    """A label in every language, once where they are alike."""
    return tuple(dict.fromkeys(c.labels[label] for c in contexts))


def _codes(payload: str, slip: PaySlip | None, blocks: tuple[Block, ...]) -> tuple[Code, ...]:
    """The payment code, where a block shows it, and a payment slip's."""
    shown = any("code" in block.images for block in blocks)
    return (
        *([Code("code", payload)] if shown else []),
        *([Code(SLIP_CODE, slip_payload(slip))] if slip else []),
    )
