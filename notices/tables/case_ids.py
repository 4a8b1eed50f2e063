"""The ids of a table's cases: their column's, else made of their key. Some get an ending, so that
they are told apart; no case may have such an id of its own, or it would be taken for the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from notices.case.by_language import forms_of
from notices.case.identity import id_fault
from notices.finding import Finding
from notices.tables.case_rows import CaseRows, fold_key
from notices.tables.cell_values import trimmed
from notices.tables.mapping_cases import Grouping

FEWER_NAMED = ".new"  # of the id under which the debts are written about that fewer letters named
_DIGITS = 10  # of an id that is made of a name


@dataclass(frozen=True)
class CaseIds:
    """How cases are called: `main` is the currency that no id needs to name, and `others` are those
    that are named; () where no column says the currency."""

    grouping: Grouping
    main: str
    others: Collection[str]
    column: str = ""  # that the ids are in; "" = they are made of the key

    def of(self, case: CaseRows, data: Mapping[str, Any]) -> str:
        """The case's id; a currency that is not the main one is part of it, so that a customer's
        cases keep their ids from month to month."""
        ending = self._ending(data)
        return f"{data.get('id') or self._of_key(case, data)}{ending}"

    def faults(self, case: CaseRows, data: Mapping[str, Any]) -> Iterator[Finding]:
        """That a case's own id ends as ids do that are made of another one."""
        case_id = self.of(case, data)
        endings = [f"-{currency}" for currency in self.others] if not self._ending(data) else []
        endings += [FEWER_NAMED] if self.grouping.splits_levels else []
        for ending in filter(case_id.endswith, endings):
            where = self.column or self.grouping.by[0]
            params = {"ending": ending, "column": where}
            yield Finding("id-ending-given", "error", case.first.file, case.first.number, where,
                          params)  # fmt: skip

    def _ending(self, data: Mapping[str, Any]) -> str:
        currency = data.get("currency", "")
        named = self.others and currency not in ("", self.main)
        return f"-{currency}" if named else ""

    def _of_key(self, case: CaseRows, data: Mapping[str, Any]) -> str:
        """An id for a key; one that may not reach file names, as a person's name, becomes the same
        digest every month."""
        key = [trimmed(case.first.cells.get(header, "")) for header in self.grouping.by]
        plain = "-".join(key)
        name = data.get("recipient", {}).get("name", "")
        if not id_fault(plain, tuple(map(str, forms_of(name)))):
            return plain
        return f"N-{hashlib.sha256(fold_key(key).encode()).hexdigest()[:_DIGITS].upper()}"
