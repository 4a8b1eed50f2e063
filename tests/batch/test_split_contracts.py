"""Groups of whose debts the pack wants a letter for each: which letters, and what holds them."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from notices.batch.rows import open_table
from notices.batch.split_contracts import contract_id
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace, read_workspace
from notices.places import PACKS
from tests.batch.ledgers import enter_letter, with_ledger
from tests.batch.table_runs import run_table
from tests.tables.ledger_made import write_table

DAY = date(2026, 6, 1)
SHOP = PACKS / "BE" / "examples" / "senders" / "sample-shop.yaml"
MAPPING = """
pack: BE
dates: dmy
decimal: ","
total: Montant
group_by: [Client]
negative: credit_note
columns:
  Client: id
  Nom: recipient.name
  Rue: recipient.address
  Ville: recipient.address
  Facture: "debts[].contract_number"
  Échéance: ["debts[].due_date", {to: "debts[].within_limitation", since: 2023-01-01}]
  Réf: "credits[].debt_number"
constants:
  recipient.type: consumer
  recipient.role: debtor
  languages: fr nl
  currency: EUR
  sent_by: post
  "debts[].debt_kind": purchase
  "debts[].product": {fr: Livraison, nl: Levering}
items:
  - {kind: principal, amount: Montant}
"""
INDEMNITY = MAPPING.replace(
    "  sent_by: post\n", '  sent_by: post\n  "debts[].indemnity_agreed": "75.00"\n'
)
OWN = INDEMNITY.replace("  sent_by: post\n", '  sent_by: post\n  "debts[].own_contract": "true"\n')


def row(client: str, number: str, amount: str, ref: str = "", due: str = "16.04.2026") -> Any:
    return {
        "Client": client,
        "Nom": f"Zoë Fictief-{client}",
        "Rue": f"Rue de l'Exemple {client[-1]}",
        "Ville": "1000 Modèleville",
        "Facture": number,
        "Échéance": due,
        "Montant": amount,
        "Réf": ref,
    }


THREE = [
    row("20001", "F-1", "480,00"),
    row("20002", "F-9", "50,00"),
    row("20001", "F-2", "200,00"),
    row("20001", "NC-7", "-80,00", "F-2"),
    row("20001", "F-3", "100,00"),
]


def run(
    folder: Path,
    rows: Iterable[Mapping[str, str]],
    mapping: str = MAPPING,
    workers: int = 1,
    workspace: Workspace | None = None,
    sender: Path = SHOP,
    **changes: Any,
) -> dict[str, dict[str, Any]]:
    """What became of each case: the manifest's lines by case."""
    options = LetterOptions(sender=str(sender), issue_date=DAY, **changes)
    return run_table(folder, rows, mapping, options, workspace or Workspace(), workers)


def told(folder: Path) -> set[tuple[str, str]]:
    with (folder / "run" / "findings.csv").open(encoding="utf-8-sig", newline="") as handle:
        return {(line["row"], line["rule"]) for line in csv.DictReader(handle)}


def written_back(folder: Path) -> dict[str, tuple[str, ...]]:
    """By row's own number: case, kind, fee, state, reason."""
    with (folder / "run" / "written-back.csv").open(encoding="utf-8-sig", newline="") as handle:
        names = ("case", "kind", "fee", "state", "reason")
        return {
            line["Facture"]: tuple(line[f"notices_{name}"] for name in names)
            for line in csv.DictReader(handle)
        }


def letters(made: Mapping[str, Any]) -> dict[str, tuple[str, str, str]]:
    return {case: (o["kind"], o["total"], o["state"]) for case, o in made.items()}


@pytest.mark.heavy
def test_three_invoices_of_one_customer_are_three_letters(tmp_path: Path) -> None:
    made = run(tmp_path, THREE)
    assert letters(made) == {
        "20001.F-1": ("first_reminder", "480.00", "written"),
        "20001.F-2": ("first_reminder", "120.00", "written"),
        "20001.F-3": ("first_reminder", "100.00", "written"),
        "20002.F-9": ("first_reminder", "50.00", "written"),
    }
    own = {("2", "row-by-contract"), ("4", "row-by-contract"), ("5", "row-by-contract")}
    assert told(tmp_path) >= own and ("3", "row-by-contract") not in told(tmp_path)
    assert written_back(tmp_path) == {
        "F-1": ("20001.F-1", "first_reminder", "0", "draft", ""),
        "F-9": ("20002.F-9", "first_reminder", "0", "draft", ""),
        "F-2": ("20001.F-2", "first_reminder", "0", "draft", ""),
        "NC-7": ("20001.F-2", "first_reminder", "0", "draft", ""),
        "F-3": ("20001.F-3", "first_reminder", "0", "draft", ""),
    }


@pytest.mark.slow
@pytest.mark.heavy
def test_two_workers_make_the_same_letters(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    run(one, THREE)
    run(two, THREE, workers=2)
    numbers = (str(one).encode(), str(two).encode())  # the table's own place stands in findings
    for name in ("manifest.jsonl", "findings.csv", "written-back.csv", "report.html"):
        made = [folder / "run" / name for folder in (one, two)]
        first, second = (f.read_bytes().replace(n, b"") for f, n in zip(made, numbers, strict=True))
        assert first == second, name


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        (row("20001", "NC-7", "-80,00"), "account-names-no-debt"),
        (row("20001", "NC-7", "-80,00", "F-99"), "account-names-no-debt"),
        (row("20001", "NC-7", "-200,01", "F-2"), "account-exceeds-debt"),
        (row("20001", "F-2", "10,00"), "debt-without-own-number"),
        (row("20001", "", "10,00"), "debt-without-own-number"),
    ],
)
def test_what_belongs_to_no_letter_holds_the_whole_group(
    tmp_path: Path, changed: Any, rule: str
) -> None:
    rows = [changed if one["Facture"] == "NC-7" else one for one in THREE]
    made = run(tmp_path, rows)
    assert {case: o["state"] for case, o in made.items()} == {
        "20001": "held",
        "20002.F-9": "written",
    }
    assert ("5", rule) in told(tmp_path)


@pytest.mark.heavy
def test_a_faulty_row_rejects_its_group_with_all_that_it_must_have(tmp_path: Path) -> None:
    rows = [one | ({"Montant": "1x"} if one["Facture"] == "F-3" else {}) for one in THREE]
    states = {case: o["state"] for case, o in run(tmp_path, rows).items()}
    assert states == {
        "20001.F-1": "rejected",
        "20001.F-2": "rejected",
        "20001.F-3": "rejected",
        "20002.F-9": "written",
    }
    with (tmp_path / "run" / "rejects.csv").open(encoding="utf-8-sig", newline="") as handle:
        rejects = list(csv.DictReader(handle, delimiter=";"))
    assert [(r["Facture"], r["notices_case_rows"]) for r in rejects] == [
        ("F-1", "4"), ("F-2", "4"), ("NC-7", "4"), ("F-3", "4")
    ]  # fmt: skip


@pytest.mark.heavy
def test_a_credit_for_all_of_one_invoice_leaves_the_others_their_letters(tmp_path: Path) -> None:
    rows = [one | ({"Montant": "-200,00"} if one["Facture"] == "NC-7" else {}) for one in THREE]
    states = {case: o["state"] for case, o in run(tmp_path, rows).items()}
    assert (states["20001.F-1"], states["20001.F-2"]) == ("written", "held")


@pytest.mark.heavy
def test_what_is_not_due_is_left_out_and_the_one_that_is_takes_the_account(tmp_path: Path) -> None:
    rows = [
        row("20001", "F-1", "480,00"),
        row("20001", "F-2", "90,00", due="16.07.2026"),
        row("20001", "NC-7", "-80,00"),
    ]
    assert letters(run(tmp_path, rows)) == {"20001.F-1": ("first_reminder", "400.00", "written")}
    assert written_back(tmp_path)["F-2"][-2:] == ("left-out", "row-not-due")
    assert written_back(tmp_path)["NC-7"][0] == "20001.F-1"


@pytest.mark.heavy
def test_an_indemnity_counted_by_contract_wants_each_contract_stated(tmp_path: Path) -> None:
    made = run(tmp_path, THREE, INDEMNITY)
    assert {case: o["state"] for case, o in made.items()} == {
        "20001": "held",
        "20002.F-9": "written",
    }
    assert ("2", "own-contract-unstated") in told(tmp_path)
    own = run(tmp_path / "own", THREE, OWN)
    assert letters(own)["20001.F-1"] == ("first_reminder", "480.00", "written")
    assert {fee for _, _, fee, _, _ in written_back(tmp_path / "own").values()} == {"0"}


@pytest.mark.heavy
def test_each_letter_has_its_own_history_month_after_month(tmp_path: Path) -> None:
    """A letter from before the group had several is found under the case's own id."""
    workspace = with_ledger(tmp_path)
    (tmp_path / "first").mkdir()
    file = write_table(tmp_path / "first", THREE[:1])
    (file.parent / "map.yaml").write_text(MAPPING, encoding="utf-8")
    (record,) = open_table(file, file.parent / "map.yaml", Workspace())
    said = {"kind": "first_reminder", "level": "1", "dispatch_by": "2026-05-04"}
    enter_letter(workspace, record.data, date(2026, 5, 4), SHOP, **said)
    demand = MAPPING.replace(
        "  sent_by: post\n",
        '  sent_by: post\n  first_reminder_free_until: "2026-05-20"\n'
        '  term_passed_unpaid: "true"\n  handler_name: Camille Modèle\n',
    )
    assert demand != MAPPING
    made = run(tmp_path / "next", THREE, demand, workspace=workspace)
    assert {case: (o["kind"], o["state"]) for case, o in made.items()} == {
        "20001.F-1": ("formal_demand", "written"),
        "20001.F-2": ("first_reminder", "written"),
        "20001.F-3": ("first_reminder", "written"),
        "20002.F-9": ("first_reminder", "written"),
    }


@pytest.mark.heavy
def test_a_hold_on_the_customer_binds_all_letters_and_one_on_a_letter_that_one(
    tmp_path: Path,
) -> None:
    (tmp_path / "notices.toml").write_text("", encoding="utf-8")
    (tmp_path / "holds.csv").write_text(
        "case_id,hold\n20001.F-2,dispute\n20002,dispute\n", encoding="utf-8"
    )
    workspace = read_workspace(tmp_path, tmp_path)
    states = {case: o["state"] for case, o in run(tmp_path, THREE, workspace=workspace).items()}
    assert states == {
        "20001.F-1": "written",
        "20001.F-2": "held",
        "20001.F-3": "written",
        "20002.F-9": "held",
    }


@pytest.mark.slow
@pytest.mark.heavy
def test_only_a_pack_that_wants_it_has_a_letter_for_each(tmp_path: Path) -> None:
    """The generic pack asks for all invoices in one letter; with such a rule it does not."""
    mapping = (
        MAPPING.replace("pack: BE", "pack: generic\nkind: reminder")
        .replace("recipient.type: consumer", "recipient.type: business")
        .replace("languages: fr nl", "languages: en fr")
        .replace("  sent_by: post\n", "")
        .replace('"debts[].product": {fr: Livraison, nl: Levering}',
                 '"debts[].cause": {fr: Livraison, en: Delivery}')
    )  # fmt: skip
    sender = PACKS / "generic" / "examples" / "senders" / "sample-garden.yaml"
    made = run(tmp_path, THREE, mapping, sender=sender)
    assert {case: o["state"] for case, o in made.items()} == {
        "20001": "written",
        "20002": "written",
    }
    desk = tmp_path / "desk"
    for name, copied in (("generic", "own"), ("_core", "_core")):  # law data are of the own pack
        shutil.copytree(PACKS / name, desk / "packs" / copied)
    about = desk / "packs" / "own" / "pack.yaml"
    about.write_text(about.read_text(encoding="utf-8").replace("id: generic", "id: own"), "utf-8")
    (desk / "notices.toml").write_text("", encoding="utf-8")
    rules = desk / "packs" / "own" / "refusals.yaml"
    known = rules.read_text(encoding="utf-8") if rules.is_file() else ""
    one = (PACKS / "BE" / "refusals.yaml").read_text(encoding="utf-8")
    one = one[one.index("one-debt-a-letter:") : one.index("demand-inside")].replace(
        "  by_contract: [indemnity_agreed]", "  #"
    )
    one = one.replace("  own_contract: own_contract\n", "  valid_from: 2026-01-01\n")
    rules.write_text(known + _in_all_languages(one), encoding="utf-8")
    own = mapping.replace("pack: generic", "pack: own")
    desk_of_own = read_workspace(desk, desk)
    split = run(tmp_path / "own", THREE, own, workspace=desk_of_own, sender=sender)
    assert list(split) == ["20001.F-1", "20001.F-2", "20001.F-3", "20002.F-9"]
    assert {o["state"] for o in split.values()} == {"written"}


def _in_all_languages(rule: str) -> str:
    words = "".join(f'    {lang}: "one"\n' for lang in ("zh-Hant", "de", "es", "it"))
    return rule.replace("  class: product", f"{words}  class: product")


@pytest.mark.parametrize(
    ("number", "own"),
    [
        ("RE-2026-0310", "10001.RE-2026-0310"),
        ("RE/2026/0310", "10001.RE-2026-0310-"),
        ("（2026）样购字第0302号", "10001.2026-0302-"),
        ("发票", "10001."),
        ("13800000000", "10001.N-"),
        ("X" * 70, "10001.N-"),
    ],
)
def test_the_id_of_a_letter_tells_its_number_and_keeps_it_apart(number: str, own: str) -> None:
    made = contract_id("10001", number)
    assert made.startswith(own) and made == contract_id("10001", number)
    assert made != contract_id(
        "10001", f"{number} ".replace("-", "/").replace("2026", "2027") + "A"
    )
