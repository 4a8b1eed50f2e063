"""A returned letter and the one written in its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from notices.case.record import Record
from notices.finding import errors_in
from notices.ledger.entry import build_entry
from notices.ledger.types import FIRST, Delivery, Evidence, IssuedLetter, Occasion
from notices.letter.check import Checked, Request, check_record
from notices.letter.live import LiveGate
from notices.letter.make import LetterMaker
from notices.letter.reissue import check_reissue
from notices.letter.stages import LetterIssuer, LetterResult
from notices.letter.workspace import Workspace
from notices.wording.digests import KindText
from tests.letter import letters

NAME = letters.DEMAND
TODAY = date(2026, 6, 1)
TEXT = KindText("t" * 64, {}, {})


class Place:
    """A ledger with one letter in it, and the workspace that it was written in."""

    def __init__(self, folder: Path) -> None:
        senders = letters.PACKS / "CN" / "examples" / "senders"
        url = f"sqlite:///{folder / 'letters.sqlite'}"
        self.workspace = Workspace(
            root=folder, senders=senders, pack_roots=(letters.PACKS,), ledger_url=url
        )
        self.open()
        data = dict(letters.case(NAME).data)
        self.record = Record(
            {**data, "sender": letters.EXAMPLES[NAME].sender.file.split("/")[-1][:-5]}
        )
        resources = self.issuer.maker.resources
        (checked,) = check_record(self.record, resources, Request(date(2026, 3, 31)))
        assert not errors_in(checked.findings), checked.findings
        self.old = self.enter(checked)

    def open(self) -> None:
        """An issuer that has read nothing yet."""
        gate = LiveGate(self.workspace, "2026-06-01T08:00:00+00:00")
        self.issuer = LetterIssuer(LetterMaker(self.workspace), gate, Path())
        self.ledger = gate.ledger

    def enter(self, checked: Checked, occasion: Occasion = FIRST) -> IssuedLetter:
        assert checked.case and checked.figures and checked.pack
        entry = build_entry(
            checked.case,
            checked.figures,
            checked.pack,
            checked.record.data,
            Evidence(checked.letter_id, TEXT, "p" * 64, "2026-03-31T08:00:00+00:00"),
            occasion,
        )
        issue = self.ledger.issue(entry)
        assert issue.letter is not None, issue
        return issue.letter

    def finish(self, made: LetterResult) -> IssuedLetter:
        plan = made.plan
        occasion = Occasion(plan.request.attempt, replaces=plan.replaces, reason=plan.reason)
        return self.enter(made.checked, occasion)

    def again(
        self, *records: Record, letter_id: str = "", reason: str = "退回", today: date = TODAY
    ) -> LetterResult:
        old = letter_id or self.old.letter_id
        return check_reissue(self.issuer, old, reason, Request(today), records)

    def moved(self) -> Record:
        recipient = {**self.record.data["recipient"], "address": ["新虚构路9号", "北京市 100000"]}
        data = {**self.record.data, "recipient": recipient}
        return Record(
            {
                k: v
                for k, v in data.items()
                if k not in ("issue_date", "as_of", "dispatch_by", "pay_by")
            }
        )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.ledger.close()


def rules(made: LetterResult) -> set[str]:
    return {finding.rule for finding in made.findings}


def test_a_returned_letter_needs_another_address(place: Place) -> None:
    place.ledger.record_delivery(Delivery(place.old.letter_id, "returned"))
    same = place.again()
    assert "address-returned" in rules(same) and errors_in(same.findings)
    made = place.again(place.moved())
    assert not errors_in(made.findings), made.findings
    assert "address-returned" not in rules(made) and "reissue-still-counts" not in rules(made)


def test_a_reissue_has_new_dates_its_own_number_and_the_same_notice(place: Place) -> None:
    place.ledger.record_delivery(Delivery(place.old.letter_id, "lost"))
    made = place.again()
    assert not errors_in(made.findings), made.findings
    assert rules(made) >= {"reissue-old-record"}
    assert made.checked.case is not None
    case = made.checked.case
    assert (case.issue_date, case.as_of, made.plan.request.attempt) == (TODAY, TODAY, 2)
    assert made.checked.letter_id != place.old.letter_id
    assert made.checked.figures is not None
    assert made.checked.figures.pay_by > TODAY
    assert made.checked.document is not None
    assert made.checked.letter_id in repr(made.checked.document)
    new = place.finish(made)
    assert new.notice_key == place.old.notice_key
    assert (new.replaces, new.reason, new.attempt) == (place.old.letter_id, "退回", 2)
    assert place.ledger.replaced_by(place.old.letter_id) == (new.letter_id,)


def test_asked_for_again_it_is_the_same_letter(place: Place) -> None:
    """As after a kill between the ledger and the file; on another day as well."""
    place.ledger.record_delivery(Delivery(place.old.letter_id, "lost"))
    new = place.finish(place.again())
    made = place.again(today=date(2026, 6, 9))
    assert made.checked.letter_id == new.letter_id
    assert place.finish(made) == new
    assert len(place.ledger.letters_of(new.case_id)) == 2


def test_the_next_one_replaces_the_last_one(place: Place) -> None:
    place.ledger.record_delivery(Delivery(place.old.letter_id, "lost"))
    second = place.finish(place.again())
    place.ledger.record_delivery(Delivery(second.letter_id, "lost"))
    third = place.again(letter_id=second.letter_id)
    assert third.plan.request.attempt == 3
    assert third.checked.letter_id not in (second.letter_id, place.old.letter_id)


def test_a_letter_that_still_counts_is_told(place: Place) -> None:
    made = place.again()
    assert "reissue-still-counts" in rules(made)
    assert not errors_in(made.findings)


def test_what_can_t_be_reissued(place: Place) -> None:
    assert rules(place.again(letter_id="none")) == {"reissue-unknown"}
    assert rules(place.again(reason="  ")) == {"reissue-no-reason"}
    other = Record({**place.record.data, "id": "OTHER-1"})
    assert rules(place.again(other)) == {"reissue-other-case"}
    broken = replace(place.moved(), data={"id": place.record.data["id"]})
    assert errors_in(place.again(broken).findings)
    from_elsewhere = Record({**place.moved().data, "sender": "sample-bank"})
    assert errors_in(place.again(from_elsewhere).findings)


def test_a_hold_binds_a_reissue(place: Place) -> None:
    assert place.workspace.root is not None
    text = f"case_id,hold\n{place.old.case_id},dispute\n"
    (place.workspace.root / "holds.csv").write_text(text, encoding="utf-8")
    place.open()  # the file is read once
    assert "hold-dispute" in rules(place.again())
