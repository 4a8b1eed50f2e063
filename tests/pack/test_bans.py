"""Wording lint: what is caught in whatever dress, what is let through, and how long it may take."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from notices.case.build import build_case
from notices.case.record import Record, read_records
from notices.catalogue import hint, line_of
from notices.pack.bans import Place, check_text, check_wording, free_texts
from notices.pack.denial import is_denied
from notices.pack.folding import folded, ready
from notices.pack.load import load_pack
from notices.pack.patterns import pattern_fault
from notices.pack.types import Ban, Source
from notices.places import TEMPLATES

TESTS = Path(__file__).parent.parent
ZZ = load_pack(TESTS / "packs" / "ZZ")
SOURCE = Source("wording/x", "law", "a law", "verified", "f", 1)
BAN = Ban(
    "x",
    "error",
    {
        "zh-Hans": ("坐牢", "律师函", "传票", "法院文书"),
        "en": ("regex:\\barrest", "court document"),
    },
    {"zh-Hans": ("不是律师函样式",), "en": ("not quite a court document",)},
    {"en": "because"},
    {},
    SOURCE,
)


def hits(lang: str, text: str) -> list[str]:
    return [f.params["phrase"] for f in check_text(lang, text, Place(), BAN)]


@pytest.mark.parametrize(
    "text",
    [
        "您会坐牢",
        "坐 牢",
        "坐\u3000牢",
        "坐·牢",
        "坐\u200b牢",
        "坐\n牢",
        "不还款将坐牢",
        "您不得不坐牢",
    ],
)
def test_caught_in_chinese(text: str) -> None:
    assert hits("zh-Hans", text) == ["坐牢"]


@pytest.mark.parametrize(
    "text",
    [
        "you will be arrested",
        "ARREST",
        "ＡＲＲＥＳＴ",
        "a r r e s t",
        "a.r.r.e.s.t",
        "ar\u00adrest",
        "if you do not pay, arrest follows",
        "not only will you pay: arrest",
    ],
)
def test_caught_in_english(text: str) -> None:
    assert hits("en", text) == ["arrest"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh-Hans", "本函非法院文书。"),
        ("zh-Hans", "本函不是法院传票"),
        ("zh-Hans", "您不会坐牢"),
        ("zh-Hans", "本样式不是律师函样式"),
        ("en", "This letter is not a court document."),
        ("en", "This letter isn't a court document."),
        ("en", "You will not be arrested"),
        ("en", "this is not quite a court document"),
        ("en", "the rest"),
        ("zh-Hans", "arrest"),
    ],
)
def test_let_through(lang: str, text: str) -> None:
    assert hits(lang, text) == []


def test_text_of_no_language_is_held_to_all() -> None:
    assert hits("", "arrest 坐牢") == ["坐牢", "arrest"]
    assert hits("und", "arrest") == ["arrest"]


def test_each_phrase_is_told_with_reason_and_remedy() -> None:
    place = Place("packs/ZZ/clauses/x.yaml", 7, "x.en")
    found = check_wording([("en", "You go to prison. Prison!", place)], ZZ, {})
    (finding,) = found
    assert line_of(finding) == (
        "packs/ZZ/clauses/x.yaml:7: error: x.en: “prison” may not be said (arrest): "
        "Nobody is arrested for a debt (banned-wording)"
    )
    assert "Zetland Penal Code" in hint(finding)


def test_a_ban_yields_to_its_condition() -> None:
    text = [("en", "we go to court", Place())]
    assert [f.severity for f in check_wording(text, ZZ, {})] == ["warning"]
    assert check_wording(text, ZZ, {"flags": frozenset({"intends_to_act"})}) == ()


def test_free_text_is_read_and_names_are_not() -> None:
    record = read_records(TESTS / "case" / "good" / "full.yaml")[0]
    profile = TESTS / "packs" / "ZZ" / "examples" / "senders" / "zet-credit.yaml"
    sender = read_records(profile)[0]
    data = {
        **record.data,
        "remark": "or prison",
        "recipient": {**record.data["recipient"], "name": "Prison County"},
    }
    changed = Record(data, record.file, record.lines)
    case = build_case(changed, sender, ZZ, date(2026, 4, 1))
    found = check_wording(free_texts(changed, case, ZZ), ZZ, {})
    assert [(f.path, f.line) for f in found] == [("remark", record.line("remark"))]
    paths = {place.path for _, _, place in free_texts(changed, case, ZZ)}
    named = {"sender.name", "sender.address"}  # by the ban window alone
    assert paths == {"remark", "debts[0].items[0].note", "enclosures", *named}


@pytest.mark.parametrize(
    ("said", "forbidden", "lang", "denied"),
    [
        ("this is not a writ", "writ", "en", True),
        ("we never sue", "sue", "en", True),
        ("you do not pay, so we sue", "sue", "en", False),
        ("not paying means prison", "prison", "en", False),
        ("you cannot refuse without going to prison", "prison", "en", False),
        ("we will not hesitate to sue", "sue", "en", False),
        ("if you do not want prison, pay", "prison", "en", False),
        ("aren't you afraid of prison?", "prison", "en", False),
        ("never think that it is not a crime", "crime", "en", False),
        ("本函不是传票", "传票", "zh-Hans", True),
        ("本函並非傳票", "傳票", "zh-Hant", True),
        ("我们不会要求您向他人借款", "借款", "zh-Hans", True),
        ("您不得不坐牢", "坐牢", "zh-Hans", False),
        ("不要以为不还款不是犯罪", "犯罪", "zh-Hans", False),
        ("不还款属于犯罪", "犯罪", "zh-Hans", False),
        ("dies ist kein urteil", "urteil", "de", True),
        ("ein urteil ist das nicht", "urteil", "de", True),
        ("zahlen sie nicht, folgt das urteil", "urteil", "de", False),
        ("ce n'est pas un jugement", "jugement", "fr", True),
        ("ne pas payer est un délit", "délit", "fr", False),
        ("questo non è un reato", "reato", "it", True),
        ("non pagare è un reato", "reato", "it", False),
        ("dit is geen vonnis", "vonnis", "nl", True),
        ("niet betalen is een misdrijf", "misdrijf", "nl", False),
        ("esto no es un delito", "delito", "es", True),
        ("no pagar es un delito", "delito", "es", False),
        ("no writ", "writ", "xx", False),
    ],
)
def test_negation(said: str, forbidden: str, lang: str, denied: bool) -> None:
    plain, word = (ready(folded(text)) for text in (said, forbidden))
    at = plain.index(word)
    assert is_denied(plain, ((at, at + len(word)),), lang) is denied


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "regex:",
        "regex:(a+)+$",
        "regex:(a|b)*c",
        "regex:(?:x{1,9}){2,9}",
        "regex:(a)\\1",
        "regex:a*b*c",
        "regex:a{1,99}b{1,99}c{1,99}",
        "regex:a{1,99}.*b",
        "regex:a{1,4000}",
        "regex:[",
        "regex:a*",
        "near: tell | & boss",
        "near: a*b*c & boss",
        "near: a & b & c & d",
        "near: " + "a | " * 400 + "a",
        "regex:" + "a" * 201,
        "regex:(?P<x>a)(?P=x)",
    ],
)
def test_unsafe_patterns_are_refused(pattern: str) -> None:
    assert pattern_fault(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "坐牢",
        "near: tell | inform* & *boss | head*master",
        "a+b (c)*",
        "regex:\\barrest",
        "regex:每日.{0,6}%",
        "regex:(?:a|b)c?[)+*]+x",
    ],
)
def test_safe_patterns_are_taken(pattern: str) -> None:
    assert pattern_fault(pattern) == ""


def test_the_slowest_permitted_pattern_ends_soon() -> None:
    slow = ("regex:a+.{0,40}b", "regex:a{0,40}a{0,40}b", "regex:a*?b")
    assert [pattern_fault(pattern) for pattern in slow] == ["", "", ""]
    ban = Ban("x", "error", {"en": slow}, {}, {}, {}, SOURCE)
    start = time.perf_counter()
    list(check_text("en", "a" * 1000, Place(), ban))
    assert time.perf_counter() - start < 2


def test_folding() -> None:
    assert folded("Ｌ Ｅ Ｔ Ｔ Ｅ Ｒ") == "letter"
    assert folded("a b c") == "a b c"
    assert folded("债 务 Ａ") == "债务a"


@pytest.mark.parametrize(
    ("path", "value", "rules"),
    [
        ("name", {"fr": "Recouvrement Zet", "en": "Zet Credit"}, ["window"]),
        ("name", {"fr": "Crédit Zet", "en": "Zet Collection"}, ["window"]),
        ("address", ["Debt collection unit", "ZZ-100 Zetville"], ["window"]),
        ("name", {"fr": "Prison", "en": "Prison"}, []),  # a name is exempt from every other ban
        ("phone", "+99 1 234567", []),
    ],
)
def test_what_stands_in_the_window_has_rules_of_its_own(
    path: str, value: object, rules: list[str]
) -> None:
    record = read_records(TESTS / "case" / "good" / "full.yaml")[0]
    sender = read_records(TESTS / "packs" / "ZZ" / "examples" / "senders" / "zet-credit.yaml")[0]
    sender = Record({**sender.data, path: value}, sender.file, sender.lines)
    case = build_case(record, sender, ZZ, date(2026, 4, 1))
    found = check_wording(free_texts(record, case, ZZ), ZZ, {})
    assert [(f.params["ban"], f.path) for f in found] == [(r, f"sender.{path}") for r in rules]


def test_a_ban_over_names_is_not_held_against_sentences() -> None:
    record = read_records(TESTS / "case" / "good" / "full.yaml")[0]
    record = Record({**record.data, "remark": "collection at the post office"}, record.file)
    sender = read_records(TESTS / "packs" / "ZZ" / "examples" / "senders" / "zet-credit.yaml")[0]
    case = build_case(record, sender, ZZ, date(2026, 4, 1))
    assert check_wording(free_texts(record, case, ZZ), ZZ, {}) == ()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("de", "Lieferung von Stühlen an das Amtsgericht"),
        ("fr", "Fourniture de chaises au tribunal"),
        ("it", "Fornitura di sedie al tribunale"),
    ],
)
def test_what_was_sold_to_a_court_is_no_threat_with_one(lang: str, said: str) -> None:
    bans = load_pack(TEMPLATES / "packs" / "CH").bans
    assert [ban.id for ban in bans if [*check_text(lang, said, Place(), ban)]] == []


def test_a_court_that_is_sold_nothing_is_a_threat_still() -> None:
    bans = load_pack(TEMPLATES / "packs" / "CH").bans
    said = "Faute de paiement, nous irons au tribunal"
    assert [ban.id for ban in bans if [*check_text("fr", said, Place(), ban)]]
