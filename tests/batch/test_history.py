"""Earlier letters that a table states by row: which letter each case gets, and what it asks for."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from notices.batch.import_history import ImportedHistory, import_history
from notices.batch.rows import open_table
from notices.ledger.store import Ledger
from notices.ledger.types import State
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from notices.places import PACKS
from notices.tables.row import TableError
from tests.batch.ledgers import enter_letter, with_ledger
from tests.batch.table_runs import run_table
from tests.tables.ledger_made import MAPPING, invoice, write_table

pytestmark = pytest.mark.heavy
DAY = date(2026, 6, 30)
TRADER = PACKS / "DE" / "examples" / "senders" / "sample-trader.yaml"
EARLIER = """
earlier:
  levels: {1: reminder, 2: formal_demand, 3: formal_demand 2}
  level: Stufe
  date: Letzte
"""
DEMANDS = (
    (MAPPING + EARLIER)
    .replace("kind: reminder\n", "")
    .replace(
        "constants:\n",
        'constants:\n  handler_name: Erika Exempel\n  "debts[].contract_date": "2026-01-10"\n',
        1,
    )
)


def row(
    account: str, number: str, amount: str, level: str = "", last: str = "", **more: str
) -> Any:
    return invoice(account, number, amount, **{"Stufe": level, "Letzte": last, **more})


def run(
    folder: Path,
    rows: Iterable[Mapping[str, str]],
    mapping: str = DEMANDS,
    sender: Path = TRADER,
    workspace: Workspace | None = None,
    day: date = DAY,
    **changes: Any,
) -> dict[str, dict[str, Any]]:
    """What became of each case: the manifest's lines by case, with the rules that were told."""
    options = LetterOptions(sender=str(sender), issue_date=day, **changes)
    made = run_table(folder, rows, mapping, options, workspace or Workspace())
    with (folder / "run" / "findings.csv").open(encoding="utf-8-sig", newline="") as handle:
        told = list(csv.DictReader(handle))
    return {name: outcome | {"told": told} for name, outcome in made.items()}


def rules(made: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """Row, column and rule of everything that was told."""
    lines = next(iter(made.values()))["told"]
    return {(line["row"], line["column"], line["rule"]) for line in lines}


def written_back(folder: Path) -> dict[str, tuple[str, ...]]:
    """By invoice: letter's kind, level and fee, and the row's state."""
    with (folder / "run" / "written-back.csv").open(encoding="utf-8-sig", newline="") as handle:
        names = ("kind", "level", "fee", "state")
        return {
            line["Beleg"]: tuple(line[f"notices_{name}"] for name in names)
            for line in csv.DictReader(handle)
        }


def test_levels_of_another_system_place_each_case_on_the_ladder(tmp_path: Path) -> None:
    """106 days overdue: the letter after the last one, whatever the days alone would say."""
    made = run(
        tmp_path,
        [
            row("10001", "RE-1", "100,00", "0"),
            row("10002", "RE-2", "100,00", "1", "20.04.2026"),
            row("10003", "RE-3", "100,00", "2", "20.04.2026"),
            row("10004", "RE-4", "100,00", "3", "20.04.2026"),
            row("10005", "RE-5", "100,00", "02", "20.04.2026"),
            row("10006", "RE-6", "100,00", "", "20.04.2026"),  # a day alone: the lowest letter
            row("10007", "RE-7", "100,00", "3", "20.06.2026"),  # its time to pay still runs
        ],
    )
    letters = {case: (o["kind"], o["level"], o["state"]) for case, o in made.items()}
    assert letters == {
        "10001": ("reminder", 1, "written"),
        "10002": ("formal_demand", 1, "written"),
        "10003": ("formal_demand", 2, "written"),
        "10004": ("formal_demand", 3, "written"),
        "10005": ("formal_demand", 2, "written"),
        "10006": ("formal_demand", 1, "written"),
        "10007": ("", 0, "held"),
    }


def test_a_day_alone_opens_no_third_demand(tmp_path: Path) -> None:
    """Mapped into the pack's own field it counts as the lowest letter, too."""
    mapping = DEMANDS.replace(EARLIER, "\nignore: [Stufe]\n").replace(
        "  Konto: id\n", "  Konto: id\n  Letzte: previous_notice_date\n"
    )
    made = run(tmp_path, [row("10001", "RE-1", "100,00", last="20.04.2026")], mapping)
    assert (made["10001"]["kind"], made["10001"]["level"]) == ("formal_demand", 1)


def test_a_level_without_a_kind_is_honoured_or_refused(tmp_path: Path) -> None:
    mapping = DEMANDS.replace(EARLIER, "\nignore: [Letzte]\n").replace(
        "  Konto: id\n", "  Konto: id\n  Stufe: level\n"
    )
    rows = [row("10001", "RE-1", "100,00", "3"), row("10002", "RE-2", "100,00", "2")]
    made = run(tmp_path, rows, mapping)
    # Level 3 is a demand only; a demand 3 wants one before it.
    assert made["10001"]["state"] == "held" and made["10002"]["state"] == "held"
    assert {("2", "", "ladder-needs-earlier"), ("3", "", "level-without-kind")} <= rules(made)


TWO = [
    row("10001", "RE-1", "1.000,00", "2", "20.04.2026", Verzug="16.03.2026"),
    row("10001", "RE-2", "500,00", "", "", Fällig="30.04.2026", Verzug="30.04.2026"),
]
IN_DEFAULT = DEMANDS.replace("  Konto: id\n", '  Konto: id\n  Verzug: "debts[].default_since"\n')


@pytest.mark.parametrize(
    ("ground", "total"),
    [
        # 1,000.00 at 10.27 %: 106 days from 17 March to 30 June = 29.83; flat sum 40.00 once, for
        # the debt that the earlier demand named; 500.00 at 10.27 %: 61 days = 8.58.
        ("calendar_date", "1578.41"),
        # What a reminder began has not begun for a debt that no letter named.
        ("reminder_received", "1569.83"),
    ],
)
def test_fees_and_default_are_for_the_debts_that_a_letter_named(
    tmp_path: Path, ground: str, total: str
) -> None:
    mapping = IN_DEFAULT.replace(
        "constants:\n", f'constants:\n  "debts[].default_ground": {ground}\n', 1
    )
    made = run(tmp_path, TWO, mapping)["10001"]
    assert (made["kind"], made["level"], made["state"]) == ("formal_demand", 2, "written")
    assert made["total"] == total
    assert ("3", "", "debt-first-asked") in rules({"": made})
    assert written_back(tmp_path) == {
        "RE-1": ("formal_demand", "2", "40.00", "draft"),
        "RE-2": ("reminder", "1", "0", "draft"),
    }


NL = """
pack: NL
dates: dmy
decimal: ","
thousands: "."
group_by: [Konto]
earlier: {levels: {1: reminder, 2: veertiendagenbrief}, level: Stufe, date: Letzte}
columns:
  Konto: id
  Name: recipient.name
  Straße: recipient.address
  Ort: recipient.address
  Beleg: "debts[].contract_number"
  Fällig: ["debts[].due_date", {to: "debts[].within_limitation", since: 2023-01-01}]
  Frist: notice_pay_by
constants:
  recipient.type: consumer
  languages: nl en
  currency: EUR
  handler_name: Sanne Proef
  term_passed_unpaid: "true"
  "debts[].debt_kind": purchase
  "debts[].cause": {nl: een levering, en: a delivery}
items: [{kind: principal, amount: Betrag}]
"""
KITCHENS = PACKS / "NL" / "examples" / "senders" / "sample-kitchens.yaml"


def dutch(*rows: tuple[str, str, str, str]) -> list[dict[str, str]]:
    """Rows of one customer: number, amount, level, day of the last letter."""
    return [
        row("20001", number, amount, level, last, Ort="1234 AB Voorbeeldstad", Name="Jan Voorbeeld")
        | {"Frist": "22.05.2026" if level == "2" else ""}
        for number, amount, level, last in rows
    ]


def test_the_fee_of_a_fourteen_day_letter_is_for_what_it_named(tmp_path: Path) -> None:
    """3,200.00 bears 445.00 (15 % of 2,500 and 10 % of 700); 1,000.00 that no letter named none."""
    rows = dutch(("F-1", "3.200,00", "2", "04.05.2026"), ("F-2", "1.000,00", "0", ""))
    without = run(tmp_path, rows, NL, KITCHENS)["20001"]
    assert without["state"] == "held"
    assert "earlier-content-unstated" in {rule for _, _, rule in rules({"": without})}
    stated = tmp_path / "kitchens.yaml"
    text = KITCHENS.read_text(encoding="utf-8")
    stated.write_text(f"{text}earlier_letters_complete: [veertiendagenbrief]\n", encoding="utf-8")
    (tmp_path / "again").mkdir()
    made = run(tmp_path / "again", rows, NL, stated)["20001"]
    assert (made["kind"], made["state"], made["total"]) == ("formal_demand", "written", "4645.00")
    assert written_back(tmp_path / "again") == {
        "F-1": ("formal_demand", "1", "445.00", "draft"),
        "F-2": ("reminder", "1", "0", "draft"),
    }


def test_a_fourteen_day_letter_is_the_first_one_of_every_debt_in_it(tmp_path: Path) -> None:
    """The law asks for no letter before it: newer debts are named in it, and not apart."""
    mapping = NL.replace("constants:\n", 'constants:\n  "debts[].default_ground": agreed_date\n', 1)
    rows = dutch(("F-1", "3.200,00", "1", "04.05.2026"), ("F-2", "1.000,00", "0", ""))
    made = run(tmp_path, rows, mapping, KITCHENS)["20001"]
    assert (made["kind"], made["state"], made["total"]) == (
        "veertiendagenbrief",
        "written",
        "4200.00",
    )
    assert "debt-first-asked" not in {rule for _, _, rule in rules({"": made})}


def issue(
    workspace: Workspace, day: date, kind: str, level: str, *rows: dict[str, str], **more: Any
) -> str:
    """A letter of the workspace's own ledger over these rows; its id."""
    folder = workspace.root or Path()
    (folder / "issued").mkdir(exist_ok=True)
    file = write_table(folder / "issued", rows)
    (file.parent / "map.yaml").write_text(DEMANDS, encoding="utf-8")
    table = open_table(file, file.parent / "map.yaml", Workspace())
    (record,) = table
    return enter_letter(workspace, record.data, day, TRADER, kind=kind, level=level, **more)


def test_the_ledger_knows_which_invoices_its_letters_named(tmp_path: Path) -> None:
    """Next month's export has one invoice more; then the old one is paid, and only that is left."""
    workspace = with_ledger(tmp_path)
    old, new = row("10001", "RE-1", "100,00"), row("10001", "RE-2", "50,00", Fällig="20.03.2026")
    issue(workspace, date(2026, 4, 20), "reminder", "1", old)
    plain = DEMANDS.replace(EARLIER, "\nignore: [Stufe, Letzte]\n")
    made = run(tmp_path, [old, new], plain, workspace=workspace)["10001"]
    assert (made["kind"], made["level"], made["total"]) == ("formal_demand", 1, "150.00")
    assert ("3", "", "debt-first-asked") in rules({"": made})
    (tmp_path / "later").mkdir()
    left = run(tmp_path / "later", [new], plain, workspace=workspace)["10001"]
    assert (left["kind"], left["level"], left["state"]) == ("reminder", 1, "written")
    assert left["letter_id"] != made["letter_id"]


def test_where_ledger_and_table_differ_the_higher_counts(tmp_path: Path) -> None:
    workspace = with_ledger(tmp_path)
    behind, ahead = row("10001", "RE-1", "100,00", "1", "20.04.2026"), row("10002", "RE-2", "80,00")
    same = row("10003", "RE-3", "70,00", "1", "20.04.2026")
    issue(workspace, date(2026, 4, 28), "formal_demand", "1", behind)
    issue(workspace, date(2026, 4, 20), "reminder", "1", ahead)
    issue(workspace, date(2026, 4, 20), "reminder", "1", same)
    ahead = ahead | {"Stufe": "2", "Letzte": "28.04.2026"}
    made = run(tmp_path, [behind, ahead, same], workspace=workspace)
    levels = {case: (o["kind"], o["level"]) for case, o in made.items()}
    assert levels["10001"] == levels["10002"] == ("formal_demand", 2)
    assert levels["10003"] == ("formal_demand", 1)
    told = {(n, column) for n, column, rule in rules(made) if rule == "history-differs"}
    assert told == {("2", "Stufe"), ("3", "Stufe")}


def test_a_letter_that_came_back_is_not_made_good_by_the_table(tmp_path: Path) -> None:
    workspace = with_ledger(tmp_path)
    asked = row("10001", "RE-1", "100,00", "1", "20.04.2026")
    letter = issue(workspace, date(2026, 4, 20), "reminder", "1", asked)
    with Ledger(workspace.ledger_url) as ledger:
        ledger.add_states([State(letter, "lost", "2026-05-02T08:00:00+00:00")])
    made = run(tmp_path, [asked], workspace=workspace)["10001"]
    assert (made["kind"], made["level"]) == ("reminder", 1)


HISTORY = """
pack: DE
dates: dmy
group_by: [Kunde]
columns: {Kunde: id, Rechnung: "debts[].contract_number"}
earlier:
  levels: {Erinnerung: reminder, 1. Mahnung: formal_demand, Telefonat: }
  level: Schreiben
  date: vom
"""
SENT = """Kunde;Rechnung;Schreiben;vom
10001;RE-1;Erinnerung;20.04.2026
10001;RE-1;1. Mahnung;08.05.2026
10001;RE-2;1. Mahnung;08.05.2026
10001;RE-2;Telefonat;12.05.2026
"""


def take_in(workspace: Workspace, text: str, mapping: str = HISTORY) -> ImportedHistory:
    folder = workspace.root or Path()
    (folder / "sent.csv").write_text(text, encoding="utf-8")
    (folder / "sent.yaml").write_text(mapping, encoding="utf-8")
    table = open_table(folder / "sent.csv", folder / "sent.yaml", workspace)
    with Ledger(workspace.ledger_url) as ledger:
        return import_history(table, workspace, ledger, "2026-06-01T08:00", DAY, str(TRADER))


def test_a_history_is_imported_once_and_counts(tmp_path: Path) -> None:
    workspace = with_ledger(tmp_path)
    done = take_in(workspace, SENT)
    assert (done.entered, done.known, done.refused, done.findings) == (2, 0, 0, [])
    again = take_in(workspace, SENT)
    assert (again.entered, again.known) == (0, 2)
    fewer = take_in(workspace, SENT.replace("10001;RE-2;1. Mahnung;08.05.2026\n", ""))
    assert (fewer.entered, fewer.known) == (0, 2)  # RE-2 was paid: the letters are the same
    with Ledger(workspace.ledger_url) as ledger:
        stated = ledger.imported_letters(["10001"])["10001"]
        assert list(ledger.letters()) == []  # they are no letters of this ledger
    assert [(i.kind, i.level, i.debts) for i in stated] == [
        ("reminder", 1, ("RE-1",)),
        ("formal_demand", 1, ("RE-1", "RE-2")),
    ]
    plain = DEMANDS.replace(EARLIER, "\nignore: [Stufe, Letzte]\n")
    rows = [row("10001", n, "100,00") for n in ("RE-1", "RE-2", "RE-3")]
    made = run(tmp_path, rows, plain, workspace=workspace)["10001"]
    assert (made["kind"], made["level"]) == ("formal_demand", 2)
    told = {n for n, _, rule in rules({"": made}) if rule == "debt-first-asked"}
    assert told == {"4"}


def test_faults_of_a_history_are_told_at_once_and_hold_their_case(tmp_path: Path) -> None:
    workspace = with_ledger(tmp_path)
    text = SENT + (
        "10002;RE-5;2. Mahnung;01.05.2026\n10003;RE-6;Erinnerung;01.09.2026\n"
        "10003;RE-7;Erinnerung;01.05.2026\n10004;RE-8;;01.05.2026\n10005;RE-9;Erinnerung;\n"
    )
    done = take_in(workspace, text)
    assert (done.entered, done.refused) == (2, 5)
    found = [(f.line, f.path, f.rule) for f in done.findings if f.severity == "error"]
    assert found == [
        (6, "Schreiben", "earlier-level-unknown"),
        (7, "Schreiben", "import-day"),
        (9, "Schreiben", "import-letter-unsaid"),
        (10, "vom", "earlier-undated"),
    ]
    with pytest.raises(TableError) as refused:
        take_in(workspace, SENT, HISTORY.partition("earlier:")[0] + "ignore: [Schreiben, vom]\n")
    assert [f.rule for f in refused.value.findings] == ["import-unmapped"]


def split(text: str) -> str:
    return text.replace("group_by:", "levels: split\ngroup_by:", 1)


def test_a_case_may_be_split_by_how_far_its_letters_came(tmp_path: Path) -> None:
    rows = [*TWO, row("10001", "RE-3", "40,00", "", "", Fällig="30.04.2026", Verzug="30.04.2026")]
    rows.append(row("10002", "RE-4", "60,00", "1", "20.04.2026", Verzug="16.03.2026"))
    made = run(tmp_path, rows, split(IN_DEFAULT.replace(
        "constants:\n", 'constants:\n  "debts[].default_ground": calendar_date\n', 1
    )))  # fmt: skip
    letters = {case: (o["kind"], o["level"], o["total"], o["state"]) for case, o in made.items()}
    assert letters == {
        "10001": ("formal_demand", 2, "1069.83", "written"),
        "10001.new": ("reminder", 1, "540.00", "written"),
        "10002": ("formal_demand", 1, made["10002"]["total"], "written"),
    }
    assert written_back(tmp_path) == {
        "RE-1": ("formal_demand", "2", "40.00", "draft"),
        "RE-2": ("reminder", "1", "0", "draft"),
        "RE-3": ("reminder", "1", "0", "draft"),
        "RE-4": ("formal_demand", "1", "40.00", "draft"),
    }


@pytest.mark.parametrize("faulty", [0, 1])
def test_a_split_case_is_still_made_whole_or_not_at_all(tmp_path: Path, faulty: int) -> None:
    rows = [one | ({"Betrag": "1x"} if i == faulty else {}) for i, one in enumerate(TWO)]
    made = run(tmp_path, rows, split(DEMANDS.replace(EARLIER, EARLIER + "ignore: [Verzug]\n")))
    assert {o["state"] for o in made.values()} == {"rejected"}
    rejects = (tmp_path / "run" / "rejects.csv").read_text(encoding="utf-8-sig")
    assert "RE-1" in rejects and "RE-2" in rejects
    assert {state for *_, state in written_back(tmp_path).values()} == {"rejected"}


def test_what_the_account_has_for_no_debt_keeps_a_case_whole(tmp_path: Path) -> None:
    rows = [*TWO, row("10001", "GS-1", "-100,00", Verzug="")]
    mapping = split(DEMANDS.replace(EARLIER, EARLIER + "ignore: [Verzug]\n"))
    mapping = mapping.replace("group_by:", "negative: credit_note\ngroup_by:", 1)
    made = run(tmp_path, rows, mapping)
    assert list(made) == ["10001"] and made["10001"]["kind"] == "formal_demand"


def test_a_split_case_goes_on_under_both_its_ids(tmp_path: Path) -> None:
    """Next month each letter follows its own; once the older debt is paid, one letter is left."""
    workspace = with_ledger(tmp_path)
    old, new = row("10001", "RE-1", "100,00"), row("10001", "RE-2", "50,00", Fällig="20.03.2026")
    issue(workspace, date(2026, 4, 20), "formal_demand", "1", old)
    issue(workspace, date(2026, 4, 20), "reminder", "1", new | {"Konto": "10001.new"})
    plain = split(DEMANDS.replace(EARLIER, "\nignore: [Stufe, Letzte]\n"))
    made = run(tmp_path, [old, new], plain, workspace=workspace)
    letters = {case: (o["kind"], o["level"], o["state"]) for case, o in made.items()}
    assert letters == {
        "10001": ("formal_demand", 2, "written"),
        "10001.new": ("formal_demand", 1, "written"),
    }
    (tmp_path / "later").mkdir()
    (left,) = run(tmp_path / "later", [new], plain, workspace=workspace).values()
    assert (left["case_id"], left["kind"], left["level"]) == ("10001", "formal_demand", 1)
    assert left["letter_id"] not in {o["letter_id"] for o in made.values()}


NO_DAYS = DEMANDS.replace("  date: Letzte\n", "").replace(
    "group_by:", "ignore: [Letzte, Verzug]\ngroup_by:", 1
)


def undated(*levels: str) -> list[Any]:
    return [row(f"1000{n}", f"RE-{n}", "100,00", level) for n, level in enumerate(levels, start=1)]


def test_a_level_without_a_day_counts_and_lets_no_letter_go_out_early(tmp_path: Path) -> None:
    """No first letter again, and no next one before its predecessor's term is known to be over."""
    made = run(tmp_path, undated("1", "0", "", "3"), NO_DAYS)
    assert {case: (o["kind"], o["state"]) for case, o in made.items()} == {
        "10001": ("", "held"),
        "10002": ("reminder", "written"),
        "10003": ("reminder", "written"),
        "10004": ("", "held"),
    }
    told = {(n, rule) for n, _, rule in rules(made)}
    assert {("2", "earlier-day-needed"), ("5", "earlier-day-needed")} <= told


def test_a_day_by_which_all_were_sent_will_do(tmp_path: Path) -> None:
    latest = NO_DAYS.replace("  level: Stufe\n", "  level: Stufe\n  latest: 2026-05-11\n")
    made = run(tmp_path, undated("1"), latest)["10001"]
    assert (made["kind"], made["level"], made["state"]) == ("formal_demand", 1, "written")
    (tmp_path / "early").mkdir()
    made = run(tmp_path / "early", undated("1"), latest.replace("2026-05-11", "2026-06-25"))
    assert made["10001"]["state"] == "held"
    assert ("2", "", "ladder-term-running") in rules(made)


def test_a_last_day_to_pay_will_do_where_no_day_is_printed(tmp_path: Path) -> None:
    """The second demand names the day of the one before: without it there is none."""
    mapping = NO_DAYS.replace("  level: Stufe\n", "  level: Stufe\n  pay_by: Zahlbar\n")
    rows = [one | {"Zahlbar": "26.05.2026"} for one in undated("1", "2")]
    made = run(tmp_path, rows, mapping)
    assert {case: o["state"] for case, o in made.items()} == {
        "10001": "written",
        "10002": "rejected",
    }
    assert ("3", "previous_notice_date", "required-field") in rules(made)


def test_a_blank_day_holds_its_own_case_only(tmp_path: Path) -> None:
    rows = undated("1", "1")
    rows[0] |= {"Letzte": "20.04.2026"}
    made = run(tmp_path, rows)
    assert {case: o["state"] for case, o in made.items()} == {"10001": "written", "10002": "held"}
    assert ("3", "", "earlier-day-needed") in rules(made)


def test_the_ledger_has_the_day_that_the_table_lacks(tmp_path: Path) -> None:
    workspace = with_ledger(tmp_path)
    issue(workspace, date(2026, 4, 20), "reminder", "1", row("10001", "RE-1", "100,00"))
    made = run(tmp_path, undated("1"), NO_DAYS, workspace=workspace)["10001"]
    assert (made["kind"], made["state"]) == ("formal_demand", "written")
    assert "history-differs" not in {rule for _, _, rule in rules({"": made})}


def test_where_the_law_prescribes_the_earlier_letter_its_own_day_is_needed(tmp_path: Path) -> None:
    text = KITCHENS.read_text(encoding="utf-8")
    stated = tmp_path / "stated.yaml"
    stated.write_text(f"{text}earlier_letters_complete: [veertiendagenbrief]\n", encoding="utf-8")
    latest = NL.replace("date: Letzte}", "date: Letzte, latest: 2026-04-30}")
    assert latest != NL
    made = run(tmp_path, dutch(("F-1", "3.200,00", "2", "")), latest, stated)["20001"]
    assert made["state"] == "held"
    assert "earlier-day-needed" in {rule for _, _, rule in rules({"": made})}
