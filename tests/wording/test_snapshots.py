"""Snapshots: an approved text can be loaded again as it was, and what was changed in it shows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from notices.wording.digests import fact_digest, kind_text
from notices.wording.snapshots import (
    FOLDER,
    Snapshot,
    keep_snapshot,
    read_snapshot,
    snapshot_name,
    snapshot_text,
    with_snapshot,
)

IDS = sorted(file.parent.name for file in PACKS.glob("*/pack.yaml"))
ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
KIND = "reminder"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(ZZ)


def kept(folder: Path, pack: Pack, kind: str) -> Snapshot:
    text = snapshot_text(pack, kind)
    keep_snapshot(folder, snapshot_name(text), text)
    found, faults = read_snapshot(folder, kind, kind_text(pack, kind).digest, snapshot_name(text))
    assert found is not None and faults == ()
    return found


@pytest.mark.parametrize("name", IDS)
def test_every_shipped_text_loads_again_as_it_was(name: str, tmp_path: Path) -> None:
    """Into a pack whose clauses and terms have all been emptied since."""
    pack = load_pack(PACKS / name)
    gone = {key: replace(clause, texts={}, headings={}) for key, clause in pack.clauses.items()}
    later = replace(pack, clauses=gone, labels={}, salutations={}, conditions={})
    for kind in pack.kinds:
        found = with_snapshot(later, kept(tmp_path, pack, kind))
        assert kind_text(found, kind).digest == kind_text(pack, kind).digest
        then, now = pack.kinds[kind], found.kinds[kind]
        assert (now.levels, now.pages, now.aim, now.limits) == (
            *(then.levels, then.pages, then.aim, then.limits),
        )
        assert [part.id for part in then.parts] == [part.id for part in now.parts]
        assert [part.rows for part in then.parts] == [part.rows for part in now.parts]
        for clause in {name for part in now.parts for name in part.clauses}:
            assert found.clauses[clause].texts == pack.clauses[clause].texts
            assert found.clauses[clause].headings == pack.clauses[clause].headings
            source = pack.clauses[clause].source
            assert fact_digest(found, source) == fact_digest(pack, source)
            assert found.clauses[clause].source.status == source.status


@pytest.mark.parametrize(
    "path",
    [
        ("words", "clauses/opening", "en"),
        ("text", "settles"),
        ("besides", "sources", "opening"),
        ("besides", "pages"),
        ("kind",),
    ],
)
def test_whatever_is_changed_in_the_file_shows(
    path: tuple[str, ...], pack: Pack, tmp_path: Path
) -> None:
    snapshot = kept(tmp_path, pack, KIND)
    (file,) = (tmp_path / FOLDER).iterdir()
    data = json.loads(file.read_text(encoding="utf-8"))
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = "other"
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    found, (fault,) = read_snapshot(tmp_path, KIND, snapshot.digest, file.stem)
    assert found is None and fault.rule == "snapshot-altered"


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b"\xff", b'{"text": {}, "words": []}'])
def test_a_damaged_file_is_a_finding(raw: bytes, pack: Pack, tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    digest = kind_text(pack, KIND).digest
    (tmp_path / FOLDER / f"{digest}.json").write_bytes(raw)
    for sha256 in ("", "0" * 64):
        found, (fault,) = read_snapshot(tmp_path, KIND, digest, sha256)
        assert found is None and fault.rule in ("snapshot-altered", "snapshot-missing")


def test_without_a_stated_hash_the_text_s_own_digest_proves_the_words(
    pack: Pack, tmp_path: Path
) -> None:
    """As of an approval of an earlier version, whose digest has that version's layout in it."""
    text = kind_text(pack, KIND)
    (earlier,) = text.earlier
    for digest in (text.digest, earlier):
        keep_snapshot(tmp_path, digest, snapshot_text(pack, KIND, digest))
        assert read_snapshot(tmp_path, KIND, digest)[0] is not None
        file = tmp_path / FOLDER / f"{digest}.json"
        then = file.read_text(encoding="utf-8")
        said = then.replace('"asks_payment": true', '"asks_payment": false')
        assert said != then
        file.write_text(said, encoding="utf-8")
        assert read_snapshot(tmp_path, KIND, digest)[0] is None


def test_a_damaged_file_is_mended_by_the_next_approval(pack: Pack, tmp_path: Path) -> None:
    text = snapshot_text(pack, KIND)
    keep_snapshot(tmp_path, snapshot_name(text), "damaged")
    kept(tmp_path, pack, KIND)


def test_law_comes_from_the_pack_of_today(pack: Pack, tmp_path: Path) -> None:
    snapshot = kept(tmp_path, pack, KIND)
    kind = pack.kinds[KIND]
    asked = replace(kind, must_print=(*kind.must_print, "letter_date"), settles=not kind.settles)
    today = replace(pack, kinds={**pack.kinds, KIND: asked}, rules=(), refusals=(), bans=())
    found = with_snapshot(today, snapshot)
    assert found.rules == found.refusals == found.bans == ()
    assert set(found.kinds[KIND].must_print) == set(asked.must_print)
    assert found.kinds[KIND].settles is kind.settles
    assert found.fields is today.fields


def test_a_condition_that_reads_otherwise_now_does_so_for_law_alone(tmp_path: Path) -> None:
    pack = load_pack(PACKS / "DE")
    snapshot = kept(tmp_path, pack, "formal_demand")
    name = next(iter(snapshot.rest["conditions"]))
    today = replace(pack, conditions={**pack.conditions, name: {"debtor_type": ("nobody",)}})
    found = with_snapshot(today, snapshot)
    assert kind_text(found, "formal_demand").digest == kind_text(pack, "formal_demand").digest
    assert found.conditions[f"law:{name}"] == {"debtor_type": ("nobody",)}
    named = {
        inner
        for when in (
            *(rule.when for rule in found.rules),
            *(refusal.when for refusal in found.refusals),
            *(ban.unless for ban in found.bans),
            *(when for field in found.fields.values() for when in (*field.required, field.when)),
        )
        for key in ("all", "not")
        for inner in when.get(key, ())
    }
    assert all(inner.startswith("law:") and inner in found.conditions for inner in named)
    for rule in pack.rules:
        assert fact_digest(found, rule.source) == fact_digest(pack, rule.source)
