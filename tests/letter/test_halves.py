"""Each half in its own language: forms by language, text of another script, greetings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from notices.case.record import Record
from notices.case.text_faults import surname_faults
from notices.finding import errors_in
from notices.letter.make import Checked, LetterMaker
from notices.pack.load import load_pack
from notices.page.document import Document, Run
from notices.places import PACKS
from tests.letter import letters
from tests.letter.letters import CAPPED, EN, REMINDER, ZH, case, sender

NAME = {ZH: "王小明", EN: "Wang Xiaoming"}
SURNAME = {ZH: "王", EN: "Wang"}
LATIN = {"name": "Martin Renault", "address": ["1 Sample Road", "Modelton"], "type": "consumer"}
PLAIN_BANK: dict[str, Any] = {"accounts__0__bank": "示例银行"}


def checked(maker: LetterMaker, record: Record, profile: Record | None = None) -> Checked:
    (one,) = letters.check(maker, record, profile or sender(CAPPED))
    return one


def document(maker: LetterMaker, record: Record, profile: Record | None = None) -> Document:
    found = checked(maker, record, profile)
    assert found.document is not None, list(errors_in(found.findings))
    return found.document


def runs(doc: Document, lang: str, name: str = "") -> Iterator[Run]:
    for block in doc.blocks:
        for row in block.rows:
            for side in row.sides:
                for cell in side.cells:
                    yield from (r for r in cell.runs if side.lang == lang and r.name == name)


def greeting(doc: Document, lang: str) -> str:
    return "".join(run.text for run in runs(doc, lang, "salutation"))


def addressed(**recipient: Any) -> Record:
    return case(
        CAPPED, recipient={"type": "consumer", "address": ["示例路1号", "样本市"], **recipient}
    )


def test_each_half_says_its_own_form(maker: LetterMaker) -> None:
    record = case(
        CAPPED,
        enclosures=[{ZH: "借条", EN: "IOU"}, "Scan 7"],
        debts__0__items__0__note={ZH: "首期", EN: "first instalment"},
    )
    doc = document(maker, record)
    assert [r.text for r in runs(doc, ZH, "enclosures")] == ["借条", "Scan 7"]
    assert [r.text for r in runs(doc, EN, "enclosures")] == ["IOU", "Scan 7"]
    texts = {lang: " ".join(r.text for r in runs(doc, lang)) for lang in (ZH, EN)}
    assert "首期" in texts[ZH] and "首期" not in texts[EN] and "first instalment" in texts[EN]
    assert [r.text for r in runs(doc, ZH, "account_bank")] == ["示例银行样本支行"]
    assert [r.text for r in runs(doc, EN, "account_bank")] == ["Sample Bank, Yangben Branch"]
    said = json.loads(doc.attachment)["printed"]
    assert said[EN]["salutation"] == "Dear Mr Yi,"


@pytest.mark.parametrize("hours", [None, {ZH: "工作日9:00–17:00", EN: "working days, 9–17"}])
def test_the_letterhead_has_each_address_where_it_has_room(
    maker: LetterMaker, hours: dict[str, str] | None
) -> None:
    doc = document(maker, case(CAPPED), sender(CAPPED, hours=hours))
    head = " ".join(side.text for side in doc.letterhead.lines)
    assert "示例省样本市虚构路10号" in head
    assert ("10 Xugou Road, Yangben 000000" in head) == (hours is None)


def test_the_window_shows_the_form_of_the_first_language(maker: LetterMaker) -> None:
    doc = document(maker, case(CAPPED))
    assert doc.recipient.lang == ZH
    assert doc.recipient.lines == ("乙示例", "示例省样本市虚构路1号1单元101室", "邮编000000")


def test_one_form_is_marked_in_the_half_of_the_other_script(maker: LetterMaker) -> None:
    record = case(CAPPED, enclosures=["借条", "copy of the IOU"], recipient={**LATIN})
    doc = document(maker, record, sender(CAPPED, **PLAIN_BANK))
    assert [r.lang for r in runs(doc, ZH, "enclosures")] == ["", EN]
    assert [r.lang for r in runs(doc, EN, "enclosures")] == [ZH, ""]
    assert [r.lang for r in runs(doc, EN, "account_bank")] == [ZH]
    assert [r.lang for r in runs(doc, ZH, "account_bank")] == [""]
    marked = [(r.text, r.lang) for r in runs(doc, ZH, "salutation")]
    assert ("Martin Renault", EN) in marked, "the name alone, not the greeting around it"
    assert doc.recipient.lang == EN


def test_a_form_of_another_language_than_the_half_s_is_marked(maker: LetterMaker) -> None:
    name = "DE/demand-1-business"
    record = case(name, enclosures=[{"de": "Rechnung"}, {"und": "RE-7"}])
    doc = document(maker, record, sender(name))
    assert [r.lang for r in runs(doc, "de", "enclosures")] == ["", ""]
    assert [r.lang for r in runs(doc, EN, "enclosures")] == ["de", ""]


def test_no_chinese_comma_stands_in_a_latin_address(maker: LetterMaker) -> None:
    profile = sender(CAPPED, address=["1 Sample Road", "Modelton"])
    doc = document(maker, case(CAPPED), profile)
    said = [side.text for side in doc.letterhead.lines]
    assert any("1 Sample Road, Modelton" in line for line in said)
    assert not any("Road、" in text for text in (*said, *doc.return_address.lines))


def test_equal_labels_stand_once(maker: LetterMaker) -> None:
    name = "CH/demand-consumer"
    doc = document(maker, case(name), sender(name))
    assert doc.letterhead.lines[0].text.startswith("Adresse: ")


@pytest.mark.parametrize(
    ("recipient", "chinese", "english"),
    [
        ({"name": NAME, "surname": SURNAME, "salutation": "mr"}, "尊敬的王先生：", "Dear Mr Wang,"),
        ({"name": NAME, "salutation": "ms"}, "尊敬的王小明女士：", "Dear Wang Xiaoming,"),
        ({"name": NAME, "surname": SURNAME}, "尊敬的王小明，您好：", "Dear Wang Xiaoming,"),
        ({"name": "王小明"}, "尊敬的王小明，您好：", "Dear 王小明,"),
    ],
)  # fmt: skip
def test_neither_gender_nor_surname_is_guessed(
    maker: LetterMaker, recipient: dict[str, Any], chinese: str, english: str
) -> None:
    doc = document(maker, addressed(**recipient))
    assert (greeting(doc, ZH), greeting(doc, EN)) == (chinese, english)


@pytest.mark.parametrize("pack", sorted(file.parent.name for file in PACKS.glob("*/pack.yaml")))
def test_no_title_stands_with_a_first_name_where_the_language_does_not_do_so(pack: str) -> None:
    for key, texts in load_pack(PACKS / pack).salutations.items():
        for lang, text in texts.items():
            if "-" in key and not lang.startswith("zh"):
                assert "{name}" not in text, f"{key}.{lang}"
            elif "-" not in key:
                assert "surname" not in text, f"{key}.{lang}: said where none is known"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"recipient__name": {ZH: "乙示例", EN: "Yi", "eng": "Yi"}}, "recipient.name.eng"),
        ({"recipient__address": {"chinese": ["样本路1号", "样本市"]}}, "recipient.address.chinese"),
        ({"enclosures": ["IOU", {"chinese": "借条"}]}, "enclosures[1].chinese"),
        ({"debts__0__items__0__note": {"zh_Hans": "首期"}}, "debts[0].items[0].note.zh_Hans"),
    ],
)  # fmt: skip
def test_a_wrong_language_is_told_at_its_key(
    maker: LetterMaker, changes: dict[str, Any], path: str
) -> None:
    found = checked(maker, case(CAPPED, **changes)).findings
    assert [(f.rule, f.path) for f in errors_in(found)] == [("unknown-language", path)]


def test_a_wrong_language_in_the_profile_is_told(maker: LetterMaker) -> None:
    profile = sender(CAPPED, accounts__0__bank={"cn": "示例银行"})
    found = checked(maker, case(CAPPED), profile).findings
    assert [(f.rule, f.path) for f in errors_in(found)] == [
        ("unknown-language", "accounts[0].bank.cn")
    ]


def test_a_surname_of_somebody_else_is_told(maker: LetterMaker) -> None:
    record = addressed(name=NAME, surname={**SURNAME, ZH: "李"}, salutation="mr")
    assert [(f.rule, f.path) for f in errors_in(checked(maker, record).findings)] == [
        ("surname-not-in-name", "recipient.surname.zh-Hans")
    ]


LATIN_NAME = {ZH: "王小明", EN: "Wang Xiaoming"}


@pytest.mark.parametrize(
    ("name", "surname", "wrong"),
    [
        ("Hannah Meyer", "Ann", True),
        ("Hannah Meyer", "meyer", False),
        ("MEYER, Hannah", "Meyer", False),
        ("Anna Meyer-Schmidt", "Schmidt", True),
        ("Anna Meyer‑Schmidt", "Meyer-Schmidt", False),
        ("Sean O’Brien", "O'Brien", False),
        ("Sean O'Brien", "Brien", True),
        ("Juan de la Cruz", "de la Cruz", False),
        ("Juan de la Cruz", "la Cru", True),
        ("王小明", "王", False),
        ("欧阳小明", "欧阳", False),
        ("王小明", "李", True),
        ("Wang Xiaoming (王小明)", "王", False),
        (LATIN_NAME, "Wang", False),
        (LATIN_NAME, {ZH: "王", EN: "Wang"}, False),
        (LATIN_NAME, {ZH: "Wang", EN: "王"}, True),
        ({EN: "Wang Xiaoming"}, {ZH: "Wang"}, False),
        (LATIN_NAME, {"und": "Wang"}, False),
    ],
)
def test_a_surname_is_whole_words_of_the_name_in_its_language(
    name: Any, surname: Any, wrong: bool
) -> None:
    faults = list(surname_faults({"name": name, "surname": surname}))
    assert [fault.rule for fault in faults] == ["surname-not-in-name"] * len(faults)
    assert bool(faults) == wrong


def test_each_form_is_checked_as_a_name_alone_would_be(maker: LetterMaker) -> None:
    two = addressed(name={ZH: "王小明", EN: "Wang Xiaoming & Li Hong"})
    assert "two-people-in-one-name" in {f.rule for f in checked(maker, two).findings}
    numbers = addressed(name={ZH: "王小明", EN: "4711"})
    assert "name-without-letters" in {f.rule for f in checked(maker, numbers).findings}


def test_bans_hold_in_every_form(maker: LetterMaker) -> None:
    record = case(
        REMINDER, enclosures=[{ZH: "对账单", EN: "statement"}, {ZH: "相关费用", EN: "all costs"}]
    )
    plain = case(REMINDER, enclosures=["相关费用", "all costs"])
    found = [checked(maker, one, sender(REMINDER)).findings for one in (record, plain)]
    by_form, once = (
        sorted(f.rule for f in findings if f.rule.startswith("ban")) for findings in found
    )
    assert by_form == once != []


@pytest.mark.heavy
def test_such_letters_are_proven(maker: LetterMaker) -> None:
    record = case(CAPPED, enclosures=["借条", "copy of the IOU"], recipient={**LATIN})
    letter = letters.made(maker, record, sender(CAPPED, **PLAIN_BANK))
    assert letters.says(letter, "Martin Renault", EN) and letters.says(letter, "借条", ZH)
