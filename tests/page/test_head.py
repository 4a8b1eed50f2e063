"""The head of a letter and its sizes: what a recipient looks up, and how large all is set."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from notices.finding import errors_in
from notices.letter.make import Drawing, LetterMaker
from notices.page.document import Document
from notices.page.envelopes import envelope_names, read_envelope
from notices.page.layout import build_page
from notices.proof.geometry import LEGIBLE
from notices.proof.readback import MarkedText
from tests.letter import letters

TITLE = 6.0  # mm that stay free above the title
SIZES = 6
LARGE_PRINT = 16.0  # pt
ADDRESSES = ("recipient", "return-address")  # in the window, for the post
NAMES = (
    *("BE/first-reminder-by-post", "CH/reminder-consumer", "CN/demand-consumer-card-pictures"),
    *("DE/reminder-1-consumer", "HK/reminder-consumer-hkscs", "NL/reminder-business"),
    *("US/notice-card", "US/reminder-consumer", "generic/reminder-consumer-en-fr"),
)
WINDOWED = ("HK", "NL", "BE", "generic")


def drawn(maker: LetterMaker, name: str, **asked: Any) -> Drawing:
    record = letters.case(name, **asked.pop("changes", {}))
    (one,) = letters.check(maker, record, letters.sender(name), **asked)
    assert one.document is not None, letters.rules(one.findings)
    return maker.draw(one.document, one)


def stands_in(run: MarkedText, *names: str) -> bool:
    return any(run.ids and part.startswith(name) for part in run.ids for name in names)


def reference_ids(document: Document) -> tuple[str, ...]:
    return tuple(f"{b.id}-" for b in document.blocks if b.style == "reference")


def slip_ids(document: Document) -> tuple[str, ...]:
    return tuple(f"{block.id}-" for block in document.blocks if block.kind == "pay_slip")


def title_distance(drawing: Drawing) -> float:
    """mm from the last reference to the title, ink to ink."""
    on_first = [run for run in drawing.read.runs if run.page == 1 and run.ink]
    ids = reference_ids(drawing.document)
    inks = [run.ink for run in on_first if stands_in(run, *ids)]
    feet = [ink.top + ink.height for ink in inks if ink]
    tops = [run.ink.top for run in on_first if "H1" in run.path and run.ink]
    return min(tops) - max(feet)


@pytest.mark.heavy
@pytest.mark.parametrize("name", NAMES)
def test_the_head_and_the_sizes_of_a_letter(maker: LetterMaker, name: str) -> None:
    drawing = drawn(maker, name)
    assert not errors_in(drawing.findings), letters.rules(drawing.findings)
    assert title_distance(drawing) >= TITLE
    own = slip_ids(drawing.document)
    runs = [r for r in drawing.read.runs if r.ink and not (own and stands_in(r, *own))]
    sizes = {round(run.size, 1) for run in runs}
    assert min(sizes) >= LEGIBLE and len(sizes) <= SIZES, sizes


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["HK/reminder-consumer-hkscs", "US/reminder-consumer"])
def test_large_print_is_large_but_in_the_window(maker: LetterMaker, name: str) -> None:
    drawing = drawn(maker, name, large_print=True)
    assert not errors_in(drawing.findings), letters.rules(drawing.findings)
    runs = [run for run in drawing.read.runs if run.ink]
    read = {round(run.size, 1) for run in runs if not stands_in(run, *ADDRESSES)}
    assert min(read) >= LARGE_PRINT and len({round(run.size, 1) for run in runs}) <= SIZES


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["US/reminder-consumer", "HK/reminder-consumer-hkscs"])
def test_a_long_number_wraps_beside_the_address(maker: LetterMaker, name: str) -> None:
    for number in ("KUNDE-2026", "2026-0123456789-ABCDEFGH", "X" * 50):
        drawing = drawn(maker, name, changes={"id": number})
        assert not errors_in(drawing.findings), (number, letters.rules(drawing.findings))
        assert title_distance(drawing) >= TITLE


def test_each_value_stands_once_beside_the_address(maker: LetterMaker) -> None:
    name = "HK/reminder-consumer-hkscs"
    (one,) = letters.check(maker, letters.case(name), letters.sender(name))
    assert one.document is not None
    html = build_page(one.document, maker.resources.fonts).html
    (block,) = (block for block in one.document.blocks if block.style == "reference")
    table = html[html.index(f'id="{block.id}"') :].partition("</table>")[0]
    values = Counter(side.cells[1].text for row in block.rows for side in row.sides)
    said = re.sub("<[^>]*>", "", table)
    assert {said.count(value) for value in values} == {1}
    for row in block.rows:  # a bracket has a gap before it
        assert all(letters.squash(side.cells[0].text) in letters.squash(said) for side in row.sides)


@pytest.mark.parametrize("pack", WINDOWED)
def test_letters_show_in_a_window_of_their_country(maker: LetterMaker, pack: str) -> None:
    name = next(name for name in NAMES if name.startswith(f"{pack}/"))
    (one,) = letters.check(maker, letters.case(name), letters.sender(name))
    assert one.document is not None
    envelope = one.document.envelope
    assert envelope.window is not None and envelope.sender_line is not None
    assert one.document.return_address.lines


def test_every_address_stands_in_its_window() -> None:
    for name in envelope_names():
        envelope = read_envelope(name)
        if (window := envelope.window) is None or envelope.tear_off:
            continue
        for frame in filter(None, (envelope.recipient, envelope.sender_line)):
            assert window.left <= frame.left and window.top <= frame.top, name
            assert frame.left + frame.width <= window.left + window.width, name
            assert frame.top + frame.height <= window.top + window.height, name
