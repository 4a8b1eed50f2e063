"""Letters over many debts: when their lists become tables, and how long they may be, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from notices.places import TEMPLATES
from notices.textfiles import read_text_file


@dataclass(frozen=True)
class Limit:
    """The most entries that a list of the record may have, and why, by language."""

    most: int
    reason: Mapping[str, str]


@dataclass(frozen=True)
class ListLimits:
    """`table_from` debts on, they are listed in a table; a sentence enumerates `enumerated` values;
    each `rows_a_page` rows of lists allow a further page. `limits` are by list of the record."""

    table_from: int
    enumerated: int
    rows_a_page: int
    limits: Mapping[str, Limit]


@cache
def list_limits() -> ListLimits:
    """The limits of templates/lists.yaml. Raises TextFileError where it can't be read."""
    said = read_text_file(TEMPLATES / "lists.yaml").data
    return ListLimits(
        table_from=int(said["table_from"]),
        enumerated=int(said["enumerated"]),
        rows_a_page=int(said["rows_a_page"]),
        limits={
            name: Limit(int(limit["most"]), limit["reason"])
            for name, limit in said["limits"].items()
        },
    )
