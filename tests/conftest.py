"""What all tests share: one renderer per worker, and each example's letter made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from notices import catalogue
from notices.finding import Finding
from notices.letter.make import Letter, LetterMaker
from tests.letter import letters


@pytest.fixture(scope="session", autouse=True)
def no_finding_says_none() -> Iterator[None]:
    """Whatever finding a test words: each of its values is text for people."""
    fill = catalogue._values

    def checked(finding: Finding, *words: object, **more: object) -> Mapping[str, str]:
        values = fill(finding, *words, **more)  # type: ignore[arg-type]
        unfit = {n: v for n, v in values.items() if not isinstance(v, str) or v == "None"}
        assert not unfit, (finding.rule, unfit)
        return values

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "_values", checked)
        yield


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
