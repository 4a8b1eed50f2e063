"""The validation notice looks like Model Form B-1: what stands out there stands out here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notices.page.document import Frame
from notices.proof.readback import rasterise
from notices.proof.regions import Region, Regions, find_regions
from tests.letter import letters
from tests.letter.letters import EXAMPLES, Letter, LetterMaker, made

NOTICES = [name for name in EXAMPLES if name.startswith("US/notice-")]
DPI = 150


def drawn(maker: LetterMaker, name: str) -> tuple[Letter, Regions]:
    letter = made(maker, letters.case(name), letters.sender(name))
    assert letter.checked.document is not None
    return letter, find_regions(letter.checked.document, letters.read(letter.data))


def itemized(regions: Regions, lang: str) -> Iterator[Region]:
    for region in regions.sides.values():
        if region.block.kind == "itemization" and region.side.lang == lang:
            yield region


def frames(region: Region) -> list[Frame]:
    """The ink of the amount, sign and figures, in reading order."""
    amount = [run for run in region.runs if any(name.endswith("-amount") for name in run.ids)]
    return [g.frame for run in amount for g in run.glyphs if not g.text.isspace()]


@pytest.mark.heavy
@pytest.mark.parametrize("name", NOTICES)
def test_the_hierarchy_of_the_model_form(maker: LetterMaker, name: str) -> None:
    letter, regions = drawn(maker, name)
    assert letter.checked.document is not None
    for lang in letter.checked.document.languages:
        (lead,) = (
            region
            for region in regions.sides.values()
            if region.block.style == "lead" and region.side.lang == lang
        )
        runs = lead.side.cells[0].runs
        bold = "".join(run.text for run in runs if run.strong)
        assert lead.side.text.startswith(bold)
        assert bold.endswith(".")
        assert ". " not in bold, "the first sentence, and no more, is bold"

        rows = list(itemized(regions, lang))
        signs = [frames(row)[0] for row in rows if row.side.cells[-1].text[:1] in "+−"]
        assert len(signs) >= 3
        middles = [sign.left + sign.width / 2 for sign in signs]
        assert max(middles) - min(middles) < 0.3, "signs stand below each other"
        ends = [f[-1].left + f[-1].width for row in rows if (f := frames(row))]
        assert max(ends) - min(ends) < 0.5, "figures end below each other"

        (total,) = (row for row in rows if row.row.role == "total")
        last = frames(total)[-1]
        page = rasterise(letter.data, total.page, DPI)
        beside = (last.left + last.width + 0.6) * DPI / 25.4
        ground = page.getpixel((int(beside), int((last.top + last.height / 2) * DPI / 25.4)))
        assert isinstance(ground, int)
        assert ground < 235, "the total is tinted"
