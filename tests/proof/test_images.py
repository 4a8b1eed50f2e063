"""The proof looks at pictures: over nothing, in their own shape, inside their rooms, each once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from notices.catalogue import hint, line_of
from notices.finding import Finding, errors_in
from notices.letter.make import Checked, LetterMaker
from notices.page.layout import build_page
from notices.page.pdf import HtmlPage
from notices.proof.check import check_bytes, check_pictures
from notices.proof.geometry import inside
from notices.proof.readback import read_pdf
from tests.letter import letters
from tests.letter.letters import CARD
from tests.letter.test_images import profile, write_png

pytestmark = pytest.mark.heavy
UNSEEN = "proof-picture-unseen"
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100">'
    '<path d="M0 0H400V100H0z" fill="#036"/></svg>'
)


@pytest.fixture(params=["logo.png", "logo.svg"])
def checked(maker: LetterMaker, tmp_path: Path, request: pytest.FixtureRequest) -> Checked:
    write_png(tmp_path / "logo.png", (400, 100))
    (tmp_path / "logo.svg").write_text(DRAWING, encoding="utf-8")
    write_png(tmp_path / "sign.png", (400, 120))
    write_png(tmp_path / "seal.png", (500, 500))
    files = {"logo": request.param, "signature": "sign.png", "seal": "seal.png"}
    sender = profile(tmp_path, CARD, **files, seal_authorisation="Form 1")
    (one,) = letters.check(maker, letters.case(CARD), sender)
    assert not errors_in(one.findings)
    return one


def found(maker: LetterMaker, checked: Checked, page: HtmlPage) -> tuple[Finding, ...]:
    assert checked.document is not None
    rendering = maker.renderer.render(page)
    return errors_in(check_bytes(checked.document, rendering, checked.expected))


def style(css: str) -> Callable[[HtmlPage], HtmlPage]:
    return lambda page: replace(page, stylesheet=f"{page.stylesheet}\n{css}")


def without_logo(page: HtmlPage) -> HtmlPage:
    start = page.html.index('<img class="logo"')
    return replace(page, html=page.html[:start] + page.html[page.html.index(">", start) + 1 :])


PLANTED: dict[str, tuple[str, Callable[[HtmlPage], HtmlPage]]] = {
    "the name where the logo is": (
        "proof-picture-over",
        style(".letterhead .names { left: 17mm }"),
    ),
    "a logo over the reference rows": (
        "proof-picture-over",
        style(".letterhead img.logo { top: 26mm; left: 120mm }"),
    ),
    "a seal on the signature": (
        "proof-picture-over",
        style(".seal-place { float: none; margin-bottom: -20mm }"),
    ),
    "a seal over the clerk beside it": (
        "proof-picture-over",
        style(".seal-place img { left: -30mm !important; top: 0 !important }"),
    ),
    "a seal over the text above": (
        "proof-picture-over",
        style(".seal-place img { top: -30mm !important }"),
    ),
    "a seal beside the name and the date": (
        "proof-seal-beside",
        style(".seal-place p.sealed { padding-top: 45mm }"),
    ),
    "a seal beside the date": (
        "proof-seal-beside",
        style(".seal-place p.sealed { padding-top: 39mm }"),
    ),
    "a logo made narrow": ("proof-picture-shape", style("img.logo { width: 20mm; height: 13mm }")),
    "a signature made flat": ("proof-picture-shape", style("img.signature { height: 3mm }")),
    "a seal made an egg": ("proof-picture-shape", style("img.seal { height: 30mm }")),
    "a logo larger than its room": (
        "proof-picture-room",
        style("img.logo { width: 60mm; height: 15mm }"),
    ),
    "a logo below the letterhead": (
        "proof-picture-room",
        style(".letterhead img.logo { top: 18mm }"),
    ),
    "a logo off the paper": ("proof-picture-room", style(".letterhead img.logo { left: -18mm }")),
    "no logo": ("proof-picture-missing", without_logo),
    "a hidden logo": ("proof-picture-missing", style("img.logo { display: none }")),
}


def test_a_letter_with_pictures_has_no_fault(maker: LetterMaker, checked: Checked) -> None:
    assert checked.document is not None
    assert found(maker, checked, build_page(checked.document, maker.resources.fonts)) == ()


def test_a_seal_stands_over_the_chinese_name_and_the_date(
    maker: LetterMaker, checked: Checked
) -> None:
    assert checked.document is not None
    page = build_page(checked.document, maker.resources.fonts)
    read = read_pdf(maker.renderer.render(page).data)
    (seal,) = (f for f in read.figures if f.ids and f.ids[-1] == "picture-seal")
    (frame,) = (read.drawn[seal.page, mcid] for mcid in seal.mcids)
    under = [run for run in read.runs if run.ids and run.ids[-1].endswith("-sealed")]
    text = "".join(run.text for run in under)
    assert "示例银行股份有限公司" in text and "2026年" in text
    assert all(run.ink and inside(run.ink, frame, 0.0) for run in under)


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(maker: LetterMaker, checked: Checked, fault: str) -> None:
    assert checked.document is not None
    rule, spoil = PLANTED[fault]
    page = build_page(checked.document, maker.resources.fonts)
    findings = found(maker, checked, spoil(page))
    assert rule in letters.rules(findings)
    for finding in findings:
        for language in ("en", "zh"):
            assert "{" not in line_of(finding, language) + hint(finding, language)


def test_a_picture_that_nobody_can_see_is_found(maker: LetterMaker, checked: Checked) -> None:
    """White on white, whatever its file claims: here one that was no picture to be refused."""
    document = checked.document
    assert document is not None
    white = BytesIO()
    Image.new("RGB", (400, 100), "white").save(white, "PNG")
    images = tuple(
        replace(image, media_type="image/png", data=white.getvalue())
        if image.name == document.letterhead.logo
        else image
        for image in document.images
    )
    for shown, rules in ((document, set()), (replace(document, images=images), {UNSEEN})):
        rendering = maker.renderer.render(build_page(shown, maker.resources.fonts))
        assert letters.rules(check_pictures(document, rendering)) == rules
