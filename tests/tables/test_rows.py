"""Reading tables: what is sure is read as written; what is not is refused, with what to declare."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from notices.catalogue import message
from notices.tables.mapper import is_total_row
from notices.tables.rejects import write_rejects
from notices.tables.row import Exact, Row, TableError, TableFormat
from notices.tables.rows import read_rows
from notices.tables.table_records import Source
from notices.textfiles import MAX_DEPTH
from tests.tables.tables_made import GOOD, row, write_book, write_csv, write_jsonl, write_xlsx

CHINESE = (
    "案件编号,姓名,地址\r\nC-1,王虚构,示例省样本市建设路一号\r\nC-2,李样例,测试市人民东路二十号\r\n"
)
TRADITIONAL = (
    "案件編號,姓名,地址\r\nC-1,陳虛構,香港九龍彌敦道一號\r\nC-2,黃樣例,新界沙田正街二十號\r\n"
)
WESTERN = (
    "id;name;city\r\nC-1;Jürgen Müller;Köln\r\nC-2;Émile Façade;Besançon\r\nC-3;Zoë;Málaga\r\n"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def rules(error: pytest.ExceptionInfo[TableError]) -> list[str]:
    return [finding.rule for finding in error.value.findings]


def write(file: Path, data: bytes) -> Path:
    file.write_bytes(data)
    return file


def told(rows: list[Row]) -> list[tuple[int, str, str]]:
    return [(r.number, note.rule, note.path) for r in rows for note in r.notes]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (CHINESE, "gb18030"),
        (TRADITIONAL, "big5hkscs"),
        (TRADITIONAL, "utf-8"),
        (WESTERN, "cp1252"),
        (WESTERN, "utf-8"),
    ],
)
def test_encodings_are_told_by_their_bytes(tmp_path: Path, text: str, encoding: str) -> None:
    rows = list(read_rows(write(tmp_path / "t.csv", text.encode(encoding))))
    split = "," if "," in text else ";"
    lines = [line.split(split) for line in text.splitlines()]
    assert [list(one.cells) for one in rows[:1]] == lines[:1]
    assert [list(one.cells.values()) for one in rows] == lines[1:]
    assert [one.number for one in rows] == list(range(2, len(rows) + 2))


def test_a_declared_encoding_is_believed_and_proven(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", CHINESE.encode("gb18030"))
    assert next(read_rows(file, encoding="GBK")).cells["姓名"] == "王虚构"
    with pytest.raises(TableError) as error:
        read_rows(file, encoding="utf-8")
    assert set(rules(error)) == {"encoding-wrong"}
    assert [finding.line for finding in error.value.findings] == [1, 2, 3]
    with pytest.raises(TableError) as error:
        read_rows(file, encoding="klingon")
    assert rules(error) == ["encoding-unknown"]


@pytest.mark.parametrize(
    "data",
    [
        "id,name\nC-1,位\n".encode("gb18030"),  # also the Greek letter λ in UTF-8
        "id,name\nC-1,é\n".encode(),  # also 茅 in GB18030
        "id,姓名\nC-1,王五\n".encode("gb18030"),  # too little to tell from Big5
    ],
)
def test_an_unsure_encoding_is_refused_and_both_are_named(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(TableError) as error:
        read_rows(write(tmp_path / "t.csv", data))
    assert rules(error) == ["encoding-unsure"]
    params = error.value.findings[0].params
    assert "GB18030" in (params["first"], params["second"])
    assert params["first"] != params["second"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path: Path, mark: str) -> None:
    file = write_csv(tmp_path / "t.csv", [row(地址='甲路,1号; "乙" 栋|3\t4')], delimiter=mark)
    (only,) = read_rows(file)
    assert only.cells["地址"] == '甲路,1号; "乙" 栋|3\t4'


def test_an_unsure_delimiter_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", b"a,b;c\n1,2;3\n")
    with pytest.raises(TableError) as error:
        read_rows(file)
    assert rules(error) == ["delimiter-unsure"]
    (only,) = read_rows(file, delimiter="semicolon")
    assert dict(only.cells) == {"a,b": "1,2", "c": "3"}


def test_line_ends_breaks_in_cells_and_blank_lines(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", b'sep=;\rid;note\rA;"one\ntwo"\r\rB;x\r')
    rows = list(read_rows(file))
    assert [(r.number, dict(r.cells)) for r in rows] == [
        (3, {"id": "A", "note": "one\ntwo"}),
        (5, {"id": "B", "note": "x"}),
    ]


def test_ragged_rows_are_told_and_not_shifted(tmp_path: Path) -> None:
    rows = list(read_rows(write(tmp_path / "t.csv", b"a,b\n1,2\n1\n1,2,3\n1,2,,\n")))
    assert told(rows) == [(3, "ragged-row", ""), (4, "ragged-row", "")]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"a,,c\n1,2,3\n", "empty-header"),
        (b"a,b,a\n1,2,3\n", "duplicate-header"),
        (b"\n\n", "empty-file"),
        (b'a,b\n1,"2\n', "broken-quoting"),
        (b'a,b\n1,"2"x\n', "broken-quoting"),
    ],
)
def test_a_table_that_can_not_be_read_is_refused(tmp_path: Path, data: bytes, rule: str) -> None:
    with pytest.raises(TableError) as error:
        list(read_rows(write(tmp_path / "t.csv", data)))
    assert rules(error) == [rule]


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("t.xls", OLE + bytes(600), "xls-file"),
        (
            "t.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + bytes(5000)
            + "EncryptedPackage".encode("utf-16-le"),
            "encrypted-file",
        ),
        ("t.xlsx", b"not a zip at all", "not-a-workbook"),
        ("t.xlsx", b"PK\x03\x04 broken", "not-a-workbook"),
        ("t.pdf", b"%PDF", "not-a-table"),
    ],
)
def test_other_files_are_named(tmp_path: Path, name: str, data: bytes, rule: str) -> None:
    with pytest.raises(TableError) as error:
        read_rows(write(tmp_path / name, data))
    assert rules(error) == [rule]


def sheet_of(book: Workbook) -> Worksheet:
    assert isinstance(book.active, Worksheet)
    return book.active


def test_workbook_cells_come_as_they_are_shown(tmp_path: Path) -> None:
    book = Workbook()
    sheet = sheet_of(book)
    sheet.append(["text", "number", "noise", "day", "time", "rate", "padded", "flag", "none"])
    day = datetime(2026, 3, 27)
    numbers = [Decimal("1234.5"), 0.1 + 0.2, day, day.replace(hour=8, minute=30), 0.24, 815]
    sheet.append(["00123456789012345678", *numbers, True, None])
    sheet["F2"].number_format = "0.00%"
    sheet["G2"].number_format = "000000"
    book.save(tmp_path / "t.xlsx")
    (only,) = read_rows(tmp_path / "t.xlsx")
    assert list(only.cells.values()) == [
        "00123456789012345678",
        "1234.5",
        "0.3",
        "2026-03-27",
        "2026-03-27 08:30:00",
        "24%",
        "000815",
        "true",
        "",
    ]
    assert [isinstance(text, Exact) for text in only.cells.values()] == [False] + [True] * 7 + [
        False
    ]
    assert not only.notes


def test_faults_of_a_workbook_are_told_where_they_stand(tmp_path: Path) -> None:
    book = Workbook()
    sheet = sheet_of(book)
    sheet.title = "明细"
    sheet.append(["id", "account", "amount"])
    for values in (
        ["A", 6222021234567890123, 1],
        ["B", "x", "#REF!"],
        ["C", "x", "=1+1"],
        ["D", "x", 4],
        ["E", "x", 5],
        ["F", None, 6],
    ):
        sheet.append(values)
    sheet["C3"].data_type = "e"
    sheet.row_dimensions[5].hidden = True
    sheet.merge_cells("B6:B7")
    book.save(tmp_path / "t.xlsx")
    rows = list(read_rows(tmp_path / "t.xlsx"))
    assert "B6:B7" in message(rows[-1].notes[0], "en")
    assert told(rows) == [
        (2, "digits-lost", "account"),
        (3, "formula-error", "amount"),
        (4, "formula-without-value", "amount"),
        (5, "hidden-row", ""),
        (6, "merged-cells", "account"),
        (7, "merged-cells", "account"),
    ]


def test_filtered_rows_are_told_as_such(tmp_path: Path) -> None:
    book = Workbook()
    sheet = sheet_of(book)
    for values in (["id", "city"], ["A", "x"], ["B", "y"]):
        sheet.append(values)
    sheet.auto_filter.ref = "A1:B3"
    sheet.auto_filter.add_filter_column(1, ["x"])
    sheet.row_dimensions[3].hidden = True
    book.save(tmp_path / "t.xlsx")
    assert told(list(read_rows(tmp_path / "t.xlsx"))) == [(3, "filtered-row", "")]


def test_several_sheets_are_asked_about(tmp_path: Path) -> None:
    rows = [["id", "n"], ["A", 1]]
    file = write_book(tmp_path / "t.xlsx", {"一月": rows, "空": [], "二月": rows})
    with pytest.raises(TableError) as error:
        read_rows(file)
    assert rules(error) == ["several-sheets"]
    assert error.value.findings[0].params["known"] == "一月, 二月"
    assert [r.sheet for r in read_rows(file, sheet="二月")] == ["二月"]
    with pytest.raises(TableError) as error:
        read_rows(file, sheet="三月")
    assert rules(error) == ["sheet-unknown"]


def test_headers_below_a_title(tmp_path: Path) -> None:
    book = Workbook()
    sheet = sheet_of(book)
    sheet.append(["逾期明细表", None])
    sheet.append(["id", "n"])
    sheet.append(["A", 1])
    sheet.merge_cells("A1:B1")
    book.save(tmp_path / "t.xlsx")
    (only,) = read_rows(tmp_path / "t.xlsx", header_row=2)
    assert (only.number, dict(only.cells), only.notes) == (3, {"id": "A", "n": "1"}, ())


def repacked(source: Path, target: Path, part: str, data: bytes) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, data if name == part else old.read(name))
    return target


def test_bombs_do_not_go_off(tmp_path: Path) -> None:
    good = write_xlsx(tmp_path / "good.xlsx", [row()])
    part = "xl/worksheets/sheet1.xml"
    large = repacked(good, tmp_path / "large.xlsx", part, b"<a>" + b" " * (32 << 20) + b"</a>")
    with pytest.raises(TableError) as error:
        read_rows(large)
    assert rules(error) == ["workbook-too-large"]
    entities = b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a><v>&c;</v></a>'
    with pytest.raises(TableError) as error:
        list(read_rows(repacked(good, tmp_path / "laughs.xlsx", part, entities)))
    assert rules(error) == ["not-a-workbook"]


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_no_workbook_has_is_not_read(tmp_path: Path, packing: int) -> None:
    """Damaged or whole: some decoders' faults are no kind of OSError or ValueError."""
    good = write_xlsx(tmp_path / "good.xlsx", [row()])
    odd = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(odd, "w", packing) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    whole = odd.read_bytes()
    damaged = bytes(b if at % 50 or at > len(whole) // 2 else b ^ 255 for at, b in enumerate(whole))
    for raw in (whole, damaged):
        with pytest.raises(TableError) as error:
            list(read_rows(write(odd, raw)))
        assert rules(error) == ["not-a-workbook"]


def test_faulty_lines_of_json_are_rows_with_notes(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    lines = ['{"a": 1.50, "b": null, "c": true}', "{", "[1]", '{"a": [1]}', "", '{"a": 1, "a": 2}']
    file.write_text("\n".join(lines), encoding="utf-8")
    rows = list(read_rows(file))
    assert dict(rows[0].cells) == {"a": "1.50", "b": "", "c": "true"}
    assert told(rows) == [
        (2, "broken-json", ""),
        (3, "not-a-record", ""),
        (4, "nested-value", "a"),
        (6, "duplicate-key", ""),
    ]
    assert rows[1].notes[0].rule == "broken-json"
    assert "character 2" in message(rows[1].notes[0], "en")
    assert "the key a " in message(rows[-1].notes[0], "en")


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 600, 2000, 100_000])
@pytest.mark.parametrize("closed", [True, False])
def test_json_nested_too_deep_is_the_same_fault_at_any_depth(
    tmp_path: Path, depth: int, closed: bool
) -> None:
    deep = '{"a": ' + "[" * depth + ("]" * depth + "}" if closed else "")
    rows = list(read_rows(write(tmp_path / "t.jsonl", b'{"a": 1}\n' + deep.encode())))
    assert told(rows) == [(2, "nested-too-deep", "")]
    with pytest.raises(TableError) as error:
        list(read_rows(write(tmp_path / "t.json", f"[\n{deep}]".encode())))
    assert [(f.rule, f.line) for f in error.value.findings] == [("nested-too-deep", 2)]


def test_a_list_within_an_object_is_no_table(tmp_path: Path) -> None:
    file = write(tmp_path / "t.json", b'{"count": 1, "data": [{"id": "A"}]}')
    with pytest.raises(TableError) as error:
        read_rows(file)
    assert rules(error) == ["rows-within"]
    assert error.value.findings[0].params["name"] == "data"


def test_a_file_full_of_nul_bytes_is_no_text(tmp_path: Path) -> None:
    for encoding in ("", "utf-8"):
        with pytest.raises(TableError) as error:
            read_rows(write(tmp_path / "t.csv", b"id,n\nA,1\nB,\0\0\0\0\nC,3\n"), encoding=encoding)
        (fault,) = error.value.findings
        assert (fault.rule, fault.line) == ("nul-byte", 3)


@pytest.mark.parametrize("rest", ["", '7,x\n8,"y"z\n'])
def test_an_open_quote_is_told_where_it_was_opened(tmp_path: Path, rest: str) -> None:
    text = 'a,b\n1,x\n2,"two\nlines"\n3,"open\n4,x\n5,x\n' + rest
    rows = read_rows(write(tmp_path / "t.csv", text.encode()))
    assert [next(rows).number, next(rows).number] == [2, 3]
    with pytest.raises(TableError) as error:
        next(rows)
    assert [(f.rule, f.line) for f in error.value.findings] == [("broken-quoting", 4)]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        file = tmp_path / f"{count}.csv"
        with file.open("w", encoding="utf-8") as handle:
            handle.write(",".join(GOOD) + "\n")
            handle.writelines([",".join(GOOD.values()) + "\n"] * count)
        tracemalloc.start()
        assert sum(1 for _ in read_rows(file)) == count
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(200_000) < peak(40_000) + (1 << 19)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_rejects_are_written_as_the_source_is(tmp_path: Path, encoding: str) -> None:
    rows = [row(案件编号=f"C-{i}", 地址="=1+1;@x") for i in range(6)]
    file = write_csv(tmp_path / "t.csv", rows, encoding=encoding, delimiter=";")
    rejects = write_rejects(Source(file, TableFormat()), {3, 7}, tmp_path / "out")
    assert rejects == tmp_path / "out" / "rejects.csv"
    raw = rejects.read_bytes()
    assert raw.decode(encoding) == raw.decode(encoding).replace("\n", "\r\n").replace("\r\r", "\r")
    lines = file.read_bytes().decode(encoding).splitlines()
    assert raw.decode(encoding).splitlines() == [lines[0], lines[2], lines[6]]
    assert write_rejects(Source(file, TableFormat()), set(), tmp_path / "out") is None
    assert not rejects.exists()


def test_rejects_of_a_workbook_keep_types_and_texts(tmp_path: Path) -> None:
    book = Workbook()
    sheet = sheet_of(book)
    sheet.append(["id", "account", "amount", "day", "rate"])
    sheet.append(["A", "0012345678901234567", Decimal("12.5"), datetime(2026, 3, 27), 0.24])
    sheet.append(["B", "=1+1", Decimal("13"), datetime(2026, 3, 28), 0.05])
    for at in ("E2", "E3"):
        sheet[at].number_format = "0%"
    sheet["B3"].data_type = "s"
    book.save(tmp_path / "t.xlsx")
    source = Source(tmp_path / "t.xlsx", TableFormat())
    rejects = write_rejects(source, {2, 3}, tmp_path)
    assert rejects is not None
    assert [dict(r.cells) for r in read_rows(rejects)] == [
        dict(r.cells) for r in read_rows(tmp_path / "t.xlsx")
    ]
    made = sheet_of(load_workbook(rejects))
    assert [made[at].data_type for at in ("B2", "C2", "D2", "B3")] == ["s", "n", "d", "s"]


def test_rejects_of_jsonl_are_its_lines(tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "t.jsonl", [row(案件编号=f"C-{i}") for i in range(3)])
    rejects = write_rejects(Source(file, TableFormat()), {2}, tmp_path)
    assert rejects is not None
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    assert rejects.read_text(encoding="utf-8") == lines[1]


@pytest.mark.parametrize("word", [
    "合计", "小計：", "Total", "Summe", "Zwischensumme:", "Totaal", "Subtotaal",
    "Total général", "Sous-total", "Suma", "Total general", "Totale", "Subtotale",
])  # fmt: skip
def test_a_sum_is_known_in_every_language_of_the_packs(word: str) -> None:
    cells = {"id": word, "name": "", "due": "", "amount": "1.00"}
    assert is_total_row(Row("t.csv", "", 9, cells))
    assert not is_total_row(Row("t.csv", "", 9, {**cells, "id": "Totalverlust GmbH"}))
