"""Four eyes by name: an editor can't be the only approver; days and signatures count."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from notices.errors import FileError, WorkspaceError
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.wording.approval_check import check_text, editors_of, is_accepted, still_needed
from notices.wording.approvals import (
    Approval,
    accept_kind,
    append_approval,
    keep_text,
    read_approvals,
    read_kept_text,
)
from notices.wording.digests import Seen, kind_text
from notices.wording.edit_log import EditLine, append_edits, build_edits, read_edits
from notices.wording.signatures import (
    check_signatures,
    new_key,
    read_keys,
    register_key,
    sign_approval,
)

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
SEEN = Seen("layout", "fonts")
KIND = "reminder"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(ZZ)


def edited(pack: Pack, word: str, clause: str = "opening") -> Pack:
    old = pack.clauses[clause]
    texts = {lang: f"{text} {word}" for lang, text in old.texts.items()}
    return replace(pack, clauses={**pack.clauses, clause: replace(old, texts=texts)})


def by(pack: Pack, name: str, first: date | None = None, last: date | None = None) -> Approval:
    return accept_kind(pack, KIND, SEEN, name, NOW, "", (first, last))


def edit(before: Pack, after: Pack, name: str) -> tuple[EditLine, ...]:
    return build_edits(before, after, name, NOW)


def rules(
    pack: Pack, book: list[Approval], edits: tuple[EditLine, ...] = (), shipped: Pack | None = None
) -> list[str]:
    digests = kind_text(shipped, KIND).digests if shipped else frozenset()
    return [f.rule for f in check_text(pack, KIND, book, digests, edits)]


def test_a_second_person_is_enough_where_the_editor_is_known(pack: Pack) -> None:
    own = edited(pack, "more")
    log = edit(pack, own, "Ann Example")
    assert rules(own, [], log, pack) == ["not-approved"]
    assert rules(own, [by(own, "ann  EXAMPLE")], log, pack) == ["four-eyes"]
    assert rules(own, [by(own, "Bo Example")], log, pack) == []
    assert rules(own, [by(own, "Ann Example"), by(own, "Bo Example")], log, pack) == []


@pytest.mark.parametrize("again", ["ANN EXAMPLE", "\uff21nn Example"])
def test_one_person_who_writes_the_name_otherwise_is_no_second_one(pack: Pack, again: str) -> None:
    own = edited(pack, "more")
    book = [by(own, "Ann Example"), by(own, again)]
    assert rules(own, book, (), pack) == ["four-eyes"]
    digests = kind_text(own, KIND).digests
    needed = still_needed(digests, book, (), kind_text(pack, KIND).digests)
    assert len(needed.approvers) == 1 and needed.missing == 1


def test_two_editors_and_one_of_them_are_not_enough(pack: Pack) -> None:
    once = edited(pack, "more")
    twice = edited(once, "yet more")
    log = (*edit(pack, once, "Ann"), *edit(once, twice, "Bo"))
    assert rules(twice, [by(twice, "Ann")], log, pack) == ["four-eyes"]
    assert rules(twice, [by(twice, "Bo")], log, pack) == ["four-eyes"]
    assert rules(twice, [by(twice, "Cy")], log, pack) == []


def test_an_edit_by_hand_breaks_the_chain(pack: Pack) -> None:
    by_hand = edited(pack, "by hand")
    then = edited(by_hand, "more")
    log = edit(by_hand, then, "Ann")
    assert rules(then, [by(then, "Bo")], log, pack) == ["four-eyes"]
    assert rules(then, [by(then, "Bo"), by(then, "Cy")], log, pack) == []


def test_the_chain_may_begin_at_text_that_was_accepted(pack: Pack) -> None:
    """Who edited what two people stood behind since is an editor no more."""
    once, twice = edited(pack, "more"), edited(edited(pack, "more"), "yet more")
    log = (*edit(pack, once, "Ann"), *edit(once, twice, "Bo"))
    book = [by(once, "Bo"), by(twice, "Ann")]
    assert rules(twice, book, log, pack) == []
    assert rules(twice, [by(twice, "Ann")], log, pack) == ["four-eyes"]


def test_going_to_and_fro_ends(pack: Pack) -> None:
    once = edited(pack, "more")
    log = (*edit(pack, once, "Ann"), *edit(once, pack, "Bo"), *edit(pack, once, "Cy"))
    assert rules(once, [by(once, "Bo")], log, pack) == []
    assert rules(once, [by(once, "Cy")], log, pack) == ["four-eyes"]


def test_an_approval_stands_when_its_approver_edits_later_and_the_text_comes_back(
    pack: Pack,
) -> None:
    once, twice = edited(pack, "more"), edited(edited(pack, "more"), "yet more")
    log = edit(pack, once, "Ann")
    later = (*edit(once, twice, "Bo"), *edit(twice, once, "Ann"))
    log += tuple(replace(line, when="2099-01-01T00:00:00+00:00") for line in later)
    assert rules(once, [by(once, "Bo")], log, pack) == []
    assert rules(once, [by(once, "Ann")], log, pack) == ["four-eyes"]
    late = replace(by(once, "Bo"), when="2099-01-02T00:00:00+00:00")
    assert rules(once, [late], log, pack) == ["four-eyes"], "Bo is an editor by then"


def test_a_long_log_is_read_at_once(pack: Pack) -> None:
    """Each step approved by its own editor alone: no step stands, and nobody waits."""
    texts = [f"{number:064d}" for number in range(400)]
    log = [EditLine("ZZ", KIND, "Ann", "", a, b) for a, b in pairwise(texts)]
    book = [replace(by(pack, "Ann"), digest=digest) for digest in texts]
    assert not is_accepted({texts[-1]}, book, log, {texts[0]})
    assert editors_of({texts[-1]}, book, log, {texts[0]}) == {"ann"}


def test_the_log_names_the_kinds_whose_text_changed(pack: Pack, tmp_path: Path) -> None:
    own = edited(pack, "more", "opening-second")
    lines = edit(pack, own, "Ann")
    assert {line.kind for line in lines} == {KIND}
    append_edits(tmp_path, lines)
    append_edits(tmp_path, tuple(replace(line, pack="YY") for line in lines))
    assert read_edits(tmp_path, "ZZ") == lines
    assert read_edits(None, "ZZ") == ()
    (tmp_path / "edits.jsonl").write_text('{"who": 1}\n')
    with pytest.raises(WorkspaceError, match=r"edits\.jsonl:1"):
        read_edits(tmp_path, "ZZ")


def test_text_counts_within_its_days(pack: Pack) -> None:
    book = [
        by(pack, "Ann", date(2026, 5, 1), date(2026, 6, 30)),
        by(pack, "Bo", date(2026, 6, 1)),
    ]

    def told(day: str) -> list[str]:
        return [f.rule for f in check_text(pack, KIND, book, day=day)]

    assert told("2026-05-31") == told("2026-07-01") == ["not-effective"]
    assert told("2026-06-01") == told("2026-06-30") == []
    (finding,) = check_text(pack, KIND, book, day="2026-07-01")
    assert finding.params["spans"] == "2026-05-01 – 2026-06-30, 2026-06-01 – …"
    with pytest.raises(WorkspaceError):
        by(pack, "Ann", date(2026, 5, 2), date(2026, 5, 1))


def test_a_last_day_that_has_passed_is_refused(pack: Pack) -> None:
    """It would take the text out of service that is live now."""
    with pytest.raises(WorkspaceError, match="--until 2026-03-31"):
        by(pack, "Ann", None, date(2026, 3, 31))
    with pytest.raises(WorkspaceError, match="--until 2026-03-31"):
        by(pack, "Ann", date(2026, 3, 1), date(2026, 3, 31))
    assert by(pack, "Ann", None, date(2026, 4, 1)).effective_to == "2026-04-01"


def test_who_is_needed_once_a_last_day_has_passed(pack: Pack) -> None:
    shipped = kind_text(pack, KIND).digests
    one = [by(pack, "Ann", None, date(2026, 6, 30))]
    on = {day: still_needed(shipped, one, (), shipped, day) for day in ("2026-06-30", "2026-07-01")}
    assert [(n.missing, n.approvers) for n in on.values()] == [(0, ("Ann",)), (1, ())]
    own = edited(pack, "more")
    two = [by(own, "Ann", None, date(2026, 6, 30)), by(own, "Bo")]
    text = kind_text(own, KIND).digests
    needed = still_needed(text, two, (), shipped, "2026-07-01")
    assert (needed.missing, needed.approvers) == (1, ("Bo",))
    coming = [by(pack, "Ann", date(2026, 5, 1))]
    assert still_needed(shipped, coming, (), shipped, "2026-04-01").missing == 0, "it only waits"


def test_the_end_of_an_older_text_ends_nothing_of_the_newer_one(pack: Pack) -> None:
    """What Cy edited began at a text that stood then."""
    by_hand = edited(pack, "by hand")
    then = edited(by_hand, "more")
    log = edit(by_hand, then, "Cy")
    last = date(2026, 6, 30)
    book = [by(by_hand, "Ann", None, last), by(by_hand, "Bo", None, last), by(then, "Dora")]
    for day in ("2026-06-30", "2026-07-01"):
        assert check_text(then, KIND, book, frozenset(), log, day) == ()
        assert still_needed(kind_text(then, KIND).digests, book, log, frozenset(), day).missing == 0


def test_the_approved_text_is_kept_and_shows_when_altered(pack: Pack, tmp_path: Path) -> None:
    made = by(pack, "Ann")
    file = keep_text(tmp_path, pack, made)
    kept = read_kept_text(tmp_path, made)
    assert kept.pieces["clauses/opening"]["en"] == pack.clauses["opening"].texts["en"]
    assert len(kept.parts[KIND]) == len(pack.kinds[KIND].parts)
    file.write_text(file.read_text(encoding="utf-8").replace("a", "b"), encoding="utf-8")
    with pytest.raises(WorkspaceError, match="not the text"):
        read_kept_text(tmp_path, made)
    file.unlink()
    with pytest.raises(WorkspaceError, match="not kept"):
        read_kept_text(tmp_path, made)


# --- signatures --------------------------------------------------------------------------------


@pytest.fixture
def signed(pack: Pack, tmp_path: Path) -> Path:
    """A workspace's approvals with Ann's key and one signed line."""
    folder = tmp_path / "approvals"
    register_key(folder, new_key(tmp_path / "ann.pem", "Ann Example", NOW))
    made = sign_approval(by(pack, "Ann Example"), tmp_path / "ann.pem", read_keys(folder))
    append_approval(folder, made)
    return folder


def test_a_signed_line_counts_as_it_stands(signed: Path) -> None:
    book = read_approvals(signed, "ZZ")
    assert check_signatures(book, read_keys(signed)) == (book, ())
    assert stat.S_IMODE((signed.parent / "ann.pem").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "change",
    [
        {"by": "Bo Example"},
        {"when": "2026-01-01T00:00:00+00:00"},
        {"digest": "0" * 64},
        {"note": "added"},
        {"effective_to": "2027-01-01"},
        {"key": "AAAA"},
        {"signature": "AAAA"},
        {"signature": "no base64!"},
    ],
)
def test_an_altered_line_shows_and_does_not_count(signed: Path, change: dict[str, str]) -> None:
    file = signed / "ZZ.jsonl"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}) + "\n")
    counted, found = check_signatures(read_approvals(signed, "ZZ"), read_keys(signed))
    assert counted == ()
    assert [(f.rule, f.severity, f.line) for f in found] == [("approval-signature", "error", 1)]


def test_a_line_written_by_hand_does_not_count_among_signed_ones(signed: Path, pack: Pack) -> None:
    append_approval(signed, by(pack, "Ann Example"))
    append_approval(signed, by(pack, "Zoe Example"))
    counted, found = check_signatures(read_approvals(signed, "ZZ"), read_keys(signed))
    assert len(counted) == 1
    assert [(f.rule, f.line) for f in found] == [("approval-unsigned", 2), ("approval-unsigned", 3)]
    assert len(check_signatures(read_approvals(signed, "ZZ")[1:], ())[0]) == 2


def test_a_signature_without_its_key_does_not_count(signed: Path) -> None:
    counted, found = check_signatures(read_approvals(signed, "ZZ"), ())
    assert counted == () and [f.rule for f in found] == ["approval-signature"]


def test_a_key_signs_for_its_owner_alone(signed: Path, pack: Pack) -> None:
    key = signed.parent / "ann.pem"
    with pytest.raises(WorkspaceError, match="not registered for Bo"):
        sign_approval(by(pack, "Bo Example"), key, read_keys(signed))
    stranger = signed.parent / "stranger.pem"
    new_key(stranger, "Ann Example", NOW)
    with pytest.raises(WorkspaceError, match="not registered"):
        sign_approval(by(pack, "Ann Example"), stranger, read_keys(signed))
    with pytest.raises(FileError, match="such a file already"):
        new_key(key, "Ann Example", NOW)
    with pytest.raises(FileError, match="not a private key"):
        sign_approval(by(pack, "Ann Example"), signed / "ZZ.jsonl", read_keys(signed))
