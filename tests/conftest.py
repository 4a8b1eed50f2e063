"""What all tests share: one renderer per worker, each example's letter made once, the fast set.

A test is `heavy` where it draws pages or starts processes, `slow` where it is heavy and a smaller
sample of it is enough for every day; each says so with its mark. All others are `fast`, and they
are held to it: a test that draws or starts something without its mark fails.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from multiprocessing.process import BaseProcess
from typing import Any

import pytest

from notices import catalogue
from notices.catalogue import line_of
from notices.finding import Finding, errors_in
from notices.letter.make import Letter, LetterMaker
from notices.page.pdf import PdfRenderer
from notices.review.rehearse import Outcome, Rehearsal
from tests.letter import letters

DRAWN = {"played", "finished", "drawn", "four", "browser"}  # pages and processes that tests share


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if DRAWN & set(getattr(item, "fixturenames", ())):
            item.add_marker("heavy")
        if not any(item.get_closest_marker(mark) for mark in ("heavy", "slow")):
            item.add_marker("fast")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """A fast test, with the fixtures made for it, may neither draw a page nor start a process."""
    with pytest.MonkeyPatch.context() as patch:
        if item.get_closest_marker("fast"):
            patch.setattr(PdfRenderer, "render", _refuse)
            patch.setattr(subprocess.Popen, "__init__", _refuse)
            patch.setattr(BaseProcess, "start", _refuse)
        return (yield)


def _refuse(*_: Any, **__: Any) -> None:
    pytest.fail("draws a page or starts a process: mark it with pytest.mark.heavy")


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
def played() -> Iterator[Callable[[str], Outcome]]:
    """How an example's rehearsal went, by `PACK/example`; each is played once per worker."""
    with Rehearsal(letters.WORKSPACE) as stage:
        yield cache(lambda name: stage.play(letters.EXAMPLES[name]))


@pytest.fixture(scope="session")
def finished(played: Callable[[str], Outcome]) -> Callable[[str], Letter]:
    """An example's one finished letter, by `PACK/example`."""

    def letter(name: str) -> Letter:
        outcome = played(name)
        assert not [line_of(finding) for finding in errors_in(outcome.findings)]
        (letter,) = outcome.letters
        return letter

    return letter
