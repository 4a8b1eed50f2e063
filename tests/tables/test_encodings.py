"""Names in many encodings, whole lists and single rows: read rightly or refused, never garbled."""

from __future__ import annotations

from pathlib import Path

import pytest

from notices.catalogue import hint
from notices.tables.encodings import DECLARED, find_encoding
from notices.tables.row import TableError, TableFormat
from notices.tables.rows import read_table

NAMES = {
    "cp1250": "Łukasz Čapek|Ewa Brzęk|Jiří Dvořák|Zoltán Őry|Anna Żak|Piotr Wójcik|Őry|Şerban",
    "iso8859_2": "Łukasz Żak|Šimek|Žižka|Świątek",
    "cp1254": "Ahmet Şahin|Ayşe Ağaoğlu|Mehmet Işık|Gül Çelik|Ömer Yıldız|Ağa|İsmail Kaya",
    "cp1257": "Jonė Žukauskienė|Jānis Bērziņš|Rūta|Andris Kļaviņš",
    "mac_roman": "Jürgen Weiß|Zoë Müller|José Núñez|André Citroën|Björn Ångström|Martín|Raúl|Œuvre",
    "cp850": "Jürgen Weiß|Zoë Müller|José Núñez|Weiß|González",
    "cp1251": "Иван Петров|Анна Сидорова|Олег Кузнецов",
    "cp1253": "Γιώργος Παπαδόπουλος|Άννα",
    "shift_jis": "山田 太郎|田中 花子|鈴木 一|佐藤 健|ﾔﾏﾀﾞ|房 能|漾|釘",
    "euc_jp": "山田 太郎|田中 花子|鈴木 一郎|寢|佐藤 健",
    "euc_kr": "김철수|이영희|박민수|최지우|정하윤",
    "gb18030": "Zhu 镕|Li 喆|Wang 囧|Bob 犇|王伟|欧阳|該|眞|燰|碕",
    "big5hkscs": "Chan 嘅|Lee 啲|陳大文|龍|喰|婩|遒",
    "tis_620": "สมชาย|สมหญิง",
    "cp1258": "Sơn|Nguyên",
    "cp1252": "Müller|François Noël|Núñez|Sørensen|Peña|O’Neil|Ångström|São João|Renée|Weiß|Mère",
    "utf-8": "é|王|ü|Zoë|Łukasz|Иван|…|山田|김",
}


def write(file: Path, names: list[str], encoding: str) -> Path:
    rows = "".join(f"A-{n},{name},Road 1\r\n" for n, name in enumerate(names))
    file.write_bytes(f"id,name,address\r\n{rows}".encode(encoding))
    return file


def names_in(file: Path, form: TableFormat | None = None) -> list[str]:
    return [row.cells["name"] for row in read_table(file, form or TableFormat())]


@pytest.mark.parametrize("encoding", NAMES)
def test_names_are_read_rightly_or_the_file_is_refused(tmp_path: Path, encoding: str) -> None:
    names = NAMES[encoding].split("|")
    lists = [names, *([name] for name in names), *([f"x {name}"] for name in names)]
    for some in [*lists, names * 40]:
        file = write(tmp_path / "t.csv", some, encoding)
        try:
            assert names_in(file) == some, encoding
        except TableError as error:
            (fault,) = error.findings
            assert fault.rule in ("encoding-unsure", "encoding-not-found"), fault
            assert "--encoding" in hint(fault, "en") and "--encoding" in hint(fault, "zh")


@pytest.mark.parametrize(
    "names",
    [
        ["Jürgen Müller", "Köln"],
        ["Müller"],
        ["José", "García", "Málaga"],
        ["Renée"],
        ["MÜLLER GMBH", "Straße 5 – Köln", "„Zum Löwen“"],
        ["O’Neil", "Müller"],
        [
            "Peña",
            "Ibáñez",
            "Gutiérrez",
            "García",
            "Muñoz",
            "Martínez",
            "López",
            "Hernández",
            "Pérez",
            "Sánchez",
            "Ramírez",
        ],
        ["100 €", "Straße"],
    ],
)
def test_what_can_only_be_cp1252_is_read_as_such(tmp_path: Path, names: list[str]) -> None:
    assert names_in(write(tmp_path / "t.csv", names, "cp1252")) == names


@pytest.mark.parametrize(
    ("name", "encoding", "other"),
    [
        ("Łukasz Čapek", "cp1250", "cp1250"),
        ("Brzęk", "cp1250", "cp1250"),
        ("Ahmet Şahin", "cp1254", "cp1254"),
        ("Raúl", "mac_roman", "Mac-Roman"),
        ("Weiß", "cp850", "cp850"),
        ("Peña", "cp1252", "cp1252"),
    ],
)
def test_the_other_reading_is_named_and_can_be_declared(
    tmp_path: Path, name: str, encoding: str, other: str
) -> None:
    file = write(tmp_path / "t.csv", [name], encoding)
    with pytest.raises(TableError) as error:
        names_in(file)
    (fault,) = error.value.findings
    assert fault.rule == "encoding-unsure"
    assert fault.params["first"] == "cp1252"
    assert (other if other != "cp1252" else "cp1250") in fault.params["second"].split(" / ")
    assert names_in(file, TableFormat(encoding=encoding)) == [name]
    assert names_in(file, TableFormat(encoding=other)) == [name]


def test_japanese_and_korean_lists_are_not_taken_for_chinese(tmp_path: Path) -> None:
    for encoding, text in (("euc_jp", NAMES["euc_jp"]), ("euc_kr", NAMES["euc_kr"])):
        file = write(tmp_path / "t.csv", text.split("|") * 40, encoding)
        with pytest.raises(TableError):
            names_in(file)
        assert names_in(file, TableFormat(encoding=encoding)) == text.split("|") * 40


def test_every_name_of_an_encoding_is_a_codec(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", ["Bob"], "ascii")
    for name in DECLARED:
        if "16" not in name:
            assert find_encoding(file, name)


def test_every_line_that_is_not_in_the_declared_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    lines = [b"id,name", b"1,ok", b"2,M\xfcller", b"3,ok", b"4,Gro\xdf", b"5,Jos\xe9"]
    file.write_bytes(b"\n".join(lines))
    with pytest.raises(TableError) as error:
        find_encoding(file, "utf-8")
    assert [(f.rule, f.line) for f in error.value.findings] == [
        *(("encoding-wrong", line) for line in (3, 5, 6)),
    ]
