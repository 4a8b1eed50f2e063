"""Seven real letters, one setup: made once per worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from notices.letter.make import Letter, LetterMaker
from notices.page.fonts import read_font_set
from notices.places import FONTS
from notices.post.print_files import PrintSetup, open_print_setup
from tests.post.runs import DEMAND, INVOICE, REMINDER, MadeRun, build_run, draw


@pytest.fixture(scope="session")
def drawn(maker: LetterMaker) -> list[Letter]:
    """Seven letters of two packs: of one page and of two, of two currencies."""
    return [
        *(draw(maker, REMINDER, number) for number in (1, 2, 3)),
        *(draw(maker, DEMAND, number) for number in (4, 5)),
        *(draw(maker, INVOICE, number) for number in (6, 7)),
    ]


@pytest.fixture
def made(drawn: list[Letter], tmp_path: Path) -> MadeRun:
    """A finished live run of the seven."""
    return build_run(tmp_path / "run", drawn)


@pytest.fixture(scope="session")
def setup() -> Iterator[PrintSetup]:
    with open_print_setup(read_font_set(FONTS), date(2026, 4, 1)) as setup:
        yield setup
