"""The same letter in every look: arrangements, languages, sizes, envelopes; each one proven."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from notices.finding import Finding
from notices.letter.make import Letter, LetterMaker, check_record
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.page.document import Document, Frame
from notices.page.envelopes import envelope_names, read_envelope
from notices.proof.readback import MarkedText
from tests.letter import letters
from tests.letter.letters import CARD, DEMAND, EN, EXAMPLES, REMINDER, ZH
from tests.page.conformance import faults

pytestmark = pytest.mark.heavy

THREE_LISTS = "CN/demand-business-payment-names-none"  # open items, interest, payments
ARRANGEMENTS = ("parallel", "stacked", "sequential")
SLOW = pytest.mark.slow
PREVAILS, TRANSLATION = "中文\uff08以本文为准\uff09", "English translation"


def document_of(letter: Letter) -> Document:
    assert letter.checked.document is not None
    return letter.checked.document


def body_order(letter: Letter) -> list[str]:
    """The languages of the body's clauses as they are read, repetitions left out; a name in another
    script is of the side that it stands in."""
    order: list[str] = []
    for run in letters.read(letter.data).runs:
        for name in (name for name in run.ids[-1:] if name.startswith("clause-")):
            lang = next(lang for lang in document_of(letter).languages if name.endswith(lang))
            if not order or order[-1] != lang:
                order.append(lang)
    return order


def shared(a: Frame, b: Frame) -> bool:
    return (
        a.left < b.left + b.width
        and b.left < a.left + a.width
        and a.top < b.top + b.height
        and b.top < a.top + a.height
    )


def in_window(letter: Letter) -> list[MarkedText]:
    """What shows through the envelope's window, read from the finished file."""
    window = document_of(letter).envelope.window
    return [
        run
        for run in letters.read(letter.data).runs
        if window is not None and run.page == 1
        if any(shared(g.frame, window) for g in run.glyphs if not g.text.isspace())
    ]


@pytest.mark.parametrize("large_print", [False, True], ids=["usual", "large"])
@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("name", [CARD, pytest.param("ZZ/invoice-reminder", marks=SLOW)])
def test_every_arrangement_is_proven_and_conforms(
    maker: LetterMaker, name: str, arrangement: str, large_print: bool
) -> None:
    asked = {"arrangement": arrangement, "large_print": large_print}
    letter = letters.made(maker, letters.case(name), letters.sender(name), **asked)
    assert faults(letter.data) == []
    assert document_of(letter).arrangement == arrangement
    assert letter.pages <= document_of(letter).page_limit
    first, second = document_of(letter).languages
    order = body_order(letter)
    if arrangement == "sequential":
        assert order == [first, second]
    else:
        assert len(order) > 8 and order[::2] == [first] * len(order[::2])


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_which_language_prevails_is_said(maker: LetterMaker, arrangement: str) -> None:
    asked = {"arrangement": arrangement}
    letter = letters.made(maker, letters.case(DEMAND), letters.sender(DEMAND), **asked)
    assert letters.says(letter, PREVAILS, ZH)
    assert letters.says(letter, TRANSLATION, EN)


def test_one_language_alone(maker: LetterMaker) -> None:
    letter = letters.made(
        maker, letters.case(DEMAND), letters.sender(DEMAND), languages=(ZH,), arrangement="parallel"
    )
    assert faults(letter.data) == []
    read = letters.read(letter.data)
    assert {run.lang for run in read.runs if run.path} == {ZH}
    assert set(read.tagged_langs) == {ZH}
    assert not letters.says(letter, PREVAILS) and not letters.says(letter, "Dear")
    english, findings = letters.make(
        maker, letters.case(DEMAND), letters.sender(DEMAND), languages=(EN,)
    )
    assert english is None and letters.rules(findings) == {"language-not-permitted"}


def test_large_print_is_stacked_unless_asked_otherwise(maker: LetterMaker) -> None:
    """Two columns of 16 pt type are too narrow to read well."""
    (checked,) = letters.check(
        maker, letters.case(DEMAND), letters.sender(DEMAND), large_print=True
    )
    assert checked.document is not None and checked.document.arrangement == "stacked"


def test_large_print_is_large(maker: LetterMaker, finished: Callable[[str], Letter]) -> None:
    large = letters.made(maker, letters.case(DEMAND), letters.sender(DEMAND), large_print=True)

    def height(letter: Letter) -> float:
        runs = letters.read(letter.data).runs
        return median(
            glyph.frame.height
            for run in runs
            if run.lang == ZH and any(name.startswith("clause-") for name in run.ids)
            for glyph in run.glyphs
            if "\u4e00" <= glyph.text <= "\u9fff"
        )

    assert height(large) / height(finished(DEMAND)) == pytest.approx(1.6, abs=0.1)


@pytest.mark.parametrize("envelope", envelope_names())
@pytest.mark.parametrize("name", [REMINDER, pytest.param(DEMAND, marks=SLOW)])
def test_every_envelope_s_window_holds_addresses_only(
    maker: LetterMaker, name: str, envelope: str
) -> None:
    profile = read_envelope(envelope)
    if profile.window is not None and profile.window.top > profile.body_top:
        record, sender = letters.case(name), letters.sender(name)
        _, found = letters.make(maker, record, sender, envelope=envelope)
        assert "proof-window-recipient" in letters.rules(found), "its window is for a slip"
        return
    letter = letters.made(maker, letters.case(name), letters.sender(name), envelope=envelope)
    assert faults(letter.data) == []
    document = document_of(letter)
    assert document.envelope.id == envelope
    shown = in_window(letter)
    parts = {part for run in shown for part in run.ids if part in ("recipient", "return-address")}
    assert all(set(run.ids) & {"recipient", "return-address"} for run in shown)
    named = {"recipient"} | ({"return-address"} if profile.sender_line else set())
    assert parts == (named if profile.window else set())


OWN = """
about: {en: a window on the right, zh-Hans: 右窗}
class: product
source: a test
page: %s
window: {left: 105, top: 40, width: 90, height: 45}
sender_line: {left: 112, top: 44, width: 70, height: 4}
recipient: {left: 112, top: 50, width: 70, height: 28}
folds: [105]
address_top: 38
body_top: 100
"""


@pytest.mark.parametrize("page", ["A4", "Letter"])
def test_a_user_s_own_envelope(maker: LetterMaker, tmp_path: Path, page: str) -> None:
    (tmp_path / "right-window.yaml").write_text(OWN % page, encoding="utf-8")
    desk = Resources(Workspace(envelopes=(tmp_path,)))
    case = letters.case(DEMAND)
    request = letters.request(case, envelope="right-window", large_print=True)
    (checked,) = check_record(case, desk, request, letters.sender(DEMAND))
    letter, findings = maker.make(checked, request)
    assert letter is not None, findings
    assert faults(letter.data) == []
    assert {run.ids[-1].split("-")[0] for run in in_window(letter)} == {"recipient", "return"}
    width, height = letters.read(letter.data).pages[0]
    assert (width, height) == pytest.approx(
        {"A4": (210, 297), "Letter": (215.9, 279.4)}[page], 0.01
    )


def with_own_envelope(
    maker: LetterMaker, folder: Path, profile: str
) -> tuple[Letter | None, tuple[Finding, ...]]:
    (folder / "own-window.yaml").write_text(profile, encoding="utf-8")
    desk = Resources(Workspace(envelopes=(folder,)))
    case = letters.case(DEMAND)
    request = letters.request(case, envelope="own-window")
    (checked,) = check_record(case, desk, request, letters.sender(DEMAND))
    return maker.make(checked, request)


def test_the_reference_rows_give_way_to_a_window_on_the_right(
    maker: LetterMaker, tmp_path: Path
) -> None:
    letter, _ = with_own_envelope(maker, tmp_path, OWN % "A4")
    assert letter is not None
    runs = [run for run in letters.read(letter.data).runs if "values-reference" in run.ids]
    frames = [glyph.frame for run in runs for glyph in run.glyphs if glyph.text.strip()]
    assert frames and min(frame.left for frame in frames) == pytest.approx(20, abs=1)
    assert max(frame.left + frame.width for frame in frames) < 105


def test_a_window_that_leaves_the_reference_rows_no_room_is_a_finding(
    maker: LetterMaker, tmp_path: Path
) -> None:
    wide = "window: {left: 36, top: 40, width: 140, height: 45}"
    profile = (OWN % "A4").replace("window: {left: 105, top: 40, width: 90, height: 45}", wide)
    letter, findings = with_own_envelope(maker, tmp_path, profile)
    assert letter is None
    assert {"proof-window", "proof-overlap"} & letters.rules(findings)


@pytest.mark.parametrize("name", [n for n in EXAMPLES if n.startswith("CN/")])
def test_a_friendly_reminder_is_one_page_and_a_demand_two(
    finished: Callable[[str], Letter], name: str
) -> None:
    letter = finished(name)
    case = letter.checked.case
    assert case is not None
    if case.kind == "reminder" and case.level == 1:
        assert letter.pages == 1
    elif case.kind == "formal_demand":
        lists = 0 if len(case.debts) < 3 else 2 if name == THREE_LISTS else 1
        assert letter.pages == 2 + lists, "a list of debts takes a page"


def test_pages_are_numbered_and_later_ones_named(finished: Callable[[str], Letter]) -> None:
    letter = finished(DEMAND)
    furniture = {
        page: letters.squash("".join(run.text for run in runs))
        for page in (1, 2)
        if (runs := [r for r in letters.read(letter.data).runs if r.page == page and not r.path])
    }
    for page in (1, 2):
        assert letters.squash(f"第 {page} 页\uff0c共 2 页") in furniture[page]
        assert letters.squash(f"Page {page} of 2") in furniture[page]
    assert letters.squash(letter.letter_id) in furniture[2]
    assert letters.squash(letter.letter_id) not in furniture[1]


@pytest.mark.parametrize(
    ("envelope", "field", "folds"),
    [
        ("de-din-a", Frame(20, 27, 85, 45), (87, 192)),
        ("de-din-b", Frame(20, 45, 85, 45), (105, 210)),
        ("de-c5", Frame(20, 45, 85, 45), (148.5,)),
    ],
)
def test_din_5008_places(
    maker: LetterMaker, envelope: str, field: Frame, folds: tuple[float, ...]
) -> None:
    """The addresses stand in the address field, the recipient below the 17.7 mm of remarks."""
    name = "DE/demand-1-business"
    letter = letters.made(maker, letters.case(name), letters.sender(name), envelope=envelope)
    assert document_of(letter).envelope.folds == folds
    shown = in_window(letter)
    assert {run.ids[-1].split("-")[0] for run in shown} == {"recipient", "return"}
    for run in shown:
        top = field.top + (17.7 if "recipient" in run.ids else 0)
        for glyph in run.glyphs:
            assert glyph.frame.left >= field.left and glyph.frame.top >= top
            assert glyph.frame.left + glyph.frame.width <= field.left + field.width
            assert glyph.frame.top + glyph.frame.height <= field.top + field.height
