"""The layout: every side has its place and its id, and no data reaches styles or addresses."""

from __future__ import annotations

import ctypes
import gc
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from notices.errors import RenderError
from notices.letter.make import LetterMaker
from notices.page.document import Document, Frame
from notices.page.envelopes import PAPER
from notices.page.head import MARGIN
from notices.page.layout import build_page, stylesheet
from notices.page.pdf import HtmlPage
from tests.letter import letters
from tests.letter.letters import CARD, DEMAND, EN, EXAMPLES, ZH

ARRANGEMENTS = ("parallel", "stacked", "sequential")
SIGNS = "<>&'\"{}\\;:url(notices:draft)"


class Elements(HTMLParser):
    """Start tags with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, {name: value or "" for name, value in attrs}))


def page_of(maker: LetterMaker, name: str = DEMAND, **asked: Any) -> tuple[Document, HtmlPage]:
    (one,) = letters.check(maker, letters.case(name), letters.sender(name), **asked)
    assert one.document is not None
    return one.document, build_page(one.document, maker.resources.fonts)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("name", [CARD, "ZZ/invoice-reminder"])
def test_every_side_has_one_place_with_its_id_and_language(
    maker: LetterMaker, name: str, arrangement: str
) -> None:
    document, page = page_of(maker, name, arrangement=arrangement)
    elements = Elements(page.html).seen
    ids = Counter(attributes["id"] for _, attributes in elements if "id" in attributes)
    assert max(ids.values()) == 1
    langs = {a["id"]: a.get("lang", "") for _, a in elements if "id" in a}
    for block in document.blocks:
        for number, row in enumerate(block.rows):
            for side in row.sides:
                base = f"{block.id}-{number}-{side.lang}"
                mine = [name for name in langs if name == base or name.startswith(f"{base}-")]
                assert mine, base
                assert {langs[name] for name in mine} == {side.lang}


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_every_row_fills_the_columns(maker: LetterMaker, arrangement: str) -> None:
    for name in (CARD, DEMAND):
        _, page = page_of(maker, name, arrangement=arrangement)
        body = page.html[page.html.index('<table class="body">') :]
        columns = body.count("<col ")
        reaching: list[int] = []  # for how many rows each cell of an earlier one goes on
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL):
            cells = [a for tag, a in Elements(row).seen if tag in ("td", "th")]
            filled = sum(int(cell.get("colspan", 1)) for cell in cells) + len(reaching)
            assert filled == columns, row
            reaching = [left - 1 for left in reaching if left > 1]
            reaching += [left for c in cells if (left := int(c.get("rowspan", 1)) - 1)]
        assert not reaching


@pytest.mark.parametrize("large_print", [False, True])
@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_columns_fill_the_measure(maker: LetterMaker, arrangement: str, large_print: bool) -> None:
    document, page = page_of(maker, arrangement=arrangement, large_print=large_print)
    widths = [float(width) for width in re.findall(r'<col style="width: ([\d.]+)mm">', page.html)]
    measure = PAPER[document.envelope.page][0] - 2 * MARGIN
    assert sum(widths) == pytest.approx(measure, abs=0.01)
    assert min(widths) > 5
    if arrangement == "parallel":
        share = document.column_shares
        assert sum(widths[:3]) / sum(widths[3:]) == pytest.approx(share[0] / share[1], abs=0.001)


def test_letters_of_one_look_share_one_style_sheet(maker: LetterMaker) -> None:
    """So no value of a record can stand in it, and it is parsed once."""
    sheets = {
        page_of(maker, name)[1].stylesheet
        for name in EXAMPLES
        if name.startswith("CN/") and not re.search("chinese-only|pictures", name)
    }
    assert len(sheets) == 1


def test_data_stands_in_text_and_harmless_attributes_only(maker: LetterMaker) -> None:
    def page(text: str) -> HtmlPage:
        both = {"zh-Hans": text, "en": text}
        one_name = text.translate({ord(sign): None for sign in "&;"})
        record = letters.case(
            DEMAND,
            recipient__name=one_name,
            debts__0__cause=both,
            debts__0__items__0__note=text,
            delivery_method=both,
        )
        sender = letters.sender(DEMAND, name=both, dispute_channel=both)
        (one,) = letters.check(maker, record, sender)
        assert one.document is not None
        return build_page(one.document, maker.resources.fonts)

    harmless, hostile = page("harmless"), page(SIGNS)
    assert hostile.stylesheet == harmless.stylesheet
    elements = Elements(hostile.html).seen
    assert [tag for tag, _ in elements] == [tag for tag, _ in Elements(harmless.html).seen]
    for _, attributes in elements:
        for name, value in attributes.items():
            assert "draft" not in value or name == "data-short", (name, value)


def test_only_pictures_that_go_along_are_named(maker: LetterMaker) -> None:
    for asked in ({"live": True}, {}):
        _, page = page_of(maker, CARD, **asked)
        named = set(re.findall(r"notices:(\w+)", page.html + page.stylesheet))
        assert named == set(page.images)
        assert not re.search(r"(https?|file|data):", page.stylesheet)
        sources = [a["src"] for tag, a in Elements(page.html).seen if "src" in a]
        assert all(source.startswith("notices:") for source in sources)


def test_pages_are_counted_in_every_language_by_the_pack_s_words(maker: LetterMaker) -> None:
    document, _ = page_of(maker)
    quoted = {ZH: "“{page}”/{pages}\\", EN: 'p. "{page}" of {pages}; '}
    furniture = replace(document.furniture, page_of=quoted)
    page = build_page(replace(document, furniture=furniture), maker.resources.fonts)
    assert "p. " not in page.stylesheet and "“" not in page.stylesheet
    (content,) = re.findall(r"content: ([^;]*counter[^;]*);", page.stylesheet)
    assert re.findall(r"counter\((\w+)\)", content) == ["page", "pages", "page", "pages"]
    (heading,) = [a for tag, a in Elements(page.html).seen if tag == "h1"]
    said = [value for name, value in heading.items() if name.startswith("data-page-")]
    assert "".join(said) == '“”/\\ · p. "" of ; '


def test_frames_come_from_the_envelope(maker: LetterMaker) -> None:
    document, _ = page_of(maker)
    envelope = replace(
        document.envelope, recipient=Frame(101, 51, 80, 22), address_top=40, body_top=100
    )
    css = stylesheet(replace(document, envelope=envelope), maker.resources.fonts)
    assert ".recipient { left: 81.00mm; top: 11.00mm; width: 80.00mm; height: 22.00mm; }" in css
    assert ".address-field { min-height: 60.00mm; }" in css
    letter = stylesheet(
        replace(document, envelope=replace(envelope, page="Letter")), maker.resources.fonts
    )
    assert "size: 215.9mm 279.4mm" in letter


def test_a_letter_without_a_return_line_has_none(maker: LetterMaker) -> None:
    document, page = page_of(maker, envelope="a4-windowless")
    assert document.envelope.sender_line is None
    assert 'id="return-address"' not in page.html


def test_a_picture_that_lacks_is_told(maker: LetterMaker) -> None:
    document, _ = page_of(maker, CARD)
    with pytest.raises(RenderError, match=r"letter\.html"):
        build_page(replace(document, codes=()), maker.resources.fonts)


HEAP = (
    *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
    *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
)


class Heap(ctypes.Structure):
    """What glibc's mallinfo2 tells of the memory that is in use, in bytes."""

    _fields_ = [(name, ctypes.c_size_t) for name in HEAP]


def kb_in_use() -> float:
    libc = ctypes.CDLL(None)
    libc.mallinfo2.restype = Heap
    gc.collect()
    heap = libc.mallinfo2()
    return float(heap.uordblks + heap.hblkhd) / 1024


@pytest.mark.heavy
def test_a_letter_drawn_again_keeps_no_memory(maker: LetterMaker) -> None:
    """A run draws thousands: WeasyPrint never frees the font features that a style asks for."""
    _, page = page_of(maker)
    for _ in range(8):  # caches and fonts
        maker.renderer.render(page)
    before = kb_in_use()
    for _ in range(8):
        maker.renderer.render(page)
    assert (kb_in_use() - before) / 8 < 10
