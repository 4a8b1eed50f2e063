"""The list of letters' digests holds on this machine; one letter of each pack is made for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from notices.letter.make import Letter
from tests import letter_hashes
from tests.letter_hashes import (
    BY_COMMAND,
    compare_hashes,
    compare_versions,
    pack_names,
    read_list,
    read_versions,
)

VERSIONS, HASHES = read_list()


@pytest.mark.parametrize("pack", pack_names())
def test_an_example_of_each_pack_has_the_bytes_of_the_list(
    pack: str, finished: Callable[[str], Letter], capsys: pytest.CaptureFixture[str]
) -> None:
    example = min(name for known, name, _ in HASHES if known == pack)
    letter = finished(f"{pack}/{example}")
    if other := list(compare_versions(VERSIONS, read_versions())):
        with capsys.disabled():  # other bytes would say nothing about the code
            print("\ntests/letter_hashes.txt is of other libraries:", *other, sep="\n  ")
        return
    assert letter.digest == HASHES[pack, example, "draft"], (
        "python -m tests.letter_hashes --compare"
    )


def test_the_command_makes_the_example_s_live_letter() -> None:
    pack, example, _ = BY_COMMAND
    assert HASHES[pack, example, "by-command"] == HASHES[pack, example, "live"]


def test_every_example_is_in_the_list_as_draft_and_live() -> None:
    listed = {(pack, name) for pack, name, form in HASHES if form in ("draft", "live")}
    examples = {
        (pack, example.name)
        for pack in pack_names()
        for example in letter_hashes.read_examples(letter_hashes.PACKS / pack)
    }
    assert listed == examples


def test_what_differs_is_told_by_letter_and_by_library() -> None:
    row, other = ("CN", "one", "draft"), ("CN", "two", "live")
    assert list(compare_hashes({row: "a" * 64}, {row: "b" * 64, other: "c" * 64})) == [
        "CN one draft: aaaaaaaaaaaaaaaa -> bbbbbbbbbbbbbbbb",
        "CN two live: none -> cccccccccccccccc",
    ]
    assert list(compare_hashes({row: "a"}, {row: "a"})) == []
    assert list(compare_versions({"pango": "1.50"}, {"pango": "1.56"})) == [
        "pango: 1.50 in the list, 1.56 here"
    ]
