"""Recipient isolation: another debtor's name or number is found, ordinary words are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from notices.batch.isolation import (
    IdentityIndex,
    IdentityWriter,
    check_isolation,
    fold,
    identities,
    ordinary_words,
    own_texts,
    weigh,
)
from notices.finding import Finding
from notices.pack.load import load_pack
from notices.places import PACKS
from tests.letter.letters import MADE_UP

KEY = "run"
OTHERS = {
    11: ("C-1002", "王建国", "DK-2025-000017"),
    12: ("C-10021", "张伟", "6222 0210 0100 1234"),
    13: ("20240007", "Ada Exemple", "DE89 3704 0044 0532 0130 00"),
    14: ("17", "北京样例商贸有限公司", "C/2025/9"),
    15: ("C-1015", "欧阳·阿不都", "Zed"),
    16: ("C-1016", "平安", "2026"),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> IdentityIndex:
    file = tmp_path_factory.mktemp("index") / "identities"
    writer = IdentityWriter(file, KEY)
    for row, values in OTHERS.items():
        writer.add(row, values)
    writer.finish()
    assert writer.unsearchable == 2  # 17 and 2026
    assert [f.name for f in file.parent.iterdir()] == ["identities"]
    raw = file.read_bytes()
    assert "王建国".encode() not in raw and b"6222" not in raw
    return IdentityIndex(file, KEY)


def found(
    index: IdentityIndex, text: str, own: tuple[str, ...] = (), words: str = ""
) -> tuple[Finding, ...]:
    owned = tuple(sorted((fold(value) for value in own), key=len, reverse=True))
    return check_isolation([text], owned, fold(words), index, "C-1-AAAAAA")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("请王建国先生回复", 11),
        ("as told to ADA  Exemple, on Monday", 13),
        ("Ａｄａ Exemple", 13),
        ("see C-1002-QWERTY", 11),
        ("（C-1002）", 11),
        ("contract DK-2025-000017.", 11),
        ("account 6222-0210-0100-1234", 12),
        ("account 6222021001001234", 12),
        ("account 62220210 01001234 closed", 12),
        ("IBAN DE89 3704 0044 0532 0130 00", 13),
        ("case 20240007, paid", 13),
        ("由北京样例商贸有限公司转让", 14),
        ("欧阳·阿不都", 15),
        ("C-10021", 12),
    ],
)
def test_a_leak_is_found_and_names_both(index: IdentityIndex, text: str, row: int) -> None:
    (finding,) = found(index, text)
    assert (finding.rule, finding.severity) == ("foreign-value", "error")
    assert finding.params["row"] == str(row) and finding.params["letter"] == "C-1-AAAAAA"
    masked = str(finding.params["text"])
    assert masked and not any(c.isalnum() for c in masked), "the leak is not told on"


@pytest.mark.parametrize(
    "text",
    [
        "C-100",
        "C-10022",
        "xC-1002",
        "CNY 20,240,007.00",
        "20240007.50",
        "17 days, page 17, 2026-04-17",
        "Ada and Exemple",
        "Adalbert Exempleton",
        "3704 0044",
        "王建 国",
        "zedding",
        "",
    ],
)
def test_what_only_looks_alike_is_no_leak(index: IdentityIndex, text: str) -> None:
    assert not found(index, text)


def test_short_names_only_warn_and_never_within_the_packs_own_words(index: IdentityIndex) -> None:
    (finding,) = found(index, "请联系张伟。")
    assert (finding.rule, finding.severity) == ("foreign-name-likely", "warning")
    assert not found(index, "祝您平安", words="祝您平安，此致")
    (finding,) = found(index, "Zed called")
    assert finding.rule == "foreign-name-likely"


def test_what_the_letters_own_fields_say_is_not_foreign(index: IdentityIndex) -> None:
    """A namesake, a creditor who is also a debtor, a reference that holds another one."""
    assert not found(index, "王建国", ("王建国",))
    assert not found(index, "王建国华 收", ("王建国华",))
    assert found(index, "王建国华 收，转王建国", ("王建国华",))
    assert not found(index, "北京样例商贸有限公司", ("北京样例商贸有限公司",))
    assert not found(index, "Our reference C-1002-QWERTY", ("C-1002",))
    assert found(index, "Our reference C-1002-QWERTY and C-10021", ("C-1002",))
    assert not found(index, "6222 **** 1234 / 6222021001001234", ("6222 0210 0100 1234",))


def test_values_weigh_by_how_telling_they_are() -> None:
    told = {"王建国": "strong", "张伟": "weak", "李": None, "ada exemple": "strong", "may": "weak"}
    told |= {"a-1": None, "a-1001": "strong", "12345": None, "123456": "strong", "": None}
    assert {value: weigh(value) for value in told} == told


def test_a_record_is_known_by_names_references_and_masked_numbers() -> None:
    pack = load_pack(MADE_UP / "ZZ")
    data = {
        "id": "A-1001",
        "recipient": {"name": "Ada Exemple", "address": ["1 rue du Port"]},
        "debts": [{"contract_number": "C-2025-0815"}],
        "remark": "Bo Specimen",
        "sender": {"name": "Zet"},
    }
    assert set(identities(data, pack)) == {"A-1001", "Ada Exemple", "C-2025-0815"}
    parties = {"parties": [{"name": "Ada Exemple"}, {"name": "Bo Specimen"}]}
    assert set(identities(parties, pack)) == {"Ada Exemple", "Bo Specimen"}
    own = own_texts(data, {"name": {"fr": "Crédit Zet"}}, pack)
    assert {"1 rue du port", "crédit zet", "c-2025-0815"} <= set(own)
    assert "bo specimen" not in own, "free text is looked at"


def test_the_packs_words_are_its_clauses_and_labels() -> None:
    words = ordinary_words(load_pack(PACKS / "CN"))
    assert "请" in words and "please" in words


def test_an_index_of_many_stays_quick_and_small(tmp_path: Path) -> None:
    """Work and file grow with the values, and every value is found again."""
    file = tmp_path / "identities"
    writer = IdentityWriter(file, KEY)
    for row in range(20_000):
        writer.add(row, (f"CS-{row:07}", f"Name{row} Other{row}"))
    writer.finish()
    assert file.stat().st_size <= 64 * 40_000
    index = IdentityIndex(file, KEY)
    for row in (0, 9_999, 19_999):
        (finding,) = found(index, f"see CS-{row:07} there")
        assert finding.params["row"] == str(row)
    index.close()
