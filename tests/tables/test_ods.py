"""OpenDocument sheets as LibreOffice writes them: values, faults, and files that mean harm."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from notices.tables.row import Exact, Row, TableError
from notices.tables.rows import read_rows

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' office:version="1.3"><office:body><office:spreadsheet>'
)
TAIL = "</office:spreadsheet></office:body></office:document-content>"
EMPTY = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'  # noqa: E501


def text(value: str, more: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="string"{more}><text:p>{value}</text:p>'
        "</table:table-cell>"
    )


def number(value: str, shown: str = "", kind: str = "float") -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}"'
        f' calcext:value-type="{kind}"><text:p>{shown or value}</text:p></table:table-cell>'
    )


def line(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def sheet(*lines: str, name: str = "Blatt1") -> str:
    return f'<table:table table:name="{name}">{"".join(lines)}{EMPTY}</table:table>'


def write_ods(file: Path, *sheets: str, content: str = "", manifest: str = "<m/>") -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        mimetype = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content or f"{HEAD}{''.join(sheets)}{TAIL}")
        archive.writestr("META-INF/manifest.xml", manifest)
    return file


def rules(row: Row) -> list[tuple[str, str]]:
    return [(note.rule, note.path) for note in row.notes]


HEADERS = line(text("Nr"), text("Name"), text("Tag"), text("Betrag"), text("Satz"))


def test_cells_come_as_they_are_shown(tmp_path: Path) -> None:
    day = '<table:table-cell office:value-type="date" office:date-value="2026-03-01"><text:p>01.03.26</text:p></table:table-cell>'  # noqa: E501
    file = write_ods(
        tmp_path / "t.ods",
        sheet(
            HEADERS,
            line(
                number("815", "000815"),
                text("Anna<text:s text:c='2'/>Muster<text:line-break/>x"),
                day,
                number("0.30000000000000004", "0,30 €", "currency"),
                number("0.138", "13,80%", "percentage"),
            ),
        ),
    )
    (row,) = read_rows(file)
    assert dict(row.cells) == {
        "Nr": "000815",
        "Name": "Anna  Muster\nx",
        "Tag": "2026-03-01",
        "Betrag": "0.3",
        "Satz": "13.8%",
    }
    assert isinstance(row.cells["Tag"], Exact) and isinstance(row.cells["Betrag"], Exact)
    assert not isinstance(row.cells["Name"], Exact)
    assert (row.sheet, row.number, row.notes) == ("Blatt1", 2, ())


def test_rows_and_cells_that_stand_for_many(tmp_path: Path) -> None:
    same = ' table:number-columns-repeated="2"'
    file = write_ods(
        tmp_path / "t.ods",
        sheet(
            line(text("a"), text("b"), text("c")),
            line('<table:table-cell table:number-columns-repeated="3"/>', more=' table:number-rows-repeated="4"'),  # noqa: E501
            line(text("x", same), text("y"), more=' table:number-rows-repeated="2"'),
        ),
    )  # fmt: skip
    rows = list(read_rows(file))
    assert [(row.number, list(row.cells.values())) for row in rows] == [
        (6, ["x", "x", "y"]),
        (7, ["x", "x", "y"]),
    ]


def test_faults_are_told_where_they_stand(tmp_path: Path) -> None:
    error = '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'  # noqa: E501
    open_one = '<table:table-cell table:formula="of:=A1"/>'
    note = '<table:table-cell office:value-type="string"><office:annotation><text:p>hidden remark</text:p></office:annotation><text:p>Ben</text:p></table:table-cell>'  # noqa: E501
    file = write_ods(
        tmp_path / "t.ods",
        sheet(
            HEADERS,
            line(text("1"), note, text(""), error, open_one),
            line(text("2"), text("C"), text(""), number("1234567890123456"), text("")),
            line(text("3"), text("D"), more=' table:visibility="collapse"'),
            line(text("4"), text("E"), more=' table:visibility="filter"'),
            line(text("5"), text("F", ' table:number-rows-spanned="2"')),
            line(text("6"), "<table:covered-table-cell/>"),
        ),
    )
    rows = list(read_rows(file))
    assert [rules(row) for row in rows] == [
        [("formula-error", "Betrag"), ("formula-without-value", "Satz")],
        [("digits-lost", "Betrag")],
        [("hidden-row", "")],
        [("filtered-row", "")],
        [("merged-cells", "Name")],
        [("merged-cells", "Name")],
    ]
    assert rows[0].cells["Name"] == "Ben"


def test_sheets_are_asked_about_and_chosen(tmp_path: Path) -> None:
    one = sheet(line(text("a")), line(text("x")), name="Januar")
    two = sheet(line(text("b")), line(text("y")), name="Februar")
    file = write_ods(tmp_path / "t.ods", one, two, sheet(name="leer"))
    with pytest.raises(TableError) as refused:
        read_rows(file)
    assert refused.value.findings[0].rule == "several-sheets"
    (row,) = read_rows(file, sheet="Februar")
    assert row.cells == {"b": "y"}
    with pytest.raises(TableError) as refused:
        read_rows(file, sheet="März")
    assert refused.value.findings[0].rule == "sheet-unknown"


def test_headers_below_a_title(tmp_path: Path) -> None:
    file = write_ods(
        tmp_path / "t.ods", sheet(line(text("Offene Posten")), line(text("a")), line(text("x")))
    )
    (row,) = read_rows(file, header_row=2)
    assert (row.number, row.cells) == (3, {"a": "x"})


def test_bombs_do_not_go_off(tmp_path: Path) -> None:
    large = f"{HEAD}{' ' * (32 << 20)}{TAIL}"
    laughs = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    rows = sheet(HEADERS, line(text("x"), more=' table:number-rows-repeated="99999999"'))
    wide = sheet(line(text("x", ' table:number-columns-repeated="999999999"')))
    secret = '<m:encryption-data xmlns:m="m"/>'
    cases = [
        (write_ods(tmp_path / "a.ods", content=large), "workbook-too-large"),
        (write_ods(tmp_path / "b.ods", content=laughs), "not-a-workbook"),
        (write_ods(tmp_path / "c.ods", rows), "not-a-workbook"),
        (write_ods(tmp_path / "d.ods", wide), "duplicate-header"),
        (write_ods(tmp_path / "e.ods", sheet(HEADERS), manifest=secret), "encrypted-file"),
        (write_ods(tmp_path / "f.ods", content="<a>"), "not-a-workbook"),
    ]
    for file, rule in cases:
        with pytest.raises(TableError) as refused:
            list(read_rows(file))
        assert refused.value.findings[0].rule == rule, file.name


def test_an_ods_by_any_name_is_read_as_one(tmp_path: Path) -> None:
    file = write_ods(tmp_path / "export.xlsx", sheet(line(text("a")), line(text("x"))))
    (row,) = read_rows(file)
    assert row.cells == {"a": "x"}
