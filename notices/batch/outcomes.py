"""What the journal keeps of each letter, whatever became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from notices.batch.job import Row, Setup, letter_place
from notices.batch.looks import Look, look_of
from notices.batch.manifest import IN_PLACE, Outcome
from notices.case.addresses import address_forms, country_of, find_postcode
from notices.case.record import Record
from notices.case.types import Case
from notices.letter.check import Checked
from notices.letter.stages import LetterResult
from notices.money import ZERO
from notices.pack.types import Pack


@dataclass(frozen=True)
class Foreseen(Outcome):
    """What will become of a letter that a dry run accepts, and how it would look."""

    look: Look | None = None


def postcode_of(case: Case, pack: Pack) -> str:
    """By which a letter's print file is sorted: as the recipient's country writes it, else as the
    pack says."""
    lines = case.recipient.address
    form = address_forms().get(country_of(lines, pack.id))
    return find_postcode(lines, form.postcode if form else pack.postcode)


def outcome_of(row: Row, result: LetterResult, setup: Setup, tried: int) -> Outcome:
    """A result as the journal keeps it: what is known of the letter, whatever became of it."""
    checked, letter = result.checked, result.letter
    case, figures, document = checked.case, checked.figures, checked.document
    outcome = Outcome(
        row.number,
        row.row,
        result.state,
        _case_id(result.plan.record),
        checked.letter_id,
        findings=result.findings,
        envelope=document.envelope.id if document else "",
        tried=tried,
    )
    if case is not None and checked.pack is not None:
        outcome = replace(
            outcome,
            case_id=case.id,
            pack=checked.pack.id,
            kind=case.kind,
            level=case.level,
            languages=case.languages,
            currency=case.currency,
            postcode=postcode_of(case, checked.pack),
        )
    if figures is not None:
        total, overdue = str(figures.total_due), figures.days_overdue
        outcome = replace(outcome, total=total, currency=figures.currency, days_overdue=overdue)
        outcome = replace(outcome, fees=added_fees(checked))
    if setup.dry and result.state == "accepted":
        outcome = Foreseen(**vars(outcome), look=look_of(checked))
    if letter is not None:
        set_as = letter.checked.document
        both_sides = setup.duplex and (set_as is None or set_as.envelope.duplex)
        sheets = (letter.pages + 1) // 2 if both_sides else letter.pages
        outcome = replace(outcome, pages=letter.pages, sheets=sheets)
    if letter is not None and result.state in IN_PLACE:
        place = letter_place(letter.letter_id, letter.live)
        outcome = replace(outcome, file=place, sha256=letter.digest)
    return outcome


def added_fees(checked: Checked) -> dict[str, str]:
    """By the row of each debt the costs that the letter adds to those that the record states."""
    case, pack, figures = checked.case, checked.pack, checked.figures
    if case is None or pack is None or figures is None:
        return {}
    costs = {kind.id for kind in pack.item_kinds.values() if kind.counts_as == "costs"}
    sums: dict[str, Decimal] = {}
    for debt in figures.debts:
        row = str(checked.record.line("debts", debt.debt) or checked.record.line())
        charged = sum((r.amount for r in debt.rows if r.kind in costs), ZERO)
        stated = sum((i.amount for i in case.debts[debt.debt].items if i.kind in costs), ZERO)
        sums[row] = sums.get(row, ZERO) + charged - stated
    return {row: str(fee) for row, fee in sums.items() if fee}


def _case_id(record: Record) -> str:
    case_id = record.data.get("id")
    return case_id if isinstance(case_id, str) and len(case_id) <= 64 else ""
