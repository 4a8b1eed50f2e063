"""Print files of real letters: order, blanks, marks, sums, and the same bytes again."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from notices.catalogue import line_of, read_catalogue
from notices.finding import Finding
from notices.letter.make import Letter
from notices.page.document import Frame
from notices.page.envelopes import read_envelope, read_print_zone
from notices.post.print_files import PrintSetup, make_print, make_reprint, place_print
from notices.post.print_record import PRINT_JSON, read_printed
from notices.post.reconcile import check_print_file, check_sums
from notices.post.runfolder import PRINT, read_run
from notices.post.types import PrintFile, Withdrawal, total_of
from notices.proof.decode import decode_codes
from notices.proof.readback import MM, rasterise, read_pdf
from tests.post.runs import MadeRun, build_run


def rules(findings: tuple[Finding, ...]) -> set[str]:
    assert all(line_of(f, lang) for f in findings for lang in ("en", "zh"))
    return {f.rule for f in findings if f.severity == "error"}


def printed(made: MadeRun, setup: PrintSetup, *names: str) -> tuple[Path, ...]:
    """The files of a run that must print, with the letters named withdrawn."""
    run, findings = read_run(made.folder)
    assert run is not None and not rules(findings)
    out = tuple(Withdrawal(one, "paid") for one in run.letters if one.letter_id in names)
    done, findings = make_print(run, out, setup)
    assert done is not None, [line_of(finding) for finding in findings]
    return place_print(done, made.folder / PRINT)


def refused(made: MadeRun, setup: PrintSetup) -> set[str]:
    """Why a run is not printed; that nothing was written."""
    run, findings = read_run(made.write())
    done = None
    if run is not None and not rules(findings):
        done, more = make_print(run, (), setup)
        findings = (*findings, *more)
    assert done is None
    assert not list(made.folder.glob(".print-*")) and not (made.folder / PRINT).exists()
    return rules(findings)


def record(made: MadeRun) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((made.folder / PRINT / PRINT_JSON).read_bytes())
    return data


def test_files_by_envelope_sorted_by_postcode(made: MadeRun, setup: PrintSetup) -> None:
    files = printed(made, setup)
    assert [f.name for f in files] == ["a4-windowless-01sheet-001.pdf", "cn-dl-01sheet-001.pdf"]
    told = record(made)
    codes = {line["letter_id"]: line.get("postcode") for line in made.lines}
    order = [codes[one["letter_id"]] for one in told["letters"]]
    assert order == ["100027", "", "100005", "100027", "200001", "518000", ""]
    assert [one["seq"] for one in told["letters"]] == list(range(1, 8))
    totals = told["totals"]
    assert totals["proven"] == totals["printed"] and totals["withdrawn"]["letters"] == 0
    assert totals["proven"]["money"] == {"CNY": "25829.07", "XTS": "2412.822"}


def test_every_letter_starts_on_a_front_side_and_keeps_its_text(
    made: MadeRun, setup: PrintSetup, drawn: list[Letter]
) -> None:
    files = {file.name: file.read_bytes() for file in printed(made, setup)}
    bytes_of = {letter.letter_id: letter.data for letter in drawn}
    for one in record(made)["letters"]:
        assert one["first_page"] % 2 == 1 and one["first_page"] > 2
        with (
            pikepdf.open(io.BytesIO(files[one["file"]])) as merged,
            pikepdf.open(io.BytesIO(bytes_of[one["letter_id"]])) as alone,
        ):
            for number, page in enumerate(alone.pages):
                there = merged.pages[one["first_page"] - 1 + number]
                assert there.obj.Contents[1].read_bytes() == page.obj.Contents.read_bytes()
            if one["pages"] % 2:
                assert not merged.pages[one["last_page"]].obj.Contents.read_bytes()
        here = _texts(files[one["file"]], one["first_page"], one["last_page"])
        assert _texts(bytes_of[one["letter_id"]], 1, one["pages"]) <= here


def _texts(data: bytes, first: int, last: int) -> set[str]:
    """The texts of pages; spaces of one width, which share a glyph, are told apart no more."""
    return {
        re.sub(r"[\u00a0\u2009\u202f]", " ", run.text)
        for run in read_pdf(data).runs
        if first <= run.page <= last
    }


def test_codes_say_letter_page_and_number_in_the_drawn_page(
    made: MadeRun, setup: PrintSetup
) -> None:
    files = {file.name: file.read_bytes() for file in printed(made, setup)}
    for one in record(made)["letters"]:
        for page in range(one["first_page"], one["last_page"] + 1):
            picture = rasterise(files[one["file"]], page, 200)
            wanted = f"{one['letter_id']} {page - one['first_page'] + 1}/{one['pages']} "
            assert f"{wanted}{one['seq']:06d}" in decode_codes(picture)


def test_marks_stand_in_their_zone_and_nothing_new_in_the_window(
    made: MadeRun, setup: PrintSetup, drawn: list[Letter]
) -> None:
    files = {file.name: file.read_bytes() for file in printed(made, setup)}
    bytes_of = {letter.letter_id: letter.data for letter in drawn}
    envelopes = {line["letter_id"]: line.get("envelope") for line in made.lines}
    for one in record(made)["letters"]:
        name = str(envelopes[one["letter_id"]])
        window, zone = read_envelope(name).window, read_print_zone(name)
        assert zone is not None
        for page in range(one["pages"]):
            before = rasterise(bytes_of[one["letter_id"]], page + 1, 150)
            after = rasterise(files[one["file"]], one["first_page"] + page, 150)
            if window and page == 0:
                assert _cut(before, window).tobytes() == _cut(after, window).tobytes()
            for picture in (before, after):
                picture.paste(255, _pixels(zone.zone))
            assert before.tobytes() == after.tobytes(), "outside the zone the page is unchanged"


def _pixels(frame: Frame) -> tuple[int, int, int, int]:
    scale = 150 / 72 / MM
    left, top = int(frame.left * scale), int(frame.top * scale)
    return left, top, left + int(frame.width * scale) + 2, top + int(frame.height * scale) + 2


def _cut(picture: Any, frame: Frame) -> Any:
    return picture.crop(_pixels(frame))


def test_at_most_so_many_letters_a_file(made: MadeRun, setup: PrintSetup) -> None:
    files = printed(made, replace(setup, most=2))
    counts = [file["letters"] for file in record(made)["files"]]
    assert counts == [2, 2, 2, 1] and len(files) == 4
    numbers = [(file["first"], file["last"]) for file in record(made)["files"]]
    assert numbers == [(1, 2), (3, 4), (5, 6), (7, 7)]


def test_two_calls_give_the_same_bytes(
    drawn: list[Letter], setup: PrintSetup, tmp_path: Path
) -> None:
    digests = []
    for name in ("one", "two"):
        made = build_run(tmp_path / name, drawn)
        files = (*printed(made, setup), made.folder / PRINT / PRINT_JSON)
        digests.append({f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files})
    assert digests[0] == digests[1]


def test_cover_sheets_name_nobody(made: MadeRun, setup: PrintSetup, drawn: list[Letter]) -> None:
    for file in printed(made, setup):
        text = "".join(run.text for run in read_pdf(file.read_bytes()).runs if run.page == 1)
        for letter in drawn:
            case = letter.checked.case
            assert case is not None
            assert case.recipient.name not in text and case.id not in text
        assert "0123456789ab" in text and "2026-04-10" in text and file.name in text
    assert "25,829.07" in text and "CNY" in text


def test_what_is_shared_is_stored_once(made: MadeRun, setup: PrintSetup) -> None:
    (file,) = (f for f in printed(made, setup) if f.name.startswith("cn-dl"))
    with pikepdf.open(file) as pdf:
        streams = [o.read_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream)]
        large = [data for data in streams if len(data) > 5000]
        assert len(large) == len(set(large))
        assert "/StructTreeRoot" not in pdf.Root and len(pdf.attachments) == 0
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260331")
        assert not pdf.check_pdf_syntax() if hasattr(pdf, "check_pdf_syntax") else True


def test_withdrawn_letters_are_not_printed_and_still_add_up(
    made: MadeRun, setup: PrintSetup
) -> None:
    out = str(made.lines[0]["letter_id"])
    files = printed(made, setup, out)
    told = record(made)
    assert out not in {one["letter_id"] for one in told["letters"]}
    (withdrawn,) = told["withdrawn"]
    assert (withdrawn["letter_id"], withdrawn["reason"]) == (out, "paid")
    assert told["totals"]["printed"]["letters"] == 6
    assert told["totals"]["withdrawn"]["money"] == {"CNY": "3156.25"}
    assert all(out.encode() not in file.read_bytes() for file in files)
    run, _ = read_run(made.folder)
    before = read_printed(made.folder)
    assert run is not None
    again, _ = make_print(run, (), setup, before)
    assert again is not None and again.record == (made.folder / PRINT / PRINT_JSON).read_text()
    place_print(again, made.folder / PRINT, before)


def test_not_after_the_last_day_to_post(made: MadeRun, setup: PrintSetup) -> None:
    assert refused(made, replace(setup, today=date(2026, 4, 11))) == {"print-too-late"}
    assert printed(made, replace(setup, today=date(2026, 4, 10)))
    run, _ = read_run(made.folder)
    before = read_printed(made.folder)
    assert run is not None and before is not None
    late, findings = make_reprint(run, before, 1, 1, replace(setup, today=date(2026, 4, 11)))
    assert late is None and rules(findings) == {"print-too-late"}


def test_a_row_refused_because_its_case_has_a_letter_takes_nothing_away(
    made: MadeRun, setup: PrintSetup
) -> None:
    """Its line names the letter that the other row made."""
    twin = {**made.lines[0], "number": 100, "row": 101, "state": "rejected"}
    twin |= {"file": "", "sha256": "", "pages": 0, "sheets": 0}
    made.lines.append(twin)
    with (made.write() / "journal.jsonl").open("a") as journal:
        journal.write(json.dumps({**twin, "part": 1, "parts": 1}) + "\n")
    assert printed(made, setup)


def test_a_lost_letter(made: MadeRun, setup: PrintSetup) -> None:
    made.file(0).unlink()
    assert refused(made, setup) == {"print-letter-missing"}


def test_a_letter_lost_with_its_line(made: MadeRun, setup: PrintSetup) -> None:
    made.file(0).unlink()
    del made.lines[0]
    assert refused(made, setup) == {"print-letter-lost"}


def test_an_altered_letter(made: MadeRun, setup: PrintSetup) -> None:
    made.file(1).write_bytes(made.file(1).read_bytes() + b"\n")
    assert refused(made, setup) == {"print-letter-altered"}


def test_an_extra_letter(made: MadeRun, setup: PrintSetup) -> None:
    made.file(1).with_name("stranger.pdf").write_bytes(made.file(1).read_bytes())
    assert refused(made, setup) == {"print-letter-extra"}


def test_a_letter_twice_in_the_manifest(made: MadeRun, setup: PrintSetup) -> None:
    made.lines.append(made.lines[0])
    assert refused(made, setup) == {"print-letter-twice"}


def test_a_damaged_line(made: MadeRun, setup: PrintSetup) -> None:
    made.lines[0]["pages"] = "two"
    assert refused(made, setup) == {"print-manifest-line"}
    made.lines[0]["pages"] = 1
    made.lines[0]["file"] = "../elsewhere.pdf"
    assert refused(made, setup) == {"print-manifest-line"}


@pytest.mark.parametrize(("name", "value"), [("pages", 3), ("sheets", 2), ("currency", "EUR")])
def test_an_altered_line(made: MadeRun, setup: PrintSetup, name: str, value: object) -> None:
    made.lines[0][name] = value
    assert refused(made, setup) == {"print-letter-differs"}
    (made.folder / "journal.jsonl").unlink()
    assert "print-letter-differs" in refused(made, setup)


def test_altered_money(made: MadeRun, setup: PrintSetup) -> None:
    made.lines[4]["total"] = "8180.15"
    assert refused(made, setup) == {"print-letter-differs"}
    (made.folder / "journal.jsonl").unlink()
    assert refused(made, setup) == {"print-letter-differs"}


def test_a_dropped_page_in_a_letter(made: MadeRun, setup: PrintSetup) -> None:
    """Even where the manifest was made to agree with the mutilated file."""
    with pikepdf.open(made.file(3), allow_overwriting_input=True) as pdf:
        del pdf.pages[1]
        pdf.save(made.file(3))
    made.lines[3]["sha256"] = hashlib.sha256(made.file(3).read_bytes()).hexdigest()
    assert refused(made, setup) == {"print-letter-differs"}
    (made.folder / "journal.jsonl").unlink()
    assert refused(made, setup) == {"print-letter-differs"}


def test_a_page_dropped_in_the_merged_file(made: MadeRun, setup: PrintSetup) -> None:
    run, _ = read_run(made.folder)
    assert run is not None
    done, _ = make_print(run, (), setup)
    assert done is not None
    file, _digest = done.files[1]
    data = (done.staged / file.name).read_bytes()
    whole = check_print_file(data, file)
    assert not whole.findings and len(whole.letters) == len(file.letters)
    seen = check_print_file(_without(data, file.letters[0].first), file)
    assert {"print-page-wrong", "print-pages-lost"} <= rules(seen.findings)
    letters = [one.letter for other, _ in done.files[:1] for one in other.letters]
    found = rules(tuple(check_sums(total_of(run.letters), (*letters, *seen.letters), ())))
    assert found == {"print-does-not-add-up"}
    swapped = check_print_file(_swapped(data, file), file)
    assert rules(swapped.findings) == {"print-page-wrong"}
    place_print(done, made.folder / PRINT)


def _without(data: bytes, page: int) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.pages[page - 1]
        pdf.save(out)
    return out.getvalue()


def _swapped(data: bytes, file: PrintFile) -> bytes:
    out = io.BytesIO()
    first, second = file.letters[0].first - 1, file.letters[1].first - 1
    with pikepdf.open(io.BytesIO(data)) as pdf:
        a, b = pdf.pages[first], pdf.pages[second]
        pdf.pages[first], pdf.pages[second] = b, a
        pdf.save(out)
    return out.getvalue()


def test_sums_are_compared_one_by_one(made: MadeRun) -> None:
    run, _ = read_run(made.folder)
    assert run is not None
    proven = total_of(run.letters)
    assert not list(check_sums(proven, run.letters, ()))
    rest = run.letters[1:]
    held = Withdrawal(run.letters[0], "held")
    assert not list(check_sums(proven, rest, (held,)))
    assert {f.params["what"] for f in check_sums(proven, rest, ())} == {
        *("letters", "pages", "sheets", "CNY")
    }
    dearer = replace(rest[0], total=rest[0].total + 1)
    assert [f.params["what"] for f in check_sums(proven, (dearer, *rest[1:]), (held,))] == ["CNY"]
    other = replace(rest[0], currency="USD")
    assert {f.params["what"] for f in check_sums(proven, (other, *rest[1:]), (held,))} == {
        *("CNY", "USD")
    }


def test_a_reprint_has_the_same_pages(made: MadeRun, setup: PrintSetup, tmp_path: Path) -> None:
    files = {file.name: file.read_bytes() for file in printed(made, setup)}
    told = {one["seq"]: one for one in record(made)["letters"]}
    run, _ = read_run(made.folder)
    before = read_printed(made.folder)
    assert run is not None and before is not None
    digests = []
    for out in ("a", "b"):
        done, findings = make_reprint(run, before, 2, 5, setup)
        assert done is not None and not rules(findings)
        new = place_print(done, tmp_path / out)
        digests.append([f.read_bytes() for f in new])
        assert [f.name for f in new] == [
            "reprint-000002-000005-a4-windowless-01sheet-001.pdf",
            "reprint-000002-000005-cn-dl-01sheet-001.pdf",
        ]
        for file, _digest in done.files:
            for placed in file.letters:
                one = told[placed.sequence]
                assert placed.letter.letter_id == one["letter_id"]
                again = (tmp_path / out / file.name).read_bytes()
                for page in range(placed.letter.pages):
                    assert _page(again, placed.first + page) == _page(
                        files[one["file"]], one["first_page"] + page
                    )
    assert digests[0] == digests[1]
    assert record(made)["letters"] == list(told.values())


def _page(data: bytes, number: int) -> list[bytes]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [part.read_raw_bytes() for part in pdf.pages[number - 1].obj.Contents]


def test_a_reprint_outside_the_numbers_or_of_a_changed_run(
    made: MadeRun, setup: PrintSetup
) -> None:
    printed(made, setup)
    run, _ = read_run(made.folder)
    before = read_printed(made.folder)
    assert run is not None and before is not None
    assert rules(make_reprint(run, before, 7, 8, setup)[1]) == {"reprint-range"}
    made.lines[0]["postcode"] = "000000"
    run, _ = read_run(made.write())
    assert run is not None
    assert rules(make_reprint(run, before, 1, 1, setup)[1]) == {"print-run-changed"}


@pytest.mark.heavy
def test_drafts_print_with_a_warning(maker: Any, setup: PrintSetup, tmp_path: Path) -> None:
    from tests.post.runs import REMINDER, draw

    drafts = [draw(maker, REMINDER, 1, live=False)]
    made = build_run(tmp_path / "drafts", drafts, live=False)
    run, _ = read_run(made.folder)
    assert run is not None and not run.live
    done, findings = make_print(run, (), setup)
    assert done is not None and "print-drafts" in {f.rule for f in findings}
    place_print(done, made.folder / PRINT)


def test_not_a_run(tmp_path: Path) -> None:
    assert read_run(tmp_path)[0] is None
    assert rules(read_run(tmp_path)[1]) == {"print-no-run"}
    (tmp_path / "manifest.jsonl").write_text("")
    (tmp_path / "run.json").write_text('{"run_id": "x"}')
    assert rules(read_run(tmp_path)[1]) == {"print-run-broken"}


def test_a_run_without_letters(made: MadeRun, setup: PrintSetup) -> None:
    made.lines = made.lines[-1:]
    (made.folder / "journal.jsonl").unlink()
    for file in (made.folder / "letters").rglob("*.pdf"):
        file.unlink()
    assert refused(made, setup) == {"print-nothing"}


@pytest.mark.parametrize(
    ("zone", "rule"),
    [
        ("{left: 5, top: 118, width: 90, height: 16}", "print-zone-taken"),
        ("{left: 5, top: 112, width: 5, height: 8}", "print-code-small"),
        ("{left: 5, top: 60, width: 12, height: 16}", "print-envelope"),
        ("{left: 2, top: 112, width: 12, height: 16}", "print-envelope"),
        ("{left: 5, top: 112, width: 12}", "print-envelope"),
        ("", "print-no-zone"),
    ],
)
def test_a_zone_that_will_not_do(
    made: MadeRun, setup: PrintSetup, tmp_path: Path, zone: str, rule: str
) -> None:
    from notices.places import LAYOUT

    text = (LAYOUT / "envelopes" / "cn-dl.yaml").read_text(encoding="utf-8")
    head = text[: text.index("print:")]
    section = f"print:\n  zone: {zone}\n  duplex: true\n" if zone else ""
    (tmp_path / "cn-dl.yaml").write_text(head + section, encoding="utf-8")
    assert refused(made, replace(setup, envelopes=(tmp_path,))) == {rule}


def test_one_sided_letters_have_no_blanks(
    made: MadeRun, setup: PrintSetup, tmp_path: Path, drawn: list[Letter]
) -> None:
    from notices.places import LAYOUT

    for name in ("cn-dl", "a4-windowless"):
        text = (LAYOUT / "envelopes" / f"{name}.yaml").read_text(encoding="utf-8")
        text = text.replace("duplex: true", "duplex: false").replace("sheets: 3", "sheets: 1")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    setup = replace(setup, envelopes=(tmp_path,))
    assert refused(made, setup) == {"print-letter-differs"}, "the run counted duplex sheets"
    for line in made.lines[:-1]:
        line["sheets"] = line["pages"]
    made.write()
    (made.folder / "journal.jsonl").unlink()
    files = printed(made, setup)
    assert [f.name for f in files][1:] == ["cn-dl-01sheet-001.pdf", "cn-dl-02sheet-001.pdf"]
    for file in record(made)["files"]:
        assert file["file_pages"] == 1 + file["pages"]


def test_every_rule_of_this_room_has_its_words() -> None:
    import re

    from notices.catalogue import CATALOGUE
    from notices.textfiles import read_text_file

    house = Path(__file__).parents[2] / "notices"
    doors = ("p*.py", "ledger_withdraw.py")
    files = [f for p in doors for f in (house / "cli").glob(p)] + [*(house / "post").glob("*.py")]
    used = {
        rule
        for file in files
        for rule in re.findall(
            r'"((?:print|reprint|withdraw|ems|paid)-[a-z0-9-]+)"', file.read_text(encoding="utf-8")
        )
    }
    own = set(read_text_file(CATALOGUE / "post.yaml").data)
    said = {"print-file", "print-total", "print-withdrawn", "print-untagged"}
    assert used - said <= set(read_catalogue()) and own <= used
