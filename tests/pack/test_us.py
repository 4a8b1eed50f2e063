"""The US pack: what Regulation F asks for, in the finished letter; and what no letter may do."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from notices.catalogue import line_of
from notices.finding import Finding
from notices.letter.make import Checked, Letter, LetterMaker
from notices.pack.load import load_pack
from notices.page.document import Document, Frame
from notices.page.layout import MARGIN, build_page
from notices.places import PACKS
from notices.proof.check import check_bytes, check_pictures
from notices.proof.geometry import windows
from notices.proof.readback import ReadBack, rasterise, read_pdf
from notices.proof.regions import squash
from notices.textfiles import read_text_file
from notices.wording.digests import kind_text
from tests.letter import letters

CARD = "US/notice-card"
ENGLISH = "US/notice-english-only"
BUYER = "US/notice-buyer-state"
ATTORNEY = "US/notice-attorney-payment-lines"
REMINDER = "US/reminder-consumer"
PACK = load_pack(PACKS / "US")


def checked(maker: LetterMaker, name: str, asked: Any = None, **changes: Any) -> Checked:
    profile = letters.sender(name, **changes.pop("sender", {}))
    (one,) = letters.check(maker, letters.case(name, **changes), profile, **(asked or {}))
    return one


def rules(one: Checked) -> set[str]:
    return {f.rule for f in one.findings if f.severity == "error"}


def refused(one: Checked) -> set[str]:
    return {f.params["name"] for f in one.findings if f.rule == "pack-refusal"}


# --- the end of the validation period ---------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "received", "ends"),
    [
        ("2025-11-24", "2025-12-02", "2026-01-01"),  # Thanksgiving; the last day may be a holiday
        ("2026-06-29", "2026-07-07", "2026-08-06"),  # Friday 07-03: Independence Day, observed
        ("2026-01-15", "2026-01-23", "2026-02-22"),  # Martin Luther King Jr. Day; ends on a Sunday
        ("2026-03-06", "2026-03-13", "2026-04-12"),  # sent on a Friday
        ("2024-12-20", "2024-12-30", "2025-01-29"),  # Christmas Day
    ],
)
def test_the_validation_period(maker: LetterMaker, sent: str, received: str, ends: str) -> None:
    one = checked(maker, CARD, issue_date=sent)
    assert one.figures is not None
    assert one.figures.dates == {"validation_ends": date.fromisoformat(ends)}
    assert one.figures.dates["validation_ends"] - timedelta(30) == date.fromisoformat(received)
    assert one.figures.pay_by is None


def test_posting_later_than_the_letter_is_dated_counts_from_the_posting(maker: LetterMaker) -> None:
    one = checked(maker, CARD, dispatch_by="2025-11-28")
    assert one.figures is not None
    assert one.figures.dates["validation_ends"] == date(2026, 1, 4)


def test_a_year_without_known_holidays_closes_the_notice(maker: LetterMaker) -> None:
    one = checked(maker, CARD, issue_date="2028-12-28")
    assert "calendar-unknown" in rules(one)
    assert one.document is None


def test_holidays_are_those_of_the_statute_and_no_ordinary_day_off() -> None:
    table = PACK.holidays["US"]
    for year in range(2024, 2029):
        days = sorted(day for day in table.days if day.year == year)
        statutory = [day for day in days if day.isoweekday() < 6 or (day.month, day.day) in _FIXED]
        assert len(days) >= 11
        assert statutory == days
    assert table.known_through == date(2028, 12, 31)


_FIXED = {(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)}


# --- the itemization --------------------------------------------------------------------------


def lines(one: Checked, lang: str = "en") -> list[tuple[str, str]]:
    assert one.document is not None
    return [
        (side.cells[0].text, side.cells[1].text)
        for block in one.document.blocks
        if block.kind == "itemization"
        for row in block.rows
        for side in row.sides
        if side.lang == lang and len(side.cells) == 2
    ]


def test_the_lines_of_the_model_form_add_up(maker: LetterMaker) -> None:
    assert [amount for _, amount in lines(checked(maker, CARD))] == [
        "$2,234.56",
        "+ $75.00",
        "+ $25.00",
        "− $50.00",
        "$2,284.56",
    ]


def test_lines_without_an_amount_are_shown_with_zero(maker: LetterMaker) -> None:
    amounts = [amount for _, amount in lines(checked(maker, ENGLISH))]
    assert amounts == ["$480.00", "+ $0.00", "+ $0.00", "− $0.00", "$480.00"]


def test_what_no_line_names_stands_before_the_total(maker: LetterMaker) -> None:
    items = [{"kind": "balance", "amount": "100.00"}, {"kind": "tax", "amount": "8.00"}]
    found = lines(checked(maker, ENGLISH, debts__0__items=items, stated_total="108.00"))
    assert found[-2:] == [("Sales tax", "8.00"), ("Total amount of the debt now:", "$108.00")]


def test_an_itemization_begins_with_what_was_owed(maker: LetterMaker) -> None:
    items = [{"kind": "interest", "amount": "480.00"}]
    assert rules(checked(maker, ENGLISH, debts__0__items=items)) == {"itemization-unstated"}
    nothing = [{"kind": "balance", "amount": "0.00"}, *items]
    assert rules(checked(maker, ENGLISH, debts__0__items=nothing)) == set()


# --- which notice, for whom, in which languages -----------------------------------------------


@pytest.mark.parametrize(
    ("name", "changes", "why"),
    [
        (ENGLISH, {"recipient__type": "business"}, "notice-to-a-business"),
        (ENGLISH, {"sender": {"role": "creditor"}}, "notice-by-a-creditor"),
        (REMINDER, {"sender": {"role": "agency"}}, "reminder-by-a-collector"),
    ],
)
def test_letters_that_do_not_fit(
    maker: LetterMaker, name: str, changes: dict[str, Any], why: str
) -> None:
    one = checked(maker, name, **changes)
    assert why in refused(one)
    assert one.document is None


def test_spanish_stands_only_with_the_english_and_after_it(maker: LetterMaker) -> None:
    for languages in (["es"], ["es", "en"]):
        assert rules(checked(maker, CARD, languages=languages)) == {"language-not-permitted"}
    both = checked(maker, CARD).document
    assert both is not None
    assert both.arrangement == "sequential"
    order = [b.rows[0].sides[0].lang for b in both.blocks if b.style != "reference"]
    assert order == sorted(order)
    beside = checked(maker, CARD, {"arrangement": "parallel"})
    assert rules(beside) == {"arrangement-not-permitted"}


SPANISH_LINES = ("solicitar una copia de este formulario", "Quiero este formulario")


@pytest.mark.parametrize("offered", ["true", "false"])
def test_the_spanish_lines_need_a_spanish_notice(maker: LetterMaker, offered: str) -> None:
    said = checked(maker, ENGLISH, sender={"spanish_notice": offered}).document
    assert said is not None
    text = "\n".join(text for _, _, text in said.texts())
    assert all((line in text) == (offered == "true") for line in SPANISH_LINES)
    spoken = {run.lang for b in said.blocks for r in b.rows for s in r.sides for c in s.cells
              for run in c.runs if "formulario" in run.text}  # fmt: skip
    assert spoken == ({"es"} if offered == "true" else set())


@pytest.mark.parametrize(("first", "said"), [("true", False), ("false", True)])
def test_a_later_communication_says_who_writes(maker: LetterMaker, first: str, said: bool) -> None:
    document = checked(maker, CARD, first_communication=first).document
    assert document is not None
    texts = {text for _, _, text in document.texts()}
    assert ("This communication is from a debt collector." in texts) == said


def test_no_day_to_pay_by_can_be_stated(maker: LetterMaker) -> None:
    assert rules(checked(maker, CARD, pay_by="2026-01-31")) == {"field-not-here"}


def test_the_collector_s_own_total_is_checked(maker: LetterMaker) -> None:
    assert rules(checked(maker, CARD, stated_total="2284.57")) == {"stated-total-mismatch"}


@pytest.mark.parametrize(
    ("text", "ban"),
    [
        ({"en": "Pay now.", "es": "Gracias."}, "overshadowing"),
        ({"en": "Thank you.", "es": "Debe pagar hoy."}, "overshadowing"),
        ({"en": "We will sue you.", "es": "Gracias."}, "suing"),
        ({"en": "Thank you.", "es": "Lo llevaremos ante un juez."}, "suing"),
        ({"en": "You will be arrested.", "es": "Gracias."}, "threat-of-arrest"),
        ({"en": "Thank you.", "es": "Vamos a embargar su salario."}, "seizure-without-judgment"),
        ({"en": "Our attorney will call.", "es": "Gracias."}, "posing-as-attorney"),
        ({"en": "Thank you.", "es": "Su cheque posfechado."}, "postdated-check"),
    ],
)
def test_what_the_record_s_own_words_may_not_say(
    maker: LetterMaker, text: dict[str, str], ban: str
) -> None:
    found = checked(maker, BUYER, state_disclosures=text).findings
    assert {f.params["ban"] for f in found if f.rule == "banned-wording"} == {ban}


# --- the Bureau's Spanish ---------------------------------------------------------------------

FORM_ES = read_text_file(Path(__file__).with_name("us_form_es.yaml")).data
WHOLE: dict[str, Any] = {  # the card's notice with every optional part of the form
    "state_disclosures": {"en": "Of the state.", "es": "Del estado."},
    "sender": {"payment_lines": "true"},
}
SLOTS = {
    "collector": "North South Group",
    "creditor": "Bank of Rockville",
    "description": "una tarjeta de crédito de Main Street Department Store",
    "account": "****6789",
    "date": "2 de enero de 2017",
    "dispute_web": "https://www.example.com/dispute",
    "request_web": "https://www.example.com/request",
}


def spanish(document: Document, *kinds: str) -> list[str]:
    """What the form's blocks say in Spanish, without amounts, addresses and the blank to fill."""
    return [
        cell.text.rstrip("_\u00a0")
        for block in document.blocks
        if block.kind in (kinds or ("clause", "itemization", "tear_off"))
        for row in block.rows
        for side in row.sides
        if side.lang == "es"
        for cell in side.cells
        if cell.role in ("text", "heading", "label") and cell.text != "Referencia"
        and row.role != "mail_from"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "words", "end"),
    [
        ("false", "a más tardar el", "1 de enero de 2026"),  # the one departure
        ("true", "antes del", "2 de enero de 2026"),  # the form's own, to the same last day
    ],
)
def test_the_spanish_side_has_the_bureau_s_words(
    maker: LetterMaker, before: str, words: str, end: str
) -> None:
    """All of them, in their order, and no other."""
    asked = {**WHOLE, "sender": {**WHOLE["sender"], "spanish_before": before}}
    one = checked(maker, CARD, **asked)
    assert one.document is not None
    slots = {**SLOTS, "end": end, "reference": one.letter_id}
    form = {
        name: text.replace("antes del", words).format(**slots) for name, text in FORM_ES.items()
    }
    assert spanish(one.document) == list(form.values())


def test_its_departure_is_accepted_by_name() -> None:
    """Wherever the last day is said otherwise than the Bureau does, nobody has verified it yet."""
    departs = {c.id: c for c in PACK.clauses.values() if "más tardar" in str(c.texts)}
    assert set(departs) == {"dispute", "dispute-online", "what-else", "what-else-online"}
    assert {c.source_of(("en", "es")).status for c in departs.values()} == {"unverified"}


@pytest.mark.parametrize(
    ("noun", "words"),
    [(None, "provista por"), ("feminine", "provista por"), ("masculine", "provisto por")],
)
def test_what_the_debt_was_agrees_in_spanish(maker: LetterMaker, noun: str, words: str) -> None:
    document = checked(maker, BUYER, debts__0__debt_noun=noun).document
    assert document is not None
    assert any(f"{words} Sample Savings Bank." in text for text in spanish(document))


def test_the_spanish_page_says_who_writes_to_whom_and_how_to_call(maker: LetterMaker) -> None:
    one = checked(maker, CARD)
    assert one.document is not None
    heads = [block for block in one.document.blocks if block.style == "head"]
    assert {side.lang for b in heads for row in b.rows for side in row.sides} == {"es"}
    said = {
        row.sides[0].cells[0].text + ": " + row.sides[0].cells[1].text
        for b in heads
        for row in b.rows
    }
    assert said == {
        "De: North South Group",
        "Dirección: P.O. Box 121212\nSample City, ST 00000",
        "Teléfono: 800-555-0100",
        "Horario: 8 a. m.–8 p. m. EST, lun.–sáb.",
        "Sitio web: https://www.example.com",
        "Para: Person A",
        "Dirección: 2323 Park Street Apartment 342\nSample City, ST 00000",
        f"Referencia: {one.letter_id}",
        "Fecha: 24 de noviembre de 2025",
    }


# --- one debt a notice ------------------------------------------------------------------------


def test_several_debts_are_refused_and_the_remedy_works(maker: LetterMaker) -> None:
    """Each debt in a record of its own; or the amounts of one account as items of one debt."""
    record = letters.case(ENGLISH)
    first = record.data["debts"][0]
    second = {**copy.deepcopy(first), "items": [{"kind": "balance", "amount": "20.00"}]}
    both = checked(maker, ENGLISH, debts=[first, second], stated_total="500.00")
    assert both.document is None
    assert refused(both) == {"notice-for-several-debts"}
    (told,) = [f for f in both.findings if f.rule == "pack-refusal"]
    assert "Write one record for each debt" in line_of(told)

    apart = [
        checked(maker, ENGLISH, id=name, debts=[debt], stated_total=total)
        for name, debt, total in (("US-A", first, "480.00"), ("US-B", second, "20.00"))
    ]
    assert [one.document is not None for one in apart] == [True, True]
    assert len({one.letter_id for one in apart}) == 2

    joined = {**first, "items": [*first["items"], *second["items"]]}
    together = checked(maker, ENGLISH, debts=[joined], stated_total="500.00")
    assert lines(together)[0][1] == lines(together)[-1][1] == "$500.00"


# --- the slip ---------------------------------------------------------------------------------


def prove(maker: LetterMaker, one: Checked, document: Document) -> tuple[Finding, ...]:
    rendering = maker.renderer.render(build_page(document, maker.resources.fonts))
    found = check_bytes(document, rendering, one.expected)
    return found + check_pictures(document, rendering)


def moved(document: Document, **frames: Frame) -> Document:
    slip = document.envelope.tear_off
    assert slip is not None
    return replace(document, envelope=replace(document.envelope, tear_off=replace(slip, **frames)))


def test_the_address_on_the_slip_shows_in_the_window(
    maker: LetterMaker, finished: Callable[[str], Letter]
) -> None:
    letter = finished(CARD)
    document = letter.checked.document
    assert document is not None and document.envelope.tear_off is not None
    read = read_pdf(letter.data)
    (window,) = windows(document, read)
    runs = [run for run in read.runs if run.page == 1 and window.address in run.ids]
    assert "".join(squash(run.text) for run in runs) == squash("".join(document.recipient.lines))
    # The sheet moves 25.4 mm sideways and 11.7 mm up; the window is 114.3 × 28.6 mm.
    always = Frame(22.2, 249.8, 114.3 - 25.4, 28.6 - 11.7)
    for run in runs:
        for glyph in run.glyphs:
            frame = glyph.frame
            assert always.left <= frame.left
            assert frame.left + frame.width <= always.left + always.width
            assert always.top <= frame.top
            assert frame.top + frame.height <= always.top + always.height


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("frames", "rule"),
    [
        ({"mail_from": Frame(33.3, 226.0, 78, 17)}, "proof-window-recipient"),
        ({"answers": Frame(60.0, 222.0, 66, 50)}, "proof-window"),
    ],
)
def test_a_slip_out_of_its_place_is_found(
    maker: LetterMaker, frames: dict[str, Frame], rule: str
) -> None:
    one = checked(maker, CARD)
    assert one.document is not None
    compact = replace(one.document, compact=True)
    assert {f.rule for f in prove(maker, one, compact) if f.severity == "error"} == set()
    assert rule in {f.rule for f in prove(maker, one, moved(compact, **frames))}


@pytest.mark.heavy
def test_a_slip_that_slid_to_another_page_is_found(maker: LetterMaker) -> None:
    longer = {"en": "a card " + "of many words " * 12, "es": "una tarjeta " + "muy larga " * 12}
    one = checked(
        maker, BUYER, debts__0__debt_description=longer, debts__0__creditor_then="B " * 59
    )
    assert one.document is not None
    assert "proof-tear-off-page" in {f.rule for f in prove(maker, one, one.document)}


@pytest.mark.heavy
def test_the_slip_goes_back_in_a_window_envelope(maker: LetterMaker) -> None:
    """The profile with the top panel outward: the collector's address shows, and nothing else."""
    one = checked(maker, ENGLISH, {"envelope": "us-10"}, sender={"spanish_notice": "false"})
    assert one.document is not None
    shorter = tuple(b for b in one.document.blocks if "what-else" not in b.id)
    document = replace(one.document, blocks=shorter, compact=True, page_limit=2)
    found = {f.rule for f in prove(maker, one, document)}
    assert not {"proof-window", "proof-window-recipient", "proof-tear-off-page"} & found
    away = moved(document, mail_to=Frame(25.4, 225, 84, 18))
    assert "proof-window-recipient" in {f.rule for f in prove(maker, one, away)}


def test_a_slip_needs_a_profile_that_places_it(maker: LetterMaker) -> None:
    assert rules(checked(maker, CARD, {"envelope": "a4-windowless"})) == {"tear-off-unplaced"}


def on_slips(document: Document, read: ReadBack) -> dict[int, dict[str, Frame]]:
    """All that stands below a cut, as (innermost identifier → its ink), by page."""
    assert document.envelope.tear_off is not None
    found: dict[int, dict[str, Frame]] = {}
    for run in read.runs:
        ink = run.ink
        if ink and ink.top + ink.height > document.envelope.tear_off.top:
            found.setdefault(run.page, {}).setdefault(run.ids[-1] if run.ids else run.text, ink)
    return found


@pytest.mark.parametrize("name", [CARD, BUYER, ENGLISH, ATTORNEY])
def test_a_slip_has_nothing_but_the_slip_and_its_back_is_free(
    finished: Callable[[str], Letter], name: str
) -> None:
    """Slips stand on fronts; what is cut off with one is a free back, printed however. Each has
    the letter's reference; its heading stands over its boxes, and all of it inside the margins."""
    letter = finished(name)
    document = letter.checked.document
    assert document is not None
    slips = [block for block in document.blocks if block.kind == "tear_off"]
    found = on_slips(document, read_pdf(letter.data))
    assert list(found) == [1, 3][: len(slips)]
    for slip, inks in zip(slips, found.values(), strict=True):
        assert all(place.startswith(slip.id) for place in inks), inks
        (reference,) = [n for n, row in enumerate(slip.rows) if row.role == "value"]
        assert slip.rows[reference].sides[0].cells[1].text == letter.letter_id
        lang = slip.rows[0].sides[0].lang
        assert f"{slip.id}-{reference}-{lang}-value" in inks
        heading = inks[f"{slip.id}-0-{lang}"]
        boxed = [n for n, row in enumerate(slip.rows) if "box" in row.role]
        for number in boxed:
            box = inks[f"{slip.id}-{number}-{slip.rows[number].sides[0].lang}"]
            assert heading.top + heading.height < box.top
            assert heading.left <= box.left
        for ink in inks.values():
            assert MARGIN - 0.1 < ink.left < ink.left + ink.width < 215.9 - MARGIN + 0.1


@pytest.mark.parametrize("name", [CARD, ATTORNEY])
def test_main_choices_are_bold_and_inner_ones_are_not(maker: LetterMaker, name: str) -> None:
    document = checked(maker, name, sender={"payment_lines": "true"}).document
    assert document is not None
    rows = [row for b in document.blocks if b.kind == "tear_off" for row in b.rows]
    for role, bold in (("box", True), ("inner_box", False)):
        runs = [r for row in rows if row.role == role for r in row.sides[0].cells[0].runs]
        assert {run.strong for run in runs if run.text.strip("_\u00a0 ")} == {bold}


def test_every_answer_has_a_drawn_box(finished: Callable[[str], Letter]) -> None:
    letter = finished(ENGLISH)
    document = letter.checked.document
    assert document is not None
    (slip,) = [block for block in document.blocks if block.kind == "tear_off"]
    boxed = {f"{slip.id}-{n}-en": row for n, row in enumerate(slip.rows) if "box" in row.role}
    assert [row.role for row in boxed.values()] == ["box", *["inner_box"] * 3, "box", "box"]
    picture = rasterise(letter.data, 1, 150)
    for name in boxed:
        run = next(run for run in read_pdf(letter.data).runs if name in run.ids)
        frame = run.glyphs[0].frame
        left, top = frame.left - 5.2, frame.top - 1
        edges = (left, top, frame.left - 0.8, top + 3.4)
        row = picture.crop(tuple(int(edge * 150 / 25.4) for edge in edges))
        dark = sum(row.convert("L").histogram()[:110])
        assert 40 < dark < 200, name  # an outline: neither nothing nor filled


@pytest.mark.heavy
@pytest.mark.parametrize("name", [CARD, BUYER, ENGLISH, ATTORNEY])
def test_large_print_has_a_sheet_for_the_slip(maker: LetterMaker, name: str) -> None:
    """A front with nothing else on it and a free back; 16 pt but for the addresses."""
    letter, found = letters.make(maker, letters.case(name), letters.sender(name), large_print=True)
    assert letter is not None, found
    runs = [run for run in read_pdf(letter.data).runs if run.path and run.ids]
    slips = {run.page for run in runs if run.ids[0].startswith("tear_off")}
    assert slips and all(page % 2 for page in slips)
    for run in runs:
        assert run.page - 1 not in slips
        if run.page in slips:
            assert run.ids[0].startswith("tear_off")
            addressed = any(name.endswith("-value") for name in run.ids)
            assert run.size > (12 if addressed else 16) - 0.01


def test_large_print_shows_no_address_of_its_slip_in_the_window(maker: LetterMaker) -> None:
    found = checked(maker, CARD, {"envelope": "us-10-foot", "large_print": True})
    assert rules(found) == {"tear-off-in-window"}


def test_the_ledger_keeps_the_end_of_the_period_as_the_day_to_wait_for(maker: LetterMaker) -> None:
    one = checked(maker, CARD)
    assert one.figures is not None and one.case is not None
    assert one.figures.answer_by(one.case.dispatch_by) == date(2026, 1, 1)
    assert '"pay_by"' not in one.document.attachment.decode()  # type: ignore[union-attr]
    assert '"validation_ends": "2026-01-01"' in one.document.attachment.decode()  # type: ignore[union-attr]


def test_a_notice_in_english_alone_rests_on_no_unverified_translation(maker: LetterMaker) -> None:
    from notices.letter.live import used_sources

    def open_facts(name: str, **changes: Any) -> set[str]:
        one = checked(maker, name, **changes)
        return {s.id for s in used_sources(one) if s.status == "unverified"}

    assert "clauses/dispute-online" in open_facts(ENGLISH)  # an optional part, not a translation
    bare = {"dispute_web": None, "request_web": None}
    assert "clauses/dispute" not in open_facts(ENGLISH, sender=bare)
    assert {"clauses/dispute", "clauses/what-else"} <= open_facts(CARD, sender=bare)


def test_an_edited_slip_needs_approving_anew() -> None:
    box = PACK.clauses["box-dispute"]
    edited = replace(box, texts={**box.texts, "en": "☐ I owe this."})
    other = replace(PACK, clauses={**PACK.clauses, box.id: edited})
    digests = {kind_text(pack, "validation_notice").digest for pack in (PACK, other)}
    assert len(digests) == 2
