"""Packs: every example becomes a conforming letter, and a country is data alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from notices.catalogue import line_of
from notices.letter.make import Letter, LetterMaker
from notices.pack.load import load_pack
from notices.review.rehearse import Outcome
from tests.letter import letters
from tests.letter.letters import EXAMPLES, HOME, ROOTS
from tests.page.conformance import faults

HOUSE = HOME / "notices"
CODE = {
    file.relative_to(HOUSE).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
    for file in sorted(HOUSE.rglob("*.py"))
}
# Rooms that may know a place of law: methods that a law defines, how a language writes amounts,
# and which forms of a character readers in a region expect (a matter of writing, not of law).
KNOWING = re.compile(r"figures/|words/amounts\.py|page/fonts\.py")


@pytest.mark.parametrize("name", letters.sampled(EXAMPLES))
def test_every_example_makes_a_conforming_letter(
    maker: LetterMaker, finished: Callable[[str], Letter], name: str
) -> None:
    letter = finished(name)
    assert faults(letter.data) == []
    assert letter.pages == len(letters.read(letter.data).pages)
    document = letter.checked.document
    assert document is not None
    assert letter.pages <= document.page_limit


def test_every_pack_has_examples_for_each_of_its_kinds() -> None:
    for root in ROOTS:
        played = {e.record.data["kind"] for n, e in EXAMPLES.items() if n.startswith(root.name)}
        wanted = {kind for kind in load_pack(root).kinds if root.parent == letters.PACKS}
        assert wanted <= played, root.name


@pytest.mark.heavy
@pytest.mark.parametrize("name", [name for name in EXAMPLES if name.startswith("ZZ/")])
def test_a_made_up_country_rehearses_without_a_word_in_the_code(
    played: Callable[[str], Outcome], name: str
) -> None:
    outcome = played(name)
    told = [line_of(f) for f in outcome.findings if f.severity != "note"]
    assert told == []
    assert len(outcome.letters) == 1
    for file in HOUSE.rglob("*.py"):
        assert not re.search(r"\bZZ\b|\bXTS\b|zet", file.read_text(encoding="utf-8"), re.I), file


def texts(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every string in the code that is not a docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str):
            yield node.value, node.lineno


@cache
def names_of_places() -> set[str]:
    """What would name a country: ids, names, currencies and kinds of debt of every pack."""
    packs = [load_pack(root) for root in ROOTS if root.name != "generic"]  # no place at all
    found = {"EUR", "USD", "GBP", "CHF", "JPY", "HKD", "China", "Germany", "Hong Kong", "中国"}
    for pack in packs:
        found |= {pack.id, *pack.names.values(), *pack.currencies, *pack.kinds, *pack.rates}
    return found - {"reminder", "base"}  # words of any language


@pytest.mark.parametrize("file", [name for name in CODE if not KNOWING.match(name)])
def test_no_code_names_a_country_its_money_or_its_kinds(file: str) -> None:
    places = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names_of_places()))
    # A door's help may show how a pack is named: `CN/formal_demand`.
    shown = re.compile(r"\bCN/\w+") if file.startswith("cli/") else re.compile(r"(?!)")
    named = [(line, text) for text, line in texts(CODE[file]) if places.search(shown.sub("", text))]
    assert named == []


def test_names_in_code_name_no_country() -> None:
    # Ids that are words or a byte order (may_be_said, BOM_UTF16_BE, Generic) can't be told by name.
    ids = "|".join(root.name for root in ROOTS if root.name not in {"BE", "US", "DE", "generic"})
    for file, tree in CODE.items():
        if KNOWING.match(file):
            continue
        for node in ast.walk(tree):
            name = getattr(node, "id", "") or getattr(node, "name", "") or getattr(node, "attr", "")
            assert not re.search(rf"(^|_)({ids})(_|$)", str(name), re.I), f"{file}: {name}"


def test_nothing_but_data_stands_in_a_pack() -> None:
    for root in ROOTS:
        files = [file for file in Path(root).rglob("*") if file.is_file()]
        pictures = {file for file in files if file.parent.name == "senders"}  # of made-up senders
        assert {file.suffix for file in {*files} - pictures} <= {".yaml", ".csv"}, root
        assert {file.suffix for file in pictures} <= {".yaml", ".svg", ".png"}, root
