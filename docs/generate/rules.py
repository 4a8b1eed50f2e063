"""docs/rules.md: the index of all rules by group; `notices explain` has the whole text."""

from __future__ import annotations

from collections.abc import Iterator

from notices.catalogue import read_catalogue, read_groups, unfilled

HEAD = """# Rules

Written by `python -m docs.generate`; a test compares it with the catalogue. Each finding ends
with the name of its rule in brackets. `notices explain RULE` says what to do about it; for records,
tables and packs it shows an example that fails and the same one mended. `notices explain GROUP`
lists a group. `{name}` stands for the value that was found.
"""


def rules_page() -> str:
    """One table a group: the rule and its sentence."""
    return "\n".join((HEAD, *_groups()))


def _groups() -> Iterator[str]:
    catalogue = read_catalogue()
    for name, group in read_groups().items():
        yield f"## {name}\n\n{group.title['en']}. {group.found_by['en']}\n"
        yield "| rule | what it says |\n|---|---|"
        for rule in group.rules:
            yield f"| `{rule}` | {_plain(catalogue[rule].message['en'])} |"
        yield ""


def _plain(text: str) -> str:
    """A sentence as a cell of a table."""
    return unfilled(text).replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
