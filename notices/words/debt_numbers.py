"""The number of each debt as the letter prints it: whole, or masked and yet told apart."""

from __future__ import annotations

from functools import lru_cache

from notices.case.types import Case
from notices.figures.scope import Derivation, Scope
from notices.pack.conditions import holds
from notices.pack.list_limits import list_limits
from notices.pack.types import Pack
from notices.pack.vocabulary import DEBT_NUMBERS, mask_value

LONGEST_HEAD = 6  # signs that a mask may show before its last four, as PCI DSS 3.4.1 lets a card's
HIDDEN = 4  # signs that it hides at least


def is_listed(case: Case, pack: Pack) -> bool:
    """Whether the letter has so many debts that they are listed, or some stand apart, and its kind
    has the list."""
    apart = any(debt.first_asked for debt in case.debts) and len(case.debts) > 1
    many = apart or len(case.debts) >= list_limits().table_from
    return many and any(part.block == "open_items" for part in pack.kinds[case.kind].parts)


@lru_cache(maxsize=64)  # each language asks
def printed_numbers(case: Case, pack: Pack) -> tuple[str, ...]:
    """Each debt's number, "" where it has none or the mask leaves nothing of it.

    Masked numbers that end alike show as much of their beginnings as tells them apart; where no
    beginning does, or it would show too much, they are counted: `****0310 (2)`.
    """
    letter = Scope(case, pack, Derivation())
    masked: dict[str, dict[str, None]] = {}  # by what is printed of them: the numbers
    for number, debt in enumerate(case.debts):
        if debt.number and _is_masked(letter.of_debt(number)):
            masked.setdefault(mask_value("last4", debt.number), {})[debt.number] = None
    said = {
        whole: text
        for printed, numbers in masked.items()
        for whole, text in _told_apart(printed, tuple(numbers))
    }
    return tuple(said.get(debt.number, debt.number) for debt in case.debts)


def _is_masked(scope: Scope) -> bool:
    field = next(scope.pack.fields[name] for name in DEBT_NUMBERS if name in scope.debt.facts)
    whole = field.unmasked and holds(field.unmasked, scope.facts(), scope.pack.conditions)
    return bool(field.mask) and not whole


def _told_apart(printed: str, numbers: tuple[str, ...]) -> list[tuple[str, str]]:
    if len(numbers) == 1:
        return [(numbers[0], "" if printed == "****" else printed)]
    signs = ["".join(filter(str.isalnum, number)) for number in numbers]
    most = min(LONGEST_HEAD, *(len(one) - 4 - HIDDEN for one in signs))
    for length in range(1, most + 1):
        heads = [one[:length] for one in signs]
        if len(set(heads)) == len(heads):
            return [(n, f"{h}{printed}") for n, h in zip(numbers, heads, strict=True)]
    return [(whole, f"{printed} ({count})") for count, whole in enumerate(numbers, 1)]
