"""A case of whose debts the pack wants a letter for each: one letter per debt, none over several.

Each letter is a case of its own, under the case's id and the debt's number: so it keeps its id
from month to month, whatever else is owed then. Where it is not certain what belongs to which
letter, the whole case is held.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from notices.batch.history import debt_number
from notices.batch.isolation import fold
from notices.batch.next_letter import early_facts
from notices.batch.not_due import ACCOUNT
from notices.batch.split_levels import part_of_case
from notices.case.identity import holds_private_number, id_fault
from notices.case.raw_values import is_blank, written_number
from notices.case.record import Record
from notices.finding import Finding
from notices.money import ZERO
from notices.pack.conditions import holds
from notices.pack.node import parse_day
from notices.pack.types import Pack, Refusal
from notices.pack.vocabulary import in_both
from notices.plan.ladder import open_rungs
from notices.tables.signed_amounts import amount_of, sum_of

RULE = "row-by-contract"
_MARKS = re.compile(r"[^A-Za-z0-9]+")


def wants_own_letters(
    record: Record, pack: Pack, role: str, kind: str, days: Mapping[str, date]
) -> Refusal | None:
    """The pack's refusal of several debts in a letter that this case may come to; `kind` is the one
    asked for, "" where the ladder chooses; `days` are the run's own dates by field."""
    wanting = [one for one in pack.refusals if one.per_debt and one.severity == "error"]
    if not wanting or not record.grouped:
        return None
    facts = early_facts(record, pack, role)
    rungs = open_rungs(pack.ladder, facts, pack.conditions) if pack.ladder else ()
    for name in dict.fromkeys([kind] if kind else [rung.kind for rung in rungs]):
        known = {**facts, "kind": name, "sender_role": role, "flags": ("several_debts",)}
        for refusal in wanting:
            in_force = _in_force(refusal, record.data, days)
            if in_force and holds(refusal.when, known, pack.conditions):
                return refusal
    return None


def split_contracts(given: Record, left: Record, refusal: Refusal) -> tuple[Record, ...]:
    """A record for each debt of `left`, which is the case as `given` without what is left out now;
    or the case as given with the findings that hold it."""
    debts = left.data["debts"]
    if len(debts) == 1 and not debt_number(debts[0]):
        return (given,)
    if stops := (*_unclear(left), *_of_one_contract(given, refusal)):
        return (replace(given, stops=(*given.stops, *stops)),)
    return tuple(_own_letter(left, i, refusal) for i in range(len(debts)))


def contract_id(case_id: str, number: str) -> str:
    """The id of the letter about a debt of a case, the same every month."""
    plain, digest = _MARKS.sub("-", number).strip("-"), hashlib.sha256(fold(number).encode())
    sign = digest.hexdigest().upper()
    if plain != number:  # what else is written so is another debt
        plain = f"{plain}-{sign[:4]}".lstrip("-")
    own = f"{case_id}.{plain}"
    return f"{case_id}.N-{sign[:12]}" if id_fault(own) or holds_private_number(own) else own


def contract_ids(record: Record) -> list[str]:
    """The ids under which the debts of a case may have been written about."""
    case_id = str(record.data.get("id") or "")
    debts = [debt for debt in record.data.get("debts") or () if isinstance(debt, dict)]
    return [contract_id(case_id, number) for debt in debts if (number := written_number(debt))]


def _own_letter(case: Record, number: int, refusal: Refusal) -> Record:
    debts, case_id = case.data["debts"], str(case.data.get("id") or "")
    alone = len(debts) == 1
    part = case if alone else part_of_case(case, {number})
    own_id = contract_id(case_id, written_number(debts[number]))
    params = {"case": own_id, "name": refusal.id, "source": refusal.source.citation or "–"}
    params |= in_both(refusal.reason, "reason")
    places = [("debts", 0), *((name, n) for name in ACCOUNT for n in _many(part, name))]
    own = () if alone else tuple(
        Finding(RULE, "note", part.file, part.line(*place), "", params) for place in places
    )  # fmt: skip
    told = case.notes if number == 0 else ()  # of the case's other rows, once
    data = {**part.data, "id": own_id}
    return replace(part, data=data, notes=(*told, *own), part_of=case_id, splits_levels=False)


def _many(record: Record, name: str) -> range:
    return range(len(record.data.get(name, ())))


def _unclear(case: Record) -> Iterator[Finding]:
    """What of a case with several debts can't be placed in one of its letters: no law that the pack
    knows says to which debt it goes."""
    debts = case.data["debts"]
    if len(debts) == 1:
        return
    numbers = [debt_number(debt) for debt in debts]
    for i, number in enumerate(numbers):
        if not number or Counter(numbers)[number] > 1:
            yield _stop("debt-without-own-number", case, "debts", i, said=number or "–")
    left = dict(zip(numbers, (sum_of(debt.get("items", ())) for debt in debts), strict=True))
    for name in ACCOUNT:
        for i, entry in enumerate(case.data.get(name, ())):
            number, amount = fold(str(entry.get("debt_number") or "")), amount_of(entry) or ZERO
            if number not in left:
                yield _stop("account-names-no-debt", case, name, i, amount=str(amount))
                continue
            left[number] -= amount
            if left[number] < 0:
                over = str(min(amount, -left[number]))
                yield _stop("account-exceeds-debt", case, name, i, amount=over)


def _of_one_contract(given: Record, refusal: Refusal) -> Iterator[Finding]:
    """Debts that bear what the law counts by contract, where nobody says that each has its own."""
    debts = given.data.get("debts") or ()
    if len(debts) < 2:
        return
    for i, debt in enumerate(debts):
        stated = str(debt.get(refusal.own_contract) or "").strip().casefold() == "true"
        for name in () if stated else refusal.by_contract:
            if not is_blank(debt.get(name)):
                said = {"field": name, "statement": refusal.own_contract}
                said |= {"source": refusal.source.citation or "–"}
                yield _stop("own-contract-unstated", given, "debts", i, **said)


def _stop(rule: str, record: Record, name: str, number: int, **params: str) -> Finding:
    return Finding(rule, "error", record.file, record.line(name, number), "", params)


def _in_force(refusal: Refusal, data: Mapping[str, Any], days: Mapping[str, date]) -> bool:
    """Whether it binds on its day; of debts with days of their own, on one of them."""
    if refusal.valid_from is None and refusal.valid_to is None:
        return True
    name = refusal.selected_on
    debts: Sequence[Any] = data.get("debts") or ()
    said = [data.get(name), *(debt.get(name) for debt in debts if isinstance(debt, dict))]
    known = [day for text in said if isinstance(text, str) and (day := parse_day(text.strip()))]
    first, last = refusal.valid_from or date.min, refusal.valid_to or date.max
    return any(first <= day <= last for day in known or filter(None, [days.get(name)]))
