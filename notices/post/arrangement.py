"""Which letter comes in which print file, with which number and on which page.

Letters are grouped by envelope and number of sheets, and sorted by postcode within a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from notices.page.envelopes import PrintZone
from notices.post.types import Placed, PrintFile, Proven


def sort_key(letter: Proven) -> tuple[str, int, bool, str, str]:
    """Envelope, sheets, postcode (letters without one last), then the letter's id."""
    has_none = not letter.postcode
    return letter.envelope, letter.sheets, has_none, letter.postcode, letter.letter_id


def number_letters(letters: Iterable[Proven]) -> tuple[tuple[int, Proven], ...]:
    """The letters in printing order, numbered from 1 through the whole run."""
    return tuple(enumerate(sorted(letters, key=sort_key), start=1))


def arrange(
    numbered: Sequence[tuple[int, Proven]],
    zones: Mapping[str, PrintZone],
    most: int,
    prefix: str = "",
) -> tuple[PrintFile, ...]:
    """The print files, at most `most` letters in each; every letter begins on a front side.

    `zones` are the envelopes' print sections by envelope name; `prefix` begins each file's name.
    """
    return tuple(_files(numbered, zones, most, prefix))


def _files(
    numbered: Sequence[tuple[int, Proven]],
    zones: Mapping[str, PrintZone],
    most: int,
    prefix: str,
) -> Iterator[PrintFile]:
    groups = groupby(numbered, key=lambda pair: (pair[1].envelope, pair[1].sheets))
    for (envelope, sheets), members in groups:
        group = list(members)
        for part, start in enumerate(range(0, len(group), most), start=1):
            name = f"{prefix}{envelope}-{sheets:02d}sheet-{part:03d}.pdf"
            yield _file(name, zones[envelope], sheets, group[start : start + most])


def _file(
    name: str, zone: PrintZone, sheets: int, members: Sequence[tuple[int, Proven]]
) -> PrintFile:
    side = 2 if zone.duplex else 1  # pages that one sheet takes
    page = 1 + side  # after the cover sheet
    placed: list[Placed] = []
    for sequence, letter in members:
        placed.append(Placed(sequence, letter, page))
        page += sheets * side
    return PrintFile(name, zone, sheets, tuple(placed), page - 1)
