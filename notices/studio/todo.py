"""A pack that was begun: the texts that are still to be written, and the writing of one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from notices.catalogue import as_record
from notices.errors import PackError
from notices.pack.core import PARTS
from notices.pack.paths import path_text
from notices.pack.unfilled import RULE, Unfilled, find_unfilled
from notices.review.edit_pack import DONE, edit_pack
from notices.studio.answers import Studio, outcome_plain
from notices.studio.clause_check import check_one
from notices.studio.drafts import Draft
from notices.studio.pack_cache import patched
from notices.studio.question import AskError, long_text_of, text_of_question
from notices.studio.term_check import term_findings
from notices.studio.view import Plain
from notices.wording.edits import fill_text, read_value

_ROOM = "fill"  # drafts of these texts, by file and path


def todo(studio: Studio, asked: Plain) -> Plain:
    """What is left to write in a pack, in the order of writing, with this editor's drafts."""
    root = studio.packs.root(text_of_question(asked, "pack"))
    mine = studio.drafts.of(text_of_question(asked, "editor"), root.name)
    drafts = {draft.scalar: draft.text for draft in mine}
    return {"texts": [_plain(root, text, drafts) for text in find_unfilled(root)]}


def _plain(root: Path, text: Unfilled, drafts: dict[str, str]) -> Plain:
    place = text.path[:-1] if text.is_of_list else text.path
    name = path_text(text.path)
    lang = next((str(step) for step in reversed(text.path) if not isinstance(step, int)), "")
    above = text.path[: text.path.index(lang)] if lang else text.path
    return {
        "file": text.file,
        "line": text.line,
        "path": name,
        "name": path_text(tuple(step for step in above if step not in PARTS)),
        "clause": str(text.path[0]) if text.file.startswith("clauses/") else "",
        "lang": lang,
        "list": text.is_of_list,
        "model": text.model,
        "beside": dict(text.beside),
        "digest": read_value(root, text.file, place)[1],
        "draft": drafts.get(_scalar(text.file, name), ""),
    }


def fill(studio: Studio, asked: Plain) -> Plain:
    """Write one of them, in the place of its mark; says how many are left."""
    root = studio.packs.root(text_of_question(asked, "pack"))
    text, written = _found(root, asked), long_text_of(asked, "text")
    seen, by = text_of_question(asked, "seen"), text_of_question(asked, "by")
    editor = text_of_question(asked, "editor")
    known = studio.drafts.one(editor, root.name, _name(asked))
    outcome = edit_pack(
        studio.workspace,
        root.name,
        by,
        datetime.now(UTC),
        lambda folder: fill_text(folder, text.file, text.path, written, seen),
    )
    if outcome.status in DONE:
        said = Draft(root.name, _name(asked), written, outcome.digest, "")
        studio.drafts.drop_saved(editor, said, known)
    left = len(find_unfilled(studio.packs.root(root.name)))
    answer = outcome_plain(outcome)
    if outcome.status in DONE:
        answer["findings"] = _judged(studio, root.name, text, written)
    return {**answer, "left": left}


def keep(studio: Studio, asked: Plain) -> Plain:
    """Keep what is being typed, beside the pack; says what is wrong with it."""
    root = studio.packs.root(text_of_question(asked, "pack"))
    text = _found(root, asked)
    editor = text_of_question(asked, "editor")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    seen = text_of_question(asked, "seen")
    written = long_text_of(asked, "text")
    if written.strip():
        studio.drafts.keep(editor, Draft(root.name, _name(asked), written, seen, now, editor))
    else:
        studio.drafts.drop(editor, root.name, _name(asked))
    return {"findings": _judged(studio, root.name, text, written) if written.strip() else []}


def _judged(studio: Studio, pack_id: str, text: Unfilled, written: str) -> list[Plain]:
    """What is wrong with a clause or term once this is written, but for what is still to come."""
    try:
        pack = studio.packs.pack(pack_id)
    except PackError as error:
        return [as_record(finding) for finding in error.findings]
    *_, room, name, side = ("", "", *text.path)
    if text.file.startswith("clauses/"):
        what = "heading" if name == "heading" else "text"
        name = str(text.path[0])
        shown = patched(pack, {(name, what, str(side)): written})
        found = [f for f in check_one(shown, name) if f.rule != RULE]
        return [as_record(finding) for finding in found]
    draft = Draft(pack_id, f"{room}/{name}/{side}", written, "", "")
    return term_findings(pack, str(room), str(name), (draft,))


def _found(root: Path, asked: Plain) -> Unfilled:
    file, path = text_of_question(asked, "file"), text_of_question(asked, "path")
    texts = (t for t in find_unfilled(root) if (t.file, path_text(t.path)) == (file, path))
    text = next(texts, None)
    if text is None:
        raise AskError("todo-gone")
    return text


def _name(asked: Plain) -> str:
    return _scalar(text_of_question(asked, "file"), text_of_question(asked, "path"))


def _scalar(file: str, path: str) -> str:
    return f"{_ROOM}/{file}/{path}"
