"""Rates and days off that a workspace adds: one at a time, or a year at once."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from notices.textfiles import read_text_file
from tests.cli.calls import Call, Said, write_case

NIFC = ("--source", "NIFC, announced on 2026-10-20")
LPR = ("rates", "add", "CN/lpr_1y")
# Days of 2027 made up for the tests: the State Council has not announced any.
YEAR = "date,kind,name,source\n" + "".join(
    f"{day},{kind},{name},State Council General Office (made up for a test)\n"
    for day, kind, name in [
        ("2027-01-01", "holiday", "元旦"),
        ("2027-02-05", "rest", "春节"),
        *((f"2027-02-{day:02}", "holiday", "春节") for day in range(6, 10)),
        ("2027-02-14", "worked", "春节"),
        ("2027-04-05", "holiday", "清明节"),
        *((f"2027-05-0{day}", "holiday", "劳动节") for day in range(1, 6)),
        ("2027-06-09", "holiday", "端午节"),
        ("2027-09-15", "holiday", "中秋节"),
        *((f"2027-10-{day:02}", "holiday", "国庆节") for day in range(1, 15)),
    ]
)

# What the law fixes of it: Regulations on public holidays as amended in 2024; lunar days by PyPI
# lunardate 0.2.2.
FIXED_2027 = ("2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-04-05")
FIXED_2027 += ("2027-05-01", "2027-05-02", "2027-06-09", "2027-09-15")
FIXED_2027 += ("2027-10-01", "2027-10-02", "2027-10-03")


def pack_in(workspace: Path, pack_id: str) -> Pack:
    overlay = workspace / "overlay" / pack_id
    return load_pack(PACKS / pack_id, overlay if overlay.is_dir() else None)


def overlays(workspace: Path) -> list[Path]:
    return sorted((workspace / "overlay").rglob("*.csv"))


def test_a_rate_stands_until_the_next_one_is_due(call: Call, workspace: Path) -> None:
    assert call(*LPR, "2026-10-20", "2.95", *NIFC).code == 0
    table = pack_in(workspace, "CN").rates["lpr_1y"]
    assert (str(table.points[-1].percent), str(table.known_through)) == ("2.95", "2026-11-19")
    assert call(*LPR, "2026-10-20", "2.95", *NIFC).code == 0  # nothing new
    said = call(*LPR, "--unchanged-through", "2026-11-25", *NIFC)
    assert said.code == 0 and "2026-11-20 2.95" in said.out
    table = pack_in(workspace, "CN").rates["lpr_1y"]
    assert str(table.known_through) == "2026-12-20"
    assert len(Path("overlay/CN/rates/lpr_1y.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        (*LPR, "2026-10-20", "2.95"),
        (*LPR, "--unchanged-through", "2026-11-20"),
        (*LPR, "2026-10-20", "much", *NIFC),
        (*LPR, "2026-10-20", "2.95", "--source", "a\nb"),
        (*LPR, "20.10.2026", "2.95", *NIFC),
        (*LPR, "2026-10-20", "2.95", "--unchanged-through", "2026-11-20", *NIFC),
        (*LPR, "--known-through", "2099-12-31"),
        LPR,
        ("rates", "add", "CN/../../x", "2026-10-20", "2.95", *NIFC),
        ("rates", "add", "../CN/lpr_1y", "2026-10-20", "2.95", *NIFC),
        ("pack", "update", "CN"),
        ("pack", "update", "CN", "x.csv", "--from-packages"),
        ("pack", "update", "CN", "nowhere.csv"),
        ("pack", "update", "generic", "--from-packages"),
    ],
)
def test_a_call_that_can_t_be_meant_adds_nothing(
    call: Call, workspace: Path, wrong: tuple[str, ...]
) -> None:
    assert call(*wrong).code == 2
    assert not overlays(workspace)


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        (("2026-10-20", "5000"), {"rate-implausible"}),
        (("2026-11-20", "2.95"), {"rates-gap"}),
        (("2099-01-20", "2.95"), {"rate-ahead"}),
        (("2026-10-21", "3.0"), {"rate-off-rhythm"}),
        (("2026-10-20", "2.95", "--source", "NIFC, 2026-12-20"), {"source-ahead"}),
        (("2026-10-20", "2.95", "--source", "NIFC, 2026年12月1日"), {"source-ahead"}),
        (("2026-10-20", "2.95", "--source", "NIFC, 20.12.2026"), {"source-ahead"}),
        (("2026-10-20", "2.95", "--source", "somebody said so"), {"announcer-missing"}),
        (("2026-10-20", "2.95", "--source", "somebody said so", "--unverified"), set()),
    ],
)
def test_what_is_not_believed_is_not_written(
    call: Call, workspace: Path, row: tuple[str, ...], rules: set[str]
) -> None:
    said = call(*LPR, *NIFC, *row, "--json")
    assert {f["rule"] for f in said.json["findings"]} == rules
    assert (said.code, bool(overlays(workspace))) == ((1, False) if rules else (0, True))


def test_two_rates_of_one_day_are_not_both_written(call: Call, workspace: Path) -> None:
    assert call(*LPR, "2026-10-20", "2.95", *NIFC).code == 0
    assert call(*LPR, "2026-10-20", "2.90", *NIFC, "--json").rules == {"rates-conflict"}
    assert str(pack_in(workspace, "CN").rates["lpr_1y"].points[-1].percent) == "2.95"


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the day of the commands."""

    def setter(day: str) -> None:
        monkeypatch.setattr("notices.cli.clock.today", lambda: date.fromisoformat(day))

    return setter


@pytest.mark.parametrize(
    ("table", "day", "last"),
    [
        ("CN/lpr_1y", "2026-11-29", "2026-11-29"),
        ("CN/lpr_5y", "2026-11-29", "2026-11-29"),
        ("DE/basiszinssatz", "2026-11-29", "2026-12-13"),
        ("BE/retard_2002", "2026-11-29", "2026-12-13"),
        ("NL/wettelijke_handelsrente", "2026-11-29", "2026-12-13"),
        ("NL/wettelijke_rente", "2026-11-29", "2026-12-30"),
    ],
)
def test_no_rate_is_told_or_confirmed_before_it_can_be_announced(
    call: Call, workspace: Path, today: Callable[[str], None], table: str, day: str, last: str
) -> None:
    """Each table says how long before it begins a value is announced; more is one refusal."""
    today(day)
    source = ("--source", "NIFC; Bundesbank; ECB; Staatsblad")
    far = ("rates", "add", table, "--unchanged-through")
    for through in (str(date.fromisoformat(last) + timedelta(1)), "2099-01-01"):
        said = call(*far, through, *source, "--json")
        (finding,) = said.json["findings"]
        assert (said.code, finding["rule"]) == (1, "unchanged-ahead")
        assert last in finding["hint"]["en"]
    row = ("rates", "add", table, "2027-07-01", "2.00", *source, "--json")
    assert [f["rule"] for f in call(*row).json["findings"]] == ["rate-ahead"]
    assert not overlays(workspace)
    assert call(*far, last, *source).code == 0


def test_a_series_that_runs_into_the_future_is_refused_once(
    call: Call, workspace: Path, today: Callable[[str], None]
) -> None:
    today("2026-11-29")
    rows = "".join(f"2027-{month:02}-20,3.00,verified,NIFC\n" for month in range(1, 13))
    Path("lpr_1y.csv").write_text("valid_from,percent,status,source\n" + rows, encoding="utf-8")
    (finding,) = call("pack", "update", "CN", "lpr_1y.csv", "--json").json["findings"]
    assert (finding["rule"], finding["line"]) == ("rate-ahead", 2)


def test_the_day_of_the_rhythm_is_named_where_a_rate_is_off_it(call: Call, workspace: Path) -> None:
    """2026-10-20 is a Tuesday and no day off; 2026-09-20 a Sunday that may count either way."""
    said = call(*LPR, "2026-10-21", "3.0", *NIFC)
    assert said.code == 1 and "2026-10-20" in said.err and not overlays(workspace)


def test_a_base_rate_is_added_once_it_is_announced(
    call: Call, workspace: Path, today: Callable[[str], None]
) -> None:
    """Its own day may lie ahead, and stand in its source; the notice may not."""
    base = ("rates", "add", "DE/basiszinssatz", "2027-01-01", "-0.50", "--json", "--source")
    today("2026-11-29")
    early = call(*base, "Bundesbank, notice of 2026-12-29")
    assert early.rules == {"rate-ahead"}
    today("2026-12-28")
    assert call(*base, "Bundesbank, notice of 2026-12-29").rules == {"source-ahead"}
    today("2026-12-29")
    assert call(*base, "Bundesbank, notice of 2026-12-29 for 2027-01-01").code == 0


@pytest.mark.parametrize("option", [(), ("--unverified",)])
def test_a_negative_rate_is_an_argument(
    call: Call, workspace: Path, today: Callable[[str], None], option: tuple[str, ...]
) -> None:
    today("2026-12-30")
    base = ("rates", "add", "DE/basiszinssatz", "2027-01-01", *option, "-0.50")
    assert call(*base, "--source", "Deutsche Bundesbank, made up for a test").code == 0
    assert str(pack_in(workspace, "DE").rates["basiszinssatz"].points[-1].percent) == "-0.50"


def test_a_decree_that_nothing_followed_is_confirmed_with_its_source(
    call: Call, workspace: Path
) -> None:
    add = ("rates", "add", "NL/wettelijke_rente", "--unchanged-through", "2026-11-29")
    said = call(*add, "--source", "no later decree in the Staatsblad, made up for a test")
    assert "until 2026-12-31 instead of 2026-06-30" in said.out
    (*_, point) = pack_in(workspace, "NL").rates["wettelijke_rente"].points
    assert (str(point.valid_from), str(point.percent)) == ("2026-07-01", "4.00")
    assert "no later decree" in point.source


@pytest.mark.parametrize(
    "wrong",
    [
        ("rates", "add", "CN/lpr_1y", "2026-09-21", "9.99"),
        ("rates", "add", "CN/lpr_1y", "2019-08-20", "9.99"),
        ("rates", "add", "CN/lpr_1y", "2018-01-01", "9.99"),
        ("holidays", "add", "CN", "2026-12-31"),
        ("holidays", "add", "CN", "2026-02-14", "--kind", "holiday"),
    ],
)
def test_history_is_not_rewritten(call: Call, workspace: Path, wrong: tuple[str, ...]) -> None:
    said = call(*wrong, "--source", "NIFC; State Council", "--json")
    assert said.code == 1 and said.rules & {"table-history", "rates-conflict"}
    assert "packs/" in said.out or "workspace" in said.out
    assert not overlays(workspace)


def test_holidays_are_added_but_a_year_is_known_only_when_it_is_whole(
    call: Call, workspace: Path
) -> None:
    source = ("--source", "State Council notice")
    assert call("holidays", "add", "CN", "2027-01-01", "--name", "元旦", *source).code == 0
    worked = ("2027-01-03", "--kind", "worked", *source)
    assert call("holidays", "add", "CN/CN", *worked).code == 0
    before, calendar = (
        load_pack(PACKS / "CN").holidays["CN"],
        pack_in(workspace, "CN").holidays["CN"],
    )
    assert {d.isoformat() for d in calendar.days - before.days} == {"2027-01-01"}
    assert {d.isoformat() for d in calendar.worked - before.worked} == {"2027-01-03"}
    assert calendar.known_through == before.known_through
    promise = ("holidays", "add", "CN", "--known-through", "2027-12-31")
    lacking = {"calendar-days-missing", "calendar-year-incomplete"}
    assert call(*promise, "--json").rules == lacking
    assert call("holidays", "add", "CN", "2027-02-10", "--kind", "rest", *source).code == 0
    assert call(*promise, "--json").rules == {"calendar-days-missing"}
    for day in FIXED_2027[1:]:
        assert call("holidays", "add", "CN", day, *source).code == 0
    assert call(*promise).code == 0
    assert pack_in(workspace, "CN").holidays["CN"].known_through.year == 2027
    far = ("holidays", "add", "CN", "--known-through", "2099-12-31")
    assert call(*far, "--json").rules >= lacking


@pytest.mark.parametrize(
    "command",
    [
        (*LPR, "--unchanged-through", "2026-11-20", *NIFC),
        ("holidays", "add", "CN", "--known-through", "2027-12-31"),
    ],
)
def test_tables_need_a_workspace(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = call(*command)
    assert said.code == 2 and "notices init" in said.err


# --- a year at once ---------------------------------------------------------------------------


def test_a_year_of_days_off_is_added_at_once_and_says_which_letters_become_possible(
    call: Call, workspace: Path
) -> None:
    Path("days.csv").write_text(YEAR, encoding="utf-8")
    dry = call("pack", "update", "CN", "days.csv", "--dry-run")
    assert dry.code == 0 and not overlays(workspace)
    said = call("pack", "update", "CN", "days.csv", "--json")
    assert said.code == 0, said.err
    letters = {one["kind"]: (one["before"], one["until"]) for one in said.json["letters"]}
    assert letters["formal_demand"] == ("2026-12-16", "2027-12-16")
    (table,) = said.json["tables"]
    assert (table["table"], table["known_through"]) == ("holidays/CN", "2027-12-31")
    assert len(table["added"]) == YEAR.count("\n") - 1
    assert "2027-02-14 worked" in dry.out and "until 2027-12-16 instead of 2026-12-16" in dry.out
    again = call("pack", "update", "CN", "days.csv", "--json")
    assert again.json["tables"][0]["added"] == [] and again.json["letters"] == []


def test_a_thin_year_without_the_days_that_the_law_fixes_is_refused_by_name(
    call: Call, workspace: Path
) -> None:
    days = ["2027-01-01", *(f"2027-03-{day:02}" for day in range(1, 7))]
    rows = "".join(f"{day},holiday,x,State Council\n" for day in days)
    rows += "2027-02-20,worked,x,State Council\n2027-02-22,rest,x,State Council\n"
    Path("CN.csv").write_text("date,kind,name,source\n" + rows, encoding="utf-8")
    said = call("pack", "update", "CN", "CN.csv")
    assert said.code == 1 and not overlays(workspace)
    assert "春节 (2027-02-05 … 2027-02-08); 清明节 (2027-04-05)" in said.err
    assert "国庆节 (2027-10-01 … 2027-10-03)" in said.err


def test_a_series_of_rates_for_two_tables_is_added_at_once(call: Call, workspace: Path) -> None:
    rows = [
        f"{table},2026-{month}-20,{percent},verified,NIFC (made up for a test)"
        for table, percent in (("rates/lpr_1y", "2.90"), ("lpr_5y", "3.40"))
        for month in (10, 11)
    ]
    text = "\n".join(["table,valid_from,percent,status,source", *rows, ""])
    Path("series.csv").write_text(text, encoding="utf-8-sig")
    assert call("pack", "update", "CN", "series.csv").code == 0
    rates = pack_in(workspace, "CN").rates
    assert {str(table.known_through) for table in rates.values()} == {"2026-12-20"}
    assert [str(table.points[-1].percent) for table in rates.values()] == ["2.90", "3.40"]


def test_a_file_with_the_shipped_history_adds_only_what_is_new(call: Call, workspace: Path) -> None:
    shipped = (PACKS / "CN" / "rates" / "lpr_1y.csv").read_text(encoding="utf-8")
    Path("lpr_1y.csv").write_text(shipped + "2026-10-20,2.90,verified,NIFC\n", encoding="utf-8")
    assert call("pack", "update", "CN", "lpr_1y.csv").code == 0
    assert len(Path("overlay/CN/rates/lpr_1y.csv").read_text().splitlines()) == 2
    changed = shipped.replace("2025-05-20,3.00", "2025-05-20,3.05")
    Path("lpr_1y.csv").write_text(changed, encoding="utf-8")
    assert call("pack", "update", "CN", "lpr_1y.csv", "--json").rules == {"rates-conflict"}


@pytest.mark.parametrize(
    ("change", "rule", "line"),
    [
        (("2027-02-05,rest", "2027-02-30,rest"), "bad-value", 3),
        (("2027-02-05,rest", "2027-02-05,free"), "bad-choice", 3),
        (("2027-02-14,worked", "2027-02-15,worked"), "worked-no-weekend", 8),
        (("春节,State Council General Office (made up for a test)", "春节,"),
         "row-source-missing", 3),
        (("春节,State Council General Office (made up for a test)", "春节,a calendar"),
         "announcer-missing", 3),
        (("2027-02-14,worked", "2027-02-14,rest"), "calendar-year-incomplete", 0),
        *(((f"{day},", f"2027-12-{number:02},"), "calendar-days-missing", 0)
          for number, day in enumerate(FIXED_2027[1:], 1)),
        (("2027-01-01,holiday", "2026-12-31,holiday"), "table-history", 2),
        (("date,kind", "day,kind"), "bad-value", 2),
        (("date,kind,name,source", "date,kind,name,where"), "key-missing", 1),
    ],
)  # fmt: skip
def test_each_fault_of_a_file_is_told_with_its_line_and_nothing_is_written(
    call: Call, workspace: Path, change: tuple[str, str], rule: str, line: int
) -> None:
    assert change[0] in YEAR
    Path("days.csv").write_text(YEAR.replace(*change, 1), encoding="utf-8")
    said = call("pack", "update", "CN", "days.csv", "--json")
    places = {(f["rule"], f["file"], f["line"]) for f in said.json["findings"]}
    assert (rule, "days.csv", line) in places
    assert said.code == 1 and not overlays(workspace)


def test_a_row_of_no_table_is_told(call: Call, workspace: Path) -> None:
    text = "table,valid_from,percent,source\nlibor,2026-10-20,2.9,NIFC\n"
    Path("series.csv").write_text(text, encoding="utf-8")
    said = call("pack", "update", "CN", "series.csv")
    assert said.code == 1 and "rates/lpr_1y, rates/lpr_5y" in said.err


def test_packages_are_read_as_a_secondary_source(call: Call, workspace: Path) -> None:
    said = call("pack", "update", "HK", "--from-packages", "--json")
    assert said.code == 0, said.err
    (table,) = said.json["tables"]
    assert {row["status"] for row in table["added"]} == {"unverified"}
    assert all(row["source"].startswith("PyPI holidays ") for row in table["added"])
    assert pack_in(workspace, "HK").holidays["HK"].known_through.year >= 2028


def test_a_package_that_knows_no_further_year_adds_nothing(call: Call, workspace: Path) -> None:
    from chinese_calendar import constants

    said = call("pack", "update", "CN", "--from-packages", "--json")
    if max(constants.holidays).year > 2026:  # a newer one than the locked: its days are added
        assert said.code == 0 and overlays(workspace)
    else:
        assert said.rules == {"package-knows-no-more"} and not overlays(workspace)


def test_without_the_package_the_refusal_says_how_to_install_it(
    call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)  # as where it is not installed
    for lang in ("en", "zh"):
        said = call("pack", "update", "HK", "--from-packages", "--lang", lang)
        assert said.code == 2 and "`pip install holidays`" in said.err
    assert re.search("[\u4e00-\u9fff]", said.err)


# --- a refusal's remedy ------------------------------------------------------------------------


def own_case(pack_id: str, name: str, issued: str, workspace: Path) -> tuple[Path, list[Any]]:
    """An example as a case of the workspace, and how to check it as of another day."""
    data = read_text_file(PACKS / pack_id / "examples" / f"{name}.yaml").data
    dates = ("issue_date", "as_of", "dispatch_by", "pay_by")
    record = {k: v for k, v in data["case"].items() if k not in dates}
    sender = PACKS / pack_id / "examples" / "senders" / f"{data['sender']}.yaml"
    case = write_case(workspace / "cases" / f"{name}.json", record)
    return case, ["check", case, "--sender", sender, "--issue-date", issued]


def remedies(said: Said, rule: str, lang: str) -> list[list[str]]:
    (finding,) = (f for f in said.json["findings"] if f["rule"] == rule)
    return [shlex.split(c) for c in re.findall("`notices (.*?)`", finding["hint"][lang])]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("which", [0, 1])
def test_the_commands_that_a_missing_rate_s_refusal_prints_mend_it(
    call: Call, workspace: Path, lang: str, which: int
) -> None:
    name = "demand-consumer-agency-interest"
    _, check = own_case("NL", name, "2026-11-20", workspace)
    said = call(*check, "--json")
    assert "rate-unknown" in said.rules
    command = remedies(said, "rate-unknown", lang)[which]
    given = {"PERCENT": "4.00", "SOURCE": "decree, made up for a test"}
    assert call(*(given.get(word, word) for word in command)).code == 0
    assert "rate-unknown" not in call(*check, "--json").rules


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_command_that_a_missing_year_s_refusal_prints_mends_it(
    call: Call, workspace: Path, lang: str
) -> None:
    _, check = own_case("CN", "demand-consumer-loan-capped", "2026-12-20", workspace)
    said = call(*check, "--json")
    assert "calendar-unknown" in said.rules
    from_file, from_packages = remedies(said, "calendar-unknown", lang)
    assert from_packages == ["pack", "update", "CN", "--from-packages"]
    Path("days.csv").write_text(YEAR, encoding="utf-8")
    assert call(*(w.replace("FILE", "days.csv") for w in from_file)).code == 0
    assert "calendar-unknown" not in call(*check, "--json").rules


# --- until when --------------------------------------------------------------------------------


def test_the_list_of_packs_says_until_when_letters_can_be_made(call: Call, workspace: Path) -> None:
    packs = {one["pack"]: one for one in call("packs", "--json").json["packs"]}
    ends = {one["kind"]: one["until"] for one in packs["CN"]["letters"] if one["always"]}
    assert ends["formal_demand"] == "2026-12-16"
    assert packs["NL"]["rates"]["wettelijke_rente"] == "2026-06-30"
    assert packs["generic"]["letters"] == []
    said = call("packs")
    assert "2026-12-16 (formal_demand, card_demand)" in said.out
    assert "rates wettelijke_rente: known through 2026-06-30" in said.out


@pytest.mark.parametrize(
    ("today", "told"),
    [
        ("2026-10-15", {"wettelijke_rente"}),
        ("2026-10-20", {"wettelijke_rente", "lpr_1y"}),
        ("2026-11-17", {"wettelijke_rente", "lpr_1y", "CN"}),
        (
            "2026-12-02",
            {
                "wettelijke_rente",
                "wettelijke_handelsrente",
                "lpr_1y",
                "CN",
                "basiszinssatz",
                "retard_2002",
            },
        ),
    ],
)
def test_thirty_days_before_a_table_ends_it_is_told_with_the_command(
    call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch, today: str, told: set[str]
) -> None:
    monkeypatch.setattr("notices.cli.clock.today", lambda: date.fromisoformat(today))
    findings = call("packs", "--json").json["findings"]
    assert {f["path"] for f in findings} == told
    assert all("`notices " in f["hint"]["en"] for f in findings)
