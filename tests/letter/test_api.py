"""`from notices import …`: what the documentation promises to programs."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import get_type_hints

import pytest

import notices
from notices import (
    BatchSettings,
    Finding,
    LetterOptions,
    Limits,
    Made,
    NoticesError,
    PlainRows,
    Start,
    check_case,
    dry_run,
    make_letter,
    read_workspace,
    run_batch,
)
from notices.errors import FileError, RequestError, WorkspaceError
from notices.finding import errors_in
from notices.letter.make import Letter
from notices.letter.options import NAMES, LetterKeywords
from notices.letter.workspace import Workspace
from notices.tables.stated_totals import Expected
from tests.letter import letters
from tests.letter.letters import DEMAND, HOME, REMINDER

HEAVY = (
    *("weasyprint", "jinja2", "babel", "sqlalchemy", "pikepdf", "pypdfium2", "PIL", "click"),
    *("jsonschema_rs", "num2words", "fontTools", "segno", "zxingcpp", "pydyf"),
)
TODAY = date(2026, 3, 31)  # the record's own date


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A workspace with one sender, and the documentation's case.yaml beside it."""
    desk = tmp_path / "desk"
    (desk / "senders").mkdir(parents=True)
    (desk / "notices.toml").write_text('[defaults]\nsender = "ours"\n', encoding="utf-8")
    write(desk / "senders" / "ours.json", dict(letters.sender(DEMAND).data))
    write(tmp_path / "case.yaml", dict(letters.case(DEMAND).data))
    return desk


def write(file: Path, data: object) -> Path:
    """JSON is YAML too."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return file


def outside(code: str, cwd: Path) -> str:
    """What a program prints that is run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(HOME)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.heavy
def test_the_documented_lines_run(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.parent)
    code = textwrap.dedent(re.findall(r"\n\n((?:    .*\n|\n)+)", inspect.getdoc(notices) or "")[0])
    assert "check_case(" in code and "make_letter(" in code
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 - the module's own documentation
    assert errors_in(names["findings"]) == ()  # type: ignore[arg-type]
    made = names["made"]
    assert isinstance(made, Made) and len(made.files) == 1
    assert made.files[0].read_bytes().startswith(b"%PDF-")


@pytest.mark.heavy
def test_the_letter_is_the_one_that_every_other_way_makes(
    desk: Path, finished: Callable[[str], Letter]
) -> None:
    made = make_letter(desk.parent / "case.yaml", desk.parent / "out", today=TODAY, workspace=desk)
    data = made.files[0].read_bytes()
    letter = finished(DEMAND)
    mine, theirs = letters.read(data), letters.read(letter.data)
    assert [run.glyphs for run in mine.runs if run.page == 2] == [
        run.glyphs for run in theirs.runs if run.page == 2
    ]
    again = make_letter(desk.parent / "case.yaml", desk.parent / "out", today=TODAY, workspace=desk)
    assert again.files == made.files and again.files[0].read_bytes() == data


def test_everything_promised_is_there_and_typed() -> None:
    for name in notices.__all__:
        assert getattr(notices, name) is not None
    for function in (check_case, make_letter):
        hints = get_type_hints(function)
        parameters = inspect.signature(function).parameters
        assert set(hints) == {*parameters, "return"}
        assert function.__doc__
        for name, parameter in parameters.items():
            by_place = parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            assert by_place is (name in ("case", "out"))
    assert (Path(notices.__file__).parent / "py.typed").is_file()
    with pytest.raises(AttributeError, match="nonsense"):
        notices.nonsense  # noqa: B018
    assert re.fullmatch(r"\d+\.\d+\.\d+", notices.__version__)
    assert f'version = "{notices.__version__}"' in (HOME / "pyproject.toml").read_text()


@pytest.mark.heavy
def test_importing_is_light_and_checking_draws_nothing(desk: Path) -> None:
    said = outside(
        f"""
        import sys
        import notices
        print(sorted(set({HEAVY!r}) & set(sys.modules)))
        from datetime import date
        from pathlib import Path
        today = date(2026, 3, 31)
        found = notices.check_case(Path("case.yaml"), today=today, workspace=Path("desk"))
        print(len(found), sorted({{"weasyprint", "pikepdf", "pypdfium2"}} & set(sys.modules)))
        """,
        desk.parent,
    )
    assert said.splitlines() == ["[]", "0 []"]


def test_content_comes_back_as_findings_and_nothing_is_written(desk: Path) -> None:
    record = dict(letters.case(DEMAND, recipient__name=None, debts__0__due_date="2025-02-30").data)
    case = write(desk.parent / "case.yaml", record)
    found = check_case(case, today=TODAY, workspace=desk)
    assert all(isinstance(finding, Finding) for finding in found)
    assert {(f.rule, f.path) for f in errors_in(found)} == {
        ("required-field", "recipient.name"),
        ("impossible-date", "debts[0].due_date"),
    }
    made = make_letter(case, desk.parent / "out", today=TODAY, workspace=desk)
    assert made.files == () and made.findings == found
    assert list((desk.parent / "out").iterdir()) == []


@pytest.mark.heavy
def test_one_bad_record_does_not_keep_the_good_one_back(desk: Path) -> None:
    good = dict(letters.case(DEMAND).data)
    case = write(desk.parent / "many.json", [{"id": "B-1", "pack": "CN"}, good])
    made = make_letter(case, desk.parent / "out", today=TODAY, workspace=desk)
    assert len(made.files) == 1
    assert "required-field" in letters.rules(made.findings)


@pytest.mark.parametrize("text", ["id: [", "- 1\n- 2\n", "", "\x00", "a: 1\na: 2\n"])
def test_a_broken_file_is_a_finding_too(desk: Path, text: str) -> None:
    case = desk.parent / "broken.yaml"
    case.write_text(text, encoding="utf-8")
    assert errors_in(check_case(case, today=TODAY, workspace=desk))


def test_a_broken_machine_or_caller_is_an_exception(desk: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    with pytest.raises(FileError):
        check_case(tmp_path / "none.yaml", today=TODAY, workspace=desk)
    with pytest.raises(WorkspaceError):
        check_case(case, today=TODAY, workspace=tmp_path / "nowhere")
    with pytest.raises(NoticesError):
        check_case(case, today=TODAY, workspace=desk, sender="./nobody.yaml")
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises((NoticesError, OSError)):
        make_letter(case, tmp_path / "taken", today=TODAY, workspace=desk)


@pytest.mark.heavy
def test_what_is_asked_goes_before_what_the_record_says(desk: Path) -> None:
    case = desk.parent / "case.yaml"
    out = desk.parent / "out"
    asked = {"today": TODAY, "workspace": desk}
    one = make_letter(case, out, languages=("zh-Hans",), **asked)  # type: ignore[arg-type]
    text = {run.lang for run in letters.read(one.files[0].read_bytes()).runs if run.path}
    assert text == {"zh-Hans"}
    two = make_letter(case, out, kind="reminder", level=2, **asked)  # type: ignore[arg-type]
    assert two.files and two.files != one.files
    assert letters.rules(check_case(case, kind="nonsense", **asked)) >= {"kind-unknown"}  # type: ignore[arg-type]


def test_a_live_letter_needs_accepted_wording(desk: Path) -> None:
    made = make_letter(
        *(desk.parent / "case.yaml", desk.parent / "out"),
        **{"today": TODAY, "workspace": desk, "live": True, "now": "2026-06-15T10:00:00Z"},  # type: ignore[arg-type]
    )
    assert made.files == () and "not-approved" in letters.rules(made.findings)
    assert list((desk.parent / "out").iterdir()) == []


@pytest.mark.heavy
def test_two_records_that_make_one_letter_are_told_before_any_is_made(desk: Path) -> None:
    good = dict(letters.case(DEMAND).data)
    case = write(desk.parent / "twice.json", [good, good])
    made = make_letter(case, desk.parent / "out", today=TODAY, workspace=desk)
    assert len(made.files) == 1
    assert [f.rule for f in errors_in(made.findings)] == ["letter-twice"]
    found = check_case(case, today=TODAY, workspace=desk)
    assert [f.rule for f in errors_in(found)] == ["letter-twice"]


def test_a_live_letter_without_a_workspace_is_refused(desk: Path, tmp_path: Path) -> None:
    sender = str(desk / "senders" / "ours.json")
    case = write(tmp_path / "alone" / "case.json", dict(letters.case(DEMAND).data))
    made = make_letter(case, tmp_path / "alone", today=TODAY, sender=sender, live=True)
    assert made.files == () and "live-needs-workspace" in letters.rules(made.findings)


def test_every_option_of_a_letter_is_a_keyword() -> None:
    hints = get_type_hints(LetterKeywords)
    assert tuple(hints) == NAMES
    assert hints == {name: get_type_hints(LetterOptions)[name] for name in NAMES}


NOW = "2026-06-15T10:00:00+00:00"
FIRST_DAY = date.fromisoformat(letters.case(REMINDER).data["issue_date"])


@pytest.fixture
def rows(desk: Path) -> PlainRows:
    """Two cases, the second without a name, as JSON lines."""
    write(desk / "senders" / "first.json", dict(letters.sender(REMINDER).data))
    good = {**letters.case(REMINDER).data, "sender": "first"}
    other = {"id": "CN-0009", "debts__0__contract_number": "HT-2025-0009"}
    bad = {**letters.case(REMINDER, recipient__name=None, **other).data, "sender": "first"}
    file = desk.parent / "cases.jsonl"
    lines = (json.dumps(record, ensure_ascii=False) for record in (good, bad))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return PlainRows(file)


@pytest.mark.heavy
def test_a_run_as_a_call(desk: Path, rows: PlainRows) -> None:
    """Begun, finished and found again, with the day and the progress that the caller hands over."""
    heard: list[tuple[int, int, str]] = []
    start = Start(
        TODAY, NOW, tell=lambda at, o: heard.append((at.done, at.rows, o.state if o else "begun"))
    )
    settings = BatchSettings(options=LetterOptions(issue_date=FIRST_DAY))
    out, workspace = desk.parent / "run", read_workspace(desk, desk)
    dry = dry_run(rows, settings, workspace, start, desk.parent / "dry", Limits(workers=1))
    assert dry.summary and dry.summary.states == {"accepted": 1, "rejected": 1}
    assert [state for _, _, state in heard] == ["begun", "accepted", "rejected"]
    heard.clear()
    result = run_batch(rows, settings, workspace, start, out, Limits(workers=1))
    assert result.summary and result.summary.states == {"written": 1, "rejected": 1}
    assert len(list(out.rglob("*.pdf"))) == 1 and not errors_in(result.findings)
    assert sorted(heard) == [(0, 2, "begun"), (1, 2, "written"), (2, 2, "rejected")]
    again = run_batch(rows, settings, workspace, start, out, Limits(workers=1))
    assert (again.progress.made, again.progress.done) == (0, 2)
    rows.file.write_text(rows.file.read_text(encoding="utf-8").replace("CN-0009", "CN-0010"))
    with pytest.raises(FileError, match="another run stands here"):
        run_batch(rows, settings, workspace, start, out, Limits(workers=1))


@pytest.mark.heavy
def test_a_run_as_a_call_keeps_the_doors_rules(desk: Path, rows: PlainRows) -> None:
    workspace, out, start = read_workspace(desk, desk), desk.parent / "run", Start(TODAY, NOW)
    live = BatchSettings(options=LetterOptions(live=True, issue_date=FIRST_DAY))
    for place, rule in ((workspace, "not-approved"), (Workspace(), "live-needs-workspace")):
        refused = run_batch(rows, live, place, start, out)
        assert rule in letters.rules(refused.findings) and refused.summary is None
        assert rule in letters.rules(dry_run(rows, live, place, start, out).findings)
    with pytest.raises(RequestError):
        run_batch(rows, live, workspace, Start(TODAY, ""), out)  # when was it made?
    stated = run_batch(rows, BatchSettings(), workspace, start, out, stated=Expected(rows=3))
    assert "expected-rows" in letters.rules(stated.findings) and not list(out.rglob("*.pdf"))
    early = BatchSettings(options=LetterOptions(issue_date=TODAY), dispatch_by=date(2026, 3, 1))
    for wrong in (early, BatchSettings(reason="wrong paper")):  # nothing to repeat
        with pytest.raises(RequestError):
            run_batch(rows, wrong, workspace, start, desk.parent / "other")
