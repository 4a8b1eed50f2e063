"""What all tests share: one renderer per worker, and each example's letter made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from notices.letter.make import Letter, LetterMaker
from tests.letter import letters


@pytest.fixture(scope="session")
def maker() -> Iterator[LetterMaker]:
    """The one LetterMaker of this worker, with the shipped packs and the made-up one."""
    with LetterMaker(letters.WORKSPACE) as maker:
        yield maker


@pytest.fixture(scope="session")
def finished(maker: LetterMaker) -> Callable[[str], Letter]:
    """An example's finished letter, by `PACK/example`; each is made once per worker."""
    known: dict[str, Letter] = {}

    def letter(name: str) -> Letter:
        if name not in known:
            known[name] = letters.made(maker, letters.case(name), letters.sender(name))
        return known[name]

    return letter
