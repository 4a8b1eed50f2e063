"""The parts of printing that need no letter: plan, marks, lists, orders, calibration lines."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from notices.catalogue import hint, message
from notices.errors import FileError
from notices.ledger.types import STATES
from notices.page.document import Frame
from notices.page.envelopes import PAPER, envelope_names, read_envelope, read_print_zone
from notices.page.fonts import read_font_set
from notices.places import FONTS, TEMPLATES
from notices.plan.holds import HOLDS
from notices.post.arrangement import arrange, number_letters
from notices.post.digits import cut_digits
from notices.post.ems import join_address, plain_phone, read_profile
from notices.post.marks import Mark, draw_mark, parse_mark
from notices.post.merge import PrintWriter
from notices.post.print_files import PrintSetup
from notices.post.sheets import draw_calibration
from notices.post.types import Proven, total_of
from notices.post.withdraw import match_withdrawals
from notices.post.withdrawal_list import read_withdrawals, reason_code
from notices.proof.decode import decode_codes
from notices.proof.readback import MM, rasterise
from notices.tables.list_words import folded
from notices.textfiles import read_text_file

ZONE = Frame(5, 112, 12, 16)


def letter(number: int, **changes: object) -> Proven:
    values = {
        "letter_id": f"L-{number:03d}",
        "case_id": f"C-{number:03d}",
        "file": f"letters/{number}.pdf",
        "sha256": "0" * 64,
        "pages": 1,
        "sheets": 1,
        "currency": "CNY",
        "total": Decimal("1.00"),
        "envelope": "cn-dl",
        "postcode": "100000",
        "kind": "reminder",
        "line": number,
    }
    return Proven(**{**values, **changes})  # type: ignore[arg-type]


def test_zones_are_clear_of_windows_and_addresses() -> None:
    for name in envelope_names():
        zone = read_print_zone(name)
        assert zone is not None and zone.paper == PAPER[read_envelope(name).page]
        sheets = (1, 1, 2) if zone.duplex else (1, 2, 3)
        assert (zone.sheets_of(1), zone.sheets_of(2), zone.sheets_of(3)) == sheets
        # a payment slip is torn off the last page: those envelopes take one side only
        assert zone.duplex is not name.startswith("ch-")


@given(
    st.lists(
        st.tuples(
            st.integers(1, 9), st.sampled_from(["cn-dl", "cn-c5"]), st.text("012", max_size=3)
        ),
        max_size=40,
    ),
    st.integers(1, 7),
)
def test_the_plan_loses_nothing(given_: list[tuple[int, str, str]], most: int) -> None:
    zones = {name: zone for name in envelope_names() if (zone := read_print_zone(name))}
    letters = [
        letter(n, pages=pages, sheets=(pages + 1) // 2, envelope=envelope, postcode=postcode)
        for n, (pages, envelope, postcode) in enumerate(given_)
    ]
    files = arrange(number_letters(letters), zones, most)
    placed = [one for file in files for one in file.letters]
    assert sorted(one.letter.letter_id for one in placed) == [one.letter_id for one in letters]
    assert [one.sequence for one in placed] == list(range(1, len(letters) + 1))
    assert total_of(one.letter for one in placed) == total_of(letters)
    for file in files:
        assert 0 < len(file.letters) <= most
        assert len({(one.letter.envelope, one.letter.sheets) for one in file.letters}) == 1
        assert all(one.first % 2 == 1 for one in file.letters)
        ends = [2, *(one.first + 2 * one.letter.sheets - 1 for one in file.letters)]
        assert [one.first for one in file.letters] == [end + 1 for end in ends[:-1]]
        assert file.pages == ends[-1]
        codes = [one.letter.postcode or "~" for one in file.letters]
        assert codes == sorted(codes)
    assert len({file.name for file in files}) == len(files)


@pytest.mark.parametrize("name", ["A", "CN-0003-65NXWQ", "x" * 40, "Ab_9.-" * 11 + "-ABCDEF"])
@pytest.mark.parametrize("sequence", [1, 999_999])
def test_marks_decode_from_the_drawn_page(name: str, sequence: int) -> None:
    mark = Mark(name, 3, 12, sequence)
    assert parse_mark(mark.payload) == mark
    writer = PrintWriter((210, 297), cut_digits(read_font_set(FONTS)))
    blank = pikepdf.new()
    blank.add_blank_page(page_size=(595.276, 841.89))
    data = _saved(blank)
    assert writer.add(data, [draw_mark(mark, ZONE, 297, cut_digits(read_font_set(FONTS)))])
    picture = rasterise(writer.finish("x", date(2026, 1, 1)), 1, 300)
    assert decode_codes(picture) == (mark.payload,)
    box = _ink(picture)
    assert box is not None
    left, top, right, bottom = (value * MM * 72 / 300 for value in box)
    assert left >= ZONE.left - 0.1 and right <= ZONE.left + ZONE.width + 0.1
    assert top >= ZONE.top - 0.1 and bottom <= ZONE.top + ZONE.height + 0.1


def _ink(picture: Image.Image) -> tuple[int, int, int, int] | None:
    return picture.point(lambda level: 255 if level < 200 else 0).getbbox()


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("text", ["", "A 1/2", "A 1/2 x", "A  1/2 3", "https://pay.example"])
def test_other_codes_are_no_marks(text: str) -> None:
    assert parse_mark(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "L-001\nC-002\n",
        "L-001,paid\nC-002,paid\n",
        "id;reason\r\nL-001;已还款\r\nC-002;settled\r\n",
        "L-001\tPAID\n\nC-002\tpaid\nL-001\tpaid\n",
        "\ufeffL-001，已付\nC-002，paid",
    ],
)
def test_lists_of_withdrawals(tmp_path: Path, text: str) -> None:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    lines, findings = read_withdrawals(file)
    taken, unknown = match_withdrawals(lines, tuple(map(letter, range(4))), "list.csv")
    assert not findings and not unknown
    assert [one.letter.letter_id for one in taken] == ["L-001", "L-002"]
    assert {one.reason for one in taken} == ({"paid"} if len(text) > 15 else {"other"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "head", ["案件编号,原因", "案件编号,撤回原因", "案号,事由", "Case ID,Reason"]
)
def test_lists_as_a_chinese_office_keeps_them(tmp_path: Path, head: str, encoding: str) -> None:
    file = tmp_path / "list.csv"
    text = f"{head}\r\nC-001,已还清\r\nC-002,已结清\r\nC-003,有异议\r\n"
    file.write_bytes(text.encode(encoding))
    lines, findings = read_withdrawals(file)
    assert not findings
    told = [(line.name, line.reason, line.number) for line in lines]
    assert told == [("C-001", "paid", 2), ("C-002", "paid", 3), ("C-003", "dispute", 4)]


def test_a_list_among_other_columns_and_in_a_workbook(tmp_path: Path) -> None:
    """What nothing reads is told; without an id, nothing is taken for one."""
    from openpyxl import Workbook

    rows = [
        ["客户姓名", "案件编号", "状态"],
        ["甲测试", "C-001", "已还清"],
        ["乙测试", "C-002", None],
    ]
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    text = "\n".join(",".join(cell or "" for cell in row) for row in rows)
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    for name in ("list.xlsx", "list.csv"):
        lines, (told,) = read_withdrawals(tmp_path / name)
        assert [(line.name, line.reason) for line in lines] == [
            ("C-001", "paid"),
            ("C-002", "other"),
        ]
        assert told.rule == "withdraw-column" and "客户姓名" in message(told, "zh")
    (tmp_path / "list.csv").write_text("客户姓名,原因\n甲测试,已还清\n", encoding="utf-8")
    assert "withdraw-no-id" in {f.rule for f in read_withdrawals(tmp_path / "list.csv")[1]}


def test_an_unknown_reason_is_told_with_the_words_of_its_reader(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("案件编号,原因\nC-001,心情不好\n", encoding="utf-8")
    _, (told,) = read_withdrawals(tmp_path / "list.csv")
    assert "已还款、" in hint(told, "zh") and "paid, held" in hint(told, "en")
    assert "paid" not in hint(told, "zh")


def test_a_case_withdraws_all_its_letters() -> None:
    from notices.post.withdrawal_list import Line

    letters = (letter(1, case_id="C"), letter(2, case_id="C"), letter(3))
    taken, _ = match_withdrawals((Line("C", "held", 1),), letters, "x")
    assert [one.letter.letter_id for one in taken] == ["L-001", "L-002"]
    _, (unknown,) = match_withdrawals((Line("6222000011112222", "paid", 7),), letters, "x")
    assert unknown.line == 7 and "6222000011112222" not in str(unknown.params)


def test_words_mean_one_thing_each() -> None:
    """No word of an owners' table stands for two columns or two values; every reason is told."""
    data = read_text_file(TEMPLATES / "mappings" / "words.yaml").data
    for table in data.values():
        for part in table.values():
            words = [w for name, some in part.items() for w in {folded(s) for s in (name, *some)}]
            assert len(words) == len(set(words))
    assert set(HOLDS) < set(data["withdrawals"]["values"])
    assert set(data["states"]["values"]) == set(STATES)


def test_reasons() -> None:
    assert reason_code("") == "other" and reason_code("because") == ""
    assert reason_code("Payment Plan") == "payment_plan"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("+86 138-0000-0001", "13800000001"),
        ("0086 (138) 0000 0001", "13800000001"),
        ("+44 20 7946 0000", "00442079460000"),
        ("010-5550 0001", "01055500001"),
        ("138****0001", ""),
        ("=1+1", ""),
        ("", ""),
    ],
)
def test_phones(text: str, plain: str) -> None:
    assert plain_phone(text, "86") == plain


def test_addresses_on_one_line() -> None:
    lines = ("示例省样本市虚构路1号", "1单元101室", "邮编000000")
    assert join_address(lines, "000000") == "示例省样本市虚构路1号, 1单元101室"
    assert (
        join_address(("示例省样本市", "虚构路1号", "000000"), "000000") == "示例省样本市虚构路1号"
    )
    assert (
        join_address(("1 rue du Port", "ZZ-100 Zetville"), "") == "1 rue du Port, ZZ-100 Zetville"
    )


def test_profiles_name_what_there_is(tmp_path: Path) -> None:
    assert read_profile("cn-ems").encoding == "gb18030"
    for text in (
        "columns: 3",
        "encoding: latin-1\ncontent: x\ncolumns: [{head: a, value: postcode}]",
    ):
        (tmp_path / "mine.yaml").write_text(text)
        with pytest.raises(FileError):
            read_profile("mine", (tmp_path,))


@pytest.mark.heavy
def test_calibration_lines_stand_where_the_profile_says(setup: PrintSetup) -> None:
    envelope, zone = read_envelope("cn-dl"), read_print_zone("cn-dl")
    data = draw_calibration(setup.renderer, setup.fonts, envelope, zone, PAPER["A4"])
    picture = rasterise(data, 1, 254)  # ten pixels a mm
    window = envelope.window
    assert window is not None
    for x, y in (
        (window.left, window.top + 30),
        (window.left + window.width, window.top + 30),
        (window.left + 50, window.top),
        (window.left + 50, window.top + window.height),
        *((60.0, fold) for fold in envelope.folds),
        (100.0, 262.0),
    ):
        spot = picture.crop((int(x * 10) - 3, int(y * 10) - 3, int(x * 10) + 4, int(y * 10) + 4))
        assert float(spot.getextrema()[0]) < 128, (x, y)  # type: ignore[arg-type]
    again = draw_calibration(setup.renderer, setup.fonts, envelope, zone, PAPER["A4"])
    assert again == data
