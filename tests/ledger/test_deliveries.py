"""Deliveries: entered once, found by waybill, and what a returned letter means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from notices.catalogue import message
from notices.files import safe_cell
from notices.ledger.export import COLUMNS, export_lines
from notices.ledger.store import Ledger
from notices.ledger.types import Delivery, State, digest_of_address
from tests.ledger.letters import AT, STREET, at, letter

ID = "A-1-QWERTY"
POSTED = Delivery(ID, "posted", at(2), "EMS", "EX1", "催收函 A-1", "", AT)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(f"sqlite:///{tmp_path / 'letters.sqlite'}")
    ledger.issue_many([letter(1), letter(2), letter(3)])
    return ledger


def rule(ledger: Ledger, delivery: Delivery) -> str:
    recorded = ledger.record_delivery(delivery)
    assert recorded.delivery is None
    (finding,) = recorded.findings
    assert message(finding, "zh") and message(finding, "en")
    return finding.rule


def states(ledger: Ledger, letter_id: str = ID) -> list[str]:
    return [state.state for state in ledger.states_of(letter_id)]


def test_a_letter_s_way(ledger: Ledger) -> None:
    assert ledger.record_delivery(POSTED).delivery == POSTED
    arrived = Delivery("", "delivered", at(4), waybill="EX1", at=AT)
    recorded = ledger.record_delivery(arrived).delivery
    assert recorded is not None and recorded.letter_id == ID
    assert states(ledger) == ["issued", "posted", "delivered"]
    assert ledger.deliveries_of([ID, "none"]) == {ID: (POSTED, replace(arrived, letter_id=ID))}
    assert ledger.past_letters(["A-1"])["A-1"][0].state == "delivered"


def test_the_same_report_again_changes_nothing(ledger: Ledger) -> None:
    reports = [POSTED, Delivery("", "delivered", None, waybill="EX1")]
    assert not any(r.again for r in ledger.record_deliveries(reports))
    assert all(r.again for r in ledger.record_deliveries([replace(r, at="later") for r in reports]))
    assert states(ledger) == ["issued", "posted", "delivered"]
    # A posting told late, or by another name, does not take a letter back onto its way.
    ledger.record_delivery(replace(POSTED, carrier="中国邮政"))
    assert states(ledger) == ["issued", "posted", "delivered"]
    assert len(ledger.deliveries_of([ID])[ID]) == 3


def test_what_does_not_fit_is_told(ledger: Ledger) -> None:
    ledger.record_delivery(POSTED)
    assert rule(ledger, replace(POSTED, result="arrived")) == "delivery-result"
    assert rule(ledger, Delivery("A-9-X", "posted")) == "delivery-letter-unknown"
    assert rule(ledger, Delivery("", "posted", waybill="EX9")) == "delivery-waybill-unknown"
    assert rule(ledger, Delivery("", "posted")) == "delivery-nameless"
    assert rule(ledger, Delivery("A-2-QWERTY", "posted", waybill="EX1")) == "delivery-waybill-taken"
    early = Delivery(ID, "delivered", letter().issue_date.replace(day=30), waybill="EX1")
    assert rule(ledger, early) == "delivery-too-early"
    ledger.add_states([State("A-3-QWERTY", "withdrawn", AT)])
    assert rule(ledger, Delivery("A-3-QWERTY", "delivered")) == "delivery-withdrawn"
    assert states(ledger) == ["issued", "posted"]


def test_one_fault_keeps_no_other_report_out(ledger: Ledger) -> None:
    done = ledger.record_deliveries(
        [POSTED, Delivery("none", "posted"), Delivery("A-2-QWERTY", "posted", waybill="EX2")]
    )
    assert [one.delivery is not None for one in done] == [True, False, True]
    assert states(ledger, "A-2-QWERTY") == ["issued", "posted"]


def test_a_returned_letter_holds_its_address_until_one_arrives(ledger: Ledger) -> None:
    home = digest_of_address(STREET)
    assert ledger.returned_from([home, "", "other"]) == {}
    ledger.record_deliveries([POSTED, Delivery(ID, "returned", at(5), note="查无此人")])
    assert [p.letter_id for p in ledger.returned_from([home])[home]] == [ID]
    later = letter(1, letter_id="A-1-NEW", attempt=2, replaces=ID, issue_date=at(8))
    ledger.issue(later)
    assert set(ledger.returned_from([home])) == {home}
    ledger.record_delivery(Delivery("A-1-NEW", "delivered", at(10)))
    assert ledger.returned_from([home]) == {}
    assert ledger.replaced_by(ID) == ("A-1-NEW",)


def test_lost_and_refused_letters_hold_no_address(ledger: Ledger) -> None:
    ledger.record_deliveries([Delivery(ID, "lost"), Delivery("A-2-QWERTY", "refused")])
    assert ledger.returned_from([digest_of_address(STREET)]) == {}


@pytest.mark.parametrize(
    "same", [["示例路 1号", "北京市"], ["示例路１号北京市"], ["示例路1号,", "北京市。"]]
)
def test_an_address_is_known_however_it_is_written(same: list[str]) -> None:
    assert digest_of_address(same) == digest_of_address(STREET)
    assert digest_of_address(["示例路2号", "北京市"]) != digest_of_address(STREET)
    assert digest_of_address(["", " "]) == ""


def test_export_has_every_letter_and_no_record(ledger: Ledger) -> None:
    ledger.record_deliveries([POSTED, Delivery("", "returned", at(6), waybill="EX1")])
    lines = list(export_lines(ledger))
    assert [line["letter_id"] for line in lines] == [letter(n).letter_id for n in (1, 2, 3)]
    assert all(tuple(line) == COLUMNS for line in lines)
    first = lines[0]
    assert (first["state"], first["delivery_result"], first["waybill"]) == ("returned",) * 2 + (
        "EX1",
    )
    assert (first["declared_content"], first["carrier"]) == ("催收函 A-1", "EMS")
    assert first["delivery_date"] == "2026-04-06" and first["total"] == "8180.160"
    assert "6222" not in repr(lines)
    assert [line["case_id"] for line in export_lines(ledger, case_id="A-2")] == ["A-2"]
    assert list(export_lines(ledger, since=at(1))) == []
    assert list(export_lines(ledger, run_id="none")) == []


def test_a_cell_never_becomes_a_formula() -> None:
    assert [safe_cell(t) for t in ("=1+1", "+1", "-1", "@x", "1", "")] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "1",
        "",
    ]
