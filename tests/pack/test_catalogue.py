"""Each rule that these rooms use has its words in both languages, and no words lack a rule."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from notices.catalogue import CATALOGUE, read_catalogue
from notices.textfiles import read_text_file

HOUSE = Path(__file__).parent.parent.parent / "notices"
ROOMS = [
    HOUSE / "textfiles.py",
    HOUSE / "review" / "add_clause.py",
    *(f for room in ("case", "tables", "pack", "wording") for f in (HOUSE / room).glob("*.py")),
]
MAKERS = {"Finding", "Fault", "TextFault", "fault", "_fault", "_told", "_unknown"}
OWN = {
    rule
    for name in ("case", "wording", "pack")
    for rule in read_text_file(CATALOGUE / f"{name}.yaml").data
}
RULE = re.compile("[a-z]+(-[a-z0-9]+)+")


def used_rules() -> set[str]:
    """Every text of a rule's form that is handed to a maker of findings, or stands in a table."""
    found: set[str] = set()
    for file in ROOMS:
        if file.name == "approvals.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                parts = list(node.args) if name in MAKERS else []
            elif isinstance(node, ast.Tuple):
                parts = node.elts[:1]
            elif isinstance(node, ast.Dict):
                parts = node.values
            for part in parts:
                for inner in ast.walk(part):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                        found.add(inner.value)
    return {text for text in found if RULE.fullmatch(text)}


def test_every_rule_has_its_words() -> None:
    known = set(read_catalogue())
    others = {"utf-8-sig", "x-class", "x-field", "x-source", "x-type"}
    others |= {"boolean-value", "string-value", "table-cell", "value-type"}  # of OpenDocument
    assert used_rules() - others - known == set()


def test_no_words_without_a_rule() -> None:
    assert OWN - used_rules() == set()


@pytest.mark.parametrize("rule", sorted(OWN))
def test_both_languages_use_the_same_parameters(rule: str) -> None:
    text = read_catalogue()[rule]
    for texts in (text.message, text.hint):
        slots = {
            language: {
                re.sub("_(en|zh)$", "", name)
                for _, name, _, _ in string.Formatter().parse(texts[language])
                if name
            }
            for language in ("en", "zh")
        }
        assert slots["en"] == slots["zh"]
        assert texts["en"].strip() and texts["zh"].strip()
