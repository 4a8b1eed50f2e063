"""`notices map` ends with the first case as read, and its letter as a picture."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.calls import Call
from tests.tables.ledger_made import MAPPING, SENDER, invoice, write_table

SETTLED = MAPPING.replace("constants:", "constants:\n  sender: sample-trader")
ROWS = [
    invoice("10001", "RE-1", "1.000,50"),
    invoice("10002", "RE-2", "200,00"),
    invoice("10001", "RE-3", "99,50"),
]


@pytest.fixture
def place(workspace: Path) -> Path:
    """A workspace with the profile that the mapping names, and a table of three rows."""
    shutil.copyfile(SENDER, workspace / "senders" / "sample-trader.yaml")
    write_table(workspace, ROWS)
    (workspace / "map.yaml").write_text(SETTLED, encoding="utf-8")
    return workspace


@pytest.mark.heavy
def test_the_first_case_is_shown_and_its_letter_drawn(call: Call, place: Path) -> None:
    said = call("map", "op.csv", "--map", "map.yaml")
    assert said.code == 0
    assert "row 2, 4" in said.out, "both rows of the case"
    assert "debts[1].contract_number: RE-3  (Beleg)" in said.out
    assert "1,100.00 EUR" in said.out
    picture = place / "map.first-letter.png"
    assert str(picture.name) in said.out
    with Image.open(picture) as page:
        assert page.format == "PNG" and page.height > page.width > 500
        dark = sum(page.convert("L").histogram()[:100])
        assert dark > 5_000, "there is print on it"
    assert picture.stat().st_mode & 0o077 == 0, "it names a debtor"
    assert not list(place.rglob("*.pdf"))
    first = call("map", "op.csv", "--map", "map.yaml", "--json").json["first"]
    assert first["fields"]["recipient.name"] == ROWS[0]["Name"]
    assert Decimal(first["items"]) == Decimal(first["total"]) == Decimal("1100")


def test_a_case_that_gets_no_letter_says_why(call: Call, place: Path) -> None:
    """A draft whose constants are still open is refused, and what is lacking is told."""
    said = call("map", "op.csv", "--pack", "DE", "--kind", "reminder", "--out", "new.yaml")
    assert said.code == 0, "the draft is written"
    assert "id: 10001  (Konto)" in said.out
    assert "(required-field)" in said.err and "op.csv:2" in said.err
    assert not list(place.glob("*.png"))
    (place / "map.yaml").write_text(SETTLED.replace("business", "cat"), encoding="utf-8")
    wrong = call("map", "op.csv", "--map", "map.yaml", "--json")
    assert wrong.code == 1 and not list(place.glob("*.png"))


def test_a_mapping_that_does_not_fit_the_table_is_told(call: Call, place: Path) -> None:
    (place / "map.yaml").write_text(SETTLED.replace("Beleg", "Nummer"), encoding="utf-8")
    said = call("map", "op.csv", "--map", "map.yaml", "--json")
    assert (said.code, said.json["first"]) == (1, {})
    assert "column-missing" in said.rules
