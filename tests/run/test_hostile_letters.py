"""Hostile text the whole way: a clear finding, or exactly that text in an unchanged letter."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from notices import make_letter
from notices.findings import errors_in, hint, line_of
from notices.page.document import Document
from notices.page.regions import squash
from notices.run.letter import LetterMaker
from tests.page.conformance import faults
from tests.run import letters
from tests.run.letters import DEMAND, EN, ZH

# Every free text and name of the record and of the sender profile; {} stands for a language.
RECORD = (
    *("recipient__name", "recipient__address__0", "recipient__address__1", "handler_name"),
    *("handler_role__{}", "delivery_method__{}", "enclosures__0", "enclosures__1"),
    *("debts__0__cause__{}", "debts__0__items__0__note"),
)
PROFILE = (
    *("name__{}", "address__0", "return_address__0", "hours__{}", "dispute_channel__{}"),
    *("hardship_contact__{}", "genuineness_channel__{}", "accounts__0__holder"),
    *("accounts__0__bank", "accounts__0__number"),
)
BASE_RECORD = {"handler_name": "张样例", "handler_role": {ZH: "客服部", EN: "Service"}}
BASE_PROFILE = {
    "return_address": ["示例省样本市邮政信箱100号"],
    "hours": {ZH: "工作日", EN: "working days"},
}
MARKUP = [
    "<b>x</b><!-- ",
    "</td></tr></table><h1>x",
    "<img src=file:///etc/passwd>",
    "<style>*{display:none}</style>",
    "</title><link rel=attachment href=file:///etc/passwd>",
    "<svg><image href='file:///etc/passwd'/></svg>",
    "\" onload='x' style=\"color:white",
    "} * { color: white } /*",
    "url(http://127.0.0.1/x)",
    "\\0041 \\26 \\a @import 'x';",
    "&lt;&amp;&#65;&nbsp;",
    "{{ 7*7 }} {{ total_due }}",
    "{% for x in y %}{% include 'x' %}",
    "{# x #} {{ config.__class__ }}",
    "{amount} {page} {0.__class__} %s %(x)s $x",
    "**x** _x_ `x` [x](y)",
    "../../../etc/passwd",
    "C:\\Windows\\x.pdf",
    "=1+1 @SUM(A1) -2+3",
    "notices:draft notices:code",
    "javascript:alert(1)",
]
WRITTEN = [
    "𠮷田䶮㛃",
    "Łódź Ñandú Þórr",
    "e\u0301 A\u030a n\u0303",
    "Ⅳ ① ㈱ ﬁ ½",
    "1,234.56 ¥9,999.00",
    "2030年1月1日 1 January 2030",
    "O’Brien-D'Arc “x”",
    "葛\U000e0100城",
    "x" * 30,
]
REFUSED: dict[str, set[str]] = {
    "a\u202eb": {"unsafe-characters"},
    "a\u2066b\u2069": {"unsafe-characters"},
    "a\u200fb": {"unsafe-characters"},
    "a\x00b": {"unsafe-characters"},
    "a\nb": {"unsafe-characters"},
    "a\ud800b": {"unsafe-characters"},
    "x\ue000": {"no-font"},
    "🦊": {"no-font"},
    "שלום": {"no-font"},
    "محمد": {"no-font"},
    "x" * 10_000: {"too-long"},
}
# What a record may be refused for, where the text happens to be that.
MAY_BE = {"two-people-in-one-name", "banned-wording", "wrong-form"}


def all_fields() -> list[tuple[bool, str]]:
    """(whether of the profile, path) of each field that takes free text, language by language."""
    return [
        (own, path.format(lang) if "{}" in path else path)
        for own, paths in ((False, RECORD), (True, PROFILE))
        for path in paths
        for lang in ((ZH, EN) if "{}" in path else ("",))
    ]


def check_with(maker: LetterMaker, text: str, fields: list[tuple[bool, str]]) -> Any:
    record = letters.case(DEMAND, **BASE_RECORD)
    profile = letters.sender(DEMAND, **BASE_PROFILE)
    for own, path in fields:
        steps = tuple(int(s) if s.isdigit() else s for s in path.split("__"))
        letters.put((profile if own else record).data, steps, text)
    (checked,) = letters.check(maker, record, profile)
    return checked


def same_but(document: Document, other: Document, text: str) -> None:
    """The documents say the same, but for runs that hold `text`."""
    assert [b.id for b in document.blocks] == [b.id for b in other.blocks]
    for one, two in zip(document.texts(), other.texts(), strict=True):
        assert one[:2] == two[:2]
        assert squash(text) in squash(two[2]) or one[2] == two[2]
    assert document.furniture.page_of == other.furniture.page_of
    assert document.title == other.title


@pytest.mark.parametrize("text", [*MARKUP, *WRITTEN], ids=range(len(MARKUP) + len(WRITTEN)))
def test_text_is_printed_as_it_is_or_refused(maker: LetterMaker, text: str) -> None:
    plain = check_with(maker, "", [])
    assert plain.document is not None
    taken: list[tuple[bool, str]] = []
    for place in all_fields():
        checked = check_with(maker, text, [place])
        if checked.document is None:
            told = letters.rules(errors_in(checked.findings))
            assert told <= MAY_BE, (place, told)
        else:
            taken.append(place)
    assert len(taken) > 0.6 * len(all_fields())
    hostile = check_with(maker, text, taken)
    same_but(plain.document, hostile.document, text)
    letter, findings = maker.make(hostile, letters.Request(letters.TODAY))
    assert letter is not None, [line_of(finding) for finding in findings]
    assert faults(letter.data) == []
    whole = letters.said(letter)
    assert whole.count(squash(text)) >= len(taken) - 3  # return address, code: said elsewhere
    for lang in (ZH, EN):
        assert squash(text) in letters.said(letter, lang)


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_printed_is_told_with_a_remedy(maker: LetterMaker, text: str) -> None:
    for place in all_fields():
        checked = check_with(maker, text, [place])
        found = errors_in(checked.findings)
        assert checked.document is None, place
        assert letters.rules(found) & (REFUSED[text] | {"wrong-form"}), place
        for finding in found:
            told = line_of(finding) + line_of(finding, "zh") + hint(finding) + hint(finding, "zh")
            assert len(told) < 2000
            assert not re.search("[\x00-\x08\u202e\u2066\u200f\ud800-\udfff]", told)
