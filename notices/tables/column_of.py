"""Which column a finding stands in: the table's own name for a field's path."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PRINTED = re.compile(r"recipient(?:-([0-9]+))?")


def column_of(path: str, columns: Mapping[str, str]) -> str:
    """The header of a field's path, or of the nearest value around it."""
    if path in columns.values():
        return path
    if match := _PRINTED.fullmatch(path):  # a line of the printed address: the name is the first
        line = int(match[1] or 0)
        path = f"recipient.address[{line - 1}]" if line else "recipient.name"
    elif path.isidentifier():  # a printed value by its field's own name
        path = next((known for known in columns if known.rpartition(".")[2] == path), path)
    while path:
        if path in columns:
            return columns[path]
        loose = re.sub(r"(items|payments|credits)\[\d+\]", r"\1[]", path)
        if loose in columns:
            return columns[loose]
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return ""
