"""How a table writes dates and amounts, as far as its own values prove it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from notices.tables.row import Exact

_MARKS = (
    (r"[0-9],[0-9]{3}(,[0-9]{3})*\.[0-9]", ".", ","),
    (r"[0-9]\.[0-9]{3}(\.[0-9]{3})*,[0-9]", ",", "."),
    (r"[0-9][ \u00a0\u202f][0-9]{3},[0-9]", ",", "space"),
    (r"[0-9]'[0-9]{3}\.[0-9]", ".", "'"),
    (r"(?<![0-9.,])[0-9]+,[0-9]{1,2}(?![0-9.,])", ",", ""),
    (r"(?<![0-9.,])[0-9]+\.[0-9]{1,2}(?![0-9.,])", ".", ""),
)


def seen_order(samples: Iterable[str]) -> str:
    """The order of dates that the samples themselves prove: ymd, dmy, mdy or "" (no proof).

    Days with the year in front are read in any order; those with the year behind need proof.
    """
    orders: set[str] = set()
    year_first = unproven = False
    for text in samples:
        year_first = year_first or bool(re.match(r"[0-9]{4}[-/.年]", text.strip()))
        match = re.match(r"([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*[0-9]{2}", text.strip())
        if match and int(match.group(1)) > 12:
            orders.add("dmy")
        elif match and int(match.group(2)) > 12:
            orders.add("mdy")
        unproven = unproven or bool(match)
    if len(orders) == 1:
        return orders.pop()
    return "ymd" if year_first and not unproven else ""


def seen_marks(samples: Iterable[str]) -> tuple[str, str]:
    """The decimal and thousands marks that the samples themselves prove; "" where they do not.

    One or two figures behind a mark prove that it is the decimal one; three may be thousands.
    """
    decimals: set[str] = set()
    thousands: set[str] = set()
    for text in (t for t in samples if not isinstance(t, Exact)):
        for pattern, decimal, mark in _MARKS:
            if re.search(pattern, text):
                decimals.add(decimal)
                thousands |= {mark} - {""}
                break
    if len(decimals) != 1 or len(thousands) > 1:
        return "", ""
    return decimals.pop(), next(iter(thousands), "")
