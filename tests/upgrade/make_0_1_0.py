"""Makes workspace-0.1.0.tar.xz and expected-0.1.0.json: a workspace as version 0.1.0 left it.

    git worktree add OLD 00340c2        the last commit that writes as version 0.1.0 does
    cp tests/upgrade/make_0_1_0.py OLD/tests/upgrade/    and in OLD, with its own environment:
    python -m tests.upgrade.make_0_1_0

Kept to show what is in the archive and how it came there; it runs with the code of version 0.1.0
alone, and is not changed when the code is. Everything goes through the command line or the
functions behind the studio, at fixed dates. People and firms are fictional.

The place is the same on every machine, for the ledger notes each run's folder as a full path.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import lzma
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from notices.pack.edit import read_value, set_text
from notices.run.editing import edit_pack
from notices.run.workspace import read_workspace
from notices.studio.desk import open_desk

from notices.cli import clock
from notices.cli.main import main as notices
from notices.places import PACKS
from notices.studio.drafts import Draft
from notices.textfiles import read_text_file
from tests.accounts import good
from tests.accounts.defects import make_accounts
from tests.accounts.files import write_accounts

HERE = Path(__file__).parent
PLACE = Path("/tmp/notices-0.1.0")  # the same path whoever makes it
ARCHIVE, EXPECTED = HERE / "workspace-0.1.0.tar.xz", HERE / "expected-0.1.0.json"
NOW = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
DAYS = ("--issue-date", "2026-11-18", "--dispatch-by", "2026-11-20", "--live")
FINISHED = ("batch", "tables/accounts.csv", "--map", "tables/accounts.map.yaml", *DAYS)
FINISHED += ("--out", "out/finished")
HALF = ("batch", "cases/reminders.jsonl", *DAYS, "--out", "out/half", "--workers", "1")
COUNT, DONE = 6, 2
ANN, BO = "a" * 32, "b" * 32  # two browsers
OPENING = ("clauses/letters.yaml", "reminder-opening")
EDITED = {
    "zh-Hant": "截至{{ as_of }}，我們尚未收到閣下應付予{{ creditor_name }}的{{ total_due }}"
    "（{{ cause }}）。敬請於{{ pay_by }}或之前付款。",
    "en": "On {{ as_of }}, {{ creditor_name }} had not yet received {{ total_due }} ({{ cause }})"
    " from you. Please pay by {{ pay_by }}.",
}
DRAFTS = (
    (
        "CN",
        "clauses/demand-opening/en",
        "As of {{ as_of }}, half a sentence, not saved",
        ANN,
    ),
    ("HK", "clauses/reminder-opening/en", "On {{ as_of }}, another wording by Ann.", ANN),
    ("HK", "clauses/reminder-opening/zh-Hant", "截至{{ as_of }}，另一種寫法。", BO),
)


def call(*words: str) -> str:
    """`notices …` in the workspace, at the fixed time; what it said."""
    told, faults = io.StringIO(), io.StringIO()
    with redirect_stdout(told), redirect_stderr(faults):
        code = notices(list(words))
    if code:
        raise SystemExit(f"notices {' '.join(words)}: {code}\n{told.getvalue()}{faults.getvalue()}")
    return told.getvalue()


def stop_clock() -> None:
    """Whatever asks the time is told the same."""
    clock.today = NOW.date  # type: ignore[assignment]
    clock.now = lambda: NOW  # type: ignore[assignment]


def example(pack: str, name: str) -> tuple[dict[str, Any], bytes]:
    """An example's case without its own dates, and its sender's profile."""
    data = read_text_file(PACKS / pack / "examples" / f"{name}.yaml").data
    dates = ("issue_date", "as_of", "dispatch_by")
    case = {key: value for key, value in data["case"].items() if key not in dates}
    profile = PACKS / pack / "examples" / "senders" / f"{data['sender']}.yaml"
    return {**case, "sender": data["sender"]}, profile.read_bytes()


def write_inputs() -> None:
    """Senders, cases, and the table with its mapping."""
    for pack, name in (("DE", "reminder-1-consumer"), ("HK", "reminder-consumer-private-loan")):
        case, profile = example(pack, name)
        Path("senders", f"{case['sender']}.yaml").write_bytes(profile)
        case["debts"][0]["due_date"] = "2026-11-03"
        dated = {**case, "id": f"{pack}-2001", "issue_date": "2026-11-18"}
        Path("cases", f"{pack}.json").write_text(json.dumps(dated, ensure_ascii=False, indent=1))
    case, _ = example("DE", "reminder-1-consumer")
    case["debts"][0]["due_date"] = "2026-11-03"
    lines = []
    for number in range(1, COUNT + 1):
        record = copy.deepcopy(case)
        record["id"] = f"DE-{1000 + number}"
        record["recipient"]["name"] = f"Ada Beispiel {'ABCDEF'[number - 1]}."
        record["debts"][0]["contract_number"] = f"RE-2026-{number:04}"
        record["debts"][0]["items"][0]["amount"] = f"{100 + number}.50"
        lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    Path("cases", "reminders.jsonl").write_text("".join(lines), encoding="utf-8")
    for name in ("sample-bank", "sample-trading"):
        shutil.copy(PACKS / "CN" / "examples" / "senders" / f"{name}.yaml", "senders")
    good.ISSUE_DATE, good.DISPATCH_BY = date(2026, 11, 18), date(2026, 11, 20)
    rows = [account.row for account in make_accounts(COUNT, seed=7, share=0)]
    write_accounts(rows, Path("tables/accounts.csv"))
    shutil.copy(good.HOME / "mapping.yaml", "tables/accounts.map.yaml")


def edit_and_approve() -> None:
    """One clause of HK edited on both sides by Ann and approved by two others, one for some
    days; the rest of HK, CN and DE accepted as shipped."""
    file, clause = OPENING
    workspace = read_workspace(Path.cwd(), Path.cwd())
    for turn, (lang, text) in enumerate(EDITED.items()):
        seen = read_value(PACKS / "HK", file, (clause, lang))[1]
        when = NOW - timedelta(days=10, hours=-turn)
        done = edit_pack(
            workspace,
            "HK",
            "Ann Example",
            when,
            lambda root, lang=lang, text=text, seen=seen: set_text(  # type: ignore[misc]
                root, file, (clause, lang), text, seen
            ),
        )
        assert done.status == "written", done
    call("pack", "approve", "HK", "reminder", "--by", "Bo Example", "--note", "read aloud")
    days = ("--from", "2026-11-01", "--until", "2027-06-30")
    call("pack", "approve", "HK", "reminder", "--by", "Cy Example", *days)
    others = ("--kind", "formal_demand", "--kind", "agent_notice")
    call("pack", "accept", "HK", "--by", "Bo Example", *others, "--all-facts")
    for pack in ("CN", "DE"):
        call("pack", "accept", pack, "--by", "Bo Example", "--all-facts")


def sign_elsewhere() -> None:
    """An approvals folder in which somebody signs, kept as signed/: public key and signed lines."""
    other = PLACE.with_name(f"{PLACE.name}-signed")
    call("init", str(other))
    at = ("--workspace", str(other))
    call(*at, "keys", "new", "--name", "Dee Example", "--out", str(other / "dee.pem"))
    signs = ("--by", "Dee Example", "--key", str(other / "dee.pem"))
    call(*at, "pack", "approve", "DE", "reminder", *signs, "--from", "2026-11-01")
    shutil.copytree(other / "approvals", "signed")
    shutil.rmtree(other)


def kill_half_way() -> None:
    """The second run, killed with all its processes once it has two letters."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.upgrade.make_0_1_0", *HALF],
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    journal = Path("out/half/journal.jsonl")
    while not journal.is_file() or len(journal.read_text().splitlines()) < DONE:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def send_back_and_reissue() -> None:
    """The DE letter came back and was written once more to another address; HK's was posted."""
    letters = {line["pack_id"]: line["letter_id"] for line in ledger_lines() if not line["run_id"]}
    report = io.StringIO()
    table = csv.writer(report)
    table.writerow(["letter_id", "waybill", "carrier", "result", "date"])
    table.writerow([letters["DE"], "RR-0001", "Sample Post", "posted", "2026-11-18"])
    table.writerow([letters["DE"], "RR-0001", "Sample Post", "returned", "2026-11-18"])
    table.writerow([letters["HK"], "RR-0002", "Sample Post", "posted", "2026-11-18"])
    Path("tables/deliveries.csv").write_text(report.getvalue(), encoding="utf-8")
    call("ledger", "record-delivery", "tables/deliveries.csv")
    case = json.loads(Path("cases/DE.json").read_text(encoding="utf-8"))
    case["recipient"]["address"] = ["Neuer Musterweg 2", "12345 Musterstadt"]
    case["issue_date"] = "2026-11-19"
    Path("cases/DE-moved.json").write_text(json.dumps(case, ensure_ascii=False, indent=1))
    again = ("--case", "cases/DE-moved.json", "--issue-date", "2026-11-19")
    call("reissue", letters["DE"], "--reason", "moved", *again)


def ledger_lines() -> list[dict[str, str]]:
    lines: list[dict[str, str]] = json.loads(call("--json", "ledger", "export"))["letters"]
    return lines


def expected() -> dict[str, Any]:
    """What the workspace holds, as the public commands tell it."""
    lines = ledger_lines()
    ways = {}
    for letter in lines:
        shown = json.loads(call("--json", "ledger", "show", letter["letter_id"]))["letters"]
        ways[letter["letter_id"]] = {key: shown[0][key] for key in ("states", "deliveries")}
    books = {}
    for file in sorted(Path("approvals").glob("??.jsonl")):
        said = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        books[file.stem] = sorted({one["kind"] for one in said if one.get("kind")})
    return {
        "version": "0.1.0",
        "packs": sorted(file.parent.name for file in PACKS.glob("*/pack.yaml")),
        "ledger": lines,
        "ways": ways,
        "approved": books,
        "drafts": [list(draft) for draft in DRAFTS],
        "finished": {"command": list(FINISHED), "letters": COUNT},
        "half": {"command": list(HALF), "letters": COUNT},
    }


def pack_up() -> None:
    """The archive, the same bytes from the same files."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for file in sorted(PLACE.rglob("*")):
            entry = tar.gettarinfo(file, file.relative_to(PLACE).as_posix())
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = int(NOW.timestamp())
            with file.open("rb") if file.is_file() else io.BytesIO() as content:
                tar.addfile(entry, content)
    ARCHIVE.write_bytes(lzma.compress(raw.getvalue(), preset=9 | lzma.PRESET_EXTREME))


def main() -> int:
    if PLACE.exists():
        raise SystemExit(f"{PLACE} is there already")
    stop_clock()
    call("init", str(PLACE))
    os.chdir(PLACE)
    write_inputs()
    edit_and_approve()
    sign_elsewhere()
    call("holidays", "add", "HK", "2028-01-03", "--name", "Sample day", "--source", "made up")
    call("letter", "cases/DE.json", "cases/HK.json", "--live")
    send_back_and_reissue()
    call(*FINISHED)
    call("print", "out/finished", "--today", "2026-11-19")
    kill_half_way()
    desk = open_desk(read_workspace(PLACE, PLACE))
    for pack, scalar, text, editor in DRAFTS:
        draft = Draft(pack, scalar, text, "0" * 64, NOW.isoformat(timespec="seconds"))
        desk.drafts.keep(editor, draft)
    desk.close()
    told = json.dumps(expected(), ensure_ascii=False, indent=1) + "\n"
    EXPECTED.write_text(told, encoding="utf-8")
    pack_up()
    shutil.rmtree(PLACE)
    return 0


if __name__ == "__main__":
    if sys.argv[1:]:  # a call of its own, to be killed
        stop_clock()
        sys.exit(notices(sys.argv[1:]))
    sys.exit(main())
