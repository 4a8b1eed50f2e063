"""What merges and exports leave behind is seen; names that look like it pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.case.accidents import accident_in, is_garbled


@pytest.mark.parametrize(
    "text",
    [
        "#N/A", "#NV", "#REF!", "#BEZUG!", "#WERT!", "#NAME?", "#DIV/0!", "Err:502", "######",
        "NULL", "None", "nan", "NaN", "undefined", "null", "(null)", "\\N", "[object Object]",
        "NULL NULL", "nan, nan", "<Name>", "[Vorname]", " None ",
        "{{name}}", "Herr {{ Nachname }}", "Sehr geehrter {{",
        "«Nachname»", "Herr «Nachname»", "«Vorname» «Nachname»", "«Feld_1»", "Frau «lastName»",
        "Müller &amp; Sohn", "M&uuml;ller", "M&#252;ller", "M&#xFC;ller", "A&nbsp;B",
        "Musterweg 1<br>", "Musterweg 1<BR />", "<b>Anna</b>", "<p class='x'>", "${name}",
        "<<Name>>", "%%Name%%", "[[Name]]", "{Vorname}", "%LAST_NAME%", "＜br＞", "<%= name %>",
    ],
)  # fmt: skip
def test_accidents(text: str) -> None:
    assert accident_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Null", "Christopher Null", "Noné", "Nan Goldin", "Anna Nan", "None Such Ltd", "NULL AG",
        "AT&T", "AT&T;", "Müller & Sohn", "Procter & Gamble; Berlin", "H&M", "R&D &Co;",
        "Restaurant «Adler»", "« Chez Paul »", "SARL «Le Moulin»", "ООО «Ромашка»", "100 % Bio",
        "a < b", "I <3 Berlin", "RE#2026-1", "#1 Music", "（2026）样购字第0302号", "INV/2026/00017",
        "Undefined Records", "$ave Ltd", "50 %", "[unleserlich]", "x@y.example", "C# GmbH",
        "Preis {netto 5}", "王五", "O’Neill", "K&S AG", "Näf & Söhne «zum Löwen»",
    ],
)  # fmt: skip
def test_names_that_look_like_them(text: str) -> None:
    assert accident_in(text) == ""
    assert not is_garbled(text)


REAL = [
    "Müller", "Groß", "Łukasz", "Dvořák", "José", "Ñuñez", "Ångström", "SÃO PAULO", "L'ÉTÉ’S",
    "„Äpfel“", "«École»", "café»…", "à « Paris »", "KÖ–Galerie", "Æther", "Ærø", "Škoda", "Œuvre",
    "Ελληνικά", "Иванов", "王五", "张三丰", "李白", "示例省示例市示例路1号", "香港九龍", "東京",
    "½ Liter", "5 °C", "£5", "10 €", "…“", "ÄÖÜ", "Îles", "Zoë", "Renée", "Përmët", "Ýrr", "Ðýrð",
    "Phở", "Žižek",
    "Nguyễn", "Çağrı", "Größe", "Straße", "Anläßlich", "浙江省杭州市", "广东省深圳市南山区",
]  # fmt: skip


@pytest.mark.parametrize("text", REAL)
def test_real_text_is_not_garbled(text: str) -> None:
    assert not is_garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        "Müller",
        "Groß",
        "José",
        "Łukasz",
        "Renée",
        "10 €",
        "O’Neill",
        "王五",
        "张三丰",
        "Иванов",
        "«A»",
    ],
)
def test_utf8_read_as_cp1252_is_seen(text: str) -> None:
    read = b"".join([text.encode()]).decode("latin-1")
    assert is_garbled(read)
    cp1252 = "".join(c.encode("latin-1").decode("cp1252", "replace") for c in read)
    assert is_garbled(cp1252)


@pytest.mark.parametrize("text", ["Müller", "Größe", "Renée"])
@pytest.mark.parametrize("codec", ["mac_roman", "cp850"])
def test_other_readings_of_utf8(text: str, codec: str) -> None:
    assert is_garbled(text.encode().decode(codec))


def test_gbk_and_utf8_taken_for_each_other() -> None:
    assert is_garbled("张三李四".encode("gbk").decode("latin-1"))
    assert is_garbled("张三".encode().decode("gbk"))
    assert is_garbled("示例省示例市".encode().decode("gbk", "replace"))


@given(st.text(alphabet="äöüßéèàçñøåæÄÖÜÉ abcdefgh", max_size=20))
def test_letters_of_western_names_pass_unless_four_stand_together(text: str) -> None:
    runs = max(map(len, "".join(c if ord(c) > 127 else " " for c in text).split()), default=0)
    assert runs > 1 or not is_garbled(text)
