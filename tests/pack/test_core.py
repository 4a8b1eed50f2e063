"""The core that packs share: taken, overridden, left out, and kept inside every copy."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from notices.batch.settings import BatchSettings, Start, freeze
from notices.letter.workspace import Workspace
from notices.pack.core import FOLDER, copy_pack, core_of, place_in
from notices.pack.load import find_pack, load_pack, pack_digest, read_pack
from notices.places import PACKS
from notices.review.git_revisions import pack_at
from notices.wording.digests import kind_text
from notices.wording.own_copy import own_pack

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
SHARED = {
    "fields": """
every:
  cycle: {path: cycle, type: count, class: product, source: Shared, example: "1",
    hint: {zh-Hans: 第几轮, en: the cycle, fr: le tour, de: Durchgang}}
  our_note: {path: our_note, type: text, required: always, mask: last4,
    class: practice, source: Shared,
    example: {fr: bonjour, en: hello, de: hallo}, hint: {en: a note}}
named:
  other_note: {path: other_note, type: text, class: law, source: Shared, example: x,
    hint: {en: another}}
""",
    "terms": """
every:
  labels:
    shared_line: {zh-Hans: 共用, en: Shared, fr: Commun}
    page_of: {en: "{page} out of {pages}", fr: "{page} de {pages}"}
named:
  labels:
    named_line: {en: Named, fr: Nommé}
""",
    "wording": """
every:
  no-shouting:
    severity: error
    patterns: {en: [shout], fr: [crier], de: [schreien]}
    safe: {en: [shouting distance]}
    reason: {zh-Hans: 不得叫喊, en: No shouting., fr: Pas de cris.}
    class: practice
    source: Shared
""",
}


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """ZZ with a small core beside it, as shipped packs have theirs."""
    folder = tmp_path / "packs"
    shutil.copytree(ZZ, folder / "ZZ")
    (folder / FOLDER).mkdir()
    for name, text in SHARED.items():
        (folder / FOLDER / f"{name}.yaml").write_text(text.lstrip(), encoding="utf-8")
    return folder


def say(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as handle:
        handle.write(text)


def test_what_every_pack_has_comes_by_itself_in_its_languages(packs: Path) -> None:
    pack = load_pack(packs / "ZZ")
    note = pack.fields["our_note"]
    assert (note.path, note.required, note.mask) == ("our_note", ({},), "last4")
    assert note.example == "{fr: bonjour, en: hello}", "ZZ writes French and English"
    assert pack.labels["shared_line"] == {"en": "Shared", "fr": "Commun"}
    (ban,) = (ban for ban in pack.bans if ban.id == "no-shouting")
    assert dict(ban.patterns) == {"fr": ("crier",), "en": ("shout",)}
    assert set(ban.reason) == {"fr", "en", "zh-Hans"}, "whoever runs the program reads reasons"
    assert "other_note" not in pack.fields and "named_line" not in pack.labels


def test_a_pack_names_what_it_takes_and_overrides_by_key_and_language(packs: Path) -> None:
    say(packs / "ZZ" / "fields.yaml", "\nother_note: {}\nour_note: {required: never, mask: omit}\n")
    labels = (packs / "ZZ" / "terms.yaml").read_text(encoding="utf-8")
    mine = "labels:\n  shared_line: {fr: À nous}\n  named_line: {}\n"
    (packs / "ZZ" / "terms.yaml").write_text(labels.replace("labels:\n", mine, 1), encoding="utf-8")
    say(packs / "ZZ" / "wording.yaml", "\nno-shouting: {patterns: {en: [yell]}, safe: omit}\n")
    pack = load_pack(packs / "ZZ")
    assert pack.fields["other_note"].source.kind == "law"
    note = pack.fields["our_note"]
    assert (note.required, note.mask, note.source.citation) == ((), "", "Shared")
    assert pack.labels["shared_line"] == {"en": "Shared", "fr": "À nous"}
    assert pack.labels["named_line"] == {"en": "Named", "fr": "Nommé"}
    (ban,) = (ban for ban in pack.bans if ban.id == "no-shouting")
    assert dict(ban.patterns) == {"en": ("yell",), "fr": ("crier",)} and not ban.safe
    own = load_pack(ZZ)
    assert pack.labels["page_of"] == own.labels["page_of"], "ZZ's own words come before the core's"
    assert pack.fields["cycle"].hint == own.fields["cycle"].hint


def test_a_pack_leaves_out_what_is_not_for_it(packs: Path) -> None:
    say(packs / "ZZ" / "fields.yaml", "\nour_note: omit\n")
    say(packs / "ZZ" / "wording.yaml", "\nno-shouting: omit\n")
    pack = load_pack(packs / "ZZ")
    assert "our_note" not in pack.fields
    assert "no-shouting" not in {ban.id for ban in pack.bans}


@pytest.mark.parametrize("said", ["our_note:", "our_note: never", "unheard_of: omit"])
def test_an_entry_that_says_nothing_is_a_fault(packs: Path, said: str) -> None:
    say(packs / "ZZ" / "fields.yaml", f"\n{said}\n")
    _, found = read_pack(packs / "ZZ")
    assert {f.rule for f in found if f.severity == "error"} == {"pack-shape"}
    assert {f.file for f in found if f.severity == "error"} == {"packs/ZZ/fields.yaml"}


def test_a_fault_is_told_where_it_stands(packs: Path) -> None:
    core = packs / FOLDER / "fields.yaml"
    wrong = core.read_text(encoding="utf-8").replace("type: text,", "type: texts,", 1)
    core.write_text(wrong, encoding="utf-8")
    _, found = read_pack(packs / "ZZ")
    assert [(f.rule, f.file, f.line) for f in found if f.severity == "error"] == [
        ("bad-choice", "packs/_core/fields.yaml", 4)
    ]
    copy_pack(packs / "ZZ", packs.parent / "ZZ")
    _, found = read_pack(packs.parent / "ZZ")
    assert {f.file for f in found if f.severity == "error"} == {"packs/ZZ/_core/fields.yaml"}
    say(packs.parent / "ZZ" / "fields.yaml", "\nour_note: {type: text}\n")
    load_pack(packs.parent / "ZZ")


def test_a_core_that_lost_a_file_is_no_core(packs: Path) -> None:
    (packs / FOLDER / "wording.yaml").unlink()
    pack, found = read_pack(packs / "ZZ")
    assert pack is None, "bans must not vanish in silence"
    assert ("file-missing", "packs/_core/wording.yaml") in {(f.rule, f.file) for f in found}
    (packs / FOLDER / "wording.yaml").write_text("all:\n  x: {}\n", encoding="utf-8")
    _, found = read_pack(packs / "ZZ")
    assert ("unknown-key", "packs/_core/wording.yaml") in {(f.rule, f.file) for f in found}


def test_a_pack_without_a_core_says_everything_itself() -> None:
    """A pack of one's own that an earlier version made, or a run's copy of one."""
    assert core_of(ZZ) is None
    pack = load_pack(ZZ)
    assert {source.file for source in pack.sources if source.id.startswith("fields/")} == {
        "packs/ZZ/fields.yaml"
    }


def test_the_core_is_no_pack() -> None:
    assert find_pack(FOLDER, (PACKS,)) is None
    assert FOLDER not in {file.parent.name for file in PACKS.glob("*/pack.yaml")}


def test_an_own_copy_keeps_its_core_whatever_becomes_of_the_shipped_one(
    packs: Path, tmp_path: Path
) -> None:
    shipped = load_pack(packs / "ZZ")
    own = own_pack("ZZ", tmp_path / "mine", packs, datetime(2026, 1, 1, tzinfo=UTC))
    assert pack_digest(own) == shipped.digest, "a copy that nobody edited digests as shipped"
    texts = {kind: kind_text(shipped, kind).digest for kind in shipped.kinds}
    terms = packs / FOLDER / "terms.yaml"
    terms.write_text(terms.read_text(encoding="utf-8").replace("Shared", "Changed"), "utf-8")
    after = load_pack(own)
    assert after.digest == shipped.digest and after.labels["shared_line"]["en"] == "Shared"
    assert {kind: kind_text(after, kind).digest for kind in after.kinds} == texts
    later = load_pack(packs / "ZZ")
    assert later.digest != shipped.digest and later.labels["shared_line"]["en"] == "Changed"
    assert {kind: kind_text(later, kind).digest for kind in later.kinds} != texts, (
        "an approval ends where a shared word that is printed changes"
    )


def test_a_run_keeps_the_core_that_it_began_with(packs: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    workspace = Workspace(pack_roots=(packs,))
    frozen = freeze(run, BatchSettings(), workspace, {}, Start(date(2026, 1, 1), ""))
    for file in (packs / FOLDER).iterdir():
        file.write_text("{}\n", encoding="utf-8")
    kept = load_pack(run / "packs" / "ZZ")
    assert [pack.digest for pack in frozen.packs] == [kept.digest]
    assert "our_note" in kept.fields and "shared_line" in kept.labels


def test_a_shared_text_is_edited_in_the_copy_s_core(packs: Path, tmp_path: Path) -> None:
    own = own_pack("ZZ", tmp_path / "mine", packs, datetime(2026, 1, 1, tzinfo=UTC))
    shared = place_in(own, "terms.yaml", ("labels", "shared_line", "fr"))
    assert shared == ("_core/terms.yaml", ("every", "labels", "shared_line", "fr"))
    mine = ("labels", "page_of", "fr")
    assert place_in(own, "terms.yaml", mine) == ("terms.yaml", mine)
    new = place_in(own, "terms.yaml", ("labels", "shared_line", "es"))
    assert new == ("_core/terms.yaml", ("every", "labels", "shared_line", "es"))


@pytest.mark.heavy
def test_a_revision_has_the_core_that_it_had(packs: Path) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@b.example")
        subprocess.run(["git", "-C", str(packs), *who, *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", "ZZ")
    git("commit", "-qm", "Without a core")
    git("add", FOLDER)
    git("commit", "-qm", "With one")
    (packs / FOLDER / "terms.yaml").write_text("{}\n", encoding="utf-8")
    with pack_at(packs / "ZZ", "HEAD") as root:
        assert "shared_line" in load_pack(root).labels
    with pack_at(packs / "ZZ", "HEAD~1") as root:
        assert "shared_line" not in load_pack(root).labels and core_of(root) is None
    assert "shared_line" not in load_pack(packs / "ZZ").labels
