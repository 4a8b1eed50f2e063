"""What the shipped packs' wording rules catch and let through, by kind and language.

`known` are sentences that the rules were written for; `held_out` and `held_out_again` were written
when the rules stood, and measured before any of them was mended.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from notices.pack.bans import Place, check_text
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import TEMPLATES
from notices.textfiles import read_text_file

SAID = Path(__file__).parent / "wording"
PACKS = ("BE", "CH", "CN", "DE", "HK", "NL", "US", "generic")
KINDS = (
    "threat-of-arrest",
    "posing-as-authority",
    "ties-to-authority",
    "third-party",
    "shame",
    "harassment",
    "new-debt",
    "seizure-without-judgment",
    "euphemism-and-urgency",
    "credit-register-threat",
)
FILES = [file.relative_to(SAID).as_posix() for file in sorted(SAID.glob("*/*.yaml"))]


@cache
def _pack(name: str) -> Pack:
    return load_pack(TEMPLATES / "packs" / name)


def _spoken_in(lang: str) -> Iterator[str]:
    return (name for name in PACKS if lang in _pack(name).bans[0].patterns)


def _said_against(pack: str, lang: str, text: str) -> list[str]:
    bans = [ban for ban in _pack(pack).bans if ban.id in KINDS]
    return [f"{ban.id}: {text}" for ban in bans if [*check_text(lang, text, Place(), ban)]]


@pytest.mark.parametrize("pack", PACKS)
def test_every_kind_has_rules_in_every_language_of_every_pack(pack: str) -> None:
    rules = {ban.id: ban for ban in _pack(pack).bans}
    assert {*KINDS} <= rules.keys()
    for kind in KINDS:
        assert all(rules[kind].patterns.values()), (kind, rules[kind].patterns)


@pytest.mark.parametrize("file", FILES)
def test_bad_sentences_are_caught_and_good_ones_pass(file: str) -> None:
    lang = Path(file).stem
    spoken = [*_spoken_in(lang)]
    assert spoken
    for kind, said in read_text_file(SAID / file).data.items():
        assert kind in KINDS
        for pack in spoken:
            assert [text for text in said["bad"] if not _said_against(pack, lang, text)] == []
            assert [hit for text in said["good"] for hit in _said_against(pack, lang, text)] == []
