"""What the page can ask for: each function takes the studio and a question, and answers in data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from notices.catalogue import as_record
from notices.errors import NoticesError, WorkspaceError
from notices.finding import Finding
from notices.letter.workspace import Workspace
from notices.pack.check import check_kind_text
from notices.pack.core import place_in
from notices.pack.names import name_unloaded
from notices.pack.term_parity import TERM_ROOMS, terms_of
from notices.pack.types import Pack, language_of
from notices.pack.vocabulary import LAYOUTS
from notices.review.all_clear import Tried
from notices.review.edit_pack import DONE, Change, edit_at_once
from notices.studio.clause_check import check_one, check_stale
from notices.studio.drafts import Draft, Drafts
from notices.studio.edited import edited_clauses
from notices.studio.pack_cache import Edits, PackCache, has_place, patched
from notices.studio.preview import PreviewPool
from notices.studio.preview_worker import Ask
from notices.studio.question import AskError as AskError
from notices.studio.question import flag_of, long_text_of, mapping_of, parts_of, texts_of
from notices.studio.question import text_of_question as text_of_question
from notices.studio.term_check import drafts_plain, term_findings, words_of
from notices.studio.view import LARGE_PRINT, Plain, letter_plain, pack_plain, terms_plain
from notices.wording.approvals import read_approvals
from notices.wording.edits import Outcome, add_text, read_value, set_text

MOST_TEXTS = 40  # of one save
PRINTED = {"clauses": "text", "headings": "heading", "labels": "label"}  # what a preview may show
TERMS = (*TERM_ROOMS, "hints")
ROOMS = ("clauses", "headings", "sources", *TERMS)
NOTHING: Plain = {"findings": {}}
SOURCE_SIDES = ("source", "class")  # the citation, and law, practice or product


@dataclass(frozen=True)
class Studio:
    """All that the answers draw on. Close it, or the preview's process stays."""

    workspace: Workspace
    packs: PackCache
    drafts: Drafts
    previews: PreviewPool
    key: Path | None = None  # a private key that approvals are signed with
    tried: Tried = field(default_factory=dict)  # examples' letters that were made already

    def close(self) -> None:
        self.previews.close()


def open_studio(workspace: Workspace, key: Path | None = None) -> Studio:
    """The studio of a workspace. Raises WorkspaceError where there is none."""
    if workspace.root is None:
        raise WorkspaceError("the studio edits a workspace; `notices init` makes one")
    drafts = Drafts(workspace.root / ".studio" / "drafts")
    return Studio(workspace, PackCache(workspace), drafts, PreviewPool(workspace), key)


# --- reading ---------------------------------------------------------------------------------


def packs(studio: Studio, asked: Plain) -> Plain:
    """Every pack by its name, and the asked one (else the workspace's usual one, else its own, else
    the first) with its kinds, languages and examples; if that is broken it says why. No other is
    loaded."""
    names, usual = studio.packs.names(), studio.workspace.defaults.pack
    own = (name for name in names if not studio.packs.is_shipped(name))
    wanted = (text_of_question(asked, "pack"), usual, *own, *names)
    chosen = next((name for name in wanted if name in names), "")
    answer = [
        _whole_pack(studio, name)
        if name == chosen
        else {"id": name, "called": name_unloaded(name, studio.packs.title(name))}
        for name in names
    ]
    return {"packs": answer, "chosen": chosen, "usual": usual}


def _whole_pack(studio: Studio, name: str) -> Plain:
    try:
        return pack_plain(studio.packs.pack(name), studio.packs.is_shipped(name))
    except NoticesError as error:
        findings = [as_record(f) for f in error.findings]
        return {"id": name, "broken": str(error), "findings": findings}


def letter(studio: Studio, asked: Plain) -> Plain:
    """A kind's parts with both sides, what is wrong with them, and this editor's drafts."""
    pack, kind = studio.packs.kind_asked(asked)
    editor = text_of_question(asked, "editor")
    answer = letter_plain(pack, kind)
    mine = studio.drafts.of(editor, pack.id)
    shown = patched(pack, _edits(mine))
    answer["findings"] = _judged(studio, shown, kind, *answer["clauses"])
    root = studio.packs.root(pack.id)
    answer["kind_findings"] = _of_kind(shown, kind)
    answer["parts_digest"] = read_value(root, "kinds.yaml", (kind, "parts"))[1]
    answer["all_clauses"] = {c.id: dict(c.texts) for c in pack.clauses.values()}
    answer["side_drafts"] = drafts_plain(mine)
    answer["drafts"] = _of_rooms(mine, PRINTED)
    answer["edited"] = edited_clauses(studio.packs, pack)
    answer["others"] = sorted({d.scalar for d in studio.drafts.of_others(editor, pack.id)})
    return answer


def terms(studio: Studio, asked: Plain) -> Plain:
    """The pack's terms and hints, what is wrong with them as typed, and this editor's drafts."""
    pack = studio.packs.asked(asked)
    editor = text_of_question(asked, "editor")
    mine = studio.drafts.of(editor, pack.id)
    found = {
        f"{room}/{name}": term_findings(pack, room, name, mine)
        for room, texts in words_of(pack).items()
        for name in texts
    }
    return {
        "terms": terms_plain(pack),
        "drafts": _of_rooms(mine, TERMS),
        "findings": {key: told for key, told in found.items() if told},
        "others": sorted({d.scalar for d in studio.drafts.of_others(editor, pack.id)}),
    }


def preview(studio: Studio, asked: Plain) -> Plain:
    """The chosen example as a letter, with the wording that the page shows. `stale` where the same
    window asked again meanwhile."""
    pack = studio.packs.asked(asked)
    layout = text_of_question(asked, "layout")
    if layout not in ("", LARGE_PRINT, *LAYOUTS):
        raise AskError(f"{layout[:40]}: no such layout")
    ask = Ask(
        pack.id,
        text_of_question(asked, "example"),
        texts_of(asked, "languages"),
        "" if layout == LARGE_PRINT else layout,
        layout == LARGE_PRINT,
        _asked_edits(asked),
        text_of_question(asked, "state") or "working",
        flag_of(asked, "draw", usual=True),
    )
    window, editor = text_of_question(asked, "page"), text_of_question(asked, "editor")
    made = studio.previews.show(window, ask, editor)
    if made is None:
        return {"stale": True}
    shown = made.shown
    return {
        "digest": made.digest,
        "pages": [{"width": w, "height": h} for w, h in shown.sizes],
        "places": [asdict(place) for place in shown.places],
        "values": shown.values,
        "printed": list(shown.printed),
        "variants": dict(shown.variants),
        "findings": list(shown.findings),
        "milliseconds": round(made.seconds * 1000),
    }


def leave(studio: Studio, asked: Plain) -> None:
    """The window that asked for this preview has gone, or given it up."""
    window, editor = text_of_question(asked, "page"), text_of_question(asked, "editor")
    studio.previews.leave(window, editor)


def _asked_edits(asked: Plain) -> Edits:
    given = mapping_of(asked, "edits")
    return {_wording(scalar): text for scalar, text in given.items()}


def _edits(drafts: tuple[Draft, ...]) -> Edits:
    return {_wording(d.scalar): d.text for d in drafts if _is_of(d, PRINTED)}


def _of_rooms(drafts: tuple[Draft, ...], rooms: Iterable[str]) -> list[Plain]:
    return [asdict(draft) for draft in drafts if _is_of(draft, rooms)]


def _is_of(draft: Draft, rooms: Iterable[str]) -> bool:
    """Whether it is of a text in these rooms; todo.py keeps others, an earlier version may have."""
    room, *rest = draft.scalar.split("/")
    return room in rooms and len(rest) > 1 and all(rest)


def _wording(scalar: str) -> tuple[str, str, str]:
    room, name, side = _split(scalar)
    return name, PRINTED.get(room, room), side


# --- writing ---------------------------------------------------------------------------------


def draft(studio: Studio, asked: Plain) -> Plain:
    """Keep what is being typed, beside the pack; answers with what is wrong with the clause."""
    pack = studio.packs.asked(asked)
    scalar, text = text_of_question(asked, "scalar"), long_text_of(asked, "text")
    _split(scalar)
    editor = text_of_question(asked, "editor")
    kept = Draft(pack.id, scalar, text, text_of_question(asked, "seen"), _now(), editor)
    studio.drafts.keep(editor, kept)
    return _judged_draft(studio, asked, pack, scalar)


def discard(studio: Studio, asked: Plain) -> Plain:
    """Forget a draft."""
    pack = studio.packs.asked(asked)
    scalar = text_of_question(asked, "scalar")
    editor = text_of_question(asked, "editor")
    studio.drafts.drop(editor, pack.id, scalar)
    return _judged_draft(studio, asked, pack, scalar)


def _judged_draft(studio: Studio, asked: Plain, pack: Pack, scalar: str) -> Plain:
    """What is wrong with a clause or a term as this editor has typed it, and with the kind as a
    whole."""
    room, name, _ = _split(scalar)
    editor, kind = text_of_question(asked, "editor"), text_of_question(asked, "kind")
    if room in TERMS:
        found = term_findings(pack, room, name, studio.drafts.of(editor, pack.id))
        return {"findings": {f"{room}/{name}": found}, "term": found}
    if room == "sources" or name not in pack.clauses:
        return NOTHING
    shown = patched(pack, _edits(studio.drafts.of(editor, pack.id)))
    return {"findings": _judged(studio, shown, kind, name), "kind": _of_kind(shown, kind)}


def _of_kind(pack: Pack, kind: str) -> list[Plain]:
    """What is wrong with a kind beyond its single clauses: what it lacks, what contradicts."""
    if kind not in pack.kinds:
        return []
    found = check_kind_text(pack, kind)
    return [as_record(f) for f in found if f.path.startswith(f"{kind}.")]


def _judged(studio: Studio, pack: Pack, kind: str, *names: str) -> Plain:
    stale: Mapping[str, tuple[Finding, ...]] = {}
    if kind in pack.kinds:
        book = read_approvals(studio.workspace.approvals, pack.id)
        stale = check_stale(pack, kind, book)
    return {
        name: [as_record(f) for f in (*check_one(pack, name), *stale.get(name, ()))]
        for name in names
    }


def save(studio: Studio, asked: Plain) -> Plain:
    """Write one scalar into the workspace's pack, if it still reads as `seen`.

    The first save of a shipped pack makes the workspace's own copy of it.
    """
    return next(iter(_saved(studio, asked, [asked]).values()))


def save_together(studio: Studio, asked: Plain) -> Plain:
    """The same of several scalars at once (both sides of a clause, say): all are written, or none.

    Answers with what became of each, by scalar.
    """
    return {"outcomes": _saved(studio, asked, parts_of(asked, "texts", MOST_TEXTS))}


def _saved(studio: Studio, asked: Plain, texts: list[Plain]) -> dict[str, Plain]:
    pack = studio.packs.asked(asked)
    scalars = [text_of_question(one, "scalar") for one in texts]
    changes = [_change(pack, one) for one in texts]
    by, editor = text_of_question(asked, "by"), text_of_question(asked, "editor")
    known = [studio.drafts.one(editor, pack.id, scalar) for scalar in scalars]
    outcomes = edit_at_once(studio.workspace, pack.id, by, datetime.now(UTC), changes)
    for one, scalar, outcome, draft in zip(texts, scalars, outcomes, known, strict=True):
        if outcome.status in DONE:
            said = Draft(pack.id, scalar, long_text_of(one, "text"), outcome.digest, "")
            studio.drafts.drop_saved(editor, said, draft)
    return {s: outcome_plain(o) for s, o in zip(scalars, outcomes, strict=True)}


def _change(pack: Pack, asked: Plain) -> Change:
    """The writing of one scalar."""
    text, seen = long_text_of(asked, "text"), text_of_question(asked, "seen")
    file, path, is_there = scalar_place(pack, text_of_question(asked, "scalar"))
    write = set_text if is_there else add_text
    return lambda root: write(root, file, path, text, seen)


def outcome_plain(outcome: Outcome) -> Plain:
    """What became of an edit, for the page."""
    return {
        "status": outcome.status,
        "file": outcome.file,
        "text": outcome.after if isinstance(outcome.after, str) else "",
        "digest": outcome.digest,
        "findings": [as_record(finding) for finding in outcome.findings],
    }


def scalar_place(pack: Pack, scalar: str) -> tuple[str, tuple[str, ...], bool]:
    """Where a scalar stands: file, path, and whether it is there yet. Raises AskError."""
    room, name, side = _split(scalar)
    if room == "sources" and name in pack.clauses and side in SOURCE_SIDES:
        file = pack.clauses[name].file.removeprefix(f"packs/{pack.root.name}/")
        return file, (name, side), True
    if language_of(side) not in pack.formats:
        raise AskError(f"{pack.id} has no language {side[:20]}")
    if room in ("clauses", "headings") and name in pack.clauses:
        clause, what = pack.clauses[name], "heading" if room == "headings" else "text"
        sides = clause.headings if what == "heading" else clause.texts
        if has_place(clause, what, side, pack):
            file = clause.file.removeprefix(f"packs/{pack.root.name}/")
            above = (name, "heading") if what == "heading" else (name,)
            return file, (*above, *side.split(".", 1)), side in sides
    elif room in TERM_ROOMS and name in terms_of(pack)[room] and side in pack.formats:
        place = place_in(pack.root, "terms.yaml", (room, name, side))
        return *place, side in terms_of(pack)[room][name]
    elif room == "hints" and name in pack.fields and side in pack.formats:
        place = place_in(pack.root, "fields.yaml", (name, "hint", side))
        return *place, side in pack.fields[name].hint
    raise AskError(f"{pack.id} has no {scalar[:80]}")


# --- small things ----------------------------------------------------------------------------


def _split(scalar: str) -> tuple[str, str, str]:
    room, _, rest = scalar.partition("/")
    name, _, side = rest.rpartition("/")
    if room not in ROOMS or not name or not side:
        raise AskError(f"{scalar[:80]}: no such text")
    return room, name, side


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
