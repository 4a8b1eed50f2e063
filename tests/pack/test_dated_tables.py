"""Tables of rates and days off with what a workspace adds: what is believed, and what is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from notices.pack.load import read_pack
from notices.pack.types import Pack
from notices.places import PACKS

RATES = "valid_from,percent,status,source\n"
DAYS = "date,kind,name,status,source\n"
NEW_YEAR = "2027-01-01,holiday,元旦,verified,State Council\n"
WHOLE = NEW_YEAR + "".join(
    f"2027-{month:02}-{day:02},{kind},x,verified,State Council\n"
    for month, day, kind in [
        *((2, day, "holiday") for day in range(5, 9)),
        (4, 5, "holiday"),
        *((5, day, "holiday") for day in range(1, 21)),
        (6, 9, "holiday"),
        (9, 15, "holiday"),
        *((10, day, "holiday") for day in range(1, 4)),
        (2, 20, "worked"),
        (2, 12, "rest"),
    ]
)


def with_overlay(tmp_path: Path, pack_id: str, file: str, text: str) -> tuple[Pack, set[str]]:
    """The pack with one more file; the rules of what is wrong with it."""
    place = tmp_path / pack_id / file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    pack, found = read_pack(PACKS / pack_id, tmp_path / pack_id)
    assert pack is not None
    return pack, {finding.rule for finding in found}


@pytest.mark.parametrize(
    ("rows", "through", "rules"),
    [
        ("2026-10-20,2.95,verified,NIFC\n", "2026-11-19", set()),
        ("2026-10-20,3.00,verified,NIFC\n2026-11-20,3.00,verified,NIFC\n", "2026-12-20", set()),
        ("2026-11-20,2.95,verified,NIFC\n", "2026-12-20", {"rates-gap"}),
        ("2026-10-21,2.95,verified,NIFC\n", "2026-11-19", {"rate-off-rhythm"}),
        ("2026-10-20,5000,verified,NIFC\n", "2026-11-19", {"rate-implausible"}),
        ("2026-10-20,-0.50,verified,NIFC\n", "2026-11-19", {"rate-implausible"}),
        ("2026-10-05,2.95,verified,NIFC\n", "2026-10-19", {"table-history", "rate-off-rhythm"}),
    ],
)
def test_rates_follow_each_other_in_their_rhythm(
    tmp_path: Path, rows: str, through: str, rules: set[str]
) -> None:
    pack, found = with_overlay(tmp_path, "CN", "rates/lpr_1y.csv", RATES + rows)
    assert (str(pack.rates["lpr_1y"].known_through), found) == (through, rules)


def test_a_promise_is_no_announcement(tmp_path: Path) -> None:
    text = "# known_through: 2099-12-31\n" + RATES + "2026-10-20,2.95,verified,NIFC\n"
    pack, found = with_overlay(tmp_path, "CN", "rates/lpr_1y.csv", text)
    assert found == {"promise-unconfirmed"}
    assert pack.rates["lpr_1y"].known_through == date(2026, 11, 19)


def test_a_base_rate_may_be_negative(tmp_path: Path) -> None:
    """It was −0.88 from 2016-07-01 to 2022-12-31 (Deutsche Bundesbank)."""
    rows = "2027-01-01,-0.88,verified,Bundesbank\n"
    pack, found = with_overlay(tmp_path, "DE", "rates/basiszinssatz.csv", RATES + rows)
    assert (str(pack.rates["basiszinssatz"].points[-1].percent), found) == ("-0.88", set())


@pytest.mark.parametrize(
    ("head", "rows", "rules"),
    [
        ("# known_through: 2026-12-31\n", NEW_YEAR, set()),
        ("# known_through: 2027-12-31\n", WHOLE, set()),
        (
            "# known_through: 2027-12-31\n",
            NEW_YEAR,
            {"calendar-days-missing", "calendar-year-incomplete"},
        ),
        (
            "# known_through: 2099-12-31\n",
            WHOLE,
            {"calendar-days-missing", "calendar-year-incomplete"},
        ),
        (
            "# known_through: 2027-12-31\n",
            WHOLE.replace("2027-02-20", "2027-02-19"),  # a Friday
            {"worked-no-weekend"},
        ),
        (
            "# known_through: 2027-12-31\n",
            WHOLE.replace("10,holiday,x,verified", "10,holiday,x,sure"),
            {"bad-choice"},
        ),
        (
            "# known_through: 2027-12-31\n",
            WHOLE + "2027-02-20,holiday,x,verified,State Council\n",
            {"rates-conflict"},
        ),
        (
            "# known_through: 2027-12-31\n",
            "".join(
                line for line in WHOLE.splitlines(True) if not "2027-05-03" <= line < "2027-06"
            ),
            {"calendar-year-thin"},
        ),
        *(
            (
                "# known_through: 2027-12-31\n",
                WHOLE.replace(day, f"2027-12-{number:02}"),
                {"calendar-days-missing"},
            )
            for number, day in enumerate(
                [
                    "2027-01-01",
                    "2027-02-05",
                    "2027-02-08",
                    "2027-04-05",
                    "2027-05-01",
                    "2027-05-02",
                    "2027-06-09",
                    "2027-09-15",
                    "2027-10-01",
                    "2027-10-02",
                    "2027-10-03",
                ],
                1,
            )
        ),
    ],
)
def test_a_year_is_known_when_it_is_whole(
    tmp_path: Path, head: str, rows: str, rules: set[str]
) -> None:
    _, found = with_overlay(tmp_path, "CN", "holidays/CN.csv", head + DAYS + rows)
    assert found == rules
